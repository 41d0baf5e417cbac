/// One table of a TOML file, and the place of all it holds. The schema has been checked, so a value that is there has the
/// kind it is asked for.
package struct TomlTable {
    struct Source {
        var file: String
        var positions: TomlPositions
    }

    private let source: Source
    private let path: String
    private let entries: [TomlValue.Entry]

    init(source: Source, path: String, value: TomlValue) {
        self.source = source
        self.path = path
        guard case .table(let entries) = value else { preconditionFailure("\(path) is \(value.kind), not a table") }
        self.entries = entries
    }

    package var file: String { source.file }

    package subscript(_ key: String) -> TomlValue? { entries.first { $0.key == key }?.value }

    package func integer(_ key: String) -> Int? {
        guard let value = self[key] else { return nil }
        guard case .integer(let number) = value else {
            preconditionFailure("\(joined(key)) is \(value.kind) after the check")
        }
        return number
    }

    package func number(_ key: String) -> Double? {
        guard let value = self[key] else { return nil }
        guard let number = value.asNumber else {
            preconditionFailure("\(joined(key)) is \(value.kind) after the check")
        }
        return number
    }

    package func flag(_ key: String) -> Bool? {
        guard let value = self[key] else { return nil }
        guard case .bool(let flag) = value else {
            preconditionFailure("\(joined(key)) is \(value.kind) after the check")
        }
        return flag
    }

    package func text(_ key: String) -> String? {
        guard let value = self[key] else { return nil }
        guard case .string(let text) = value else {
            preconditionFailure("\(joined(key)) is \(value.kind) after the check")
        }
        return text
    }

    package func point(_ key: String) -> (x: Double, y: Double)? {
        guard let value = self[key] else { return nil }
        guard case .array(let items) = value, items.count == 2, let x = items[0].asNumber, let y = items[1].asNumber
        else {
            preconditionFailure("\(joined(key)) is \(value.kind) after the check")
        }
        return (x, y)
    }

    /// A lone value is a list of one.
    package func list(_ key: String) -> [TomlValue]? {
        guard let value = self[key] else { return nil }
        guard case .array(let items) = value else { return [value] }
        return items
    }

    package func table(_ key: String) throws(FileError) -> TomlTable? {
        guard let value = self[key] else { return nil }
        guard case .table = value else { throw fault(key, "expected a table [\(joined(key))], found \(value.kind)") }
        return TomlTable(source: source, path: joined(key), value: value)
    }

    package func tables(_ key: String) throws(FileError) -> [TomlTable] {
        guard let value = self[key] else { return [] }
        guard case .array(let items) = value else {
            throw fault(key, "expected tables [[\(joined(key))]], found \(value.kind)")
        }
        var tables: [TomlTable] = []
        for (index, item) in items.enumerated() {
            guard case .table = item else {
                throw fault("\(key)[\(index)]", "expected a table [[\(joined(key))]], found \(item.kind)")
            }
            tables.append(TomlTable(source: source, path: "\(joined(key))[\(index)]", value: item))
        }
        return tables
    }

    package func isTable(_ key: String) -> Bool {
        switch self[key] {
        case .table: true
        case .array(let items):
            items.contains { if case .table = $0 { true } else { false } }
        case .string, .integer, .number, .bool, .moment, nil: false
        }
    }

    /// So that the first fault of a file is the first one read.
    var keysInFileOrder: [String] {
        entries.map(\.key).sorted { (place($0), $0) < (place($1), $1) }
    }

    private func place(_ key: String) -> Int {
        source.positions.offsets[joined(key)] ?? source.positions.offsets[joined(key) + "[0]"] ?? .max
    }

    /// What is wrong with a key, or with the table itself.
    package func fault(_ key: String?, _ message: String) -> FileError {
        FileError(file: file, position: position(key), message: path.isEmpty ? message : "[\(path)] \(message)")
    }

    /// Where a key stands, or the table itself.
    func position(_ key: String?) -> FileError.Position? {
        var position = key.flatMap { source.positions.position(of: joined($0)) }
        if let key, position == nil { position = source.positions.position(of: joined(key) + "[0]") }
        return position ?? source.positions.position(of: path)
    }

    private func joined(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
}
