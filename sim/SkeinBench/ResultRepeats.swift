import SkeinWire

/// A helper's results that their requesters have not confirmed yet: each is said again every tenth of a second until the
/// requester's receipt has come, or until the task is a second old and nobody counts its result any more. A lost receipt
/// costs one more copy, which is confirmed again.
struct ResultRepeats {
    static let gap: Duration = .milliseconds(100)

    private struct Entry {
        var result: UnitResult
        var dueAt: Instant
        var until: Instant
    }

    private var entries: [Entry] = []

    var nextDeadline: Instant? { entries.map { min($0.dueAt, $0.until) }.min() }

    /// To be said at once.
    mutating func add(_ result: UnitResult, until: Instant, now: Instant) {
        entries.append(Entry(result: result, dueAt: now, until: until))
    }

    mutating func confirmed(_ task: TaskID) { entries.removeAll { $0.result.task == task } }

    /// What is due.
    mutating func take(now: Instant) -> [UnitResult] {
        entries.removeAll { $0.until <= now }
        var due: [UnitResult] = []
        for index in entries.indices where entries[index].dueAt <= now {
            entries[index].result.attempt = min(entries[index].result.attempt, .max - 1) + 1
            entries[index].dueAt = now + Self.gap
            due.append(entries[index].result)
        }
        return due
    }
}
