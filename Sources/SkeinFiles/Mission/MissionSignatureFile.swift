import SkeinPeer
import SkeinSeal

/// A minisign signature as a file beside what it signs (minisign(1)):
///
///     untrusted comment: …
///     base64 of algorithm, key number, signature
///     trusted comment: skein mission two-target revision 3
///     base64 of the global signature
package enum MissionSignatureFile {
    private static let untrusted = "untrusted comment: "
    private static let trusted = "trusted comment: "
    private static let bytesMax = 4_096

    package static let suffix = ".minisig"

    package static func text(_ signature: MinisignSignature, of owner: String) -> String {
        "\(untrusted)signature of \(owner), minisign \(signature.numberText)\n"
            + "\(KeyText.base64(of: signature.head))\n\(trusted)\(signature.comment)\n"
            + "\(KeyText.base64(of: signature.global))\n"
    }

    package static func read(_ path: String) throws(FileError) -> MinisignSignature {
        let bytes = try InputFile.bytes(of: path)
        guard bytes.count <= bytesMax, let text = String(validating: bytes, as: UTF8.self) else {
            throw FileError(file: path, message: "expected a minisign signature, found another kind of file")
        }
        return try signature(text: text, path: path)
    }

    package static func signature(text: String, path: String) throws(FileError) -> MinisignSignature {
        func fault(_ line: Int, _ message: String) -> FileError {
            FileError(file: path, position: .init(line: line, column: 1), message: message)
        }
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init)
        guard lines[0].hasPrefix(untrusted) else {
            throw fault(1, "expected a minisign signature, which begins with \"\(untrusted)\"")
        }
        guard lines.count >= 4 else { throw fault(lines.count, "expected four lines, found \(lines.count)") }
        guard let head = KeyText.bytes(of: lines[1], bytesMax: MinisignSignature.headBytes),
            head.count == MinisignSignature.headBytes
        else { throw fault(2, "expected \(MinisignSignature.headBytes) bytes in base64") }
        guard head.starts(with: Array("ED".utf8)) else {
            throw fault(2, "expected a signature of a hashed file, as minisign -S makes, found another algorithm's")
        }
        guard lines[2].hasPrefix(trusted) else { throw fault(3, "expected \"\(trusted)\"") }
        guard let global = KeyText.bytes(of: lines[3], bytesMax: MinisignSignature.signatureBytes),
            global.count == MinisignSignature.signatureBytes
        else { throw fault(4, "expected \(MinisignSignature.signatureBytes) bytes in base64") }
        if let extra = lines.indices.dropFirst(4).first(where: { !lines[$0].isEmpty }) {
            throw fault(extra + 1, "expected nothing after the signature")
        }
        guard
            let signature = MinisignSignature(
                head: head, comment: String(lines[2].dropFirst(trusted.count)), global: global)
        else { throw fault(3, "expected a comment of at most \(MinisignSignature.commentBytesMax) bytes of text") }
        return signature
    }
}
