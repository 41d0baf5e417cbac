import SkeinWire

// What leaders, helpers and this robot's own processor answer about a job's units.

extension JobRun {
    // MARK: - Leaders

    mutating func receive(
        _ match: Match, from leader: NodeID, _ store: inout ObjectStore, context: JobContext,
        actions: inout [JobAction]
    ) {
        guard match.task.number == askNumber, seek.knows(leader), match.attempt <= seek.attempt else { return }
        var found = 0
        for placement in match.placements where placement.helper != id.requester {
            found += Int(placement.parts)
            guard context.standings.isTrusted(placement.helper), !avoids(placement.helper, now: context.now),
                spares.count < Self.sparesMax,
                !spares.contains(where: { $0.way.helper == placement.helper && $0.source == leader })
            else { continue }
            spares.append(
                Spare(
                    way: JobWay(placement), source: leader, parts: Int(placement.parts),
                    until: context.now + context.tuning.spareSpan))
        }
        if let unit = units.indices.first(where: { units[$0].wanted(now: context.now) > 0 }) {
            note(unit, .matched(leader: leader, helpers: found), now: context.now)
        }
        let outstanding = seek.partsOutstanding
        let before = seekingCount(context)
        useSpares(&store, context: context, actions: &actions)
        let after = seekingCount(context)
        let short = min(after, max(0, outstanding - max(0, before - after)))
        seek.matched(
            by: leader, attempt: match.attempt, parts: short, pending: Int(match.pending), tuning: cloud,
            now: context.now)
        if seek.isResting {
            isUnaided = true
            lack(.noHelper)
        }
    }

    // MARK: - Helpers

    mutating func receive(
        _ receipt: JobReceipt, from helper: NodeID, context: JobContext, actions: inout [JobAction]
    ) {
        let unit = Int(receipt.id.unit)
        guard units.indices.contains(unit), units[unit].end == nil,
            let index = units[unit].offer(attempt: receipt.id.attempt, helper: helper)
        else { return }
        let offer = units[unit].offers[index]
        guard !offer.isClosed else { return }
        switch receipt.verdict {
        case .accepted:
            let expected: Duration = .milliseconds(Int64(receipt.expectedMilliseconds))
            if offer.promisedAt == nil {
                note(unit, .accepted(helper, expected: expected), now: context.now)
                if offer.source != .none { actions.append(.note(.matched(offer.source, works: true))) }
            }
            if case .fetching = offer.state { return }
            units[unit].offers[index].accepted(
                expected: expected, tuning: context.tuning, margin: cloud.resultMargin, now: context.now)
        case .busy, .unknownKernel, .tooLate, .inputLost, .gone:
            refused(unit, index, receipt.verdict, context: context, actions: &actions)
        }
    }

    private mutating func refused(
        _ unit: Int, _ index: Int, _ verdict: JobReceipt.Verdict, context: JobContext, actions: inout [JobAction]
    ) {
        let offer = units[unit].offers[index]
        let helper = offer.way.helper
        note(unit, .refused(helper, verdict), now: context.now)
        if case .fetching(let object, _) = offer.state { actions.append(.cancelFetch(object)) }
        units[unit].offers[index].state = .closed
        units[unit].failed(.refused(verdict), tuning: context.tuning, now: context.now)
        let rest: Duration
        switch verdict {
        case .accepted: preconditionFailure("\(helper) has accepted what it refuses")
        case .busy, .tooLate: rest = context.tuning.busyRest
        case .unknownKernel: rest = context.tuning.unknownRest
        // Its word is gone with its memory; nothing is known against it.
        case .inputLost, .gone: rest = context.tuning.retryRest
        }
        avoid(helper, for: rest, now: context.now)
        if offer.isTaken || verdict == .unknownKernel { actions.append(.note(.brokeWord(helper))) }
    }

    mutating func receive(
        _ result: JobResult, from helper: NodeID, _ store: inout ObjectStore, context: JobContext,
        actions: inout [JobAction]
    ) {
        let unit = Int(result.id.unit)
        guard units.indices.contains(unit), let index = units[unit].offer(attempt: result.id.attempt, helper: helper)
        else { return }
        guard units[unit].end == nil else {
            // It has not heard yet that nobody waits.
            if !units[unit].offers[index].isClosed || isHeldThere(result) {
                units[unit].offers[index].state = .closed
                cancel(unit, units[unit].offers[index], actions: &actions)
            }
            return
        }
        switch result.outcome {
        case .failed(let failure, let text):
            guard !units[unit].offers[index].isClosed else { return }
            units[unit].offers[index].state = .closed
            note(unit, .failed(helper, failure), now: context.now)
            actions.append(.record(.failed(job: id.number, unit: result.id.unit, by: helper, failure)))
            programFailed(unit, failure, by: helper, text, context: context, actions: &actions)
            avoid(helper, for: context.tuning.retryRest, now: context.now)
        case .inline(let bytes):
            note(unit, .computed(helper), now: context.now)
            actions.append(.note(.keptWord(helper)))
            units[unit].offers[index].state = .closed
            let object = ObjectID(of: bytes)
            take(object, ObjectBytes(bytes), unit, result, by: helper, &store, context: context, actions: &actions)
        case .object(let object, let bytes):
            if case .fetching = units[unit].offers[index].state { return }
            note(unit, .computed(helper), now: context.now)
            actions.append(.note(.keptWord(helper)))
            units[unit].offers[index].result = result
            if let here = store.use(object) {
                units[unit].offers[index].state = .doubted(asks: 0, due: .distantFuture)
                return take(
                    object, here, unit, result, by: helper, &store, context: context, actions: &actions)
            }
            units[unit].offers[index].state = .fetching(object, bytes: Int(bytes))
            units[unit].offers[index].fetches += 1
            actions.append(
                .fetch(object, bytes: Int(bytes), from: helper, .bulk, deadline: deadline))
        }
    }

    private func isHeldThere(_ result: JobResult) -> Bool {
        switch result.outcome {
        case .object: true
        case .inline, .failed: false
        }
    }

    /// The first valid answer.
    private mutating func take(
        _ object: ObjectID, _ bytes: ObjectBytes, _ unit: Int, _ result: JobResult, by helper: NodeID,
        _ store: inout ObjectStore, context: JobContext, actions: inout [JobAction]
    ) {
        guard store.put(object, bytes, for: holder) else { return fail(unit, .storage, actions: &actions) }
        learn(object, unit, isDeterministic: result.isDeterministic, &store)
        let output = JobReport.Output(
            object: object, bytes: bytes.count, computedBy: helper,
            queued: .milliseconds(Int64(result.queueMilliseconds)),
            computed: .milliseconds(Int64(result.computeMilliseconds)), wasKnown: result.wasKnown)
        finish(unit, output, &store, context: context, actions: &actions)
    }

    private func learn(_ object: ObjectID, _ unit: Int, isDeterministic: Bool, _ store: inout ObjectStore) {
        guard isDeterministic, let inputs = objects(of: unit) else { return }
        store.known.learn(.init(kernel: order.kernel, inputs: inputs.map(\.id)), object)
    }

    private mutating func programFailed(
        _ unit: Int, _ failure: JobFailure, by robot: NodeID, _ text: String, context: JobContext,
        actions: inout [JobAction]
    ) {
        let trouble = JobTrouble.program(failure, by: robot, text)
        units[unit].programFailures += 1
        units[unit].failed(trouble, tuning: context.tuning, now: context.now)
        guard units[unit].programFailures >= context.tuning.programFailuresMax, units[unit].live == 0 else { return }
        fail(unit, trouble, actions: &actions)
    }

    /// Said to be everybody's: each unit that waits for it is done.
    mutating func arrived(
        _ object: ObjectID, _ bytes: ObjectBytes, _ store: inout ObjectStore, context: JobContext,
        actions: inout [JobAction]
    ) {
        for unit in units.indices where units[unit].end == nil {
            for index in units[unit].offers.indices {
                guard case .fetching(object, let count) = units[unit].offers[index].state,
                    let result = units[unit].offers[index].result
                else { continue }
                let helper = units[unit].offers[index].way.helper
                guard count == bytes.count else {
                    fetchFailed(unit, index, context: context, actions: &actions)
                    continue
                }
                note(unit, .fetched(bytes: bytes.count, from: helper), now: context.now)
                // It need not keep the output any longer: the cancellation tells it.
                units[unit].offers[index].state = .doubted(asks: 0, due: .distantFuture)
                take(object, bytes, unit, result, by: helper, &store, context: context, actions: &actions)
                break
            }
        }
    }

    mutating func fetchFailed(
        _ object: ObjectID, from helper: NodeID, context: JobContext, actions: inout [JobAction]
    ) {
        for unit in units.indices where units[unit].end == nil {
            for index in units[unit].offers.indices where units[unit].offers[index].way.helper == helper {
                guard case .fetching(object, _) = units[unit].offers[index].state else { continue }
                fetchFailed(unit, index, context: context, actions: &actions)
            }
        }
    }

    /// It may still be there: its helper is asked anew, and says so, or not.
    private mutating func fetchFailed(
        _ unit: Int, _ index: Int, context: JobContext, actions: inout [JobAction]
    ) {
        let now = context.now
        guard units[unit].offers[index].fetches < context.tuning.fetchesMax else {
            let offer = units[unit].offers[index]
            units[unit].offers[index].state = .closed
            units[unit].failed(.resultLost, tuning: context.tuning, now: now)
            cancel(unit, offer, actions: &actions)
            return avoid(offer.way.helper, for: context.tuning.silenceRest, now: now)
        }
        units[unit].offers[index].state = .working(expectedAt: now, asks: 0, due: now + cloud.receiptTimeout)
    }

    /// A helper has left, or lost its standing: what it had goes to others at once.
    mutating func lose(_ helper: NodeID, context: JobContext, actions: inout [JobAction]) {
        avoid(helper, for: context.tuning.unknownRest, now: context.now)
        for unit in units.indices where units[unit].end == nil {
            for index in units[unit].offers.indices {
                let offer = units[unit].offers[index]
                guard offer.way.helper == helper, !offer.isClosed else { continue }
                if case .fetching(let object, _) = offer.state { actions.append(.cancelFetch(object)) }
                units[unit].offers[index].state = .closed
                units[unit].failed(.noResult, tuning: context.tuning, now: context.now)
                note(unit, .silent(helper), now: context.now)
            }
        }
    }

    // MARK: - At home

    mutating func finishedHere(
        _ key: JobUnitID, _ outcome: ProgramOutcome, isDeterministic: Bool, _ store: inout ObjectStore,
        context: JobContext, actions: inout [JobAction]
    ) {
        let unit = Int(key.unit)
        guard units.indices.contains(unit), units[unit].homeAttempt == key.attempt, units[unit].end == nil else {
            return
        }
        units[unit].homeAttempt = nil
        switch outcome.result {
        case .failed(let failure, let text):
            note(unit, .failed(id.requester, failure), now: context.now)
            actions.append(.record(.failed(job: id.number, unit: key.unit, by: id.requester, failure)))
            programFailed(unit, failure, by: id.requester, text, context: context, actions: &actions)
        case .done(let object, let bytes):
            note(unit, .computed(id.requester), now: context.now)
            guard store.put(object, bytes, for: holder) else { return fail(unit, .storage, actions: &actions) }
            learn(object, unit, isDeterministic: isDeterministic, &store)
            let output = JobReport.Output(
                object: object, bytes: bytes.count, computedBy: id.requester, queued: outcome.queued,
                computed: outcome.computed, wasKnown: false)
            finish(unit, output, &store, context: context, actions: &actions)
        }
    }

    // MARK: - Time

    mutating func deadlinePassed(
        _ store: inout ObjectStore, context: JobContext, actions: inout [JobAction]
    ) {
        let now = context.now
        if loadAgainAt <= now { loadAgainAt = .distantFuture }
        for unit in units.indices where units[unit].end == nil {
            for index in units[unit].offers.indices where units[unit].offers[index].due <= now {
                ask(unit, index, &store, context: context, actions: &actions)
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

    private mutating func ask(
        _ unit: Int, _ index: Int, _ store: inout ObjectStore, context: JobContext, actions: inout [JobAction]
    ) {
        let offer = units[unit].offers[index]
        let helper = offer.way.helper
        switch units[unit].offers[index].silence(tuning: context.tuning, now: context.now) {
        case .sendAgain:
            actions.append(.offer(message(unit, attempt: offer.attempt, &store, context: context), offer.way))
        case .question:
            actions.append(.offer(question(unit, attempt: offer.attempt, context: context), offer.way))
        case .doubt(let trouble):
            note(unit, .silent(helper), now: context.now)
            actions.append(.note(.brokeWord(helper)))
            if trouble == .noReceipt, offer.source != .none {
                actions.append(.note(.matched(offer.source, works: false)))
            }
            seek.distrust(helper)
            units[unit].failed(trouble, tuning: context.tuning, now: context.now)
            avoid(helper, for: context.tuning.silenceRest, now: context.now)
        case .giveUp: cancel(unit, offer, actions: &actions)
        }
    }
}
