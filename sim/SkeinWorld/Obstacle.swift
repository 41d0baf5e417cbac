import RealModule
import SkeinPeer
import SkeinTasks

/// Something that stands in the field: bodies are stopped by it, cameras do not see through it, and radio loses by it.
package struct Obstacle: Hashable, Sendable {
    package let polygon: FieldPolygon
    /// What a signal loses that goes through it, dB, on both bands.
    package let lossDB: Double
    private let centre: FieldPoint
    private let radiusMeters: Double

    package init(_ polygon: FieldPolygon, lossDB: Double) {
        self.polygon = polygon
        self.lossDB = lossDB
        let sum = polygon.points.reduce(FieldPoint.zero, +)
        let middle = (1 / Double(max(polygon.points.count, 1))) * sum
        centre = middle
        radiusMeters = polygon.points.reduce(0) { max($0, ($1 - middle).lengthMeters) }
    }

    func isWithin(_ meters: Double, of place: FieldPoint) -> Bool {
        (place - centre).lengthMeters <= meters + radiusMeters
    }

    package func blocks(_ from: FieldPoint, _ to: FieldPoint) -> Bool {
        let near = Segment((from, to)).nearest(to: centre)
        guard (near - centre).lengthMeters <= radiusMeters else { return false }
        return polygon.blocks(from, to)
    }

    /// From a place to its rim; negative inside.
    func distanceMeters(to place: FieldPoint) -> Double { polygon.distanceMeters(to: place) }
}

/// Boxes that the seed puts into the field.
package struct DrawnObstacles: Hashable, Sendable {
    package var count = 0
    package var sizeMetersMin = 2.0
    package var sizeMetersMax = 8.0
    package var lossDB = 10.0
    /// Room that is left between two of them, and to the arena's walls. [R]
    package var gapMeters = 3.0

    package init() {}
}

/// Where a scenario's obstacles stand in a run.
enum ObstacleDraw {
    private static let triesMax = 2_000

    /// The scenario's own, and those that the seed draws: turned boxes that leave a way between each other, and the room
    /// around the targets to those who gather there. Fewer than wanted where no more fit.
    static func obstacles(_ config: WorldConfig, targets: [FieldPoint]) -> [Obstacle] {
        var obstacles = config.obstacles
        let wanted = config.drawnObstacles
        guard wanted.count > 0 else { return obstacles }
        var dice = Dice(seed: config.seed, stream: .obstacles)
        let room = config.peer.mission.arrivalRadiusMeters
        for _ in 0..<wanted.count {
            for _ in 0..<triesMax {
                let box = box(config.arena, wanted, &dice)
                guard isFree(box, obstacles, config.arena, gap: wanted.gapMeters),
                    targets.allSatisfy({ box.distanceMeters(to: $0) >= room })
                else { continue }
                obstacles.append(Obstacle(box, lossDB: wanted.lossDB))
                break
            }
        }
        return obstacles
    }

    private static func box(_ arena: Arena, _ wanted: DrawnObstacles, _ dice: inout Dice) -> FieldPolygon {
        let middle = arena.random(&dice)
        let length = dice.uniform(wanted.sizeMetersMin, wanted.sizeMetersMax)
        let width = dice.uniform(wanted.sizeMetersMin, wanted.sizeMetersMax)
        let angle = dice.uniform(0, Double.pi)
        let along = FieldPoint(xMeters: Double.cos(angle), yMeters: Double.sin(angle))
        return FieldPolygon(
            wallFrom: middle - (length / 2) * along, to: middle + (length / 2) * along, thicknessMeters: width)
    }

    private static func isFree(_ box: FieldPolygon, _ others: [Obstacle], _ arena: Arena, gap: Double) -> Bool {
        let inner = arena.shrunk(by: gap)
        guard box.points.allSatisfy({ inner.nearest(to: $0) == $0 }) else { return false }
        return others.allSatisfy { other in
            box.points.allSatisfy { other.distanceMeters(to: $0) >= gap }
                && other.polygon.points.allSatisfy { box.distanceMeters(to: $0) >= gap }
                && !box.points.indices.contains { index in
                    let next = box.points[index + 1 == box.points.count ? 0 : index + 1]
                    return other.polygon.blocks(box.points[index], next)
                }
        }
    }
}
