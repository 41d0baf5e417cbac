import SkeinPeer
import SkeinWire

extension Event {
    /// Everything but stamp and number.
    var schema: Skein_Event {
        var event = Skein_Event()
        switch self {
        case .treeChanged(let root, let hops, let parent):
            event.kind = .treeChanged
            event.set(robot: root)
            event.hops = UInt32(hops)
            if let parent = parent.present { event.parent = parent }
        case .leaderChanged(let leader, let plan, let reason):
            event.kind = .leaderChanged
            if let leader = leader.present { event.leader = leader }
            event.set(plan)
            event.leaderReason = LogEnum.number(reason)
        case .planIssued(let plan, let leaders):
            event.kind = .planIssued
            event.set(plan)
            event.count = UInt32(clamping: leaders)
        case .settled(let plan):
            event.kind = .settled
            event.set(plan)
        case .missionStarted: event.kind = .missionStarted
        case .missionStopped: event.kind = .missionStopped
        case .arrived: event.kind = .arrived
        case .sightingTaken(let revision):
            event.kind = .sightingTaken
            event.revision = revision
        case .fixFused(let from):
            event.kind = .fixFused
            event.set(robot: from)
        case .localisation(let source, let turn):
            event.kind = .localisation
            event.localisationSource = LogEnum.number(source)
            event.localisationTurn = LogEnum.number(turn)
        case .left: event.kind = .left
        case .robotLeft(let robot):
            event.kind = .robotLeft
            event.set(robot: robot)
        case .clockStepped(let by, let bound):
            event.kind = .clockStepped
            event.steppedNs = by.nanoseconds
            event.boundNs = bound.nanoseconds
        case .stepStarted, .stepEnded, .partOffered, .partDone, .resultRefused, .requestRetried, .unitRefused,
            .orderStarted, .orderEnded:
            event.setTask(self)
        case .standingLost, .trustLearned, .expelled, .keyDoubled, .stopped, .released: event.setTrust(self)
        case .job(let job): event.set(job)
        case .mission(let mission): event.set(mission)
        }
        return event
    }

    init(_ event: Skein_Event) throws(LogFault) {
        switch event.kind {
        case .treeChanged:
            self = .treeChanged(
                root: try event.node(), hops: try LogCheck.fitting(event.hops, "hops"),
                parent: try LogCheck.node(event.hasParent, event.parent, "parent"))
        case .leaderChanged:
            self = .leaderChanged(
                try event.leaderNode(), event.plan, try LogEnum.value(event.leaderReason, "leader_reason"))
        case .planIssued: self = .planIssued(event.plan, leaders: Int(event.count))
        case .settled: self = .settled(event.plan)
        case .missionStarted: self = .missionStarted
        case .missionStopped: self = .missionStopped
        case .arrived: self = .arrived
        case .sightingTaken: self = .sightingTaken(revision: event.revision)
        case .fixFused: self = .fixFused(from: try event.node())
        case .localisation:
            self = .localisation(
                try LogEnum.value(event.localisationSource, "localisation_source"),
                try LogEnum.value(event.localisationTurn, "localisation_turn"))
        case .left: self = .left
        case .robotLeft: self = .robotLeft(try event.node())
        case .clockStepped:
            self = .clockStepped(
                by: try LogCheck.span(event.steppedNs, "stepped_ns"),
                bound: try LogCheck.span(event.boundNs, "bound_ns"))
        case .stepStarted, .stepEnded, .partOffered, .partDone, .resultRefused, .requestRetried, .unitRefused,
            .orderStarted, .orderEnded:
            self = try event.taskEvent()
        case .standingLost, .trustLearned, .expelled, .keyDoubled, .stopped, .released:
            self = try event.trustEvent()
        case .jobStarted, .jobEnded, .jobUnitOffered, .jobUnitDone, .jobUnitFailed, .jobUnitRefused, .objectReceived,
            .objectLost:
            self = .job(try event.jobEvent())
        case .missionPlanTaken, .missionPlanRefused, .missionPlanWithdrawn, .missionPaused, .missionResumed,
            .missionEnded, .missionRoleTaken, .missionRoleChanged, .missionTaskDone, .missionTaskMissed,
            .missionRuleFired, .missionRuleOver:
            self = .mission(try event.missionEvent())
        case .unspecified, .UNRECOGNIZED: throw .unknown("kind")
        }
    }
}

extension Skein_Event {
    mutating func set(robot id: NodeID) { if let number = id.present { robot = number } }

    mutating func set(_ plan: PlanNumber) {
        planTerm = plan.term
        planNumber = plan.number
    }

    var plan: PlanNumber { PlanNumber(term: planTerm, number: planNumber) }

    func node() throws(LogFault) -> NodeID { try LogCheck.node(hasRobot, robot, "robot") }

    func leaderNode() throws(LogFault) -> NodeID { try LogCheck.node(hasLeader, leader, "leader") }
}
