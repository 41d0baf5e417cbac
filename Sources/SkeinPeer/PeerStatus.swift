import SkeinSeal
import SkeinWire

/// A peer's own account of itself: what `skein status` shows and the simulator's report is made of.
package struct PeerStatus: Sendable {
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
}
