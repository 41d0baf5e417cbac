import SkeinLinux
import SkeinPeer
import SkeinTasks
import SkeinWorld

/// The robots' bodies and senses played against a clock that somebody else reads.
///
/// Rules.
/// - Time is what it is told, nanoseconds since the world's zero, and never runs backwards. Whoever is late calls late:
///   readings and looks happen in their order and at their own times.
/// - A robot has senses while a peer is attached to it. Their phase and noise follow from seed, robot and how often it was
///   attached, as in the simulator.
/// - A body obeys its last setpoint for 400 ms, attached or not. Bodies are seen by cameras from the beginning, those of
///   robots that a fault keeps off for now from their first peer on.
package struct ArenaPlayer {
    package enum Happening {
        /// For this robot's peer.
        case reading(Int, SensorReading)
        /// Every 50 ms: all bodies were looked at. `hasMoved`: farther since the last time it was said than the air must
        /// know.
        case look(at: Int64, hasMoved: Bool)
    }

    /// Between two looks.
    package static let lookInterval: Int64 = 50_000_000
    /// Farther than this a body must have moved, m; as in the simulator.
    private static let moveMetersMin = 0.05

    private let config: WorldConfig
    private let layout: Layout
    private let scene: Scene
    private var contacts: Contacts?
    private var bodies: [Body]
    private var senses: [Senses?]
    /// Peers attached so far; 0: none yet.
    private var epochs: [UInt32]
    private var isVisible: [Bool]
    package private(set) var places: [FieldPoint]
    private var toldPlaces: [FieldPoint]
    package private(set) var lateness = LatenessGauge()
    private var queue = EventQueue()
    private var now: Int64 = 0

    package init(_ config: WorldConfig) {
        self.config = config
        layout = Layout(config)
        let layout = self.layout
        scene = Scene(config, layout)
        contacts = Contacts(scene, robots: config.robots)
        bodies = (0..<config.robots).map { config.body($0, layout) }
        senses = [Senses?](repeating: nil, count: config.robots)
        epochs = [UInt32](repeating: 0, count: config.robots)
        isVisible = FaultTargets.late(config, layout: layout).map { !$0 }
        places = layout.places
        toldPlaces = places
        queue.push(WorldEvent(.tick, at: Self.lookInterval))
    }

    package var headingsRadians: [Double] { bodies.map(\.headingRadians) }

    package var nextTime: Int64? { queue.nextTime }

    package mutating func advance(to time: Int64, _ take: (Happening) -> Void) {
        while let due = queue.nextTime, due <= time, let event = queue.pop() {
            precondition(event.time >= now, "an event at \(event.time) ns, now is \(now) ns")
            now = event.time
            lateness.note(time - event.time)
            switch event.kind {
            case .sense: sense(event, take)
            case .tick: look(take)
            case .boot, .wake, .sampleProcessor, .controlAttempt, .controlEnd, .dataEnd, .unitDone, .planDone,
                .persisted, .kept, .faultBegin, .faultEnd, .resume, .stopCommand, .workOrder, .workCancel,
                .adversaryTurn:
                preconditionFailure("\(event.kind) is not the arena's")
            }
        }
        now = max(now, time)
    }

    // What follows is to be called after `advance` to the same time.

    package mutating func attach(_ robot: Int) {
        epochs[robot] += 1
        isVisible[robot] = true
        let epoch = epochs[robot]
        senses[robot] = Senses(
            role: layout.roles[robot], config: config.sensors, dice: config.sensorDice(robot, epoch: epoch), now: now)
        var dice = config.bootDice(robot, epoch: epoch)
        // The start pose is drawn first, by whoever writes it into the robot's configuration.
        _ = config.startPose(at: places[robot], headingRadians: 0, isFirst: true, dice: &dice)
        let phase = Int64(dice.uniform(0, Double(config.sensors.interval.nanoseconds)))
        queue.push(WorldEvent(.sense, at: now + phase, robot: robot, stamp: epoch))
    }

    package mutating func detach(_ robot: Int) { senses[robot] = nil }

    package mutating func obey(_ setpoint: Setpoint, by robot: Int) { bodies[robot].obey(setpoint, now: now) }

    private mutating func sense(_ event: WorldEvent, _ take: (Happening) -> Void) {
        let robot = Int(event.robot)
        guard epochs[robot] == event.stamp, var senses = senses[robot] else { return }
        queue.push(
            WorldEvent(.sense, at: now + config.sensors.interval.nanoseconds, robot: robot, stamp: event.stamp))
        if layout.roles[robot].carriesCamera { settle() }
        let reading = senses.read(
            robot, body: &bodies[robot], places: places, isVisible: isVisible,
            scene: scene, now: now)
        self.senses[robot] = senses
        places[robot] = bodies[robot].place
        take(.reading(robot, reading))
    }

    private mutating func look(_ take: (Happening) -> Void) {
        settle()
        queue.push(WorldEvent(.tick, at: now + Self.lookInterval))
        let hasMoved = places.indices.contains {
            places[$0].distance(to: toldPlaces[$0]) > Self.moveMetersMin
        }
        if hasMoved { toldPlaces = places }
        take(.look(at: now, hasMoved: hasMoved))
    }

    private mutating func settle() {
        for robot in bodies.indices {
            bodies[robot].advance(to: now)
            places[robot] = bodies[robot].place
        }
        for halt in contacts?.looked(places, isThere: isVisible) ?? [] {
            bodies[halt.robot].halt(at: halt.place)
            places[halt.robot] = halt.place
        }
    }
}
