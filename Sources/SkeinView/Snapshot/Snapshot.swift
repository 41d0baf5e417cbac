import SkeinWire

/// One moment of a swarm as somebody knows it: all that the dashboard draws, in plain values. Whoever makes it decides;
/// who draws it only draws. What a source cannot tell is nil, and spans end at the moment of the snapshot.
package struct Snapshot: Hashable, Sendable {
    /// Where it comes from.
    package enum Mode: Hashable, Sendable, CaseIterable {
        /// Robots, or a laboratory's daemons, now.
        case live
        /// A running simulation.
        case simulation
        /// A recorded log.
        case replay
    }

    package var mode: Mode
    /// What is looked at, for people: a socket, a laboratory, a scenario, a file.
    package var source: String
    /// The source's own time. LIVE: since the robot's start; SIM: the world's; REPLAY: since the log's start.
    package var time: Duration
    /// Of SIM and REPLAY: seconds of theirs in one of ours.
    package var speed: Double?
    /// The fleet's name, as its release is typed; nil: not known.
    package var fleet: String?
    /// The robot whose eyes these are; nil: nobody's, as of a whole simulation.
    package var me: Me?
    package var mesh: Mesh
    package var safety: Safety
    /// How wrong mesh time is here at most; nil: there is none.
    package var clockBound: Known<Duration>?
    package var alarms: [Alarm] = []
    package var robots: [Robot] = []
    package var links: [Link] = []
    package var targets: [Target] = []
    /// Nil: unbounded, or not known; then the robots' own places span the map.
    package var field: Field?
    package var tasks: [Work] = []
    package var radio: Radio?
    /// The latest last.
    package var events: [EventLine] = []
    /// The mission in figures; empty: none is known.
    package var mission: [MissionFigure] = []

    package init(mode: Mode, source: String, time: Duration, mesh: Mesh, safety: Safety) {
        self.mode = mode
        self.source = source
        self.time = time
        self.mesh = mesh
        self.safety = safety
    }
}

/// A value and how long ago it was so: what is old is drawn as old.
package struct Known<Value: Hashable & Sendable>: Hashable, Sendable {
    package var value: Value
    package var age: Duration

    package init(_ value: Value, age: Duration = .zero) {
        self.value = value
        self.age = age
    }
}

/// How much something wants a person's eye.
package enum Severity: UInt8, Hashable, Sendable, Comparable, CaseIterable {
    case calm
    /// Degraded, suspect.
    case warning
    /// Dead, stopped, failing.
    case alarm

    package static func < (left: Severity, right: Severity) -> Bool { left.rawValue < right.rawValue }
}

extension Snapshot {
    /// What a robot is to the swarm.
    package enum Role: Hashable, Sendable, CaseIterable {
        /// Plans for all; it leads too.
        case root
        case leader
        case member
        /// Belongs to nobody.
        case alone
        case unknown
    }

    /// The robot whose eyes these are.
    package struct Me: Hashable, Sendable {
        package var id: NodeID
        package var name: String
        package var role: Role
        /// In this role for so long; nil: not known.
        package var roleSince: Duration?
        /// Itself where it leads.
        package var leader: NodeID?
        package var leaderName: String?
        package var leaderSince: Duration?

        package init(
            id: NodeID, name: String, role: Role, roleSince: Duration? = nil, leader: NodeID? = nil,
            leaderName: String? = nil, leaderSince: Duration? = nil
        ) {
            self.id = id
            self.name = name
            self.role = role
            self.roleSince = roleSince
            self.leader = leader
            self.leaderName = leaderName
            self.leaderSince = leaderSince
        }
    }

    /// How many robots there are.
    package struct Mesh: Hashable, Sendable {
        /// Of the fleet, as far as is known.
        package var known: Int
        /// Heard lately, by any robot that tells.
        package var heard: Int
        /// Heard once, and silent now.
        package var silent: Int
        package var leaders: Int

        package init(known: Int, heard: Int, silent: Int, leaders: Int) {
            self.known = known
            self.heard = heard
            self.silent = silent
            self.leaders = leaders
        }
    }

    /// Something to be looked at first.
    package struct Alarm: Hashable, Sendable {
        package var severity: Severity
        package var text: String
        /// Since it began.
        package var age: Duration
        /// Nil: the whole swarm, or nobody in particular.
        package var robot: NodeID?

        package init(_ severity: Severity, _ text: String, age: Duration, robot: NodeID? = nil) {
            self.severity = severity
            self.text = text
            self.age = age
            self.robot = robot
        }
    }

    /// Something that a robot did.
    package struct EventLine: Hashable, Sendable {
        /// On the source's time.
        package var time: Duration
        package var robot: NodeID?
        package var robotName: String
        package var severity: Severity
        package var text: String

        package init(time: Duration, robot: NodeID?, robotName: String, severity: Severity, text: String) {
            self.time = time
            self.robot = robot
            self.robotName = robotName
            self.severity = severity
            self.text = text
        }
    }

    /// A line about the mission.
    package struct MissionFigure: Hashable, Sendable {
        /// Empty: goes on with what the line before is about.
        package var label: String
        package var value: String
        package var severity: Severity

        package init(_ label: String, _ value: String, severity: Severity = .calm) {
            self.label = label
            self.value = value
            self.severity = severity
        }
    }
}
