import SkeinPeer
import SkeinTasks

/// How often bodies have touched each other or what stands in the field, and how often somebody has crossed a fence.
package struct ContactFigures: Hashable, Sendable {
    package var robotContacts = 0
    package var obstacleContacts = 0
    /// Looks at which the arena's wall has held a body.
    package var wallContacts = 0
    package var fenceCrossings = 0
    /// The smallest gap between two bodies; nil with fewer than two.
    package var gapMetersMin: Double?

    package init() {}

    /// All that must not happen.
    package var total: Int { robotContacts + obstacleContacts + wallContacts + fenceCrossings }
}

/// Whoever looks at the bodies every 50 ms and knows where they truly are. Between two looks a body is taken to have gone
/// straight; two that came nearer than their radii on the way have touched, wherever they are now. A contact or a crossing
/// counts once, until the two have parted.
package struct Contacts: Sendable {
    /// A body that stands where it met something.
    package struct Halt: Sendable {
        package var robot: Int
        package var place: FieldPoint
    }

    private let scene: Scene
    package private(set) var figures = ContactFigures()
    private var before: [FieldPoint] = []
    /// Pairs in touch: first · n + second, first the smaller.
    private var touching: [Bool]
    private var touchesObstacle: [Bool]
    private var isBeyond: [Bool]
    private let count: Int

    /// Parted by this they touch no more.
    private static let partedMeters = 0.01

    /// Nil where nobody can touch or cross anything.
    package init?(_ scene: Scene, robots: Int) {
        let isFenced = !(scene.field.inclusions.isEmpty && scene.field.exclusions.isEmpty)
        guard scene.isSolid || isFenced else { return nil }
        self.scene = scene
        count = robots
        touching = [Bool](repeating: false, count: scene.isSolid ? robots * robots : 0)
        touchesObstacle = [Bool](repeating: false, count: robots)
        isBeyond = [Bool](repeating: false, count: robots)
    }

    /// The bodies' places now; whom it stops, and where.
    package mutating func looked(_ places: [FieldPoint], isThere: [Bool]) -> [Halt] {
        defer { if before.isEmpty { before = places } }
        lookAtFences(places, isThere)
        guard scene.isSolid, !before.isEmpty else { return [] }
        var now = places
        for first in 0..<count where isThere[first] {
            for second in (first + 1)..<max(first + 1, count) where isThere[second] {
                meet(first, second, &now)
            }
        }
        for robot in 0..<count where isThere[robot] { meetObstacles(robot, &now) }
        var halts: [Halt] = []
        for robot in 0..<count where now[robot] != places[robot] {
            halts.append(Halt(robot: robot, place: now[robot]))
        }
        before = now
        return halts
    }

    private mutating func meet(_ first: Int, _ second: Int, _ now: inout [FieldPoint]) {
        let reach = 2 * scene.bodyRadiusMeters
        let from = before[second] - before[first]
        let to = now[second] - now[first]
        // Nobody drives a metre in 50 ms.
        guard abs(from.xMeters) < reach + 1, abs(from.yMeters) < reach + 1 else { return }
        let nearest = Segment((from, to)).nearest(to: .zero).lengthMeters
        figures.gapMetersMin = min(figures.gapMetersMin ?? .infinity, nearest - reach)
        let pair = first * count + second
        guard nearest < reach else {
            if to.lengthMeters > reach + Self.partedMeters { touching[pair] = false }
            return
        }
        if !touching[pair] {
            touching[pair] = true
            figures.robotContacts += 1
        }
        // They may part, and get no nearer.
        guard to.lengthMeters < max(reach, from.lengthMeters) || from.lengthMeters > reach else { return }
        let share = Self.shareBefore(reach, from, to)
        now[first] = before[first] + share * (now[first] - before[first])
        now[second] = before[second] + share * (now[second] - before[second])
    }

    /// How much of the way is gone when the distance first is `reach`; 0 if it was from the beginning.
    private static func shareBefore(_ reach: Double, _ from: FieldPoint, _ to: FieldPoint) -> Double {
        guard from.lengthMeters > reach else { return 0 }
        var (low, high) = (0.0, 1.0)
        let way = to - from
        let square = way.xMeters * way.xMeters + way.yMeters * way.yMeters
        if square > 0 { high = max(0, min(1, -(from.xMeters * way.xMeters + from.yMeters * way.yMeters) / square)) }
        for _ in 0..<20 {
            let middle = (low + high) / 2
            if (from + middle * way).lengthMeters > reach { low = middle } else { high = middle }
        }
        return low
    }

    private mutating func meetObstacles(_ robot: Int, _ now: inout [FieldPoint]) {
        let middle = 0.5 * (before[robot] + now[robot])
        var touches = false
        for obstacle in scene.obstacles where obstacle.isWithin(scene.bodyRadiusMeters + 1, of: now[robot]) {
            let left = min(obstacle.distanceMeters(to: now[robot]), obstacle.distanceMeters(to: middle))
            guard left < scene.bodyRadiusMeters else { continue }
            touches = true
            let was = obstacle.distanceMeters(to: before[robot])
            if left < max(was, scene.bodyRadiusMeters), obstacle.distanceMeters(to: now[robot]) <= was {
                now[robot] = before[robot]
            }
        }
        if touches, !touchesObstacle[robot] { figures.obstacleContacts += 1 }
        touchesObstacle[robot] = touches
    }

    private mutating func lookAtFences(_ places: [FieldPoint], _ isThere: [Bool]) {
        let field = scene.field
        guard !(field.inclusions.isEmpty && field.exclusions.isEmpty) else { return }
        for robot in 0..<count where isThere[robot] {
            let isOut = field.fenceMeters(from: places[robot]) < 0
            if isOut, !isBeyond[robot], !before.isEmpty { figures.fenceCrossings += 1 }
            isBeyond[robot] = isOut
        }
    }
}
