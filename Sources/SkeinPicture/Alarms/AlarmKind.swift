import SkeinView
import SkeinWire

/// What a person with a swarm must be told without asking. docs/alarms.md has them in a table.
package enum AlarmKind: String, Hashable, Sendable, CaseIterable {
    case stopInForce = "stop_in_force"
    case notStanding = "not_standing"
    case silent
    case keyDoubled = "key_doubled"
    case revokedHeard = "revoked_heard"
    case forgeries
    case strangers
    case poisoned
    case noRoot = "no_root"
    case noLeader = "no_leader"
    case partition
    case clockUnknown = "clock_unknown"
    case clockLoose = "clock_loose"
    case controlOver = "control_over"
    case throttled
    case diskTrouble = "disk_trouble"
    case logFull = "log_full"
    case portDown = "port_down"
    case bodyLost = "body_lost"
    case kernelFailing = "kernel_failing"
    case stepsFailing = "steps_failing"
    case placeDoubtful = "place_doubtful"

    package var rule: AlarmRule {
        switch self {
        case .stopInForce: AlarmRule(.alarm)
        case .notStanding: AlarmRule(.alarm, raiseAfter: .seconds(1))
        case .silent: AlarmRule(.alarm, clearAfter: .seconds(2))
        case .keyDoubled: AlarmRule(.alarm)
        case .revokedHeard: AlarmRule(.alarm, clearAfter: .seconds(30))
        case .forgeries: AlarmRule(.alarm, clearAfter: .seconds(30))
        case .strangers: AlarmRule(.warning, raiseAfter: .seconds(2), clearAfter: .seconds(30))
        case .poisoned: AlarmRule(.alarm, clearAfter: .seconds(10))
        case .noRoot: AlarmRule(.alarm, raiseAfter: .seconds(3), clearAfter: .seconds(1))
        case .noLeader: AlarmRule(.alarm, raiseAfter: .seconds(3), clearAfter: .seconds(1))
        case .partition: AlarmRule(.alarm, raiseAfter: .seconds(3), clearAfter: .seconds(3))
        case .clockUnknown: AlarmRule(.warning, raiseAfter: .seconds(5), clearAfter: .seconds(1))
        case .clockLoose: AlarmRule(.warning, raiseAfter: .seconds(2), clearAfter: .seconds(5))
        case .controlOver: AlarmRule(.warning, raiseAfter: .seconds(3), clearAfter: .seconds(10))
        case .throttled: AlarmRule(.warning, clearAfter: .seconds(10))
        case .diskTrouble: AlarmRule(.alarm)
        case .logFull: AlarmRule(.warning)
        case .portDown: AlarmRule(.alarm, raiseAfter: .seconds(2))
        case .bodyLost: AlarmRule(.alarm, raiseAfter: .seconds(2))
        case .kernelFailing: AlarmRule(.warning, clearAfter: .seconds(30))
        case .stepsFailing: AlarmRule(.warning, clearAfter: .seconds(5))
        case .placeDoubtful: AlarmRule(.warning, clearAfter: .seconds(2))
        }
    }
}

/// When an alarm begins and when it is over. Where its condition has two limits, it begins at the worse and ends at the
/// better one (`AlarmFinding.Degree`).
package struct AlarmRule: Hashable, Sendable {
    package var severity: Severity
    /// The condition must have held this long.
    package var raiseAfter: Duration
    /// The condition must have been over this long: what comes and goes is one alarm.
    package var clearAfter: Duration

    init(_ severity: Severity, raiseAfter: Duration = .zero, clearAfter: Duration = .zero) {
        self.severity = severity
        self.raiseAfter = raiseAfter
        self.clearAfter = clearAfter
    }
}

/// A condition of an alarm that holds, or nearly, at one moment.
package struct AlarmFinding: Hashable, Sendable {
    package enum Degree: Hashable, Sendable {
        /// It holds.
        case bad
        /// Between the two limits: what is raised stays, and nothing begins.
        case doubtful
    }

    package var kind: AlarmKind
    /// Whom it is about; `.none`: the swarm.
    package var robot: NodeID
    package var degree: Degree
    /// One sentence for people, without the robot's name.
    package var text: String

    package init(_ kind: AlarmKind, of robot: NodeID = .none, degree: Degree = .bad, _ text: String) {
        self.kind = kind
        self.robot = robot
        self.degree = degree
        self.text = text
    }
}

/// An alarm in force.
package struct Alarm: Hashable, Sendable {
    package var kind: AlarmKind
    package var robot: NodeID
    package var text: String
    /// Since its condition began to hold.
    package var since: Instant

    package var severity: Severity { kind.rule.severity }
}
