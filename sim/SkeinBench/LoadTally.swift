import SkeinWire

/// What a member has said and heard. Each counts once, however often it came; numbers that nobody says count never.
package struct LoadTally: Sendable {
    private let plan: LoadPlan
    package private(set) var statusSent = 0
    package private(set) var taskSent = 0
    /// One way, from when it was said; of a result from when its task was.
    package private(set) var statusNanoseconds: [UInt64] = []
    package private(set) var taskNanoseconds: [UInt64] = []
    package private(set) var resultNanoseconds: [UInt64] = []
    /// By member and number.
    private var statusSeen: [[Bool]]
    private var taskSeen: [[Bool]]
    /// When a task was said, by number; nil: not yet. Results are counted by it.
    private var taskSaid: [Instant?]
    private var resultSeen: [Bool]

    package init(_ plan: LoadPlan) {
        self.plan = plan
        statusSeen = [[Bool]](repeating: [Bool](repeating: false, count: plan.statusCount), count: plan.members)
        taskSeen = [[Bool]](repeating: [Bool](repeating: false, count: plan.taskCount), count: plan.requesters)
        taskSaid = [Instant?](repeating: nil, count: plan.taskCount)
        resultSeen = [Bool](repeating: false, count: plan.taskCount)
    }

    package mutating func saidStatus() { statusSent += 1 }

    package mutating func saidTask(_ number: Int, at now: Instant) {
        precondition(taskSaid[number] == nil, "task \(number) said twice")
        taskSaid[number] = now
        taskSent += 1
    }

    /// Whether it is new.
    @discardableResult
    package mutating func status(_ stamp: LoadStamp, from member: Int, now: Instant) -> Bool {
        guard statusSeen.indices.contains(member), Self.marks(&statusSeen[member], stamp.number) else { return false }
        statusNanoseconds.append(Self.age(stamp.said, now))
        return true
    }

    @discardableResult
    package mutating func task(_ stamp: LoadStamp, from member: Int, now: Instant) -> Bool {
        guard taskSeen.indices.contains(member), Self.marks(&taskSeen[member], stamp.number) else { return false }
        taskNanoseconds.append(Self.age(stamp.said, now))
        return true
    }

    @discardableResult
    package mutating func result(of number: Int, now: Instant) -> Bool {
        guard taskSaid.indices.contains(number), let said = taskSaid[number], Self.marks(&resultSeen, number) else {
            return false
        }
        resultNanoseconds.append(Self.age(said, now))
        return true
    }

    private static func marks(_ seen: inout [Bool], _ number: Int) -> Bool {
        guard seen.indices.contains(number), !seen[number] else { return false }
        seen[number] = true
        return true
    }

    private static func age(_ said: Instant, _ now: Instant) -> UInt64 { UInt64(max(0, (now - said).nanoseconds)) }
}
