import SkeinLinux
import SkeinPeer
import SkeinTasks
import SkeinWire
import SkeinWorld

/// The simulator's air played against a clock that somebody else reads: `World`'s medium and its event queue, without
/// the world.
///
/// Rules.
/// - Time is what it is told, nanoseconds since the world's zero, and never runs backwards. Whoever is late calls late: what
///   was due in between happens in its order and at its own time, as if nobody had been late, and only what is handed to
///   the hearers comes late to them.
/// - A frame enters at the time it is sent; what was due before happens before.
/// - A robot is off until it is switched on; nobody hears or sends while off.
package struct AirPlayer {
    package private(set) var medium: Medium
    package private(set) var lateness = LatenessGauge()
    /// Of all that was handed over, in order.
    package private(set) var digest: UInt64 = 0
    private var queue = EventQueue()
    private var faults: RadioFaults
    private var places: [FieldPoint]
    private var now: Int64 = 0

    package init(_ config: WorldConfig) {
        let layout = Layout(config)
        medium = Medium(robots: config.robots, config: config.medium, seed: config.seed)
        faults = RadioFaults(config.faults, robots: config.robots)
        places = layout.places
        medium.refresh(places)
        if let table = config.medium.table { medium.air.field.fix(table) }
        for robot in 0..<config.robots { medium.switchOff(robot) }
    }

    package var robots: Int { places.count }

    /// When something is due; nil: the air is still.
    package var nextTime: Int64? { queue.nextTime }

    package func isOn(_ robot: Int) -> Bool { medium.air.isOn[robot] }

    /// Plays what is due by `time`, and hands over each frame that somebody hears. `clock`: the time it is truly, if that is
    /// another.
    package mutating func advance(to time: Int64, clock: Int64? = nil, _ hand: (Arrival) -> Void) {
        while let due = queue.nextTime, due <= time, let event = queue.pop() {
            precondition(event.time >= now, "an event at \(event.time) ns, now is \(now) ns")
            now = event.time
            lateness.note((clock ?? time) - event.time)
            guard medium.handle(event, queue: &queue), !medium.air.arrival.hearers.isEmpty else { continue }
            digest = medium.air.arrival.stirred(into: digest, now: now)
            hand(medium.air.arrival)
        }
        now = max(now, time)
    }

    /// False: the robot is off. To be called after `advance` to the same time.
    package mutating func send(_ transmission: Transmission, from robot: Int) -> Bool {
        guard isOn(robot) else { return false }
        medium.send(transmission, from: robot, now: now, queue: &queue)
        return true
    }

    package mutating func switchOn(_ robot: Int) { medium.switchOn(robot) }

    package mutating func switchOff(_ robot: Int) { medium.switchOff(robot) }

    package mutating func join(_ robot: Int, leader: Int?) { medium.join(robot, leader: leader) }

    package mutating func move(to places: [FieldPoint]) {
        precondition(places.count == self.places.count, "\(places.count) places of \(self.places.count) robots")
        self.places = places
        refresh()
    }

    package mutating func beginFault(_ index: Int, targets: [Int]) {
        faults.begin(index, targets: targets)
        refresh()
    }

    package mutating func endFault(_ index: Int) {
        faults.end(index)
        refresh()
    }

    private mutating func refresh() {
        faults.apply(to: &medium, places: places, now: now, queue: &queue)
        medium.refresh(places)
    }
}
