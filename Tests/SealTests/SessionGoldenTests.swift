import SkeinWire
import Testing

@testable import SkeinSeal

/// The bytes of one handshake and of a frame each way, as computed from docs/sessions.md by other implementations: Python's
/// hashlib, and OpenSSL through its cryptography package.
@Suite struct SessionGoldenTests {
    private final class Fixed: SecretSource {
        private let byte: UInt8
        init(_ byte: UInt8) { self.byte = byte }
        func fill(_ bytes: UnsafeMutableBufferPointer<UInt8>) { bytes.update(repeating: byte) }
    }

    private func book(_ robot: Int, secrets byte: UInt8) -> SessionBook {
        SessionBook(
            id: SessionPair.id(robot), epoch: Epoch(1), identity: SessionPair.publicKey(robot),
            fleet: SessionPair.fleet, signer: KeySigner(SessionPair.key(SessionPair.numbers[robot])),
            verifier: SodiumVerifier(), secrets: Fixed(byte))
    }

    private func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    @Test func `handshake and frames have the bytes that are written down`() throws {
        let pair = SessionPair()
        pair.books = [book(0, secrets: 0x11), book(1, secrets: 0x22)]
        pair.want(0)
        pair.run(for: .milliseconds(20))
        let open = """
            01000300070000000100000001111111007b4e909bbe7ffe44c465a220037d608ee35897d31ef972f07f74892cb0f73f13bafb658b\
            1b28f6fbff06607da63e0273bb68a5f0a1c5d616134773618f524dcf0f9c6d328deb5f817068daac8144973872364f7c9fab64ab85\
            85e5fb57ee9502
            """
        let accept = """
            0200070003000000010000000111111100222222000faa684ed28867b97f4a6a2dee5df8ce974e76b7018e3f22a1c4cf2678570f20\
            a814533ac2e64353a4d85eeba292c32e2f3c2a09db612fc35585b9485ec0923e28da090918bf4e874500e0be01f0bd8c0d56d6dded\
            4913589b72fc47343bab06
            """
        #expect(hexadecimal(try #require(pair.said(0).first).bytes) == open)
        #expect(hexadecimal(try #require(pair.said(1).first).bytes) == accept)
        let payload = Array("skein".utf8)
        // The first frame was the empty one that proved the initiator's keys.
        #expect(
            hexadecimal(try #require(pair.sealed(0, payload)))
                == "b1000007222222000000000000000002ca2f26e8d3a48c615fa686dd25f0b9684e97e0be83")
        #expect(
            hexadecimal(try #require(pair.sealed(1, payload)))
                == "b1000003111111000000000000000001931c4d516a6e6bd905c909bee3a9310837e569fc86")
        #expect(BulkFrame.payloadBytesMax == Envelope.datagramBytesMax - BulkFrame.overheadBytes)
    }
}
