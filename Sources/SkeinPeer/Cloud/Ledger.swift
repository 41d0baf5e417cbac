import SkeinTasks
import SkeinWire

/// A requester's account of its tasks: which parts stay, which leave, who has them, and which result is the first valid
/// one (mesh-cloud.md §6).
///
/// Rules.
/// - The fewest parts leave that keep the processor under its ceiling; they alone are requested from a leader.
/// - The leader's matches become units, one for each part, to the helpers named in them. A helper answers at once with a
///   receipt, later with the result.
/// - Whatever is lost or whoever dies shows as silence: of a leader (`HelperSeek`: ask again, then the next leader), of a
///   helper (`UnitOffer`: ask again, then another helper). A refusal counts as an answer and moves on at once.
/// - The later in the step, the less patience: helpers at work are asked in time to be replaced, one silence is enough,
///   and a part that loses its helper late goes to two others at once.
/// - The first valid answer to a part ends it, or two that agree (`ResultCheck`); every other is refused and recorded with
///   its reason.
/// - Who answers wrongly, or breaks its word, loses its standing (`Standing`) in all tasks at once.
/// - What nobody has taken on when a local computation would just still be done is computed here too, if the ceiling has
///   room for it.
/// - A task ends when it is complete, at the latest at its deadline, whatever else happens.
/// - Steps of the mission and orders of a person (`TaskPurpose`) are open side by side. What an order may take at home is
///   what steps and other orders leave.
package struct Ledger {
    /// Steps follow one another; a second one is open only while a late body catches up.
    private static let stepsMax = 4
    /// Ended tasks whose late results can still be told from nonsense: those of a few steps, and of all orders.
    private static let endedMax = 8 + OrderBook.openMax

    private let id: NodeID
    private let tuning: CloudTuning
    private var open: [LedgerTask] = []
    private var ended: [EndedTask] = []
    /// Told of when asked.
    private(set) var past = PastTasks()
    var openTasks: [LedgerTask] { open }
    /// What this robot has learned of the others.
    package internal(set) var standings = Standings()

    package init(id: NodeID, tuning: CloudTuning) {
        self.id = id
        self.tuning = tuning
    }

    package var nextDeadline: Instant { open.reduce(.distantFuture) { min($0, $1.nextDeadline) } }

    package var openCount: Int { open.count }

    /// What orders take of this robot's processor now.
    package var orderPercent: Double { open.reduce(0) { $0 + $1.orderPercent } }

    /// Splits a task, starts its local parts and asks for helpers for the others.
    package mutating func submit(
        _ submission: TaskSubmission, context: LedgerContext, now: Instant
    ) -> [LedgerAction] {
        precondition(!open.contains { $0.id.number == submission.number }, "task \(submission.number) is open")
        var actions: [LedgerAction] = []
        let steps = open.indices.filter { open[$0].isStep }
        switch submission.purpose {
        case .step:
            if steps.count == Self.stepsMax { end(steps[0], now: now, actions: &actions) }
        case .order:
            precondition(open.count - steps.count < OrderBook.openMax, "more orders than the book takes")
        }
        standings.age(now: now)
        open.append(
            LedgerTask(
                submission, requester: id, tuning: tuning, context: reserved(context, besides: nil), now: now,
                actions: &actions))
        learn(context: context, now: now, actions: &actions)
        return actions
    }

    /// What the other orders compute here is reserved for them.
    private func reserved(_ context: LedgerContext, besides index: Int?) -> LedgerContext {
        var reserved = context
        reserved.standings = standings
        for other in open.indices where other != index { reserved.reservedPercent += open[other].orderPercent }
        return reserved
    }

    /// A leader's answer to a request.
    package mutating func receive(
        _ match: Match, from leader: NodeID, context: LedgerContext, now: Instant
    ) -> [LedgerAction] {
        update(match.task, context, now: now) { task, context, actions in
            task.receive(match, from: leader, context: context, now: now, actions: &actions)
        }
    }

    package mutating func receive(
        _ receipt: UnitReceipt, from helper: NodeID, context: LedgerContext, now: Instant
    ) -> [LedgerAction] {
        update(receipt.task, context, now: now) { task, context, actions in
            task.receive(receipt, from: helper, context: context, now: now, actions: &actions)
        }
    }

    package mutating func receive(
        _ result: UnitResult, from helper: NodeID, context: LedgerContext, now: Instant
    ) -> [LedgerAction] {
        var actions = endDue(now: now)
        guard result.task.requester == id, open.contains(where: { $0.id == result.task }) else {
            let (refusal, note) = reason(result, from: helper)
            actions.append(
                .record(.resultRefused(task: result.task.number, part: result.part, helper: helper, refusal)))
            if let note { apply(note, context: context, now: now, actions: &actions) }
            learn(context: context, now: now, actions: &actions)
            return actions
        }
        actions += update(result.task, context, now: now) { task, context, actions in
            task.receive(result, from: helper, context: context, now: now, actions: &actions)
        }
        return actions
    }

    /// The body has finished a `computeLocally`; nil output: the kernel refused its input.
    package mutating func finishedLocally(
        task number: UInt32, part: UInt8, output: [UInt8]?, queued: Duration, computed: Duration,
        context: LedgerContext, now: Instant
    ) -> [LedgerAction] {
        update(TaskID(requester: id, number: number), context, now: now) { task, context, actions in
            task.finishedLocally(
                part: Int(part), output: output, queued: queued, computed: computed, context: context, now: now,
                actions: &actions)
        }
    }

    /// A robot has left the mesh: what it had is given to others at once.
    package mutating func helperLeft(_ helper: NodeID, context: LedgerContext, now: Instant) -> [LedgerAction] {
        var actions = endDue(now: now)
        for index in open.indices {
            open[index].helperLeft(
                helper, context: reserved(context, besides: index), now: now, actions: &actions)
        }
        learn(context: context, now: now, actions: &actions)
        return actions
    }

    /// This robot leaves the mesh: every task ends with what it has.
    package mutating func leave(now: Instant) -> [LedgerAction] {
        var actions: [LedgerAction] = []
        while !open.isEmpty { end(0, now: now, actions: &actions) }
        return actions
    }

    /// `nextDeadline` has passed. Early wake-ups are ordinary.
    package mutating func deadlinePassed(context: LedgerContext, now: Instant) -> [LedgerAction] {
        var actions = endDue(now: now)
        for index in open.indices where open[index].nextDeadline <= now {
            open[index].deadlinePassed(context: reserved(context, besides: index), now: now, actions: &actions)
        }
        learn(context: context, now: now, actions: &actions)
        return actions
    }

    private mutating func update(
        _ id: TaskID, _ context: LedgerContext, now: Instant,
        _ body: (inout LedgerTask, LedgerContext, inout [LedgerAction]) -> Void
    ) -> [LedgerAction] {
        var actions = endDue(now: now)
        guard let index = open.firstIndex(where: { $0.id == id }) else { return actions }
        body(&open[index], reserved(context, besides: index), &actions)
        learn(context: context, now: now, actions: &actions)
        if open[index].isComplete { end(index, now: now, actions: &actions) }
        return actions
    }

    private mutating func endDue(now: Instant) -> [LedgerAction] {
        var actions: [LedgerAction] = []
        for index in open.indices.reversed() where open[index].deadline <= now {
            end(index, now: now, actions: &actions)
        }
        return actions
    }

    private mutating func end(_ index: Int, now: Instant, actions: inout [LedgerAction]) {
        let task = open.remove(at: index)
        past.keep(task.account(endedAt: min(now, task.deadline)))
        task.end(now: now, actions: &actions)
        if ended.count == Self.endedMax { ended.removeFirst() }
        ended.append(EndedTask(task))
    }

    // MARK: - Standings

    /// What a job's unit has shown of a robot.
    mutating func take(_ note: Standings.Note, context: LedgerContext, now: Instant) -> [LedgerAction] {
        var actions: [LedgerAction] = []
        apply(note, context: context, now: now, actions: &actions)
        return actions
    }

    /// What the tasks have seen of others; who loses its standing by it loses its parts in all of them.
    private mutating func learn(context: LedgerContext, now: Instant, actions: inout [LedgerAction]) {
        for index in open.indices where !open[index].notes.isEmpty {
            let notes = open[index].notes
            open[index].notes = []
            for note in notes { apply(note, context: context, now: now, actions: &actions) }
        }
    }

    private mutating func apply(
        _ note: Standings.Note, context: LedgerContext, now: Instant, actions: inout [LedgerAction]
    ) {
        guard let (robot, loss) = standings.take(note, now: now) else { return }
        actions.append(.record(.standingLost(robot, loss)))
        guard !standings.isTrusted(robot) else { return }
        for index in open.indices {
            open[index].distrust(robot, context: reserved(context, besides: index), now: now, actions: &actions)
        }
    }

    private mutating func reason(_ result: UnitResult, from helper: NodeID) -> (ResultRefusal, Standings.Note?) {
        guard result.task.requester == id,
            let index = ended.lastIndex(where: { $0.number == result.task.number }),
            Int(result.part) < ended[index].isPartDone.count
        else { return (.unknownTask, nil) }
        guard let isRight = ended[index].judge(result, from: helper) else {
            return (ended[index].isPartDone[Int(result.part)] ? .duplicate : .late, nil)
        }
        return isRight
            ? (.duplicate, .right(helper, isProbe: true)) : (.poisoned, .wrong(helper, .poisoned, isProbe: true))
    }
}
