import SkeinBulk
import SkeinSeal
import SkeinWire

// Frames of bulk: in from the air and out to it, directly or passed on.

extension Peer {
    /// A frame; what it was counts with the sessions, and nobody hears of it.
    mutating func receive(frame datagram: [UInt8], on band: Band, now: Instant, _ effects: inout Effects) {
        var frame = datagram
        guard let (robot, payload) = open(&frame, now: now, &effects) else { return }
        neighbours.heard(robot, now: now)
        radio.hears(
            .bulk, on: band,
            airtime: airtime(
                ofHeard: datagram.count, from: robot, isBroadcast: false, shareMHz: bulkShareMHz, on: band))
        guard let transit = TransitFrame(frame[payload]) else {
            return take(frame[payload], from: robot, now: now, &effects)
        }
        guard transit.origin != id else { return }
        learnWay(to: transit.origin, by: robot, hopsLeft: transit.hopsLeft, now: now)
        guard transit.receiver == id else { return pass(transit, from: robot, now: now, &effects) }
        var inner = Array(transit.frame)
        guard let (origin, innermost) = open(&inner, now: now, &effects), origin == transit.origin,
            inner[innermost.lowerBound] != TransitFrame.kind
        else { return }
        take(inner[innermost], from: origin, now: now, &effects)
    }

    private mutating func open(
        _ frame: inout [UInt8], now: Instant, _ effects: inout Effects
    ) -> (NodeID, Range<Int>)? {
        guard let sessions = bulk.sessions else { return nil }
        var actions: [SessionAction] = []
        let opened = sessions.open(&frame, now: now, actions: &actions)
        if !actions.isEmpty { perform(actions, now: now, &effects) }
        switch opened {
        case .payload(let robot, let range): return (robot, range)
        case .empty, .refused:
            if !actions.isEmpty { pump(now: now, &effects) }
            return nil
        }
    }

    private mutating func take(
        _ payload: ArraySlice<UInt8>, from robot: NodeID, now: Instant, _ effects: inout Effects
    ) {
        var actions: [BulkAction] = []
        bulk.book.handle(payload, from: robot, now: now, actions: &actions)
        if !bulk.book.hasPath(to: robot), let next = nextHop(to: robot, via: .none, now: now) {
            setWay(to: robot, by: next, now: now, actions: &actions)
        }
        if !actions.isEmpty { perform(actions, now: now, &effects) }
        pump(now: now, &effects)
    }

    private mutating func learnWay(to origin: NodeID, by relay: NodeID, hopsLeft: UInt8, now: Instant) {
        guard origin != relay, let link = neighbours[relay], link.isControlLink || link.isDataLink else { return }
        let hops = config.mesh.unicastHopsMax &- min(hopsLeft, config.mesh.unicastHopsMax) &+ 1
        routes.learn(origin, next: relay, hops: hops, now: now)
    }

    private mutating func pass(
        _ transit: TransitFrame, from relay: NodeID, now: Instant, _ effects: inout Effects
    ) {
        let receiver = transit.receiver
        guard transit.hopsLeft > 1, seal.isEnrolled(receiver), !departures.contains(receiver) else {
            return seal.drop(.notAllowed)
        }
        guard let next = nextHop(to: receiver, via: .none, now: now), next != relay else {
            discovery.seek(receiver, now: now)
            return seal.drop(.noRoute)
        }
        // To the receiver itself it goes wrapped as well: the way back is learned from the wrapping.
        let onward = TransitFrame(
            hopsLeft: transit.hopsLeft - 1, origin: transit.origin, receiver: receiver, frame: transit.frame)
        send(onward, by: next, .bulk, isRelayed: true, now: now, &effects)
    }

    private mutating func send(
        _ transit: TransitFrame, by next: NodeID, _ trafficClass: TrafficClass, isRelayed: Bool = false, now: Instant,
        _ effects: inout Effects
    ) {
        guard let sessions = bulk.sessions, transit.payloadBytes <= BulkFrame.payloadBytesMax else {
            return seal.drop(.noRoute)
        }
        var actions: [SessionAction] = []
        let datagram = sessions.seal(
            to: next, payloadBytes: transit.payloadBytes, now: now, actions: &actions
        ) { room in transit.write(to: room) }
        if !actions.isEmpty { perform(actions, now: now, &effects) }
        guard let datagram else {
            wantSession(next, now: now, &effects)
            return seal.drop(.noRoute)
        }
        transmit(datagram, to: next, trafficClass, isRelayed: isRelayed, &effects)
    }

    /// A frame of the session with `robot`, which is `next` or somebody behind it.
    mutating func transmit(
        frame: [UInt8], to robot: NodeID, by next: NodeID, _ trafficClass: TrafficClass, now: Instant,
        _ effects: inout Effects
    ) {
        guard next != robot else { return transmit(frame, to: next, trafficClass, &effects) }
        let transit = TransitFrame(
            hopsLeft: config.mesh.unicastHopsMax, origin: id, receiver: robot, frame: frame[...])
        send(transit, by: next, trafficClass, now: now, &effects)
    }

    private mutating func transmit(
        _ datagram: [UInt8], to next: NodeID, _ trafficClass: TrafficClass, isRelayed: Bool = false,
        _ effects: inout Effects
    ) {
        transmit(
            datagram, on: band(to: next), next: next, trafficClass, shareMHz: max(bulkShareMHz, 0.001),
            isRelayed: isRelayed, &effects)
    }

    /// Sends what the rates allow.
    mutating func pump(now: Instant, _ effects: inout Effects) {
        guard let sessions = bulk.sessions else { return }
        var frames = 0
        while frames < BulkLinks.framesMax, let frame = bulk.book.nextFrame(now: now) {
            frames += 1
            var actions: [SessionAction] = []
            let datagram = sessions.seal(
                to: frame.robot, payloadBytes: frame.payloadBytes, now: now, actions: &actions
            ) { room in bulk.book.write(frame, into: room, now: now) }
            if !actions.isEmpty { perform(actions, now: now, &effects) }
            guard let datagram, let next = bulk.book.path(to: frame.robot)?.next else { continue }
            transmit(frame: datagram, to: frame.robot, by: next, frame.trafficClass, now: now, &effects)
        }
    }
}
