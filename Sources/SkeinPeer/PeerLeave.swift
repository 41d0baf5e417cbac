import SkeinWire

// Leaving the mesh, and others that leave it: docs/mesh.md.

extension Peer {
    /// Says so once on each band, and is silent from then on.
    mutating func leave(now: Instant, _ effects: inout Effects) {
        effects.append(.actuate(.stop))
        orders.leave()
        perform(worker.leave(now: now), now: now, &effects)
        perform(ledger.leave(now: now), now: now, &effects)
        leaveJobs(now: now, &effects)
        for computation in computations.closeAll() { effects.append(.cancel(computation)) }
        giveUpEchoes(now: now, &effects)
        leaveQuestions(&effects)
        closeAllSessions()
        _ = broadcast(.beacon(beacon(isLeaving: true, now: now)), on: .control, &effects)
        _ = broadcast(.hello(hello(isLeaving: true, interval: config.mesh.leaderHelloInterval)), on: .data, &effects)
        hasLeft = true
        effects.append(.record(.left))
    }

    /// A peer that has left keeps its books in order, and answers its own operator; it takes no part in anything.
    mutating func handleAfterwards(_ input: Input, now: Instant, _ effects: inout Effects) {
        switch input {
        case .persisted(let id): persisted(id, now: now, &effects)
        case .command(let command, let ticket):
            switch command {
            case .organise, .stopMission: effects.append(.reply(.left, ticket: ticket))
            case .echo(let robot): effects.append(.reply(.echoFailed(robot), ticket: ticket))
            case .leave: effects.append(.reply(.done, ticket: ticket))
            case .stop, .release, .question, .mission: effects.append(.reply(.left, ticket: ticket))
            case .status, .links, .submit, .task, .tasks, .forget, .admit, .entries, .trust, .safety, .peers, .job,
                .report:
                obey(command, ticket: ticket, now: now, &effects)
            }
        case .kept(let object, let isKept): kept(object, isKept: isKept, now: now, &effects)
        case .loaded(let object, let bytes): loaded(object, bytes, now: now, &effects)
        case .datagram, .cpu, .sensors, .computed, .wallClock, .kernels, .deadline: break
        }
    }

    /// A robot's own word that it leaves, with its first message that says so; a root's beacon tells its last sequence too.
    mutating func robotLeft(
        _ robot: NodeID, _ epoch: Epoch, rootSequence: UInt32?, now: Instant, _ effects: inout Effects
    ) {
        guard departures.note(robot, epoch) else { return }
        effects.append(.record(.robotLeft(robot)))
        dismiss(robot, rootSequence: rootSequence, now: now, &effects)
    }

    /// Nothing more is expected of a robot.
    mutating func dismiss(_ robot: NodeID, rootSequence: UInt32?, now: Instant, _ effects: inout Effects) {
        neighbours.remove(robot)
        routes.forget(robot)
        closeSessions(with: robot, now: now, &effects)
        tree.robotLeft(robot, sequence: rootSequence)
        if tree.isRoot { planner.forget(robot, now: now) }
        updateTree(now: now, &effects)
        updateSubgroup(now: now, &effects)
        if subgroup.isLeading { refreshGrants(now: now) }
        perform(worker.requesterLeft(robot, now: now), now: now, &effects)
        dismissFromJobs(robot, now: now, &effects)
        perform(ledger.helperLeft(robot, context: ledgerContext(now: now), now: now), now: now, &effects)
    }
}
