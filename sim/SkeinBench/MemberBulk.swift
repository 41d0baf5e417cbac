import SkeinPeer
import SkeinSeal
import SkeinWire

/// A test member's objects on their way, each under the session with whom it is for.
struct MemberBulk {
    /// An object that has come whole.
    struct Arrival {
        var from: NodeID
        var bytes: [UInt8]
    }

    private let rate: Double
    private(set) var post: BulkPost

    /// `rate`: what this member may send in bulk, b/s.
    init(id: NodeID, members: Int, rate: Double) {
        self.rate = rate
        let keys = (0..<members).map { MemberVoice.key(of: $0).publicKey }
        post = BulkPost(id: id, fleet: MemberVoice.fleet, signingKey: MemberVoice.key(of: Int(id.number))) { robot in
            Int(robot.number) < keys.count ? keys[Int(robot.number)] : nil
        }
    }

    var nextDeadline: Instant { post.nextDeadline }

    func isReady(_ member: NodeID, now: Instant) -> Bool { post.isReady(member, now: now) }

    /// A session with this member, and a way to it.
    mutating func prepare(_ member: NodeID, now: Instant) {
        setPath(to: member, now: now)
        post.want(member, now: now)
    }

    /// All share what this member is allotted: on one channel it is the same air, whoever is sent to.
    private mutating func setPath(to member: NodeID, now: Instant) {
        post.setPath(
            to: member, over: .none, bitsPerSecond: rate,
            overheadBytes: LoadShare.frameBytes + BulkFrame.overheadBytes, now: now)
    }

    /// False: there is no room for it now.
    mutating func send(
        _ object: [UInt8], to member: NodeID, class trafficClass: TrafficClass, deadline: Instant, now: Instant
    ) -> Bool {
        guard let id = ObjectID(hash: ObjectHash.of(object)) else { preconditionFailure("a hash of another size") }
        return post.send(ObjectBytes(object), id: id, to: member, class: trafficClass, deadline: deadline, now: now)
    }

    mutating func deadlinePassed(now: Instant) {
        if post.nextDeadline <= now { post.deadlinePassed(now: now) }
    }

    mutating func open(_ datagram: [UInt8], now: Instant) {
        var datagram = datagram
        post.open(&datagram, now: now)
    }

    /// Whether it was the handshake's.
    mutating func take(_ message: Message, _ envelope: Envelope, now: Instant) -> Bool {
        guard case .session(let handshake) = message else { return false }
        var reader = ByteReader(handshake.half)
        if envelope.destination == post.id, let message = try? SessionMessage(reading: &reader), reader.remaining == 0 {
            post.take(message, from: envelope.sender, now: now)
            // Whoever has made a session answers what comes in it.
            setPath(to: envelope.sender, now: now)
        }
        return true
    }

    mutating func takeArrivals() -> [Arrival] {
        post.takeArrivals().map { Arrival(from: $0.offer.from, bytes: $0.object.bytes) }
    }

    mutating func takeMessages() -> [(Message, NodeID)] {
        post.takeMessages().map { message, partner in (.session(Handshake(half: message.bytes)), partner) }
    }

    mutating func takeFrames(now: Instant, _ out: inout [Transmission]) {
        while let frame = post.next(now: now) {
            out.append(
                Transmission(
                    datagram: frame.bytes, band: .control, trafficClass: frame.trafficClass, next: frame.to,
                    shareMHz: 0, address: MemberVoice.address(of: frame.to)))
        }
    }
}
