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
    package let obstacles: [Obstacle]

    package init(_ config: WorldConfig) {
        let count = config.robots
        precondition((1...Self.robotsMax).contains(count), "a world of \(count) robots")
        precondition((0..<count).contains(config.start), "start robot \(config.start) of \(count)")
        var dice = Dice(seed: config.seed, stream: .layout)
        let arena = config.arena
        let targets = Self.targets(config)
        (physicalTarget, virtualTarget) = targets
        let obstacles = ObstacleDraw.obstacles(config, targets: [targets.0, targets.1])
        self.obstacles = obstacles
        var drawn = (0..<count).map { _ in arena.random(&dice) }
        headingsRadians = (0..<count).map { _ in dice.uniform(-Double.pi, Double.pi) }
        // The first places stand as the seed has them; whoever would touch something is drawn anew.
        if config.isSolid || !obstacles.isEmpty { Self.makeRoom(&drawn, config, obstacles) }
        if config.isInReach, config.positions == nil { Reach.draw(&drawn, config, obstacles) }
        places = config.positions ?? drawn
        precondition(places.count == count, "\(places.count) positions of \(count) robots")
        let cameras: [Int]
        switch config.cameras {
        case .count(let wanted): cameras = dice.choose(wanted, of: count)
        case .robots(let list): cameras = list.sorted()
        }
        roles = Self.roles(robots: count, cameras: cameras, satelliteReceivers: config.satelliteReceivers)
        (idlePercent, neededPercent) = Self.processors(config, roles: roles)
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
        // A target with a crowd of bodies around it needs room for them.
        let arena = config.isSolid ? config.arena.shrunk(by: Self.targetRoomMeters) : config.arena
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

    /// Between the middles of two robots that are put down, and from there to anything solid. [R]
    static let placeRoomMeters = 1.0
    /// From a target to the arena's walls, where bodies are solid. [R]
    private static let targetRoomMeters = 1.0

    private static func makeRoom(_ places: inout [FieldPoint], _ config: WorldConfig, _ obstacles: [Obstacle]) {
        var dice = Dice(seed: config.seed, stream: .layout, index: 1)
        let inner = config.arena.shrunk(by: placeRoomMeters / 2)
        for robot in places.indices {
            places[robot] = inner.nearest(to: places[robot])
            for _ in 0..<10_000 where !isFree(places[robot], places[..<robot], obstacles) {
                places[robot] = inner.random(&dice)
            }
        }
    }

    static func isFree(_ place: FieldPoint, _ others: some Sequence<FieldPoint>, _ obstacles: [Obstacle]) -> Bool {
        others.allSatisfy { place.distance(to: $0) >= placeRoomMeters }
            && obstacles.allSatisfy { $0.polygon.distanceMeters(to: place) >= placeRoomMeters / 2 }
    }
}
