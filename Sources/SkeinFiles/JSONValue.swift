/// A JSON document as a value. Objects keep their keys in the order given, so that what is written is the same bytes
/// every time.
package enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([Member])

    package struct Member: Hashable, Sendable {
        package var key: String
        package var value: JSONValue
        package init(_ key: String, _ value: JSONValue) {
            self.key = key
            self.value = value
        }
    }

    /// What it is, for complaints.
    package var kind: String {
        switch self {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .integer(let value): "\(value)"
        case .number(let value): "\(value)"
        case .string(let value): value.count <= 40 ? "\"\(value)\"" : "a string"
        case .array(let items): "an array of \(items.count)"
        case .object: "an object"
        }
    }

    package static func numbers(_ values: [Double]) -> JSONValue { .array(values.map { .number($0) }) }
    package static func integers(_ values: [Int]) -> JSONValue { .array(values.map { .integer($0) }) }
    package static func point(_ x: Double, _ y: Double) -> JSONValue { .array([.number(x), .number(y)]) }
    package static func optional(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
}

extension JSONValue: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(elements.map { Member($0.0, $0.1) })
    }
}
