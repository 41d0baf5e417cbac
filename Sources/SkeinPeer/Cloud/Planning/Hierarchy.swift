/// A set of leaders with the lenders each owns, and what it contributes: the
/// state the search walks on. Every change since `begin` can be taken back.
///
/// A lender goes where it adds most to what the leaders' bands carry, less
/// what is lost where it was. Robots with nothing to lend count for coverage
/// alone, and get their owner when the plan is written.
struct Hierarchy {
    private enum Change {
        case owner(robot: Int, was: Int)
        case carried(leader: Int, was: Double)
        case joined(Int)
        case left(Int)
    }

    /// Less than this many percent is rounding, not gain.
    static let gainPercentMin = 1e-6
    /// Moves per robot in one settling; each gains, so it ends by itself, but
    /// a bound is cheaper than a proof about rounding.
    private static let movesPerRobotMax = 8

    let tables: PlanTables
    private(set) var isLeader: [Bool]
    private(set) var leaderCount = 0
    /// Per lender its leader, or -1; -1 for those with nothing to lend.
    private(set) var owner: [Int]
    /// How many leaders cover each robot.
    private(set) var coverCount: [Int]
    /// What the leaders' bands carry together, percent.
    private(set) var totalPercent = 0.0
    /// Table entries looked at: the search's clock, the same on every machine.
    private(set) var visits = 0
    /// At this reading of the clock lenders cease to move.
    var visitsMax = Int.max

    private var carriedPercent: [Double]
    private var changes: [Change] = []
    private var totalAtBegin = 0.0
    private var queue: [Int] = []
    private var isQueued: [Bool]
    /// A lender that `settle` leaves where it is, or -1.
    private var held = -1

    init(_ tables: PlanTables) {
        self.tables = tables
        isLeader = [Bool](repeating: false, count: tables.count)
        owner = [Int](repeating: -1, count: tables.count)
        coverCount = [Int](repeating: 0, count: tables.count)
        carriedPercent = [Double](repeating: 0, count: tables.count)
        isQueued = [Bool](repeating: false, count: tables.count)
    }

    var isOutOfTime: Bool { visits >= visitsMax }

    mutating func charge(_ more: Int) {
        visits += more
    }

    // MARK: - Trying and taking back

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
        forgetQueue(from: 0)
        totalPercent = totalAtBegin
    }

    /// Becomes what it was when copied, but for the time spent since.
    mutating func restore(_ saved: Hierarchy) {
        let (spent, limit) = (visits, visitsMax)
        self = saved
        visits = spent
        visitsMax = limit
    }

    // MARK: - Changing the leaders

    mutating func join(_ leader: Int) {
        precondition(tables.mayLead[leader], "\(leader) may not lead")
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
        let row = tables.covered.range(leader)
        for index in row { coverCount[tables.covered.robots[index]] += 1 }
        visits += row.count
    }

    private mutating func unmark(_ leader: Int) {
        isLeader[leader] = false
        leaderCount -= 1
        let row = tables.covered.range(leader)
        for index in row { coverCount[tables.covered.robots[index]] -= 1 }
        visits += row.count
    }

    // MARK: - Moving the lenders

    /// Lets every lender touched by the changes move where it is worth most,
    /// until none gains by moving alone.
    mutating func settle() {
        var movesLeft = Self.movesPerRobotMax * tables.count
        var head = 0
        while head < queue.count && movesLeft > 0 && !isOutOfTime {
            let robot = queue[head]
            head += 1
            isQueued[robot] = false
            guard robot != held && !isLeader[robot] && tables.idlePercent[robot] > 0 else { continue }
            if moveToBest(robot) { movesLeft -= 1 }
        }
        forgetQueue(from: head)
    }

    mutating func settleAll() {
        for robot in 0..<tables.count { enqueue(robot) }
        settle()
    }

    /// Puts a lender under a leader and lets the others answer: a move that
    /// loses by itself may make room for a better one. Part of a change begun
    /// by the caller, who sees in the total whether it was worth it.
    mutating func force(_ robot: Int, under leader: Int) {
        let before = owner[robot]
        setOwner(robot, leader)
        let had = carriedPercent[leader]
        weigh(leader)
        guard carriedPercent[leader] > had else { return }
        if before >= 0 {
            weigh(before)
            enqueueLenders(of: before)
        }
        enqueueMembers(of: leader, besides: robot)
        held = robot
        settle()
        held = -1
        enqueue(robot)
        settle()
    }

    /// Puts a lender under a leader if no contribution is lost by it.
    mutating func prefer(_ robot: Int, under leader: Int) -> Bool {
        begin()
        let before = owner[robot]
        setOwner(robot, leader)
        if before >= 0 { weigh(before) }
        weigh(leader)
        if totalPercent >= totalAtBegin - Self.gainPercentMin { return true }
        rollback()
        return false
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
        let row = tables.users.range(robot)
        for index in row {
            let leader = tables.users.robots[index]
            guard isLeader[leader] && leader != from else { continue }
            owner[robot] = leader
            let gain = carried(by: leader) - carriedPercent[leader]
            if gain > bestGain {
                best = leader
                bestGain = gain
            }
        }
        visits += row.count
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
            let robot = tables.lenders.robots[index]
            if owner[robot] == leader {
                let need = tables.needMHz[index]
                if need >= leftMHz {
                    sum += leftMHz * tables.percentPerMHz[index]
                    break
                }
                sum += tables.idlePercent[robot]
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

    // MARK: - The queue of lenders that may want to move

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

    private mutating func forgetQueue(from head: Int) {
        for index in head..<queue.count { isQueued[queue[index]] = false }
        queue.removeAll(keepingCapacity: true)
    }
}
