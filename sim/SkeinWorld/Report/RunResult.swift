import SkeinPeer
import SkeinTasks

/// What came of a mission. Everything here but `planNanosecondsMax` is the same on every run of one config.
package struct RunResult: Sendable {
    package var seed: UInt64
    package var strategy: PlanStrategy
    package var completed = false
    /// From the start signal until every living robot was truly at its target, or until the run was given up; nil: there
    /// was no start signal within the limit.
    package var completionSeconds: Double?
    /// From the world's begin to the start signal.
    package var settleSeconds: Double?
    package var robots = 0
    package var cameras = 0
    /// All robots, and all cameras, times whole steps to completion (spec §6).
    package var robotSteps = 0
    package var cameraSteps = 0
    package var completedSteps = 0
    package var failedSteps = 0
    package var rebuildFailedSteps = 0
    /// Failed steps by `PartTrouble.rawValue`.
    package var troubles: [Int] = []
    /// In the order of time; empty in the laboratory, which does not know.
    package var failures: [StepFailure] = []
    package var partsOffloaded = 0
    package var serviceGapSecondsMax = 0.0
    /// As the peers said at the start signal.
    package var hopsMax = 0
    package var subgroups = 0
    package var contributedPercent = 0.0
    /// Between the first `settled` and the start signal, if that is two seconds.
    package var settledControl: ControlFigures?
    package var missionControl: ControlFigures?
    package var tally: Tally
    /// Longest planning, by the program's clock; nil without one.
    package var planNanosecondsMax: UInt64?
    package var plans = 0
    /// Of everything that was received, in order: equal digests, equal runs.
    package var digest: UInt64 = 0
    /// Status of every peer at the start signal; nil: off.
    package var statuses: [PeerStatus?] = []
    package var layout: Layout
    /// Nil: nobody stopped the fleet.
    package var stop: StopFigures?
    /// Nil: nobody drove the robots about.
    package var localisation: LocalisationFigures?
    /// All zeros where nobody wants the swarm to fail.
    package var adversary = AdversaryFigures()
    /// Nil where nothing is solid and nothing is fenced.
    package var contacts: ContactFigures?
    /// From the start signal until 95 % of the robots with a nose, or with a camera, were truly at their target for the
    /// first time; nil: never.
    package var sourceSeconds: Double?
    package var targetSeconds: Double?
    /// Of a mission that was given up, in the order of their numbers; empty in the laboratory, which does not look.
    package var stragglers: [Straggler] = []
    /// Nil where nobody watched the clocks.
    package var clock: ClockFigures?
    /// Places of all robots at every whole second of the mission, from its start.
    package var trajectories: [[FieldPoint]] = []

    package var failureFractionRobotSteps: Double { robotSteps > 0 ? Double(failedSteps) / Double(robotSteps) : 0 }
    package var failureFractionCameraSteps: Double { cameraSteps > 0 ? Double(failedSteps) / Double(cameraSteps) : 0 }

    /// Of the settled swarm if it was settled long enough, else of the mission.
    package var control: ControlFigures? { settledControl ?? missionControl }
}

/// What came of building a hierarchy over the air.
package struct NetworkResult: Sendable {
    package var seed: UInt64
    package var strategy: PlanStrategy
    package var settled = false
    /// From the world's begin to the last word of the root that all have the plan.
    package var settleSeconds: Double?
    package var robots = 0
    /// By robot; −1: no way to the root.
    package var hops: [Int] = []
    package var leaders: [Int] = []
    /// Leader of each robot; −1: none.
    package var owner: [Int] = []
    package var grantedPercent: [Double] = []
    package var grantedMHz: [Double] = []
    package var control: ControlFigures?
    package var tally: Tally
    package var planNanosecondsMax: UInt64?
    package var plans = 0
    package var digest: UInt64 = 0
    package var statuses: [PeerStatus?] = []
    package var clock = ClockFigures()
    package var layout: Layout

    package var contributedPercent: Double { grantedPercent.reduce(0, +) }
}
