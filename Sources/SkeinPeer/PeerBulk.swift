import SkeinBulk
import SkeinSeal
import SkeinWire

// Bulk: objects that come and go, the sessions that they travel in, and how fast (`BulkLinks`).

extension Peer {
    // MARK: What is asked

    /// Asks a robot for an object that it has; `objectArrived` or `objectFailed` follows, once.
    mutating func fetch(
        _ object: ObjectID, bytes: Int, from robot: NodeID, trafficClass: TrafficClass, deadline: Instant,
        now: Instant, _ effects: inout Effects
    ) {
        var actions: [BulkAction] = []
        lookForWay(to: robot, now: now, actions: &actions)
        switch bulk.book.fetch(
            object, bytesMax: bytes, from: robot, class: trafficClass, deadline: deadline, now: now, actions: &actions)
        {
        case .success(let fetch):
            bulk.fetches.append(BulkLinks.Fetch(id: fetch, object: object, from: robot))
            lookForWay(to: robot, now: now, actions: &actions)
        case .failure(let reason): objectFailed(object, reason, from: robot, now: now, &effects)
        }
        perform(actions, now: now, &effects)
        tellLeaderOfBulk(now: now)
        pump(now: now, &effects)
    }

    /// Nobody here wants it any more.
    mutating func cancelFetch(
        _ object: ObjectID, keepsPart: Bool = true, now: Instant, _ effects: inout Effects
    ) {
        var actions: [BulkAction] = []
        for fetch in bulk.fetches where fetch.object == object {
            bulk.book.cancel(fetch.id, keepsPart: keepsPart, now: now, actions: &actions)
        }
        bulk.fetches.removeAll { $0.object == object }
        perform(actions, now: now, &effects)
        pump(now: now, &effects)
    }

    /// Nobody is to have it any more.
    mutating func cancelTransfer(_ transfer: TransferID, now: Instant, _ effects: inout Effects) {
        var actions: [BulkAction] = []
        bulk.book.cancel(transfer, now: now, actions: &actions)
        perform(actions, now: now, &effects)
        pump(now: now, &effects)
    }

    // MARK: Timers

    mutating func passBulkDeadline(now: Instant, _ effects: inout Effects) {
        if let sessions = bulk.sessions, sessions.nextDeadline <= now {
            var actions: [SessionAction] = []
            sessions.deadlinePassed(now: now, actions: &actions)
            perform(actions, now: now, &effects)
        }
        var actions: [BulkAction] = []
        bulk.book.deadlinePassed(now: now, actions: &actions)
        perform(actions, now: now, &effects)
        pump(now: now, &effects)
    }

    /// Ways and rates change; looked at when the house is kept.
    mutating func keepBulk(now: Instant, _ effects: inout Effects) {
        guard bulk.book.isBusy else { return tellLeaderOfBulk(now: now) }
        var actions: [BulkAction] = []
        for robot in bulk.book.busyRobots { lookForWay(to: robot, now: now, actions: &actions) }
        perform(actions, now: now, &effects)
        tellLeaderOfBulk(now: now)
        pump(now: now, &effects)
    }

    private mutating func lookForWay(to robot: NodeID, now: Instant, actions: inout [BulkAction]) {
        guard let next = nextHop(to: robot, via: .none, now: now) else {
            bulk.book.setPath(to: robot, nil, now: now, actions: &actions)
            if seal.isEnrolled(robot), !departures.contains(robot) { discovery.seek(robot, now: now) }
            return
        }
        setWay(to: robot, by: next, now: now, actions: &actions)
    }

    mutating func setWay(to robot: NodeID, by next: NodeID, now: Instant, actions: inout [BulkAction]) {
        let rate = bulkRate(to: next)
        probing.giving?.isPaced(to: robot, bitsPerSecond: rate)
        bulk.book.setPath(to: robot, BulkPath(next: next, bitsPerSecond: rate), now: now, actions: &actions)
    }

    /// Its word is its share of the band: said at once when there is something to send.
    private mutating func tellLeaderOfBulk(now: Instant) {
        let isBusy = bulk.book.isBusy
        guard isBusy != bulk.hasSaidBusy else { return }
        bulk.hasSaidBusy = isBusy
        if isBusy { hellos.hurry(now: now, random: &random) }
    }

    // MARK: The rate

    func bulkRate(to next: NodeID) -> Double {
        guard let link = neighbours[next], band(to: next) == .data else { return BulkLinks.controlBitsPerSecond }
        return max(BulkLinks.controlBitsPerSecond, bulkShareMHz * 1e6 * link.efficiency)
    }

    /// Of the leader's band.
    var bulkShareMHz: Double {
        let told = subgroup.isLeading ? bulk.shareKHz : neighbours[subgroup.leader]?.hello?.bulkShareKHz
        return told.map { Double($0) / 1_000 } ?? BulkLinks.shareMHzDefault
    }

    /// What each member with bulk may use of the band that is not granted; as a leader, before every hello.
    mutating func shareBulk() {
        let members = neighbours.all.count { $0.isDataLink && $0.hello?.leader == id && $0.hello?.hasBulk == true }
        let senders = members + (bulk.book.isBusy ? 1 : 0)
        guard senders > 0 else {
            bulk.shareKHz = nil
            return
        }
        let granted = grants.reduce(0) { $0 + Double($1.shareKHz) / 1_000 }
        let share = max(BulkLinks.shareMHzMin, (config.cloud.bandwidthMHz - granted) / Double(senders))
        bulk.shareKHz = UInt16(clamping: Int(share * 1_000))
    }

    // MARK: What bulk does

    mutating func perform(_ actions: [BulkAction], now: Instant, _ effects: inout Effects) {
        guard !actions.isEmpty else { return }
        bulk.hasTold = true
        for action in actions {
            switch action {
            case .wantSession(let robot):
                var further: [BulkAction] = []
                lookForWay(to: robot, now: now, actions: &further)
                wantSession(robot, now: now, &effects)
                // Of a way that has come nothing else can follow: what waits for a session is told when there is one.
                perform(further.filter { if case .wantSession = $0 { false } else { true } }, now: now, &effects)
            case .offered(let offer):
                if offer.fetch == nil {
                    bulk.book.decline(offer, now: now)
                } else {
                    offered(offer.id, by: offer.from, now: now)
                }
            case .received(let received):
                let (offer, robot) = (received.offer, received.offer.from)
                guard let fetch = offer.fetch, let place = bulk.fetches.firstIndex(where: { $0.id == fetch }) else {
                    continue
                }
                bulk.fetches.remove(at: place)
                // What is here needs not come from a second robot as well.
                cancelFetch(offer.id, now: now, &effects)
                effects.append(.record(.job(.objectReceived(offer.id, bytes: offer.bytes, from: robot))))
                objectArrived(offer.id, received.object, from: robot, now: now, &effects)
            case .fetchFailed(let fetch, let reason):
                guard let place = bulk.fetches.firstIndex(where: { $0.id == fetch }) else { continue }
                let lost = bulk.fetches.remove(at: place)
                effects.append(.record(.job(.objectLost(lost.object, from: lost.from))))
                objectFailed(lost.object, reason, from: lost.from, now: now, &effects)
            case .wanted(let wanted): give(wanted, now: now, &effects)
            case .dropped, .sent, .failed: break
            }
        }
    }

    private mutating func give(_ wanted: BulkWanted, now: Instant, _ effects: inout Effects) {
        guard let object = objectWanted(wanted.id, by: wanted.by), object.count > 0 else {
            return bulk.book.refuse(wanted, .noSuchObject)
        }
        var actions: [BulkAction] = []
        let begun = bulk.book.send(
            object, id: wanted.id, to: wanted.by, class: wanted.trafficClass, deadline: wanted.deadline, now: now,
            actions: &actions)
        switch begun {
        case .success(let transfer): gives(wanted.id, as: transfer)
        case .failure(let reason): bulk.book.refuse(wanted, reason)
        }
        lookForWay(to: wanted.by, now: now, actions: &actions)
        perform(actions, now: now, &effects)
        tellLeaderOfBulk(now: now)
    }

    // MARK: Sessions

    mutating func take(_ handshake: Handshake, from sender: NodeID, now: Instant, _ effects: inout Effects) {
        var reader = ByteReader(handshake.half)
        guard let sessions = sessionBook(), let key = seal.trust.member(sender)?.key else {
            return seal.drop(.notAllowed)
        }
        do throws(WireError) {
            let message = try SessionMessage(reading: &reader)
            try reader.finish()
            var actions: [SessionAction] = []
            sessions.handle(message, from: sender, key: key, now: now, actions: &actions)
            perform(actions, now: now, &effects)
            pump(now: now, &effects)
        } catch { seal.drop(.malformed) }
    }

    mutating func wantSession(_ robot: NodeID, now: Instant, _ effects: inout Effects) {
        guard robot != id, seal.isEnrolled(robot), !departures.contains(robot), let sessions = sessionBook(),
            let key = seal.trust.member(robot)?.key
        else { return }
        var actions: [SessionAction] = []
        if sessions.want(robot, key: key, now: now, actions: &actions) {
            var bulkActions: [BulkAction] = []
            bulk.book.sessionReady(robot, now: now, actions: &bulkActions)
            perform(bulkActions, now: now, &effects)
        }
        perform(actions, now: now, &effects)
    }

    private mutating func sessionBook() -> SessionBook? {
        if let sessions = bulk.sessions { return sessions }
        guard let member = seal.trust.member(id) else { return nil }
        bulk.sessions = SessionBook(
            id: id, epoch: seal.epoch, identity: member.key, fleet: seal.fleet, signer: seal.signer,
            verifier: seal.verifier, secrets: bulk.secrets)
        return bulk.sessions
    }

    mutating func perform(_ actions: [SessionAction], now: Instant, _ effects: inout Effects) {
        guard !actions.isEmpty else { return }
        bulk.hasTold = true
        for action in actions {
            var bulkActions: [BulkAction] = []
            switch action {
            case .say(let message, let robot):
                guard !departures.contains(robot), robot != id else { continue }
                send(.session(Handshake(half: message.bytes)), to: robot, now: now, &effects)
            case .transmit(let frame, let robot):
                if let next = nextHop(to: robot, via: .none, now: now) {
                    transmit(frame: frame, to: robot, by: next, .bulk, now: now, &effects)
                }
            case .ready(let robot): bulk.book.sessionReady(robot, now: now, actions: &bulkActions)
            case .ended(let robot, let why): bulk.book.sessionEnded(robot, why, now: now, actions: &bulkActions)
            }
            perform(bulkActions, now: now, &effects)
        }
    }

    /// A message of a later boot of a partner ends what there was with the earlier one.
    mutating func noteBoot(of robot: NodeID, _ epoch: Epoch, now: Instant, _ effects: inout Effects) {
        guard let sessions = bulk.sessions else { return }
        var actions: [SessionAction] = []
        sessions.note(epoch, of: robot, actions: &actions)
        if !actions.isEmpty { perform(actions, now: now, &effects) }
    }

    /// Out of the fleet, or gone.
    mutating func closeSessions(with robot: NodeID, now: Instant, _ effects: inout Effects) {
        guard let sessions = bulk.sessions else { return }
        var actions: [SessionAction] = []
        sessions.close(robot, actions: &actions)
        perform(actions, now: now, &effects)
    }

    mutating func closeAllSessions() {
        guard let sessions = bulk.sessions else { return }
        var actions: [SessionAction] = []
        sessions.closeAll(actions: &actions)
    }
}
