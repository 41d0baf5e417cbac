import SkeinPeer
import SkeinWire

/// When the laboratory hands over a unit: its kernel has run, and the time that its declared cost takes at its declared
/// share of a processor of the scenario's capacity has passed, by the very rule of the simulator (`Processor`).
///
/// Rules.
/// - The processor is stepped from end to end, not from wake-up to wake-up: a loop that wakes late delays no other unit.
/// - A kernel that takes longer than declared is handed over late, and its computed time says so; the next unit does not
///   wait for it.
struct DeclaredPacer: Sendable {
    struct Done: Sendable {
        var id: ComputationID
        var output: [UInt8]?
        var queued: Duration
        var computed: Duration
    }

    private var processor: Processor
    /// Computed, but the time has not passed.
    private var outputs: [(id: ComputationID, output: [UInt8]?)] = []
    /// The time has passed, but the kernel is still at work.
    private var late: [(unit: Processor.Finished, endedAt: Instant)] = []
    private var done: [Done] = []

    init(capacityPercent: Double) { processor = Processor(capacityPercent: capacityPercent) }

    var nextDeadline: Instant? { processor.nextEnd.map { Instant(nanoseconds: $0) } }

    /// False: full, or no capacity at all.
    mutating func submit(_ id: ComputationID, cost: Duration, sharePercent: Double, now: Instant) -> Bool {
        advance(now: now)
        return processor.submit(id, output: nil, cost: cost, sharePercent: sharePercent, now: now.nanoseconds)
    }

    mutating func cancel(_ id: ComputationID, now: Instant) {
        advance(now: now)
        processor.cancel(id, now: now.nanoseconds)
        outputs.removeAll { $0.id == id }
        late.removeAll { $0.unit.id == id }
        done.removeAll { $0.id == id }
    }

    /// The kernel has run.
    mutating func computed(_ id: ComputationID, output: [UInt8]?, now: Instant) {
        advance(now: now)
        guard let place = late.firstIndex(where: { $0.unit.id == id }) else {
            outputs.append((id, output))
            return
        }
        let unit = late.remove(at: place)
        done.append(
            Done(
                id: id, output: output, queued: unit.unit.queued,
                computed: unit.unit.computed + max(.zero, now - unit.endedAt)))
    }

    mutating func advance(now: Instant) {
        while let end = processor.nextEnd, end <= now.nanoseconds {
            for unit in processor.takeFinished(now: end) {
                guard let place = outputs.firstIndex(where: { $0.id == unit.id }) else {
                    late.append((unit, Instant(nanoseconds: end)))
                    continue
                }
                let output = outputs.remove(at: place).output
                done.append(Done(id: unit.id, output: output, queued: unit.queued, computed: unit.computed))
            }
        }
    }

    mutating func takeDone() -> [Done] {
        defer { done.removeAll() }
        return done
    }
}
