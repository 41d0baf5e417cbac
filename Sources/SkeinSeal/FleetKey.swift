import CSodium
import SkeinWire

extension FleetID {
    /// A fleet is named by its authority's key, so its name outlives every shared key.
    package init(authority: PublicKey) { self.init(hashing: authority.bytes) }

    init(hashing bytes: [UInt8]) {
        precondition(Sodium.ready, "libsodium cannot start")
        var hash = [UInt8](repeating: 0, count: 16)
        let status = crypto_generichash(&hash, hash.count, bytes, UInt64(bytes.count), nil, 0)
        precondition(status == 0, "no hash of a key")
        self.init(hash.prefix(8).reduce(0) { $0 << 8 | UInt64($1) })
    }
}

/// The fleet's shared key: a cheap filter in front of the signature, not a proof of who spoke. Numbered, for it is rolled
/// when a robot is thrown out.
package struct FleetKey: Sendable {
    package static let byteCount = 32
    /// Nil: keyless.
    private let secret: [UInt8]?
    package let fleet: FleetID
    /// From 1.
    package let number: UInt16

    package init(bytes: [UInt8], fleet: FleetID, number: UInt16 = 1) {
        precondition(Sodium.ready && bytes.count == Self.byteCount, "a fleet key of \(bytes.count) bytes")
        secret = bytes
        self.fleet = fleet
        self.number = number
    }

    /// A fleet without authority, as in a simulator, is named by its key.
    package init(bytes: [UInt8]) { self.init(bytes: bytes, fleet: FleetID(hashing: bytes)) }

    /// The fleet's name without its key, for replaying what was recorded: its tags are zeros, and it accepts none; whether
    /// a tag held is said by the replay's verifier.
    package init(keyless fleet: FleetID, number: UInt16 = 1) {
        secret = nil
        self.fleet = fleet
        self.number = number
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
