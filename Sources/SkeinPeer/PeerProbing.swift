import SkeinBulk
import SkeinSeal
import SkeinWire

// Questions about ways, as their asker: docs/probing.md.

extension Peer {
    mutating func obey(_ question: OperatorQuestion, ticket: UInt32, now: Instant, _ effects: inout Effects) {
        switch question {
        case .way(let robot, let target):
            ask(.way(to: target), about: target, of: robot, ticket: ticket, now: now, &effects)
        case .echo(let robot, let target):
            ask(.echo(of: target), about: target, of: robot, ticket: ticket, now: now, &effects)
        case .measure(let order): measure(order, ticket: ticket, now: now, &effects)
        case .giveUp(let ticket):
            _ = probing.questions.close { $0.purpose == .command(ticket: ticket) }
            if probing.measurement?.ticket == ticket { endMeasurement(now: now, &effects) }
        }
    }

    private mutating func ask(
        _ subject: Question.Subject, about target: NodeID, of robot: NodeID, ticket: UInt32, now: Instant,
        _ effects: inout Effects
    ) {
        let span = if case .echo = subject { QuestionBook.echoSpan } else { QuestionBook.silentSpan }
        guard target != .none else { return answer(ticket, .failed(robot, .senseless), &effects) }
        if let failure = ask(subject, of: robot, .command(ticket: ticket), until: now + span, now: now, &effects) {
            answer(ticket, .failed(robot, failure), &effects)
        }
    }

    /// Asks; nil: an answer, or that there is none, will follow or has followed.
    private mutating func ask(
        _ subject: Question.Subject, of robot: NodeID, _ purpose: QuestionBook.Purpose, until deadline: Instant,
        now: Instant, _ effects: inout Effects
    ) -> QuestionFailure? {
        guard seal.isEnrolled(robot) else { return .refused(.noSuchRobot) }
        guard !departures.contains(robot) else { return .refused(.unreachable) }
        guard let question = probing.questions.open(subject, to: robot, purpose, until: deadline, now: now) else {
            return .tooMany
        }
        say(question, to: robot, now: now, &effects)
        return nil
    }

    private mutating func say(_ question: Question, to robot: NodeID, now: Instant, _ effects: inout Effects) {
        guard robot != id else { return take(question, from: id, seal.epoch, now: now, &effects) }
        send(.question(question), to: robot, now: now, &effects)
    }

    private func answer(_ ticket: UInt32, _ reply: QuestionReply, _ effects: inout Effects) {
        effects.append(.reply(.question(reply), ticket: ticket))
    }

    mutating func passQuestionDeadlines(now: Instant, _ effects: inout Effects) {
        for action in probing.questions.due(now: now) {
            switch action {
            case .again(let entry): say(entry.question, to: entry.robot, now: now, &effects)
            case .failed(let entry, let isSilent):
                failed(entry, isSilent ? .silent : .late, now: now, &effects)
            }
        }
        passAnswerDeadlines(now: now, &effects)
    }

    /// Nobody's answer will be heard any more.
    mutating func leaveQuestions(_ effects: inout Effects) {
        for entry in probing.questions.close(where: { _ in true }) {
            if case .command(let ticket) = entry.purpose { effects.append(.reply(.left, ticket: ticket)) }
        }
        if let ticket = probing.measurement?.ticket { effects.append(.reply(.left, ticket: ticket)) }
        probing.measurement = nil
        probing.giving = nil
        probing.taking = nil
        probing.answers.removeAll()
    }

    // MARK: Answers

    mutating func take(_ answer: Answer, from robot: NodeID, hops: UInt8, now: Instant, _ effects: inout Effects) {
        switch probing.questions.take(answer, from: robot, now: now) {
        // Said twice, or of an earlier life, or nobody's.
        case .strange: break
        case .going(let entry):
            if case .giving(let object, let sent, let repeated, let allotted) = answer.body {
                gives(
                    object, sent: sent, repeated: repeated, allottedKilobits: allotted, as: entry, now: now, &effects)
            }
        case .over(let entry): over(entry, answer.body, hops: hops, now: now, &effects)
        }
    }

    private mutating func over(
        _ entry: QuestionBook.Entry, _ body: Answer.Body, hops: UInt8, now: Instant, _ effects: inout Effects
    ) {
        switch (entry.purpose, body) {
        case (_, .refused(let reason)): failed(entry, .refused(reason), now: now, &effects)
        case (.command(let ticket), .way(let way)):
            let roundTrip = entry.sends == 1 ? now - entry.askedAt : nil
            answer(ticket, .way(of: entry.robot, way, hops: Int(hops), roundTrip: roundTrip), &effects)
        case (.command(let ticket), .echoed(let hops, let microseconds)):
            guard case .echo(let target) = entry.question.subject else { return }
            answer(
                ticket,
                .echoed(
                    by: entry.robot, of: target, hops: Int(hops), roundTrip: .microseconds(Int64(microseconds))),
                &effects)
        case (.measurement, .took(let waited, let took)):
            hasTaken(waited: .microseconds(Int64(waited)), took: .microseconds(Int64(took)), now: now, &effects)
        case (.measurement, .giving(_, let sent, let repeated, let allotted)):
            probing.measurement?.sent = Int(sent)
            probing.measurement?.repeated = Int(repeated)
            probing.measurement?.allottedBitsPerSecond = Double(allotted) * 1e3
            report(isSettled: true, now: now, &effects)
        case (.command, .giving), (.command, .took), (.command, .atWork), (.measurement, .way),
            (.measurement, .echoed), (.measurement, .atWork):
            preconditionFailure("\(body) ends no \(entry.question)")
        }
    }

    private mutating func failed(
        _ entry: QuestionBook.Entry, _ why: QuestionFailure, now: Instant, _ effects: inout Effects
    ) {
        switch entry.purpose {
        case .command(let ticket): answer(ticket, .failed(entry.robot, why), &effects)
        case .measurement:
            // How much was repeated is not worth the measurement.
            if case .enough = entry.question.subject { return report(isSettled: false, now: now, &effects) }
            fail(entry.robot, why, now: now, &effects)
        }
    }

    // MARK: A measurement

    private mutating func measure(_ order: SpeedOrder, ticket: UInt32, now: Instant, _ effects: inout Effects) {
        guard mayCommand(id) else { return effects.append(.reply(.refused(.role(.commandMissions)), ticket: ticket)) }
        guard order.isMeasurable else { return answer(ticket, .failed(id, .senseless), &effects) }
        guard !probing.isMeasuring(for: id, us: id), probing.measurement == nil else {
            return answer(ticket, .failed(id, .tooMany), &effects)
        }
        let deadline = now + .seconds(order.seconds)
        probing.measurement = Measurement(ticket: ticket, order: order, deadline: deadline)
        let subject = Question.Subject.speed(
            to: order.to, bytes: UInt32(order.bytes), milliseconds: UInt32(order.seconds * 1_000))
        if let failure = ask(subject, of: order.from, .measurement, until: deadline, now: now, &effects) {
            fail(order.from, failure, now: now, &effects)
        }
    }

    /// The sender has the object, or has sent so much of it: at the first word the receiver is asked.
    private mutating func gives(
        _ object: ObjectID, sent: UInt32, repeated: UInt32, allottedKilobits: UInt32, as entry: QuestionBook.Entry,
        now: Instant, _ effects: inout Effects
    ) {
        guard let measurement = probing.measurement, entry.purpose == .measurement else { return }
        let isFirst = measurement.number == nil
        probing.measurement?.number = entry.question.number
        probing.measurement?.sent = Int(sent)
        probing.measurement?.repeated = Int(repeated)
        probing.measurement?.allottedBitsPerSecond = Double(allottedKilobits) * 1e3
        guard isFirst, now < measurement.deadline else { return }
        let order = measurement.order
        let milliseconds = max(1, (measurement.deadline - now).wireMicroseconds / 1_000)
        let subject = Question.Subject.take(
            object, bytes: UInt32(order.bytes), from: order.from, milliseconds: milliseconds)
        let failure = ask(subject, of: order.to, .measurement, until: measurement.deadline, now: now, &effects)
        if let failure { fail(order.to, failure, now: now, &effects) }
    }

    private mutating func hasTaken(waited: Duration, took: Duration, now: Instant, _ effects: inout Effects) {
        guard let measurement = probing.measurement, let number = measurement.number else { return }
        probing.measurement?.waited = waited
        probing.measurement?.took = took
        _ = probing.questions.close { $0.purpose == .measurement }
        let failure = ask(
            .enough(number), of: measurement.order.from, .measurement, until: now + QuestionBook.silentSpan, now: now,
            &effects)
        if failure != nil { report(isSettled: false, now: now, &effects) }
    }

    private mutating func report(isSettled: Bool, now: Instant, _ effects: inout Effects) {
        guard let measurement = probing.measurement else { return }
        endMeasurement(now: now, &effects)
        answer(measurement.ticket, .measured(measurement.report(isSettled: isSettled)), &effects)
    }

    private mutating func fail(
        _ robot: NodeID, _ why: QuestionFailure, now: Instant, _ effects: inout Effects
    ) {
        guard let measurement = probing.measurement else { return }
        endMeasurement(now: now, &effects)
        answer(measurement.ticket, .failed(robot, why), &effects)
    }

    /// Both are told once, and not asked again: whoever does not hear it lets go by its lease.
    private mutating func endMeasurement(now: Instant, _ effects: inout Effects) {
        probing.measurement = nil
        for entry in probing.questions.close(where: { $0.purpose == .measurement }) {
            if case .enough = entry.question.subject { continue }
            let question = Question(number: probing.questions.nextNumber(), subject: .enough(entry.question.number))
            guard entry.robot == id || !departures.contains(entry.robot) else { continue }
            say(question, to: entry.robot, now: now, &effects)
        }
    }
}
