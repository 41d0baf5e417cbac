/// JSON text (RFC 8259) of a value: the same bytes for the same value. Numbers are the shortest that read back the same.
package struct JSONWriter {
    private var bytes: [UInt8] = []

    /// An object's members each on a line of their own down to this depth; what lies deeper stays on its line.
    private static let brokenDepthMax = 3

    private let brokenDepthMax: Int

    private init(brokenDepthMax: Int) { self.brokenDepthMax = brokenDepthMax }

    package static func bytes(of value: JSONValue) -> [UInt8] {
        bytes(of: value, brokenDepthMax: brokenDepthMax)
    }

    /// The same on one line, for streams of values (JSON Lines).
    package static func line(of value: JSONValue) -> [UInt8] { bytes(of: value, brokenDepthMax: 0) }

    private static func bytes(of value: JSONValue, brokenDepthMax: Int) -> [UInt8] {
        var writer = JSONWriter(brokenDepthMax: brokenDepthMax)
        writer.write(value, depth: 0)
        writer.bytes.append(UInt8(ascii: "\n"))
        return writer.bytes
    }

    private mutating func write(_ value: JSONValue, depth: Int) {
        switch value {
        case .null: append("null")
        case .bool(let value): append(value ? "true" : "false")
        case .integer(let value): append(String(value))
        case .number(let value): writeNumber(value)
        case .string(let value): writeString(value)
        case .array(let items):
            let breaks = depth < brokenDepthMax && items.contains(where: \.isObject)
            writeAll(items.count, "[", "]", breaks: breaks, depth: depth) { writer, index in
                writer.write(items[index], depth: depth + 1)
            }
        case .object(let members):
            let breaks = depth < brokenDepthMax && !members.isEmpty
            writeAll(members.count, "{", "}", breaks: breaks, depth: depth) { writer, index in
                writer.writeString(members[index].key)
                writer.append(": ")
                writer.write(members[index].value, depth: depth + 1)
            }
        }
    }

    private mutating func writeAll(
        _ count: Int, _ opening: String, _ closing: String, breaks: Bool, depth: Int,
        _ item: (inout JSONWriter, Int) -> Void
    ) {
        append(opening)
        for index in 0..<count {
            if index > 0 { append(breaks ? "," : ", ") }
            if breaks { newLine(depth + 1) }
            item(&self, index)
        }
        if breaks { newLine(depth) }
        append(closing)
    }

    /// JSON has no word for what is not finite; a figure that could not be formed is null.
    private mutating func writeNumber(_ value: Double) {
        guard value.isFinite else { return append("null") }
        if value == value.rounded() && abs(value) < 1e15 {
            append(String(Int(value)))
        } else {
            append("\(value)")
        }
    }

    private mutating func writeString(_ string: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in string.utf8 {
            switch byte {
            case UInt8(ascii: "\""): append("\\\"")
            case UInt8(ascii: "\\"): append("\\\\")
            case UInt8(ascii: "\n"): append("\\n")
            case UInt8(ascii: "\t"): append("\\t")
            case 0..<0x20: append("\\u00" + (byte < 16 ? "0" : "") + String(byte, radix: 16))
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func newLine(_ depth: Int) {
        bytes.append(UInt8(ascii: "\n"))
        for _ in 0..<depth { append("  ") }
    }

    private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }
}

extension JSONValue {
    fileprivate var isObject: Bool {
        switch self {
        case .object: true
        case .null, .bool, .integer, .number, .string, .array: false
        }
    }
}
