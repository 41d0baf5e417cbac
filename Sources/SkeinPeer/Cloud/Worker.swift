import SkeinTasks
import SkeinWire

/// A helper: takes units of others as far as its idle processor reaches, computes them and answers (mesh-cloud.md §6).
///
///     unit ──refused──▶ receipt, forgotten
///       └──accepted──▶ receipt, working ──computed──▶ result, remembered until the unit's deadline
///                                └──deadline──▶ cancelled, forgotten
///
/// Rules.
/// - Its idle share, the base load already deducted, is divided into slots of one part. A unit is accepted if a slot is
///   free, its kernel and version are known, and it and all units already here will be done by their deadlines.
/// - A unit that comes again is answered again: by a receipt while it is at work, by the result once it is there. So the
///   requester, who alone counts the time, recovers every lost receipt and result by asking. A unit without input is
///   the bare question; if the unit is unknown here (this robot has restarted), the answer is `busy`.
/// - A requester that dies costs its units' computing and nothing more; one that says it leaves not even that.
/// - A robot that leaves refuses what it has, as busy.
package struct Worker {
    /// Units at work; a processor has five slots, a robot with several cores lends at most this.
    static let jobsMax = 32
    /// Results remembered, the oldest forgotten first.
    static let resultsMax = 64

    private struct Remembered {
        var key: UnitKey
        var result: UnitResult
        var expiresAt: Instant
    }

    private let tuning: CloudTuning
    private var processor: SharedProcessor<UnitKey>
    private var idlePercent = 0.0
    private var remembered: [Remembered] = []
    /// Of the units at work.
    private var kernels: [(key: UnitKey, kernel: Kernel)] = []

    package init(tuning: CloudTuning, now: Instant) {
        self.tuning = tuning
        processor = SharedProcessor(now: now)
    }

    /// A unit may take a slot's whole share when rounding has touched the sample.
    private static let roundingPercent = 1e-6

    package var slots: Int {
        min(Self.jobsMax, Int((idlePercent + Self.roundingPercent) / tuning.partPercent))
    }

    package var busyParts: Int { processor.jobs.count }

    var jobs: [SharedProcessor<UnitKey>.Job] { processor.jobs }

    func kernel(of key: UnitKey) -> Kernel? { kernels.first { $0.key == key }?.kernel }

    package var nextDeadline: Instant {
        processor.jobs.reduce(.distantFuture) { min($0, $1.deadline) }
    }

    /// The processor share this robot can lend from now on, its own load deducted. Units at work go on, slower or faster.
    package mutating func setIdle(percent: Double, now: Instant) {
        precondition(percent.isFinite, "an idle share of \(percent) %")
        idlePercent = max(0, percent)
        processor.setIdle(percent: idlePercent, now: now)
    }

    /// A unit or a question, from the task's requester.
    package mutating func receive(_ unit: WorkUnit, now: Instant) -> [WorkerAction] {
        remembered.removeAll { $0.expiresAt <= now }
        let key = UnitKey(task: unit.task, part: unit.part, attempt: unit.attempt)
        if let known = remembered.first(where: { $0.key == key }) {
            return [.result(known.result, to: unit.task.requester)]
        }
        if processor.jobs.contains(where: { $0.key == key }) {
            return [receipt(key, .accepted, expected: promise(key, now: now))]
        }
        let deadline = now + .milliseconds(unit.deadlineMilliseconds)
        let cost: Duration = .milliseconds(max(1, unit.costMilliseconds))
        guard let kernel = Kernel(rawValue: unit.kernel), unit.kernelVersion == Kernel.version else {
            return refuse(key, .unknownKernel)
        }
        guard !unit.input.isEmpty, processor.jobs.count < slots else { return refuse(key, .busy) }
        let forecast = processor.forecast(adding: key, cost: cost, deadline: deadline, now: now)
        guard forecast.finish <= deadline else { return refuse(key, .tooLate) }
        guard forecast.keepsAll else { return refuse(key, .busy) }
        processor.add(key, cost: cost, deadline: deadline, now: now)
        kernels.removeAll { known in !processor.jobs.contains { $0.key == known.key } }
        kernels.append((key, kernel))
        return [
            receipt(key, .accepted, expected: promise(key, now: now)),
            .compute(key, kernel, input: unit.input, cost: cost, sharePercent: tuning.partPercent),
        ]
    }

    /// The body has finished a unit; nil output: the kernel refused its input. Nothing happens if it was cancelled.
    package mutating func finished(
        _ key: UnitKey, output: [UInt8]?, queued: Duration, computed: Duration, now: Instant
    ) -> [WorkerAction] {
        guard let job = processor.jobs.first(where: { $0.key == key }) else { return [] }
        processor.remove(key, now: now)
        let result = UnitResult(
            task: key.task, part: key.part, attempt: key.attempt, failed: output == nil,
            queueMilliseconds: queued.wireMilliseconds, computeMilliseconds: computed.wireMilliseconds,
            output: output ?? [])
        if remembered.count == Self.resultsMax { remembered.removeFirst() }
        remembered.append(Remembered(key: key, result: result, expiresAt: job.deadline + tuning.returnMargin))
        return [.result(result, to: key.task.requester)]
    }

    /// `nextDeadline` has passed: what is not done by now is of no use to anybody.
    package mutating func deadlinePassed(now: Instant) -> [WorkerAction] {
        remembered.removeAll { $0.expiresAt <= now }
        let overdue = processor.jobs.filter { $0.deadline <= now }.map(\.key)
        for key in overdue { processor.remove(key, now: now) }
        return overdue.map { .cancel($0) }
    }

    /// This robot leaves the mesh: every requester hears at once that its unit will not be done here.
    package mutating func leave(now: Instant) -> [WorkerAction] {
        let keys = processor.jobs.map(\.key)
        processor = SharedProcessor(now: now)
        remembered = []
        return keys.flatMap { [.cancel($0), receipt($0, .busy, expected: .zero)] }
    }

    /// A robot has left the mesh: nobody waits for its units.
    package mutating func requesterLeft(_ requester: NodeID, now: Instant) -> [WorkerAction] {
        remembered.removeAll { $0.key.task.requester == requester }
        let keys = processor.jobs.map(\.key).filter { $0.task.requester == requester }
        for key in keys { processor.remove(key, now: now) }
        return keys.map { .cancel($0) }
    }

    /// When it will be done, another unit that may come in between allowed for: a word that is broken makes its giver a liar.
    private func promise(_ key: UnitKey, now: Instant) -> Duration {
        guard let job = processor.jobs.first(where: { $0.key == key }) else { return .zero }
        let isFull = processor.jobs.count >= slots
        let finish =
            isFull
            ? processor.finish(of: key, now: now)
            : processor.finish(
                of: key, besides: .fromSeconds(max(job.remainingSeconds, tuning.partCost.inSeconds)), now: now)
        return min(finish, job.deadline) - now
    }

    private func receipt(_ key: UnitKey, _ verdict: UnitReceipt.Verdict, expected: Duration) -> WorkerAction {
        let receipt = UnitReceipt(
            task: key.task, part: key.part, attempt: key.attempt, verdict: verdict,
            expectedMilliseconds: expected.wireMilliseconds)
        return .receipt(receipt, to: key.task.requester)
    }

    private func refuse(_ key: UnitKey, _ verdict: UnitReceipt.Verdict) -> [WorkerAction] {
        [
            receipt(key, verdict, expected: .zero),
            .record(.unitRefused(task: key.task, part: key.part, verdict)),
        ]
    }
}
