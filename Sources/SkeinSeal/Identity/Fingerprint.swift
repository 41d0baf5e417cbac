import CSodium

/// How people compare keys: SHA-256 over the 32 bytes of the public key, in two forms.
package struct Fingerprint: Hashable, Sendable {
    private static let hashBytes = 32
    /// Of the hash in the words: enough that nobody makes a second key with the same in a mission's time, not more.
    private static let wordBytes = 8

    private let hash: [UInt8]

    package init(of key: PublicKey) {
        precondition(Sodium.ready, "libsodium cannot start")
        var hash = [UInt8](repeating: 0, count: Self.hashBytes)
        let status = crypto_hash_sha256(&hash, key.bytes, UInt64(key.bytes.count))
        precondition(status == 0, "no hash of a key")
        self.hash = hash
    }

    /// As `ssh-keygen -l` writes one: `SHA256:` and base64 without padding. Not the same as ssh's of this key, which hashes
    /// the key's type with it.
    package var text: String { "SHA256:" + KeyText.base64(of: hash).filter { $0 != "=" } }

    /// Four proquints of the hash's first 64 bits, to be read out.
    package var words: String { Proquint.text(of: Array(hash.prefix(Self.wordBytes))) }

    /// What minisign calls the key's number, of our own making: the bytes of the words.
    var keyNumber: [UInt8] { Array(hash.prefix(Self.wordBytes)) }
}
