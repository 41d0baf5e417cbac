import SkeinTasks
import SkeinWire

/// What a ledger wants done, in this order.
package enum LedgerAction: Hashable, Sendable {
    case request(Request, to: NodeID)
    /// A unit for the placement's helper; one without input is the question how it is getting on.
    case offer(WorkUnit, Placement)
    case computeLocally(task: UInt32, part: UInt8, TaskPart)
    case cancelLocal(task: UInt32, part: UInt8)
    case ended(TaskOutcome)
    case record(Event)
}

/// What a requester knows when the ledger asks: never remembered, so a rebuilt hierarchy counts from the next call on.
package struct LedgerContext: Sendable {
    /// Leaders that could be asked, the best first: the robot's own, then those it could reach otherwise.
    package var leaders: [NodeID]
    /// What the robot's whole task would take now, percent.
    package var neededPercent: Double
    /// Of the robot's processor, taken by others than the task itself and not to be touched by an order, percent.
    package var reservedPercent: Double
    /// The ledger's own; it fills them in.
    var standings = Standings()

    package init(leaders: [NodeID], neededPercent: Double, reservedPercent: Double = 0) {
        self.leaders = leaders
        self.neededPercent = neededPercent
        self.reservedPercent = reservedPercent
    }
}

/// How a task went: all its parts' results, or which are missing.
package struct TaskOutcome: Hashable, Sendable {
    package var number: UInt32
    package var purpose: TaskPurpose
    /// By part; nil is missing.
    package var results: [PartResult?]
    /// By part: what went wrong last, whether or not it mattered.
    package var troubles: [PartTrouble]
    /// How many had to leave.
    package var remoteParts: Int
    package var verdict: StepVerdict
    /// From submission to the last result, or to the deadline.
    package var took: Duration
}

/// One part's valid result.
package struct PartResult: Hashable, Sendable {
    package var output: [UInt8]
    /// The robot itself for a local part.
    package var computedBy: NodeID
    /// As the helper measured them.
    package var queued: Duration
    package var computed: Duration

    package init(output: [UInt8], computedBy: NodeID, queued: Duration, computed: Duration) {
        self.output = output
        self.computedBy = computedBy
        self.queued = queued
        self.computed = computed
    }
}

/// A task as the ledger is given it.
package struct TaskSubmission: Sendable {
    /// Never used before by this robot, not even before its last boot: helpers know a part by it.
    package var number: UInt32
    package var purpose: TaskPurpose
    package var parts: [TaskPart]
    /// From now to the deadline.
    package var span: Duration
    /// Rides along to the leader.
    package var smell: Float
    package var check: ResultCheck
    /// What chance decides in it: which parts stay, which are probes. From a stream that no helper knows.
    package var seed: UInt64
    /// Whether an output can be merged as this part's result.
    package var isValid: @Sendable (_ part: Int, _ output: [UInt8]) -> Bool
    /// Whether two valid outputs say the same as this part's result.
    package var agrees: @Sendable (_ part: Int, _ one: [UInt8], _ other: [UInt8]) -> Bool

    package init(
        number: UInt32, purpose: TaskPurpose, parts: [TaskPart], span: Duration, smell: Float,
        check: ResultCheck = .acceptOne, seed: UInt64 = 0,
        isValid: @escaping @Sendable (_ part: Int, _ output: [UInt8]) -> Bool,
        agrees: @escaping @Sendable (_ part: Int, _ one: [UInt8], _ other: [UInt8]) -> Bool = { $1 == $2 }
    ) {
        precondition(!parts.isEmpty && parts.count <= Request.partsMax, "a task of \(parts.count) parts")
        self.number = number
        self.purpose = purpose
        self.parts = parts
        self.span = span
        self.smell = smell
        self.check = check
        self.seed = seed
        self.isValid = isValid
        self.agrees = agrees
    }
}
