/// Fewer leaders at the same contribution: each spares a radio channel and a
/// hop. Minimum dominating sets by plateau walking: swaps that cost nothing,
/// until one makes a leader spare.
extension LeaderSearch {
    /// Swaps at random before the walk ends, per leader.
    private static let plateauSwapsPerLeader = 60
    private static let compressSwapsPerLeader = 10

    /// `office` marks leaders that should rather stay. `improved` sees the
    /// hierarchy after each leader that left.
    mutating func thin(office: [Bool], improved: (Hierarchy) -> Void) {
        hierarchy.visitsMax = hierarchy.visits + Self.visitsPerRobotMax * hierarchy.tables.count
        defer { hierarchy.visitsMax = Int.max }
        dropSpare(office: office, improved: improved)
        // Where the band binds, a swap that costs nothing is a rarity.
        guard hierarchy.totalPercent >= hierarchy.tables.usablePercent - Hierarchy.gainPercentMin else { return }
        var swapsLeft = Self.plateauSwapsPerLeader * hierarchy.leaderCount
        while swapsLeft > 0 && hierarchy.leaderCount > 1 && !hierarchy.isOutOfTime {
            swapsLeft -= 1
            hierarchy.charge(hierarchy.tables.count)
            if plateauSwap() { dropSpare(office: office, improved: improved) }
        }
    }

    private mutating func dropSpare(office: [Bool], improved: (Hierarchy) -> Void) {
        for inOffice in [false, true] {
            for leader in 0..<hierarchy.tables.count where hierarchy.isLeader[leader] && office[leader] == inOffice {
                guard leader != hierarchy.tables.start && hierarchy.isSpare(leader) else { continue }
                if change(leave: leader, join: nil) { improved(hierarchy) }
            }
        }
    }

    /// The same without regard to the contribution, for a fresh start: few
    /// leaders, and so many left to place where they carry most.
    mutating func compress() {
        for _ in 0..<Self.compressSwapsPerLeader * hierarchy.leaderCount {
            if hierarchy.leaderCount == 1 || hierarchy.isOutOfTime { break }
            hierarchy.charge(hierarchy.tables.count)
            guard let (leaver, joiner) = drawSwap() else { continue }
            let partsAllowed = allowedParts()
            hierarchy.begin()
            hierarchy.leave(leaver)
            hierarchy.join(joiner)
            guard partsFit(partsAllowed) else {
                hierarchy.rollback()
                continue
            }
            for leader in hierarchy.leaders() where leader != joiner && leader != hierarchy.tables.start {
                if hierarchy.isSpare(leader) { leaveUnlessParted(leader, partsAllowed) }
            }
        }
        hierarchy.settleAll()
        for robot in 0..<hierarchy.tables.count { isStale[robot] = true }
    }

    private mutating func leaveUnlessParted(_ leader: Int, _ partsAllowed: Int?) {
        hierarchy.begin()
        hierarchy.leave(leader)
        if !partsFit(partsAllowed) { hierarchy.rollback() }
    }

    /// A random leader, and a random robot that covers what it alone covered.
    private mutating func drawSwap() -> (leaver: Int, joiner: Int)? {
        let leaders = hierarchy.leaders().filter { $0 != hierarchy.tables.start }
        guard !leaders.isEmpty else { return nil }
        let leaver = leaders[dice.roll(below: leaders.count)]
        let found = candidates(covering: hierarchy.coveredOnly(by: leaver))
        guard !found.isEmpty else { return nil }
        return (leaver, found[dice.roll(below: found.count)])
    }

    /// One drawn swap, if no contribution is lost by it.
    private mutating func plateauSwap() -> Bool {
        guard let (leaver, joiner) = drawSwap() else { return false }
        return change(leave: leaver, join: joiner)
    }

    /// Makes the change if it costs no contribution and no backbone.
    private mutating func change(leave leaver: Int, join joiner: Int?) -> Bool {
        let before = hierarchy.totalPercent
        let partsAllowed = allowedParts()
        hierarchy.begin()
        hierarchy.leave(leaver)
        if let joiner { hierarchy.join(joiner) }
        hierarchy.settle()
        if hierarchy.totalPercent >= before - Hierarchy.gainPercentMin && partsFit(partsAllowed) { return true }
        hierarchy.rollback()
        return false
    }
}
