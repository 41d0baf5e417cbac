import SkeinSeal
import SkeinWire

/// Verifies identical bytes under one key only once: every robot in range gets the same.
final class OnceVerifier: Verifier {
    private let inner = SodiumVerifier()
    private var known: [[UInt8]: Bool] = [:]
    private static let knownMax = 20_000

    func isSigned(_ datagram: [UInt8], signedCount: Int, by key: PublicKey) -> Bool {
        var bytes = Array(datagram[..<(signedCount + Envelope.signatureBytes)])
        for index in Envelope.Offset.relay..<Envelope.headerBytes { bytes[index] = 0 }
        bytes += key.bytes
        if let verdict = known[bytes] { return verdict }
        let verdict = inner.isSigned(datagram, signedCount: signedCount, by: key)
        if known.count >= Self.knownMax { known.removeAll(keepingCapacity: true) }
        known[bytes] = verdict
        return verdict
    }
}
