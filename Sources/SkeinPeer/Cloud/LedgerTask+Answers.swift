import SkeinTasks
import SkeinWire

// What helpers and the own processor say: receipts, results, and which result is taken.

extension LedgerTask {
    mutating func receive(
        _ receipt: UnitReceipt, from helper: NodeID, context: LedgerContext, now: Instant,
        actions: inout [LedgerAction]
    ) {
        let part = Int(receipt.part)
        guard part < parts.count, parts[part].result == nil || parts[part].isProbe,
            let index = parts[part].offer(attempt: receipt.attempt, helper: helper)
        else { return }
        let offer = parts[part].offers[index]
        guard offer.state != .closed else { return }
        switch receipt.verdict {
        case .accepted:
            let slipsMax = context.standings.hasKeptWord(helper) ? UnitOffer.slipsMax : UnitOffer.slipsMaxUnknown
            accepted(
                part, index, expected: .milliseconds(receipt.expectedMilliseconds), slipsMax: slipsMax, now: now)
        case .busy, .unknownKernel, .tooLate:
            noteBroken(offer)
            noteMatch(offer, works: false)
            close(part, index, trouble: .refused, now: now)
        }
        advance(context: context, now: now, actions: &actions)
    }

    private mutating func accepted(
        _ part: Int, _ index: Int, expected: Duration, slipsMax: Int, now: Instant
    ) {
        let offer = parts[part].offers[index]
        switch offer.state {
        case .sent: noteMatch(offer, works: true)
        case .working(let expectedAt, _, _):
            if now > expectedAt + tuning.resultMargin { parts[part].putOff(index) }
        case .doubted: break
        case .closed: preconditionFailure("nothing is expected of \(offer.placement.helper) any more")
        }
        // It says the same again and again: its answer is welcome, its word is not.
        if parts[part].offers[index].slips >= slipsMax {
            guard offer.isLive else { return }
            doubt(part, index, now: now)
            // The next may be one of its kind, and there is time for one more only.
            if slipsMax == UnitOffer.slipsMaxUnknown { parts[part].copies = 2 }
            return
        }
        let expectedAt = min(deadline, now + expected)
        let due = questionDue(expectedAt: expectedAt, now: now)
        parts[part].update(index, .working(expectedAt: expectedAt, asks: 0, due: due))
        parts[part].helperFailed(.noResult)
    }

    mutating func receive(
        _ result: UnitResult, from helper: NodeID, context: LedgerContext, now: Instant, actions: inout [LedgerAction]
    ) {
        let part = Int(result.part)
        guard part < parts.count, let index = parts[part].offer(attempt: result.attempt, helper: helper) else {
            refuse(result.part, helper, .wrongHelper, actions: &actions)
            return
        }
        if !context.standings.isTrusted(helper), !parts[part].isProbe {
            refuse(result.part, helper, .shunned, actions: &actions)
            return
        }
        let offer = parts[part].offers[index]
        if let refusal = refusal(of: result) {
            refuse(result.part, helper, refusal, actions: &actions)
            if refusal != .kernelFailed, offer.state != .closed { notes.append(.nonsense(helper)) }
            close(part, index, trouble: .invalidResult, now: now)
        } else {
            if offer.isLive { notes.append(.keptWord(helper)) }
            let answer = PartResult(
                output: result.output, computedBy: helper, queued: .milliseconds(result.queueMilliseconds),
                computed: .milliseconds(result.computeMilliseconds))
            take(LedgerPart.Answer(attempt: result.attempt, result: answer), part, index, actions: &actions)
        }
        advance(context: context, now: now, actions: &actions)
    }

    /// A valid answer.
    private mutating func take(
        _ answer: LedgerPart.Answer, _ part: Int, _ index: Int, actions: inout [LedgerAction]
    ) {
        let helper = answer.result.computedBy
        let isLate = parts[part].offers[index].state == .closed
        guard parts[part].result == nil || parts[part].isProbe else {
            let isWrong = !isLate && isFalse(answer, part)
            refuse(UInt8(part), helper, isWrong ? .poisoned : .duplicate, actions: &actions)
            if !isLate { judge(answer, part, otherwise: .outvoted) }
            return parts[part].update(index, .closed)
        }
        guard !parts[part].hasAnswer(of: helper) else {
            refuse(UInt8(part), helper, .duplicate, actions: &actions)
            return
        }
        parts[part].update(index, .closed)
        if parts[part].isProbe {
            guard parts[part].result != nil else { return keep(answer, part) }
            if isFalse(answer, part) { refuse(UInt8(part), helper, .poisoned, actions: &actions) }
            return judge(answer, part, otherwise: .poisoned)
        }
        guard parts[part].votes > 1 else { return finish(part, answer.result, isKnown: false, actions: &actions) }
        keep(answer, part)
        parts[part].helperFailed(.unconfirmed)
        guard parts[part].agreed >= parts[part].votes, let first = firstAgreed(part) else { return }
        finish(part, first, isKnown: true, actions: &actions)
        judgeKept(part, otherwise: .outvoted, actions: &actions)
    }

    private mutating func keep(_ answer: LedgerPart.Answer, _ part: Int) {
        let agrees = agrees
        parts[part].keep(answer) { agrees(part, $0, $1) }
    }

    /// The first of those that enough others agree with.
    private func firstAgreed(_ part: Int) -> PartResult? {
        let answers = parts[part].answers
        return answers.first { one in
            answers.count { agrees(part, one.result.output, $0.result.output) } >= parts[part].votes
        }?.result
    }

    private mutating func finish(
        _ part: Int, _ result: PartResult, isKnown: Bool, actions: inout [LedgerAction]
    ) {
        let isAtWork = parts[part].isComputedLocally && result.computedBy != id.requester
        parts[part].finish(result, isKnown: isKnown)
        actions.append(.record(.partDone(task: id.number, part: UInt8(part), helper: result.computedBy)))
        if isAtWork { actions.append(.cancelLocal(task: id.number, part: UInt8(part))) }
    }

    /// This robot has computed a part itself, or its kernel has refused it.
    mutating func finishedLocally(
        part: Int, output: [UInt8]?, queued: Duration, computed: Duration, context: LedgerContext, now: Instant,
        actions: inout [LedgerAction]
    ) {
        guard part < parts.count, parts[part].isComputedLocally, parts[part].result == nil else { return }
        parts[part].isAtWorkLocally = false
        if let output, isValid(part, output) {
            let own = PartResult(output: output, computedBy: id.requester, queued: queued, computed: computed)
            finish(part, own, isKnown: true, actions: &actions)
            judgeKept(part, otherwise: .poisoned, actions: &actions)
        } else {
            parts[part].failedLocally()
        }
        switch purpose {
        case .step: break
        // There is room for another.
        case .order: advance(context: context, now: now, actions: &actions)
        }
    }

    private func refusal(of result: UnitResult) -> ResultRefusal? {
        if result.failed { return .kernelFailed }
        if result.output.isEmpty || result.output.count > Kernel.resultBytesMax { return .wrongSize }
        return isValid(Int(result.part), result.output) ? nil : .implausible
    }

    private func refuse(
        _ part: UInt8, _ helper: NodeID, _ refusal: ResultRefusal, actions: inout [LedgerAction]
    ) {
        actions.append(.record(.resultRefused(task: id.number, part: part, helper: helper, refusal)))
    }

    // MARK: - Judgement

    /// Whether an answer differs from the known one.
    private func isFalse(_ answer: LedgerPart.Answer, _ part: Int) -> Bool {
        guard parts[part].isKnown, let known = parts[part].result else { return false }
        return !agrees(part, known.output, answer.result.output)
    }

    private mutating func judge(_ answer: LedgerPart.Answer, _ part: Int, otherwise loss: StandingLoss) {
        guard parts[part].isKnown, let known = parts[part].result else { return }
        let isProbe = known.computedBy == id.requester
        let helper = answer.result.computedBy
        notes.append(
            isFalse(answer, part)
                ? .wrong(helper, isProbe ? .poisoned : loss, isProbe: isProbe) : .right(helper, isProbe: isProbe))
    }

    /// The part's answer is known now: whoever had given one is judged by it.
    private mutating func judgeKept(_ part: Int, otherwise loss: StandingLoss, actions: inout [LedgerAction]) {
        for answer in parts[part].answers {
            if isFalse(answer, part) { refuse(UInt8(part), answer.result.computedBy, .poisoned, actions: &actions) }
            judge(answer, part, otherwise: loss)
        }
        parts[part].forgetAnswers()
    }

    /// A helper has lost its standing: what it was given goes to others, and what it said, and nobody confirmed, does not
    /// count.
    mutating func distrust(_ helper: NodeID, context: LedgerContext, now: Instant, actions: inout [LedgerAction]) {
        for part in parts.indices { parts[part].takeBack(from: helper, isSame: { agrees(part, $0, $1) }) }
        helperLeft(helper, context: context, now: now, actions: &actions)
    }

    // MARK: - Words

    func wasReserved(_ offer: UnitOffer) -> Bool { offer.source != .none }

    /// It did not do what it had promised, or what its leader had promised of it.
    mutating func noteBroken(_ offer: UnitOffer) {
        if wasReserved(offer) { notes.append(.brokeWord(offer.placement.helper)) }
    }

    /// Who named the helper answers for it, and so does the leader it was said to belong to.
    mutating func noteMatch(_ offer: UnitOffer, works: Bool) {
        guard wasReserved(offer) else { return }
        if works {
            sourcesWorking.append(offer.source)
        } else if !sourcesWorking.contains(offer.source) {
            // None of those it named has answered so far: the next request goes to another.
            seek.distrust(offer.source)
        }
        notes.append(.matched(offer.source, works: works))
        if offer.placement.leader != offer.source { notes.append(.matched(offer.placement.leader, works: works)) }
    }
}
