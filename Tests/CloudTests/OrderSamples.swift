import SkeinTasks
import SkeinWire

@testable import SkeinPeer

// Orders that a kernel can compute, and what becomes of them.

extension TaskOrder {
    /// `parts` islands of a search, told apart by the key.
    static func sample(_ key: UInt64, parts: Int = 2, span: Duration = .seconds(1), isDurable: Bool = true) -> TaskOrder
    {
        let box = PsoBox(
            low: FieldPoint(xMeters: 0, yMeters: 0), high: FieldPoint(xMeters: 100, yMeters: 100))
        let samples = (0..<3).map {
            PsoSample(xMeters: Float(10 * $0), yMeters: Float(key % 90), concentration: 0.1)
        }
        let islands = (0..<(parts + 1) / 2).flatMap {
            PsoSearch(seed: key * 100 + UInt64($0), box: box, samples: samples).islands()
        }
        return TaskOrder(
            key: TaskKey(key), kernel: .pso, inputs: islands.prefix(parts).map { $0.encoded() }, span: span,
            isDurable: isDurable)
    }
}

extension TaskOutcome {
    /// All done at home, told apart by `took`.
    static func sample(_ number: UInt32, _ key: UInt64, parts: Int = 2, took: Duration = .milliseconds(300))
        -> TaskOutcome
    {
        TaskOutcome(
            number: number, purpose: .order(TaskKey(key)),
            results: (0..<parts).map {
                PartResult(output: [UInt8($0), 7], computedBy: NodeID(1), queued: .zero, computed: .milliseconds(100))
            }, troubles: [PartTrouble](repeating: .localUnfinished, count: parts), remoteParts: 0, verdict: .completed,
            took: took)
    }
}
