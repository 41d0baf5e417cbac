import SkeinWire

/// A helper for registered kernels: takes units of others as far as its idle processor reaches, fetches what they are computed
/// from, has them computed, and answers.
///
///     unit ──refused──▶ receipt, forgotten
///       ├──known──▶ result at once
///       └──accepted──▶ receipt, fetching ──all inputs here──▶ computing ──▶ result, remembered
///                                  └──an input lost──▶ receipt `inputLost`    └──deadline, cancelled, requester left──▶ stopped
///
/// Rules.
/// - One unit is one part of the processor (`CloudTuning.partPercent`); a program alone may use all that is lent. A unit is
///   accepted if a part is free, and if it and all units already here will be done by their deadlines, its inputs' way
///   here included. Where more than one part is lent, one stays free for missions.
/// - A unit that comes again is answered again. A question (a unit without inputs) is answered by the receipt while the unit
///   is at work, by the result once it is there, by `gone` if it is unknown: so the requester, who alone counts the time,
///   recovers every lost answer by asking.
/// - An answer, and the object in it, is remembered until the unit's deadline, `answerHold` after it was last asked for, or
///   until the requester says that it is not needed any more.
/// - A lease keeps `cost / period` of the processor for its requester, as long as it is renewed. Its units are taken without
///   queueing and without receipts: the result is the receipt.
/// - A requester that dies costs its units' computing, until their deadlines, and nothing more.
struct JobWorker {
    /// Units at work or fetching.
    static let unitsMax = 32
    static let resultsMax = 128
    static let leasesMax = 8
    /// Units of one lease at once.
    static let leasedUnitsMax = 8

    /// An input, and from where; nil bytes: not here yet.
    struct Input {
        let object: ObjectID
        let bytes: Int
        let holder: NodeID
        var inline: ObjectBytes?
    }

    struct Unit {
        let id: JobUnitID
        let kernel: KernelName
        let isLeased: Bool
        let isDeterministic: Bool
        let cost: Duration
        let deadline: Instant
        let inputs: [Input]
        /// Objects on their way here.
        var missing: [ObjectID]
        var isComputing = false
    }

    struct Remembered {
        let id: JobUnitID
        let result: JobResult
        let deadline: Instant
        var expiresAt: Instant
    }

    struct Lease {
        let job: TaskID
        let kernel: KernelName
        var attempt: UInt8
        var percent: Double
        var until: Instant
    }

    enum Action {
        case receipt(JobReceipt, to: NodeID)
        case result(JobResult, to: NodeID)
        case fetch(ObjectID, bytes: Int, from: NodeID, TrafficClass, deadline: Instant)
        case cancelFetch(ObjectID)
        case compute(JobUnitID, KernelName, [ObjectBytes], deadline: Instant)
        case stop(JobUnitID)
        case record(JobEvent)
    }

    let us: NodeID
    let tuning: JobTuning
    let cloud: CloudTuning
    var offers: [KernelOffer] = []
    var units: [Unit] = []
    var remembered: [Remembered] = []
    var leases: [Lease] = []
    var processor: SharedProcessor<JobUnitID>
    /// What is lent to missions and jobs together, and what missions take of it now.
    var lentPercent = 0.0
    var missionParts = 0

    init(us: NodeID, tuning: JobTuning = JobTuning(), cloud: CloudTuning, now: Instant) {
        self.us = us
        self.tuning = tuning
        self.cloud = cloud
        processor = SharedProcessor(now: now)
    }

    // MARK: - The processor

    var leasedPercent: Double { leases.reduce(0) { $0 + $1.percent } }

    /// What units and leases of others take of the processor.
    var takenPercent: Double {
        leasedPercent + cloud.partPercent * Double(units.count { !$0.isLeased })
    }

    var isIdle: Bool { units.isEmpty && leases.isEmpty }

    /// All that is lent from now on, and what missions have of it.
    mutating func setShare(lentPercent: Double, missionParts: Int, now: Instant) {
        guard lentPercent != self.lentPercent || missionParts != self.missionParts else { return }
        self.lentPercent = lentPercent
        self.missionParts = missionParts
        share(now: now)
    }

    mutating func share(now: Instant) {
        let left = lentPercent - leasedPercent - Double(missionParts) * cloud.partPercent
        processor.setIdle(percent: max(0, left), now: now)
    }

    /// Units that have room beside leases and missions, and beside the part that is left to missions.
    private var room: Int {
        let share = max(0, min(lentPercent - leasedPercent, Double(Self.unitsMax) * cloud.partPercent))
        let slots = Int((share + Self.roundingPercent) / cloud.partPercent)
        let free = slots - missionParts - units.count { !$0.isLeased }
        let isAlone = missionParts == 0 && units.isEmpty && leases.isEmpty
        return isAlone ? max(0, min(slots, 1), free - 1) : max(0, free - 1)
    }

    static let roundingPercent = 1e-6

    var nextDeadline: Instant {
        var next = Instant.distantFuture
        for unit in units { next = min(next, unit.deadline) }
        for lease in leases { next = min(next, lease.until) }
        for known in remembered { next = min(next, known.expiresAt) }
        return next
    }

    // MARK: - Units

    /// A unit or a question, from its job's requester. `rate`: what comes from its inputs' holders, b/s.
    mutating func receive(
        _ unit: JobUnit, rate: Double, _ store: inout ObjectStore, now: Instant
    ) -> [Action] {
        if let known = remembered.firstIndex(where: { $0.id == unit.id }) {
            remembered[known].expiresAt = min(remembered[known].deadline, now + tuning.answerHold)
            return [.result(remembered[known].result, to: unit.id.job.requester)]
        }
        if let known = units.first(where: { $0.id == unit.id }) {
            return [receipt(unit.id, .accepted, expected: expected(known, now: now))]
        }
        guard !unit.inputs.isEmpty else { return [receipt(unit.id, .gone)] }
        guard let offer = offers.first(where: { $0.name == unit.kernel }) else {
            return refuse(unit.id, .unknownKernel)
        }
        let inputs = unit.inputs.map { Self.input($0) }
        let deadline = now + .milliseconds(Int64(unit.deadlineMilliseconds))
        if offer.isDeterministic, let result = known(unit, inputs, deadline: deadline, &store, now: now) {
            return [.result(result, to: unit.id.job.requester)]
        }
        let missing = inputs.filter { $0.inline == nil && !store.contains($0.object) }
        let way: Duration = .fromSeconds(
            Double(missing.reduce(0) { $0 + $1.bytes }) * 8 / max(1, rate))
        guard !missing.contains(where: { $0.holder == us }) else { return refuse(unit.id, .inputLost) }
        guard units.count < Self.unitsMax else { return refuse(unit.id, .busy) }
        let cost: Duration = .milliseconds(Int64(max(1, unit.costMilliseconds)))
        if unit.isLeased {
            guard leases.contains(where: { $0.job == unit.id.job && $0.kernel == unit.kernel }) else {
                return refuse(unit.id, .gone)
            }
            guard units.count(where: { $0.id.job == unit.id.job }) < Self.leasedUnitsMax else {
                return refuse(unit.id, .busy)
            }
            guard now + way < deadline else { return refuse(unit.id, .tooLate) }
        } else if let verdict = admit(unit.id, cost: cost, way: way, deadline: deadline, now: now) {
            return refuse(unit.id, verdict)
        }
        let accepted = Unit(
            id: unit.id, kernel: unit.kernel, isLeased: unit.isLeased, isDeterministic: offer.isDeterministic,
            cost: cost, deadline: deadline, inputs: inputs, missing: missing.map(\.object))
        units.append(accepted)
        for input in inputs where input.inline == nil { store.hold(input.object, for: .unit(unit.id)) }
        var actions: [Action] = missing.map {
            .fetch(
                $0.object, bytes: $0.bytes, from: $0.holder, unit.isLeased ? .task : .bulk, deadline: deadline)
        }
        if !unit.isLeased {
            actions.insert(receipt(unit.id, .accepted, expected: expected(accepted, now: now) + way), at: 0)
        }
        compute(units.count - 1, &store, actions: &actions)
        return actions
    }

    private static func input(_ input: JobInput) -> Input {
        switch input {
        case .inline(let bytes):
            Input(object: ObjectID(of: bytes), bytes: bytes.count, holder: .none, inline: ObjectBytes(bytes))
        case .object(let id, let bytes, let holder):
            Input(object: id, bytes: Int(bytes), holder: holder, inline: nil)
        }
    }

    /// Nil: there is room for it, and it has its part.
    private mutating func admit(
        _ id: JobUnitID, cost: Duration, way: Duration, deadline: Instant, now: Instant
    ) -> JobReceipt.Verdict? {
        guard room > 0 else { return .busy }
        let forecast = processor.forecast(adding: id, cost: cost, deadline: deadline, now: now)
        guard forecast.finish + way <= deadline else { return .tooLate }
        guard forecast.keepsAll else { return .busy }
        processor.add(id, cost: cost, deadline: deadline, now: now)
        return nil
    }

    private func expected(_ unit: Unit, now: Instant) -> Duration {
        guard !unit.isLeased else { return unit.cost }
        // Another unit that may come in between is allowed for: a word that is broken makes its giver a liar.
        let finish =
            room == 0
            ? processor.finish(of: unit.id, now: now)
            : processor.finish(of: unit.id, besides: unit.cost, now: now)
        return min(finish, unit.deadline) - now
    }

    /// Once all inputs are here.
    private mutating func compute(_ index: Int, _ store: inout ObjectStore, actions: inout [Action]) {
        guard units[index].missing.isEmpty, !units[index].isComputing else { return }
        var inputs: [ObjectBytes] = []
        for input in units[index].inputs {
            guard let bytes = input.inline ?? store.use(input.object) else {
                preconditionFailure("\(input.object) is held and not there")
            }
            inputs.append(bytes)
        }
        units[index].isComputing = true
        let unit = units[index]
        actions.append(.compute(unit.id, unit.kernel, inputs, deadline: unit.deadline))
    }

    mutating func arrived(_ object: ObjectID, _ store: inout ObjectStore, now: Instant) -> [Action] {
        var actions: [Action] = []
        for index in units.indices where units[index].missing.contains(object) {
            guard store.hold(object, for: .unit(units[index].id)) else { continue }
            units[index].missing.removeAll { $0 == object }
            compute(index, &store, actions: &actions)
        }
        return actions
    }

    /// An input could not be had, or the store has no room for it: the unit goes back.
    mutating func fetchFailed(_ object: ObjectID, _ store: inout ObjectStore, now: Instant) -> [Action] {
        var actions: [Action] = []
        for unit in units where unit.missing.contains(object) {
            remove(unit.id, &store, now: now, actions: &actions)
            actions += refuse(unit.id, .inputLost)
        }
        return actions
    }

    // MARK: - Answers

    private mutating func known(
        _ unit: JobUnit, _ inputs: [Input], deadline: Instant, _ store: inout ObjectStore, now: Instant
    ) -> JobResult? {
        guard let object = store.known[.init(kernel: unit.kernel, inputs: inputs.map(\.object))],
            let bytes = store.use(object)
        else { return nil }
        let result = JobResult(
            id: unit.id, outcome: outcome(object, bytes, of: unit.id, &store), isDeterministic: true, wasKnown: true,
            queueMilliseconds: 0, computeMilliseconds: 0)
        remember(result, deadline: deadline, &store, now: now)
        return result
    }

    /// Small ones travel in the answer; a large one is held for its requester to fetch.
    private func outcome(
        _ object: ObjectID, _ bytes: ObjectBytes, of id: JobUnitID, _ store: inout ObjectStore
    ) -> JobResult.Outcome {
        guard bytes.count > JobResult.inlineBytesMax else { return .inline(bytes.bytes) }
        guard store.put(object, bytes, for: .answer(id)) else { return .failed(.storage, "") }
        return .object(object, bytes: UInt32(bytes.count))
    }

    private mutating func remember(
        _ result: JobResult, deadline: Instant, _ store: inout ObjectStore, now: Instant
    ) {
        if remembered.count == Self.resultsMax { store.release(.answer(remembered.removeFirst().id)) }
        remembered.append(
            Remembered(
                id: result.id, result: result, deadline: deadline, expiresAt: min(deadline, now + tuning.answerHold)))
    }

    /// The body has computed a unit. Nothing happens if it was cancelled.
    mutating func finished(
        _ id: JobUnitID, _ outcome: ProgramOutcome, _ store: inout ObjectStore, now: Instant
    ) -> [Action] {
        guard let index = units.firstIndex(where: { $0.id == id }) else { return [] }
        let unit = units.remove(at: index)
        if !unit.isLeased { processor.remove(id, now: now) }
        store.release(.unit(id))
        let told: JobResult.Outcome
        switch outcome.result {
        case .failed(let failure, let text): told = .failed(failure, text)
        case .done(let object, let bytes):
            told = self.outcome(object, bytes, of: id, &store)
            // What is not held makes room for what is; until then nobody computes it again.
            if unit.isDeterministic, store.put(object, bytes, for: nil) {
                store.known.learn(.init(kernel: unit.kernel, inputs: unit.inputs.map(\.object)), object)
            }
        }
        let result = JobResult(
            id: id, outcome: told, isDeterministic: unit.isDeterministic, wasKnown: false,
            queueMilliseconds: outcome.queued.milliseconds, computeMilliseconds: outcome.computed.milliseconds)
        remember(result, deadline: unit.deadline, &store, now: now)
        return [.result(result, to: id.job.requester)]
    }
}

extension Duration {
    /// As it travels: rounded down, never negative.
    var milliseconds: UInt32 { UInt32(clamping: max(0, nanoseconds / 1_000_000)) }
}
