import SkeinWire

/// A robot's processor as far as units of work see it: what is left after its own base load.
///
/// Units start in order of submission as soon as their shares fit beside those that run; running units split the whole
/// capacity in proportion to their shares, so each gets at least its own (processor sharing, Kleinrock 1967). A unit whose
/// share is larger than the capacity runs alone at the capacity. Results exist from the start and are handed over when the
/// time they take has passed. A robot that is switched off forgets all of it.
package struct Processor: Sendable {
    package struct Finished: Sendable {
        package var id: ComputationID
        package var output: [UInt8]?
        package var queued: Duration
        package var computed: Duration
    }

    private struct Unit: Sendable {
        var id: ComputationID
        var output: [UInt8]?
        /// Time of a whole core it still needs, nanoseconds.
        var remaining: Double
        var sharePercent: Double
        var submittedAt: Int64
        var startedAt: Int64
    }

    /// Units a processor takes; the next one fails at once.
    package static let unitsMax = 64

    package let capacityPercent: Double
    private var running: [Unit] = []
    private var waiting: [Unit] = []
    private var settledAt: Int64 = 0

    package init(capacityPercent: Double) {
        precondition(capacityPercent >= 0 && capacityPercent <= 100, "a processor of \(capacityPercent) %")
        self.capacityPercent = capacityPercent
    }

    package var isIdle: Bool { running.isEmpty }

    /// False: full, or no capacity at all.
    package mutating func submit(
        _ id: ComputationID, output: [UInt8]?, cost: Duration, sharePercent: Double, now: Int64
    ) -> Bool {
        guard running.count + waiting.count < Self.unitsMax, capacityPercent > 0 else { return false }
        settle(now)
        let share = min(max(sharePercent, 1), capacityPercent)
        waiting.append(
            Unit(
                id: id, output: output, remaining: Double(max(cost.nanoseconds, 0)), sharePercent: share,
                submittedAt: now, startedAt: now))
        start(now)
        return true
    }

    package mutating func cancel(_ id: ComputationID, now: Int64) {
        settle(now)
        running.removeAll { $0.id == id }
        waiting.removeAll { $0.id == id }
        start(now)
    }

    /// When the next unit ends if nothing else comes.
    package var nextEnd: Int64? {
        var least: Double?
        for unit in running {
            let span = unit.remaining / rate(unit)
            least = min(least ?? span, span)
        }
        return least.map { settledAt + Int64($0.rounded(.up)) }
    }

    /// Takes the units that have ended by `now`, in order of submission.
    package mutating func takeFinished(now: Int64) -> [Finished] {
        settle(now)
        var finished: [Finished] = []
        for unit in running where unit.remaining < Self.roundingNanoseconds {
            finished.append(
                Finished(
                    id: unit.id, output: unit.output, queued: .nanoseconds(unit.startedAt - unit.submittedAt),
                    computed: .nanoseconds(now - unit.startedAt)))
        }
        guard !finished.isEmpty else { return [] }
        running.removeAll { $0.remaining < Self.roundingNanoseconds }
        start(now)
        return finished
    }

    /// Ends are rounded up to whole nanoseconds; what is left then is rounding.
    private static let roundingNanoseconds = 0.01

    private var sharesPercent: Double {
        var sum = 0.0
        for unit in running { sum += unit.sharePercent }
        return sum
    }

    /// Part of a whole core a running unit gets.
    private func rate(_ unit: Unit) -> Double { capacityPercent / 100 * unit.sharePercent / sharesPercent }

    private mutating func settle(_ now: Int64) {
        let span = Double(now - settledAt)
        settledAt = now
        guard span > 0, !running.isEmpty else { return }
        let perPercent = capacityPercent / 100 / sharesPercent
        for place in running.indices { running[place].remaining -= span * perPercent * running[place].sharePercent }
    }

    private mutating func start(_ now: Int64) {
        while let unit = waiting.first, sharesPercent + unit.sharePercent <= capacityPercent + 1e-9 {
            var started = unit
            started.startedAt = now
            running.append(started)
            waiting.removeFirst()
        }
    }
}
