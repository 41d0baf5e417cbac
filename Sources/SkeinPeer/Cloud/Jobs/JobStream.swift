import SkeinWire

/// A stream of units under leases, at its requester.
///
///     lease:  asked ──receipt──▶ held ──renewed each second──▶ held
///               └──refusal, four silences──▶ gone   └──span over, units owed in a row, "gone"──▶ gone
///     unit:   fed ──▶ with the leased helper ──result──▶ streamed
///              │           └─late: sent again; late again: another helper, home
///              └──no lease: home, if the kernel is here ── deadline ──▶ missing
///
/// Rules.
/// - One lease, two of a hedged stream; one more is sought as soon as a helper owes a unit. Units go to every held lease up
///   to that number, without receipts: the result is the receipt.
/// - A helper that owes `missedMax` units in a row, or is silent for `leaseSilence` while it owes one, has lost its lease; what it
///   had goes to the next one, and meanwhile home. A helper that dies costs the units whose span ends before that.
/// - What could only just be done here is computed here too, whoever has it.
/// - A unit is answered once: by the first valid result, or as missing at its deadline.
/// - Closed, the stream ends with its last unit; its leases are cancelled until the helpers have heard it.
struct JobStream {
    static let leasesMax = 4

    struct Lease {
        enum State: Hashable {
            case asked(asks: Int, due: Instant)
            case held(until: Instant, renewAt: Instant)
        }

        let way: JobWay
        let source: NodeID
        let attempt: UInt8
        var state: State
        var missed = 0
        var heardAt: Instant
        /// From a unit's sending to its result, smoothed.
        var latency: Duration

        var isHeld: Bool {
            switch state {
            case .asked: false
            case .held: true
            }
        }
    }

    struct Offer {
        let helper: NodeID
        let attempt: UInt8
        var sentAt: Instant
        var sends = 1
        /// Distant once its output is on the way, or it owes the unit for good.
        var due: Instant
        var fetching: ObjectID?
        var isClosed = false
    }

    struct Unit {
        let number: UInt32
        let name: UInt16
        let bytes: ObjectBytes
        /// Nil: small enough to travel inline.
        let object: ObjectID?
        let fedAt: Instant
        let deadline: Instant
        let ticket: UInt32
        var offers: [Offer] = []
        var isAtHome = false
        var hasFailedHere = false
        /// When it began here.
        var homeAt = Instant.zero
        /// The last moment to begin here is over.
        var isHomePassed = false
        var trouble: JobTrouble?
    }

    let order: StreamOrder
    let id: TaskID
    let startedAt: Instant
    var askNumber: UInt32
    let cloud: CloudTuning
    let tuning: JobTuning
    var seek = HelperSeek()
    var leases: [Lease] = []
    var units: [Unit] = []
    var avoided: [JobRun.Avoided] = []
    var tickets: [UInt32]
    var isClosing = false
    var leasesAsked = 0

    init(_ order: StreamOrder, id: TaskID, askNumber: UInt32, ticket: UInt32, context: JobContext) {
        self.order = order
        self.id = id
        self.askNumber = askNumber
        startedAt = context.now
        tickets = [ticket]
        var cloud = context.cloud
        cloud.restInterval = max(cloud.restInterval, order.period * 2)
        self.cloud = cloud
        tuning = context.tuning
    }

    var holder: ObjectStore.Holder { .job(id.number) }

    var atHome: Int { units.count { $0.isAtHome } }

    /// Nothing is left to be computed or told.
    func isOver(_ cancels: JobCancels) -> Bool {
        isClosing && units.isEmpty && leases.isEmpty && !cancels.isTelling(about: id)
    }

    func say(_ actions: inout [JobAction], now: Instant) {
        actions.append(.record(.ended(order.key, missing: 0)))
        let report = JobReport(units: [], took: now - startedAt)
        actions += tickets.map { .reply(.ended(order.key, report), ticket: $0) }
    }

    func nextDeadline(tuning: JobTuning) -> Instant {
        var next = seek.due
        for lease in leases {
            switch lease.state {
            case .asked(_, let due): next = min(next, due)
            case .held(let until, let renewAt): next = min(next, until, renewAt)
            }
        }
        for unit in units {
            next = min(next, unit.deadline, homeAt(unit))
            for offer in unit.offers where !offer.isClosed { next = min(next, offer.due) }
        }
        return next
    }

    /// When it must begin here to be done in time; distant when it has, or that time is over.
    private func homeAt(_ unit: Unit) -> Instant {
        guard let span = homeSpan, !unit.isAtHome, !unit.hasFailedHere, !unit.isHomePassed else {
            return .distantFuture
        }
        return unit.deadline + (.zero - span)
    }

    /// What a unit takes here at most, as of the last look; nil: the kernel is not here.
    private var homeSpan: Duration?

    // MARK: - Units

    mutating func feed(
        _ number: UInt32, _ bytes: [UInt8], ticket: UInt32, _ store: inout ObjectStore, context: JobContext,
        actions: inout [JobAction]
    ) {
        func refuse(_ refusal: JobRefusal) { actions.append(.reply(.refused(order.key, refusal), ticket: ticket)) }
        guard !isClosing else { return refuse(.unknownKey) }
        guard bytes.count <= ObjectBytes.pieceBytes else { return refuse(.piece) }
        // Fed again by a client that has lost its answer.
        guard !units.contains(where: { $0.number == number }) else { return }
        guard units.count < StreamOrder.windowMax else { return refuse(.windowFull) }
        var object: ObjectID?
        let held = ObjectBytes(bytes)
        if bytes.count > JobInput.inlineBytesMax {
            let id = ObjectID(of: bytes)
            guard store.put(id, held, for: holder) else { return refuse(.storeFull) }
            object = id
        }
        units.append(
            Unit(
                number: number, name: UInt16(number % UInt32(JobUnitID.wholeJob)), bytes: held, object: object,
                fedAt: context.now, deadline: context.now + order.unitSpan, ticket: ticket))
    }

    /// Sends, or sends again, one unit to one lease's helper.
    private func send(_ unit: Unit, _ lease: Lease, context: JobContext, actions: inout [JobAction]) {
        let input: JobInput =
            unit.object.map { .object($0, bytes: UInt32(unit.bytes.count), holder: id.requester) }
            ?? .inline(unit.bytes.bytes)
        let message = JobUnit(
            id: JobUnitID(job: id, unit: unit.name, attempt: lease.attempt), isLeased: true, kernel: order.kernel,
            costMilliseconds: order.cost.millisecondsUp, deadlineMilliseconds: context.now.left(until: unit.deadline),
            inputs: [input])
        actions.append(.offer(message, lease.way))
    }

    /// Units without enough helpers go to leases that are held; what has none, or no time left, is computed here.
    private mutating func dispatch(_ store: inout ObjectStore, context: JobContext, actions: inout [JobAction]) {
        for place in units.indices {
            for lease in leases where lease.isHeld && units[place].live < wantedLeases {
                guard !units[place].offers.contains(where: { $0.attempt == lease.attempt }) else { continue }
                units[place].offers.append(
                    Offer(
                        helper: lease.way.helper, attempt: lease.attempt, sentAt: context.now,
                        due: context.now + patience(lease)))
                send(units[place], lease, context: context, actions: &actions)
            }
            let isLast = homeSpan.map { context.now >= units[place].deadline + (.zero - $0) } ?? false
            if isLast { units[place].isHomePassed = true }
            guard units[place].live == 0 || isLast, !units[place].isAtHome, !units[place].hasFailedHere,
                context.offer(order.kernel) != nil, context.homeUnits > context.homeTaken + atHome
            else { continue }
            units[place].isAtHome = true
            units[place].homeAt = context.now
            actions.append(
                .compute(
                    homeName(units[place]), order.kernel, [units[place].bytes], deadline: units[place].deadline))
        }
    }

    private func homeName(_ unit: Unit) -> JobUnitID { JobUnitID(job: id, unit: unit.name, attempt: 0) }

    private func patience(_ lease: Lease) -> Duration {
        lease.latency + .nanoseconds(lease.latency.nanoseconds / 2) + tuning.resendMargin
    }

    var wantedLeases: Int { order.isHedged ? 2 : 1 }

    mutating func answer(
        _ place: Int, _ answer: StreamAnswer, by robot: NodeID?, context: JobContext, actions: inout [JobAction]
    ) {
        let unit = units.remove(at: place)
        if unit.isAtHome, robot != id.requester { actions.append(.stop(homeName(unit))) }
        for offer in unit.offers {
            if let object = offer.fetching, !offer.isClosed { actions.append(.cancelFetch(object)) }
        }
        actions.append(.reply(.streamed(order.key, number: unit.number, answer), ticket: unit.ticket))
    }

    mutating func done(
        _ place: Int, _ bytes: ObjectBytes, by robot: NodeID, context: JobContext, actions: inout [JobAction]
    ) {
        let took = context.now - units[place].fedAt
        answer(place, .done(bytes.bytes, by: robot, took: took), by: robot, context: context, actions: &actions)
    }

    // MARK: - Time

    mutating func deadlinePassed(_ store: inout ObjectStore, context: JobContext, actions: inout [JobAction]) {
        let now = context.now
        for place in units.indices.reversed() where units[place].deadline <= now {
            // A helper that has had it long enough owes it.
            for offer in units[place].offers where !offer.isClosed && offer.fetching == nil { owe(offer.attempt) }
            let trouble = units[place].trouble ?? (units[place].offers.isEmpty ? .noHelper : .noResult)
            answer(place, .missing(trouble), by: nil, context: context, actions: &actions)
        }
        for place in units.indices {
            for index in units[place].offers.indices
            where units[place].offers[index].due <= now && !units[place].offers[index].isClosed {
                late(place, index, context: context, actions: &actions)
            }
        }
        for index in leases.indices.reversed() {
            switch leases[index].state {
            case .asked(let asks, let due) where due <= now:
                guard asks < tuning.asksMax else {
                    lose(index, word: .brokeWord(leases[index].way.helper), context: context, actions: &actions)
                    continue
                }
                leases[index].state = .asked(asks: asks + 1, due: now + cloud.receiptTimeout)
                actions.append(.lease(message(leases[index], span: tuning.leaseSpan), leases[index].way))
            case .held(let until, _) where until <= now:
                lose(index, word: .brokeWord(leases[index].way.helper), context: context, actions: &actions)
            case .held(let until, let renewAt) where renewAt <= now:
                leases[index].state = .held(until: until, renewAt: now + cloud.receiptTimeout * 3)
                actions.append(.lease(message(leases[index], span: tuning.leaseSpan), leases[index].way))
            case .asked, .held: continue
            }
        }
        if seek.due <= now, !seek.isResting {
            let silent = seek.leaderAsked
            if let leader = seek.silence(tuning: cloud, now: now) {
                request(leader, context: context, actions: &actions)
            } else if let silent {
                actions.append(.note(.matched(silent, works: false)))
            }
        }
    }

    private mutating func late(_ place: Int, _ index: Int, context: JobContext, actions: inout [JobAction]) {
        let offer = units[place].offers[index]
        guard let lease = leases.first(where: { $0.attempt == offer.attempt }), offer.sends < 2 else {
            units[place].offers[index].isClosed = true
            units[place].trouble = .noResult
            return owe(offer.attempt)
        }
        units[place].offers[index].sends += 1
        units[place].offers[index].due = context.now + patience(lease)
        send(units[place], lease, context: context, actions: &actions)
    }

    private mutating func owe(_ attempt: UInt8) {
        if let index = leases.firstIndex(where: { $0.attempt == attempt }) { leases[index].missed += 1 }
    }

    mutating func advance(_ store: inout ObjectStore, context: JobContext, actions: inout [JobAction]) {
        let sharers = context.homeTaken + atHome + 1
        homeSpan =
            context.offer(order.kernel) == nil
            ? nil
            : context.homeSpan(order.cost, sharers: sharers).map {
                $0 + .nanoseconds($0.nanoseconds / 4) + tuning.resendMargin
            }
        for index in leases.indices.reversed() where leases[index].missed > 0 {
            let isSilent = context.now - leases[index].heardAt >= tuning.leaseSilence
            guard leases[index].missed >= tuning.missedMax || isSilent else { continue }
            lose(index, word: .brokeWord(leases[index].way.helper), context: context, actions: &actions)
        }
        releaseInputs(&store)
        if isClosing, units.isEmpty {
            for index in leases.indices.reversed() { lose(index, word: nil, context: context, actions: &actions) }
            return seek.settle()
        }
        dispatch(&store, context: context, actions: &actions)
        askForLeases(context: context, actions: &actions)
    }

    /// Inputs of units that are answered need not stay.
    private func releaseInputs(_ store: inout ObjectStore) {
        guard units.allSatisfy({ $0.object == nil }) else { return }
        store.release(holder)
    }
}

extension JobStream.Unit {
    /// Helpers that are believed to be at it.
    var live: Int { offers.count { !$0.isClosed } }
}
