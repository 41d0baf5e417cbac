import SkeinWire

/// What a leader's desk wants sent. A message to the leader itself stays in the robot.
package enum DeskAction: Hashable, Sendable {
    case match(Match, to: NodeID)
    case claim(Claim, to: NodeID)
    case claimReply(ClaimReply, to: NodeID)
}

/// What a member lends: its granted parts, and the share of the leader's band that units reach it by.
package struct MemberOffer: Hashable, Sendable {
    package var helper: NodeID
    package var parts: Int
    /// Of a processor that a unit alone there has, by the member's own word.
    package var idlePercent: Double
    package var shareKHz: UInt16
    /// Of the link leader → helper.
    package var efficiency: EfficiencyField
    /// Units at work there by its own last word. As old as its hello while a unit lives less, so it only breaks ties.
    package var busyParts: Int
    /// Tags of the registered kernels that it offers.
    package var kernels: [UInt64]

    package init(
        helper: NodeID, parts: Int, idlePercent: Double, shareKHz: UInt16, efficiency: EfficiencyField, busyParts: Int,
        kernels: [UInt64] = []
    ) {
        self.helper = helper
        self.parts = parts
        self.idlePercent = idlePercent
        self.shareKHz = shareKHz
        self.efficiency = efficiency
        self.busyParts = busyParts
        self.kernels = kernels
    }

    /// Parts that reach the helper together within the transfer rule (mesh-cloud.md, eq. 8), at most those it lends.
    func partsAdmissible(unitBytes: Int, tuning: CloudTuning) -> Int {
        guard
            let time = tuning.transferTime(unitBytes: max(1, unitBytes), shareKHz: shareKHz, efficiency: efficiency)
        else { return 0 }
        let together = Int(min(255, tuning.transferMax.inSeconds / time.inSeconds + Self.rounding))
        return max(0, min(parts, together))
    }

    /// A unit that takes the whole time exactly still fits.
    private static let rounding = 1e-9
}

/// Another leader as this one knows it.
package struct LeaderAdvert: Hashable, Sendable {
    package var leader: NodeID
    package var hops: Int
    /// What it said it could lend; stale by nature.
    package var freeParts: Int

    package init(leader: NodeID, hops: Int, freeParts: Int) {
        self.leader = leader
        self.hops = hops
        self.freeParts = freeParts
    }
}
