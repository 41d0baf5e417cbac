import SkeinWire

/// The computations under way: what each was asked for. Bounded by who asks: a worker's slots, a task's parts, one plan.
struct ComputationBook {
    enum Purpose: Hashable {
        case plan
        /// A part of this robot's own task.
        case ownPart(task: UInt32, part: UInt8)
        /// A neighbour's unit.
        case lentUnit(UnitKey)
        /// A job's unit, this robot's own or a neighbour's.
        case jobUnit(JobUnitID)
    }

    private var open: [(id: ComputationID, purpose: Purpose)] = []
    private var count: UInt64 = 0

    mutating func open(_ purpose: Purpose) -> ComputationID {
        count += 1
        open.append((ComputationID(count), purpose))
        return ComputationID(count)
    }

    /// Nil when it was cancelled before.
    mutating func close(_ id: ComputationID) -> Purpose? {
        guard let index = open.firstIndex(where: { $0.id == id }) else { return nil }
        return open.remove(at: index).purpose
    }

    /// All under way.
    mutating func closeAll() -> [ComputationID] {
        defer { open = [] }
        return open.map(\.id)
    }

    mutating func close(_ purpose: Purpose) -> ComputationID? {
        guard let index = open.firstIndex(where: { $0.purpose == purpose }) else { return nil }
        return open.remove(at: index).id
    }
}
