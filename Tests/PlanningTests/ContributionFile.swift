import Foundation

@testable import SkeinPeer

/// The reference instances of mesh-cloud.md §8, as the file has them.
struct ContributionFile: Decodable {
    struct Reference: Decodable {
        var equal: Double
        var surplus: Double
        var uoc: Double
        var boundSameLeaderCountFullCoverage: Double
        var minimumLeaders: Int
    }

    struct Instance: Decodable, CustomStringConvertible {
        var seed: Int
        var positions: [[Double]]
        var idle: [Double]
        var start: Int
        var leadersReference: [Int]
        var ownerReference: [Int]
        /// [leader, helper, b/s/Hz]; a pair i,i is a leader's own share.
        var links: [[Double]]
        var reference: Reference

        var description: String { "instance \(seed)" }
    }

    var bandwidthMHz: Double
    /// Mb/s per percent.
    var delta: Double
    /// Metres.
    var range24: Double
    var range5: Double
    var instances: [Instance]

    static let shared: ContributionFile = load("contribution_instances.json")

    /// The task's data rate, at which no band ever fills (mesh-cloud.md §5).
    static let textDelta = 0.04

    static func load<File: Decodable>(_ name: String) -> File {
        let root = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let file = root.appendingPathComponent("sim/instances").appendingPathComponent(name)
        do {
            return try JSONDecoder().decode(File.self, from: Data(contentsOf: file))
        } catch {
            preconditionFailure("\(file.path): \(error)")
        }
    }

    func graph(_ instance: Instance, delta: Double? = nil) -> PlanGraph {
        let field = Field(positions: instance.positions.map { Field.Position(x: $0[0], y: $0[1]) })
        let count = field.positions.count
        var efficiency = [Double](repeating: 0, count: count * count)
        for link in instance.links { efficiency[Int(link[0]) * count + Int(link[1])] = link[2] }
        return PlanGraph(
            start: instance.start, idlePercent: instance.idle,
            control: field.control(rangeMeters: range24),
            data: field.data(rangeMeters: range5) { efficiency[$0 * count + $1] },
            bandwidthMHz: bandwidthMHz, rateMbpsPerPercent: delta ?? self.delta,
            ownBitsPerSecondPerHertz: (0..<count).map { efficiency[$0 * count + $0] })
    }
}

/// The navigation layouts: here for the leader count of their reference election.
struct NavigationFile: Decodable {
    struct Setup: Decodable {
        var seed: Int
        var positions: [[Double]]
        var start: Int
        var leaderCountReference: Int
    }

    /// Metres.
    var range24: Double
    var range5: Double
    var setups: [Setup]

    static let shared: NavigationFile = ContributionFile.load("navigation_setups.json")

    func graph(_ setup: Setup) -> PlanGraph {
        let field = Field(positions: setup.positions.map { Field.Position(x: $0[0], y: $0[1]) })
        return PlanGraph(
            start: setup.start, idlePercent: [Double](repeating: 0, count: field.positions.count),
            control: field.control(rangeMeters: range24), data: field.data(rangeMeters: range5) { _, _ in 0 },
            bandwidthMHz: 20, rateMbpsPerPercent: ContributionFile.textDelta)
    }
}
