import SkeinTasks
import SkeinWire

// What ledger, desk and worker want done, and the computations they ask for.

extension Peer {
    /// What this robot has learned of others by what they computed and matched for it.
    package var standings: Standings { ledger.standings }

    func ledgerContext(now: Instant) -> LedgerContext {
        let kept = config.cloud.keptPercent(of: NavigationTask.partCount, neededPercent: neededPercent)
        return LedgerContext(
            leaders: leaders(now: now), neededPercent: neededPercent,
            reservedPercent: mission.isRequester && mission.isRunning ? kept : 0)
    }

    mutating func perform(_ actions: [LedgerAction], now: Instant, _ effects: inout Effects) {
        if ledger.orderPercent != orderPercent { lendWhatIsLeft(now: now) }
        for action in actions {
            switch action {
            case .request(let request, let leader):
                if leader == id {
                    perform(desk.receive(request, now: now), now: now, &effects)
                } else {
                    send(.request(request), to: leader, now: now, &effects)
                }
            case .offer(let unit, let placement): offer(unit, placement, now: now, &effects)
            case .computeLocally(let task, let part, let work):
                let computation = computations.open(.ownPart(task: task, part: part))
                effects.append(
                    .compute(
                        computation,
                        .unit(
                            work.kernel, input: work.input, cost: config.cloud.partCost,
                            sharePercent: config.cloud.partPercent)))
            case .cancelLocal(let task, let part):
                cancel(.ownPart(task: task, part: part), &effects)
            case .ended(let outcome): ended(outcome, now: now, &effects)
            case .record(let event): effects.append(.record(event))
            }
        }
    }

    private mutating func offer(
        _ unit: WorkUnit, _ placement: Placement, now: Instant, _ effects: inout Effects
    ) {
        if placement.helper == id {
            perform(worker.receive(unit, now: now), now: now, &effects)
        } else {
            send(
                .unit(unit), to: placement.helper, via: placement.leader, shareMHz: Double(placement.shareKHz) / 1_000,
                now: now, &effects)
        }
    }

    /// The desk looks for help at the leaders nearby as their beacons last told.
    mutating func setLeaderAdverts() {
        desk.setLeaders(
            leaderWays().map { LeaderAdvert(leader: $0.leader, hops: Int($0.hops), freeParts: Int($0.freeParts)) })
    }

    mutating func perform(_ actions: [DeskAction], now: Instant, _ effects: inout Effects) {
        for action in actions {
            switch action {
            case .match(let match, let requester):
                if requester == id {
                    take(match, from: id, now: now, &effects)
                } else {
                    send(.match(match), to: requester, now: now, &effects)
                }
            case .claim(let claim, let leader): send(.claim(claim), to: leader, now: now, &effects)
            case .claimReply(let reply, let leader): send(.claimReply(reply), to: leader, now: now, &effects)
            }
        }
    }

    mutating func perform(_ actions: [WorkerAction], now: Instant, _ effects: inout Effects) {
        for action in actions {
            switch action {
            case .receipt(let receipt, let requester):
                if requester == id {
                    perform(
                        ledger.receive(receipt, from: id, context: ledgerContext(now: now), now: now), now: now,
                        &effects)
                } else {
                    send(.unitReceipt(receipt), to: requester, now: now, &effects)
                }
            case .result(let result, let requester):
                if requester == id {
                    perform(
                        ledger.receive(result, from: id, context: ledgerContext(now: now), now: now), now: now,
                        &effects)
                } else {
                    send(.result(result), to: requester, shareMHz: Self.resultShareMHz, now: now, &effects)
                }
            case .compute(let key, let kernel, let input, let cost, let sharePercent):
                let computation = computations.open(.lentUnit(key))
                effects.append(
                    .compute(computation, .unit(kernel, input: input, cost: cost, sharePercent: sharePercent)))
            case .cancel(let key): cancel(.lentUnit(key), &effects)
            case .record(let event): effects.append(.record(event))
            }
        }
    }

    /// Share of the band a result takes on its way home, MHz. [R]
    private static let resultShareMHz = 2.0

    mutating func cancel(_ purpose: ComputationBook.Purpose, _ effects: inout Effects) {
        if let computation = computations.close(purpose) { effects.append(.cancel(computation)) }
    }

    mutating func take(
        _ outcome: ComputationOutcome, of computation: ComputationID, now: Instant, _ effects: inout Effects
    ) {
        guard let purpose = computations.close(computation) else { return }
        switch (purpose, outcome) {
        case (.plan, .plan(let plan)): planned(plan, now: now, &effects)
        case (.ownPart(let task, let part), .unit(let output, let queued, let computed)):
            perform(
                ledger.finishedLocally(
                    task: task, part: part, output: output, queued: queued, computed: computed,
                    context: ledgerContext(now: now), now: now), now: now, &effects)
        case (.lentUnit(let key), .unit(let output, let queued, let computed)):
            perform(
                worker.finished(key, output: output, queued: queued, computed: computed, now: now), now: now, &effects)
        case (.jobUnit(let key), .program(let outcome)): finished(key, outcome, now: now, &effects)
        case (.plan, .unit), (.ownPart, .plan), (.lentUnit, .plan), (.plan, .program), (.ownPart, .program),
            (.lentUnit, .program), (.jobUnit, .unit), (.jobUnit, .plan):
            preconditionFailure("computation \(computation.number) ended as something else than it was asked for")
        }
    }
}
