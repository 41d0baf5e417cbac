import SkeinWire
import Testing
import WireSamples

@testable import SkeinSeal

/// What a robot and a fleet say to each other before they know each other.
@Suite struct IdentityEnrolmentTests {
    private static let seed = [UInt8](1...32)
    private static let key = SigningKey(seed: seed)
    private static let opener = KeyOpener(seed: seed)
    private static let authority = SigningKey(seed: [UInt8](repeating: 7, count: 32))
    private static let code = EnrolmentCode(text: "babad-bamag-zuruz")!
    /// Each costs a tenth of a second.
    private static let secret = EnrolmentSecret(code: code, robot: key.publicKey)!
    private static let otherCode = EnrolmentSecret(
        code: EnrolmentCode(text: "babad-bamag-zuruv")!, robot: key.publicKey)!
    private static let request = EnrolmentRequest(key: key, name: "delta", secret: secret)

    static func grant(entries count: Int = 2) -> EnrolmentGrant {
        var issuer = TrustIssuer(
            issuer: .none, key: authority, authority: authority.publicKey, entries: [])
        for index in 0..<count {
            _ = try? issuer.enroll(
                name: "r\(index)", key: SigningKey(seed: [UInt8](repeating: UInt8(index + 9), count: 32)).publicKey,
                roles: .lead, expiresAtSeconds: nil, now: 1_000)
        }
        return EnrolmentGrant(
            authority: authority.publicKey, robot: NodeID(1), name: "delta",
            keys: [
                FleetSecret(number: 1, bytes: [UInt8](repeating: 1, count: 32)),
                FleetSecret(number: 3, bytes: [UInt8](repeating: 2, count: 32)),
            ], entries: issuer.entries)
    }

    @Test func `a code is three proquints of fresh luck`() {
        let code = EnrolmentCode.fresh()
        #expect(EnrolmentCode(text: code.text) == code && code.text.count == 17)
        #expect(EnrolmentCode.fresh() != code)
        #expect(EnrolmentCode(text: "babad-bamag") == nil && EnrolmentCode(text: "babad bamag zuruz") == Self.code)
    }

    @Test func `a request is made as another implementation makes it`() {
        let expected = IdentityKeyTests.bytes(
            "534b4a510179b5562e8fe654f94078b112e8a98ba7901f853ae695bed7e0e3910bad0496640564656c7461df6d751837d02fb5f60a"
                + "ba52875864f311f26b14b96dc1d628500993e6cf7e8b00bd009ef45d3418670ab369b4fff955ba3e447760bcefd5839a03c8a1"
                + "f6ac0848f6bfd142931cbef2a66af797a6a637a5ee91b4f66c9c31a5fdd16551c46de4")
        #expect(Self.request.bytes == expected)
    }

    @Test func `a request holds under its key and its code, and under no other`() throws {
        let read = try EnrolmentRequest(bytes: Self.request.bytes)
        #expect(read.robot == Self.key.publicKey && read.name == "delta")
        #expect(read.isSigned && read.fits(Self.secret) && !read.fits(Self.otherCode))
        for place in Self.request.bytes.indices {
            var changed = Self.request.bytes
            changed[place] ^= 1
            guard let read = try? EnrolmentRequest(bytes: changed) else { continue }
            #expect(!(read.isSigned && read.fits(Self.secret)), "byte \(place)")
        }
    }

    @Test func `somebody else's key cannot be brought in, whatever the code`() throws {
        // Knows the code, and has put another's key in; the tag is right.
        var stated = Self.request.bytes
        stated.replaceSubrange(5..<37, with: Self.authority.publicKey.bytes)
        let secret = try #require(EnrolmentSecret(code: Self.code, robot: Self.authority.publicKey))
        let tagged = stated.dropLast(EnrolmentSecret.tagBytes)
        let read = try EnrolmentRequest(bytes: tagged + secret.tag(.request, over: Array(tagged)))
        #expect(read.fits(secret) && !read.isSigned)
    }

    @Test func `an answer opens for the robot that asked, with the code it asked with`() throws {
        let grant = Self.grant()
        let answer = try #require(EnrolmentAnswer(grant, to: Self.request, secret: Self.secret))
        let read = EnrolmentAnswer(bytes: answer.bytes)
        #expect(try read.opened(by: Self.opener, request: Self.request, secret: Self.secret) == grant)
    }

    private static func refusal(
        _ bytes: [UInt8], opener: KeyOpener = opener, request: EnrolmentRequest = request,
        secret: EnrolmentSecret = secret
    ) -> EnrolmentAnswer.Refusal? {
        do throws(EnrolmentAnswer.Refusal) {
            _ = try EnrolmentAnswer(bytes: bytes).opened(by: opener, request: request, secret: secret)
            return nil
        } catch { return error }
    }

    @Test func `an answer with another code, to another request or to another robot opens nothing`() throws {
        let answer = try #require(EnrolmentAnswer(Self.grant(), to: Self.request, secret: Self.secret))
        #expect(Self.refusal(answer.bytes, secret: Self.otherCode) == .wrongCode)
        // Replayed into a later enrolment of the same robot: the request has another name, or another code's tag.
        let later = EnrolmentRequest(key: Self.key, name: "echo", secret: Self.secret)
        #expect(Self.refusal(answer.bytes, request: later) == .wrongCode)
        let otherKey = SigningKey(seed: [UInt8](2...33))
        let other = EnrolmentRequest(key: otherKey, name: "delta", secret: Self.secret)
        #expect(Self.refusal(answer.bytes, request: other) == .otherRobot)
        // Whoever knows the code but seals to another key: a fleet that would have us believe, and cannot.
        let forged = try #require(EnrolmentAnswer(Self.grant(), to: Self.request, secret: Self.otherCode))
        #expect(Self.refusal(forged.bytes) == .wrongCode)
        #expect(Self.refusal(answer.bytes, opener: KeyOpener(seed: [UInt8](2...33))) == .notSealedToUs)
    }

    @Test func `an answer with any bit changed, cut short or made longer opens nothing`() throws {
        let bytes = try #require(EnrolmentAnswer(Self.grant(), to: Self.request, secret: Self.secret)).bytes
        for place in bytes.indices {
            var changed = bytes
            changed[place] ^= 0x80
            #expect(Self.refusal(changed) != nil, "byte \(place)")
        }
        for count in stride(from: 0, to: bytes.count, by: 7) {
            #expect(Self.refusal(Array(bytes.prefix(count))) == .malformed)
        }
        #expect(Self.refusal(bytes + [0]) == .malformed)
    }

    @Test func `datagrams say the same after the air, and nothing under another code`() throws {
        let contents: [EnrolmentDatagram.Content] = [
            .ask(Self.request, answer: 7, missing: 300), .part(answer: .max, index: 2, count: 3, [1, 2, 3]),
            .done(answer: 9), .refused(.keyTaken), .refused(.nameTaken),
        ]
        for content in contents {
            let bytes = EnrolmentDatagram(robot: Self.key.publicKey, content).bytes(Self.secret)
            #expect(bytes.count <= EnrolmentDatagram.bytesMax)
            #expect(EnrolmentDatagram.robot(of: bytes) == Self.key.publicKey)
            #expect(EnrolmentDatagram(bytes: bytes, secret: Self.secret)?.content == content)
            #expect(EnrolmentDatagram(bytes: bytes, secret: Self.otherCode) == nil)
            for place in bytes.indices {
                var changed = bytes
                changed[place] ^= 4
                #expect(EnrolmentDatagram(bytes: changed, secret: Self.secret) == nil, "byte \(place)")
            }
        }
    }

    @Test func `the parts of an answer make the answer`() throws {
        let answer = try #require(EnrolmentAnswer(Self.grant(entries: 40), to: Self.request, secret: Self.secret))
        #expect(answer.partCount > 4)
        #expect((0..<answer.partCount).flatMap { answer.part($0) } == answer.bytes)
        let longest = EnrolmentDatagram(
            robot: Self.key.publicKey, .part(answer: answer.number, index: 0, count: 2, answer.part(0)))
        #expect(longest.bytes(Self.secret).count <= EnrolmentDatagram.bytesMax)
    }

    @Test func `hostile bytes are refused, and none of them brings a parser down`() {
        var dice = SplitMix(seed: 4)
        let grant = Self.grant(entries: 3).bytes
        let samples = [
            Self.request.bytes, grant,
            EnrolmentDatagram(robot: Self.key.publicKey, .done(answer: 1)).bytes(Self.secret),
        ]
        for _ in 0..<20_000 {
            var bytes = samples[Int(dice.next() % 3)]
            for _ in 0...(dice.next() % 4) {
                bytes[Int(dice.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: dice.next())
            }
            if dice.next() % 4 == 0 { bytes.removeLast(Int(dice.next() % UInt64(bytes.count))) }
            _ = try? EnrolmentRequest(bytes: bytes)
            if let read = try? EnrolmentGrant(bytes: bytes) { #expect(read.bytes == bytes) }
            _ = EnrolmentDatagram.robot(of: bytes)
        }
    }

    @Test func `counts in a grant reserve nothing that is not there`() throws {
        let whole = Self.grant().bytes
        let head = whole.prefix(32 + 2 + 1 + 5 + 1 + 2 * 34)
        for count in [UInt32.max, UInt32(EnrolmentGrant.entriesMax) + 1, UInt32(EnrolmentGrant.entriesMax)] {
            var writer = ByteWriter()
            writer.u32(count)
            #expect(throws: WireError.self) { try EnrolmentGrant(bytes: head + writer.bytes) }
        }
        // Keys out of order, and none at all.
        for place in [41, 40] {
            var changed = whole
            changed[place] = place == 40 ? 0 : 200
            #expect(throws: WireError.self) { try EnrolmentGrant(bytes: changed) }
        }
    }
}
