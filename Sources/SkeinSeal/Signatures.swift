import CSodium
import SkeinWire

/// Signs what this robot says. A replay of a recorded run injects one that holds no key.
package protocol Signer: AnyObject {
    func signature(over bytes: [UInt8]) -> [UInt8]
    /// Of a statement (`Statement.bytes`) that travels within messages' bodies, so that a recording must keep it.
    func stated(_ bytes: [UInt8]) -> [UInt8]
}

extension Signer {
    package func stated(_ bytes: [UInt8]) -> [UInt8] { signature(over: bytes) }
}

/// Opens what was sealed to this robot's key alone: its shares of the fleet's keys. Nil: not to this key, or changed.
package protocol Opener: AnyObject {
    func open(_ sealed: [UInt8]) -> [UInt8]?
}

/// Checks what others say. The simulator injects one that verifies identical bytes under one key only once.
package protocol Verifier: AnyObject {
    /// `datagram` still has its starred fields; of `signedCount` bytes the statement is signed with those zero, and the 64
    /// bytes of signature follow them.
    func isSigned(_ datagram: [UInt8], signedCount: Int, by key: PublicKey) -> Bool
    /// Whether a datagram ends in the fleet's tag over the rest of it.
    func isTagged(_ datagram: [UInt8], by key: FleetKey) -> Bool
    /// Whether bytes that stand for themselves (`Statement`, `SignedDigest.statement`) bear this key's signature.
    func isStated(_ bytes: [UInt8], signature: [UInt8], by key: PublicKey) -> Bool
}

extension Verifier {
    package func isTagged(_ datagram: [UInt8], by key: FleetKey) -> Bool { key.accepts(datagram) }

    package func isStated(_ bytes: [UInt8], signature: [UInt8], by key: PublicKey) -> Bool {
        key.verifies(signature, over: bytes)
    }
}

extension PublicKey {
    /// Ed25519 by libsodium, which refuses keys of small order and signatures that are not canonical.
    package func verifies(_ signature: [UInt8], over statement: [UInt8]) -> Bool {
        guard Sodium.ready, signature.count == Envelope.signatureBytes else { return false }
        return crypto_sign_verify_detached(signature, statement, UInt64(statement.count), bytes) == 0
    }
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
        return datagram.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return false }
            return MessageStatement.with(base, signedCount: signedCount) { statement, count in
                crypto_sign_verify_detached(base + signedCount, statement, UInt64(count), key.bytes) == 0
            }
        }
    }
}
