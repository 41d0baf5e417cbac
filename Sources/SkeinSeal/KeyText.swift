import CSodium

/// Keys as text: base64 (RFC 4648 §4) or hexadecimal, by libsodium's own codecs, whose time does not depend on the bytes.
package enum KeyText {
    /// With padding, as `wg` and `ssh-keygen` write keys.
    package static func base64(of bytes: [UInt8]) -> String {
        let variant = sodium_base64_VARIANT_ORIGINAL
        var text = [CChar](repeating: 0, count: sodium_base64_encoded_len(bytes.count, variant))
        guard sodium_bin2base64(&text, text.count, bytes, bytes.count, variant) != nil else {
            preconditionFailure("no base64 of \(bytes.count) bytes")
        }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The bytes of either form; nil if it is neither, or says more than `bytesMax`. A text of hexadecimal digits alone
    /// that has the length of a key in both forms cannot be: 32 bytes are 64 digits or 44 characters.
    package static func bytes(of text: String, bytesMax: Int) -> [UInt8]? {
        guard text.utf8.count <= 2 * bytesMax else { return nil }
        var bytes = [UInt8](repeating: 0, count: bytesMax)
        var count = 0
        let characters = text.utf8.map { CChar(bitPattern: $0) }
        // Without the out parameter for the end, libsodium refuses whatever follows the last digit.
        if sodium_hex2bin(&bytes, bytes.count, characters, characters.count, nil, &count, nil) == 0, count > 0 {
            return Array(bytes.prefix(count))
        }
        guard
            sodium_base642bin(
                &bytes, bytes.count, characters, characters.count, nil, &count, nil, sodium_base64_VARIANT_ORIGINAL)
                == 0, count > 0
        else { return nil }
        return Array(bytes.prefix(count))
    }
}
