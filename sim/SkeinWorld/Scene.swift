import SkeinPeer
import SkeinTasks

/// All of a world that bodies and sensors meet, but the robots: targets, obstacles, walls, wind. It stands still but for
/// the wind.
package struct Scene: Sendable {
    package let physicalTarget: FieldPoint
    package let virtualTarget: FieldPoint
    package let obstacles: [Obstacle]
    package let gusts: Gusts?
    /// Bodies touch, and robots have an infrared ring.
    package let isSolid: Bool
    package let bodyRadiusMeters: Double
    package let rangeMetersMax: Double
    package let field: MissionField
    let arenaCorners: [FieldPoint]

    package init(_ config: WorldConfig, _ layout: Layout) {
        self.init(
            physicalTarget: layout.physicalTarget, virtualTarget: layout.virtualTarget, obstacles: layout.obstacles,
            gusts: Gusts(config.sensors, seed: config.seed), isSolid: config.isSolid, mission: config.peer.mission)
    }

    package init(
        physicalTarget: FieldPoint, virtualTarget: FieldPoint, obstacles: [Obstacle] = [], gusts: Gusts? = nil,
        isSolid: Bool = false, mission: MissionTuning = MissionTuning()
    ) {
        self.physicalTarget = physicalTarget
        self.virtualTarget = virtualTarget
        self.obstacles = obstacles
        self.gusts = gusts
        self.isSolid = isSolid
        bodyRadiusMeters = mission.bodyRadiusMeters
        rangeMetersMax = mission.rangeMetersMax
        field = mission.field
        let arena = mission.arena
        arenaCorners =
            FieldPolygon(
                low: FieldPoint(xMeters: arena.xMetersMin, yMeters: arena.yMetersMin),
                high: FieldPoint(xMeters: arena.xMetersMax, yMeters: arena.yMetersMax)
            ).points
    }

    /// Something stands in the line of sight.
    package func blocks(_ from: FieldPoint, _ to: FieldPoint) -> Bool {
        obstacles.contains { $0.blocks(from, to) }
    }
}
