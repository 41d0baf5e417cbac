import SkeinWire

/// What a person wants of missions, through this robot.
package enum MissionInstruction: Hashable, Sendable {
    /// Take a signed plan, build the hierarchy around this robot, and start; without `launches` nothing moves.
    case run(plan: [UInt8], launches: Bool)
    case pause
    case resume
    case report
    /// Who would get which role of a plan, by what this robot knows. The plan need not be signed.
    case assignment(plan: [UInt8])
    /// Which plans are held here.
    case plans
    /// As `run`, with a plan that is held here.
    case runHeld(ObjectID, launches: Bool)

    package var isQuestion: Bool {
        switch self {
        case .report, .assignment, .plans: true
        case .run, .runHeld, .pause, .resume: false
        }
    }
}

/// Answers to `MissionInstruction`.
package enum MissionReply: Hashable, Sendable {
    case report(MissionReport)
    case refused(PlanRefusal)
    /// No mission runs that could be paused, or is paused that could go on.
    case outOfTurn
    case assignment(MissionAssignment)
    /// The latest first.
    case plans([MissionHeld])
    /// No plan of that name is held here.
    case unknownPlan
}

/// A plan that a robot holds.
package struct MissionHeld: Hashable, Sendable {
    package static let countMax = 16

    package var name: String
    package var revision: UInt32
    package var object: ObjectID
    package var signer: PlanSigner

    package init(name: String, revision: UInt32, object: ObjectID, signer: PlanSigner) {
        self.name = name
        self.revision = revision
        self.object = object
        self.signer = signer
    }
}

/// Who would get which role.
package struct MissionAssignment: Hashable, Sendable {
    /// This robot is the root, and has reports of those that it names.
    package var isFromReports: Bool
    package var places: [RoleAssignment.Place]

    package init(isFromReports: Bool, places: [RoleAssignment.Place]) {
        self.isFromReports = isFromReports
        self.places = places
    }
}

/// How a mission stands, as one robot knows it.
package struct MissionReport: Hashable, Sendable {
    /// How it stands with the plan that the order in force names.
    package enum PlanState: Hashable, Sendable {
        /// The order names none: the mission of the robots' configurations.
        case none
        case held(PlanSigner)
        case fetching(from: NodeID)
        case refused(PlanRefusal)
    }

    package struct Robot: Hashable, Sendable {
        package var id: NodeID
        package var role: UInt8?
        /// Nil: this robot has no report of it.
        package var state: LinkReport.MissionState?

        package init(id: NodeID, role: UInt8?, state: LinkReport.MissionState?) {
            self.id = id
            self.role = role
            self.state = state
        }
    }

    package static let robotsMax = 2_048

    package var robot: NodeID
    package var phase = MissionPhase.waiting
    /// Nil: none was heard.
    package var order: MissionOrder?
    package var planState = PlanState.none
    /// The plan's bytes, if it is here.
    package var plan: [UInt8]?
    package var seconds = 0.0
    package var ended: MissionBrief.Reason?
    /// The root of this robot's tree; it gives roles if it may command.
    package var keeper = NodeID.none
    /// This robot is that, and may.
    package var isKeeper = false
    package var role: UInt8?
    package var reason: RoleAssignment.Reason?
    package var isBatteryLow = false
    package var isSplit = false
    /// Open, done, missed, by task; as the keeper judges.
    package var tasks: [UInt8] = []
    package var robots: [Robot] = []

    package init(robot: NodeID) { self.robot = robot }
}
