import SkeinWire

/// What a robot is in its swarm, since when, and what it waits for: root, leader, or whose member.
package struct OfficeReport: Hashable, Sendable {
    /// A leader that is not the present one, and until when it counts.
    package struct Other: Hashable, Sendable {
        package var leader: NodeID
        package var until: Instant
        package init(leader: NodeID, until: Instant) {
            self.leader = leader
            self.until = until
        }
    }

    package var term: UInt32
    /// Nil: it is not the root.
    package var rootSince: Instant?
    /// Nil: it leads nobody.
    package var leaderSince: Instant?
    /// Since when it has had the leader that it has, itself too; nil: it has none.
    package var followsSince: Instant?
    /// Since when the tree's root has been the one it is; nil: none is known.
    package var treeSince: Instant?
    /// The plan's leader, which has not been heard to lead yet; when a retired leader stops waiting for it.
    package var planned: Other?
    /// The leader before this one, which still serves.
    package var former: Other?
    /// Its membership lets it lead.
    package var mayLead: Bool
    /// Of its own processor's share as a leader, b/s/Hz, by the plan; nil: no plan has said.
    package var ownEfficiency: Double?

    package init(
        term: UInt32, rootSince: Instant?, leaderSince: Instant?, followsSince: Instant?, treeSince: Instant?,
        planned: Other?, former: Other?, mayLead: Bool, ownEfficiency: Double?
    ) {
        self.term = term
        self.rootSince = rootSince
        self.leaderSince = leaderSince
        self.followsSince = followsSince
        self.treeSince = treeSince
        self.planned = planned
        self.former = former
        self.mayLead = mayLead
        self.ownEfficiency = ownEfficiency
    }
}
