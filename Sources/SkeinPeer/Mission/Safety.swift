import RealModule
import SkeinTasks

/// The last word on every setpoint: a table whose first row that applies decides what may remain of it; then a table of
/// limits, of which the lowest counts. Whatever the mission's logic wants, a robot that has lost its sensors, its order or
/// the field stands, and none drives faster than the gap in front of it allows.
///
/// The limits know where a stop would end: what is left to a line or a thing is measured against how far the robot gets
/// until the next reading has been answered (`ClosingSpeed`).
struct Safety {
    enum Condition: Hashable, CaseIterable {
        /// An emergency stop is in force.
        case stopped
        /// The estimate or the wish is not a number.
        case insane
        /// No sensor reading for `readingSilenceMax`: nobody holds the dead man's handle.
        case silent
        /// The infrared ring has spoken before, and does so no more: a robot that saw what is near is blind.
        case blind
        /// No order to move, or an order to stop.
        case unordered
        /// Nobody is heard, and the mission's rule on link loss says to stop.
        case unlinked
        /// Beyond a fence of the mission, whose rule says to stop there.
        case beyond
        /// Organised, halted by a failed step, or arrived: on the spot only.
        case held
        /// Beyond the fence, and the wish leads no way back.
        case leaving
        case always
    }

    enum Permission: Hashable {
        case stand
        /// Turning on the spot.
        case turn
        case drive
    }

    struct Row: Hashable {
        var condition: Condition
        var permission: Permission
    }

    /// Most urgent first.
    static let table = [
        Row(condition: .stopped, permission: .stand),
        Row(condition: .insane, permission: .stand),
        Row(condition: .silent, permission: .stand),
        Row(condition: .blind, permission: .stand),
        Row(condition: .unordered, permission: .stand),
        Row(condition: .unlinked, permission: .stand),
        Row(condition: .beyond, permission: .stand),
        Row(condition: .held, permission: .turn),
        Row(condition: .leaving, permission: .turn),
        Row(condition: .always, permission: .drive),
    ]

    /// What the rows are judged by.
    struct Situation {
        var pose: Pose
        var isSilent: Bool
        var isOrdered: Bool
        var isHeld: Bool
        var isStopped = false
        var isBlind = false
        var isUnlinked = false
        /// One sigma of the place, both axes together.
        var positionSigmaMeters = 0.0
        var proximity = Proximity.none
        var readingInterval: Duration = .milliseconds(200)
    }

    /// What bounds the speed of a robot that may drive. All of them are asked; the lowest counts.
    enum Limit: Hashable, CaseIterable {
        /// What the robot can do.
        case robot
        /// The mission's speed limit.
        case mission
        /// No farther than the fences and no-go zones allow.
        case fence
        /// No faster toward anything near than its gap allows: separation, obstacles, slow zones.
        case gap
    }

    static func permission(for wish: Setpoint, in situation: Situation, tuning: MissionTuning) -> Permission {
        for row in table where applies(row.condition, wish, situation, tuning) { return row.permission }
        return .stand
    }

    /// The setpoint that may be actuated.
    static func limited(_ wish: Setpoint, in situation: Situation, tuning: MissionTuning) -> Setpoint {
        let turnMax = tuning.turnRadiansPerSecondMax
        let turn = max(-turnMax, min(turnMax, wish.turnRadiansPerSecond))
        switch permission(for: wish, in: situation, tuning: tuning) {
        case .stand: return .stop
        case .turn: return Setpoint(speedMetersPerSecond: 0, turnRadiansPerSecond: turn)
        case .drive:
            let limited = Setpoint(speedMetersPerSecond: wish.speedMetersPerSecond, turnRadiansPerSecond: turn)
            let speedMax = Limit.allCases.reduce(Double.infinity) {
                min($0, speed($1, limited, situation, tuning))
            }
            return Setpoint(
                speedMetersPerSecond: max(-speedMax, min(speedMax, wish.speedMetersPerSecond)),
                turnRadiansPerSecond: turn)
        }
    }

    private static func applies(
        _ condition: Condition, _ wish: Setpoint, _ situation: Situation, _ tuning: MissionTuning
    ) -> Bool {
        switch condition {
        case .stopped: return situation.isStopped
        case .insane:
            return
                !(situation.pose.xMeters.isFinite && situation.pose.yMeters.isFinite
                && situation.pose.headingRadians.isFinite && wish.speedMetersPerSecond.isFinite
                && wish.turnRadiansPerSecond.isFinite)
        case .silent: return situation.isSilent
        case .blind: return situation.isBlind
        case .unordered: return !situation.isOrdered
        case .unlinked: return situation.isUnlinked
        case .beyond:
            guard case .stop = tuning.rules.fence else { return false }
            return isBeyondFence(
                place(situation), positionSigmaMeters: situation.positionSigmaMeters, field: tuning.field)
        case .held: return situation.isHeld
        case .leaving: return leaves(wish, situation.pose, tuning.arena)
        case .always: return true
        }
    }

    /// Outside the fence, and not moving inward.
    private static func leaves(_ wish: Setpoint, _ pose: Pose, _ arena: Arena) -> Bool {
        let here = FieldPoint(xMeters: pose.xMeters, yMeters: pose.yMeters)
        guard !arena.contains(here, margins: 1) else { return false }
        let inward = arena.nearest(to: here) - here
        let forward =
            inward.xMeters * Double.cos(pose.headingRadians) + inward.yMeters * Double.sin(pose.headingRadians)
        return wish.speedMetersPerSecond * forward <= 0
    }

    // MARK: Limits

    /// How well the place is known decides how near to a line the robot may come [R].
    private static let fenceSigmas = 3.0
    /// Of each axis: sigma is that of both together.
    private static func sigma(_ situation: Situation) -> Double { situation.positionSigmaMeters / 2.0.squareRoot() }

    /// Surely beyond a fence or inside a no-go zone.
    static func isBeyondFence(_ place: FieldPoint, positionSigmaMeters: Double, field: MissionField) -> Bool {
        hasFences(field) && field.fenceMeters(from: place) < -fenceSigmas * positionSigmaMeters / 2.0.squareRoot()
    }

    /// Back where it may be, whatever is not known of the place.
    static func isWithinFence(_ place: FieldPoint, field: MissionField) -> Bool {
        !hasFences(field) || field.fenceMeters(from: place) >= 0
    }

    private static func place(_ situation: Situation) -> FieldPoint {
        FieldPoint(xMeters: situation.pose.xMeters, yMeters: situation.pose.yMeters)
    }

    /// What is kept from every line by a robot that knows its place so well; sigma of both axes together.
    static func fenceMarginMeters(positionSigmaMeters: Double, tuning: MissionTuning) -> Double {
        fenceSigmas * positionSigmaMeters / 2.0.squareRoot() + tuning.bodyRadiusMeters + tuning.rules.separationMeters
    }

    static func hasFences(_ field: MissionField) -> Bool {
        !(field.inclusions.isEmpty && field.exclusions.isEmpty)
    }

    /// The highest speed that one limit allows for this wish, m/s, forward or back.
    static func speed(_ limit: Limit, _ wish: Setpoint, _ situation: Situation, _ tuning: MissionTuning) -> Double {
        switch limit {
        case .robot: return tuning.speedMetersPerSecondMax
        case .mission: return tuning.rules.speedMetersPerSecondMax
        case .fence: return fenceSpeed(wish, situation, tuning)
        case .gap:
            // All directions that the arc sweeps until the next setpoint.
            let seconds = (situation.readingInterval + tuning.actuationDelay).inSeconds
            let forward = wish.speedMetersPerSecond < 0 ? Double.pi : 0
            return situation.proximity.speedMax(from: forward, to: forward + wish.turnRadiansPerSecond * seconds)
        }
    }

    /// The way until the next setpoint, and as much to brake on, must end inside the fences by as much as the place is
    /// unknown, or at least farther in than it began.
    private static func fenceSpeed(_ wish: Setpoint, _ situation: Situation, _ tuning: MissionTuning) -> Double {
        let field = tuning.field
        guard hasFences(field) else { return .infinity }
        let here = place(situation)
        let margin = fenceMarginMeters(positionSigmaMeters: situation.positionSigmaMeters, tuning: tuning)
        let inside = field.fenceMeters(from: here)
        let seconds = (situation.readingInterval + tuning.actuationDelay).inSeconds
        let top = min(abs(wish.speedMetersPerSecond), tuning.speedMetersPerSecondMax)
        let forward = situation.pose.headingRadians + (wish.speedMetersPerSecond < 0 ? .pi : 0)
        func isAllowed(_ speed: Double) -> Bool {
            let way = speed * seconds + speed * speed / (2 * tuning.brakingMetersPerSecondSquared)
            for share in [0.0, 0.5, 1.0] {
                let direction = forward + share * wish.turnRadiansPerSecond * seconds
                let end =
                    here + way * FieldPoint(xMeters: Double.cos(direction), yMeters: Double.sin(direction))
                let left = field.fenceMeters(from: end)
                guard left >= margin || left > inside else { return false }
            }
            return true
        }
        if isAllowed(top) { return top }
        var (low, high) = (0.0, top)
        for _ in 0..<8 {
            let middle = (low + high) / 2
            if isAllowed(middle) { low = middle } else { high = middle }
        }
        return low
    }
}
