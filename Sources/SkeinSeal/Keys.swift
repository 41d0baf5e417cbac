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

/// The fleet's shared key: a cheap filter in front of the signature, not a proof of who spoke.
package struct FleetKey: Sendable {
    package static let byteCount = 32
    /// Nil: keyless.
    private let secret: [UInt8]?
    /// The first eight bytes of the key's own hash.
    package let fleet: FleetID

    package init(bytes: [UInt8]) {
        precondition(Sodium.ready && bytes.count == Self.byteCount, "a fleet key of \(bytes.count) bytes")
        secret = bytes
        var hash = [UInt8](repeating: 0, count: 16)
        let status = crypto_generichash(&hash, hash.count, bytes, UInt64(bytes.count), nil, 0)
        precondition(status == 0, "no hash of the fleet key")
        fleet = FleetID(hash.prefix(8).reduce(0) { $0 << 8 | UInt64($1) })
    }

    /// The fleet's name without its key, for replaying what was recorded: its tags are zeros, and it accepts none; whether
    /// a tag held is said by the replay's verifier.
    package init(keyless fleet: FleetID) {
        secret = nil
        self.fleet = fleet
    }

    /// BLAKE2b (RFC 7693), keyed, 16 bytes, over the first `count` bytes; written to `tag`.
    func tag(over bytes: UnsafePointer<UInt8>, count: Int, into tag: UnsafeMutablePointer<UInt8>) {
        guard let secret else { return tag.update(repeating: 0, count: Envelope.tagBytes) }
        let status = crypto_generichash(tag, Envelope.tagBytes, bytes, UInt64(count), secret, secret.count)
        precondition(status == 0, "no tag")
    }

    /// Whether the last 16 bytes of a datagram are the tag over the others. Constant time.
    package func accepts(_ datagram: [UInt8]) -> Bool {
        guard secret != nil else { return false }
        return datagram.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress, buffer.count > Envelope.tagBytes else { return false }
            let covered = buffer.count - Envelope.tagBytes
            return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Envelope.tagBytes) { expected in
                guard let start = expected.baseAddress else { return false }
                tag(over: base, count: covered, into: start)
                return sodium_memcmp(start, base + covered, Envelope.tagBytes) == 0
            }
        }
    }
}
