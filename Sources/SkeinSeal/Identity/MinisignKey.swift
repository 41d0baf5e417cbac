import CSodium

/// minisign's key files, less their lines of text (minisign(1), `minisign.h` of version 0.11), little-endian:
///
///     secret   "Ed" | kdf 2 | checksum 2 "B2" | kdf salt 32 | ops limit u64 | memory limit u64
///              | number 8 | seed 32 | public key 32 | BLAKE2b-256 of "Ed", number, seed, public key
///     public   "Ed" | number 8 | public key 32
///
/// Without a password kdf, salt and limits are zeros. The number is minisign's means to find a key; ours are the first
/// bytes of the key's own hash, any other is kept.
package struct MinisignKey: Sendable {
    package static let secretBytes = 158
    package static let publicBytes = 42
    private static let numberBytes = 8
    private static let algorithm = Array("Ed".utf8)
    private static let checksumAlgorithm = Array("B2".utf8)
    private static let scrypt = Array("Sc".utf8)
    private static let kdfBytes = 2 + 32 + 8 + 8

    package let seed: [UInt8]
    package let number: [UInt8]
    package let key: SigningKey

    /// Why bytes are no key.
    package enum Refusal: Error, Equatable, Sendable {
        case length(Int)
        /// Not Ed25519.
        case algorithm
        /// A password protects it.
        case encrypted
        case unknownDerivation
        case checksum
        /// The public half is another key's.
        case halves
    }

    /// A key of this seed.
    package init(seed: [UInt8]) {
        self.seed = seed
        key = SigningKey(seed: seed)
        number = Fingerprint(of: key.publicKey).keyNumber
    }

    package init(secret bytes: [UInt8]) throws(Refusal) {
        guard bytes.count == Self.secretBytes else { throw .length(bytes.count) }
        guard Array(bytes[0..<2]) == Self.algorithm else { throw .algorithm }
        let derivation = Array(bytes[2..<4])
        guard derivation != Self.scrypt else { throw .encrypted }
        guard derivation == [0, 0], Array(bytes[4..<6]) == Self.checksumAlgorithm else { throw .unknownDerivation }
        number = Array(bytes[54..<62])
        seed = Array(bytes[62..<94])
        key = SigningKey(seed: seed)
        // `minisign -GW` writes zeros there, and reads anything.
        let checksum = Array(bytes[126...])
        guard checksum.allSatisfy({ $0 == 0 }) || checksum == Self.checksum(Array(bytes[54..<126])) else {
            throw .checksum
        }
        guard Array(bytes[94..<126]) == key.publicKey.bytes else { throw .halves }
    }

    package var secretFileBytes: [UInt8] {
        let pair = number + seed + key.publicKey.bytes
        return Self.algorithm + [0, 0] + Self.checksumAlgorithm
            + [UInt8](repeating: 0, count: Self.kdfBytes - 2) + pair + Self.checksum(pair)
    }

    package var publicFileBytes: [UInt8] { Self.algorithm + number + key.publicKey.bytes }

    /// As minisign prints it: sixteen digits, the last byte first.
    package var numberText: String {
        number.reversed().map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined()
    }

    package static func publicKey(of bytes: [UInt8]) throws(Refusal) -> PublicKey {
        guard bytes.count == publicBytes else { throw .length(bytes.count) }
        guard Array(bytes[0..<2]) == algorithm else { throw .algorithm }
        guard let key = PublicKey(bytes: Array(bytes[(2 + numberBytes)...])) else { throw .length(bytes.count) }
        return key
    }

    private static func checksum(_ pair: [UInt8]) -> [UInt8] {
        let bytes = algorithm + pair
        var hash = [UInt8](repeating: 0, count: 32)
        let status = crypto_generichash(&hash, hash.count, bytes, UInt64(bytes.count), nil, 0)
        precondition(status == 0, "no checksum of a key")
        return hash
    }
}
