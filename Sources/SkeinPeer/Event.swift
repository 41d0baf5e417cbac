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
}

/// Why a robot belongs to its leader.
package enum LeaderReason: UInt8, Sendable {
    /// The start signal: the first leader.
    case start
    case plan
    /// No plan, or its leader is gone: the strongest leader heard.
    case strongest
    /// No leader in 5 GHz range: it leads itself.
    case alone
}

package enum StepVerdict: Hashable, Sendable {
    case completed
    /// Parts without a valid remote result at the step's end, and the last trouble of the first of them.
    case failed(missing: Int, PartTrouble)
}

package enum PartTrouble: UInt8, Sendable {
    case noLeader, noMatch, noHelper, noReceipt, refused, noResult, invalidResult
}

package enum ResultRefusal: UInt8, Sendable {
    case unknownTask, duplicate, wrongHelper, wrongSize, kernelFailed, late
}

/// Answers to `OperatorCommand`.
package enum Reply: Sendable {
    case status(PeerStatus)
    case echoed(NodeID, hops: Int)
    case echoFailed(NodeID)
}
