import Foundation
import SkeinTasks

/// Where the robots and the targets of a mission are.
struct Layout {
    var positions: [FieldPoint]
    var cameras: [Int]
    var physicalTarget: FieldPoint
    var virtualTarget: FieldPoint
    var arenaMeters = 100.0

    /// The way of the robot that has farthest to go, at full speed and straight, seconds.
    func straightSeconds(speed: Double, radius: Double) -> Double {
        positions.indices.map { index in
            let target = cameras.contains(index) ? physicalTarget : virtualTarget
            return max(0, (target - positions[index]).lengthMeters - radius) / speed
        }.max() ?? 0
    }

    /// Uniform, targets 25 m apart, as the reference setups are made.
    static func random(seed: UInt64, count: Int = 100, cameras: Int = 25, arenaMeters: Double = 100) -> Layout {
        var dice = Dice(seed: seed &* 0x1234_5679 &+ 77)
        func point(_ dice: inout Dice) -> FieldPoint {
            FieldPoint(xMeters: dice.uniform(0, arenaMeters), yMeters: dice.uniform(0, arenaMeters))
        }
        let positions = (0..<count).map { _ in point(&dice) }
        let physical = point(&dice)
        var virtual = point(&dice)
        let apart = arenaMeters / 4
        for _ in 0..<1_000 {
            let angle = dice.uniform(0, 2 * .pi)
            virtual = physical + apart * FieldPoint(xMeters: cos(angle), yMeters: sin(angle))
            if min(virtual.xMeters, virtual.yMeters) >= 0, max(virtual.xMeters, virtual.yMeters) <= arenaMeters {
                break
            }
        }
        return Layout(
            positions: positions, cameras: Array(0..<cameras), physicalTarget: physical, virtualTarget: virtual,
            arenaMeters: arenaMeters)
    }

    /// The reference setups, as committed with the simulator.
    static func references() throws -> [Layout] {
        struct File: Decodable {
            struct Setup: Decodable {
                var positions: [[Double]]
                var camera: [Int]
                var physicalTarget: [Double]
                var virtualTarget: [Double]
            }
            var setups: [Setup]
        }
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let data = try Data(contentsOf: root.appendingPathComponent("sim/instances/navigation_setups.json"))
        return try JSONDecoder().decode(File.self, from: data).setups.map { setup in
            func point(_ pair: [Double]) -> FieldPoint { FieldPoint(xMeters: pair[0], yMeters: pair[1]) }
            return Layout(
                positions: setup.positions.map(point), cameras: setup.camera,
                physicalTarget: point(setup.physicalTarget), virtualTarget: point(setup.virtualTarget))
        }
    }
}
