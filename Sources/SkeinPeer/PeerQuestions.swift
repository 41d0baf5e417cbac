import SkeinWire

extension OperatorCommand {
    /// It only asks: whoever answers it, nothing changes for any robot.
    package var isQuestion: Bool {
        switch self {
        case .status, .links, .task, .tasks, .entries, .trust, .safety, .peers, .report: true
        case .job(let command): command.isQuestion
        case .mission(let instruction): instruction.isQuestion
        case .organise, .stopMission, .echo, .leave, .submit, .forget, .admit, .stop, .release, .question:
            false
        }
    }
}

extension JobCommand {
    /// As `OperatorCommand.isQuestion`. A fetch is none: it may send for the object.
    package var isQuestion: Bool {
        switch self {
        case .state, .list, .plan, .explain, .kernels: true
        case .give, .fetch, .submit, .cancel, .forget, .open, .feed, .close: false
        }
    }
}

extension Peer {
    /// The answer to a question as `handle` would give it at this moment, without its being an input: no deadline passes,
    /// nothing is counted, and the peer goes on as if nobody had asked. A copy answers, so that this holds whatever a
    /// question's answer takes. For whoever looks into a simulation.
    package func answer(_ question: OperatorCommand, now: Instant) -> Reply {
        precondition(question.isQuestion, "\(question) would change the peer")
        var copy = self
        copy.onlooker = nil
        var effects = Effects()
        copy.obey(question, ticket: 0, now: now, &effects)
        guard effects.items.count == 1, case .reply(let reply, _) = effects.items[0] else {
            preconditionFailure("\(question) was answered by \(effects.items.count) effects")
        }
        return reply
    }
}
