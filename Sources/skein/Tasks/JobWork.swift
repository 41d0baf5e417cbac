import SkeinCodec
import SkeinFiles
import SkeinPeer
import SkeinSeal
import SkeinWire

/// What a task for a registered kernel is made of: its units, and the objects that they are computed from.
struct JobWork {
    let units: [JobOrder.Unit]
    /// What the units are called, where they are called something.
    let unitNames: [String?]
    /// The input file of each unit, where it has one and no more.
    private let files: [String?]
    /// Each once, in the order in which they are needed.
    let sources: [ObjectSource]

    /// Reads everything once, to know its hash.
    init(inputs: [String], unitsFile: String?) throws(FileError) {
        var known: [String: ObjectSource] = [:]
        var sources: [ObjectSource] = []
        func input(_ file: String) throws(FileError) -> JobOrder.Input {
            let source: ObjectSource
            if let before = known[file] {
                source = before
            } else {
                source = try file == "-" ? .standardInput() : ObjectSource(file: file)
                known[file] = source
                if !sources.contains(where: { $0.object == source.object }) { sources.append(source) }
            }
            return .object(source.object, bytes: source.count)
        }
        var units: [JobOrder.Unit] = []
        if let unitsFile {
            let described = try UnitsFile.read(unitsFile)
            for unit in described.units {
                var inputs: [JobOrder.Input] = []
                for need in unit.inputs {
                    switch need {
                    case .file(let file): inputs.append(try input(UnitsFile.path(of: file, in: unitsFile)))
                    case .output(let other): inputs.append(.output(of: other))
                    }
                }
                units.append(.init(inputs: inputs))
            }
            unitNames = described.units.map(\.name)
            files = described.units.map { _ in nil }
        } else {
            for file in inputs { units.append(.init(inputs: [try input(file)])) }
            unitNames = inputs.map { _ in nil }
            files = inputs
        }
        self.units = units
        self.sources = sources
    }

    /// The units whose output no other one needs.
    private var lastUnits: Set<Int> {
        var last = Set(units.indices)
        for unit in units {
            for case .output(let other) in unit.inputs { last.remove(other) }
        }
        return last
    }

    /// Where outputs go; what cannot be written to is refused now, before anything is computed.
    func outputs(out: String?, isIntermediate: Bool, isDetached: Bool) throws(FileError) -> JobOutputs? {
        guard !isDetached else { return nil }
        let wanted = isIntermediate ? Set(units.indices) : lastUnits
        if out == "-" || (out == nil && files == ["-"]) {
            guard wanted.count == 1, let unit = wanted.first else {
                throw FileError(
                    file: "-", message: "stdout takes one unit's output, and there are \(wanted.count); name a folder")
            }
            return JobOutputs(places: [unit: "-"])
        }
        var outputs: JobOutputs
        if let out {
            outputs = try JobOutputs(folder: out, units: wanted.sorted(), names: unitNames)
        } else {
            var places: [Int: String] = [:]
            for (unit, file) in files.enumerated() { if let file { places[unit] = file + ".result" } }
            outputs = JobOutputs(places: places)
        }
        try outputs.check()
        return outputs
    }

    /// Says which task it is, all options included, so that the same again is recognised: of the order's hash so many bits
    /// as a person can still copy, and every reader of JSON holds. Two tasks of one robot that meet there are told apart
    /// by the robot, which refuses the second.
    static func key(of order: JobOrder) -> TaskKey {
        var nameless = order
        nameless.key = TaskKey(0)
        let hash = ObjectHash.of(nameless.coded)
        return TaskKey(max(1, hash.prefix(keyBytes).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }))
    }

    private static let keyBytes = 5
    static let keys: ClosedRange<UInt64> = 1...1 << (8 * UInt64(keyBytes))
}

/// Where a task's outputs are written, unit by unit; those of no unit here are left where they are.
struct JobOutputs {
    private let places: [Int: String]

    init(places: [Int: String]) { self.places = places }

    /// The folder is made if it is not there.
    init(folder: String, units: [Int], names: [String?]) throws(FileError) {
        try OutputFile.makeDirectory(folder)
        var places: [Int: String] = [:]
        for unit in units {
            let digits = String(unit)
            let name = "unit-" + String(repeating: "0", count: max(0, 3 - digits.count)) + digits
            places[unit] = folder + "/" + ((names.indices.contains(unit) ? names[unit] : nil) ?? name)
        }
        self.places = places
    }

    /// Ascending.
    var units: [Int] { places.keys.sorted() }

    var hasStandardOutput: Bool { places.values.contains("-") }

    func check() throws(FileError) {
        for unit in units { if let place = places[unit], place != "-" { try OutputFile.check(place) } }
    }

    /// The file, or nil for stdout.
    func write(_ bytes: [UInt8], of unit: Int, key: TaskKey) throws -> String? {
        guard let place = places[unit] else { preconditionFailure("no place for unit \(unit)") }
        try Self.save(bytes, to: place, key: key)
        return place == "-" ? nil : place
    }

    /// Whole or not at all. A disk that is full is no fault of the command line.
    static func save(_ bytes: [UInt8], to path: String, key: TaskKey) throws {
        do throws(FileError) {
            if path == "-" { try Console.write(bytes) } else { try OutputFile.write(bytes, to: path) }
        } catch {
            throw TaskFailure(
                "\(error); the task is done: skein task fetch \(key.number) --out FOLDER writes its outputs elsewhere",
                Exit.failed)
        }
    }
}
