import SkeinWire
import Testing

@testable import SkeinSeal

/// Keys as people, files and other programs have them. The expected values come from minisign 0.11, and from Python with
/// its own SHA-256 and libsodium's C library.
@Suite struct IdentityKeyTests {
    static let key = SigningKey(seed: [UInt8](1...32))

    static func bytes(_ hex: String) -> [UInt8] { KeyText.bytes(of: hex, bytesMax: 512) ?? [] }

    @Test func `a proquint is sixteen bits, and only five letters of its alphabet are one`() {
        #expect(Proquint.text(of: [127, 0, 0, 1]) == "lusab-babad")
        #expect(Proquint.bytes(of: "LUSAB Babad", words: 2) == [127, 0, 0, 1])
        for text in ["lusab", "lusab-babad-babad", "lusab-baba", "lusab-baband", "cusab-babad", "lesab-babad", ""] {
            #expect(Proquint.bytes(of: text, words: 2) == nil, "\(text)")
        }
        for value in stride(from: 0, through: 0xFFFF, by: 251) {
            let bytes = [UInt8(value >> 8), UInt8(value & 0xFF)]
            #expect(Proquint.bytes(of: Proquint.text(of: bytes), words: 1) == bytes)
        }
    }

    @Test func `a fingerprint is SHA-256 of the key, and its words are the hash's first bits`() {
        let fingerprint = Fingerprint(of: Self.key.publicKey)
        #expect(fingerprint.text == "SHA256:ZbYGc9btiEvwHCwiLYKtoHQPKawzVdapJcgfF/R6J7g")
        #expect(fingerprint.words == "kikuk-binug-tirot-modar")
    }

    @Test func `what is sealed to a robot's key is opened by it and by no other, and not if a bit has changed`() {
        let opener = KeyOpener(seed: [UInt8](1...32))
        let sealed = Self.bytes(
            "ae3872f366204bc4187fe9ae2158e2ffa925c1029848f9ad10170dc45d75f112270bbfcaae016eba02f1bf1f8edf9c7dbddedda1"
                + "30400fac097a8e836d1973")
        #expect(opener.open(sealed) == Array("for alpha alone".utf8))
        #expect(KeyOpener(seed: [UInt8](2...33)).open(sealed) == nil)
        for place in sealed.indices {
            var changed = sealed
            changed[place] ^= 1
            #expect(opener.open(changed) == nil, "byte \(place)")
        }
        #expect(opener.open([]) == nil && opener.open(Array(sealed.prefix(47))) == nil)
        #expect(SealedBox.close([1, 2], to: Self.key.publicKey).map(opener.open) == [1, 2])
        #expect(SealedBox.close([], to: Self.key.publicKey)?.count == SealedBox.overheadBytes)
    }

    @Test func `nothing is sealed to a key that no secret belongs to`() throws {
        // The neutral element, and a point of order eight.
        for hex in [
            "0100000000000000000000000000000000000000000000000000000000000000",
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        ] {
            #expect(SealedBox.close([1], to: try #require(PublicKey(bytes: Self.bytes(hex)))) == nil)
        }
    }

    /// Made by `minisign -G -W`.
    private static let minisignSecret =
        "RWQAAEIyAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAjZQs011RqvBP1O52UOxdTBtS17/NQv+PlsMP"
        + "tcp7jTjEfx7HSGDW6dqGyRAn6M83IidXaQbD798R/y45eoGeYJZqF5Ksc8vyAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
    private static let minisignPublic = "RWSNlCzTXVGq8NqGyRAn6M83IidXaQbD798R/y45eoGeYJZqF5Ksc8vy"

    @Test func `a secret key that minisign made gives the public key that minisign made`() throws {
        let bytes = try #require(KeyText.bytes(of: Self.minisignSecret, bytesMax: MinisignKey.secretBytes))
        let key = try MinisignKey(secret: bytes)
        #expect(KeyText.base64(of: key.publicFileBytes) == Self.minisignPublic)
        #expect(key.numberText == "F0AA515DD32C948D")
        #expect(try MinisignKey.publicKey(of: key.publicFileBytes) == key.key.publicKey)
    }

    @Test func `a key that is written reads back, and its number is its fingerprint's first bytes`() throws {
        let key = MinisignKey(seed: [UInt8](1...32))
        let read = try MinisignKey(secret: key.secretFileBytes)
        #expect(read.seed == key.seed && read.number == key.number)
        #expect(Proquint.text(of: read.number) == Fingerprint(of: read.key.publicKey).words)
        #expect(key.secretFileBytes.count == MinisignKey.secretBytes)
    }

    @Test func `a secret key with any byte changed is refused, or is the same key`() {
        let key = MinisignKey(seed: [UInt8](1...32))
        let bytes = key.secretFileBytes
        for place in bytes.indices {
            var changed = bytes
            changed[place] ^= 0x20
            let read = try? MinisignKey(secret: changed)
            // Salt and limits mean nothing without a password.
            #expect((6..<54).contains(place) ? read?.seed == key.seed : read == nil, "byte \(place)")
        }
    }

    @Test func `why a secret key is refused`() {
        func refusal(_ change: (inout [UInt8]) -> Void) -> MinisignKey.Refusal? {
            var bytes = MinisignKey(seed: [UInt8](1...32)).secretFileBytes
            change(&bytes)
            do throws(MinisignKey.Refusal) {
                _ = try MinisignKey(secret: bytes)
                return nil
            } catch { return error }
        }
        #expect(refusal { $0[2...3] = [0x53, 0x63] } == .encrypted)
        #expect(refusal { $0[0] = 0 } == .algorithm)
        #expect(refusal { $0[2] = 1 } == .unknownDerivation)
        #expect(refusal { $0[126] ^= 1 } == .checksum)
        #expect(refusal { $0.removeLast() } == .length(157))
        let none = [UInt8](repeating: 0, count: 32)
        #expect(
            refusal {
                $0[94] ^= 1; $0.replaceSubrange(126..<158, with: none)
            } == .halves)
    }
}
