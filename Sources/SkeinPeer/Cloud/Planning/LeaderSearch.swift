/// Local search over sets of leaders (mesh-cloud.md §5, "ours").
struct LeaderSearch {
    var hierarchy: Hierarchy
    let leadersMax: Int
    var dice = SplitMix(seed: 0x5EED)
    var isStale: [Bool]
    var bestImprovement = true
    var budget = 2_000_000
    var kicks = 0, accepted = 0

    init(_ tables: PlanTables, leadersMax: Int) {
        hierarchy = Hierarchy(tables)
        self.leadersMax = leadersMax
        isStale = [Bool](repeating: true, count: tables.count)
    }

    mutating func start(from leaders: [Int]) {
        hierarchy.begin()
        for leader in leaders { hierarchy.join(leader) }
        hierarchy.settle()
    }

    var slack = 0.0
    var partsMax = 999, useParts = false
    var kind = 0
    mutating func improve() {
        descend()
        hierarchy.polish()
        var best = hierarchy
        while hierarchy.visits < budget {
            let current = hierarchy
            kicks += 1
            let ok = kind == 0 || (kind == 2 && dice.below(2) == 0) ? kick() : force()
            guard ok else { let v = hierarchy.visits; hierarchy = current; hierarchy.visits = v + 50; continue }
            descend()
            if hierarchy.totalPercent > current.totalPercent * 0.99 { hierarchy.polish() }
            let v = hierarchy.visits
            if useParts && hierarchy.parts() > partsMax { hierarchy = current; hierarchy.visits = v; continue }
            if hierarchy.totalPercent > best.totalPercent + 1e-6 { best = hierarchy; accepted += 1 }
            if hierarchy.totalPercent < best.totalPercent * (1 - slack) { hierarchy = current }
            hierarchy.visits = v
        }
        let v = hierarchy.visits
        hierarchy = best
        hierarchy.visits = v
    }
    mutating func force() -> Bool {
        let t = hierarchy.tables
        let c = dice.below(t.count)
        guard !hierarchy.isLeader[c] else { return false }
        hierarchy.begin()
        hierarchy.join(c); hierarchy.settle(); stale(c)
        var tries = 0
        while hierarchy.leaderCount > leadersMax {
            // best droppable
            var best = -1, total = -1.0
            let snapshot = hierarchy
            for l in 0..<t.count where hierarchy.isLeader[l] && l != t.start && l != c {
                var ok = true
                for i in t.covered.range(l) where hierarchy.coverCount[t.covered.robots[i]] == 1 { ok = false }
                guard ok else { continue }
                hierarchy.begin(); hierarchy.leave(l); hierarchy.settle()
                if hierarchy.totalPercent > total { total = hierarchy.totalPercent; best = l }
                hierarchy.rollback()
            }
            tries += 1
            let v = hierarchy.visits
            if best >= 0 { hierarchy.begin(); hierarchy.leave(best); hierarchy.settle(); stale(best); return true }
            hierarchy = snapshot; hierarchy.visits = v
            // drop a near one and re-cover at random is not possible within the count
            return false
        }
        return true
    }

    mutating func descend() {
        var improved = true
        while improved && hierarchy.visits < budget {
            improved = false
            for leader in 0..<hierarchy.tables.count where isStale[leader] {
                isStale[leader] = false
                if hierarchy.isLeader[leader] && leader != hierarchy.tables.start && swap(leader) { improved = true }
            }
            if hierarchy.leaderCount < leadersMax && add() { improved = true }
        }
    }

    mutating func add() -> Bool {
        var best = -1
        let limit = useParts ? max(partsMax, hierarchy.parts()) : 0
        var total = hierarchy.totalPercent + 1e-6
        for c in 0..<hierarchy.tables.count where !hierarchy.isLeader[c] {
            hierarchy.begin()
            hierarchy.join(c)
            hierarchy.settle()
            if hierarchy.totalPercent > total && (!useParts || hierarchy.parts() <= limit) { best = c; total = hierarchy.totalPercent }
            hierarchy.rollback()
        }
        guard best >= 0 else { return false }
        hierarchy.begin()
        hierarchy.join(best)
        hierarchy.settle()
        stale(best)
        return true
    }

    mutating func stale(_ robot: Int) {
        for i in hierarchy.tables.covered.range(robot) {
            let j = hierarchy.tables.covered.robots[i]
            for k in hierarchy.tables.coverers.range(j) { isStale[hierarchy.tables.coverers.robots[k]] = true }
        }
    }

    mutating func kick() -> Bool {
        let n = hierarchy.tables.count
        let leaders = (0..<n).filter { hierarchy.isLeader[$0] && $0 != hierarchy.tables.start }
        guard leaders.count >= 2 else { return false }
        let first = leaders[dice.below(leaders.count)]
        // a second one nearby
        var near: [Int] = []
        for i in hierarchy.tables.covered.range(first) {
            for k in hierarchy.tables.coverers.range(hierarchy.tables.covered.robots[i]) {
                let l = hierarchy.tables.coverers.robots[k]
                if hierarchy.isLeader[l] && l != first && l != hierarchy.tables.start && !near.contains(l) { near.append(l) }
            }
        }
        hierarchy.begin()
        hierarchy.leave(first)
        var drops = [first]
        if !near.isEmpty { let s = near[dice.below(near.count)]; hierarchy.leave(s); drops.append(s) }
        // cover
        for d in drops { stale(d)
            for i in hierarchy.tables.covered.range(d) {
                let j = hierarchy.tables.covered.robots[i]
                if hierarchy.coverCount[j] == 0 {
                    if hierarchy.leaderCount >= leadersMax { hierarchy.rollback(); return false }
                    let r = hierarchy.tables.coverers.range(j)
                    let c = hierarchy.tables.coverers.robots[r.lowerBound + dice.below(r.count)]
                    if drops.contains(c) && r.count > drops.count { hierarchy.rollback(); return false }
                    hierarchy.join(c); stale(c)
                }
            }
        }
        hierarchy.settle()
        return true
    }

    private mutating func swap(_ leader: Int) -> Bool {
        let t = hierarchy.tables
        var lonely: [Int] = []
        for i in t.covered.range(leader) where hierarchy.coverCount[t.covered.robots[i]] == 1 { lonely.append(t.covered.robots[i]) }
        var best = -1
        let before = hierarchy.totalPercent
        let limit = useParts ? max(partsMax, hierarchy.parts()) : 0
        var total = before + 1e-6
        func attempt(_ h: inout Hierarchy, _ c: Int) -> Bool {
            for j in lonely where !t.covers(c, j) { return false }
            h.begin()
            h.leave(leader)
            h.join(c)
            h.settle()
            if h.totalPercent > total && (!useParts || h.parts() <= limit) { best = c; total = h.totalPercent; if !bestImprovement { return true } }
            h.rollback()
            return false
        }
        if let f = lonely.first {
            for i in t.coverers.range(f) {
                let c = t.coverers.robots[i]
                if !hierarchy.isLeader[c] && attempt(&hierarchy, c) { stale(c); stale(leader); return true }
            }
        } else {
            for c in 0..<t.count where !hierarchy.isLeader[c] { if attempt(&hierarchy, c) { stale(c); stale(leader); return true } }
        }
        guard best >= 0 else { return false }
        hierarchy.begin()
        hierarchy.leave(leader)
        hierarchy.join(best)
        hierarchy.settle()
        stale(best); stale(leader)
        return true
    }
}
struct SplitMix {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
    mutating func below(_ n: Int) -> Int { Int(next() % UInt64(n)) }
}
