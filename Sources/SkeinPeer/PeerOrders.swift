import SkeinTasks
import SkeinWire

// A person's orders: between the door, the book and the ledger.

extension Peer {
    mutating func perform(_ actions: [OrderAction], now: Instant, _ effects: inout Effects) {
        for action in actions {
            switch action {
            case .reply(let reply, let ticket): effects.append(.reply(reply, ticket: ticket))
            case .persist(let id, let record): effects.append(.persist(id, record))
            case .begin(let order, let number):
                let (kernel, inputs, check) = (order.kernel, order.inputs, order.check)
                let submission = TaskSubmission(
                    number: number, purpose: .order(order.key),
                    parts: inputs.map { TaskPart(kernel: kernel, input: $0) }, span: order.span, smell: 0,
                    check: check, seed: seed(of: check),
                    isValid: { part, output in
                        inputs.indices.contains(part) && kernel.isAnswer(output, to: inputs[part])
                    },
                    agrees: { part, one, other in kernel.agree(one, other, answering: inputs[part]) })
                perform(ledger.submit(submission, context: ledgerContext(now: now), now: now), now: now, &effects)
            }
        }
    }

    mutating func answer(_ command: OperatorCommand, ticket: UInt32, now: Instant, _ effects: inout Effects) {
        switch command {
        case .submit(let order): perform(orders.submit(order, ticket: ticket), now: now, &effects)
        case .forget(let key): perform(orders.forget(key, ticket: ticket), now: now, &effects)
        case .task(let key): effects.append(.reply(.task(key, orders.state(of: key)), ticket: ticket))
        case .tasks: effects.append(.reply(.tasks(orders.keys), ticket: ticket))
        case .organise, .stopMission, .echo, .status, .links, .leave, .admit, .entries, .trust, .stop, .release,
            .safety, .peers, .job, .question, .report, .mission:
            preconditionFailure("\(command) is not about orders")
        }
    }

    /// Those that a restart has left waiting.
    mutating func beginOrders(now: Instant, _ effects: inout Effects) {
        let knowsLeader = subgroup.leader != .none
        perform(orders.begin(knowsLeader: knowsLeader, now: now), now: now, &effects)
    }

    /// While orders and jobs take of the processor themselves, less of it is lent.
    mutating func lendWhatIsLeft(now: Instant) {
        orderPercent = ledger.orderPercent
        jobPercent = jobPercentNow
        worker.setIdle(percent: max(0, lentPercent - orderPercent - jobPercent), now: now)
    }

    mutating func ended(_ outcome: TaskOutcome, now: Instant, _ effects: inout Effects) {
        switch outcome.purpose {
        case .step(let step): stepEnded(step, outcome, now: now, &effects)
        case .order(let key): perform(orders.ended(key, outcome), now: now, &effects)
        }
    }
}
