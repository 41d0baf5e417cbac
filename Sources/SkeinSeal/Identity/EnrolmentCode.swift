import CSodium

/// What a new robot shows and its operator types at an enrolled one: 48 random bits as three proquints. Good for one
/// enrolment; void after it, and after a few tries with another code.
package struct EnrolmentCode: Hashable, Sendable {
    static let byteCount = 6
    private static let words = byteCount / 2

    let bytes: [UInt8]

    private init(bytes: [UInt8]) { self.bytes = bytes }

    package static func fresh() -> EnrolmentCode { EnrolmentCode(bytes: NewSecret.bytes(count: byteCount)) }

    /// Nil unless it is three proquints, by hyphens or blanks.
    package init?(text: String) {
        guard let bytes = Proquint.bytes(of: text, words: Self.words) else { return nil }
        self.bytes = bytes
    }

    package var text: String { Proquint.text(of: bytes) }
}

/// The secret that both sides of an enrolment make of the code: Argon2id (RFC 9106) with libsodium's limits for interactive
/// use, salted with the robot's public key, so that nothing can be computed before the key is known. With 48 bits of code
/// whoever has recorded an enrolment needs 2^47 such computations for an even chance, and has learned by then a code that
/// opens nothing: the answer is sealed to the robot's key besides.
package struct EnrolmentSecret: Sendable {
    package static let tagBytes = 32
    private static let secretBytes = 32
    private let secret: [UInt8]

    /// About a tenth of a second and 64 MiB. Nil: the memory is not there.
    package init?(code: EnrolmentCode, robot: PublicKey) {
        precondition(Sodium.ready, "libsodium cannot start")
        var salt = [UInt8](repeating: 0, count: Int(crypto_pwhash_SALTBYTES))
        var status = crypto_generichash(&salt, salt.count, robot.bytes, UInt64(robot.bytes.count), nil, 0)
        precondition(status == 0, "no hash of a key")
        var secret = [UInt8](repeating: 0, count: Self.secretBytes)
        let password = code.bytes.map { CChar(bitPattern: $0) }
        status = crypto_pwhash(
            &secret, UInt64(secret.count), password, UInt64(password.count), salt,
            UInt64(crypto_pwhash_OPSLIMIT_INTERACTIVE), Int(crypto_pwhash_MEMLIMIT_INTERACTIVE),
            crypto_pwhash_ALG_ARGON2ID13)
        guard status == 0 else { return nil }
        self.secret = secret
    }

    /// What is tagged: no tag of one is valid as another.
    enum Use: String {
        case request = "skein/1 join"
        case answer = "skein/1 welcome"
        case datagram = "skein/1 join air"
    }

    /// BLAKE2b-256, keyed, over the use's 16 bytes of label and the bytes.
    func tag(_ use: Use, over bytes: [UInt8]) -> [UInt8] {
        let label = Array(use.rawValue.utf8)
        let whole = label + [UInt8](repeating: 0, count: 16 - label.count) + bytes
        var tag = [UInt8](repeating: 0, count: Self.tagBytes)
        let status = crypto_generichash(&tag, tag.count, whole, UInt64(whole.count), secret, secret.count)
        precondition(status == 0, "no tag")
        return tag
    }

    /// In a time that does not depend on the bytes.
    func accepts(_ tag: [UInt8], _ use: Use, over bytes: [UInt8]) -> Bool {
        guard tag.count == Self.tagBytes else { return false }
        return sodium_memcmp(tag, self.tag(use, over: bytes), Self.tagBytes) == 0
    }
}
