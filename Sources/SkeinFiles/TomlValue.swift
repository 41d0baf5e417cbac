import TOMLKit

/// A TOML document's value, free of the library that read it.
package indirect enum TomlValue: Hashable, Sendable {
    case string(String)
    case integer(Int)
    case number(Double)
    case bool(Bool)
    /// A date, a time or both, as written; nothing here takes one.
    case moment(String)
    case array([TomlValue])
    /// Keys ascending.
    case table([Entry])

    package struct Entry: Hashable, Sendable {
        package var key: String
        package var value: TomlValue
    }

    /// What it is, for complaints.
    package var kind: String {
        switch self {
        case .string(let value): value.count <= 40 ? "\"\(value)\"" : "a string"
        case .integer(let value): "\(value)"
        case .number(let value): "\(value)"
        case .bool(let value): "\(value)"
        case .moment(let value): value
        case .array(let items): "a list of \(items.count)"
        case .table: "a table"
        }
    }

    init(_ table: TOMLTable) {
        self = .table(
            table.keys.sorted().compactMap { key in
                table[key].flatMap { Self($0.tomlValue) }.map { Entry(key: key, value: $0) }
            })
    }

    init?(_ value: TOMLValue) {
        switch value.type {
        case .table:
            guard let table = value.table else { return nil }
            self.init(table)
        case .array:
            guard let array = value.array else { return nil }
            self = .array(array.compactMap { Self($0.tomlValue) })
        case .string: self = .string(value.string ?? "")
        case .int: self = .integer(value.int ?? 0)
        case .double: self = .number(value.double ?? .nan)
        case .bool: self = .bool(value.bool ?? false)
        case .date, .time, .dateTime: self = .moment(value.debugDescription)
        }
    }
}

extension TomlValue {
    /// As a TOML file says it: what is read back is equal. Tables are not written this way.
    package var text: String {
        switch self {
        case .string(let value): Self.quoted(value)
        case .integer(let value): "\(value)"
        // TOML has `inf` and `nan` too, spelt as Swift spells them.
        case .number(let value): value.short
        case .bool(let value): "\(value)"
        case .moment(let value): value
        case .array(let items): "[" + items.map(\.text).joined(separator: ", ") + "]"
        case .table(let entries):
            "{ " + entries.map { "\(Self.quoted($0.key)) = \($0.value.text)" }.joined(separator: ", ") + " }"
        }
    }

    /// A basic string (TOML 1.0.0, "String"): quotes, backslashes and control characters escaped.
    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            case "\u{0}"..."\u{1F}", "\u{7F}":
                let hex = String(scalar.value, radix: 16, uppercase: true)
                quoted += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
