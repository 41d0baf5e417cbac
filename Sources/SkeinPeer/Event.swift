import SkeinWire

/// What a peer did and why, for logs, dashboards and the simulator's checkers.
package enum Event: Hashable, Sendable {
    /// The tree's root as this robot sees it, and its own place.
    case treeChanged(root: NodeID, hops: UInt8, parent: NodeID)
    /// Now belongs to `leader` (itself: it leads), for this reason.
    case leaderChanged(NodeID, PlanNumber, LeaderReason)
    /// The root has flooded a plan.
    case planIssued(PlanNumber, leaders: Int)
    /// Every robot that reports has the plan: the hierarchy has settled.
    case settled(PlanNumber)
    case missionStarted
    /// An emergency stop has ended it; any other end is `MissionEvent.ended`.
    case missionStopped
    /// The robot is within the arrival radius of its target by its own estimate.
    case arrived
    case stepStarted(task: UInt32, remoteParts: Int)
    case stepEnded(task: UInt32, verdict: StepVerdict)
    /// A part went to a helper: which attempt, in whose subgroup.
    case partOffered(task: UInt32, part: UInt8, attempt: UInt8, helper: NodeID, leader: NodeID)
    case partDone(task: UInt32, part: UInt8, helper: NodeID)
    /// A result that was not taken, and why.
    case resultRefused(task: UInt32, part: UInt8, helper: NodeID, ResultRefusal)
    case requestRetried(task: UInt32, attempt: UInt8, leader: NodeID)
    case unitRefused(task: TaskID, part: UInt8, UnitReceipt.Verdict)
    case sightingTaken(revision: UInt32)
    case fixFused(from: NodeID)
    /// What the robot's place is made of has come apart from it, or together again.
    case localisation(LocalisationSource, LocalisationTurn)
    /// An order's task is in the ledger: its number, and how many of its parts had to leave.
    case orderStarted(TaskKey, task: UInt32, remoteParts: Int)
    case orderEnded(TaskKey, missing: Int)
    /// This robot has said that it leaves.
    case left
    /// A neighbour has said so.
    case robotLeft(NodeID)
    /// By what it answered, promised or matched.
    case standingLost(NodeID, StandingLoss)
    /// Something new about the fleet: whose word, of what kind, about whom.
    case trustLearned(issuer: NodeID, number: UInt32, TrustChange, robot: NodeID)
    /// A robot's key is out of the fleet, and all that was known of it forgotten.
    case expelled(NodeID)
    /// Two machines speak with this robot's key.
    case keyDoubled(NodeID)
    /// This robot stands: an emergency stop.
    case stopped(StopStatement.Name)
    case job(JobEvent)
    case mission(MissionEvent)
    /// Mesh time here has moved by more than its bound: another root's counts from now on.
    case clockStepped(by: Duration, bound: Duration)
    /// A stop is released; if none is left in force the robot may move again.
    case released(StopStatement.Name)
}

extension Event {
    /// Comes with every step, hundreds a second in a swarm: who wants to know what drives it passes these over.
    package var isRoutine: Bool {
        switch self {
        case .partOffered, .partDone, .stepStarted, .stepEnded(_, .completed), .sightingTaken, .fixFused,
            .job(.offered), .job(.done):
            true
        case .treeChanged, .leaderChanged, .planIssued, .settled, .missionStarted, .missionStopped, .arrived,
            .stepEnded(_, .failed), .resultRefused, .requestRetried, .unitRefused, .orderStarted, .orderEnded, .left,
            .robotLeft, .standingLost, .trustLearned, .expelled, .keyDoubled, .stopped, .released, .clockStepped,
            .localisation, .mission,
            .job(.started), .job(.ended), .job(.failed), .job(.refused), .job(.objectReceived), .job(.objectLost):
            false
        }
    }
}

/// What an entry about the fleet is.
package enum TrustChange: UInt8, CaseIterable, Sendable {
    case membership, revocation, fleetKey, demotion

    init(_ content: TrustEntry.Content) {
        switch content {
        case .membership: self = .membership
        case .revocation: self = .revocation
        case .fleetKey: self = .fleetKey
        case .demotion: self = .demotion
        }
    }
}

/// Why a robot belongs to its leader.
package enum LeaderReason: UInt8, CaseIterable, Sendable {
    /// The start signal: the first leader.
    case start
    case plan
    /// No plan, or its leader is gone: the strongest leader heard.
    case strongest
    /// No leader in 5 GHz range: it leads itself.
    case alone
}

/// How a step of the mission ended for the robot that asked for help with it.
package enum StepVerdict: Hashable, Sendable {
    /// Every part has a valid result.
    case completed
    /// Parts without one at the step's end, and the last trouble of the first of them.
    case failed(missing: Int, PartTrouble)
}

/// What kept a part from being done, in the order in which it can happen.
package enum PartTrouble: UInt8, CaseIterable, Sendable {
    /// No leader was known to ask.
    case noLeader
    /// No leader answered, or none had helpers.
    case noMatch
    /// A helper was found and never answered.
    case noReceipt
    /// A helper would not take it.
    case refused
    /// A helper took it, and its result did not come.
    case noResult
    /// A result came that could not be used.
    case invalidResult
    /// A part that stayed on this robot was not done in time.
    case localUnfinished
    /// Answers came, and no two agreed.
    case unconfirmed
}

/// Why a result was not taken.
package enum ResultRefusal: UInt8, CaseIterable, Sendable {
    /// Not a task of this robot, or one long over.
    case unknownTask
    /// Another answer to the part came first.
    case duplicate
    /// From a robot that was not offered the part in that attempt.
    case wrongHelper
    /// Empty, or larger than a kernel's result may be.
    case wrongSize
    /// The helper's kernel refused its input.
    case kernelFailed
    /// Not an answer to what was asked.
    case implausible
    /// Its task had ended without it.
    case late
    /// Not what this robot has computed itself, or two others agree on.
    case poisoned
    /// From a helper that has lost its standing.
    case shunned
}
