/// A set of leaders with the lenders each owns, and what it contributes: the
/// state the search walks on. Every change since `begin` can be taken back.
///
/// Owners follow prices: a lender goes where it adds most to what the leader's
/// 20 MHz carry, less what it carries where it is. Robots with nothing to lend
/// count for coverage alone and get their owner when the plan is written.
struct Hierarchy {
    private enum Change {
        case owner(robot: Int, was: Int)
        case carried(leader: Int, was: Double)
        case joined(Int)
        case left(Int)
    }

    /// Less than this many percent is rounding, not gain.
    static let gainPercentMin = 1e-7
    /// Moves per robot in one settling; each gains, so it ends by itself, but
    /// a bound is cheaper than a proof about rounding.
    private static let movesPerRobotMax = 8

    let tables: PlanTables
    private(set) var isLeader: [Bool]
    private(set) var leaderCount = 0
    /// Per lender its leader, or -1; -1 for those with nothing to lend.
    private(set) var owner: [Int]
    /// Leaders that cover each robot.
    private(set) var coverCount: [Int]
    /// What the leaders' bands carry together, percent.
    private(set) var totalPercent = 0.0
    /// Link entries looked at: the search's clock.
    var visits = 0

    private var carriedPercent: [Double]
    private var changes: [Change] = []
    private var totalAtBegin = 0.0
    var held = -1
    private var queue: [Int] = []
    private var isQueued: [Bool]

    init(_ tables: PlanTables) {
        self.tables = tables
        isLeader = [Bool](repeating: false, count: tables.count)
        owner = [Int](repeating: -1, count: tables.count)
        coverCount = [Int](repeating: 0, count: tables.count)
        carriedPercent = [Double](repeating: 0, count: tables.count)
        isQueued = [Bool](repeating: false, count: tables.count)
    }

    // MARK: - Changing the leaders

    mutating func begin() {
        changes.removeAll(keepingCapacity: true)
        totalAtBegin = totalPercent
    }

    mutating func rollback() {
        while let change = changes.popLast() {
            switch change {
            case .owner(let robot, let was): owner[robot] = was
            case .carried(let leader, let was): carriedPercent[leader] = was
            case .joined(let leader): unmark(leader)
            case .left(let leader): mark(leader)
            }
        }
        for robot in queue { isQueued[robot] = false }
        queue.removeAll(keepingCapacity: true)
        totalPercent = totalAtBegin
    }

    mutating func join(_ leader: Int) {
        changes.append(.joined(leader))
        mark(leader)
        let before = owner[leader]
        if before >= 0 {
            setOwner(leader, -1)
            weigh(before)
            enqueueLenders(of: before)
        }
        if tables.idlePercent[leader] > 0 { setOwner(leader, leader) }
        weigh(leader)
        enqueueLenders(of: leader)
    }

    mutating func leave(_ leader: Int) {
        changes.append(.left(leader))
        unmark(leader)
        for index in tables.lenders.range(leader) {
            let robot = tables.lenders.robots[index]
            if owner[robot] == leader {
                setOwner(robot, -1)
                enqueue(robot)
            }
        }
        if owner[leader] == leader { setOwner(leader, -1) }
        enqueue(leader)
        setCarried(leader, 0)
    }

    private mutating func mark(_ leader: Int) {
        isLeader[leader] = true
        leaderCount += 1
        for index in tables.covered.range(leader) { coverCount[tables.covered.robots[index]] += 1 }
    }

    private mutating func unmark(_ leader: Int) {
        isLeader[leader] = false
        leaderCount -= 1
        for index in tables.covered.range(leader) { coverCount[tables.covered.robots[index]] -= 1 }
    }

    // MARK: - Moving the lenders

    /// Lets every lender touched by the changes move where it is worth most,
    /// until none gains by moving alone.
    mutating func settle() {
        var movesLeft = Self.movesPerRobotMax * tables.count
        var head = 0
        while head < queue.count && movesLeft > 0 {
            let robot = queue[head]
            head += 1
            isQueued[robot] = false
            if robot != held && !isLeader[robot] && tables.idlePercent[robot] > 0 && moveToBest(robot) { movesLeft -= 1 }
        }
        while head < queue.count {
            isQueued[queue[head]] = false
            head += 1
        }
        queue.removeAll(keepingCapacity: true)
    }

    func parts() -> Int {
        var left: [Int] = []
        for l in 0..<tables.count where isLeader[l] { left.append(l) }
        var n = 0
        var stack: [Int] = []
        while let first = left.popLast() {
            n += 1
            stack.append(first)
            while let x = stack.popLast() {
                var i = 0
                while i < left.count {
                    if tables.hears(x, left[i]) { stack.append(left[i]); left.swapAt(i, left.count - 1); left.removeLast() } else { i += 1 }
                }
            }
        }
        return n
    }

    mutating func polish() {
        var again = true
        while again {
            again = false
            for robot in 0..<tables.count where tables.idlePercent[robot] > 0 && !isLeader[robot] {
                for index in tables.users.range(robot) {
                    let leader = tables.users.robots[index]
                    guard isLeader[leader] && leader != owner[robot] else { continue }
                    begin()
                    let before = totalPercent
                    let from = owner[robot]
                    setOwner(robot, leader)
                    if from >= 0 { weigh(from); enqueueLenders(of: from) }
                    weigh(leader)
                    enqueueMembers(of: leader, besides: robot)
                    held = robot
                    settle()
                    held = -1
                    enqueue(robot)
                    settle()
                    if totalPercent > before + 1e-6 { again = true; break }
                    rollback()
                }
            }
        }
    }

    private mutating func moveToBest(_ robot: Int) -> Bool {
        let from = owner[robot]
        var lost = 0.0
        if from >= 0 {
            owner[robot] = -1
            lost = carriedPercent[from] - carried(by: from)
        }
        var best = -1
        var bestGain = lost + Self.gainPercentMin
        for index in tables.users.range(robot) {
            let leader = tables.users.robots[index]
            guard isLeader[leader] && leader != from else { continue }
            owner[robot] = leader
            let gain = carried(by: leader) - carriedPercent[leader]
            if gain > bestGain {
                best = leader
                bestGain = gain
            }
        }
        visits += tables.users.range(robot).count
        owner[robot] = from
        guard best >= 0 else { return false }
        setOwner(robot, best)
        weigh(best)
        enqueueMembers(of: best, besides: robot)
        if from >= 0 {
            weigh(from)
            if lost > 0 { enqueueLenders(of: from) }
        }
        return true
    }

    /// What a leader's band carries: its lenders in order of efficiency until
    /// the MHz are used up, the last one partially.
    private mutating func carried(by leader: Int) -> Double {
        let row = tables.lenders.range(leader)
        var leftMHz = tables.bandwidthMHz
        var sum = 0.0
        var index = row.lowerBound
        while index < row.upperBound {
            if owner[tables.lenders.robots[index]] == leader {
                let need = tables.needMHz[index]
                if need >= leftMHz {
                    sum += leftMHz * tables.percentPerMHz[index]
                    break
                }
                sum += tables.idlePercent[tables.lenders.robots[index]]
                leftMHz -= need
            }
            index += 1
        }
        visits += index - row.lowerBound + 1
        return sum
    }

    private mutating func weigh(_ leader: Int) {
        setCarried(leader, carried(by: leader))
    }

    private mutating func setCarried(_ leader: Int, _ percent: Double) {
        changes.append(.carried(leader: leader, was: carriedPercent[leader]))
        totalPercent += percent - carriedPercent[leader]
        carriedPercent[leader] = percent
    }

    private mutating func setOwner(_ robot: Int, _ leader: Int) {
        changes.append(.owner(robot: robot, was: owner[robot]))
        owner[robot] = leader
    }

    private mutating func enqueue(_ robot: Int) {
        guard !isQueued[robot] else { return }
        isQueued[robot] = true
        queue.append(robot)
    }

    private mutating func enqueueLenders(of leader: Int) {
        for index in tables.lenders.range(leader) { enqueue(tables.lenders.robots[index]) }
    }

    private mutating func enqueueMembers(of leader: Int, besides newcomer: Int) {
        for index in tables.lenders.range(leader) {
            let robot = tables.lenders.robots[index]
            if robot != newcomer && owner[robot] == leader { enqueue(robot) }
        }
    }
}
