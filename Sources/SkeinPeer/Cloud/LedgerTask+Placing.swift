import SkeinTasks
import SkeinWire

// What is missing of a task: placements for parts that seek, requests for more, and work at home.

extension LedgerTask {
    /// Placements to ask for, as many as one request carries.
    var seekingCount: Int { parts.reduce(0) { $0 + $1.sought } }

    /// The same with probes, which the first request asks for and later ones do not: nothing waits for them.
    private var asked: Int {
        let probes = seek.attempt == 0 ? parts.count { $0.isProbeSeeking } : 0
        return min(Request.partsMax, seekingCount + probes)
    }

    mutating func advance(context: LedgerContext, now: Instant, actions: inout [LedgerAction]) {
        place(context: context, now: now, actions: &actions)
        if now >= fillAt {
            hasPassedFill = true
            fillLocally(context: context, actions: &actions)
        }
        let seeking = min(Request.partsMax, seekingCount)
        guard seeking > 0, now < placeUntil else {
            seek.settle()
            return
        }
        let hasRested: Bool
        switch seek.state {
        case .settled: hasRested = false
        case .resting(let until):
            guard until <= now else { return }
            hasRested = true
        case .asking(_, let asked, _, _), .pending(_, let asked, _):
            guard seeking > asked else { return }
            hasRested = true
        }
        if context.leaders.isEmpty { noteNoLeader() }
        let leaders = context.standings.ordered(context.leaders, now: now)
        if let leader = seek.ask(parts: asked, leaders: leaders, hasRested: hasRested, tuning: tuning, now: now) {
            request(leader, isRetry: seek.attempt > 1, context: context, now: now, actions: &actions)
        }
    }

    private mutating func noteNoLeader() {
        for part in parts.indices { parts[part].foundNoLeader() }
    }

    mutating func request(
        _ leader: NodeID, isRetry: Bool, context: LedgerContext, now: Instant, actions: inout [LedgerAction]
    ) {
        if isRetry {
            actions.append(.record(.requestRetried(task: id.number, attempt: seek.attempt, leader: leader)))
        }
        let request = Request(
            task: id, attempt: seek.attempt, parts: UInt8(seek.partsOutstanding), unitBytes: UInt16(unitBytes),
            deadlineMilliseconds: (deadline - now).wireMilliseconds, smell: smell,
            excluded: context.standings.excluded(
                besides: excluded + exhausted, unreliable: !seek.hasComeShort, now: now))
        actions.append(.request(request, to: leader))
    }

    /// Helpers that no seeking part may go to any more, since each has been there already.
    private var exhausted: [NodeID] {
        guard check.votes > 1, let first = parts.first(where: { $0.isSeeking }) else { return [] }
        var helpers: [NodeID] = []
        for offer in first.offers {
            let helper = offer.placement.helper
            guard excluded.count + helpers.count < Request.excludedMax else { break }
            guard !excluded.contains(helper), !helpers.contains(helper) else { continue }
            if !parts.contains(where: { $0.isSeeking && $0.mayGo(to: helper) }) { helpers.append(helper) }
        }
        return helpers
    }

    /// Gives spare placements to seeking parts, a helper of its own to each as far as they go; then second helpers.
    mutating func place(context: LedgerContext, now: Instant, actions: inout [LedgerAction]) {
        placeProbes(context: context, now: now, actions: &actions)
        for _ in 0..<check.votes {
            for part in parts.indices where parts[part].isSeeking {
                takeSpare(part, context: context, now: now, actions: &actions)
            }
        }
        for part in parts.indices where parts[part].takesSpare {
            takeSpare(part, context: context, now: now, actions: &actions)
        }
    }

    private mutating func takeSpare(
        _ part: Int, context: LedgerContext, now: Instant, actions: inout [LedgerAction]
    ) {
        let usable = spares.indices.filter { parts[part].mayGo(to: spares[$0].placement.helper) }
        // Who breaks its word comes last, then who has parts already.
        let loads = spares.map { spare in
            parts.count { $0.isLive(at: spare.placement.helper) }
                + (context.standings.isAskedLast(spare.placement.helper, now: now) ? Request.partsMax : 0)
        }
        guard let index = usable.min(by: { loads[$0] < loads[$1] }) else { return }
        use(index, for: part, context: context, now: now, actions: &actions)
    }

    /// One of a spare's parts goes to its helper.
    mutating func use(
        _ spare: Int, for part: Int, context: LedgerContext, now: Instant, actions: inout [LedgerAction]
    ) {
        offer(
            part, spares[spare].placement, by: spares[spare].source, context: context, now: now, actions: &actions)
        spares[spare].placement.parts -= 1
        if spares[spare].placement.parts == 0 { spares.remove(at: spare) }
    }

    mutating func offer(
        _ part: Int, _ placement: Placement, by source: NodeID, context: LedgerContext, now: Instant,
        actions: inout [LedgerAction]
    ) {
        let isRemoteSubgroup = placement.leader != context.leaders.first
        let detour: Duration = isRemoteSubgroup ? tuning.remoteTimeout : .zero
        let transfer = tuning.transferTime(
            unitBytes: unitBytes, shareKHz: placement.shareKHz, efficiency: placement.efficiency)
        let attempt = parts[part].attemptNext
        let receiptTimeout = tuning.receiptTimeout + detour + min(transfer ?? .zero, tuning.transferMax)
        parts[part].add(
            UnitOffer(
                placement: placement, source: source, attempt: attempt, receiptTimeout: receiptTimeout,
                questionTimeout: tuning.questionTimeout + detour,
                state: .sent(asks: 1, due: now + receiptTimeout)))
        notes.append(.placed(placement))
        actions.append(
            .record(
                .partOffered(
                    task: id.number, part: UInt8(part), attempt: attempt, helper: placement.helper,
                    leader: placement.leader)))
        actions.append(.offer(unit(part, attempt: attempt, now: now), placement))
    }

    func unit(_ part: Int, attempt: UInt8, now: Instant) -> WorkUnit {
        let task = parts[part].task
        return WorkUnit(
            task: id, part: UInt8(part), attempt: attempt, kernel: task.kernel.rawValue, kernelVersion: task.version,
            costMilliseconds: tuning.partCost.wireMilliseconds,
            deadlineMilliseconds: (deadline - now - tuning.returnMargin).wireMilliseconds, input: task.input)
    }

    // MARK: - Local work

    /// Computes here what nobody is known to be computing, as far as the processor's ceiling allows.
    private mutating func fillLocally(context: LedgerContext, actions: inout [LedgerAction]) {
        for part in parts.indices where parts[part].isSeeking && !parts[part].isComputedLocally {
            guard hasRoom(context) else { return }
            computeLocally(part, actions: &actions)
        }
    }

    /// For one more part at home.
    private func hasRoom(_ context: LedgerContext) -> Bool {
        switch purpose {
        case .step:
            let local = parts.count { $0.isComputedLocally } + 1
            return tuning.isWithinCeiling(local: local, of: parts.count, neededPercent: context.neededPercent)
        case .order:
            return parts.count { $0.isAtWorkLocally } < tuning.roomParts(reservedPercent: context.reservedPercent)
        }
    }

    mutating func computeLocally(_ part: Int, actions: inout [LedgerAction]) {
        parts[part].isComputedLocally = true
        parts[part].isAtWorkLocally = true
        actions.append(.computeLocally(task: id.number, part: UInt8(part), parts[part].task))
    }
}
