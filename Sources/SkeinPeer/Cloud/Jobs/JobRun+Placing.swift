import SkeinWire

// Where a job's units go: reservations to units that seek, work at home, and requests for more.

extension JobRun {
    mutating func advance(_ store: inout ObjectStore, context: JobContext, actions: inout [JobAction]) {
        fallbackAt = .distantFuture
        for unit in units.indices where units[unit].restUntil <= context.now { units[unit].restUntil = .zero }
        resolve(&store, context: context, actions: &actions)
        guard !isOver else { return seek.settle() }
        if context.offer(order.kernel) != nil {
            let last = lastMoment(context)
            if last > context.now { fallbackAt = last }
        }
        spares.removeAll { $0.until <= context.now }
        hedge(context)
        keepWhatIsSoonerHere(&store, context: context, actions: &actions)
        useSpares(&store, context: context, actions: &actions)
        let seeking = seekingCount(context)
        guard seeking > 0, context.now < deadline + (.zero - context.tuning.returnMargin) else {
            return seek.settle()
        }
        let hasRested: Bool
        switch seek.state {
        case .settled: hasRested = false
        case .resting(let until):
            guard until <= context.now else { return }
            hasRested = true
        case .asking(_, let asked, _, _), .pending(_, let asked, _):
            guard seeking > asked else { return }
            hasRested = true
        }
        ask(for: seeking, hasRested: hasRested, context: context, actions: &actions)
        if seek.isResting {
            isUnaided = true
            keepWhatIsSoonerHere(&store, context: context, actions: &actions)
        }
    }

    private mutating func ask(for parts: Int, hasRested: Bool, context: JobContext, actions: inout [JobAction]) {
        if seek.attempt == HelperSeek.attemptsMax {
            seek = HelperSeek()
            askNumber = context.freshNumber
        }
        if context.leaders.isEmpty { lack(.noLeader) }
        let leaders = context.standings.ordered(context.leaders, now: context.now)
        guard
            let leader = seek.ask(
                parts: parts, leaders: leaders, hasRested: hasRested, tuning: cloud, now: context.now)
        else { return lack(.noHelper) }
        isUnaided = false
        request(leader, context: context, actions: &actions)
    }

    mutating func lack(_ trouble: JobTrouble) {
        for unit in units.indices where units[unit].isReady && units[unit].trouble == nil {
            units[unit].trouble = trouble
        }
    }

    mutating func request(_ leader: NodeID, context: JobContext, actions: inout [JobAction]) {
        let left = context.now.left(until: deadline + (.zero - context.tuning.returnMargin))
        let given = avoided.filter { $0.until > context.now }.map(\.robot) + helpersOfSeekers(context)
        var excluded: [NodeID] = []
        for robot in given where excluded.count < Request.excludedMax && !excluded.contains(robot) {
            excluded.append(robot)
        }
        if let unit = units.indices.first(where: { units[$0].wanted(now: context.now) > 0 }) {
            note(unit, .asked(leader: leader), now: context.now)
        }
        let request = Request(
            task: TaskID(requester: id.requester, number: askNumber), attempt: seek.attempt,
            parts: UInt8(min(Request.partsMax, max(1, seek.partsOutstanding))),
            unitBytes: UInt16(Envelope.overheadBytes + JobUnit.inputBytesMax / 2),
            deadlineMilliseconds: UInt16(clamping: left), smell: 0,
            excluded: context.standings.excluded(besides: excluded, unreliable: !seek.hasComeShort, now: context.now),
            work: KernelWork(
                kernelTag: order.kernel.tag, costMilliseconds: order.cost.millisecondsUp, deadlineMilliseconds: left))
        actions.append(.request(request, to: leader))
    }

    /// Where every unit that seeks is already: of no use for it.
    private func helpersOfSeekers(_ context: JobContext) -> [NodeID] {
        let seekers = units.filter { $0.wanted(now: context.now) > 0 }
        guard let first = seekers.first else { return [] }
        return first.offers.filter { !$0.isClosed }.map(\.way.helper).filter { helper in
            seekers.allSatisfy { $0.isWith(helper) }
        }
    }

    /// Helpers to ask for, as many as a request carries and the window has room for.
    func seekingCount(_ context: JobContext) -> Int {
        let room = context.tuning.windowUnits - atWork
        var sought = 0
        for unit in units {
            let wanted = unit.wanted(now: context.now)
            guard wanted > 0, unit.isAtWork || sought < room else { continue }
            sought += wanted
        }
        return min(Request.partsMax, sought)
    }

    private mutating func hedge(_ context: JobContext) {
        for unit in units.indices where units[unit].end == nil && !units[unit].wantsSecond {
            guard units[unit].offers.contains(where: { $0.isLate(tuning: context.tuning, now: context.now) }) else {
                continue
            }
            units[unit].wantsSecond = true
        }
    }

    // MARK: - Spares

    mutating func useSpares(_ store: inout ObjectStore, context: JobContext, actions: inout [JobAction]) {
        for unit in units.indices where units[unit].wanted(now: context.now) > 0 {
            guard units[unit].isAtWork || atWork < context.tuning.windowUnits else { continue }
            for _ in 0..<units[unit].wanted(now: context.now) {
                guard let spare = spares.indices.first(where: { isFit(spares[$0], unit, context) }) else { break }
                offer(unit, spares[spare], &store, context: context, actions: &actions)
                spares[spare].parts -= 1
                if spares[spare].parts == 0 { spares.remove(at: spare) }
            }
        }
    }

    private func isFit(_ spare: Spare, _ unit: Int, _ context: JobContext) -> Bool {
        !units[unit].isWith(spare.way.helper) && !avoids(spare.way.helper, now: context.now)
    }

    private mutating func offer(
        _ unit: Int, _ spare: Spare, _ store: inout ObjectStore, context: JobContext, actions: inout [JobAction]
    ) {
        let (way, now) = (spare.way, context.now)
        let isHedge = units[unit].live > 0
        let attempt = units[unit].nextAttempt()
        let detour: Duration = way.leader != context.leaders.first ? cloud.remoteTimeout : .zero
        let transfer = context.transfer(
            bytes: Envelope.datagramBytesMax, shareKHz: way.shareKHz, efficiency: way.efficiency)
        units[unit].add(
            JobOffer(
                way: way, source: spare.source, attempt: attempt,
                receiptTimeout: cloud.receiptTimeout + detour + min(transfer, cloud.transferMax), now: now))
        let remote = now + remoteSpan(unit, way, context: context) - acceptedAt
        let local = homeFinish(context).map { $0 - acceptedAt }
        units[unit].reason =
            isHedge ? .hedged : .offloaded(here: local.map { acceptedAt + $0 - now }, there: acceptedAt + remote - now)
        note(unit, isHedge ? .hedged(way.helper) : .offered(way.helper, remote: remote, local: local), now: now)
        actions.append(
            .record(
                .offered(
                    job: id.number, unit: UInt16(unit), attempt: attempt, helper: way.helper, isHedge: isHedge)))
        actions.append(.offer(message(unit, attempt: attempt, &store, context: context), way))
    }

    /// With its inputs: what is small travels along, what is large is fetched from here.
    func message(_ unit: Int, attempt: UInt8, _ store: inout ObjectStore, context: JobContext) -> JobUnit {
        guard let objects = objects(of: unit) else { preconditionFailure("unit \(unit) is not ready") }
        var inputs = objects.map { JobInput.object($0.id, bytes: UInt32($0.bytes), holder: id.requester) }
        for index in inputs.indices.sorted(by: { (objects[$0].bytes, $0) < (objects[$1].bytes, $1) })
        where objects[index].bytes <= JobInput.inlineBytesMax {
            guard let bytes = store.use(objects[index].id) else { continue }
            var more = inputs
            more[index] = .inline(bytes.bytes)
            guard JobUnit.fits(more) else { break }
            inputs = more
        }
        var message = question(unit, attempt: attempt, context: context)
        message.inputs = inputs
        return message
    }

    func question(_ unit: Int, attempt: UInt8, context: JobContext) -> JobUnit {
        JobUnit(
            id: JobUnitID(job: id, unit: UInt16(unit), attempt: attempt), isLeased: false, kernel: order.kernel,
            costMilliseconds: order.cost.millisecondsUp,
            deadlineMilliseconds: context.now.left(until: deadline + (.zero - context.tuning.returnMargin)),
            inputs: [])
    }

    // MARK: - At home

    /// When one more unit would be done here, if nothing else came.
    func homeFinish(_ context: JobContext) -> Instant? {
        guard context.offer(order.kernel) != nil else { return nil }
        return context.homeSpan(order.cost, sharers: context.homeTaken + atHome + 1).map { context.now + $0 }
    }

    /// From a unit's leaving to its result, at a helper.
    func remoteSpan(_ unit: Int, _ way: JobWay, context: JobContext) -> Duration {
        let helper = context.helpers.first { $0.robot == way.helper }
        let idle = helper?.idlePercent ?? context.tuning.unknownIdlePercent
        let transfer = context.transfer(
            bytes: travelling(unit, to: way.helper), shareKHz: way.shareKHz, efficiency: way.efficiency)
        let sharers = 1 + units.count { $0.offers.contains { $0.isLive && $0.way.helper == way.helper } }
        guard idle > 0 else { return .seconds(3_600) }
        return transfer + .fromSeconds(order.cost.inSeconds * Double(sharers) * 100 / min(100, idle))
    }

    /// Bytes of its inputs that a helper has not computed itself.
    private func travelling(_ unit: Int, to helper: NodeID) -> Int {
        var bytes = 0
        for input in units[unit].inputs {
            switch input {
            case .object(_, let count): bytes += count
            case .output(let other):
                if let output = units[other].output, output.computedBy != helper { bytes += output.bytes }
            }
        }
        return bytes
    }

    /// The soonest that any helper this robot hears would be done; nil: none is known.
    private func bestRemote(_ unit: Int, _ context: JobContext) -> Duration? {
        var best: Duration?
        for helper in context.helpers where helper.tags.contains(order.kernel.tag) && helper.idlePercent > 0 {
            guard !avoids(helper.robot, now: context.now), context.standings.isTrusted(helper.robot) else { continue }
            let way = JobWay(
                helper: helper.robot, leader: context.leaders.first ?? .none, shareKHz: helper.shareKHz,
                efficiency: helper.efficiency)
            best = min(best ?? .seconds(1 << 30), remoteSpan(unit, way, context: context))
        }
        return best
    }

    private mutating func keepWhatIsSoonerHere(
        _ store: inout ObjectStore, context: JobContext, actions: inout [JobAction]
    ) {
        guard context.offer(order.kernel) != nil, context.homeUnits > context.homeTaken + atHome else { return }
        let margin = context.tuning.placementMargin + .nanoseconds(order.cost.nanoseconds / 10)
        let isLast = context.now >= lastMoment(context)
        for unit in units.indices where units[unit].end == nil && units[unit].isReady {
            guard context.homeUnits > context.homeTaken + atHome, let finish = homeFinish(context) else { return }
            guard units[unit].homeAttempt == nil, units[unit].isAtWork || atWork < context.tuning.windowUnits else {
                continue
            }
            // What nobody has taken when there is no time for another way is computed here whoever was asked.
            let isOrphan = isLast && !units[unit].offers.contains { $0.isTaken }
            let remote = bestRemote(unit, context)
            let isSooner =
                units[unit].wanted(now: context.now) > 0 && units[unit].programFailures == 0
                && finish <= context.now + (remote ?? .seconds(1 << 30)) + margin
            let isSought = units[unit].wanted(now: context.now) > 0
            guard isOrphan || isSooner || isSought && isUnaided, finish < deadline || isOrphan else { continue }
            units[unit].reason =
                isOrphan
                ? .deadlineTooNear(left: deadline - context.now)
                : isSooner ? .sooner(here: finish - context.now, there: remote) : .noHelpers
            compute(unit, finish: finish, remote: remote, &store, context: context, actions: &actions)
        }
    }

    /// When what nobody has taken must begin here to be done in time, one wave after the other.
    private func lastMoment(_ context: JobContext) -> Instant {
        let room = max(1, context.homeUnits)
        let open = units.count { unit in unit.end == nil && !unit.offers.contains { $0.isTaken } }
        let waves = max(1, (open + room - 1) / room)
        guard let span = context.homeSpan(order.cost, sharers: min(open, room)) else { return .distantFuture }
        return deadline + (.zero - (span * waves + context.tuning.returnMargin * 2))
    }

    private mutating func compute(
        _ unit: Int, finish: Instant, remote: Duration?, _ store: inout ObjectStore, context: JobContext,
        actions: inout [JobAction]
    ) {
        guard let objects = objects(of: unit) else { return }
        let inputs = objects.compactMap { store.use($0.id) }
        precondition(inputs.count == objects.count, "unit \(unit) is ready without its inputs")
        let attempt = units[unit].nextAttempt()
        units[unit].homeAttempt = attempt
        note(
            unit,
            .kept(local: finish - acceptedAt, remote: remote.map { context.now + $0 - acceptedAt }),
            now: context.now)
        actions.append(
            .compute(
                JobUnitID(job: id, unit: UInt16(unit), attempt: attempt), order.kernel, inputs, deadline: deadline))
    }
}
