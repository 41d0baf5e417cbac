import SkeinPeer
import SkeinWire

/// The units of a task for a registered kernel, each with what it is computed from: files, and outputs of units that stand
/// before it. TOML, or JSON where the name ends in `.json`; docs/tasks.md describes it. Files are named from the folder
/// that the units file lies in.
///
///     [[unit]]
///     name = "left"
///     inputs = ["left.png"]
///
///     [[unit]]
///     inputs = ["unit:left", "right.png"]
package struct UnitsFile: Hashable, Sendable {
    package enum Input: Hashable, Sendable {
        case file(String)
        /// By its place in the file.
        case output(of: Int)
    }

    package struct Unit: Hashable, Sendable {
        package var name: String?
        package var inputs: [Input]

        package init(name: String?, inputs: [Input]) {
            self.name = name
            self.inputs = inputs
        }
    }

    /// What an input begins with that is another unit's output; a file that is called so is `./unit:…`.
    package static let mark = "unit:"

    package private(set) var units: [Unit] = []

    package static func read(_ path: String) throws(FileError) -> UnitsFile {
        try UnitsFile(text: try InputFile.text(of: path), path: path)
    }

    package init(text: String, path: String) throws(FileError) {
        if path.hasSuffix(".json") {
            try read(JSONCursor(file: path, value: try JSONReader.read(text, file: path)))
        } else {
            try read(try TomlFile(text: text, path: path, schema: Self.schema).top)
        }
        guard !units.isEmpty else {
            throw FileError(file: path, message: "no unit: expected 1 to \(JobOrder.unitsMax) [[unit]] tables")
        }
    }

    private static let schema = TomlSchema([
        .init(
            "unit", isList: true, about: "A unit.",
            keys: [
                .init("name", .name, "its place", "What other units, and its output, call it."),
                .init("inputs", .texts, nil, "Files, and `unit:NAME` for the output of a unit before it."),
            ])
    ])

    private mutating func read(_ top: TomlTable) throws(FileError) {
        for table in try top.tables("unit") {
            let words = (table.list("inputs") ?? []).compactMap { if case .string(let word) = $0 { word } else { nil } }
            try add(table.text("name"), words) { place, message in table.fault(place, message) }
        }
    }

    private mutating func read(_ top: JSONCursor) throws(FileError) {
        guard case .object(let members) = top.value else { throw top.expected("an object with \"units\"") }
        for member in members where member.key != "units" {
            throw top.fault(NearestName.complaint("key", member.key, known: ["units"]))
        }
        for cursor in try top.needed("units").elements() {
            guard case .object(let members) = cursor.value else { throw cursor.expected("an object") }
            for member in members where !["name", "inputs"].contains(member.key) {
                throw cursor.fault(NearestName.complaint("key", member.key, known: ["name", "inputs"]))
            }
            let name = try cursor.member("name")
            let text = try name?.string()
            if let name, let text, !TomlSchema.Kind.isName(text) { throw name.expected(TomlSchema.Kind.name.expected) }
            var words: [String] = []
            for element in try cursor.needed("inputs").elements() { words.append(try element.string()) }
            try add(text, words) { place, message in cursor.fault(place.map { "\($0): \(message)" } ?? message) }
        }
    }

    private mutating func add(
        _ name: String?, _ words: [String], _ fault: (_ place: String?, _ message: String) -> FileError
    ) throws(FileError) {
        guard units.count < JobOrder.unitsMax else {
            throw fault(nil, "more than \(JobOrder.unitsMax) units; make several tasks of them")
        }
        if let name {
            guard Int(name) == nil else { throw fault("name", "\"\(name)\" is a number: units have numbers already") }
            if let other = units.firstIndex(where: { $0.name == name }) {
                throw fault("name", "unit \(other) is called \"\(name)\" already")
            }
        }
        guard (1...JobUnit.inputsMax).contains(words.count) else {
            throw fault("inputs", "expected 1 to \(JobUnit.inputsMax) inputs, found \(words.count)")
        }
        var inputs: [Input] = []
        for (place, word) in words.enumerated() {
            do throws(Complaint) { inputs.append(try input(word)) } catch {
                throw fault("inputs[\(place)]", error.text)
            }
        }
        units.append(Unit(name: name, inputs: inputs))
        let count = units.reduce(0) { $0 + $1.inputs.count }
        guard count <= JobOrder.inputsMax else {
            throw fault("inputs", "more than \(JobOrder.inputsMax) inputs of all units together")
        }
    }

    private struct Complaint: Error { let text: String }

    private func input(_ word: String) throws(Complaint) -> Input {
        guard word.hasPrefix(Self.mark) else {
            guard TomlSchema.Kind.path.complaint(about: .string(word)) == nil else {
                throw Complaint(text: "expected a file's name, found \"\(word)\"")
            }
            return .file(word)
        }
        let name = String(word.dropFirst(Self.mark.count))
        if let number = Int(name) {
            guard units.indices.contains(number) else {
                throw Complaint(text: "unit \(number) does not stand before this one, which is unit \(units.count)")
            }
            return .output(of: number)
        }
        guard let number = units.firstIndex(where: { $0.name == name }) else {
            let known = units.compactMap(\.name)
            throw Complaint(
                text: known.isEmpty
                    ? "no unit before this one has a name"
                    : NearestName.complaint("unit before this one", name, known: known))
        }
        return .output(of: number)
    }

    /// A file of these units as the program opens it.
    package static func path(of file: String, in unitsFile: String) -> String {
        guard !file.hasPrefix("/"), let slash = unitsFile.lastIndex(of: "/") else { return file }
        return unitsFile[...slash] + file
    }
}
