import SkeinPeer
import SkeinTasks
import SkeinWire

/// Which unit a robot's worker threads begin next. Knows no thread and no clock: it is told both.
///
///     submitted ──full──▶ refused
///         └──▶ waiting ──share fits, budget allows, a thread is free──▶ running ──▶ ended
///                 └──cancelled──▶ gone                 cancelled: forgotten when it ends ┘
///
/// Rules.
/// - Units start in order of submission; one that must wait holds up those behind it, as `Processor` does.
/// - A unit starts when its share fits beside those that run, within the budget (a share larger than the budget runs
///   alone), and the budget's book allows it (`LendingBudget`). Shares say how many run beside each other, the book when.
/// - A cancelled unit that runs keeps its thread and its share until it ends, for so long it does use the processor.
/// - With a budget of 0 nothing starts; units wait until there is one or they are cancelled, at their deadline by the peer.
struct MeasuredPacer: Sendable {
    struct Unit: Sendable {
        var id: ComputationID
        var kernel: Kernel
        var input: [UInt8]
        var cost: Duration
        var sharePercent: Double
        var submittedAt: Instant
    }

    private struct Running: Sendable {
        var unit: Unit
        var thread: Int
        /// The thread's clock when it began.
        var usedBefore: Duration
        var isForgotten = false
    }

    /// Units waiting and running; the next one is refused.
    static let unitsMax = Processor.unitsMax

    private var waiting: [Unit] = []
    private var running: [Running] = []
    private var budget: LendingBudget
    /// When the first waiting unit may start, if only the budget holds it up.
    private(set) var nextDeadline: Instant?

    init(budgetPercent: Double, used: [Duration], now: Instant) {
        budget = LendingBudget(percent: budgetPercent, used: Self.sum(used), now: now)
    }

    var waitingCount: Int { waiting.count }
    var runningCount: Int { running.count }

    mutating func setBudget(percent: Double, used: [Duration], now: Instant) {
        budget.setPercent(percent, used: Self.sum(used), now: now)
    }

    /// False: full.
    mutating func submit(_ unit: Unit) -> Bool {
        guard waiting.count + running.count < Self.unitsMax else { return false }
        waiting.append(unit)
        return true
    }

    mutating func cancel(_ id: ComputationID) {
        waiting.removeAll { $0.id == id }
        for place in running.indices where running[place].unit.id == id { running[place].isForgotten = true }
    }

    /// The unit a free thread shall begin now, nil when none may. `used`: each thread's processor time so far.
    mutating func start(on thread: Int?, used: [Duration], now: Instant) -> Unit? {
        nextDeadline = nil
        guard let thread, let unit = waiting.first else { return nil }
        budget.settle(used: Self.sum(used), now: now)
        guard fits(unit) else { return nil }
        let reserved = reserved(used)
        guard budget.allowsStart(reserved: reserved) else {
            nextDeadline = budget.startsAt(reserved: reserved)
            return nil
        }
        waiting.removeFirst()
        running.append(Running(unit: unit, thread: thread, usedBefore: used[thread]))
        return unit
    }

    /// A thread is done. Nil: the unit was cancelled.
    mutating func ended(on thread: Int) -> Unit? {
        guard let place = running.firstIndex(where: { $0.thread == thread }) else {
            preconditionFailure("thread \(thread) had no unit")
        }
        let ended = running.remove(at: place)
        return ended.isForgotten ? nil : ended.unit
    }

    private func fits(_ unit: Unit) -> Bool {
        guard budget.percent > 0 else { return false }
        let shares = running.reduce(0) { $0 + share($1.unit) }
        return running.isEmpty || shares + share(unit) <= budget.percent + 1e-9
    }

    private func share(_ unit: Unit) -> Double { min(max(unit.sharePercent, 1), budget.percent) }

    /// What the running units still expect to use.
    private func reserved(_ used: [Duration]) -> Duration {
        running.reduce(.zero) { sum, entry in
            sum + max(.zero, entry.unit.cost - (used[entry.thread] - entry.usedBefore))
        }
    }

    private static func sum(_ spans: [Duration]) -> Duration { spans.reduce(.zero, +) }
}
