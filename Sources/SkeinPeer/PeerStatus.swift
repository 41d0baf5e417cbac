import SkeinSeal
import SkeinWire

/// A peer's own account of itself: what `skein status` shows and the simulator's report is made of.
package struct PeerStatus: Hashable, Sendable {
    package var id: NodeID
    package var root: NodeID
    /// Radios to the root on the control band; nil when unreachable.
    package var hops: Int?
    package var parent: NodeID
    package var leader: NodeID
    package var leaderReason: LeaderReason
    package var plan: PlanNumber
    /// What its leader has granted it.
    package var grantedPercent: Double
    package var grantedMHz: Double
    package var idlePercent: Double
    package var neighbours: Int
    package var drops: DropCounters
    package var isMissionRunning: Bool
    package var hasArrived: Bool
    /// Its own estimate of where it is, metres and radians.
    package var xMeters: Double
    package var yMeters: Double
    package var headingRadians: Double
    package var clock: ClockStatus

    package init(
        id: NodeID, root: NodeID, hops: Int?, parent: NodeID, leader: NodeID, leaderReason: LeaderReason,
        plan: PlanNumber, grantedPercent: Double, grantedMHz: Double, idlePercent: Double, neighbours: Int,
        drops: DropCounters, isMissionRunning: Bool, hasArrived: Bool, xMeters: Double, yMeters: Double,
        headingRadians: Double, clock: ClockStatus = .unknown
    ) {
        self.id = id
        self.root = root
        self.hops = hops
        self.parent = parent
        self.leader = leader
        self.leaderReason = leaderReason
        self.plan = plan
        self.grantedPercent = grantedPercent
        self.grantedMHz = grantedMHz
        self.idlePercent = idlePercent
        self.neighbours = neighbours
        self.drops = drops
        self.isMissionRunning = isMissionRunning
        self.hasArrived = hasArrived
        self.xMeters = xMeters
        self.yMeters = yMeters
        self.headingRadians = headingRadians
        self.clock = clock
    }
}
