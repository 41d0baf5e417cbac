import SkeinSeal
import SkeinWire

// The emergency stop between the door, the book of stops and the air: Stop/StopBook.swift, docs/stop.md. Every way in that
// makes this robot stand ends in `stand`, whose first effect stops the motors; nothing is sent before.

extension Peer {
    // MARK: The operator

    mutating func obeyStop(_ command: OperatorCommand, ticket: UInt32, now: Instant, _ effects: inout Effects) {
        switch command {
        case .stop:
            issueStop(now: now, &effects)
            effects.append(.reply(.safety(safetyReport), ticket: ticket))
        case .release(let number):
            if let refusal = releaseRefusal(number) {
                return effects.append(.reply(.refused(refusal), ticket: ticket))
            }
            issueRelease(now: now, &effects)
            effects.append(.reply(.safety(safetyReport), ticket: ticket))
        case .safety: effects.append(.reply(.safety(safetyReport), ticket: ticket))
        case .organise, .stopMission, .echo, .status, .links, .leave, .submit, .task, .tasks, .forget, .admit, .entries,
            .trust, .peers, .job, .question, .report, .mission:
            preconditionFailure("\(command) is not about stops")
        }
    }

    /// Whether it stands for an emergency stop.
    package var isStopped: Bool { stops.isStopped }

    var safetyReport: SafetyReport {
        let trust = seal.trust
        return stops.report(members: trust.members) { trust.member($0)?.name ?? "\($0)" }
    }

    private mutating func issueStop(now: Instant, _ effects: inout Effects) {
        effects.append(.actuate(.stop))
        var statement = stops.draft(.stop)
        guard stops.known.isNews(statement) else { return }
        statement.signature = seal.signer.stated(stated(statement))
        guard accept(statement, from: id, now: now, &effects) else { return }
        stops.issued(statement, members: seal.trust.members, now: now)
        tellStops(now: now, &effects)
    }

    private func releaseRefusal(_ number: UInt32) -> CommandRefusal? {
        guard mayRelease(id) else { return .role(.releaseStops) }
        guard let held = releasable.last else { return .notStopped }
        return held.number == number ? nil : .otherStop(inForce: held.number)
    }

    /// The stops in force here, ascending. Without one, those that a robot has released which has lost the right to since: others
    /// may not have taken its word, and wait for another's.
    private var releasable: [StopStatement.Name] {
        guard stops.known.active.isEmpty else { return stops.known.active }
        return stops.known.kept.map(\.statement).filter { $0.kind == .release && !mayRelease($0.issuer) }
            .flatMap(\.names).sorted()
    }

    private mutating func issueRelease(now: Instant, _ effects: inout Effects) {
        let names = Array(releasable.suffix(StopStatement.namesMax))
        var statement = stops.draft(.release, names: names)
        statement.signature = seal.signer.stated(stated(statement))
        stops.confirmed()
        guard accept(statement, from: id, now: now, &effects) else { return }
        stops.issued(statement, members: seal.trust.members, now: now)
        tellStops(now: now, &effects)
        // A robot that has been away may still come upon the order to start: it must not drive off alone.
        if !stops.isStopped, mayCommand(id), let order = mission.order, order.command != .stop {
            issue(.stop, brief: order.brief.map { _ in briefNow(now: now) }, now: now, &effects)
        }
    }

    // MARK: What others say

    mutating func take(
        _ notice: StopNotice, from sender: NodeID, isFresh: Bool, now: Instant, _ effects: inout Effects
    ) {
        for statement in notice.statements {
            let isWanted = stops.known.isNews(statement) || stops.known.renews(statement) { !mayRelease($0) }
            guard isWanted, isAuthentic(statement) else { continue }
            _ = accept(statement, from: sender, now: now, &effects)
        }
        // The fleet has been told to stand through this robot, and an older word undoes it: once more, above that.
        if stops.takeDisowned() { issueStop(now: now, &effects) }
        guard isFresh else { return }
        compareStops(with: sender, digest: notice.digest, isStopped: notice.isStopped, now: now, &effects)
    }

    mutating func compareStops(
        with sender: NodeID, digest: UInt32, isStopped: Bool, now: Instant, _ effects: inout Effects
    ) {
        let ours = stops.ours
        if isStopped, stops.isStopped, digest == ours.digest { stops.confirmed() }
        stops.spread.heard(sender, digest: digest, isStopped: isStopped, ours: ours, now: now, random: &random)
    }

    /// Whether its issuer has said so, and may. No clock: a membership that has run out still stops, and still releases.
    private mutating func isAuthentic(_ statement: StopStatement) -> Bool {
        let issuer = statement.issuer
        guard let key = seal.trust.key(of: issuer) else {
            seal.drop(.unknownSender)
            return false
        }
        guard !seal.trust.isRevoked(issuer) else {
            seal.drop(.revoked)
            return false
        }
        switch statement.kind {
        case .stop: break
        case .release:
            guard mayRelease(issuer) else {
                seal.drop(.notAllowed)
                return false
            }
        }
        guard seal.verifier.isStated(stated(statement), signature: statement.signature, by: key) else {
            seal.drop(.wrongSignature)
            return false
        }
        return true
    }

    private func mayRelease(_ robot: NodeID) -> Bool {
        !seal.trust.isRevoked(robot) && seal.trust.member(robot)?.roles.contains(.releaseStops) == true
    }

    private func stated(_ statement: StopStatement) -> [UInt8] {
        Statement.bytes(.stop, fleet: seal.fleet, statement.statedBytes)
    }

    /// Acts on a statement that is news and holds. False: there is no place for it.
    private mutating func accept(
        _ statement: StopStatement, from sender: NodeID, now: Instant, _ effects: inout Effects
    ) -> Bool {
        let wasStopped = stops.isStopped
        guard let writes = stops.take(statement, from: sender) else {
            seal.drop(.overflow)
            return false
        }
        switch statement.kind {
        case .stop: stand(now: now, &effects)
        case .release: if wasStopped, !stops.isStopped { mission.released() }
        }
        for write in writes { effects.append(.persist(write.id, write.record)) }
        switch statement.kind {
        case .stop: effects.append(.record(.stopped(statement.name)))
        case .release: for name in statement.names { effects.append(.record(.released(name))) }
        }
        let known = stops.known
        stops.debts.forget { known.isReleased($0) }
        learnWayBack(to: statement.issuer, over: sender, now: now)
        stops.spread.changed(neighbours: listeners.count, now: now, random: &random)
        return true
    }

    /// First of all the motors; then nothing is left that would move them.
    private mutating func stand(now: Instant, _ effects: inout Effects) {
        effects.append(.actuate(.stop))
        launch = nil
        var actions: [MissionAction] = []
        mission.stopped(actions: &actions)
        perform(actions, now: now, &effects)
    }

    // MARK: Telling

    /// Neighbours that can hear this robot, ascending.
    private var listeners: [NodeID] {
        neighbours.all.filter { ($0.isControlLink || $0.isDataLink) && !departures.contains($0.id) }.map(\.id)
    }

    /// On both bands at once: what one loses the other may bring.
    private mutating func tellStops(now: Instant, _ effects: inout Effects) {
        let notice = stops.notice()
        _ = broadcast(.stopNotice(notice), on: .control, &effects)
        _ = broadcast(.stopNotice(notice), on: .data, &effects)
        stops.spread.sent(neighbours: listeners.count, now: now, random: &random)
    }

    mutating func keepStops(now: Instant, _ effects: inout Effects) {
        if stops.isRestart {
            if stops.isStopped { stand(now: now, &effects) }
            stops.restart(members: seal.trust.members, now: now, random: &random)
        }
        if now >= stops.spread.nextDeadline {
            if stops.spread.isDue(neighbours: listeners, ours: stops.ours) {
                tellStops(now: now, &effects)
            } else {
                stops.spread.rest()
                stops.settled()
            }
        }
        sendReceipts(now: now, &effects)
        askMembers(now: now, &effects)
    }

    mutating func stopPersisted(_ id: PersistID, now: Instant, _ effects: inout Effects) {
        stops.persisted(id, members: seal.trust.members.count, now: now, random: &random)
    }

    // MARK: Receipts

    mutating func take(_ receipt: StopReceipt, from sender: NodeID, now: Instant, _ effects: inout Effects) {
        if receipt.isAnswer {
            guard receipt.name.issuer == sender else { return seal.drop(.notAllowed) }
            stops.debts.answered(receipt.name)
        } else if receipt.name.issuer == id {
            stops.answered(receipt, by: sender, now: now)
            sendReceipt(receipt.name, isAnswer: true, to: sender, now: now, &effects)
        } else if receipt.name.issuer == sender {
            // The issuer asks. Who has not heard of it says so by its notices and beacons, and is told by its neighbours.
            guard stops.known.covers(receipt.name) || receipt.digest == stops.digest else { return }
            stops.debts.owe(receipt.name, from: .none, at: now + random.jitter(upTo: StopDebts.turnSpacing))
        } else {
            seal.drop(.notAllowed)
        }
    }

    private mutating func sendReceipt(
        _ name: StopStatement.Name, isAnswer: Bool, to robot: NodeID, now: Instant, _ effects: inout Effects
    ) {
        let receipt = StopReceipt(isStopped: stops.isStopped, isAnswer: isAnswer, name: name, digest: stops.digest)
        send(.stopReceipt(receipt), to: robot, now: now, &effects)
    }

    private mutating func sendReceipts(now: Instant, _ effects: inout Effects) {
        guard now >= stops.debts.nextDeadline else { return }
        let trust = seal.trust
        stops.debts.forget { trust.isRevoked($0.issuer) }
        // Nothing of this robot's word may be ahead of its disk.
        guard stops.isPersisted else { return stops.debts.wait(now: now) }
        let reached = stops.debts.issuersDue(now: now).filter { nextHop(to: $0, via: .none, now: now) != nil }
        for due in stops.debts.due(reached: reached, now: now, random: &random) {
            if !reached.contains(due.name.issuer) { learnWayBack(to: due.name.issuer, over: due.from, now: now) }
            guard due.maySearch || nextHop(to: due.name.issuer, via: .none, now: now) != nil else { continue }
            sendReceipt(due.name, isAnswer: false, to: due.name.issuer, now: now, &effects)
        }
    }

    private mutating func askMembers(now: Instant, _ effects: inout Effects) {
        guard let round = stops.round, now >= round.nextDeadline else { return }
        let reached = round.robotsDue(now: now).filter { nextHop(to: $0, via: .none, now: now) != nil }
        for question in stops.questions(members: seal.trust.members, reached: reached, now: now) {
            sendReceipt(round.issued.name, isAnswer: false, to: question.robot, now: now, &effects)
        }
    }

    /// A notice came over a neighbour that had it before this robot: there is a way to its issuer over that neighbour, for as
    /// long as such ways are kept, and nobody has to search for one. How long it is is not known.
    private mutating func learnWayBack(to issuer: NodeID, over neighbour: NodeID, now: Instant) {
        guard issuer != id, neighbour != id, let link = neighbours[neighbour], link.isControlLink || link.isDataLink
        else { return }
        routes.learn(issuer, next: neighbour, hops: neighbour == issuer ? 1 : config.mesh.floodHopsMax, now: now)
    }
}
