import SkeinBulk
import SkeinSeal
import SkeinWire

// Questions about ways, as who is asked: docs/probing.md.

extension Peer {
    mutating func take(
        _ question: Question, from asker: NodeID, _ epoch: Epoch, now: Instant, _ effects: inout Effects
    ) {
        guard asker == id || probing.answers.mayAnswer(asker, now: now) else { return seal.drop(.overBudget) }
        let key = AnswerBook.Key(asker: asker, epoch: epoch, number: question.number)
        switch question.subject {
        case .way(let robot): say(.way(way(to: robot, now: now)), to: key, now: now, &effects)
        case .enough(let number):
            let other = AnswerBook.Key(asker: asker, epoch: epoch, number: number)
            say(enough(other, now: now, &effects), to: key, now: now, &effects)
        case .echo, .speed, .take:
            if let known = probing.answers.again(key, now: now) {
                return say(known.body ?? progress(of: key, now: now), to: key, now: now, &effects)
            }
            if let refusal = begin(question.subject, as: key, now: now, &effects) {
                say(.refused(refusal), to: key, now: now, &effects)
            }
        }
    }

    private mutating func say(_ body: Answer.Body, to key: AnswerBook.Key, now: Instant, _ effects: inout Effects) {
        let answer = Answer(number: key.number, body: body)
        guard key.asker != id else { return take(answer, from: id, hops: 0, now: now, &effects) }
        guard !departures.contains(key.asker) else { return }
        send(.answer(answer), to: key.asker, now: now, &effects)
    }

    /// The end of a question that took time, unless it was dropped meanwhile.
    mutating func end(_ key: AnswerBook.Key, _ body: Answer.Body, now: Instant, _ effects: inout Effects) {
        if probing.answers.end(key, body, now: now) { say(body, to: key, now: now, &effects) }
    }

    // MARK: Ways and echoes

    private func way(to robot: NodeID, now: Instant) -> Answer.Way {
        guard robot != id else { return .itself }
        guard !departures.contains(robot), let hop = hop(to: robot, via: .none, now: now),
            let link = neighbours[hop.next]
        else { return .none }
        let band = band(to: hop.next)
        let isControl = band == .control
        return Answer.Way(
            next: hop.next, rule: .hop(hop.rule), band: band,
            hops: hops(to: robot, by: hop.rule).map { UInt8(clamping: $0) } ?? Answer.Way.hopsUnknown,
            basis: isControl ? link.controlBasis : link.dataBasis,
            power: (isControl ? link.controlPowerDBm : link.dataPowerDBm).map { PowerField(dBm: $0) } ?? .nothing,
            efficiency: EfficiencyField(bitsPerSecondPerHz: isControl ? link.controlEfficiency : link.efficiency),
            roundTripMicroseconds: link.roundTrip?.wireMicroseconds)
    }

    /// What takes time; nil: it has begun, or is answered.
    private mutating func begin(
        _ subject: Question.Subject, as key: AnswerBook.Key, now: Instant, _ effects: inout Effects
    ) -> Answer.Refusal? {
        switch subject {
        case .echo(let robot):
            guard robot != id else {
                say(.echoed(hops: 0, roundTripMicroseconds: 0), to: key, now: now, &effects)
                return nil
            }
            if let refusal = objection(to: robot) { return refusal }
            let deadline = now + QuestionBook.echoSpan
            guard probing.answers.open(key, subject, until: deadline, now: now) else { return .busy }
            sendEcho(to: robot, .question(key), now: now, &effects)
            return nil
        case .speed(let robot, let bytes, let milliseconds):
            guard mayCommand(key.asker) else { return .notAllowed }
            if let refusal = objection(to: robot) { return refusal }
            guard !probing.isMeasuring(for: key.asker, us: id),
                probing.answers.open(key, subject, until: now + .milliseconds(Int64(milliseconds)), now: now)
            else { return .busy }
            let seed = key.number &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(bitPattern: now.nanoseconds)
            probing.giving = Giving(key: key, robot: robot, bytes: Int(bytes), seed: seed, now: now)
            return nil
        case .take(let object, let bytes, let robot, let milliseconds):
            guard mayCommand(key.asker) else { return .notAllowed }
            if let refusal = objection(to: robot) { return refusal }
            let deadline = now + .milliseconds(Int64(milliseconds))
            guard !probing.isMeasuring(for: key.asker, us: id), !objects.contains(object),
                probing.answers.open(key, subject, until: deadline, now: now)
            else { return .busy }
            probing.taking = Taking(key: key, object: object, robot: robot, askedAt: now)
            // The book's own end comes first.
            fetch(
                object, bytes: Int(bytes), from: robot, trafficClass: .bulk, deadline: deadline + .seconds(1),
                now: now, &effects)
            return nil
        case .way, .enough: preconditionFailure("\(subject) takes no time")
        }
    }

    private func objection(to robot: NodeID) -> Answer.Refusal? {
        guard robot != id, seal.isEnrolled(robot) else { return .noSuchRobot }
        return departures.contains(robot) ? .unreachable : nil
    }

    /// An echo that was sent for somebody.
    mutating func echoed(
        _ key: AnswerBook.Key, hops: UInt8, roundTrip: Duration, now: Instant, _ effects: inout Effects
    ) {
        end(
            key, .echoed(hops: hops, roundTripMicroseconds: roundTrip.wireMicroseconds), now: now, &effects)
    }

    // MARK: Timers

    mutating func passAnswerDeadlines(now: Instant, _ effects: inout Effects) {
        for one in probing.answers.expire(now: now) {
            release(one.key, now: now, &effects)
            // Else nobody has asked for it lately.
            if one.deadline <= now { say(.refused(.late), to: one.key, now: now, &effects) }
        }
        if let giving = probing.giving, giving.workAt <= now, probing.giving?.makePiece(now: now) == true {
            say(progress(of: giving.key, now: now), to: giving.key, now: now, &effects)
        }
    }

    // MARK: Measurements

    /// What is under way says how far it is.
    private mutating func progress(of key: AnswerBook.Key, now: Instant) -> Answer.Body {
        guard let giving = probing.giving, giving.key == key, let object = giving.id else { return .atWork }
        let tally = giving.transfer.flatMap { bulk.book.tally(of: $0) } ?? giving.tally
        probing.giving?.tally = tally
        return .giving(
            object, sent: UInt32(clamping: tally.sent), repeated: UInt32(clamping: tally.repeated),
            allottedKilobits: UInt32(clamping: Int(giving.allottedBitsPerSecond / 1e3)))
    }

    /// Its asker wants nothing more of it: what came of it, once and for all.
    private mutating func enough(_ key: AnswerBook.Key, now: Instant, _ effects: inout Effects) -> Answer.Body {
        guard let known = probing.answers[key] else { return .refused(.gone) }
        if let body = known.body { return body }
        let body = progress(of: key, now: now)
        let last: Answer.Body = if case .giving = body { body } else { .refused(.gone) }
        _ = probing.answers.end(key, last, now: now)
        release(key, now: now, &effects)
        return last
    }

    /// Lets go of what a question had taken.
    private mutating func release(_ key: AnswerBook.Key, now: Instant, _ effects: inout Effects) {
        if let giving = probing.giving, giving.key == key {
            probing.giving = nil
            if let transfer = giving.transfer { cancelTransfer(transfer, now: now, &effects) }
        }
        if let taking = probing.taking, taking.key == key {
            probing.taking = nil
            cancelFetch(taking.object, keepsPart: false, now: now, &effects)
        }
    }

    /// The bytes, for the one robot that they were made for.
    func measuredObject(_ object: ObjectID, for robot: NodeID) -> ObjectBytes? {
        guard let giving = probing.giving, giving.id == object, giving.robot == robot else { return nil }
        return giving.object
    }

    mutating func gives(_ object: ObjectID, as transfer: TransferID) {
        if probing.giving?.id == object { probing.giving?.transfer = transfer }
    }

    mutating func offered(_ object: ObjectID, by robot: NodeID, now: Instant) {
        guard let taking = probing.taking, taking.object == object, taking.robot == robot, taking.offeredAt == nil
        else {
            return
        }
        probing.taking?.offeredAt = now
    }

    /// True: it came to be measured alone, and nobody keeps it.
    mutating func hasMeasured(_ object: ObjectID, now: Instant, _ effects: inout Effects) -> Bool {
        guard let taking = probing.taking, taking.object == object else { return false }
        probing.taking = nil
        end(taking.key, taking.took(now: now), now: now, &effects)
        return true
    }

    /// True: it was to be measured alone.
    mutating func hasLostMeasured(
        _ object: ObjectID, _ reason: BulkReason, now: Instant, _ effects: inout Effects
    ) -> Bool {
        guard let taking = probing.taking, taking.object == object else { return false }
        probing.taking = nil
        let refusal: Answer.Refusal =
            switch reason {
            case .expired: .late
            case .noWay, .silent, .closed: .unreachable
            case .full: .busy
            case .cancelled, .tooLarge, .unwanted, .noSuchObject, .wrongHash, .restarted, .empty: .broken
            }
        end(taking.key, .refused(refusal), now: now, &effects)
        return true
    }
}
