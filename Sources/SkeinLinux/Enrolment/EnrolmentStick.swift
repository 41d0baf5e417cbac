import Glibc
import SkeinSeal
import SkeinWire

/// A folder that is carried between the two sides, as a USB stick: the new robot leaves its request there and finds the
/// answer beside it. Their names tell robots apart, by the words of their keys, so that a stick may go round many.
///
///     skein-join-kikuk-binug-tirot-modar.request
///     skein-join-kikuk-binug-tirot-modar.answer
///
/// Whole or not there: each is written beside its place and renamed. Nothing in them is secret without the code, and the
/// answer not even with it.
package struct EnrolmentStick: Sendable {
    private static let head = "skein-join-"
    private static let requestTail = ".request"
    private static let answerTail = ".answer"
    /// More robots' requests than this are not looked at.
    package static let requestsMax = 64

    package let folder: String

    package init(folder: String) { self.folder = folder.hasSuffix("/") ? String(folder.dropLast()) : folder }

    private func path(_ robot: PublicKey, _ tail: String) -> String {
        "\(folder)/\(Self.head)\(Fingerprint(of: robot).words)\(tail)"
    }

    package func requestPath(_ robot: PublicKey) -> String { path(robot, Self.requestTail) }
    package func answerPath(_ robot: PublicKey) -> String { path(robot, Self.answerTail) }

    package func leave(_ request: EnrolmentRequest) throws(SystemError) {
        try Folder.replace(requestPath(request.robot), with: request.bytes)
    }

    package func leave(_ answer: EnrolmentAnswer, to robot: PublicKey) throws(SystemError) {
        try Folder.replace(answerPath(robot), with: answer.bytes)
    }

    /// Nil: none yet.
    package func answer(to robot: PublicKey) throws(SystemError) -> EnrolmentAnswer? {
        try Folder.read(answerPath(robot), limit: EnrolmentAnswer.bytesMax).map { EnrolmentAnswer(bytes: $0) }
    }

    package func removeAnswer(to robot: PublicKey) { unlink(answerPath(robot)) }

    /// When all is done.
    package func clear(_ robot: PublicKey) {
        unlink(requestPath(robot))
        unlink(answerPath(robot))
    }

    /// All that hold together by themselves, in the order of their names; what else bears such a name counts as damaged.
    package func requests() throws(SystemError) -> (found: [EnrolmentRequest], damaged: [String]) {
        guard let stream = opendir(folder) else { throw SystemError("opendir", folder) }
        defer { closedir(stream) }
        var names: [String] = []
        while names.count < Self.requestsMax, let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasPrefix(Self.head), name.hasSuffix(Self.requestTail) { names.append(name) }
        }
        var found: [EnrolmentRequest] = []
        var damaged: [String] = []
        for name in names.sorted() {
            let path = "\(folder)/\(name)"
            if let bytes = try? Folder.read(path, limit: EnrolmentRequest.bytesMax),
                let request = try? EnrolmentRequest(bytes: bytes), request.isSigned, requestPath(request.robot) == path
            {
                found.append(request)
            } else {
                damaged.append(path)
            }
        }
        return (found, damaged)
    }
}
