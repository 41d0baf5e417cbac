import CSodium

/// A signature as minisign makes one of a file (minisign(1), version 0.11, "Signature format"): of the file's BLAKE2b-512 hash,
/// and a trusted comment that a second signature binds to the first.
///
///     "ED" | key number 8 | signature 64                       over the hash
///     comment                                                  UTF-8
///     global signature 64                                      over signature and comment
package struct MinisignSignature: Hashable, Sendable {
    package static let headBytes = 2 + numberBytes + signatureBytes
    package static let signatureBytes = 64
    package static let numberBytes = 8
    /// minisign's own bound.
    package static let commentBytesMax = 1_024
    private static let algorithm = Array("ED".utf8)
    private static let hashBytes = 64

    package let number: [UInt8]
    package let signature: [UInt8]
    package let comment: String
    package let global: [UInt8]

    /// Signs a file's bytes.
    package init(of bytes: [UInt8], comment: String, by key: MinisignKey) {
        number = key.number
        signature = key.key.signature(over: Self.hash(of: bytes))
        self.comment = comment
        global = key.key.signature(over: signature + Array(comment.utf8))
    }

    /// Nil: no such signature.
    package init?(head: [UInt8], comment: String, global: [UInt8]) {
        guard head.count == Self.headBytes, Array(head[0..<2]) == Self.algorithm,
            global.count == Self.signatureBytes, comment.utf8.count <= Self.commentBytesMax,
            !comment.utf8.contains(where: { $0 < 0x20 })
        else { return nil }
        number = Array(head[2..<2 + Self.numberBytes])
        signature = Array(head[(2 + Self.numberBytes)...])
        self.comment = comment
        self.global = global
    }

    package var head: [UInt8] { Self.algorithm + number + signature }

    /// Whether the key has signed these bytes, and the comment.
    package func holds(for bytes: [UInt8], by key: PublicKey, verifier: any Verifier) -> Bool {
        verifier.isStated(Self.hash(of: bytes), signature: signature, by: key)
            && verifier.isStated(signature + Array(comment.utf8), signature: global, by: key)
    }

    /// Whether the key is called by this signature's number, as our own keys are.
    package func names(_ key: PublicKey) -> Bool { Fingerprint(of: key).keyNumber == number }

    /// As minisign prints it: sixteen digits, the last byte first.
    package var numberText: String {
        number.reversed().map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined()
    }

    private static func hash(of bytes: [UInt8]) -> [UInt8] {
        precondition(Sodium.ready, "libsodium cannot start")
        var hash = [UInt8](repeating: 0, count: hashBytes)
        let status = crypto_generichash(&hash, hash.count, bytes, UInt64(bytes.count), nil, 0)
        precondition(status == 0, "no hash of a file")
        return hash
    }
}
