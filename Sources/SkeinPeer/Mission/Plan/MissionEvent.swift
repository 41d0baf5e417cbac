import SkeinWire

/// What happened to a mission with a plan, as one robot sees it (docs/missions.md). Names are the plan's own, so that whoever reads of it
/// needs no plan.
package enum MissionEvent: Hashable, Sendable {
    case planTaken(name: String, revision: UInt32, PlanSigner)
    /// Given by a person, or named by the order in force.
    case planRefused(PlanRefusal)
    /// It was taken, and whoever signed it may command missions no more.
    case planWithdrawn(name: String, revision: UInt32, PlanSigner)
    case paused(MissionBrief.Reason)
    case resumed
    case ended(MissionBrief.Reason)
    /// What this robot serves from now on, and by whose order; nil: it stands by.
    case roleTaken(String?, order: UInt32, by: NodeID)
    /// The keeper of the roles gives a robot another one.
    case roleChanged(robot: NodeID, from: String?, to: String?, RoleCause)
    case taskDone(String)
    case taskMissed(String)
    /// A rule of the plan holds, and asks this robot for that.
    case ruleFired(MissionRule, MissionRules.Action)
    case ruleOver(MissionRule)
}

/// Why a robot gets another role, or none.
package enum RoleCause: UInt8, CaseIterable, Hashable, Sendable {
    /// Of those that could, it was the next.
    case filled = 0
    /// The role takes who is left.
    case remaining = 1
    /// Its role has its count without it.
    case surplus = 2
    /// Nobody's report speaks of it any more.
    case silent = 3
    /// It has said that it leaves.
    case departed = 4
    case lowBattery = 5
    /// It carries what no role needs.
    case unable = 6
    /// An order holds no more roles.
    case crowded = 7

    init(_ reason: RoleAssignment.Reason) {
        switch reason {
        case .kept, .filled: self = .filled
        case .left: self = .remaining
        case .reserve: self = .surplus
        case .unable: self = .unable
        case .unfit: self = .lowBattery
        case .crowded: self = .crowded
        }
    }
}

/// The rules that every robot carries out by itself.
package enum MissionRule: UInt8, CaseIterable, Hashable, Sendable {
    case linkLoss = 0
    case lowBattery = 1
    case partition = 2
    case fence = 3
}

/// Which rules hold, so that each is said when it begins, when it asks for something else, and when it is over.
struct RuleWatch {
    private var inForce: [MissionRules.Action?] = MissionRule.allCases.map { _ in nil }

    func holds(_ rule: MissionRule) -> Bool { inForce[Int(rule.rawValue)] != nil }

    /// Nothing is said of a mission that is over.
    mutating func forget() { self = RuleWatch() }

    /// `action`: what the rule asks for now; nil: it does not hold.
    mutating func looked(at rule: MissionRule, _ action: MissionRules.Action?) -> MissionEvent? {
        let before = inForce[Int(rule.rawValue)]
        guard before != action else { return nil }
        inForce[Int(rule.rawValue)] = action
        return action.map { .ruleFired(rule, $0) } ?? .ruleOver(rule)
    }
}
