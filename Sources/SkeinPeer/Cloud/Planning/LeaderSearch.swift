/// Local search over sets of leaders (mesh-cloud.md §5, "ours"): swap a leader
/// for another robot while the total grows, then kick the set out of its local
/// optimum and try again. The bounds are counts, not times: one graph has one
/// plan, on whatever machine.
///
/// Kept throughout: every robot is covered, the start robot leads, and there
/// are no more leaders than `leadersMax`.
struct LeaderSearch {
    /// Table entries looked at per robot of the region before the search ends.
    /// At 100 robots these 2 million take some 10 ms of a desktop core and come
    /// within 0.2 % of the optimum (MILP); twice as many gain 0.06 %.
    static let visitsPerRobotMax = 20_000
    /// Kicks in one search; small regions are searched through long before.
    static let kicksMax = 1_000
    /// A kicked set that is this close to the best is walked on from.
    static let walkOnFraction = 0.005
    /// Starts from few leaders, besides the one given. The reference election
    /// spends leaders on coverage that none of its swaps can free.
    static let restarts = 2

    var hierarchy: Hierarchy
    let leadersMax: Int
    /// Parts that the leaders' 2.4 GHz backbone may fall into; nil = no matter.
    let partsMax: Int?
    var dice = PlannerDice(seed: 0x5EED)
    /// Leaders near which something changed since a swap was last sought.
    var isStale: [Bool]

    init(_ hierarchy: Hierarchy, leadersMax: Int, partsMax: Int?) {
        self.hierarchy = hierarchy
        self.leadersMax = leadersMax
        self.partsMax = partsMax
        isStale = [Bool](repeating: true, count: hierarchy.tables.count)
    }

    /// `improved` sees the hierarchy after each step of the first descent, from
    /// the set it started with towards the local optimum.
    mutating func run(improved: (Hierarchy) -> Void) {
        hierarchy.visitsMax = hierarchy.visits + Self.visitsPerRobotMax * hierarchy.tables.count
        defer { hierarchy.visitsMax = Int.max }
        guard leadersMax > 1 else { return }
        let usable = hierarchy.tables.usablePercent - Hierarchy.gainPercentMin
        while hierarchy.totalPercent < usable && descendOnce() { improved(hierarchy) }
        hierarchy.polish()
        var best = hierarchy
        for _ in 0..<Self.restarts where best.totalPercent < usable && !hierarchy.isOutOfTime {
            compress()
            descend()
            if isBetter(than: best) { best = hierarchy }
        }
        hierarchy.restore(best)
        for _ in 0..<Self.kicksMax where best.totalPercent < usable && !hierarchy.isOutOfTime {
            let current = hierarchy
            guard kick() else {
                hierarchy.restore(current)
                continue
            }
            descend()
            if isBetter(than: best) {
                best = hierarchy
            } else if hierarchy.totalPercent < best.totalPercent * (1 - Self.walkOnFraction) || !partsFit(partsMax) {
                hierarchy.restore(current)
            }
        }
        hierarchy.restore(best)
    }

    private func isBetter(than best: Hierarchy) -> Bool {
        hierarchy.totalPercent > best.totalPercent + Hierarchy.gainPercentMin && partsFit(partsMax)
    }

    private mutating func descend() {
        while descendOnce() {}
        hierarchy.polish()
    }

    /// One improving swap or, while there is room, one more leader.
    private mutating func descendOnce() -> Bool {
        let tables = hierarchy.tables
        for leader in 0..<tables.count where isStale[leader] {
            if hierarchy.isOutOfTime { return false }
            if hierarchy.isLeader[leader] && leader != tables.start && swapForBest(leader) { return true }
            isStale[leader] = false
        }
        return hierarchy.leaderCount < leadersMax && addBest()
    }

    /// Replaces a leader by the robot that adds most, if any adds.
    private mutating func swapForBest(_ leader: Int) -> Bool {
        let tables = hierarchy.tables
        let lonely = hierarchy.coveredOnly(by: leader)
        let partsAllowed = allowedParts()
        var best = -1
        var bestTotal = hierarchy.totalPercent + Hierarchy.gainPercentMin
        for candidate in candidates(covering: lonely) {
            if hierarchy.isOutOfTime { return false }
            hierarchy.begin()
            hierarchy.leave(leader)
            hierarchy.join(candidate)
            hierarchy.settle()
            if hierarchy.totalPercent > bestTotal && partsFit(partsAllowed) {
                best = candidate
                bestTotal = hierarchy.totalPercent
            }
            hierarchy.rollback()
        }
        guard best >= 0 else { return false }
        hierarchy.begin()
        hierarchy.leave(leader)
        hierarchy.join(best)
        hierarchy.settle()
        markStale(around: leader, tables)
        markStale(around: best, tables)
        return true
    }

    private mutating func addBest() -> Bool {
        let tables = hierarchy.tables
        let partsAllowed = allowedParts()
        var best = -1
        var bestTotal = hierarchy.totalPercent + Hierarchy.gainPercentMin
        for candidate in 0..<tables.count where !hierarchy.isLeader[candidate] && tables.mayLead[candidate] {
            if hierarchy.isOutOfTime { return false }
            hierarchy.begin()
            hierarchy.join(candidate)
            hierarchy.settle()
            if hierarchy.totalPercent > bestTotal && partsFit(partsAllowed) {
                best = candidate
                bestTotal = hierarchy.totalPercent
            }
            hierarchy.rollback()
        }
        guard best >= 0 else { return false }
        hierarchy.begin()
        hierarchy.join(best)
        hierarchy.settle()
        markStale(around: best, tables)
        return true
    }

    /// Robots that do not lead and cover all of these, ascending.
    func candidates(covering robots: [Int]) -> [Int] {
        let tables = hierarchy.tables
        var found: [Int] = []
        guard let first = robots.first else {
            for robot in 0..<tables.count where !hierarchy.isLeader[robot] && tables.mayLead[robot] {
                found.append(robot)
            }
            return found
        }
        next: for index in tables.coverers.range(first) {
            let candidate = tables.coverers.robots[index]
            if hierarchy.isLeader[candidate] { continue }
            for robot in robots where !tables.covers(candidate, robot) { continue next }
            found.append(candidate)
        }
        return found
    }

    /// A start from elsewhere may have more parts than asked for; it must then
    /// not get worse.
    func allowedParts() -> Int? {
        guard let partsMax else { return nil }
        return max(partsMax, hierarchy.backboneParts())
    }

    func partsFit(_ allowed: Int?) -> Bool {
        guard let allowed else { return true }
        return hierarchy.backboneParts() <= allowed
    }

    mutating func markStale(around robot: Int, _ tables: PlanTables) {
        for index in tables.covered.range(robot) {
            for other in tables.coverers.range(tables.covered.robots[index]) {
                isStale[tables.coverers.robots[other]] = true
            }
        }
    }
}
