/// Ways out of a local optimum: a change at random that keeps every robot
/// covered and the leaders within their number, worse or not.
extension LeaderSearch {
    /// False: no such change was found, and the hierarchy is to be restored.
    mutating func kick() -> Bool {
        // A failed kick costs time too, or a region without room would spin.
        hierarchy.charge(hierarchy.tables.count)
        hierarchy.begin()
        let kicked = dice.roll(below: 2) == 0 ? replaceTwo() : forceOne()
        if kicked { hierarchy.settle() }
        return kicked
    }

    /// Two neighbouring leaders leave; whoever they alone covered is covered
    /// by robots drawn at random.
    private mutating func replaceTwo() -> Bool {
        let tables = hierarchy.tables
        var leaders: [Int] = []
        for robot in 0..<tables.count where hierarchy.isLeader[robot] && robot != tables.start { leaders.append(robot) }
        guard !leaders.isEmpty else { return false }
        let first = leaders[dice.roll(below: leaders.count)]
        let near = leaders.filter { $0 != first && overlap(first, $0, tables) }
        let second = near.isEmpty ? nil : near[dice.roll(below: near.count)]
        let leavers = second.map { [first, $0] } ?? [first]
        for leaver in leavers {
            hierarchy.leave(leaver)
            markStale(around: leaver, tables)
        }
        for leaver in leavers where !coverAgain(around: leaver, without: leavers, tables) { return false }
        return true
    }

    /// One robot drawn at random leads; if that is one leader too many, the
    /// one missed least goes.
    private mutating func forceOne() -> Bool {
        let tables = hierarchy.tables
        let newcomer = dice.roll(below: tables.count)
        guard !hierarchy.isLeader[newcomer], tables.mayLead[newcomer] else { return false }
        hierarchy.join(newcomer)
        hierarchy.settle()
        markStale(around: newcomer, tables)
        while hierarchy.leaderCount > leadersMax {
            guard let leaver = leastMissed(besides: newcomer) else { return false }
            hierarchy.begin()
            hierarchy.leave(leaver)
            hierarchy.settle()
            markStale(around: leaver, tables)
        }
        return true
    }

    /// The leader that alone covers nobody and whose leaving costs least; never
    /// the start robot.
    mutating func leastMissed(besides kept: Int) -> Int? {
        var best: Int?
        var bestTotal = -Double.infinity
        for leader in 0..<hierarchy.tables.count where hierarchy.isLeader[leader] {
            guard leader != kept && leader != hierarchy.tables.start && hierarchy.isSpare(leader) else { continue }
            hierarchy.begin()
            hierarchy.leave(leader)
            hierarchy.settle()
            if hierarchy.totalPercent > bestTotal {
                best = leader
                bestTotal = hierarchy.totalPercent
            }
            hierarchy.rollback()
        }
        return best
    }

    private func overlap(_ one: Int, _ other: Int, _ tables: PlanTables) -> Bool {
        for index in tables.covered.range(one) where tables.covers(other, tables.covered.robots[index]) { return true }
        return false
    }

    /// Covers again what a leaver covered, if the number of leaders allows it.
    private mutating func coverAgain(around leaver: Int, without leavers: [Int], _ tables: PlanTables) -> Bool {
        for index in tables.covered.range(leaver) {
            let robot = tables.covered.robots[index]
            guard hierarchy.coverCount[robot] == 0 else { continue }
            guard hierarchy.leaderCount < leadersMax else { return false }
            let row = tables.coverers.range(robot)
            let drawn = tables.coverers.robots[row.lowerBound + dice.roll(below: row.count)]
            if row.count > leavers.count && leavers.contains(drawn) { return false }
            hierarchy.join(drawn)
            markStale(around: drawn, tables)
        }
        return true
    }
}
