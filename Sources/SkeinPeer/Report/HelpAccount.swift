import SkeinWire

/// A unit that this robot computes for another.
package struct HelpAccount: Hashable, Sendable {
    package enum Kind: UInt8, CaseIterable, Sendable {
        /// A part for a built-in kernel.
        case part
        /// A job's unit.
        case unit
        /// A stream's unit under a lease.
        case leased
        /// A lease: room that is kept for a stream.
        case lease
    }

    package var kind: Kind
    package var requester: NodeID
    /// The requester's number of the task.
    package var task: UInt32
    package var unit: Int
    package var kernel: String
    /// What it is computed from is still on its way here.
    package var isFetching: Bool
    package var deadline: Instant

    package init(
        kind: Kind, requester: NodeID, task: UInt32, unit: Int, kernel: String, isFetching: Bool, deadline: Instant
    ) {
        self.kind = kind
        self.requester = requester
        self.task = task
        self.unit = unit
        self.kernel = kernel
        self.isFetching = isFetching
        self.deadline = deadline
    }
}
