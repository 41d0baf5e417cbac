import SkeinSeal
import SkeinWire
import SkeinWorld
import Testing

struct MemoVerifierTests {
    private func signed(_ key: SigningKey, body: UInt8) -> (datagram: [UInt8], signedCount: Int) {
        let text = [UInt8](repeating: body, count: Envelope.headerBytes + 20)
        let proof = [UInt8](repeating: 0, count: Envelope.signatureBytes + Envelope.tagBytes)
        guard let digest = SignedDigest(of: text + proof) else { preconditionFailure("a message without a digest") }
        return (text + key.signature(over: digest.statement) + proof.prefix(Envelope.tagBytes), text.count)
    }

    @Test func `the same bytes under the same key are verified once, whoever relayed them`() {
        let key = SigningKey(seed: [UInt8](repeating: 1, count: 32))
        let memo = MemoVerifier(over: SodiumVerifier())
        let (datagram, count) = signed(key, body: 5)
        var relayed = datagram
        relayed[Envelope.Offset.hop] ^= 3
        relayed[relayed.count - 1] ^= 9
        #expect(memo.isSigned(datagram, signedCount: count, by: key.publicKey))
        #expect(memo.isSigned(datagram, signedCount: count, by: key.publicKey))
        #expect(memo.isSigned(relayed, signedCount: count, by: key.publicKey))
        #expect(memo.verified == 1 && memo.remembered == 2)
    }

    @Test func `a single flipped bit is verified for itself and refused, wherever it is`() {
        let key = SigningKey(seed: [UInt8](repeating: 1, count: 32))
        let memo = MemoVerifier(over: SodiumVerifier())
        let (datagram, count) = signed(key, body: 5)
        #expect(memo.isSigned(datagram, signedCount: count, by: key.publicKey))
        for place in 0..<(count + Envelope.signatureBytes)
        where !(Envelope.Offset.relay..<Envelope.headerBytes).contains(place) {
            var forged = datagram
            forged[place] ^= 1
            #expect(!memo.isSigned(forged, signedCount: count, by: key.publicKey))
        }
        #expect(memo.isSigned(datagram, signedCount: count, by: key.publicKey))
    }

    @Test func `another key is another verdict`() {
        let key = SigningKey(seed: [UInt8](repeating: 1, count: 32))
        let other = SigningKey(seed: [UInt8](repeating: 2, count: 32))
        let memo = MemoVerifier(over: SodiumVerifier())
        let (datagram, count) = signed(key, body: 5)
        #expect(memo.isSigned(datagram, signedCount: count, by: key.publicKey))
        #expect(!memo.isSigned(datagram, signedCount: count, by: other.publicKey))
    }

    @Test func `what was signed here is known without a check, and only that, under only that key`() {
        let key = SigningKey(seed: [UInt8](repeating: 1, count: 32))
        let other = SigningKey(seed: [UInt8](repeating: 2, count: 32))
        let memo = MemoVerifier(over: SodiumVerifier())
        let signer = NotingSigner(key, memo: memo)
        let (datagram, count) = signed(key, body: 5)
        let statement = MessageStatement.bytes(of: datagram, signedCount: count)
        #expect(signer.signature(over: statement) == Array(datagram[count..<count + Envelope.signatureBytes]))
        #expect(memo.isSigned(datagram, signedCount: count, by: key.publicKey))
        #expect(memo.known == 1 && memo.verified == 0)
        for place in [0, Envelope.headerBytes, count - 1, count + 20] {
            var forged = datagram
            forged[place] ^= 1
            #expect(!memo.isSigned(forged, signedCount: count, by: key.publicKey))
        }
        #expect(!memo.isSigned(datagram, signedCount: count, by: other.publicKey))
        #expect(memo.known == 1 && memo.verified == 5)
    }
}
