/// Strict JSON (RFC 8259) with the place of every fault. Ours because FoundationEssentials' decoder says only "not valid
/// JSON", without line or index, and takes `[1,]`; the tests hold that it takes whatever is taken here.
///
/// Stricter than the standard where it leaves a choice: one document and nothing after it, no key twice in an object, no
/// number beyond a double's range.
package struct JSONReader {
    /// Nesting deeper than this is refused: the reader descends on its own stack.
    package static let depthMax = 64

    private let file: String
    private let bytes: [UInt8]
    private var offset = 0

    package static func read(file: String) throws(FileError) -> JSONValue {
        try read(try InputFile.text(of: file), file: file)
    }

    package static func read(_ text: String, file: String) throws(FileError) -> JSONValue {
        var reader = JSONReader(file: file, bytes: Array(text.utf8))
        let value = try reader.value(depth: 0)
        reader.skipSpace()
        guard reader.offset == reader.bytes.count else { throw reader.expected("the end of the document") }
        return value
    }

    private init(file: String, bytes: [UInt8]) {
        self.file = file
        self.bytes = bytes
    }

    private mutating func value(depth: Int) throws(FileError) -> JSONValue {
        skipSpace()
        guard depth <= Self.depthMax else { throw fault("nested deeper than \(Self.depthMax)") }
        if let byte = peek, byte == UInt8(ascii: "-") || Self.isDigit(byte) { return try number() }
        switch peek {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: throw expected("a value")
        }
    }

    private mutating func object(depth: Int) throws(FileError) -> JSONValue {
        offset += 1
        var members: [JSONValue.Member] = []
        var keys = Set<String>()
        skipSpace()
        if take("}") { return .object([]) }
        while true {
            skipSpace()
            guard peek == UInt8(ascii: "\"") else { throw expected("a key in quotes") }
            let start = offset
            let key = try string()
            guard keys.insert(key).inserted else { throw fault("the key \"\(key)\" stands here twice", at: start) }
            skipSpace()
            guard take(":") else { throw expected("\":\" after the key \"\(key)\"") }
            members.append(.init(key, try value(depth: depth + 1)))
            skipSpace()
            if take("}") { return .object(members) }
            guard take(",") else { throw expected("\",\" or \"}\"") }
        }
    }

    private mutating func array(depth: Int) throws(FileError) -> JSONValue {
        offset += 1
        var items: [JSONValue] = []
        skipSpace()
        if take("]") { return .array([]) }
        while true {
            items.append(try value(depth: depth + 1))
            skipSpace()
            if take("]") { return .array(items) }
            guard take(",") else { throw expected("\",\" or \"]\"") }
        }
    }

    private mutating func number() throws(FileError) -> JSONValue {
        let start = offset
        _ = take("-")
        let first = peek
        let leading = skipDigits()
        guard leading > 0 else { throw expected("a digit") }
        guard first != UInt8(ascii: "0") || leading == 1 else { throw fault("a number with a leading zero", at: start) }
        var isWhole = true
        if take(".") {
            isWhole = false
            guard skipDigits() > 0 else { throw expected("a digit") }
        }
        if take("e") || take("E") {
            isWhole = false
            if !take("+") { _ = take("-") }
            guard skipDigits() > 0 else { throw expected("a digit") }
        }
        let text = String(decoding: bytes[start..<offset], as: UTF8.self)
        if isWhole, text != "-0", let whole = Int(text) { return .integer(whole) }
        guard let value = Double(text), value.isFinite else { throw fault("\(text) is out of range", at: start) }
        return .number(value)
    }

    private mutating func word(_ text: StaticString, _ value: JSONValue) throws(FileError) -> JSONValue {
        for index in 0..<text.utf8CodeUnitCount {
            guard peek == text.utf8Start[index] else { throw expected("\"\(text)\"") }
            offset += 1
        }
        return value
    }

    private mutating func string() throws(FileError) -> String {
        offset += 1
        var content: [UInt8] = []
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "\""):
                offset += 1
                return String(decoding: content, as: UTF8.self)
            case UInt8(ascii: "\\"):
                content.append(contentsOf: String(try escaped()).utf8)
            case 0..<0x20:
                throw expected("no bare control character in a string")
            default:
                content.append(byte)
                offset += 1
            }
        }
        throw expected("the string's closing quote")
    }

    private mutating func escaped() throws(FileError) -> Unicode.Scalar {
        let start = offset
        offset += 2
        guard offset <= bytes.count else { throw expected("the string's closing quote") }
        switch bytes[offset - 1] {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"):
            let unit = try hex4()
            guard (0xD800..<0xDC00).contains(unit) else {
                guard let scalar = Unicode.Scalar(unit) else { throw fault("half of a surrogate pair", at: start) }
                return scalar
            }
            guard take("\\"), take("u") else { throw fault("half of a surrogate pair", at: start) }
            let low = try hex4()
            guard (0xDC00..<0xE000).contains(low) else { throw fault("half of a surrogate pair", at: start) }
            return Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))!
        default: throw fault("an unknown escape", at: start)
        }
    }

    private mutating func hex4() throws(FileError) -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
                throw expected("four hexadecimal digits")
            }
            unit = unit << 4 | UInt32(digit)
            offset += 1
        }
        return unit
    }

    private var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: scalar) else { return false }
        offset += 1
        return true
    }

    private mutating func skipDigits() -> Int {
        let start = offset
        while let byte = peek, Self.isDigit(byte) { offset += 1 }
        return offset - start
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { offset += 1 }
    }

    private func expected(_ what: String) -> FileError {
        guard let byte = peek else { return fault("expected \(what), found the end of the file") }
        let found = (0x21..<0x7F).contains(byte) ? "\"\(Character(Unicode.Scalar(byte)))\"" : "byte \(byte)"
        return fault("expected \(what), found \(found)")
    }

    private func fault(_ message: String, at place: Int? = nil) -> FileError {
        FileError(file: file, position: .init(offset: place ?? offset, in: bytes), message: message)
    }
}
