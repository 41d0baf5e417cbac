/// A word, a mark or a literal of a source file, with its line.
struct Token: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        case word, mark
        /// The text is what stands between the quotes, without what is interpolated.
        case string
    }

    var kind: Kind
    var text: String
    var line: Int
}

/// Cuts Swift into tokens: comments vanish, strings become one token each, preceded by the tokens they interpolate.
/// It knows just enough of the language for the rules of this house; regex literals are not understood.
struct SwiftTokens {
    private let bytes: [UInt8]
    private var position = 0
    private var line = 1
    private(set) var tokens: [Token] = []

    static func of(_ text: String) -> [Token] {
        var scanner = SwiftTokens(text)
        scanner.scan(untilParenthesis: false)
        return scanner.tokens
    }

    private init(_ text: String) { bytes = Array(text.utf8) }

    private func peek(_ ahead: Int = 0) -> UInt8? {
        position + ahead < bytes.count ? bytes[position + ahead] : nil
    }

    private func starts(with text: String) -> Bool { bytes[position...].starts(with: text.utf8) }

    private mutating func advance(_ count: Int = 1) {
        for _ in 0..<count where position < bytes.count {
            if bytes[position] == UInt8(ascii: "\n") { line += 1 }
            position += 1
        }
    }

    /// Scans to the end, or inside an interpolation to the parenthesis that closes it.
    private mutating func scan(untilParenthesis: Bool) {
        var depth = 0
        while let byte = peek() {
            if starts(with: "//") {
                while let next = peek(), next != UInt8(ascii: "\n") { advance() }
            } else if starts(with: "/*") {
                skipBlockComment()
            } else if byte == UInt8(ascii: "\"") || isRawString() {
                string()
            } else if Self.isWord(byte) || byte == UInt8(ascii: "`") {
                word()
            } else if byte <= UInt8(ascii: " ") {
                advance()
            } else {
                if byte == UInt8(ascii: "(") { depth += 1 }
                if byte == UInt8(ascii: ")") {
                    if untilParenthesis, depth == 0 { return advance() }
                    depth -= 1
                }
                tokens.append(Token(kind: .mark, text: String(UnicodeScalar(byte)), line: line))
                advance()
            }
        }
    }

    private mutating func skipBlockComment() {
        var depth = 0
        repeat {
            if starts(with: "/*") {
                depth += 1
                advance(2)
            } else if starts(with: "*/") {
                depth -= 1
                advance(2)
            } else {
                advance()
            }
        } while depth > 0 && position < bytes.count
    }

    private mutating func word() {
        let start = line
        var text: [UInt8] = []
        if peek() == UInt8(ascii: "`") {
            // A name in backticks may hold spaces: a test's rule.
            advance()
            while let byte = peek(), byte != UInt8(ascii: "`"), byte != UInt8(ascii: "\n") {
                text.append(byte)
                advance()
            }
            advance()
        } else {
            while let byte = peek(), Self.isWord(byte) {
                text.append(byte)
                advance()
            }
        }
        tokens.append(Token(kind: .word, text: String(decoding: text, as: UTF8.self), line: start))
    }

    private func isRawString() -> Bool {
        var ahead = 0
        while peek(ahead) == UInt8(ascii: "#") { ahead += 1 }
        return ahead > 0 && peek(ahead) == UInt8(ascii: "\"")
    }

    private mutating func string() {
        let start = line
        var pounds = 0
        while peek() == UInt8(ascii: "#") {
            pounds += 1
            advance()
        }
        let quotes = starts(with: "\"\"\"") ? 3 : 1
        advance(quotes)
        let hashes = String(repeating: "#", count: pounds)
        let end = String(repeating: "\"", count: quotes) + hashes
        let escape = "\\" + hashes
        var text: [UInt8] = []
        while position < bytes.count, !starts(with: end) {
            if starts(with: escape + "(") {
                advance(escape.utf8.count + 1)
                scan(untilParenthesis: true)
            } else if starts(with: escape) {
                advance(escape.utf8.count + 1)
            } else {
                text.append(bytes[position])
                advance()
            }
        }
        advance(end.utf8.count)
        tokens.append(Token(kind: .string, text: String(decoding: text, as: UTF8.self), line: start))
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"), 0x80...:
            true
        default: false
        }
    }
}

extension [Token] {
    /// Whether the tokens from `index` on read like this.
    func reads(_ texts: String..., at index: Int) -> Bool {
        index >= 0 && index + texts.count <= count
            && zip(self[index...], texts).allSatisfy { $0.kind != .string && $0.text == $1 }
    }

    /// The mark or word at an index; nothing past the ends or for a string.
    func text(_ index: Int) -> String {
        indices.contains(index) && self[index].kind != .string ? self[index].text : ""
    }

    /// Where the bracket opened at `index` closes; the last index if it never does.
    func closing(_ index: Int) -> Int {
        let open = text(index)
        let close = [("(", ")"), ("[", "]"), ("{", "}")].first { $0.0 == open }?.1 ?? ""
        var depth = 0
        for position in index..<count {
            if text(position) == open { depth += 1 }
            if text(position) == close {
                depth -= 1
                if depth == 0 { return position }
            }
        }
        return count - 1
    }
}
