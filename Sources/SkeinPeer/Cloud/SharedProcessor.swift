import SkeinWire

/// When units on one lent processor will be done: all share it evenly, and what one leaves when it is done the others
/// take (egalitarian processor sharing). A forecast: a worker makes it of its own processor, where the body that computes
/// has the last word, and a leader of its members'.
struct SharedProcessor<Key: Equatable & Sendable>: Sendable {
    struct Job: Sendable {
        let key: Key
        let deadline: Instant
        /// Processor time still to do on a whole core, seconds.
        var remainingSeconds: Double
    }

    /// What a job that should be done by now, and is not, is assumed to need still.
    private static var residueSeconds: Double { 0.005 }

    private(set) var jobs: [Job] = []
    private var idlePercent = 0.0
    private var updatedAt: Instant

    init(now: Instant) { updatedAt = now }

    /// From now on the jobs have this much of a processor.
    mutating func setIdle(percent: Double, now: Instant) {
        advance(now: now)
        idlePercent = max(0, percent)
    }

    mutating func add(_ key: Key, cost: Duration, deadline: Instant, now: Instant) {
        advance(now: now)
        jobs.append(Job(key: key, deadline: deadline, remainingSeconds: cost.inSeconds))
    }

    mutating func remove(_ key: Key, now: Instant) {
        advance(now: now)
        jobs.removeAll { $0.key == key }
    }

    /// Takes off the jobs that should be done by now, and those out of time.
    mutating func removeDone(now: Instant) {
        advance(now: now)
        jobs.removeAll { $0.remainingSeconds <= Self.residueSeconds || $0.deadline <= now }
    }

    /// When a job will be done if no other comes.
    func finish(of key: Key, now: Instant) -> Instant {
        var forecast = self
        forecast.advance(now: now)
        let index = forecast.jobs.firstIndex { $0.key == key }
        guard let index else { return .distantFuture }
        return forecast.finishes(now: now)[index]
    }

    /// When a job will be done if another of this cost comes now.
    func finish(of key: Key, besides cost: Duration, now: Instant) -> Instant {
        var forecast = self
        forecast.add(key, cost: cost, deadline: .distantFuture, now: now)
        let index = forecast.jobs.firstIndex { $0.key == key }
        guard let index else { return .distantFuture }
        return forecast.finishes(now: now)[index]
    }

    /// When one more job would be done, and whether all would then still be done by their deadlines.
    func forecast(
        adding key: Key, cost: Duration, deadline: Instant, now: Instant
    ) -> (finish: Instant, keepsAll: Bool) {
        var forecast = self
        forecast.add(key, cost: cost, deadline: deadline, now: now)
        let finishes = forecast.finishes(now: now)
        let keepsAll = zip(forecast.jobs.dropLast(), finishes).allSatisfy { $1 <= $0.deadline }
        return (finishes[finishes.count - 1], keepsAll)
    }

    /// Brings the books up to now.
    private mutating func advance(now: Instant) {
        let spent = max(0, (now - updatedAt).inSeconds)
        updatedAt = now
        guard !jobs.isEmpty else { return }
        let each = spent * idlePercent / 100 / Double(jobs.count)
        for index in jobs.indices {
            jobs[index].remainingSeconds = max(Self.residueSeconds, jobs[index].remainingSeconds - each)
        }
    }

    private func finishes(now: Instant) -> [Instant] {
        var finishes = [Instant](repeating: .distantFuture, count: jobs.count)
        guard idlePercent > 0 else { return finishes }
        let order = jobs.indices.sorted {
            (jobs[$0].remainingSeconds, $0) < (jobs[$1].remainingSeconds, $1)
        }
        var elapsed = 0.0
        var done = 0.0
        for (place, index) in order.enumerated() {
            let sharers = Double(order.count - place)
            elapsed += (jobs[index].remainingSeconds - done) * sharers * 100 / idlePercent
            done = jobs[index].remainingSeconds
            finishes[index] = now + .fromSeconds(min(elapsed, Self.forecastSecondsMax))
        }
        return finishes
    }

    /// Farther than any deadline on the wire; keeps a tiny idle share from overflowing an instant.
    private static var forecastSecondsMax: Double { 1_000_000 }
}
