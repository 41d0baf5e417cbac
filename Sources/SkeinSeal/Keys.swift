import CSodium
import SkeinWire

/// libsodium, initialised once. Its start-up reads the system's entropy and picks the fastest implementations.
enum Sodium {
    static let ready: Bool = {
        precondition(sodium_init() >= 0, "libsodium cannot start")
        return true
    }()
}

/// A new secret, from the kernel's generator. Only where keys are made, never inside a peer: its luck is its seed.
package enum NewSecret {
    /// libsodium reads getrandom(2), which waits until the kernel's pool is ready: a robot's first boot makes no weak key.
    package static func bytes(count: Int) -> [UInt8] {
        precondition(Sodium.ready && count > 0, "a secret of \(count) bytes")
        var bytes = [UInt8](repeating: 0, count: count)
        randombytes_buf(&bytes, bytes.count)
        return bytes
    }
}

/// An Ed25519 public key, 32 bytes (RFC 8032).
package struct PublicKey: Hashable, Sendable {
    package static let byteCount = 32
    package let bytes: [UInt8]

    package init?(bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }
}

/// A robot's Ed25519 key pair.
package struct SigningKey: Sendable {
    package static let seedBytes = 32
    package let publicKey: PublicKey
    private let secret: [UInt8]

    /// Derives the pair from a 32-byte seed (RFC 8032 §5.1.5). The seed is the secret.
    package init(seed: [UInt8]) {
        precondition(Sodium.ready && seed.count == Self.seedBytes, "a seed of \(seed.count) bytes")
        var publicBytes = [UInt8](repeating: 0, count: PublicKey.byteCount)
        var secretBytes = [UInt8](repeating: 0, count: 64)
        let status = crypto_sign_seed_keypair(&publicBytes, &secretBytes, seed)
        precondition(status == 0, "no key pair from the seed")
        guard let key = PublicKey(bytes: publicBytes) else { preconditionFailure("a public key of another size") }
        publicKey = key
        secret = secretBytes
    }

    /// The 64-byte detached signature; deterministic, as Ed25519 is.
    package func signature(over bytes: [UInt8]) -> [UInt8] {
        var signature = [UInt8](repeating: 0, count: Envelope.signatureBytes)
        let status = crypto_sign_detached(&signature, nil, bytes, UInt64(bytes.count), secret)
        precondition(status == 0, "no signature")
        return signature
    }
}
