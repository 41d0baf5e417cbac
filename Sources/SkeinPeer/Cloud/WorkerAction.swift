import SkeinTasks
import SkeinWire

/// What a helper wants done.
package enum WorkerAction: Hashable, Sendable {
    case receipt(UnitReceipt, to: NodeID)
    /// `cost` is processor time on a whole core; the unit may use all of the lent processor that units beside it leave,
    /// and at least `sharePercent`.
    case compute(UnitKey, Kernel, input: [UInt8], cost: Duration, sharePercent: Double)
    case cancel(UnitKey)
    case result(UnitResult, to: NodeID)
    case record(Event)
}

/// A unit at its helper: the part of a task in one attempt. The same again is the same unit.
package struct UnitKey: Hashable, Sendable {
    package var task: TaskID
    package var part: UInt8
    package var attempt: UInt8

    package init(task: TaskID, part: UInt8, attempt: UInt8) {
        self.task = task
        self.part = part
        self.attempt = attempt
    }
}
