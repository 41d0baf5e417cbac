/// A place in a JSON document, with the path that led there: `instances[2].links[17]`. Each step says what it expected.
package struct JSONCursor {
    package let file: String
    package let path: String
    package let value: JSONValue

    package init(file: String, path: String = "", value: JSONValue) {
        self.file = file
        self.path = path
        self.value = value
    }

    package static func read(_ file: String) throws(FileError) -> JSONCursor {
        JSONCursor(file: file, value: try JSONReader.read(file: file))
    }

    package func fault(_ message: String) -> FileError {
        FileError(file: file, message: path.isEmpty ? message : "\(path): \(message)")
    }

    package func expected(_ what: String) -> FileError { fault("expected \(what), found \(value.kind)") }

    /// Nil when an object has no such key.
    package func member(_ key: String) throws(FileError) -> JSONCursor? {
        guard case .object(let members) = value else { throw expected("an object") }
        return members.first { $0.key == key }.map { JSONCursor(file: file, path: joined(key), value: $0.value) }
    }

    package func needed(_ key: String) throws(FileError) -> JSONCursor {
        guard let found = try member(key) else { throw fault("the key \"\(key)\" is missing") }
        return found
    }

    package func elements() throws(FileError) -> [JSONCursor] {
        guard case .array(let items) = value else { throw expected("an array") }
        return items.enumerated().map { JSONCursor(file: file, path: "\(path)[\($0.offset)]", value: $0.element) }
    }

    package func elements(count: Int, of what: String) throws(FileError) -> [JSONCursor] {
        let items = try elements()
        guard items.count == count else { throw fault("expected \(count) \(what), found \(items.count)") }
        return items
    }

    package func number() throws(FileError) -> Double {
        switch value {
        case .integer(let number): return Double(number)
        case .number(let number): return number
        case .null, .bool, .string, .array, .object: throw expected("a number")
        }
    }

    package func number(above low: Double, through high: Double) throws(FileError) -> Double {
        let number = try number()
        guard number > low, number <= high else { throw expected("a number above \(low.short), at most \(high.short)") }
        return number
    }

    package func number(in range: ClosedRange<Double>) throws(FileError) -> Double {
        let number = try number()
        guard range.contains(number) else {
            throw expected("a number \(range.lowerBound.short)…\(range.upperBound.short)")
        }
        return number
    }

    package func integer() throws(FileError) -> Int {
        guard case .integer(let number) = value else { throw expected("a whole number") }
        return number
    }

    package func string() throws(FileError) -> String {
        guard case .string(let text) = value else { throw expected("a string") }
        return text
    }

    package func flag() throws(FileError) -> Bool {
        guard case .bool(let flag) = value else { throw expected("true or false") }
        return flag
    }

    /// The number of a robot of a swarm of `count`.
    package func robot(_ role: String = "robot", of count: Int) throws(FileError) -> Int {
        let number = try integer()
        guard (0..<count).contains(number) else { throw fault("\(role) \(number) outside 0..<\(count)") }
        return number
    }

    package func point(within range: ClosedRange<Double>) throws(FileError) -> (x: Double, y: Double) {
        let pair = try elements(count: 2, of: "coordinates")
        return (try pair[0].number(in: range), try pair[1].number(in: range))
    }

    private func joined(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
}
