import CSodium

/// libsodium called as plainly as can be, in buffers made beforehand: what `skein bench seal` measures this room against.
package final class SodiumAlone {
    private let publicKey = SecretBytes(count: 32)
    private let secretKey = SecretBytes(count: 64)
    private let plain: SecretBytes
    private let sealed: SecretBytes
    private let opened: SecretBytes
    private let signature = SecretBytes(count: 64)
    private let aeadKey = SecretBytes(count: 32, from: SeededSecrets(seed: 2))
    private let nonce = SecretBytes(count: 12)
    private let bytes: Int
    private let additionalBytes = BulkFrame.headerBytes

    /// For messages or payloads of so many bytes.
    package init(bytes: Int) {
        self.bytes = bytes
        plain = SecretBytes(count: bytes, from: SeededSecrets(seed: 1))
        sealed = SecretBytes(count: bytes + 16)
        opened = SecretBytes(count: bytes)
        let seed = SecretBytes(count: 32, from: SeededSecrets(seed: 3))
        let status = crypto_sign_seed_keypair(publicKey.start, secretKey.start, seed.start)
        precondition(status == 0, "no key pair")
    }

    package func sign() { crypto_sign_detached(signature.start, nil, plain.start, UInt64(bytes), secretKey.start) }

    package func verify() -> Bool {
        crypto_sign_verify_detached(signature.start, plain.start, UInt64(bytes), publicKey.start) == 0
    }

    /// With as many bytes authenticated besides as a frame's header has.
    package func encrypt() {
        sodium_increment(nonce.start, nonce.count)
        crypto_aead_chacha20poly1305_ietf_encrypt(
            sealed.start, nil, plain.start, UInt64(bytes), plain.start, UInt64(min(additionalBytes, bytes)), nil,
            nonce.start, aeadKey.start)
    }

    package func decrypt() -> Bool {
        crypto_aead_chacha20poly1305_ietf_decrypt(
            opened.start, nil, nil, sealed.start, UInt64(bytes + 16), plain.start,
            UInt64(min(additionalBytes, bytes)), nonce.start, aeadKey.start) == 0
    }
}
