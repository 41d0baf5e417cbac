import SkeinTasks

/// The field as a mission has it: where robots may be, where not, and what is known to stand in their way.
///
/// A point is allowed if it is in the arena, in at least one inclusion (if there are any) and in no exclusion. Obstacles
/// are solid: nobody drives through them, and no radio and no camera looks through them undisturbed. All sizes are
/// bounded, so that whatever walks through a field has a bounded cost.
package struct MissionField: Hashable, Sendable {
    package static let inclusionsMax = 16
    package static let exclusionsMax = 32
    package static let obstaclesMax = 128

    package var arena = Arena()
    /// Fences: robots stay inside one of them.
    package var inclusions: [FieldShape] = []
    /// Zones that no robot enters.
    package var exclusions: [FieldShape] = []
    /// Walls and boxes that are known before.
    package var obstacles: [FieldPolygon] = []

    package init() {}

    /// Nothing but the arena.
    package var isOpen: Bool { inclusions.isEmpty && exclusions.isEmpty && obstacles.isEmpty }

    /// Why nobody can move in it, if nobody can.
    package var invalidity: String? {
        guard inclusions.count <= Self.inclusionsMax else { return "\(inclusions.count) fences" }
        guard exclusions.count <= Self.exclusionsMax else { return "\(exclusions.count) no-go zones" }
        guard obstacles.count <= Self.obstaclesMax else { return "\(obstacles.count) obstacles" }
        for shape in inclusions + exclusions {
            if let reason = shape.invalidity { return reason }
        }
        for obstacle in obstacles {
            if let reason = obstacle.invalidity { return reason }
        }
        return nil
    }

    /// Whether a robot may be here.
    package func contains(_ point: FieldPoint) -> Bool { fenceMeters(from: point) >= 0 }

    /// How far inside the fences a point is: the distance to the nearest line that must not be crossed, negative
    /// beyond it. Without fences but the arena's box the distance to that.
    package func fenceMeters(from point: FieldPoint) -> Double {
        var inside = arenaMeters(from: point)
        if let widest = inclusions.map({ -$0.distanceMeters(to: point) }).max() { inside = min(inside, widest) }
        for zone in exclusions { inside = min(inside, zone.distanceMeters(to: point)) }
        return inside
    }

    private func arenaMeters(from point: FieldPoint) -> Double {
        min(
            min(point.xMeters - arena.xMetersMin, arena.xMetersMax - point.xMeters),
            min(point.yMeters - arena.yMetersMin, arena.yMetersMax - point.yMeters))
    }

    /// From a point to the nearest known obstacle; negative inside one, infinite without any.
    package func obstacleMeters(from point: FieldPoint) -> Double {
        obstacles.reduce(Double.infinity) { min($0, $1.distanceMeters(to: point)) }
    }

    /// Room around a point: to the nearest fence or known obstacle, whichever is nearer.
    package func clearanceMeters(at point: FieldPoint) -> Double {
        min(fenceMeters(from: point), obstacleMeters(from: point))
    }
}
