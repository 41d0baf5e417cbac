import SkeinWire

/// The standings of all robots this one has had to do with, bounded: a full table forgets whom it trusts and has not
/// heard of longest; who is doubted or shunned comes after, and only when nobody is trusted.
package struct Standings: Hashable, Sendable {
    static let robotsMax = 128

    /// What a task has seen of a robot.
    enum Note: Hashable, Sendable {
        /// Its answer was right; `isProbe`: to a part whose answer was known.
        case right(NodeID, isProbe: Bool)
        case wrong(NodeID, StandingLoss, isProbe: Bool)
        /// Its answer could not be one.
        case nonsense(NodeID)
        case keptWord(NodeID)
        case brokeWord(NodeID)
        /// A helper that this leader named works, or does not.
        case matched(NodeID, works: Bool)
        case placed(Placement)
        case probed(NodeID)
    }

    /// Ascending by robot.
    package private(set) var all: [Standing] = []

    package subscript(robot: NodeID) -> Standing? {
        let index = index(of: robot)
        return index < all.count && all[index].robot == robot ? all[index] : nil
    }

    /// To be given parts, and its answers taken.
    func isTrusted(_ robot: NodeID) -> Bool { self[robot]?.isTrusted ?? true }

    func isAskedLast(_ robot: NodeID, now: Instant) -> Bool { self[robot]?.isAskedLast(now: now) ?? false }

    /// Whether it has done for this robot what it had promised, once at least.
    func hasKeptWord(_ robot: NodeID) -> Bool { (self[robot]?.kept ?? 0) > 0 }

    /// Those a leader is asked not to name: who is not trusted, and with `unreliable` who breaks its word.
    func excluded(besides given: [NodeID], unreliable: Bool, now: Instant) -> [NodeID] {
        var excluded = given
        for standing in all where excluded.count < Request.excludedMax && !standing.isTrusted {
            if !excluded.contains(standing.robot) { excluded.append(standing.robot) }
        }
        guard unreliable else { return excluded }
        for standing in all where excluded.count < Request.excludedMax && standing.isAskedLast(now: now) {
            if !excluded.contains(standing.robot) { excluded.append(standing.robot) }
        }
        return excluded
    }

    /// In their order, but those whose helpers never work after the others.
    func ordered(_ leaders: [NodeID], now: Instant) -> [NodeID] {
        let isLast = { (leader: NodeID) in self[leader]?.isDistrustedLeader(now: now) ?? false }
        guard leaders.contains(where: isLast) else { return leaders }
        return leaders.filter { !isLast($0) } + leaders.filter(isLast)
    }

    /// A doubted robot whose next known answer is due, and the way to it.
    func probeDue(now: Instant) -> Placement? {
        for standing in all {
            guard case .doubted = standing.state, let placement = standing.placement else { continue }
            if standing.probedAt.map({ now - $0 >= Standing.probeSpacing }) ?? true { return placement }
        }
        return nil
    }

    mutating func age(now: Instant) {
        for index in all.indices { all[index].age(now: now) }
    }

    /// Whether the robot has lost its standing by it, and why.
    mutating func take(_ note: Note, now: Instant) -> (robot: NodeID, loss: StandingLoss)? {
        switch note {
        case .right(let robot, let isProbe):
            update(robot, now: now) { $0.wasRight(isProbe: isProbe, now: now) }
            return nil
        case .wrong(let robot, let loss, let isProbe):
            return lost(robot, now: now) { $0.wasWrong(loss, isProbe: isProbe, now: now) }
        case .nonsense(let robot): return lost(robot, now: now) { $0.spokeNonsense(now: now) }
        case .keptWord(let robot):
            update(robot, now: now) { $0.keptWord(now: now) }
            return nil
        case .brokeWord(let robot): return lost(robot, now: now) { $0.brokeWord(now: now) }
        case .matched(let leader, let works): return lost(leader, now: now) { $0.matched(works: works, now: now) }
        case .placed(let placement):
            update(placement.helper, now: now) { $0.placement = placement }
            return nil
        case .probed(let robot):
            update(robot, now: now) { $0.probedAt = now }
            return nil
        }
    }

    private mutating func lost(
        _ robot: NodeID, now: Instant, _ change: (inout Standing) -> StandingLoss?
    ) -> (robot: NodeID, loss: StandingLoss)? {
        var loss: StandingLoss?
        update(robot, now: now) { loss = change(&$0) }
        return loss.map { (robot, $0) }
    }

    private mutating func update(_ robot: NodeID, now: Instant, _ change: (inout Standing) -> Void) {
        let place = index(of: robot)
        if place < all.count, all[place].robot == robot { return change(&all[place]) }
        if all.count == Self.robotsMax { forgetOne() }
        let index = index(of: robot)
        all.insert(Standing(robot, now: now), at: index)
        change(&all[index])
    }

    private mutating func forgetOne() {
        func rank(_ standing: Standing) -> Int {
            switch standing.state {
            case .trusted: 0
            case .doubted: 1
            case .shunned: 2
            }
        }
        let least = all.indices.min { (rank(all[$0]), all[$0].changedAt) < (rank(all[$1]), all[$1].changedAt) }
        guard let least else { preconditionFailure("an empty table is full") }
        all.remove(at: least)
    }

    private func index(of robot: NodeID) -> Int {
        var low = 0
        var high = all.count
        while low < high {
            let middle = (low + high) / 2
            if all[middle].robot < robot { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
