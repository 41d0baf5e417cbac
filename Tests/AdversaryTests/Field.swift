import SkeinFiles
import SkeinScenarios
import SkeinWire
import SkeinWorld

/// Small worlds with somebody in them who wants the swarm to fail.
enum Field {
    static let root = #filePath.split(separator: "/").dropLast(3).reduce(into: "") { $0 += "/" + $1 }

    static func shipped(_ name: String, seed: UInt64) throws -> WorldConfig {
        try Scenario.read("\(root)/sim/scenarios/\(name).toml").world(seed: seed)
    }

    /// Everybody near enough to somebody, and a mission of a quarter of a minute at most.
    static func world(
        seed: UInt64, robots: Int = 30, cameras: Int = 6, sideMeters: Double = 45,
        _ adversaries: [AdversaryConfig]
    ) -> WorldConfig {
        var config = WorldConfig(seed: seed, robots: robots)
        config.cameras = .count(cameras)
        config.arena.xMetersMax = sideMeters
        config.arena.yMetersMax = sideMeters
        config.targetDistanceMeters = sideMeters / 2
        config.medium.lossFraction = 0.01
        config.adversaries = adversaries
        return config
    }

    static func insider(_ lies: [InsiderLie], _ target: InsiderConfig.Target, at: Duration? = nil) -> AdversaryConfig {
        AdversaryConfig(at: at, kind: .insider(InsiderConfig(target: target, lies: lies)))
    }

    static func outsider(
        _ tricks: [OutsiderTrick], at place: (x: Double, y: Double), other: (x: Double, y: Double)? = nil,
        bands: [Band] = Band.allCases, ratePerSecond: Double?
    ) -> AdversaryConfig {
        AdversaryConfig(
            at: nil,
            kind: .outsider(
                OutsiderConfig(
                    tricks: tricks, place: place, otherPlace: other, bands: bands, ratePerSecond: ratePerSecond)))
    }

    static func fly(_ config: WorldConfig) -> RunResult {
        var world = World(config)
        return world.run()
    }
}
