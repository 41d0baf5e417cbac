import CSodium
import SkeinWire

/// Signs what this robot says. A replay of a recorded run injects one that holds no key.
package protocol Signer: AnyObject {
    func signature(over bytes: [UInt8]) -> [UInt8]
}

/// Checks what others say. The simulator injects one that verifies identical bytes under one key only once.
package protocol Verifier: AnyObject {
    /// `datagram` still has its starred fields; `signedCount` bytes are signed with those zero, and the 64 bytes of
    /// signature follow them.
    func isSigned(_ datagram: [UInt8], signedCount: Int, by key: PublicKey) -> Bool
    /// Whether a datagram ends in the fleet's tag over the rest of it.
    func isTagged(_ datagram: [UInt8], by key: FleetKey) -> Bool
}

extension Verifier {
    package func isTagged(_ datagram: [UInt8], by key: FleetKey) -> Bool { key.accepts(datagram) }
}

/// The signer of a robot in service.
package final class KeySigner: Signer {
    private let key: SigningKey
    package init(_ key: SigningKey) { self.key = key }
    package func signature(over bytes: [UInt8]) -> [UInt8] { key.signature(over: bytes) }
}

/// Ed25519 by libsodium, every time.
package final class SodiumVerifier: Verifier {
    package init() { precondition(Sodium.ready, "libsodium cannot start") }

    package func isSigned(_ datagram: [UInt8], signedCount: Int, by key: PublicKey) -> Bool {
        precondition(datagram.count >= signedCount + Envelope.signatureBytes, "a datagram without its signature")
        var signed = Array(datagram[..<signedCount])
        Seal.clearRelayFields(&signed)
        return datagram.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return false }
            return crypto_sign_verify_detached(base + signedCount, signed, UInt64(signedCount), key.bytes) == 0
        }
    }
}
