import Foundation

@testable import SkeinPeer

/// Robots on a plane, and the links between those in range (mesh-cloud.md §2).
struct Field {
    struct Position {
        var x: Double
        var y: Double
    }

    static let range24Meters = 24.0
    static let range5Meters = 16.0
    private static let alpha = 3.62

    var positions: [Position]

    func control(rangeMeters: Double) -> [[ControlLink]] {
        rows(rangeMeters) { ControlLink(robot: $1, powerDBm: Self.powerDBm(-40, $2)) }
    }

    func data(rangeMeters: Double, efficiency: (Int, Int) -> Double) -> [[DataLink]] {
        rows(rangeMeters) {
            DataLink(robot: $1, powerDBm: Self.powerDBm(-46.4, $2), bitsPerSecondPerHertz: efficiency($0, $1))
        }
    }

    static func powerDBm(_ atOneMeterDBm: Double, _ meters: Double) -> Double {
        atOneMeterDBm - 10 * alpha * log10(max(meters, 1))
    }

    private func rows<Link>(_ rangeMeters: Double, _ link: (Int, Int, Double) -> Link) -> [[Link]] {
        positions.indices.map { one in
            positions.indices.compactMap { other in
                let (dx, dy) = (positions[one].x - positions[other].x, positions[one].y - positions[other].y)
                let meters = (dx * dx + dy * dy).squareRoot()
                return one != other && meters <= rangeMeters ? link(one, other, meters) : nil
            }
        }
    }
}

/// A region drawn at random from a seed, of the kind of the reference scenario:
/// robots uniform in a square, a quarter of them cameras with nothing to lend,
/// noise uniform per directed link.
struct DrawnRegion {
    var count = 60
    var sideMeters = 78.0
    var cameraFraction = 0.25
    /// Mb/s per percent.
    var delta = 3.5
    /// Each robot is moved by up to this much after the draw.
    var movedMeters = 0.0

    func graph(seed: UInt64) -> PlanGraph {
        var chance = PlannerDice(seed: seed)
        func fraction() -> Double { Double(chance.roll(below: 1 << 30)) / Double(1 << 30) }
        var positions = (0..<count).map { _ in Field.Position(x: fraction() * sideMeters, y: fraction() * sideMeters) }
        let idle = (0..<count).map { _ in fraction() < cameraFraction ? 0 : 30 + 40 * fraction() }
        let noiseDBm = (0..<count * count).map { _ in -140 + 30 * fraction() }
        for robot in 0..<count {
            positions[robot].x += movedMeters * (2 * fraction() - 1)
            positions[robot].y += movedMeters * (2 * fraction() - 1)
        }
        let field = Field(positions: positions)
        var data = field.data(rangeMeters: Field.range5Meters) { _, _ in 0 }
        for leader in 0..<count {
            for index in data[leader].indices {
                let link = data[leader][index]
                let snrDB = link.powerDBm - noiseDBm[leader * count + link.robot]
                data[leader][index].bitsPerSecondPerHertz = log2(1 + pow(10, snrDB / 10))
            }
        }
        return PlanGraph(
            start: Int(seed) % count, idlePercent: idle,
            control: field.control(rangeMeters: Field.range24Meters), data: data,
            bandwidthMHz: 20, rateMbpsPerPercent: delta)
    }
}
