import SkeinPeer
import SkeinSeal
import SkeinWire

/// One member of the load test on Skein's own parts: seal, sessions, bulk. It does no I/O and is told the time.
///
///     before the start   greets everybody, so that all introduce themselves; asks for a session with each helper
///     to the end         says what its plan has: statuses to all, tasks to helpers; answers tasks
///     draining           says nothing new; repeats what is still owed
///
/// What travels as what, for the wire has no kinds of its own for a test:
///
/// - Statuses: the output of a signed `result` to everybody, three times each (`StatusRepeats`).
/// - A task: an object in bulk, under the session with its helper, at the rate that the plan leaves for it; it expires a
///   second after it was said.
/// - Its result: the output of a signed `result` to the requester, until confirmed (`ResultRepeats`) by a `unitReceipt`.
///
/// A member that dies is missed by nobody: what was owed to it runs out.
package struct LoadMember: ChannelMember {
    /// Between greetings.
    private static let greetingSpan: Duration = .milliseconds(300)

    package let plan: LoadPlan
    package let id: NodeID
    package let start: Instant
    package private(set) var tally: LoadTally
    private var schedule: LoadSchedule
    private var voice: MemberVoice
    private(set) var bulk: MemberBulk
    private var statuses = StatusRepeats()
    private var results = ResultRepeats()
    private var greetsAt: Instant

    /// `channelBitsPerSecond`: what all members share.
    package init(_ plan: LoadPlan, member: Int, start: Instant, channelBitsPerSecond: Double, now: Instant) {
        precondition(plan.fault == nil && (0..<plan.members).contains(member), "member \(member)")
        self.plan = plan
        self.start = start
        id = NodeID(UInt16(member))
        tally = LoadTally(plan)
        schedule = LoadSchedule(plan, member: member)
        voice = MemberVoice(id: id, members: plan.members)
        bulk = MemberBulk(
            id: id, members: plan.members,
            rate: LoadShare.bulkBitsPerSecond(plan, channelBitsPerSecond: channelBitsPerSecond))
        // Not all at once.
        greetsAt = now + .nanoseconds(Self.greetingSpan.nanoseconds * Int64(member) / Int64(plan.members))
    }

    package var end: Instant { start + plan.end }

    /// When it is to be told of the time again.
    package var nextDeadline: Instant {
        let own =
            [voice.nextDeadline, statuses.nextDeadline, results.nextDeadline]
            .compactMap(\.self).min() ?? .distantFuture
        let planned = schedule.next.map { start + $0 } ?? end
        return min(own, bulk.nextDeadline, planned, greetsAt, end)
    }

    package mutating func deadlinePassed(now: Instant, _ out: inout [Transmission]) {
        voice.deadlinePassed(now: now, &out)
        greet(now: now, &out)
        while let event = schedule.take(at: now - start) {
            switch event {
            case .status(let number):
                tally.saidStatus()
                let stamp = LoadStamp(sender: Int(id.number), number: number, said: now)
                statuses.add(stamp.bytes(filledTo: LoadPlan.statusBytes), now: now)
            case .task(let number, let helper):
                tally.saidTask(number, at: now)
                let object = LoadStamp(sender: Int(id.number), number: number, said: now).bytes(
                    filledTo: plan.taskBytes)
                // Where there is no room for it, it is lost, and counted as such.
                _ = bulk.send(
                    object, to: NodeID(UInt16(helper)), class: .task, deadline: now + LoadPlan.withinMax, now: now)
            }
        }
        while let bytes = statuses.take(now: now) { say(bytes, of: 0, to: .none, now: now, &out) }
        for result in results.take(now: now) { voice.say(.result(result), to: result.task.requester, now: now, &out) }
        bulk.deadlinePassed(now: now)
        settle(now: now, &out)
    }

    package mutating func receive(
        _ datagram: [UInt8], _ reception: Reception, now: Instant, _ out: inout [Transmission]
    ) {
        if BulkFrame.isFrame(datagram) {
            bulk.open(datagram, now: now)
        } else {
            for (envelope, message) in voice.hear(datagram, reception, now: now, &out) {
                take(message, envelope, now: now, &out)
            }
        }
        settle(now: now, &out)
    }

    // MARK: - Greeting

    /// Whom a member lacks is greeted before the start only; a helper it has no session with is asked for one later too.
    private mutating func greet(now: Instant, _ out: inout [Transmission]) {
        guard now >= greetsAt else { return }
        if now < start { say([], of: 0, to: .none, now: now, &out) }
        let lacking = plan.helpers(of: Int(id.number)).map { NodeID(UInt16($0)) }.filter { !bulk.isReady($0, now: now) }
        for helper in lacking where voice.isIntroduced(helper) { bulk.prepare(helper, now: now) }
        greetsAt = now < start || !lacking.isEmpty ? now + Self.greetingSpan : .distantFuture
    }

    // MARK: - Messages

    private mutating func say(
        _ output: [UInt8], of number: Int, to member: NodeID, now: Instant, _ out: inout [Transmission]
    ) {
        voice.say(.result(Self.result(output, of: TaskID(requester: id, number: 0))), to: member, now: now, &out)
    }

    private static func result(_ output: [UInt8], of task: TaskID) -> UnitResult {
        UnitResult(
            task: task, part: 0, attempt: 0, failed: false, queueMilliseconds: 0, computeMilliseconds: 0,
            output: output)
    }

    private mutating func take(
        _ message: Message, _ envelope: Envelope, now: Instant, _ out: inout [Transmission]
    ) {
        if bulk.take(message, envelope, now: now) { return }
        if case .unitReceipt(let receipt) = message { return results.confirmed(receipt.task) }
        guard case .result(let result) = message else { return }
        guard envelope.destination == id else {
            for bytes in StatusRepeats.split(result.output) {
                guard let stamp = LoadStamp(bytes) else { continue }
                tally.status(stamp, from: Int(envelope.sender.number), now: now)
            }
            return
        }
        guard result.task.requester == id else { return }
        tally.result(of: Int(result.task.number), now: now)
        let receipt = UnitReceipt(
            task: result.task, part: 0, attempt: result.attempt, verdict: .accepted, expectedMilliseconds: 0)
        voice.say(.unitReceipt(receipt), to: envelope.sender, now: now, &out)
    }

    // MARK: - Tasks

    /// What bulk has brought, and what it wants said.
    private mutating func settle(now: Instant, _ out: inout [Transmission]) {
        for arrival in bulk.takeArrivals() {
            guard let stamp = LoadStamp(arrival.bytes[...]), arrival.bytes.count == plan.taskBytes,
                tally.task(stamp, from: Int(arrival.from.number), now: now)
            else { continue }
            let task = TaskID(requester: arrival.from, number: UInt32(stamp.number))
            let output = LoadStamp(sender: Int(id.number), number: stamp.number, said: now).bytes(
                filledTo: LoadPlan.resultBytes)
            results.add(Self.result(output, of: task), until: stamp.said + LoadPlan.withinMax, now: now)
        }
        for result in results.take(now: now) { voice.say(.result(result), to: result.task.requester, now: now, &out) }
        for (message, partner) in bulk.takeMessages() { voice.say(message, to: partner, now: now, &out) }
        bulk.takeFrames(now: now, &out)
    }
}
