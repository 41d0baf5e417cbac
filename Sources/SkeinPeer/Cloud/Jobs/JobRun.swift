import SkeinWire

/// One job of this robot, from its acceptance to its last unit or its deadline.
///
/// Every door does three things: takes the news, asks whoever is due, and `advance`s: units whose inputs have come are ready;
/// what is known is done; spare reservations go to units that seek; what would be done sooner here is computed here; and one
/// request goes out for what is still missing. So no order of arrivals is special, and a message that never comes is a due
/// time that passes.
///
/// - **Here or there.** A unit that seeks is kept if it would be done here no later than at the best helper that is heard of
///   (its transfer, its idle share, what it has of us already), a margin added; if a leader had nobody; and always when
///   the deadline leaves no more than that.
/// - **Late.** A helper that is later than its word by a quarter and `hedgeMargin` gets company, as every unit of a hedged
///   job has from the start.
/// - **Over.** A job ends when every unit has, at the latest at its deadline. What is then at work is cancelled.
struct JobRun {
    /// The latest are kept, for `skein why placement`.
    static let notesMax = 512
    /// Robots left alone for a while.
    static let avoidedMax = 32
    static let sparesMax = 32

    struct Spare {
        var way: JobWay
        let source: NodeID
        var parts: Int
        let until: Instant
    }

    struct Avoided {
        let robot: NodeID
        var until: Instant
    }

    let order: JobOrder
    let id: TaskID
    let acceptedAt: Instant
    let deadline: Instant
    var units: [JobUnitRun]
    var seek = HelperSeek()
    /// Under which leaders know its requests; another one when a search has used up its attempts.
    var askNumber: UInt32
    let cloud: CloudTuning
    var spares: [Spare] = []
    var avoided: [Avoided] = []
    var notes: [PlacementNote] = []
    /// Older notes that made room.
    var notesDropped = 0
    /// Asked back from the disk.
    var loading: [ObjectID] = []
    var loadAgainAt: Instant = .distantFuture
    /// Nobody who lends was found a moment ago: room at home is used whatever is heard of.
    var isUnaided = false
    /// When the question whether to compute here comes up by itself.
    var fallbackAt: Instant = .distantFuture

    init(
        _ order: JobOrder, id: TaskID, askNumber: UInt32, done: [Int: JobReport.Output], context: JobContext
    ) {
        self.order = order
        self.id = id
        self.askNumber = askNumber
        acceptedAt = context.now
        deadline = context.now + order.span
        var cloud = context.cloud
        cloud.restInterval = max(cloud.restInterval, min(context.tuning.restMax, order.span * cloud.restFraction))
        self.cloud = cloud
        units = order.units.map { JobUnitRun(inputs: $0.inputs, isHedged: order.isHedged) }
        for unit in units.indices {
            guard let output = done[unit] else { continue }
            units[unit].finish(.done(output))
            units[unit].isKept = true
        }
    }

    var holder: ObjectStore.Holder { .job(id.number) }

    var isOver: Bool { !units.contains { $0.end == nil } }

    var atWork: Int { units.count { $0.isAtWork } }

    var atHome: Int { units.count { $0.homeAttempt != nil } }

    /// Units in order and what came of them, for the report.
    var report: [JobReport.Unit] {
        units.map { unit in
            switch unit.end {
            case .done(let output): .done(output)
            case .failed(let trouble): .missing(trouble)
            case nil: .missing(unit.trouble ?? .deadline)
            }
        }
    }

    func nextDeadline(tuning: JobTuning) -> Instant {
        var next = min(deadline, seek.due, min(loadAgainAt, fallbackAt))
        for unit in units { next = min(next, unit.nextDeadline(tuning: tuning)) }
        for spare in spares { next = min(next, spare.until) }
        return next
    }

    mutating func note(_ unit: Int, _ what: PlacementNote.What, now: Instant) {
        if notes.count == Self.notesMax {
            notes.removeFirst(Self.notesMax / 4)
            notesDropped += Self.notesMax / 4
        }
        notes.append(PlacementNote(unit: unit, at: now - acceptedAt, what: what))
    }

    mutating func avoid(_ robot: NodeID, for span: Duration, now: Instant) {
        avoided.removeAll { $0.robot == robot || $0.until <= now }
        if avoided.count == Self.avoidedMax { avoided.removeFirst() }
        avoided.append(Avoided(robot: robot, until: now + span))
        spares.removeAll { $0.way.helper == robot }
    }

    func avoids(_ robot: NodeID, now: Instant) -> Bool { avoided.contains { $0.robot == robot && $0.until > now } }

    // MARK: - Inputs

    /// The objects of a unit's inputs and their sizes; nil: a unit it needs has not been done.
    func objects(of unit: Int) -> [(id: ObjectID, bytes: Int)]? {
        var objects: [(id: ObjectID, bytes: Int)] = []
        for input in units[unit].inputs {
            switch input {
            case .object(let id, let bytes): objects.append((id, bytes))
            case .output(let other):
                guard let output = units[other].output else { return nil }
                objects.append((output.object, output.bytes))
            }
        }
        return objects
    }

    /// Units whose inputs have come are ready, or known; those that need what failed have failed.
    mutating func resolve(_ store: inout ObjectStore, context: JobContext, actions: inout [JobAction]) {
        // A unit needs only earlier ones, so one walk settles all.
        for unit in units.indices where units[unit].end == nil && !units[unit].isReady {
            if let failed = failedDependency(of: unit) {
                units[unit].finish(.failed(.dependency(unit: failed)))
                continue
            }
            guard let objects = objects(of: unit), bring(objects, &store, context: context, actions: &actions) else {
                continue
            }
            units[unit].isReady = true
            note(unit, .ready, now: context.now)
            take(known: objects.map(\.id), unit, &store, context: context, actions: &actions)
        }
    }

    private func failedDependency(of unit: Int) -> Int? {
        for input in units[unit].inputs {
            guard case .output(let other) = input, let end = units[other].end else { continue }
            if case .failed = end { return other }
        }
        return nil
    }

    /// Whether all are in memory; what lies on the disk is asked for.
    private mutating func bring(
        _ objects: [(id: ObjectID, bytes: Int)], _ store: inout ObjectStore, context: JobContext,
        actions: inout [JobAction]
    ) -> Bool {
        var areHere = true
        for object in objects where !store.hold(object.id, for: holder) {
            areHere = false
            guard !loading.contains(object.id), context.now >= loadAgainAt || loadAgainAt == .distantFuture else {
                continue
            }
            loading.append(object.id)
            actions.append(.load(object.id))
        }
        return areHere
    }

    private mutating func take(
        known inputs: [ObjectID], _ unit: Int, _ store: inout ObjectStore, context: JobContext,
        actions: inout [JobAction]
    ) {
        guard let object = store.known[.init(kernel: order.kernel, inputs: inputs)],
            let bytes = store.byteCount(of: object)
        else { return }
        note(unit, .known, now: context.now)
        let output = JobReport.Output(
            object: object, bytes: bytes, computedBy: id.requester, queued: .zero, computed: .zero, wasKnown: true)
        finish(unit, output, &store, context: context, actions: &actions)
    }

    /// The disk's answer. Nil bytes: it has lost the object.
    mutating func loaded(
        _ object: ObjectID, _ bytes: ObjectBytes?, _ store: inout ObjectStore, context: JobContext,
        actions: inout [JobAction]
    ) {
        guard let index = loading.firstIndex(of: object) else { return }
        loading.remove(at: index)
        guard let bytes else { return lost(object) }
        // Without room it is asked for again later: other jobs end.
        if !store.put(object, bytes, for: holder) { loadAgainAt = context.now + context.tuning.loadRetry }
    }

    private mutating func lost(_ object: ObjectID) {
        for unit in units.indices where units[unit].output?.object == object { units[unit].reopen() }
        for unit in units.indices where units[unit].end == nil {
            for case .object(object, _) in units[unit].inputs {
                units[unit].finish(.failed(.refused(.inputLost)))
                break
            }
        }
    }

    // MARK: - Ends

    mutating func finish(
        _ unit: Int, _ output: JobReport.Output, _ store: inout ObjectStore, context: JobContext,
        actions: inout [JobAction]
    ) {
        store.hold(output.object, for: holder)
        units[unit].finish(.done(output))
        stopWork(on: unit, actions: &actions)
        actions.append(.record(.done(job: id.number, unit: UInt16(unit), by: output.computedBy)))
        if order.isDurable, let bytes = store.use(output.object) { actions.append(.keep(output.object, bytes)) }
    }

    mutating func fail(_ unit: Int, _ trouble: JobTrouble, actions: inout [JobAction]) {
        units[unit].finish(.failed(trouble))
        stopWork(on: unit, actions: &actions)
    }

    /// Nobody need go on with it.
    private mutating func stopWork(on unit: Int, actions: inout [JobAction]) {
        if let attempt = units[unit].homeAttempt {
            units[unit].homeAttempt = nil
            actions.append(.stop(JobUnitID(job: id, unit: UInt16(unit), attempt: attempt)))
        }
        for index in units[unit].offers.indices {
            let offer = units[unit].offers[index]
            guard !offer.isClosed else { continue }
            if case .fetching(let object, _) = offer.state, !isWanted(object, besides: unit) {
                actions.append(.cancelFetch(object))
            }
            units[unit].offers[index].state = .closed
            cancel(unit, offer, actions: &actions)
        }
    }

    func cancel(_ unit: Int, _ offer: JobOffer, actions: inout [JobAction]) {
        let name = JobUnitID(job: id, unit: UInt16(unit), attempt: offer.attempt)
        actions.append(.cancel(JobCancel(id: name), offer.way))
    }

    private func isWanted(_ object: ObjectID, besides unit: Int) -> Bool {
        units.indices.contains { other in
            other != unit
                && units[other].offers.contains { offer in
                    if case .fetching(object, _) = offer.state { return true }
                    return false
                }
        }
    }

    /// The job is over before all its units are.
    mutating func expire(_ trouble: JobTrouble?, now: Instant, actions: inout [JobAction]) {
        for unit in units.indices where units[unit].end == nil {
            note(unit, .expired, now: now)
            fail(unit, trouble ?? units[unit].trouble ?? .deadline, actions: &actions)
        }
        seek.settle()
        spares = []
    }
}
