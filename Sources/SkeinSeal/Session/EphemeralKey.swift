import CSodium

/// An X25519 key pair (RFC 7748) made for one handshake. Once both sides have let it go, nobody can compute the session's
/// keys again, whatever else falls into his hands: that is the forward secrecy.
final class EphemeralKey {
    static let byteCount = 32
    let publicBytes: [UInt8]
    private let secret: SecretBytes

    init(from source: any SecretSource) {
        let secret = SecretBytes(count: Self.byteCount, from: source)
        publicBytes = [UInt8](unsafeUninitializedCapacity: Self.byteCount) { buffer, count in
            guard let start = buffer.baseAddress else { preconditionFailure("no room for a key") }
            let status = crypto_scalarmult_base(start, secret.start)
            precondition(status == 0, "no public key")
            count = Self.byteCount
        }
        self.secret = secret
    }

    /// The secret shared with who has the other half; nil if the other key is one that makes it zero whatever ours is.
    func shared(with other: [UInt8]) -> SecretBytes? {
        guard other.count == Self.byteCount else { return nil }
        let shared = SecretBytes(count: Self.byteCount)
        return crypto_scalarmult(shared.start, secret.start, other) == 0 ? shared : nil
    }
}
