import RealModule
import SkeinPeer
import SkeinTasks

/// A scenario with all its dice thrown: who stands where with what. Streams are apart, so that giving one thing by hand
/// leaves all others as the seed has them.
package struct Layout: Sendable {
    package let places: [FieldPoint]
    package let headingsRadians: [Double]
    package let roles: [RobotRole]
    package let idlePercent: [Double]
    package let neededPercent: [Double]
    package let physicalTarget: FieldPoint
    package let virtualTarget: FieldPoint

    package init(_ config: WorldConfig) {
        let count = config.robots
        precondition((1...Self.robotsMax).contains(count), "a world of \(count) robots")
        precondition((0..<count).contains(config.start), "start robot \(config.start) of \(count)")
        var dice = Dice(seed: config.seed, stream: .layout)
        let arena = config.arena
        let drawn = (0..<count).map { _ in arena.random(&dice) }
        headingsRadians = (0..<count).map { _ in dice.uniform(-Double.pi, Double.pi) }
        places = config.positions ?? drawn
        precondition(places.count == count, "\(places.count) positions of \(count) robots")
        let cameras: [Int]
        switch config.cameras {
        case .count(let wanted): cameras = dice.choose(wanted, of: count)
        case .robots(let list): cameras = list.sorted()
        }
        roles = Self.roles(robots: count, cameras: cameras, satelliteReceivers: config.satelliteReceivers)
        (idlePercent, neededPercent) = Self.processors(config, roles: roles)
        (physicalTarget, virtualTarget) = Self.targets(config)
    }

    /// Numbers of robots are 16 bits, and one of them means nobody.
    package static let robotsMax = 65_535

    private static func roles(robots: Int, cameras: [Int], satelliteReceivers: Int) -> [RobotRole] {
        var roles = [RobotRole](
            repeating: RobotRole(carriesCamera: false, carriesSatelliteReceiver: false), count: robots)
        for camera in cameras { roles[camera].carriesCamera = true }
        let order = cameras + (0..<robots).filter { !roles[$0].carriesCamera }
        for robot in order.prefix(satelliteReceivers) { roles[robot].carriesSatelliteReceiver = true }
        return roles
    }

    private static func processors(_ config: WorldConfig, roles: [RobotRole]) -> ([Double], [Double]) {
        var dice = Dice(seed: config.seed, stream: .processors)
        var idle: [Double] = []
        var needed: [Double] = []
        for role in roles {
            let drawn = dice.gauss(mean: config.idlePercentMean, sigma: config.idlePercentSigma)
            let bounded = min(max(drawn, config.idlePercentMin), config.idlePercentMax)
            idle.append(role.carriesCamera ? 0 : bounded)
            needed.append(max(dice.gauss(mean: config.neededPercentMean, sigma: config.neededPercentSigma), 0))
        }
        let given = config.idlePercent ?? idle
        let wanted = config.neededPercent ?? needed
        precondition(given.count == roles.count && wanted.count == roles.count, "shares are not one per robot")
        return (given, wanted)
    }

    private static func targets(_ config: WorldConfig) -> (FieldPoint, FieldPoint) {
        var dice = Dice(seed: config.seed, stream: .targets)
        let arena = config.arena
        let physical = config.physicalTarget ?? arena.random(&dice)
        if let virtual = config.virtualTarget { return (physical, virtual) }
        for _ in 0..<1_000 {
            let angle = dice.uniform(-Double.pi, Double.pi)
            let place =
                physical
                + config.targetDistanceMeters
                * FieldPoint(xMeters: Double.cos(angle), yMeters: Double.sin(angle))
            if arena.nearest(to: place) == place { return (physical, place) }
        }
        // The arena is narrower than the distance: the corner that is farthest off.
        let x = physical.xMeters < arena.centre.xMeters ? arena.xMetersMax : arena.xMetersMin
        let y = physical.yMeters < arena.centre.yMeters ? arena.yMetersMax : arena.yMetersMin
        return (physical, FieldPoint(xMeters: x, yMeters: y))
    }
}
