import SkeinFiles
import SkeinWire
import SkeinWorld

extension ScenarioReading {
    static let stopsMax = 64

    /// The `[[stop]]` tables. The longest watch counts.
    func readStops(_ tables: [TomlTable], _ config: inout WorldConfig) throws(FileError) {
        guard tables.count <= Self.stopsMax else {
            throw tables[Self.stopsMax].fault(nil, "\(tables.count) stops, at most \(Self.stopsMax) are possible")
        }
        var watches: [Duration] = []
        for table in tables {
            guard let at = table.number("at_s") else { preconditionFailure("no at_s after the check") }
            let robot = table.integer("robot") ?? 0
            guard robot < config.robots else {
                throw table.fault("robot", "robot: robot \(robot) outside 0..<\(config.robots)")
            }
            config.stops.append(.init(at: .fromSeconds(at), robot: robot))
            if let watch = table.number("watch_s") { watches.append(.fromSeconds(watch)) }
        }
        if let longest = watches.max() { config.stopWatchSpan = longest }
    }
}
