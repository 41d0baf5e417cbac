import SkeinSeal
import SkeinWire

// In from the air and out to it: sealing, opening, relaying. Which way: PeerWays.

extension Peer {
    /// Share of a band that control messages take when they are unicast on the data band, MHz. [R]
    static let controlShareMHz = 2.0

    // MARK: Out

    /// Broadcasts to whoever is in range.
    mutating func broadcast(_ message: Message, on band: Band, _ effects: inout Effects) -> Int {
        let datagram = seal.close(message, to: .none, via: .none, next: .none, timeToLive: 1)
        transmit(datagram, on: band, next: .none, message.kind.trafficClass, &effects)
        return datagram.count
    }

    /// Floods to the whole region, and returns the sealed copy.
    mutating func flood(_ message: Message, _ effects: inout Effects) -> [UInt8] {
        let datagram = seal.close(
            message, to: .none, via: .none, next: .none, timeToLive: config.mesh.floodHopsMax)
        transmit(datagram, on: .control, next: .none, message.kind.trafficClass, &effects)
        return datagram
    }

    /// Sends to one robot along the way known; without one, seeks it. `via` knows the destination when relays may not.
    mutating func send(
        _ message: Message, to destination: NodeID, via: NodeID = .none, shareMHz: Double = Peer.controlShareMHz,
        now: Instant, _ effects: inout Effects
    ) {
        precondition(destination != id && destination != .none, "a message to \(destination) from \(id)")
        guard !departures.contains(destination) else { return seal.drop(.noRoute) }
        guard let next = nextHop(to: destination, via: via, now: now) else {
            let item = RouteDiscovery.Waiting(
                destination: destination, message: message, timeToLive: config.mesh.unicastHopsMax)
            if !discovery.seek(item, now: now) { seal.drop(.overflow) }
            return
        }
        let datagram = seal.close(
            message, to: destination, via: via, next: next, timeToLive: config.mesh.unicastHopsMax)
        transmit(datagram, on: band(to: next), next: next, message.kind.trafficClass, shareMHz: shareMHz, &effects)
    }

    /// `address`: where the answer is wanted, whatever the table says: there may be another machine with that name.
    mutating func transmit(
        _ datagram: [UInt8], on band: Band, next: NodeID, _ trafficClass: TrafficClass,
        shareMHz: Double = Peer.controlShareMHz, address: LinkAddress? = nil, isRelayed: Bool = false,
        _ effects: inout Effects
    ) {
        // The control band has no subgroups to share it: a unicast there takes the whole channel while it lasts.
        let share = band == .control ? config.cloud.bandwidthMHz : shareMHz
        let link = next == .none ? nil : neighbours[next]
        let airtime = RadioTally.airtime(
            bytes: datagram.count, isBroadcast: next == .none, shareMHz: share,
            efficiency: (band == .control ? link?.controlEfficiency : link?.efficiency) ?? 0)
        radio.sends(datagram.count, on: band, trafficClass, airtime: airtime)
        if isRelayed { radio.relays(datagram.count, on: band, airtime: airtime) }
        effects.append(
            .send(
                Transmission(
                    datagram: datagram, band: band, trafficClass: trafficClass, next: next, shareMHz: share,
                    address: next == .none ? nil : address ?? link?.address(on: band))))
    }

    // MARK: In

    mutating func receive(_ datagram: [UInt8], _ reception: Reception, now: Instant, _ effects: inout Effects) {
        guard let opened = seal.open(datagram, from: reception.from.number) else { return }
        switch opened.standing {
        case .fresh: take(opened, datagram, reception, now: now, &effects)
        case .unvouched: reconsider(opened, datagram, reception, now: now, &effects)
        case .newcomer: meet(opened, datagram, reception, now: now, &effects)
        case .lagging(let number): hear(opened, laggingBehind: number, reception, now: now, &effects)
        case .double:
            seal.drop(.own)
            doubled(id, now: now, &effects)
        }
    }

    /// A message that is known to be of today, or a bulletin that bears a number of its own.
    mutating func take(
        _ opened: Seal.Opened, _ datagram: [UInt8], _ reception: Reception, now: Instant, _ effects: inout Effects
    ) {
        let envelope = opened.envelope
        radio.hears(
            envelope.trafficClass, on: reception.band,
            airtime: airtime(
                ofHeard: datagram.count, from: envelope.relay, isBroadcast: envelope.next == .none,
                on: reception.band))
        departures.heard(envelope.sender, envelope.epoch)
        if opened.isFresh { noteBoot(of: envelope.sender, envelope.epoch, now: now, &effects) }
        // Of a link tells what is new and its sender's own word. A recorded copy comes from anywhere, as loud as anybody
        // likes, and who relayed another's message is vouched for by the fleet's key alone, which every member has.
        if opened.message != nil, opened.isFresh, envelope.relay == envelope.sender,
            !departures.contains(envelope.sender)
        {
            neighbours.observe(
                reception, of: envelope.sender, announces: envelope.trafficClass == .membership, own: own, now: now)
        }
        guard let message = opened.message else {
            hearFloodAgain(datagram, envelope, now: now)
            return
        }
        witness(message, envelope, datagram, now: now, &effects)
        // That it still sends is all that a relay's new copy says of it: enough not to go round it.
        if opened.isFresh { neighbours.heard(envelope.relay, now: now) }
        learnWay(from: envelope, now: now)
        if let onlooker, opened.isFresh && !envelope.kind.isBulletin || bulletins.isNews(message) {
            onlooker.took(datagram, by: id)
        }
        if envelope.kind.isFlooded {
            guard opened.isFresh || bulletins.isNews(message) else {
                return seal.drop(envelope.sender == id ? .own : .replayed)
            }
            takeFlood(message, envelope, datagram, now: now, &effects)
        } else if envelope.destination == .none {
            guard envelope.hop == 1 else { return seal.drop(.notAllowed) }
            guard !departures.contains(envelope.sender) else { return seal.drop(.staleEpoch) }
            takeBroadcast(message, from: envelope.sender, envelope.epoch, now: now, &effects)
        } else if envelope.destination == id {
            take(message, envelope, reception, now: now, &effects)
        } else {
            forward(datagram, envelope, now: now, &effects)
        }
    }

    private mutating func hearFloodAgain(_ datagram: [UInt8], _ envelope: Envelope, now: Instant) {
        bulletins.heardAgain(envelope.kind, datagram, now: now)
        // A copy of a flood that is over says nothing about today's ways, whoever repeats it.
        guard floods.hearAgain(datagram, envelope, neighbours: neighbours, now: now) else { return }
        learnWay(from: envelope, now: now)
    }

    /// The way back to who sent this, over a relay that hears this robot too. Bulletins teach none: neighbours mend them
    /// long after, when the relays on the way have forgotten it.
    mutating func learnWay(from envelope: Envelope, now: Instant) {
        switch envelope.kind {
        case .beacon, .hello, .fixes, .plan, .mission, .sighting, .trustSummary, .trustGossip, .stopNotice: return
        case .linkReport, .request, .claim, .claimReply, .match, .unit, .unitReceipt, .result, .routeRequest,
            .routeReply, .echo, .stopReceipt, .introduction, .session, .clockQuestion, .clockAnswer, .question, .answer,
            .jobUnit,
            .jobReceipt, .jobResult, .jobCancel, .jobLease:
            guard let relay = neighbours[envelope.relay], relay.isControlLink || relay.isDataLink else { return }
            routes.learn(envelope.sender, next: envelope.relay, hops: envelope.hop, now: now)
        }
    }

    mutating func forward(
        _ datagram: [UInt8], _ envelope: Envelope, now: Instant, _ effects: inout Effects
    ) {
        guard envelope.next == id, envelope.hop < envelope.timeToLive else { return seal.drop(.notAllowed) }
        let known = nextHop(to: envelope.destination, via: envelope.via, now: now)
        // The sender does not know that the way it uses has broken here: a new one for what follows.
        if known == nil, seal.isEnrolled(envelope.destination) { discovery.seek(envelope.destination, now: now) }
        guard let next = known ?? lastResort(to: envelope.destination, now: now), next != envelope.relay else {
            return seal.drop(.noRoute)
        }
        let copy = seal.relayed(datagram, next: next, hop: envelope.hop + 1)
        transmit(
            copy, on: band(to: next), next: next, envelope.trafficClass, shareMHz: Self.relayShareMHz,
            isRelayed: true, &effects)
    }

    /// Share that relayed work takes between subgroups, MHz. [R]
    private static let relayShareMHz = 4.0

    private mutating func takeFlood(
        _ message: Message, _ envelope: Envelope, _ datagram: [UInt8], now: Instant, _ effects: inout Effects
    ) {
        guard isRightful(message, by: envelope.sender) else { return seal.drop(.notAllowed) }
        guard floodBudget.mayPass(envelope.kind, of: envelope.sender, now: now) else { return seal.drop(.overBudget) }
        floods.take(datagram, envelope, neighbours: neighbours, now: now, random: &random)
        switch message {
        case .plan(let part):
            take(part, datagram: datagram, hop: envelope.hop, now: now, &effects)
        case .mission(let order):
            if bulletins.post(order, datagram: datagram, hop: envelope.hop) { take(order, now: now, &effects) }
        case .sighting(let sighting):
            if bulletins.post(sighting, datagram: datagram, hop: envelope.hop) {
                take(sighting, now: now, &effects)
            }
        case .routeRequest(let request):
            if request.target == id { discovery.asked(request, by: envelope.sender, now: now) }
        case .beacon, .hello, .linkReport, .request, .claim, .claimReply, .match, .unit, .unitReceipt, .result,
            .fixes, .routeReply, .echo, .introduction, .trustSummary, .trustGossip, .stopNotice, .stopReceipt, .session,
            .clockQuestion, .clockAnswer, .question, .answer, .jobUnit, .jobReceipt,
            .jobResult, .jobCancel, .jobLease:
            preconditionFailure("\(envelope.kind) is not flooded")
        }
    }

    private mutating func takeBroadcast(
        _ message: Message, from sender: NodeID, _ epoch: Epoch, now: Instant, _ effects: inout Effects
    ) {
        switch message {
        case .beacon(let beacon): take(rightful(beacon), from: sender, epoch, now: now, &effects)
        case .hello(let hello): take(rightful(hello, from: sender), from: sender, epoch, now: now, &effects)
        case .fixes(let fixes): take(fixes, from: sender, now: now, &effects)
        case .trustGossip(let gossip): take(gossip, now: now, &effects)
        case .stopNotice(let notice): take(notice, from: sender, isFresh: true, now: now, &effects)
        case .linkReport, .plan, .mission, .sighting, .request, .claim, .claimReply, .match, .unit, .unitReceipt,
            .result, .routeRequest, .routeReply, .echo, .introduction, .trustSummary, .stopReceipt, .session,
            .clockQuestion, .clockAnswer, .question, .answer, .jobUnit, .jobReceipt,
            .jobResult, .jobCancel, .jobLease:
            seal.drop(.notAllowed)
        }
    }

    /// A message to this robot alone.
    private mutating func take(
        _ message: Message, _ envelope: Envelope, _ reception: Reception, now: Instant, _ effects: inout Effects
    ) {
        let sender = envelope.sender
        switch message {
        case .linkReport(let report): if tree.isRoot { planner.take(report, from: sender, now: now) }
        case .request(let request):
            guard request.task.requester == sender else { return seal.drop(.notAllowed) }
            perform(desk.receive(request, now: now), now: now, &effects)
        case .claim(let claim):
            guard mayLead(sender) else { return seal.drop(.notAllowed) }
            setLeaderAdverts()
            perform(desk.receive(claim, from: sender, now: now), now: now, &effects)
        case .claimReply(let reply):
            guard mayLead(sender) else { return seal.drop(.notAllowed) }
            setLeaderAdverts()
            perform(desk.receive(reply, from: sender, now: now), now: now, &effects)
        case .match(let match):
            take(match, from: sender, now: now, &effects)
        case .unit(let unit):
            guard unit.task.requester == sender else { return seal.drop(.notAllowed) }
            perform(worker.receive(unit, now: now), now: now, &effects)
        case .unitReceipt(let receipt):
            perform(
                ledger.receive(receipt, from: sender, context: ledgerContext(now: now), now: now), now: now, &effects)
        case .result(let result):
            perform(
                ledger.receive(result, from: sender, context: ledgerContext(now: now), now: now), now: now, &effects)
        case .routeReply: sendWaiting(to: sender, now: now, &effects)
        case .echo(let echo): take(echo, from: sender, hops: envelope.hop, now: now, &effects)
        case .question(let question): take(question, from: sender, envelope.epoch, now: now, &effects)
        case .answer(let answer): take(answer, from: sender, hops: envelope.hop, now: now, &effects)
        case .introduction(let introduction): take(introduction, envelope, reception, now: now, &effects)
        case .trustSummary(let summary): take(summary, from: sender, now: now, &effects)
        case .trustGossip(let gossip): take(gossip, now: now, &effects)
        case .stopReceipt(let receipt): take(receipt, from: sender, now: now, &effects)
        case .session(let handshake): take(handshake, from: sender, now: now, &effects)
        case .clockQuestion(let question): take(question, from: sender, now: now, &effects)
        case .clockAnswer(let answer): take(answer, from: sender, now: now, &effects)
        case .jobUnit(let unit): take(unit, from: sender, now: now, &effects)
        case .jobReceipt(let receipt): take(receipt, from: sender, now: now, &effects)
        case .jobResult(let result): take(result, from: sender, now: now, &effects)
        case .jobCancel(let cancel): take(cancel, from: sender, now: now, &effects)
        case .jobLease(let lease): take(lease, from: sender, now: now, &effects)
        case .beacon, .hello, .plan, .mission, .sighting, .fixes, .routeRequest, .stopNotice: seal.drop(.notAllowed)
        }
    }

    // MARK: Floods and routes on their timers

    mutating func relayFloods(now: Instant, _ effects: inout Effects) {
        for relay in floods.due(now: now) { send(relay, &effects) }
    }

    mutating func mendNeighbours(now: Instant, _ effects: inout Effects) {
        // What its sender might not send today nobody would take.
        for copy in bulletins.due(now: now) where isRightful(copy) { send(copy, &effects) }
    }

    private mutating func send(_ relay: FloodRelay.Relay, _ effects: inout Effects) {
        guard relay.hop <= config.mesh.floodHopsMax else { return }
        transmit(
            seal.relayed(relay.datagram, next: .none, hop: relay.hop), on: .control, next: .none, .control,
            isRelayed: true, &effects)
    }

    /// A link that has come up meanwhile needs no answer to a search.
    mutating func keepSearches(now: Instant, _ effects: inout Effects) {
        for target in discovery.targets where nextHop(to: target, via: .none, now: now) != nil {
            sendWaiting(to: target, now: now, &effects)
        }
    }

    mutating func discover(now: Instant, _ effects: inout Effects) {
        for action in discovery.deadlinePassed(now: now) {
            switch action {
            case .request(let request): _ = flood(.routeRequest(request), &effects)
            case .reply(let reply, let origin): send(.routeReply(reply), to: origin, now: now, &effects)
            case .giveUp(_, let lost): lose(lost, now: now, &effects)
            }
        }
    }

    private mutating func sendWaiting(to target: NodeID, now: Instant, _ effects: inout Effects) {
        let ready = discovery.found(target)
        // Seeking anew what was just found, and still cannot be sent, would flood without end.
        guard nextHop(to: target, via: .none, now: now) != nil else { return lose(ready, now: now, &effects) }
        for item in ready { send(item.message, to: target, now: now, &effects) }
    }

    private mutating func lose(_ items: [RouteDiscovery.Waiting], now: Instant, _ effects: inout Effects) {
        for item in items {
            seal.drop(.noRoute)
            if case .echo(let echo) = item.message, !echo.isAnswer, let entry = echoes.failed(echo.number) {
                giveUp(entry, now: now, &effects)
            }
        }
    }

    // MARK: Echoes

    mutating func sendEcho(to robot: NodeID, _ purpose: EchoBook.Purpose, now: Instant, _ effects: inout Effects) {
        let (number, lost) = echoes.open(robot, purpose, now: now)
        if let lost { giveUp(lost, now: now, &effects) }
        send(.echo(Echo(number: number, isAnswer: false, hops: 0)), to: robot, now: now, &effects)
    }

    /// Probes a neighbour whose radio says nothing, and gives up echoes nobody answered.
    mutating func keepEchoes(now: Instant, _ effects: inout Effects) {
        for entry in echoes.takeOverdue(now: now) { giveUp(entry, now: now, &effects) }
        if let robot = echoes.probeDue(neighbours, now: now) { sendEcho(to: robot, .probe, now: now, &effects) }
    }

    /// Nobody's answer will be heard any more.
    mutating func giveUpEchoes(now: Instant, _ effects: inout Effects) {
        for entry in echoes.takeAll() { giveUp(entry, now: now, &effects) }
    }

    private mutating func giveUp(_ entry: EchoBook.Entry, now: Instant, _ effects: inout Effects) {
        switch entry.purpose {
        case .command(let ticket): effects.append(.reply(.echoFailed(entry.robot), ticket: ticket))
        case .question(let key): end(key, .refused(.unreachable), now: now, &effects)
        case .probe: break
        }
    }

    private mutating func take(_ echo: Echo, from sender: NodeID, hops: UInt8, now: Instant, _ effects: inout Effects) {
        guard echo.isAnswer else {
            return send(
                .echo(Echo(number: echo.number, isAnswer: true, hops: hops)), to: sender, now: now, &effects)
        }
        guard let entry = echoes.answered(echo.number, by: sender) else { return }
        // A relay's time is not the link's.
        if echo.hops == 1, hops == 1 { neighbours.measured(roundTrip: now - entry.sentAt, to: sender) }
        switch entry.purpose {
        case .command(let ticket):
            effects.append(
                .reply(.echoed(sender, hops: Int(echo.hops), roundTrip: now - entry.sentAt), ticket: ticket))
        case .question(let key): echoed(key, hops: echo.hops, roundTrip: now - entry.sentAt, now: now, &effects)
        case .probe: break
        }
    }
}
