import SkeinPeer
import SkeinTasks
import SkeinWire

/// Everything of one robot that is not its peer: the body, the processor, its clock, and how it fares.
struct Robot: Sendable {
    /// A plan being computed: due when its fixed time has passed.
    struct Planning: Sendable {
        var id: ComputationID
        var dueAt: Int64
        var plan: Plan
    }

    /// On its way to the disk.
    struct Persisting: Sendable {
        var id: PersistID
        var dueAt: Int64
        var record: StateRecord
    }

    /// An object on its way to the disk; without bytes: on its way from there.
    struct Keeping: Sendable {
        var object: ObjectID
        var bytes: ObjectBytes?
        var dueAt: Int64
    }

    let role: RobotRole
    let idlePercent: Double
    let neededPercent: Double
    let clock: RobotClock
    var body: Body
    var senses: Senses
    /// What its wandering draws from.
    var whim: Dice
    var processor: Processor
    /// Units the processor had no room for; they fail at the next event.
    var refused: [ComputationID] = []
    var planning: [Planning] = []
    var persisting: [Persisting] = []
    /// On its disk.
    var kept: [StateRecord] = []
    var keptObjects: [(object: ObjectID, bytes: ObjectBytes)] = []
    var keeping: [Keeping] = []
    /// Computations of registered kernels under way.
    var programs: [ComputationID] = []
    var isUp = false
    /// Boots so far; 0: never on.
    var epoch: UInt32 = 0
    /// World time at which it goes on; nil: it runs.
    var pausedUntil: Int64?
    /// When the next wake-up is due; a queued one of another time was overtaken.
    var wakeAt: Int64 = .max
    var processorStamp: UInt32 = 0
}
