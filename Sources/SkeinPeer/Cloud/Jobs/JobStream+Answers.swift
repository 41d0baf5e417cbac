import SkeinWire

// What helpers, and this robot's own processor, answer about a stream's units.

extension JobStream {
    mutating func receive(
        _ receipt: JobReceipt, from helper: NodeID, _ store: inout ObjectStore, context: JobContext,
        actions: inout [JobAction]
    ) {
        guard
            let index = leases.firstIndex(where: { $0.attempt == receipt.id.attempt && $0.way.helper == helper })
        else { return }
        leases[index].heardAt = context.now
        guard receipt.id.unit == JobUnitID.wholeJob else { return unitRefused(receipt, index, context, &actions) }
        switch receipt.verdict {
        case .accepted:
            if case .asked = leases[index].state { actions.append(.note(.matched(leases[index].source, works: true))) }
            leases[index].state = .held(
                until: context.now + .milliseconds(Int64(receipt.expectedMilliseconds)),
                renewAt: context.now + tuning.leaseRenewal)
        case .busy, .unknownKernel, .tooLate, .inputLost, .gone:
            lose(index, word: nil, context: context, actions: &actions)
            avoid(helper, for: tuning.busyRest * 2, now: context.now)
        }
    }

    mutating func unitRefused(
        _ receipt: JobReceipt, _ index: Int, _ context: JobContext, _ actions: inout [JobAction]
    ) {
        switch receipt.verdict {
        case .accepted: return
        // It knows nothing of the lease.
        case .gone, .unknownKernel: lose(index, word: nil, context: context, actions: &actions)
        case .busy, .tooLate, .inputLost:
            guard let (place, offer) = find(receipt.id) else { return }
            units[place].offers[offer].isClosed = true
            units[place].trouble = .refused(receipt.verdict)
        }
    }

    func find(_ name: JobUnitID) -> (place: Int, offer: Int)? {
        guard let place = units.firstIndex(where: { $0.name == name.unit }),
            let offer = units[place].offers.firstIndex(where: { $0.attempt == name.attempt })
        else { return nil }
        return (place, offer)
    }

    mutating func receive(
        _ result: JobResult, from helper: NodeID, _ store: inout ObjectStore, context: JobContext,
        actions: inout [JobAction]
    ) {
        hear(result, from: helper, now: context.now)
        guard let (place, offer) = find(result.id), units[place].offers[offer].helper == helper else { return }
        switch result.outcome {
        case .inline(let bytes): done(place, ObjectBytes(bytes), by: helper, context: context, actions: &actions)
        case .object(let object, let bytes):
            if let here = store.use(object) {
                return done(place, here, by: helper, context: context, actions: &actions)
            }
            guard units[place].offers[offer].fetching == nil, Int(bytes) <= ObjectBytes.pieceBytes else { return }
            units[place].offers[offer].fetching = object
            units[place].offers[offer].due = .distantFuture
            actions.append(
                .fetch(object, bytes: Int(bytes), from: helper, .task, deadline: units[place].deadline))
        case .failed(let failure, let text):
            units[place].offers[offer].isClosed = true
            let trouble = JobTrouble.program(failure, by: helper, text)
            units[place].trouble = trouble
            guard units[place].live == 0, !units[place].isAtHome else { return }
            answer(place, .missing(trouble), by: nil, context: context, actions: &actions)
        }
    }

    /// Whatever it says, its helper lives, and how fast it is shows.
    mutating func hear(_ result: JobResult, from helper: NodeID, now: Instant) {
        guard
            let index = leases.firstIndex(where: { $0.attempt == result.id.attempt && $0.way.helper == helper })
        else { return }
        leases[index].heardAt = now
        leases[index].missed = 0
        guard let (place, offer) = find(result.id), units[place].offers[offer].sends == 1 else { return }
        let took = now - units[place].offers[offer].sentAt
        leases[index].latency = .nanoseconds((leases[index].latency.nanoseconds * 7 + took.nanoseconds) / 8)
    }

    mutating func arrived(
        _ object: ObjectID, _ bytes: ObjectBytes, context: JobContext, actions: inout [JobAction]
    ) {
        for place in units.indices.reversed() {
            guard let offer = units[place].offers.firstIndex(where: { $0.fetching == object && !$0.isClosed })
            else { continue }
            let helper = units[place].offers[offer].helper
            units[place].offers[offer].isClosed = true
            done(place, bytes, by: helper, context: context, actions: &actions)
        }
    }

    mutating func fetchFailed(
        _ object: ObjectID, from helper: NodeID, context: JobContext, actions: inout [JobAction]
    ) {
        for place in units.indices {
            for offer in units[place].offers.indices
            where units[place].offers[offer].fetching == object && units[place].offers[offer].helper == helper {
                units[place].offers[offer].isClosed = true
                units[place].trouble = .resultLost
            }
        }
    }

    mutating func finishedHere(
        _ key: JobUnitID, _ outcome: ProgramOutcome, context: JobContext, actions: inout [JobAction]
    ) {
        guard let place = units.firstIndex(where: { $0.name == key.unit && $0.isAtHome }) else { return }
        switch outcome.result {
        case .done(_, let bytes) where bytes.count <= ObjectBytes.pieceBytes:
            done(place, bytes, by: id.requester, context: context, actions: &actions)
        case .done: failedHere(place, .program(.outputTooLarge, by: id.requester, ""), context, &actions)
        case .failed(let failure, let text):
            failedHere(place, .program(failure, by: id.requester, text), context, &actions)
        }
    }

    mutating func failedHere(
        _ place: Int, _ trouble: JobTrouble, _ context: JobContext, _ actions: inout [JobAction]
    ) {
        units[place].isAtHome = false
        units[place].hasFailedHere = true
        units[place].trouble = trouble
        guard units[place].live == 0 else { return }
        answer(place, .missing(trouble), by: id.requester, context: context, actions: &actions)
    }

    /// Cancelled, or this robot leaves: every unit is answered, and the leases end.
    mutating func end(_ trouble: JobTrouble, context: JobContext, actions: inout [JobAction]) {
        for place in units.indices.reversed() {
            answer(place, .missing(trouble), by: nil, context: context, actions: &actions)
        }
        for index in leases.indices.reversed() { lose(index, word: nil, context: context, actions: &actions) }
        seek.settle()
        isClosing = true
    }
}
