import SkeinPeer
import SkeinWire

extension Skein_Event {
    mutating func set(_ happened: MissionEvent) {
        switch happened {
        case .planTaken(let name, let revision, let signer):
            kind = .missionPlanTaken
            set(plan: name, revision, signer)
        case .planRefused(let refusal):
            kind = .missionPlanRefused
            set(refusal)
        case .planWithdrawn(let name, let revision, let signer):
            kind = .missionPlanWithdrawn
            set(plan: name, revision, signer)
        case .paused(let reason):
            kind = .missionPaused
            missionReason = LogEnum.number(reason)
        case .resumed: kind = .missionResumed
        case .ended(let reason):
            kind = .missionEnded
            missionReason = LogEnum.number(reason)
        case .roleTaken(let role, let order, let by):
            kind = .missionRoleTaken
            if let role { self.role = role }
            revision = order
            if let issuer = by.present { self.issuer = issuer }
        case .roleChanged(let robot, let from, let to, let cause):
            kind = .missionRoleChanged
            set(robot: robot)
            if let from { roleBefore = from }
            if let to { role = to }
            roleCause = LogEnum.number(cause)
        case .taskDone(let task):
            kind = .missionTaskDone
            name = task
        case .taskMissed(let task):
            kind = .missionTaskMissed
            name = task
        case .ruleFired(let rule, let action):
            kind = .missionRuleFired
            missionRule = LogEnum.number(rule)
            missionAction = LogEnum.number(action)
        case .ruleOver(let rule):
            kind = .missionRuleOver
            missionRule = LogEnum.number(rule)
        }
    }

    /// The authority is nobody's number.
    private mutating func set(plan name: String, _ revision: UInt32, _ signer: PlanSigner) {
        self.name = name
        self.revision = revision
        switch signer {
        case .authority: break
        case .robot(let robot): if let issuer = robot.present { self.issuer = issuer }
        }
    }

    private mutating func set(_ refusal: PlanRefusal) {
        switch refusal {
        case .unreadable: planRefusal = .unreadable
        case .unknownSigner: planRefusal = .unknownSigner
        case .wrongSignature: planRefusal = .wrongSignature
        case .older(let known):
            planRefusal = .older
            revision = known
        case .otherPlan(let known):
            planRefusal = .otherPlan
            revision = known
        case .full: planRefusal = .full
        case .withdrawn: planRefusal = .withdrawn
        }
    }

    func missionEvent() throws(LogFault) -> MissionEvent {
        switch kind {
        case .missionPlanTaken: return .planTaken(name: try text(name, "name"), revision: revision, try signer())
        case .missionPlanRefused: return .planRefused(try refusal())
        case .missionPlanWithdrawn:
            return .planWithdrawn(name: try text(name, "name"), revision: revision, try signer())
        case .missionPaused: return .paused(try LogEnum.value(missionReason, "mission_reason"))
        case .missionResumed: return .resumed
        case .missionEnded: return .ended(try LogEnum.value(missionReason, "mission_reason"))
        case .missionRoleTaken:
            return .roleTaken(
                hasRole ? try text(role, "role") : nil, order: revision,
                by: try LogCheck.node(hasIssuer, issuer, "issuer"))
        case .missionRoleChanged:
            return .roleChanged(
                robot: try node(), from: hasRoleBefore ? try text(roleBefore, "role_before") : nil,
                to: hasRole ? try text(role, "role") : nil, try LogEnum.value(roleCause, "role_cause"))
        case .missionTaskDone: return .taskDone(try text(name, "name"))
        case .missionTaskMissed: return .taskMissed(try text(name, "name"))
        case .missionRuleFired:
            return .ruleFired(
                try LogEnum.value(missionRule, "mission_rule"), try LogEnum.value(missionAction, "mission_action"))
        case .missionRuleOver: return .ruleOver(try LogEnum.value(missionRule, "mission_rule"))
        default: throw .unknown("kind")
        }
    }

    /// As long as a plan's names are.
    private func text(_ name: String, _ field: String) throws(LogFault) -> String {
        guard name.utf8.count <= MissionPlan.nameBytesMax else { throw .field(field) }
        return name
    }

    private func signer() throws(LogFault) -> PlanSigner {
        let robot = try LogCheck.node(hasIssuer, issuer, "issuer")
        return robot == .none ? .authority : .robot(robot)
    }

    private func refusal() throws(LogFault) -> PlanRefusal {
        switch planRefusal {
        case .unreadable: return .unreadable
        case .unknownSigner: return .unknownSigner
        case .wrongSignature: return .wrongSignature
        case .older: return .older(than: revision)
        case .otherPlan: return .otherPlan(revision: revision)
        case .full: return .full
        case .withdrawn: return .withdrawn
        case .unspecified, .UNRECOGNIZED: throw .unknown("plan_refusal")
        }
    }
}
