import SkeinTasks
import SkeinWire

/// One task of a requester, from its submission to its last result or its deadline.
///
/// Every door does three things: takes the news, asks whoever is due, and `advance`s: spare placements to seeking parts,
/// local work where the ceiling has room, then one request for what is still missing. So no order of arrivals is
/// special, and a message that never comes is a due time that passes.
struct LedgerTask {
    /// Placements of one task told apart: as many as its parts can be offered to.
    private static let placementsMax = Request.partsMax * LedgerPart.offersMax

    /// A placement as its leader answered a request with it; the same again is the same reservation.
    private struct Grant: Equatable {
        var attempt: UInt8
        var helper: NodeID
        var leader: NodeID
    }

    /// A placement, and who answered with it.
    struct Spare {
        var placement: Placement
        let source: NodeID
    }

    let id: TaskID
    let purpose: TaskPurpose
    let startedAt: Instant
    let deadline: Instant
    var parts: [LedgerPart]
    private let remoteParts: Int
    /// What it was decided by how many leave.
    let placementLoad: PlacementLoad
    let unitBytes: Int
    let smell: Float
    let check: ResultCheck
    let isValid: @Sendable (Int, [UInt8]) -> Bool
    let agrees: @Sendable (Int, [UInt8], [UInt8]) -> Bool
    /// What chance decides.
    var random: PeerRandom
    let tuning: CloudTuning
    var seek = HelperSeek()
    /// Helpers that failed this task, the latest last.
    var excluded: [NodeID] = []
    private var grants: [Grant] = []
    /// Reserved for us and not used yet: `parts` are those left.
    var spares: [Spare] = []
    /// Leaders that have named a helper who works; bounded by the offers.
    var sourcesWorking: [NodeID] = []
    /// Seen of others and not yet told to the ledger.
    var notes: [Standings.Note] = []
    var hasPassedFill = false
    let fillAt: Instant

    init(
        _ submission: TaskSubmission, requester: NodeID, tuning: CloudTuning, context: LedgerContext, now: Instant,
        actions: inout [LedgerAction]
    ) {
        id = TaskID(requester: requester, number: submission.number)
        startedAt = now
        deadline = now + submission.span
        smell = submission.smell
        check = submission.check
        isValid = submission.isValid
        agrees = submission.agrees
        random = PeerRandom(seed: submission.seed)
        purpose = submission.purpose
        let count = submission.parts.count
        var patience = tuning
        var fillSpan = tuning.computeWindow
        switch submission.purpose {
        case .step:
            remoteParts = tuning.remoteParts(of: count, neededPercent: context.neededPercent)
            placementLoad = PlacementLoad(
                restPercent: tuning.baseLoadPercent, partPercent: context.neededPercent / Double(count),
                limitPercent: tuning.cpuCeilingPercent)
        case .order:
            let room = tuning.roomParts(reservedPercent: context.reservedPercent)
            remoteParts = max(0, count - room)
            placementLoad = PlacementLoad(
                restPercent: tuning.baseLoadPercent + context.reservedPercent, partPercent: tuning.partPercent,
                limitPercent: tuning.cpuCeilingPercent)
            patience.restInterval = max(
                tuning.restInterval, .fromSeconds(submission.span.inSeconds * tuning.restFraction))
            // So early that all could be done here, one wave of parts after the other.
            let waves = max(1, (remoteParts + max(1, room) - 1) / max(1, room))
            fillSpan = (tuning.computeWindow + tuning.resultMargin) * waves
        }
        self.tuning = patience
        fillAt = now + submission.span + (.zero - fillSpan)
        let isRemote = check.leaving(remoteParts, of: count, random: &random)
        let votes = check.votes
        parts = submission.parts.enumerated().map { LedgerPart(task: $1, isRemote: isRemote[$0], votes: votes) }
        let inputBytes = submission.parts.reduce(0) { max($0, $1.input.count) }
        unitBytes = Self.unitOverheadBytes + inputBytes
        switch purpose {
        case .step: actions.append(.record(.stepStarted(task: id.number, remoteParts: remoteParts)))
        case .order(let key):
            actions.append(.record(.orderStarted(key, task: id.number, remoteParts: remoteParts)))
        }
        for part in parts.indices where !parts[part].isRemote { computeLocally(part, actions: &actions) }
        drawProbes(context: context, now: now, actions: &actions)
        advance(context: context, now: now, actions: &actions)
    }

    /// A unit's datagram without its input.
    private static let unitOverheadBytes =
        Envelope.overheadBytes
        + Message.unit(
            WorkUnit(
                task: TaskID(requester: .none, number: 0), part: 0, attempt: 0, kernel: 0, kernelVersion: 0,
                costMilliseconds: 0, deadlineMilliseconds: 0, input: [])
        ).bytes.count

    var isStep: Bool {
        switch purpose {
        case .step: true
        case .order: false
        }
    }

    /// What an order takes of this robot's processor now; a step's share is reserved as a whole.
    var orderPercent: Double {
        switch purpose {
        case .step: 0
        case .order: tuning.partPercent * Double(parts.count { $0.isAtWorkLocally })
        }
    }

    var isComplete: Bool { !parts.contains { $0.result == nil } }

    var nextDeadline: Instant {
        var next = min(deadline, seek.due)
        for part in parts { next = min(next, part.due) }
        if !hasPassedFill { next = min(next, fillAt) }
        return next
    }

    // MARK: - Messages

    mutating func receive(
        _ match: Match, from leader: NodeID, context: LedgerContext, now: Instant, actions: inout [LedgerAction]
    ) {
        guard seek.knows(leader), match.attempt <= seek.attempt else { return }
        for placement in match.placements where placement.helper != id.requester {
            let grant = Grant(attempt: match.attempt, helper: placement.helper, leader: placement.leader)
            guard !excluded.contains(placement.helper), context.standings.isTrusted(placement.helper),
                !grants.contains(grant), grants.count < Self.placementsMax
            else { continue }
            grants.append(grant)
            spares.append(Spare(placement: placement, source: leader))
        }
        let before = seekingCount
        let outstanding = seek.partsOutstanding
        place(context: context, now: now, actions: &actions)
        // A request brings no more than it asked for: what is short beyond that is asked for next.
        let short = min(seekingCount, max(0, outstanding - (before - seekingCount)))
        seek.matched(
            by: leader, attempt: match.attempt, parts: short, pending: Int(match.pending), tuning: tuning, now: now)
        advance(context: context, now: now, actions: &actions)
    }

    /// A helper has left the mesh: its parts seek others at once.
    mutating func helperLeft(
        _ helper: NodeID, context: LedgerContext, now: Instant, actions: inout [LedgerAction]
    ) {
        exclude(helper)
        for part in parts.indices where parts[part].result == nil {
            for index in parts[part].offers.indices {
                let offer = parts[part].offers[index]
                guard offer.placement.helper == helper, offer.state != .closed else { continue }
                close(part, index, trouble: .refused, now: now)
            }
        }
        advance(context: context, now: now, actions: &actions)
    }

    // MARK: - Time

    mutating func deadlinePassed(context: LedgerContext, now: Instant, actions: inout [LedgerAction]) {
        for part in parts.indices where parts[part].due <= now {
            for index in parts[part].offers.indices where parts[part].offers[index].due <= now {
                ask(part, index, now: now, actions: &actions)
            }
        }
        if seek.due <= now, !seek.isResting {
            let silent = seek.leaderAsked
            if let leader = seek.silence(tuning: tuning, now: now) {
                request(leader, isRetry: true, context: context, now: now, actions: &actions)
            } else if let silent {
                notes.append(.matched(silent, works: false))
            }
        }
        advance(context: context, now: now, actions: &actions)
    }

    /// The task is over: complete, or out of time.
    func end(now: Instant, actions: inout [LedgerAction]) {
        let missing = parts.filter { $0.result == nil }
        for part in parts.indices where parts[part].isComputedLocally && parts[part].result == nil {
            actions.append(.cancelLocal(task: id.number, part: UInt8(part)))
        }
        let verdict: StepVerdict =
            missing.first.map { .failed(missing: missing.count, $0.trouble) } ?? .completed
        switch purpose {
        case .step: actions.append(.record(.stepEnded(task: id.number, verdict: verdict)))
        case .order(let key): actions.append(.record(.orderEnded(key, missing: missing.count)))
        }
        actions.append(
            .ended(
                TaskOutcome(
                    number: id.number, purpose: purpose, results: parts.map(\.result),
                    troubles: parts.map(\.trouble), remoteParts: remoteParts, verdict: verdict,
                    took: now - startedAt)))
    }

    // MARK: - Helpers

    /// A helper's due time has passed: ask again, or doubt it as long as another could take over.
    private mutating func ask(_ part: Int, _ index: Int, now: Instant, actions: inout [LedgerAction]) {
        let offer = parts[part].offers[index]
        switch offer.state {
        case .sent(let asks, _):
            guard now >= placeUntil || asks < tuning.asksMax else {
                doubt(part, index, now: now)
                noteMatch(parts[part].offers[index], works: false)
                parts[part].helperFailed(.noReceipt)
                return
            }
            parts[part].update(index, .sent(asks: asks + 1, due: now + offer.receiptTimeout))
            actions.append(.offer(unit(part, attempt: offer.attempt, now: now), offer.placement))
        case .working(let expectedAt, let asks, _):
            guard now >= placeUntil || asks < (now < replaceAt ? tuning.asksMax : 1) else {
                doubt(part, index, now: now)
                return
            }
            let due = now + offer.questionTimeout
            parts[part].update(index, .working(expectedAt: expectedAt, asks: asks + 1, due: due))
            question(part, offer, now: now, actions: &actions)
        case .doubted:
            parts[part].update(index, .doubted(due: now + tuning.doubtInterval))
            question(part, offer, now: now, actions: &actions)
        case .closed:
            preconditionFailure("nothing is expected of \(offer.placement.helper) any more")
        }
    }

    // Counted back from the deadline: see the tuning's spans.
    private var hedgeAt: Instant { deadline + (.zero - tuning.hedgeSpan) }
    private var replaceAt: Instant { deadline + (.zero - tuning.replaceSpan) }
    var placeUntil: Instant { deadline + (.zero - tuning.replaceSpanMin) }

    func questionDue(expectedAt: Instant, now: Instant) -> Instant {
        let due = expectedAt + tuning.resultMargin
        return now < replaceAt ? min(due, replaceAt) : due
    }

    private func question(_ part: Int, _ offer: UnitOffer, now: Instant, actions: inout [LedgerAction]) {
        var question = unit(part, attempt: offer.attempt, now: now)
        question.input = []
        actions.append(.offer(question, offer.placement))
    }

    mutating func doubt(_ part: Int, _ index: Int, now: Instant) {
        let helper = parts[part].offers[index].placement.helper
        noteBroken(parts[part].offers[index])
        parts[part].update(index, .doubted(due: now + tuning.doubtInterval))
        if now >= hedgeAt { parts[part].copies = 2 }
        exclude(helper)
        seek.distrust(helper)
    }

    mutating func close(_ part: Int, _ index: Int, trouble: PartTrouble, now: Instant) {
        parts[part].update(index, .closed)
        if now >= hedgeAt { parts[part].copies = 2 }
        parts[part].helperFailed(trouble)
        exclude(parts[part].offers[index].placement.helper)
    }

    private mutating func exclude(_ helper: NodeID) {
        guard !excluded.contains(helper) else { return }
        if excluded.count == Request.excludedMax { excluded.removeFirst() }
        excluded.append(helper)
        spares.removeAll { $0.placement.helper == helper }
    }
}
