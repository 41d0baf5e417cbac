import SkeinSeal
import SkeinWire

// Newcomers, and what is known of the fleet: Mesh/Introductions, Mesh/TrustSpread, docs/trust.md.

extension Peer {
    // MARK: Newcomers

    /// A message that holds, of a robot that has not shown to be of today.
    mutating func meet(
        _ opened: Seal.Opened, _ datagram: [UInt8], _ reception: Reception, now: Instant, _ effects: inout Effects
    ) {
        let envelope = opened.envelope
        guard let message = opened.message else { return }
        let isOurs = envelope.destination == id
        switch message {
        case .introduction(let introduction):
            learnWayBack(from: envelope, now: now)
            guard isOurs else { return forward(datagram, envelope, now: now, &effects) }
            return take(introduction, envelope, reception, now: now, &effects)
        case .trustGossip(let gossip):
            guard isOurs || envelope.destination == .none else { return seal.drop(.unproven) }
            return take(gossip, now: now, &effects)
        case .stopNotice(let notice):
            guard envelope.destination == .none, envelope.hop == 1 else { return seal.drop(.notAllowed) }
            take(notice, from: envelope.sender, isFresh: false, now: now, &effects)
        case .beacon, .hello, .linkReport, .plan, .mission, .sighting, .request, .claim, .claimReply, .match, .unit,
            .unitReceipt, .result, .fixes, .routeRequest, .routeReply, .echo, .trustSummary, .stopReceipt, .session,
            .clockQuestion, .clockAnswer, .question, .answer, .jobUnit, .jobReceipt,
            .jobResult, .jobCancel, .jobLease:
            break
        }
        learnWayBack(from: envelope, now: now)
        if envelope.kind.isFlooded {
            if layBy(opened, message, datagram, reception, now: now, &effects) { return }
            guard floodBudget.mayPass(envelope.kind, of: envelope.sender, now: now) else {
                return seal.drop(.overBudget)
            }
            floods.takeNewcomer(datagram, envelope, neighbours: neighbours, now: now, random: &random)
        } else if envelope.destination != .none, !isOurs {
            return forward(datagram, envelope, now: now, &effects)
        }
        hold(envelope, message, datagram, reception, now: now, &effects)
    }

    /// The way back, for who answers. A newcomer's word moves none that is known; but what comes by the learned one keeps it,
    /// for a relay is not asked to meet those it relays for, and would else lose the way in the midst of their talk.
    private mutating func learnWayBack(from envelope: Envelope, now: Instant) {
        let learned = routes.route(to: envelope.sender, now: now)?.next
        guard learned == envelope.relay || nextHop(to: envelope.sender, via: .none, now: now) == nil else { return }
        learnWay(from: envelope, now: now)
    }

    /// A bulletin that nobody vouches for: taken if a neighbour says that it is in force, true; else laid by.
    mutating func layBy(
        _ opened: Seal.Opened, _ message: Message, _ datagram: [UInt8], _ reception: Reception, now: Instant,
        _ effects: inout Effects
    ) -> Bool {
        guard bulletins.isNews(message) else { return false }
        let unvouched = Seal.Opened(envelope: opened.envelope, message: message, standing: .unvouched)
        if neighbours.attest(message) {
            take(unvouched, datagram, reception, now: now, &effects)
            return true
        }
        shelf.put(.init(opened: unvouched, message: message, datagram: datagram, reception: reception, at: now))
        return false
    }

    /// A bulletin of another boot, or from behind the window: it may be this robot that has missed it.
    mutating func reconsider(
        _ opened: Seal.Opened, _ datagram: [UInt8], _ reception: Reception, now: Instant, _ effects: inout Effects
    ) {
        guard let message = opened.message, bulletins.isNews(message) else {
            return take(opened, datagram, reception, now: now, &effects)
        }
        _ = layBy(opened, message, datagram, reception, now: now, &effects)
    }

    /// A neighbour's beacon may speak for what was laid by.
    mutating func takeAttested(now: Instant, _ effects: inout Effects) {
        for entry in shelf.take(now: now, { neighbours.attest($0) }) where bulletins.isNews(entry.message) {
            take(entry.opened, entry.datagram, entry.reception, now: now, &effects)
        }
    }

    private mutating func hold(
        _ envelope: Envelope, _ message: Message, _ datagram: [UInt8], _ reception: Reception, now: Instant,
        _ effects: inout Effects
    ) {
        switch message {
        // Whoever passes a search on needs not know who searches.
        case .routeRequest(let request) where request.target != id: return
        case .beacon, .hello, .linkReport, .plan, .mission, .sighting, .request, .claim, .claimReply, .match, .unit,
            .unitReceipt, .result, .fixes, .routeRequest, .routeReply, .echo, .introduction, .trustSummary,
            .trustGossip,
            .stopNotice, .stopReceipt, .session, .clockQuestion, .clockAnswer, .question, .answer, .jobUnit,
            .jobReceipt,
            .jobResult, .jobCancel, .jobLease:
            break
        }
        let isStale = seal.provedEpoch(of: envelope.sender).map { envelope.epoch < $0 } ?? false
        let held = Introductions.Held(envelope: envelope, message: message, datagram: datagram, reception: reception)
        var lost = 0
        let ask = introductions.meet(
            envelope.sender, envelope.epoch, isStale: isStale, holding: isStale ? nil : held, now: now, lost: &lost)
        if isStale { seal.drop(.staleEpoch) }
        for _ in 0..<lost { seal.drop(.unproven) }
        guard let ask else { return }
        introduce(to: envelope, reception, ask: ask, answering: nil, &effects)
    }

    /// Goes back the way the message came.
    private mutating func introduce(
        to envelope: Envelope, _ reception: Reception, ask: UInt64?, answering question: Introduction?,
        _ effects: inout Effects
    ) {
        let floors = seal.floors(age: question.map { .milliseconds($0.awakeMilliseconds) } ?? .zero)
        let message = Message.introduction(
            Introduction(
                awakeMilliseconds: seal.awake.wireMilliseconds, ask: ask, answer: question?.ask, floors: floors))
        let datagram = seal.close(
            message, to: envelope.sender, via: .none, next: envelope.relay, timeToLive: config.mesh.unicastHopsMax)
        transmit(
            datagram, on: reception.band, next: envelope.relay, message.kind.trafficClass, address: reception.from,
            &effects)
    }

    mutating func take(
        _ introduction: Introduction, _ envelope: Envelope, _ reception: Reception, now: Instant,
        _ effects: inout Effects
    ) {
        let (sender, epoch) = (envelope.sender, envelope.epoch)
        let isProved: Bool
        var lost = 0
        if let answer = introduction.answer,
            let held = introductions.answered(sender, epoch, answer: answer, now: now, lost: &lost)
        {
            for _ in 0..<lost { seal.drop(.unproven) }
            seal.prove(sender, epoch, floors: introduction.floors)
            if introductions.isDouble(sender, epoch) { doubled(sender, now: now, &effects) }
            isProved = true
            respond(to: introduction, envelope, reception, isProved: isProved, now: now, &effects)
            for item in held where seal.admit(item.envelope) {
                let opened = Seal.Opened(envelope: item.envelope, message: item.message)
                take(opened, item.datagram, item.reception, now: now, &effects)
            }
        } else {
            isProved = seal.provedEpoch(of: sender) == epoch
            respond(to: introduction, envelope, reception, isProved: isProved, now: now, &effects)
        }
    }

    /// Answers who asks, and asks back if it has proved nothing itself.
    private mutating func respond(
        to introduction: Introduction, _ envelope: Envelope, _ reception: Reception, isProved: Bool, now: Instant,
        _ effects: inout Effects
    ) {
        guard introduction.ask != nil, introductions.mayAnswer(envelope.sender, now: now) else { return }
        var ask: UInt64?
        if !isProved {
            var lost = 0
            let isStale = seal.provedEpoch(of: envelope.sender).map { envelope.epoch < $0 } ?? false
            ask = introductions.meet(
                envelope.sender, envelope.epoch, isStale: isStale, holding: nil, now: now, lost: &lost)
            for _ in 0..<lost { seal.drop(.unproven) }
        }
        introduce(to: envelope, reception, ask: ask, answering: introduction, &effects)
    }

    mutating func keepIntroductions(now: Instant, _ effects: inout Effects) {
        for (held, ask) in introductions.askAgain(now: now) {
            introduce(to: held.envelope, held.reception, ask: ask, answering: nil, &effects)
        }
        for _ in 0..<introductions.forgetSilent(now: now) { seal.drop(.unproven) }
    }

    /// Another machine speaks with this robot's key, or two with one other.
    mutating func doubled(_ robot: NodeID, now: Instant, _ effects: inout Effects) {
        guard doubles.note(robot, now: now) else { return }
        effects.append(.record(.keyDoubled(robot)))
    }

    // MARK: The fleet

    /// Entries from anybody: each is its issuer's word.
    mutating func take(_ gossip: TrustGossip, now: Instant, _ effects: inout Effects) {
        for entry in gossip.entries {
            switch admit(entry, now: now, &effects) {
            case nil, .known?: break
            case .full?: seal.drop(.overflow)
            case .unknownIssuer?: seal.drop(.unknownSender)
            case .wrongSignature?: seal.drop(.wrongSignature)
            case .notAllowed?: seal.drop(.notAllowed)
            }
        }
    }

    /// Takes an entry, keeps it, passes it on, and acts on it. Nil: it was new.
    mutating func admit(
        _ entry: TrustEntry, isBrought: Bool = false, now: Instant, _ effects: inout Effects
    ) -> TrustBook.Refusal? {
        if seal.trust.knows(entry) { return .known }
        guard isBrought || entryBudget.take(now: now) else { return .full }
        let verifier = seal.verifier
        let (fleet, cloud) = (seal.fleet, config.cloud)
        let key = seal.trust.key(of: entry.robot)
        let refusal = seal.trust.admit(entry, verifier: verifier) { demotion, member in
            LeaderRules.proves(demotion, against: member, fleet: fleet, cloud: cloud, verifier: verifier)
        }
        if let refusal { return refusal }
        // Under another key it is another machine: what the old one proved is nothing.
        if key != seal.trust.key(of: entry.robot) { seal.forget(entry.robot) }
        // As many records as the book holds entries: what has made room for later ones is the first to go.
        trustSlots = trustSlots % TrustBook.entriesMax + 1
        let slot = StateKey.key(.trust, slot: trustSlots)
        effects.append(.persist(PersistID(slot), StateRecord(key: slot, bytes: entry.bytes)))
        trustSpread.learned(entry, now: now, random: &random)
        effects.append(
            .record(
                .trustLearned(
                    issuer: entry.issuer, number: entry.number, TrustChange(entry.content), robot: entry.robot)))
        act(on: entry, now: now, &effects)
        return nil
    }

    private mutating func act(on entry: TrustEntry, now: Instant, _ effects: inout Effects) {
        switch entry.content {
        case .membership(let membership):
            if neighbours[membership.robot] != nil || seal.provedEpoch(of: membership.robot) != nil {
                if !seal.trust.isEnrolled(membership.robot) { expel(membership.robot, now: now, &effects) }
            }
            rolesChanged(of: membership.robot, now: now, &effects)
        case .revocation(let revocation):
            guard seal.trust.isRevoked(revocation.robot) else { return }
            expel(revocation.robot, now: now, &effects)
            rolesChanged(of: revocation.robot, now: now, &effects)
        case .fleetKey(let share): learn(share, now: now)
        case .demotion(let demotion): demoted(demotion.accused, now: now, &effects)
        }
    }

    mutating func learn(_ share: FleetKeyShare, now: Instant) {
        guard share.robot == id else { return }
        guard let opener = seal.opener else {
            _ = seal.keyring.learn(FleetKey(keyless: seal.fleet, number: share.keyNumber), now: now)
            return
        }
        guard let secret = opener.open(share.sealed), secret.count == FleetKey.byteCount else { return }
        _ = seal.keyring.learn(FleetKey(bytes: secret, fleet: seal.fleet, number: share.keyNumber), now: now)
    }

    /// A robot is out: nothing of it is used any more, from this moment.
    private mutating func expel(_ robot: NodeID, now: Instant, _ effects: inout Effects) {
        guard robot != id else {
            effects.append(.record(.expelled(id)))
            return leave(now: now, &effects)
        }
        seal.forget(robot)
        introductions.forget(robot)
        effects.append(.record(.expelled(robot)))
        dismiss(robot, rootSequence: nil, now: now, &effects)
    }

    /// What is on the disk of entries that this robot has taken before: taken again unseen.
    mutating func restoreTrust(_ records: [StateRecord], now: Instant) {
        var restored: [TrustEntry] = []
        for record in records {
            guard let slot = StateKey.slot(record.key, of: .trust) else { continue }
            trustSlots = max(trustSlots, slot)
            guard let bytes = record.bytes, let entry = try? TrustEntry(bytes: bytes[...]) else { continue }
            restored.append(entry)
        }
        if !restored.isEmpty { seal.trust.restore(restored) }
        for entry in seal.trust.entries {
            if case .fleetKey(let share) = entry.content { learn(share, now: now) }
        }
    }

    /// A neighbour's beacon tells whether it knows the same of the fleet.
    mutating func compareTrust(with sender: NodeID, digest: UInt32, now: Instant) {
        trustSpread.compared(with: sender, agrees: digest == seal.trust.digest, now: now, random: &random)
    }

    mutating func take(_ summary: TrustSummary, from sender: NodeID, now: Instant, _ effects: inout Effects) {
        guard trustSpread.mayAnswer(sender, now: now) else { return }
        let lacking = Array(seal.trust.entries(lackedBy: summary).prefix(TrustSpread.answerEntriesMax))
        for gossip in TrustGossip.messages(of: lacking) { send(.trustGossip(gossip), to: sender, now: now, &effects) }
    }

    mutating func spreadTrust(now: Instant, _ effects: inout Effects) {
        for gossip in TrustGossip.messages(of: trustSpread.due(now: now)) {
            _ = broadcast(.trustGossip(gossip), on: .control, &effects)
        }
        for neighbour in trustSpread.summariesDue(now: now) where neighbours[neighbour] != nil {
            send(.trustSummary(seal.trust.summary), to: neighbour, now: now, &effects)
        }
    }

    /// Of a robot that uses an old key of the fleet nothing is believed but that somebody must stand: each stop bears its
    /// issuer's own signature.
    mutating func hear(
        _ opened: Seal.Opened, laggingBehind number: UInt16, _ reception: Reception, now: Instant,
        _ effects: inout Effects
    ) {
        if case .stopNotice(let notice) = opened.message, opened.envelope.hop == 1 {
            take(notice, from: opened.envelope.sender, isFresh: false, now: now, &effects)
        }
        help(opened.envelope, number, reception, now: now, &effects)
    }

    /// To a robot that uses an old key of the fleet, under that key: its shares of the later ones, and who is out.
    private mutating func help(
        _ envelope: Envelope, _ number: UInt16, _ reception: Reception, now: Instant, _ effects: inout Effects
    ) {
        seal.drop(.oldKey)
        let robot = envelope.sender
        guard envelope.relay == robot, trustSpread.mayHelp(robot, now: now) else { return }
        let wanted = seal.trust.entries.filter { entry in
            switch entry.content {
            case .fleetKey(let share): share.robot == robot && share.keyNumber > number
            case .revocation: true
            case .membership, .demotion: false
            }
        }
        for gossip in TrustGossip.messages(of: wanted.suffix(TrustSpread.answerEntriesMax)) {
            let datagram = seal.close(
                .trustGossip(gossip), to: robot, via: .none, next: robot, timeToLive: 1, keyNumber: number)
            transmit(datagram, on: reception.band, next: robot, .membership, address: reception.from, &effects)
        }
    }

    // MARK: The operator

    mutating func obeyTrust(_ command: OperatorCommand, ticket: UInt32, now: Instant, _ effects: inout Effects) {
        switch command {
        case .admit(let entries):
            var report = AdmitReport(admitted: 0, known: 0, refused: [])
            for (index, entry) in entries.enumerated() {
                switch admit(entry, isBrought: true, now: now, &effects) {
                case nil: report.admitted += 1
                case .known?: report.known += 1
                case .some(let reason): report.refused.append(.init(index: index, reason: reason))
                }
            }
            effects.append(.reply(.admitted(report), ticket: ticket))
        case .entries(let from):
            let all = seal.trust.entries
            let page = all.dropFirst(Int(from)).prefix(TrustReport.pageMax)
            effects.append(.reply(.entries(Array(page), of: UInt32(clamping: all.count)), ticket: ticket))
        case .trust: effects.append(.reply(.trust(trustReport(now: now)), ticket: ticket))
        case .organise, .stopMission, .echo, .status, .links, .leave, .submit, .task, .tasks, .forget, .stop, .release,
            .safety, .peers, .job, .question, .report, .mission:
            preconditionFailure("\(command) is not about the fleet")
        }
    }

    private func trustReport(now: Instant) -> TrustReport {
        let trust = seal.trust
        let rows = trust.standings.prefix(TrustReport.rowsMax).map { standing in
            TrustReport.Row(member: standing.member, state: trustState(of: standing))
        }
        return TrustReport(
            fleet: trust.fleet, authority: trust.roster.authority, digest: trust.digest, entries: trust.entryCount,
            keyNumber: seal.keyring.sending(now: now).number, rows: Array(rows))
    }
}
