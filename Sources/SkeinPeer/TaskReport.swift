import SkeinWire

/// How an order ended, part by part.
package struct TaskReport: Hashable, Sendable {
    package enum Part: Hashable, Sendable {
        case done(PartResult)
        /// Without a valid result at the end, and what went wrong last.
        case missing(PartTrouble)
    }

    /// In the order of the inputs.
    package var parts: [Part]
    /// From its start to the last result, or to the deadline.
    package var took: Duration

    package init(parts: [Part], took: Duration) {
        self.parts = parts
        self.took = took
    }

    package var missing: Int {
        parts.count { part in
            switch part {
            case .done: false
            case .missing: true
            }
        }
    }
}

/// Where an order stands.
package enum TaskState: Hashable, Sendable {
    case unknown
    /// It stands, and has not begun.
    case accepted
    case running
    case ended(TaskReport)
}

/// What a ledger's task is for.
package enum TaskPurpose: Hashable, Sendable {
    /// A step of the mission.
    case step(UInt32)
    /// A person's order.
    case order(TaskKey)
}
