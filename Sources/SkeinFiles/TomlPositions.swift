/// Where each key and each list element of a TOML text stands, since TOMLKit's values do not tell. It judges nothing: on
/// anything unforeseen it moves on, and a position is then missing.
///
/// A path is written as a person would: `robots.count`, `fault[1].target[0]`.
struct TomlPositions {
    /// What TOMLKit 0.6.0 asserts on, and would take the process down with it: in toml++ 3.4 a table header that does not
    /// begin with a key (`parse_key`), and a brace where a list's element should be (`parse_value`).
    struct Pitfall {
        let offset: Int
        /// Where the pair or header begins in which it is.
        let statementOffset: Int
        let expected: String
    }

    private(set) var offsets: [String: Int] = [:]
    private(set) var pitfall: Pitfall?

    /// As toml++: TOML_MAX_NESTED_VALUES.
    private static let depthMax = 256

    private let bytes: [UInt8]
    private var offset = 0
    private var statementOffset = 0
    private var tableCounts: [String: Int] = [:]

    init(_ text: String) {
        bytes = Array(text.utf8)
        var prefix = ""
        while let byte = peek {
            statementOffset = offset
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"): offset += 1
            case UInt8(ascii: "#"): skipLine()
            case UInt8(ascii: "["): prefix = header()
            default: pair(under: prefix)
            }
        }
    }

    func position(of path: String) -> FileError.Position? {
        offsets[path].map { FileError.Position(offset: $0, in: bytes) }
    }

    /// `[a.b]` or `[[a.b]]`: the path of the table that follows.
    private mutating func header() -> String {
        let start = offset
        offset += 1
        let isArray = peek == UInt8(ascii: "[")
        if isArray { offset += 1 }
        skipBlank()
        if let byte = peek, !Self.beginsKey(byte), byte != UInt8(ascii: "]") {
            mark("expected a table's name after \"[\"")
        }
        var path = resolved(keys())
        if isArray {
            let count = tableCounts[path, default: 0]
            tableCounts[path] = count + 1
            path += "[\(count)]"
        }
        note(path, start)
        skipLine()
        return path
    }

    /// A table below the latest of a list of tables: `[fault.area]` is `fault[n].area`.
    private func resolved(_ keys: [String]) -> String {
        var path = ""
        for (index, key) in keys.enumerated() {
            path = Self.joined(path, key)
            if index < keys.count - 1, let count = tableCounts[path] { path += "[\(count - 1)]" }
        }
        return path
    }

    private mutating func pair(under prefix: String, depth: Int = 0) {
        skipBlank()
        let start = offset
        var path = prefix
        for key in keys() { path = Self.joined(path, key) }
        guard peek == UInt8(ascii: "=") else {
            offset = max(offset, start) + 1
            return
        }
        note(path, start)
        offset += 1
        value(at: path, depth: depth)
    }

    private mutating func value(at path: String, depth: Int = 0) {
        skipBlank()
        // TOMLKit refuses what is nested deeper; here it must only not exhaust the stack.
        switch depth < Self.depthMax ? peek : nil {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): _ = quoted()
        case UInt8(ascii: "["):
            offset += 1
            var index = 0
            while let byte = nextInside(), byte != UInt8(ascii: "]") {
                let start = offset
                if byte == UInt8(ascii: "}") { mark("expected a value or \"]\", found \"}\"") }
                note("\(path)[\(index)]", offset)
                value(at: "\(path)[\(index)]", depth: depth + 1)
                if offset == start { offset += 1 }
                index += 1
            }
            offset += 1
        case UInt8(ascii: "{"):
            offset += 1
            while let byte = nextInside(), byte != UInt8(ascii: "}") { pair(under: path, depth: depth + 1) }
            offset += 1
        default:
            while let byte = peek, !Self.endsBare(byte) { offset += 1 }
        }
    }

    /// The next byte that begins an element or closes the list.
    private mutating func nextInside() -> UInt8? {
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "#"): skipLine()
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"), UInt8(ascii: ","):
                offset += 1
            default: return byte
            }
        }
        return nil
    }

    private mutating func keys() -> [String] {
        var keys: [String] = []
        while true {
            skipBlank()
            if peek == UInt8(ascii: "\"") || peek == UInt8(ascii: "'") {
                keys.append(quoted())
            } else {
                let start = offset
                while let byte = peek, Self.isBareKey(byte) { offset += 1 }
                keys.append(String(decoding: bytes[start..<offset], as: UTF8.self))
            }
            skipBlank()
            guard peek == UInt8(ascii: ".") else { return keys }
            offset += 1
        }
    }

    /// A string of any of the four kinds, escapes left as they stand.
    private mutating func quoted() -> String {
        let quote = bytes[offset]
        let isLong = bytes[offset...].starts(with: [quote, quote, quote])
        let fence = isLong ? [quote, quote, quote] : [quote]
        offset += fence.count
        let start = offset
        while offset < bytes.count, !bytes[offset...].starts(with: fence) {
            offset += quote == UInt8(ascii: "\"") && bytes[offset] == UInt8(ascii: "\\") ? 2 : 1
        }
        let end = min(offset, bytes.count)
        offset = min(bytes.count, end + fence.count)
        // A long string may end in up to two quotes of its own.
        while isLong, peek == quote { offset += 1 }
        return String(decoding: bytes[start..<end], as: UTF8.self)
    }

    private mutating func mark(_ expected: String) {
        guard pitfall == nil else { return }
        pitfall = Pitfall(offset: offset, statementOffset: statementOffset, expected: expected)
    }

    private mutating func note(_ path: String, _ place: Int) {
        if offsets[path] == nil { offsets[path] = place }
    }

    private mutating func skipBlank() {
        while let byte = peek, byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") { offset += 1 }
    }

    private mutating func skipLine() {
        while let byte = peek, byte != UInt8(ascii: "\n") { offset += 1 }
    }

    private var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private static func joined(_ prefix: String, _ key: String) -> String { prefix.isEmpty ? key : "\(prefix).\(key)" }

    private static func beginsKey(_ byte: UInt8) -> Bool {
        isBareKey(byte) || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'")
    }

    private static func isBareKey(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    private static func endsBare(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: "#"), UInt8(ascii: "\n"): true
        default: false
        }
    }
}
