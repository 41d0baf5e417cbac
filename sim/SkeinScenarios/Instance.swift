import SkeinFiles
import SkeinWorld

/// A network given by hand, its 5 GHz links included: one entry of a `cloud-contribution/1` file (mesh-cloud.md,
/// "Reference files").
package struct Instance: Sendable {
    /// What others have made of it, percent contributed.
    package struct Reference: Sendable {
        package var equal: Double?
        package var surplus: Double?
        package var uoc: Double?
        package var boundSameLeaderCountFullCoverage: Double?
        package var boundSameLeaderCount: Double?
        package var minimumLeaders: Int?
    }

    package let file: String
    package let index: Int
    package let positions: [(x: Double, y: Double)]
    package let cameras: [Int]
    package let idlePercent: [Double]
    package let start: Int
    package let links: [LinkTable.Link]
    package let bandwidthMHz: Double
    package let rateMbpsPerPercent: Double
    package let ranges: RadioRanges
    package let leadersReference: [Int]?
    package let reference: Reference

    package static let format = "cloud-contribution/1"

    /// All instances of a file; all of them are checked, whichever is wanted.
    package static func readAll(_ path: String) throws(FileError) -> [Instance] {
        let root = try JSONCursor.read(path)
        try LayoutReading.checkFormat(root, format)
        let common = Common(
            bandwidthMHz: try root.needed("bandwidthMHz").number(above: 0, through: 65),
            rateMbpsPerPercent: try root.needed("delta").number(above: 0, through: 1_000), ranges: try RadioRanges(root)
        )
        let entries = try root.needed("instances").elements()
        guard !entries.isEmpty else { throw try root.needed("instances").fault("no instance in it") }
        var instances: [Instance] = []
        for (index, entry) in entries.enumerated() { instances.append(try Instance(entry, index: index, common)) }
        return instances
    }

    package static func read(_ path: String, index: Int) throws(FileError) -> Instance {
        let instances = try readAll(path)
        guard instances.indices.contains(index) else {
            throw FileError(file: path, message: "--instance-index \(index) outside 0..<\(instances.count)")
        }
        return instances[index]
    }

    private struct Common {
        var bandwidthMHz: Double
        var rateMbpsPerPercent: Double
        var ranges: RadioRanges
    }

    private init(_ entry: JSONCursor, index: Int, _ common: Common) throws(FileError) {
        file = entry.file
        self.index = index
        bandwidthMHz = common.bandwidthMHz
        rateMbpsPerPercent = common.rateMbpsPerPercent
        ranges = common.ranges
        positions = try LayoutReading.positions(entry)
        let count = positions.count
        cameras = try LayoutReading.cameras(entry, of: count)
        start = try entry.needed("start").robot("start robot", of: count)
        var idle: [Double] = []
        for item in try entry.needed("idle").elements(count: count, of: "idle shares, one per robot") {
            idle.append(try item.number(in: 0...100))
        }
        idlePercent = idle
        links = try Self.links(entry, count: count)
        if let cursor = try entry.member("leadersReference") {
            var leaders: [Int] = []
            for item in try cursor.elements() { leaders.append(try item.robot("leader", of: count)) }
            leadersReference = leaders
        } else {
            leadersReference = nil
        }
        reference = try Self.reference(entry)
    }

    private static func links(_ entry: JSONCursor, count: Int) throws(FileError) -> [LinkTable.Link] {
        var links: [LinkTable.Link] = []
        var seen = Set<Int>()
        for item in try entry.needed("links").elements() {
            let triple = try item.elements(count: 3, of: "values [leader, helper, b/s/Hz]")
            guard case .integer(let leader) = triple[0].value, (0..<count).contains(leader) else {
                throw item.fault("leader \(triple[0].value.kind) outside 0..<\(count)")
            }
            guard case .integer(let helper) = triple[1].value, (0..<count).contains(helper) else {
                throw item.fault("helper \(triple[1].value.kind) outside 0..<\(count)")
            }
            let efficiency = try triple[2].number(above: 0, through: efficiencyMax)
            guard seen.insert(leader * count + helper).inserted else {
                throw item.fault("the link of leader \(leader) to helper \(helper) is listed twice")
            }
            links.append(.init(leader: leader, helper: helper, bitsPerSecondPerHertz: efficiency))
        }
        return links
    }

    /// What fits the wire's field; Shannon at 100 dB is 33.
    private static let efficiencyMax = 65.0

    private static func reference(_ entry: JSONCursor) throws(FileError) -> Reference {
        guard let cursor = try entry.member("reference") else { return Reference() }
        return Reference(
            equal: try cursor.member("equal")?.number(), surplus: try cursor.member("surplus")?.number(),
            uoc: try cursor.member("uoc")?.number(),
            boundSameLeaderCountFullCoverage: try cursor.member("boundSameLeaderCountFullCoverage")?.number(),
            boundSameLeaderCount: try cursor.member("boundSameLeaderCount")?.number(),
            minimumLeaders: try cursor.member("minimumLeaders")?.integer())
    }

    /// The swarm that finds itself in it. Its arena is the reference scenario's, larger if a robot stands outside.
    package func world(seed: UInt64) -> WorldConfig {
        var config = WorldConfig(seed: seed, robots: positions.count)
        config.positions = positions.map { .init(xMeters: $0.x, yMeters: $0.y) }
        for place in positions {
            config.arena.xMetersMin = min(config.arena.xMetersMin, place.x)
            config.arena.xMetersMax = max(config.arena.xMetersMax, place.x)
            config.arena.yMetersMin = min(config.arena.yMetersMin, place.y)
            config.arena.yMetersMax = max(config.arena.yMetersMax, place.y)
        }
        config.cameras = .robots(cameras)
        config.start = start
        config.idlePercent = idlePercent
        config.bandwidthMHz = bandwidthMHz
        config.rateMbpsPerPercent = rateMbpsPerPercent
        ranges.apply(to: &config)
        config.medium.table = LinkTable(links)
        return config
    }
}
