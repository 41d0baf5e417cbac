import SkeinWire

/// The questions of others, or of this robot to itself, that take time or have been answered lately (docs/probing.md).
///
///     new ──▶ at work ──▶ answered: remembered for repetitions
///                 └──not asked again for so long──▶ dropped
struct AnswerBook {
    /// A question, whoever asked it, in any of its boots.
    struct Key: Hashable {
        var asker: NodeID
        var epoch: Epoch
        var number: UInt64
    }

    /// One question.
    struct Case {
        let key: Key
        let subject: Question.Subject
        /// Its time is over then.
        let deadline: Instant
        /// When it came last.
        var askedAt: Instant
        /// Nil: at work.
        var body: Answer.Body?
        var endedAt = Instant.distantFuture
    }

    static let casesMax = 32
    static let casesOfAskerMax = 8
    /// At work at once: fewer than the echoes that a robot has under way at most, its own probes included.
    static let workMax = 16
    static let leaseSpan: Duration = .milliseconds(3_500)
    static let memorySpan: Duration = .seconds(10)

    private(set) var cases: [Case] = []
    private var budget = AnswerBudget()

    var nextDeadline: Instant {
        cases.reduce(.distantFuture) { min($0, Self.end(of: $1)) }
    }

    private static func end(of one: Case) -> Instant {
        one.body == nil ? min(one.askedAt + leaseSpan, one.deadline) : one.endedAt + memorySpan
    }

    subscript(key: Key) -> Case? { cases.first { $0.key == key } }

    /// One answer more to this asker. False: it has had its share.
    mutating func mayAnswer(_ asker: NodeID, now: Instant) -> Bool { budget.take(asker, now: now) }

    /// It has come again: whoever asked still wants it. Nil: it is not known.
    mutating func again(_ key: Key, now: Instant) -> Case? {
        guard let place = cases.firstIndex(where: { $0.key == key }) else { return nil }
        cases[place].askedAt = now
        return cases[place]
    }

    /// False: too much is at work.
    mutating func open(_ key: Key, _ subject: Question.Subject, until deadline: Instant, now: Instant) -> Bool {
        let isAtWork = { (one: Case) in one.body == nil }
        guard cases.count(where: isAtWork) < Self.workMax,
            cases.count(where: { $0.key.asker == key.asker && isAtWork($0) }) < Self.casesOfAskerMax
        else {
            return false
        }
        if cases.count >= Self.casesMax {
            let ended = cases.indices.filter { cases[$0].body != nil }
            guard let oldest = ended.min(by: { cases[$0].endedAt < cases[$1].endedAt }) else { return false }
            cases.remove(at: oldest)
        }
        cases.append(Case(key: key, subject: subject, deadline: deadline, askedAt: now))
        return true
    }

    /// False: it had ended, or was dropped.
    mutating func end(_ key: Key, _ body: Answer.Body, now: Instant) -> Bool {
        guard let place = cases.firstIndex(where: { $0.key == key && $0.body == nil }) else { return false }
        cases[place].body = body
        cases[place].endedAt = now
        return true
    }

    /// Those that nobody asks for any more or whose time is over, at work until now; what was remembered goes as well.
    mutating func expire(now: Instant) -> [Case] {
        guard nextDeadline <= now else { return [] }
        let over = cases.filter { $0.body == nil && Self.end(of: $0) <= now }
        cases.removeAll { Self.end(of: $0) <= now }
        return over
    }

    mutating func removeAll() { cases = [] }
}

/// How many answers others get of this robot: an asker a few a second, all together what costs little airtime.
struct AnswerBudget {
    static let perSecond = 10.0
    static let burst = 20.0
    static let allPerSecond = 50.0
    static let askersMax = 32

    private struct Asker {
        let robot: NodeID
        var left = AnswerBudget.burst
        var countedAt: Instant
    }

    private var askers: [Asker] = []
    private var left = AnswerBudget.allPerSecond
    private var countedAt = Instant.zero

    mutating func take(_ robot: NodeID, now: Instant) -> Bool {
        left = min(Self.allPerSecond, left + now.seconds(since: countedAt) * Self.allPerSecond)
        countedAt = now
        let place = place(of: robot, now: now)
        let since = now.seconds(since: askers[place].countedAt)
        askers[place].left = min(Self.burst, askers[place].left + since * Self.perSecond)
        askers[place].countedAt = now
        guard left >= 1, askers[place].left >= 1 else { return false }
        left -= 1
        askers[place].left -= 1
        return true
    }

    /// A full table forgets whom it has heard of longest ago: that one's budget is full again anyway, or soon.
    private mutating func place(of robot: NodeID, now: Instant) -> Int {
        if let place = askers.firstIndex(where: { $0.robot == robot }) { return place }
        if askers.count == Self.askersMax {
            let oldest = askers.indices.min { askers[$0].countedAt < askers[$1].countedAt } ?? 0
            askers.remove(at: oldest)
        }
        askers.append(Asker(robot: robot, countedAt: now))
        return askers.count - 1
    }
}
