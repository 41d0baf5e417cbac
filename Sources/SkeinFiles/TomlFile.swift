import TOMLKit

/// A TOML file read and found to fit its schema.
package struct TomlFile {
    package let path: String
    /// The keys before the first table.
    package let top: TomlTable

    /// Small files only: nobody writes a megabyte of configuration.
    package static let bytesMax = 1 << 20

    package static func read(_ path: String, schema: TomlSchema, bytesMax: Int = bytesMax) throws(FileError) -> TomlFile
    {
        try TomlFile(text: try InputFile.text(of: path), path: path, schema: schema, bytesMax: bytesMax)
    }

    package init(text: String, path: String, schema: TomlSchema, bytesMax: Int = bytesMax) throws(FileError) {
        self.path = path
        top = try Self.unchecked(text: text, path: path, bytesMax: bytesMax)
        try Self.check(top, schema)
    }

    /// The file's tables, fitting no schema yet: for whoever merges several files and tells of every fault, not the first.
    static func unchecked(text: String, path: String, bytesMax: Int = bytesMax) throws(FileError) -> TomlTable {
        guard text.utf8.count <= bytesMax else {
            throw FileError(file: path, message: "larger than \(bytesMax) bytes, the most such a file may have")
        }
        // TOMLKit hands the text on as a C string, which would silently end here.
        if let offset = Array(text.utf8).firstIndex(of: 0) {
            throw FileError(
                file: path, position: .init(offset: offset, in: Array(text.utf8)),
                message: "expected text, found a NUL byte")
        }
        let positions = TomlPositions(text)
        if let pitfall = positions.pitfall {
            let bytes = Array(text.utf8)
            // A fault before it is the one to tell of.
            _ = try Self.parsed(String(decoding: bytes[..<pitfall.statementOffset], as: UTF8.self), path: path)
            throw FileError(
                file: path, position: .init(offset: pitfall.offset, in: bytes), message: pitfall.expected)
        }
        let value = TomlValue(try Self.parsed(text, path: path))
        return TomlTable(source: .init(file: path, positions: positions), path: "", value: value)
    }

    private static func parsed(_ text: String, path: String) throws(FileError) -> TOMLTable {
        do {
            return try TOMLTable(string: text)
        } catch let error as TOMLParseError {
            throw FileError(
                file: path, position: .init(line: error.source.begin.line, column: error.source.begin.column),
                message: error.description)
        } catch {
            throw FileError(file: path, message: "not TOML: \(error)")
        }
    }

    private static func check(_ top: TomlTable, _ schema: TomlSchema) throws(FileError) {
        let topKeys = schema.sections.first { $0.name.isEmpty }?.keys ?? []
        let names = schema.sections.map(\.name).filter { !$0.isEmpty }
        for name in top.keysInFileOrder where !topKeys.contains(where: { $0.name == name }) {
            guard let section = schema.sections.first(where: { $0.name == name }) else {
                let known = topKeys.map(\.name) + names
                throw top.fault(name, NearestName.complaint(top.isTable(name) ? "table" : "key", name, known: known))
            }
            for table in try section.isList ? top.tables(name) : top.table(name).map({ [$0] }) ?? [] {
                try check(table, section.keys)
            }
        }
        try check(top, topKeys, others: names)
        for section in schema.sections where !section.isList && top[section.name] == nil {
            if let needed = section.keys.first(where: { $0.fallback == nil }) {
                throw FileError(
                    file: top.file, message: "no [\(section.name)] table with \(needed.name), \(needed.kind.expected)")
            }
        }
    }

    private static func check(_ table: TomlTable, _ keys: [TomlSchema.Key], others: [String] = []) throws(FileError) {
        for name in table.keysInFileOrder where !others.contains(name) {
            guard let key = keys.first(where: { $0.name == name }) else {
                throw table.fault(name, NearestName.complaint("key", name, known: keys.map(\.name)))
            }
            if let value = table[name], let complaint = key.kind.complaint(about: value) {
                throw table.fault(name, "\(name): \(complaint)")
            }
        }
        if let needed = keys.first(where: { $0.fallback == nil && table[$0.name] == nil }) {
            throw table.fault(nil, "\(needed.name) is missing: expected \(needed.kind.expected)")
        }
    }
}
