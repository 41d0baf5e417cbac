import SkeinSeal
import SkeinWire
import WireSamples

@testable import SkeinLinux
@testable import SkeinSeal

/// An enrolment: request, datagrams, answer and grant as bytes, codes as text, and both sides of a link, with tags and
/// signatures put right so that the insides are read.
///
///     what u8 | bytes; of a talk: steps, each what u8 and a chunk
enum EnrolmentTarget: FuzzTarget {
    static let name = "enrolment"
    private static let robotKey = MinisignKey(seed: [UInt8](repeating: 5, count: SigningKey.seedBytes))
    private static let opener = KeyOpener(seed: robotKey.seed)
    private static let code: EnrolmentCode = {
        guard let code = EnrolmentCode(text: "lusab-babad-gutih") else { broken("no code") }
        return code
    }()
    /// A tenth of a second of Argon2, once.
    private static let secret: EnrolmentSecret = {
        guard let secret = EnrolmentSecret(code: code, robot: robotKey.key.publicKey) else {
            broken("no memory for a secret")
        }
        return secret
    }()
    private static let request = EnrolmentRequest(key: robotKey.key, name: "alpha", secret: secret)
    private static let stepsMax = 40

    static func run(_ bytes: [UInt8]) {
        guard let what = bytes.first else { return }
        let body = Array(bytes.dropFirst())
        switch what % 8 {
        case 0: read(body)
        case 1:
            guard let datagram = EnrolmentDatagram(bytes: tagged(body, .datagram), secret: secret) else { return }
            must(
                Array(datagram.bytes(secret).dropLast(EnrolmentSecret.tagBytes)) == body,
                "a datagram is not written as it was read")
        case 2: grant(body)
        case 3: answer(body, isSealed: false)
        case 4: answer(body, isSealed: true)
        case 5: text(body)
        default: talk(body)
        }
    }

    private static func tagged(_ bytes: [UInt8], _ use: EnrolmentSecret.Use) -> [UInt8] {
        bytes + secret.tag(use, over: bytes)
    }

    private static func read(_ bytes: [UInt8]) {
        guard let request = try? EnrolmentRequest(bytes: bytes) else { return }
        must(request.bytes == bytes, "a request is not what was read")
        _ = request.isSigned && request.fits(secret)
    }

    private static func grant(_ bytes: [UInt8]) {
        guard let grant = try? EnrolmentGrant(bytes: bytes) else { return }
        must(grant.bytes == bytes, "a grant is not written as it was read")
        _ = FleetSecret.united(grant.keys, FleetSecret.opened(grant.entries, robot: grant.robot, by: opener))
    }

    private static func answer(_ bytes: [UInt8], isSealed: Bool) {
        var inner = bytes
        if isSealed {
            guard let sealed = SealedBox.close(bytes, to: request.robot) else { return }
            var writer = ByteWriter()
            writer.raw(Array("SKJA".utf8))
            writer.u8(1)
            writer.raw(request.robot.bytes)
            writer.u32(UInt32(sealed.count))
            writer.raw(sealed)
            inner = writer.bytes
        }
        let answer = EnrolmentAnswer(bytes: inner + secret.tag(.answer, over: request.tag + inner))
        _ = try? answer.opened(by: opener, request: request, secret: secret)
        for index in 0..<answer.partCount { must(!answer.part(index).isEmpty, "an empty part") }
    }

    private static func text(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        if let code = EnrolmentCode(text: text) {
            must(EnrolmentCode(text: code.text) == code, "a code is not what it shows")
        }
        for bytesMax in [1, PublicKey.byteCount, 2 * PublicKey.byteCount] {
            guard let bytes = KeyText.bytes(of: text, bytesMax: bytesMax) else { continue }
            must(bytes.count <= bytesMax, "more bytes than asked for")
        }
    }

    /// Both sides, and what the fuzzer says to them: under the code or not.
    private static func talk(_ bytes: [UInt8]) {
        var input = FuzzInput(bytes)
        var now = Instant.zero
        var asker = EnrolmentAsker(request: request, secret: secret, opener: opener, now: now)
        var air: [[UInt8]] = []
        var steps = 0
        while !input.isEmpty, steps < stepsMax {
            steps += 1
            let what = input.u8()
            switch what % 4 {
            case 0:
                if let said = asker.due(now: now) { air.append(said) }
            case 1: asker.receive(tagged(input.chunk(), .datagram), now: now)
            case 2: asker.receive(input.chunk(), now: now)
            default: now += .milliseconds(Int(input.u16()))
            }
            must(asker.progress.have <= asker.progress.of, "more parts than there are")
            must(asker.progress.of <= EnrolmentDatagram.partsMax, "\(asker.progress.of) parts")
        }
        for said in air { must(said.count <= EnrolmentDatagram.bytesMax, "\(said.count) bytes on a link") }
    }

    static var seeds: [Seed] {
        let grant = EnrolmentGrant(
            authority: TrustTarget.authority.publicKey, robot: NodeID(2), name: "alpha",
            keys: [FleetSecret(number: 1, bytes: [UInt8](repeating: 9, count: FleetKey.byteCount))],
            entries: [GoldenMessage.trustEntries[0]])
        func untagged(_ content: EnrolmentDatagram.Content) -> [UInt8] {
            let datagram = EnrolmentDatagram(robot: request.robot, content)
            return Array(datagram.bytes(secret).dropLast(EnrolmentSecret.tagBytes))
        }
        let contents: [(String, EnrolmentDatagram.Content)] = [
            ("ask", .ask(request, answer: 0, missing: 0)), ("part", .part(answer: 7, index: 0, count: 2, [1, 2, 3])),
            ("done", .done(answer: 7)), ("refused", .refused(.nameTaken)),
        ]
        // What the request's robot would be sent, in two parts.
        var whole = ByteWriter()
        whole.raw(Array("SKJA".utf8))
        whole.u8(1)
        whole.raw(request.robot.bytes)
        whole.u32(0)
        var talk = ByteWriter()
        talk.raw([6, 0])
        for (index, part) in [Array(whole.bytes.prefix(20)), Array(whole.bytes.dropFirst(20))].enumerated() {
            talk.u8(1)
            talk.chunk(untagged(.part(answer: 7, index: UInt16(index), count: 2, part)))
            talk.raw([3, 1, 0, 0])
        }
        return contents.map { Seed(name: $0.0, bytes: [1] + untagged($0.1)) } + [
            Seed(name: "request", bytes: [0] + request.bytes), Seed(name: "grant", bytes: [2] + grant.bytes),
            Seed(name: "answer", bytes: [3] + whole.bytes), Seed(name: "sealed", bytes: [4] + grant.bytes),
            Seed(name: "code", bytes: [5] + Array(code.text.utf8)),
            Seed(name: "key", bytes: [5] + Array(KeyText.base64(of: request.robot.bytes).utf8)),
            Seed(name: "talk", bytes: talk.bytes),
        ]
    }
}
