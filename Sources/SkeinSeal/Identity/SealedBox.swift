import CSodium
import SkeinWire

/// Bytes that only the owner of a robot's key can open, from nobody in particular: libsodium's crypto_box_seal (X25519,
/// XSalsa20-Poly1305) to the X25519 form of the Ed25519 key. Whoever opens one knows nothing about who closed it: that is
/// said by the signature or the code around it.
package enum SealedBox {
    /// The ephemeral public key and the tag.
    package static let overheadBytes = 48

    /// Nil for a public key that no secret belongs to. Draws its ephemeral key from the kernel, so never inside a peer.
    package static func close(_ bytes: [UInt8], to key: PublicKey) -> [UInt8]? {
        precondition(Sodium.ready, "libsodium cannot start")
        var point = [UInt8](repeating: 0, count: Int(crypto_box_PUBLICKEYBYTES))
        // Refuses points of small order, which would seal to everybody.
        guard crypto_sign_ed25519_pk_to_curve25519(&point, key.bytes) == 0 else { return nil }
        var sealed = [UInt8](repeating: 0, count: bytes.count + overheadBytes)
        guard crypto_box_seal(&sealed, bytes, UInt64(bytes.count), point) == 0 else { return nil }
        return sealed
    }
}

/// Opens what was sealed to a robot's key.
package final class KeyOpener: Opener, Sendable {
    private let point: [UInt8]
    private let secret: [UInt8]

    /// Of the same 32 bytes as the robot's `SigningKey`.
    package init(seed: [UInt8]) {
        precondition(Sodium.ready && seed.count == SigningKey.seedBytes, "a seed of \(seed.count) bytes")
        var publicBytes = [UInt8](repeating: 0, count: PublicKey.byteCount)
        var pair = [UInt8](repeating: 0, count: 64)
        var point = [UInt8](repeating: 0, count: Int(crypto_box_PUBLICKEYBYTES))
        var secret = [UInt8](repeating: 0, count: Int(crypto_box_SECRETKEYBYTES))
        let isMade =
            crypto_sign_seed_keypair(&publicBytes, &pair, seed) == 0
            && crypto_sign_ed25519_pk_to_curve25519(&point, publicBytes) == 0
            && crypto_sign_ed25519_sk_to_curve25519(&secret, pair) == 0
        precondition(isMade, "no X25519 pair from the seed")
        self.point = point
        self.secret = secret
    }

    /// Nil: not sealed to this key, or changed on the way.
    package func open(_ sealed: [UInt8]) -> [UInt8]? {
        guard sealed.count >= SealedBox.overheadBytes else { return nil }
        var bytes = [UInt8](repeating: 0, count: sealed.count - SealedBox.overheadBytes)
        guard crypto_box_seal_open(&bytes, sealed, UInt64(sealed.count), point, secret) == 0 else { return nil }
        return bytes
    }
}
