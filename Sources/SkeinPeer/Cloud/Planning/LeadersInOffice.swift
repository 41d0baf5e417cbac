/// The leaders of the last plan, and the least departure from them that is
/// good enough: a swarm that moves a little should not change its leaders.
struct LeadersInOffice {
    /// Contribution given up rather than change leaders, fraction of the best
    /// found. A change costs every member of a subgroup a new session.
    static let hysteresisFraction = 0.02
    /// Leaders kept beyond the fewest found rather than change some, fraction
    /// of the fewest, rounded up: 3 of 16 at 100 robots.
    static let hysteresisLeadersFraction = 0.15
    /// Steps remembered between the leaders in office and the best found.
    private static let stepsMax = 128

    private static let polishVisitsPerRobotMax = 2_000

    private var steps: [Hierarchy] = []

    /// Seats the leaders in office and those few that the graph now needs
    /// besides: the start robot, and whoever covers most of the uncovered.
    /// Nil if that cannot be had with `leadersMax`, or if their backbone has
    /// fallen into more than `partsMax` parts.
    static func seat(_ previous: [Int], in tables: PlanTables, leadersMax: Int, partsMax: Int?) -> Hierarchy? {
        var hierarchy = Hierarchy(tables)
        hierarchy.join(tables.start)
        for leader in previous.sorted() {
            precondition((0..<tables.count).contains(leader), "leader \(leader) of \(tables.count) robots")
            if !hierarchy.isLeader[leader] { hierarchy.join(leader) }
        }
        while let needed = mostNeeded(in: hierarchy) { hierarchy.join(needed) }
        hierarchy.settle()
        while hierarchy.leaderCount > leadersMax {
            var search = LeaderSearch(hierarchy, leadersMax: leadersMax, partsMax: nil)
            guard let leaver = search.leastMissed(besides: tables.start) else { return nil }
            hierarchy.begin()
            hierarchy.leave(leaver)
            hierarchy.settle()
        }
        if let partsMax, hierarchy.backboneParts() > partsMax { return nil }
        hierarchy.visitsMax = hierarchy.visits + polishVisitsPerRobotMax * tables.count
        hierarchy.polish()
        hierarchy.visitsMax = Int.max
        return hierarchy
    }

    private static func mostNeeded(in hierarchy: Hierarchy) -> Int? {
        let tables = hierarchy.tables
        var best: Int?
        var bestCount = 0
        for robot in 0..<tables.count where !hierarchy.isLeader[robot] {
            var count = 0
            for index in tables.covered.range(robot) where hierarchy.coverCount[tables.covered.robots[index]] == 0 {
                count += 1
            }
            if count > bestCount {
                best = robot
                bestCount = count
            }
        }
        return best
    }

    mutating func remember(_ step: Hierarchy) {
        if steps.count < Self.stepsMax { steps.append(step) }
    }

    /// The first step that is good enough beside the best found, or that.
    func leastChange(towards best: Hierarchy) -> Hierarchy {
        let extra = (Double(best.leaderCount) * Self.hysteresisLeadersFraction).rounded(.up)
        let leadersMax = best.leaderCount + Int(extra)
        let percentMin = best.totalPercent * (1 - Self.hysteresisFraction)
        for step in steps where step.totalPercent >= percentMin && step.leaderCount <= leadersMax { return step }
        return best
    }
}
