import SkeinWire

/// One task of this robot's own: a step of its mission, an order, a job or a stream; where its units are, and why.
package struct TaskAccount: Hashable, Sendable {
    package enum Name: Hashable, Sendable {
        /// The mission's step.
        case step(UInt32)
        /// A person's order for a built-in kernel.
        case order(TaskKey)
        /// A person's job for a registered kernel.
        case job(TaskKey)
        case stream(TaskKey)
    }

    package enum Phase: UInt8, CaseIterable, Sendable {
        case waiting
        case running
        case done
        /// Units are missing.
        case failed
        case cancelled
    }

    /// One part of it.
    package struct Unit: Hashable, Sendable {
        package enum Phase: UInt8, CaseIterable, Sendable {
            /// What it is computed from is not there yet.
            case waiting
            /// Nobody has it yet.
            case seeking
            /// Given to a helper, which has not said anything.
            case offered
            /// At a helper's.
            case working
            /// At a helper's that has gone silent.
            case doubted
            /// At work on this robot.
            case here
            case done
            case failed
        }

        package var number: Int
        package var phase: Phase
        /// Who has it, or has done it; `.none`: nobody.
        package var robot = NodeID.none
        /// In whose subgroup that robot was found; `.none`: on this robot, or not known.
        package var leader = NodeID.none
        /// Why there; nil: nothing has been decided.
        package var reason: PlacementReason?
        /// What went wrong last.
        package var trouble: UnitTrouble?

        package init(number: Int, phase: Phase) {
            self.number = number
            self.phase = phase
        }
    }

    package var name: Name
    /// Under which events and messages speak of it; 0: none yet.
    package var number: UInt32
    /// At most `kernelsMax`.
    package var kernels: [String]
    package var phase: Phase
    /// Of how many units, and how many are done, and were or are computed elsewhere.
    package var count: Int
    package var done = 0
    package var elsewhere = 0
    /// What decided how many leave; nil: it is decided unit by unit.
    package var reason: PlacementReason?
    /// Nil: before this start, or not begun.
    package var startedAt: Instant?
    /// Nil: it has none, or is over.
    package var deadline: Instant?
    /// From its start to its end; nil: it is open.
    package var took: Duration?
    /// Those of them that are told.
    package var units: [Unit] = []

    package static let kernelsMax = 4

    package init(name: Name, number: UInt32, kernels: [String], phase: Phase, count: Int) {
        self.name = name
        self.number = number
        self.kernels = kernels
        self.phase = phase
        self.count = count
    }

    package var isOpen: Bool { phase == .waiting || phase == .running }
}

/// What kept a unit from being done, whatever it is a unit of. A program's last words are left out.
package enum UnitTrouble: Hashable, Sendable {
    case part(PartTrouble)
    case job(JobTrouble)
}
