import SkeinTasks
import SkeinWire

/// A mission as its file says it, compiled: what every robot of the swarm holds while it runs (docs/missions.md). Sizes are
/// bounded, and the same mission is the same bytes (MissionPlanBytes.swift), so that its hash is its name.
package struct MissionPlan: Hashable, Sendable {
    package static let nameBytesMax = 32
    package static let revisionMax: UInt32 = ByteReader.serialMax
    package static let rolesMax = 16
    package static let areasMax = 16
    package static let rallyPointsMax = 16
    package static let waypointsMax = 64
    package static let tasksMax = 16
    package static let robotsMax = 65_535
    /// A day and more: no battery lasts as long.
    package static let secondsMax = 1_000_000.0
    /// Farther from the origin nobody drives, and the tangent plane is none.
    package static let metersMax = 100_000.0

    /// Where x = y = 0 lies on the earth; of use to files in degrees only.
    package struct Origin: Hashable, Sendable {
        package var latitudeDegrees: Double
        package var longitudeDegrees: Double

        package init(latitudeDegrees: Double, longitudeDegrees: Double) {
            self.latitudeDegrees = latitudeDegrees
            self.longitudeDegrees = longitudeDegrees
        }
    }

    /// A place that roles are sent to.
    package struct Area: Hashable, Sendable {
        package var name: String
        package var shape: FieldShape

        package init(name: String, shape: FieldShape) {
            self.name = name
            self.shape = shape
        }
    }

    /// What a robot must carry to serve a role.
    package enum Needs: UInt8, CaseIterable, Hashable, Sendable {
        case any = 0
        case camera = 1
        case nose = 2
        case satellite = 3
    }

    /// A point of a way.
    package struct Waypoint: Hashable, Sendable {
        package var point: FieldPoint
        /// Standing there before the way goes on.
        package var holdSeconds = 0.0
        /// On the way there and from then on; nil: as before.
        package var speedMetersPerSecond: Double?

        package init(point: FieldPoint, holdSeconds: Double = 0, speedMetersPerSecond: Double? = nil) {
            self.point = point
            self.holdSeconds = holdSeconds
            self.speedMetersPerSecond = speedMetersPerSecond
        }
    }

    /// What a role is for.
    package enum Goal: Hashable, Sendable {
        /// The physical target, which a camera sees.
        case target
        /// The virtual source, which a nose smells.
        case source
        /// Keep the swarm connected.
        case relay
        /// Be in an area, spread over it.
        case hold(area: Int)
        /// Look at all of an area.
        case search(area: Int)
        case waypoints(Way)
    }

    /// Points one after the other.
    package struct Way: Hashable, Sendable {
        package var waypoints: [Waypoint]
        /// How often all of it; 0: for ever.
        package var laps: Int
        /// Back to the rally point after the last.
        package var returns: Bool

        package init(waypoints: [Waypoint], laps: Int = 1, returns: Bool = false) {
            self.waypoints = waypoints
            self.laps = laps
            self.returns = returns
        }
    }

    package struct Role: Hashable, Sendable {
        package var name: String
        /// Nil: whoever is left.
        package var count: Int?
        package var needs: Needs
        package var goal: Goal
        package var speedMetersPerSecond: Double?

        package init(
            name: String, count: Int? = nil, needs: Needs = .any, goal: Goal, speedMetersPerSecond: Double? = nil
        ) {
            self.name = name
            self.count = count
            self.needs = needs
            self.goal = goal
            self.speedMetersPerSecond = speedMetersPerSecond
        }

        /// Whether a robot that serves it can ever have arrived.
        package var canArrive: Bool {
            switch goal {
            case .target, .source, .hold, .search: true
            case .relay: false
            case .waypoints(let way): way.laps > 0
            }
        }
    }

    /// What is done about a task that has been missed.
    package enum Missed: UInt8, CaseIterable, Hashable, Sendable {
        /// It is said, nothing more.
        case proceed = 0
        case pause = 1
        case stop = 2
    }

    /// That so many robots of a role have arrived by then.
    package struct PlannedTask: Hashable, Sendable {
        package var name: String
        package var role: Int
        /// Nil: all of the role.
        package var robots: Int?
        package var deadlineSeconds: Double
        package var missed: Missed

        package init(name: String, role: Int, robots: Int? = nil, deadlineSeconds: Double, missed: Missed = .proceed) {
            self.name = name
            self.role = role
            self.robots = robots
            self.deadlineSeconds = deadlineSeconds
            self.missed = missed
        }
    }

    /// What ends the mission, besides a person.
    package enum End: Hashable, Sendable {
        case never
        /// All whose role can arrive have.
        case allArrived
        case roleArrived(Int)
    }

    /// When the swarm counts as split, for the rules' action.
    package struct Partition: Hashable, Sendable {
        /// Fewer in a robot's tree: the swarm has split. 0: never.
        package var robotsMin = 0
        package var afterSeconds = 10.0

        package init(robotsMin: Int = 0, afterSeconds: Double = 10) {
            self.robotsMin = robotsMin
            self.afterSeconds = afterSeconds
        }
    }

    package var name: String
    package var revision: UInt32
    package var origin: Origin?
    package var field: MissionField
    package var rules: MissionRules
    package var partition = Partition()
    /// Nil: to be found.
    package var target: FieldPoint?
    package var source: FieldPoint?
    package var rallyPoints: [FieldPoint] = []
    package var areas: [Area] = []
    package var roles: [Role]
    package var tasks: [PlannedTask] = []
    package var end = End.allArrived
    package var deadlineSeconds: Double?

    package init(
        name: String, revision: UInt32, field: MissionField = MissionField(), rules: MissionRules = MissionRules(),
        roles: [Role]
    ) {
        self.name = name
        self.revision = revision
        self.field = field
        self.rules = rules
        self.roles = roles
    }
}

extension MissionPlan {
    /// Why nobody could fly it; nil: it can be flown. What its file's reader says better, it says first.
    package var invalidity: String? {
        guard Self.isName(name) else { return "the name \"\(name)\"" }
        guard (1...Self.revisionMax).contains(revision) else { return "revision \(revision)" }
        if let reason = field.invalidity ?? rules.invalidity { return reason }
        let arena = field.arena
        let corners = [arena.xMetersMin, arena.xMetersMax, arena.yMetersMin, arena.yMetersMax]
        guard corners.allSatisfy({ $0.isFinite && abs($0) <= Self.metersMax }), arena.xMetersMin < arena.xMetersMax,
            arena.yMetersMin < arena.yMetersMax
        else { return "a field without an inside" }
        for area in areas {
            guard Self.isName(area.name) else { return "the area name \"\(area.name)\"" }
            if let reason = area.shape.invalidity { return "area \(area.name): \(reason)" }
        }
        guard (1...Self.rolesMax).contains(roles.count) else { return "\(roles.count) roles" }
        for role in roles { if let reason = invalidity(of: role) { return "role \(role.name): \(reason)" } }
        for task in tasks {
            guard Self.isName(task.name), roles.indices.contains(task.role), task.deadlineSeconds > 0,
                task.deadlineSeconds <= Self.secondsMax, roles[task.role].canArrive
            else { return "the task \(task.name)" }
        }
        if case .roleArrived(let role) = end, !roles.indices.contains(role) { return "an end without its role" }
        if let deadlineSeconds, !(deadlineSeconds > 0 && deadlineSeconds <= Self.secondsMax) {
            return "a deadline after \(deadlineSeconds) s"
        }
        return nil
    }

    private func invalidity(of role: Role) -> String? {
        guard Self.isName(role.name) else { return "its name" }
        if let count = role.count, !(0...Self.robotsMax).contains(count) { return "\(count) robots" }
        if let speed = role.speedMetersPerSecond, !(speed > 0 && speed.isFinite) { return "\(speed) m/s" }
        switch role.goal {
        case .target: return role.needs == .camera ? nil : "only a camera finds the target"
        case .source: return role.needs == .nose ? nil : "only a nose finds the source"
        case .relay: return nil
        case .hold(let area), .search(let area): return areas.indices.contains(area) ? nil : "no such area"
        case .waypoints(let way):
            guard (1...Self.waypointsMax).contains(way.waypoints.count) else {
                return "\(way.waypoints.count) waypoints"
            }
            let isSound = way.waypoints.allSatisfy {
                $0.point.isFinite && $0.holdSeconds >= 0 && $0.holdSeconds <= Self.secondsMax
                    && ($0.speedMetersPerSecond.map { $0 > 0 && $0.isFinite } ?? true)
            }
            return isSound && (0...65_535).contains(way.laps) ? nil : "a waypoint that is none"
        }
    }

    /// As names of robots.
    package static func isName(_ text: String) -> Bool {
        guard (1...nameBytesMax).contains(text.utf8.count), let first = text.utf8.first else { return false }
        return isLetterOrDigit(first) && text.utf8.allSatisfy { isLetterOrDigit($0) || $0 == 0x2D || $0 == 0x5F }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }

    /// How many robots the roles with a count ask for.
    package var robotsWanted: Int { roles.reduce(0) { $0 + ($1.count ?? 0) } }

    /// The nearest rally point; nil: there is none.
    package func rallyPoint(nearest point: FieldPoint) -> FieldPoint? {
        rallyPoints.min { ($0 - point).lengthMeters < ($1 - point).lengthMeters }
    }
}
