import SkeinWire

/// Who takes over when the root is gone: its leaders, in the order of their election, a step of time apart. A robot that
/// has never known a root waits for one: the operator's start signal makes the first.
struct RootSuccession {
    private var lostAt: Instant?
    private let tuning: MeshTuning

    init(tuning: MeshTuning) { self.tuning = tuning }

    /// True when it is this robot's turn to stand.
    mutating func isOurTurn(tree: Tree, planLeaders: [NodeID], isLeading: Bool, now: Instant) -> Bool {
        guard !tree.place.isRooted, tree.termMax > 0, isLeading else {
            lostAt = nil
            return false
        }
        guard let since = lostAt else {
            lostAt = now
            return false
        }
        let rank = planLeaders.firstIndex(of: tree.us) ?? planLeaders.count
        guard now - since >= tuning.rootSuccessionStep * (rank + 1) else { return false }
        lostAt = nil
        return true
    }
}

/// The start signal on its way: the root starts the mission when the hierarchy has settled, or at the latest then.
struct Launch {
    var latestAt: Instant
}
