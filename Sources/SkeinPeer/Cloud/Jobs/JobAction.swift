import SkeinWire

/// What a requester's book of jobs wants done, in this order.
enum JobAction {
    case request(Request, to: NodeID)
    /// A unit for a helper; one without inputs is the question how it is getting on.
    case offer(JobUnit, JobWay)
    case lease(JobLease, JobWay)
    case cancel(JobCancel, JobWay)
    case compute(JobUnitID, KernelName, [ObjectBytes], deadline: Instant)
    /// Of what is computed here.
    case stop(JobUnitID)
    case fetch(ObjectID, bytes: Int, from: NodeID, TrafficClass, deadline: Instant)
    case cancelFetch(ObjectID)
    case keep(ObjectID, ObjectBytes)
    case load(ObjectID)
    case discard(ObjectID)
    case persist(PersistID, StateRecord)
    case reply(JobReply, ticket: UInt32)
    case note(Standings.Note)
    case record(JobEvent)
}

/// How a helper is reached, as its leader has placed it.
struct JobWay: Hashable {
    var helper: NodeID
    var leader: NodeID
    var shareKHz: UInt16
    var efficiency: EfficiencyField
}

extension JobWay {
    init(_ placement: Placement) {
        self.init(
            helper: placement.helper, leader: placement.leader, shareKHz: placement.shareKHz,
            efficiency: placement.efficiency)
    }
}

/// What a requester knows when its book of jobs asks: never remembered, so a rebuilt hierarchy counts from the next call on.
struct JobContext {
    /// A neighbour that offers kernels, by its own last hello.
    struct Helper: Hashable {
        var robot: NodeID
        var idlePercent: Double
        var busyParts: Int
        /// Of the link to it.
        var efficiency: EfficiencyField
        /// Of its leader's band, as far as this robot has heard of it.
        var shareKHz: UInt16
        /// Ascending.
        var tags: [UInt64]
    }

    var us: NodeID
    /// Leaders that could be asked, the best first.
    var leaders: [NodeID]
    /// What jobs may take of this robot's processor, percent.
    var homePercent: Double
    /// Units of others of its jobs and streams that are being computed here.
    var homeTaken = 0
    /// Registered here.
    var offers: [KernelOffer]
    /// Ascending by robot.
    var helpers: [Helper]
    var standings: Standings
    var cloud: CloudTuning
    var tuning: JobTuning
    var now: Instant
    /// For whoever needs another number for its requests.
    var freshNumber: UInt32 = 0

    func offer(_ kernel: KernelName) -> KernelOffer? { offers.first { $0.name == kernel } }

    /// Units that have room here at once.
    var homeUnits: Int { max(0, Int((homePercent + 1e-6) / cloud.partPercent)) }

    /// Time a unit of this cost takes here when so many are computed side by side.
    func homeSpan(_ cost: Duration, sharers: Int) -> Duration? {
        guard homePercent > 0 else { return nil }
        return .fromSeconds(cost.inSeconds * Double(max(1, sharers)) * 100 / min(100, homePercent))
    }

    func transfer(bytes: Int, shareKHz: UInt16, efficiency: EfficiencyField) -> Duration {
        let rate = Double(shareKHz) * 1_000 * efficiency.bitsPerSecondPerHz
        guard rate > 0 else { return .seconds(3_600) }
        return .fromSeconds(Double(bytes) * 8 / rate)
    }
}

extension Instant {
    /// Milliseconds until another instant as they travel: rounded down, never negative.
    func left(until end: Instant) -> UInt32 { UInt32(clamping: max(0, (end - self).nanoseconds / 1_000_000)) }
}

extension Duration {
    /// As it travels where nothing must look like less than it is: rounded up, one at least.
    var millisecondsUp: UInt32 { UInt32(clamping: max(1, (nanoseconds + 999_999) / 1_000_000)) }
}
