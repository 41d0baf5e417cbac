import SkeinPeer
import SkeinWire

/// A robot's processor, as the world sees it: units share the idle part of it evenly.
struct Body {
    private struct Job {
        var key: UnitKey
        var input: [UInt8]
        var remainingSeconds: Double
    }

    let idlePercent: Double
    private var jobs: [Job] = []
    private var updatedAt: Instant = .zero
    private(set) var generation = 0
    private(set) var nextFinish: Instant?

    init(idlePercent: Double) { self.idlePercent = idlePercent }

    mutating func add(_ key: UnitKey, input: [UInt8], cost: Duration, now: Instant) {
        advance(now)
        jobs.append(Job(key: key, input: input, remainingSeconds: cost.inSeconds))
        plan(now)
    }

    mutating func cancel(_ key: UnitKey, now: Instant) {
        advance(now)
        jobs.removeAll { $0.key == key }
        plan(now)
    }

    /// The job that is done now, unless the plan has changed since.
    mutating func finish(_ generation: Int, now: Instant) -> (UnitKey, [UInt8])? {
        guard generation == self.generation else { return nil }
        advance(now)
        guard let index = jobs.indices.min(by: { jobs[$0].remainingSeconds < jobs[$1].remainingSeconds })
        else { return nil }
        let job = jobs.remove(at: index)
        plan(now)
        return (job.key, job.input)
    }

    private mutating func advance(_ now: Instant) {
        let each = (now - updatedAt).inSeconds * idlePercent / 100 / Double(max(1, jobs.count))
        for index in jobs.indices { jobs[index].remainingSeconds = max(0, jobs[index].remainingSeconds - each) }
        updatedAt = now
    }

    private mutating func plan(_ now: Instant) {
        generation += 1
        let least = jobs.map(\.remainingSeconds).min()
        nextFinish = least.map { now + .fromSeconds($0 * Double(jobs.count) * 100 / idlePercent) }
    }
}
