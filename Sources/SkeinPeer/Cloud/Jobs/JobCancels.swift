import SkeinWire

/// Units and leases that are ended at their helpers: told again until the helper says that nothing of it is there, or for the
/// last time. A helper that never hears it computes for nothing, until the unit's deadline.
struct JobCancels {
    /// The oldest is given up for another.
    static let entriesMax = 256

    private struct Entry {
        let id: JobUnitID
        let way: JobWay
        var sends = 1
        var due: Instant
    }

    private var entries: [Entry] = []

    var nextDeadline: Instant { entries.reduce(.distantFuture) { min($0, $1.due) } }

    var isEmpty: Bool { entries.isEmpty }

    func isTelling(about job: TaskID) -> Bool { entries.contains { $0.id.job == job } }

    /// It is being sent for the first time.
    mutating func add(_ id: JobUnitID, _ way: JobWay, tuning: JobTuning, now: Instant) {
        entries.removeAll { $0.id == id && $0.way.helper == way.helper }
        if entries.count == Self.entriesMax { entries.removeFirst() }
        entries.append(Entry(id: id, way: way, due: now + tuning.cancelInterval))
    }

    mutating func isGone(_ id: JobUnitID, at helper: NodeID) {
        entries.removeAll { $0.id == id && $0.way.helper == helper }
    }

    mutating func left(_ helper: NodeID) { entries.removeAll { $0.way.helper == helper } }

    mutating func clear() { entries = [] }

    /// Those to be told again.
    mutating func due(tuning: JobTuning, now: Instant) -> [JobAction] {
        entries.removeAll { $0.due <= now && $0.sends >= tuning.cancelSendsMax }
        var actions: [JobAction] = []
        for index in entries.indices where entries[index].due <= now {
            entries[index].sends += 1
            entries[index].due = now + tuning.cancelInterval
            actions.append(.cancel(JobCancel(id: entries[index].id), entries[index].way))
        }
        return actions
    }
}
