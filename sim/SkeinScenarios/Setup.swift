import Glibc
import SkeinFiles
import SkeinWorld

/// A layout given by hand: one entry of a `cloud-navigation/1` file (mesh-cloud.md, "Reference files").
package struct Setup: Sendable {
    package let file: String
    package let index: Int
    package let positions: [(x: Double, y: Double)]
    package let cameras: [Int]
    package let start: Int
    package let physicalTarget: (x: Double, y: Double)
    package let virtualTarget: (x: Double, y: Double)
    package let ranges: RadioRanges
    /// Breadth-first depth of each robot, if the file says.
    package let hops: [Int]?
    package let leaderCountReference: Int?

    package static let format = "cloud-navigation/1"

    /// All set-ups of a file; all of them are checked, whichever is wanted.
    package static func readAll(_ path: String) throws(FileError) -> [Setup] {
        let root = try JSONCursor.read(path)
        try LayoutReading.checkFormat(root, format)
        let ranges = try RadioRanges(root)
        let entries = try root.needed("setups").elements()
        guard !entries.isEmpty else { throw try root.needed("setups").fault("no set-up in it") }
        var setups: [Setup] = []
        for (index, entry) in entries.enumerated() { setups.append(try Setup(entry, index: index, ranges: ranges)) }
        return setups
    }

    package static func read(_ path: String, index: Int) throws(FileError) -> Setup {
        let setups = try readAll(path)
        guard setups.indices.contains(index) else {
            throw FileError(file: path, message: "--setup-index \(index) outside 0..<\(setups.count)")
        }
        return setups[index]
    }

    private init(_ entry: JSONCursor, index: Int, ranges: RadioRanges) throws(FileError) {
        file = entry.file
        self.index = index
        self.ranges = ranges
        positions = try LayoutReading.positions(entry)
        let count = positions.count
        cameras = try LayoutReading.cameras(entry, of: count)
        start = try entry.needed("start").robot("start robot", of: count)
        physicalTarget = try entry.needed("physicalTarget").point(within: LayoutReading.coordinates)
        virtualTarget = try entry.needed("virtualTarget").point(within: LayoutReading.coordinates)
        hops = try LayoutReading.integers(entry, "hops", count: count, in: -1...count)
        leaderCountReference = try entry.member("leaderCountReference")?.integer()
    }

    /// Puts the robots where it says. Robots, cameras, start, targets and ranges are the set-up's, all else the scenario's.
    func apply(to config: inout WorldConfig, scenario: String) throws(FileError) {
        let arena = config.arena
        let margin = 1e-6
        let places = positions.enumerated().map { ("positions[\($0.offset)]", $0.element) }
        for (name, place) in places + [("physicalTarget", physicalTarget), ("virtualTarget", virtualTarget)] {
            guard place.x >= arena.xMetersMin - margin, place.x <= arena.xMetersMax + margin,
                place.y >= arena.yMetersMin - margin, place.y <= arena.yMetersMax + margin
            else {
                throw FileError(
                    file: file,
                    message: "setups[\(index)].\(name): [\(place.x.short), \(place.y.short)] outside the arena of "
                        + "\(scenario), \(arena.xMetersMax.short) m × \(arena.yMetersMax.short) m")
            }
        }
        for (number, fault) in config.faults.enumerated() {
            guard case .robots(let robots) = fault.target, let last = robots.last, last >= positions.count else {
                continue
            }
            throw FileError(
                file: scenario,
                message: "[fault[\(number)]] target: robot \(last) outside the 0..<\(positions.count) of "
                    + "\(file) setups[\(index)]")
        }
        config.robots = positions.count
        config.satelliteReceivers = min(config.satelliteReceivers, positions.count)
        config.positions = positions.map { .init(xMeters: $0.x, yMeters: $0.y) }
        config.cameras = .robots(cameras)
        config.start = start
        config.physicalTarget = .init(xMeters: physicalTarget.x, yMeters: physicalTarget.y)
        config.virtualTarget = .init(xMeters: virtualTarget.x, yMeters: virtualTarget.y)
        ranges.apply(to: &config)
    }
}

/// Link edges of the two bands as a reference file gives them.
package struct RadioRanges: Hashable, Sendable {
    package let controlMeters: Double
    package let dataMeters: Double

    init(_ root: JSONCursor) throws(FileError) {
        controlMeters = try root.needed("range24").number(above: 1, through: 1_000)
        dataMeters = try root.needed("range5").number(above: 1, through: 1_000)
        guard dataMeters <= controlMeters else {
            throw try root.needed("range5").expected("at most range24, \(controlMeters.short) m")
        }
    }

    func apply(to config: inout WorldConfig) {
        config.radio = .init(controlRangeMeters: controlMeters)
        // The model's own 5 GHz range follows from 2.4 GHz; a file that says otherwise has another power at one metre.
        guard abs(config.radio.dataRangeMeters - dataMeters) > 1e-6 else { return }
        let radio = config.radio
        config.radio.dataPowerAtOneMeterDBm = radio.usablePowerMinDBm + 10 * radio.pathLossExponent * log10(dataMeters)
    }
}
