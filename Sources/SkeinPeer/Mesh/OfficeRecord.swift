import SkeinWire

/// Since when this robot has been what it is: root, leader, whose member. Told of its place and leader whenever one of them
/// may have changed; nothing is decided by it.
struct OfficeRecord {
    private var tree = TreeAdvert.none
    private var leader = NodeID.none
    private(set) var treeSince: Instant?
    private(set) var rootSince: Instant?
    private(set) var leaderSince: Instant?
    private(set) var followsSince: Instant?

    mutating func note(_ tree: Tree, leader: NodeID, now: Instant) {
        let place = tree.place
        if !place.isRooted {
            treeSince = nil
        } else if place.root != self.tree.root || !self.tree.isRooted {
            treeSince = now
        }
        self.tree = place
        // A root that stands anew, in a later term, has been the root all the time.
        rootSince = tree.isRoot ? rootSince ?? now : nil
        guard leader != self.leader else { return }
        self.leader = leader
        followsSince = leader == .none ? nil : now
        leaderSince = leader == tree.us ? now : nil
    }
}
