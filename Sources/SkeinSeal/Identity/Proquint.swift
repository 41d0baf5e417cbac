/// Sixteen bits as a word that can be spoken: Wilkerson 2009, arXiv:0901.4016. Consonant, vowel, consonant, vowel,
/// consonant; four bits for a consonant, two for a vowel, the first letter the highest.
package enum Proquint {
    private static let consonants = Array("bdfghjklmnprstvz".utf8)
    private static let vowels = Array("aiou".utf8)
    private static let letters = 5

    /// A word for each two bytes, by hyphens: `lusab-babad`.
    package static func text(of bytes: [UInt8]) -> String {
        precondition(bytes.count.isMultiple(of: 2), "words of \(bytes.count) bytes")
        let words = stride(from: 0, to: bytes.count, by: 2).map { word(UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1])) }
        return words.joined(separator: "-")
    }

    /// The bytes of so many words, by hyphens or blanks, in letters of either case; nil for anything else.
    package static func bytes(of text: String, words count: Int) -> [UInt8]? {
        guard text.utf8.count <= count * (letters + 1) else { return nil }
        let words = text.utf8.split { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: " ") }
        guard words.count == count else { return nil }
        var bytes: [UInt8] = []
        for word in words {
            guard let value = value(of: Array(word)) else { return nil }
            bytes += [UInt8(value >> 8), UInt8(value & 0xFF)]
        }
        return bytes
    }

    private static func word(_ value: UInt16) -> String {
        let value = Int(value)
        let letters = [
            consonants[value >> 12], vowels[value >> 10 & 3], consonants[value >> 6 & 15], vowels[value >> 4 & 3],
            consonants[value & 15],
        ]
        return String(decoding: letters, as: UTF8.self)
    }

    private static func value(of word: [UInt8]) -> UInt16? {
        guard word.count == letters else { return nil }
        var value: UInt16 = 0
        for (place, letter) in word.enumerated() {
            let alphabet = place.isMultiple(of: 2) ? consonants : vowels
            // ASCII: the sixth bit makes a letter a small one.
            guard let digit = alphabet.firstIndex(of: letter | 0x20) else { return nil }
            value = value << (place.isMultiple(of: 2) ? 4 : 2) | UInt16(digit)
        }
        return value
    }
}
