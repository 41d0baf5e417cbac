import SkeinBulk
import SkeinSeal
import SkeinWire

/// One robot's sessions and objects tied together, as a peer ties them: what bulk wants sealed the sessions seal, what they
/// open bulk takes, and a session is asked for when bulk has something to say. Its caller carries datagrams and the
/// handshake's messages.
struct BulkPost {
    /// Of this robot's for a partner.
    struct Datagram {
        var bytes: [UInt8]
        var to: NodeID
        var trafficClass: TrafficClass
    }

    let id: NodeID
    private let sessions: SessionBook
    private(set) var book: BulkBook
    private let key: (NodeID) -> PublicKey?
    private var sessionActions: [SessionAction] = []
    private var bulkActions: [BulkAction] = []
    private var frames: [Datagram] = []
    private(set) var messages: [(message: SessionMessage, to: NodeID)] = []
    private(set) var arrivals: [BulkReceived] = []
    /// Transfers whose receiver has said that it has them.
    private(set) var sentCount = 0
    private(set) var failures: [BulkReason] = []

    /// `key`: of each robot, by the roster.
    init(id: NodeID, fleet: FleetID, signingKey: SigningKey, key: @escaping (NodeID) -> PublicKey?) {
        self.id = id
        self.key = key
        sessions = SessionBook(
            id: id, epoch: Epoch(1), identity: signingKey.publicKey, fleet: fleet, signer: KeySigner(signingKey),
            verifier: SodiumVerifier(), secrets: KernelSecrets())
        book = BulkBook(id: id, boot: Epoch(1))
    }

    func isReady(_ robot: NodeID, now: Instant) -> Bool { sessions.isReady(robot, now: now) }

    var nextDeadline: Instant { min(sessions.nextDeadline, book.nextDeadline) }

    mutating func setPath(to robot: NodeID, over next: NodeID, bitsPerSecond: Double, overheadBytes: Int, now: Instant)
    {
        let path = BulkPath(next: next, bitsPerSecond: bitsPerSecond, overheadBytes: overheadBytes)
        book.setPath(to: robot, path, now: now, actions: &bulkActions)
        settle(now: now)
    }

    /// Asks for a session before there is anything to say.
    mutating func want(_ robot: NodeID, now: Instant) {
        guard let key = key(robot) else { return }
        sessions.want(robot, key: key, now: now, actions: &sessionActions)
        settle(now: now)
    }

    /// False: there is no room.
    mutating func send(
        _ object: ObjectBytes, id: ObjectID, to robot: NodeID, class trafficClass: TrafficClass, deadline: Instant,
        now: Instant
    ) -> Bool {
        let begun = book.send(
            object, id: id, to: robot, class: trafficClass, deadline: deadline, now: now, actions: &bulkActions)
        settle(now: now)
        switch begun {
        case .success: return true
        case .failure: return false
        }
    }

    /// A message of the handshake, of a robot that was let in.
    mutating func take(_ message: SessionMessage, from robot: NodeID, now: Instant) {
        guard let key = key(robot) else { return }
        sessions.handle(message, from: robot, key: key, now: now, actions: &sessionActions)
        settle(now: now)
    }

    /// A frame; decrypted in place.
    mutating func open(_ datagram: inout [UInt8], now: Instant) {
        let opened = sessions.open(&datagram, now: now, actions: &sessionActions)
        // Before what it holds is taken: by this frame a session may have become one.
        if !sessionActions.isEmpty { settle(now: now) }
        if case .payload(let robot, let range) = opened {
            book.handle(datagram[range], from: robot, now: now, actions: &bulkActions)
            if !bulkActions.isEmpty { settle(now: now) }
        }
    }

    mutating func deadlinePassed(now: Instant) {
        if sessions.nextDeadline <= now { sessions.deadlinePassed(now: now, actions: &sessionActions) }
        if book.nextDeadline <= now { book.deadlinePassed(now: now, actions: &bulkActions) }
        settle(now: now)
    }

    /// What may leave now; nil: nothing.
    mutating func next(now: Instant) -> Datagram? {
        if !frames.isEmpty { return frames.removeFirst() }
        while let due = book.nextFrame(now: now) {
            let frame = sessions.seal(
                to: due.robot, payloadBytes: due.payloadBytes, now: now, actions: &sessionActions
            ) { room in book.write(due, into: room, now: now) }
            if !sessionActions.isEmpty { settle(now: now) }
            if let frame { return Datagram(bytes: frame, to: due.robot, trafficClass: due.trafficClass) }
        }
        return nil
    }

    mutating func takeMessages() -> [(message: SessionMessage, to: NodeID)] {
        defer { messages.removeAll(keepingCapacity: true) }
        return messages
    }

    mutating func takeArrivals() -> [BulkReceived] {
        defer { arrivals.removeAll(keepingCapacity: true) }
        return arrivals
    }

    /// Gives two robots in one process a session, without a socket. By an empty frame the second knows that the first has
    /// the keys.
    static func greet(_ one: inout BulkPost, _ other: inout BulkPost, now: Instant) {
        one.want(other.id, now: now)
        // Two messages and a frame, and time to spare.
        for _ in 0..<4 {
            for (message, _) in one.takeMessages() { other.take(message, from: one.id, now: now) }
            while var frame = one.next(now: now)?.bytes { other.open(&frame, now: now) }
            for (message, _) in other.takeMessages() { one.take(message, from: other.id, now: now) }
            while var frame = other.next(now: now)?.bytes { one.open(&frame, now: now) }
        }
        precondition(
            one.isReady(other.id, now: now) && other.isReady(one.id, now: now),
            "no session between \(one.id) and \(other.id)")
    }

    /// Until neither has anything more to tell the other.
    private mutating func settle(now: Instant) {
        while !sessionActions.isEmpty || !bulkActions.isEmpty {
            let (ofSessions, ofBulk) = (sessionActions, bulkActions)
            sessionActions.removeAll(keepingCapacity: true)
            bulkActions.removeAll(keepingCapacity: true)
            for action in ofSessions { take(action, now: now) }
            for action in ofBulk { take(action, now: now) }
        }
    }

    private mutating func take(_ action: SessionAction, now: Instant) {
        switch action {
        case .say(let message, let robot): messages.append((message, robot))
        case .transmit(let datagram, let robot):
            frames.append(Datagram(bytes: datagram, to: robot, trafficClass: .task))
        case .ready(let robot): book.sessionReady(robot, now: now, actions: &bulkActions)
        case .ended(let robot, let why): book.sessionEnded(robot, why, now: now, actions: &bulkActions)
        }
    }

    private mutating func take(_ action: BulkAction, now: Instant) {
        switch action {
        case .wantSession(let robot):
            guard let key = key(robot) else { return }
            if sessions.want(robot, key: key, now: now, actions: &sessionActions) {
                book.sessionReady(robot, now: now, actions: &bulkActions)
            }
        case .received(let received): arrivals.append(received)
        case .sent: sentCount += 1
        case .failed(_, let reason): failures.append(reason)
        // What is offered is taken; nobody here asks for objects.
        case .offered, .dropped, .wanted, .fetchFailed: break
        }
    }
}
