import SkeinWire

/// A person's task for a registered kernel: units that may be computed from each other's outputs, here or at neighbours.
package struct JobOrder: Hashable, Sendable {
    package static let unitsMax = 256
    /// Of all units together, so that an order fits one frame of the local socket.
    package static let inputsMax = 1_024
    package static let spanMin: Duration = .milliseconds(200)
    package static let spanMax: Duration = .seconds(24 * 3_600)
    package static let costMax: Duration = .seconds(3_600)

    /// What a unit is computed from, in the order in which the kernel reads them.
    package enum Input: Hashable, Sendable {
        /// An object that was given to this robot before.
        case object(ObjectID, bytes: Int)
        /// What another unit of this job will have computed.
        case output(of: Int)
    }

    package struct Unit: Hashable, Sendable {
        package var inputs: [Input]
        package init(inputs: [Input]) { self.inputs = inputs }
    }

    package var key: TaskKey
    package var kernel: KernelName
    package var units: [Unit]
    /// Processor time of one unit on a whole core, as far as its owner knows.
    package var cost: Duration
    /// From its acceptance to its deadline.
    package var span: Duration
    /// Kept over a power cut, with its inputs, and its outcome too.
    package var isDurable: Bool
    /// Every unit goes to two helpers, and the first answer counts.
    package var isHedged: Bool

    package init(
        key: TaskKey, kernel: KernelName, units: [Unit], cost: Duration, span: Duration, isDurable: Bool,
        isHedged: Bool
    ) {
        self.key = key
        self.kernel = kernel
        self.units = units
        self.cost = cost
        self.span = span
        self.isDurable = isDurable
        self.isHedged = isHedged
    }
}

/// A stream of units for a registered kernel, one each period, computed under leases.
package struct StreamOrder: Hashable, Sendable {
    package static let periodMin: Duration = .milliseconds(10)
    package static let periodMax: Duration = .seconds(60)
    /// Fed and not yet answered; the next is refused, so that its owner waits.
    package static let windowMax = 32

    package var key: TaskKey
    package var kernel: KernelName
    package var cost: Duration
    package var period: Duration
    /// From a unit's feeding to its deadline.
    package var unitSpan: Duration
    package var isHedged: Bool

    package init(
        key: TaskKey, kernel: KernelName, cost: Duration, period: Duration, unitSpan: Duration, isHedged: Bool
    ) {
        self.key = key
        self.kernel = kernel
        self.cost = cost
        self.period = period
        self.unitSpan = unitSpan
        self.isHedged = isHedged
    }
}

/// Why a job, a stream, a unit of one or an object was not taken, or a word about one.
package enum JobRefusal: Hashable, Sendable {
    /// Not 1…`JobOrder.unitsMax`.
    case units(count: Int)
    /// A unit has no inputs, more than `JobUnit.inputsMax`, or needs one that does not come before it.
    case inputs(unit: Int)
    /// The object has not been given to this robot, or is gone: give it again.
    case noObject(unit: Int)
    case span(Duration)
    case cost(Duration)
    case period(Duration)
    /// Another order has this key.
    case otherOrder
    case unknownKey
    /// Wait for one to end.
    case tooManyOpen
    /// The store is full of objects that are wanted: wait, or give up a job.
    case storeFull
    /// The disk would not take what must be kept.
    case disk
    /// A stream's window is full: wait for an answer.
    case windowFull
    case stillOpen
    case left
    /// What was given is not a piece of such an object.
    case piece
}
