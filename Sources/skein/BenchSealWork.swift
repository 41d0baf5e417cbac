import SkeinSeal
import SkeinWire

/// Two robots of a fleet that say things to each other, for measuring what that costs.
struct BenchSealWork {
    static let bodyBytes = 256
    static let fleet = FleetID(0x736B_6569_6E00_0001)
    private static let fleetKey = FleetKey(bytes: [UInt8](repeating: 5, count: FleetKey.byteCount), fleet: fleet)
    /// What an enrolled key may say is bounded: so that the budget never speaks here, time passes between messages.
    private static let messageSpan: Duration = .milliseconds(5)

    private(set) var speaker: Seal
    private(set) var listener: Seal
    private(set) var now = Instant.zero
    let speakerID = NodeID(1)
    let listenerID = NodeID(2)

    init() {
        speaker = Self.seal(speakerID, signedBy: 1)
        listener = Self.seal(listenerID, signedBy: 2)
        prove(Epoch(1))
    }

    static func key(_ number: UInt8) -> SigningKey {
        SigningKey(seed: [UInt8](repeating: number, count: SigningKey.seedBytes))
    }

    /// A robot of the fleet of twenty; `number` says whose key it signs with.
    static func seal(_ id: NodeID, signedBy number: UInt8, epoch: UInt32 = 1) -> Seal {
        let roster = Roster((1...20).map { (NodeID($0), key(UInt8($0)).publicKey) })
        return Seal(
            id: id, epoch: Epoch(epoch), fleetKey: fleetKey, roster: roster, signer: KeySigner(key(number)),
            verifier: SodiumVerifier())
    }

    mutating func prove(_ epoch: Epoch) {
        listener.prove(speakerID, epoch, floors: [UInt32](repeating: 0, count: TrafficClass.allCases.count))
    }

    static let message = Message.result(
        UnitResult(
            task: TaskID(requester: NodeID(2), number: 1), part: 1, attempt: 1, failed: false, queueMilliseconds: 1,
            computeMilliseconds: 1, output: [UInt8](repeating: 9, count: bodyBytes - 15)))

    mutating func close() -> [UInt8] {
        now += Self.messageSpan
        speaker.advance(to: now)
        return speaker.close(Self.message, to: listenerID, via: .none, next: listenerID, timeToLive: 1)
    }

    mutating func open(_ datagram: [UInt8]) -> Bool {
        now += Self.messageSpan
        listener.advance(to: now)
        return listener.open(datagram, from: 1)?.message != nil
    }

    /// Whether it goes no further, or only as a message that has come before.
    mutating func refuses(_ datagram: [UInt8], at instant: Instant) -> Bool {
        listener.advance(to: instant)
        return listener.open(datagram, from: 1)?.message == nil
    }

    /// Whether it is refused, or let in only to ask its sender whether it is of today.
    mutating func disbelieves(_ datagram: [UInt8], at instant: Instant) -> Bool {
        listener.advance(to: instant)
        return listener.open(datagram, from: 1)?.isFresh != true
    }
}

/// Two robots that have a session.
struct BenchSessions {
    let sender: SessionBook
    let receiver: SessionBook
    private static let now = Instant.zero
    private var actions: [SessionAction] = []

    init() {
        let book = { (number: UInt8) in
            SessionBook(
                id: NodeID(UInt16(number)), epoch: Epoch(1), identity: BenchSealWork.key(number).publicKey,
                fleet: BenchSealWork.fleet, signer: KeySigner(BenchSealWork.key(number)), verifier: SodiumVerifier(),
                secrets: KernelSecrets(), tuning: Self.tuning)
        }
        sender = book(1)
        receiver = book(2)
        sender.want(receiver.id, key: BenchSealWork.key(2).publicKey, now: Self.now, actions: &actions)
        while !actions.isEmpty {
            let action = actions.removeFirst()
            switch action {
            case .say(let message, let to):
                let book = to == sender.id ? sender : receiver
                let from: UInt8 = to == sender.id ? 2 : 1
                book.handle(
                    message, from: NodeID(UInt16(from)), key: BenchSealWork.key(from).publicKey, now: Self.now,
                    actions: &actions)
            case .transmit(var frame, let to):
                _ = (to == sender.id ? sender : receiver).open(&frame, now: Self.now, actions: &actions)
            case .ready, .ended: break
            }
        }
        precondition(sender.isReady(receiver.id, now: Self.now), "no session")
    }

    /// No handshake in the middle of a measurement.
    private static var tuning: SessionTuning {
        var tuning = SessionTuning()
        tuning.renewalFrames = 1 << 40
        tuning.framesMax = 1 << 41
        return tuning
    }

    mutating func seal(_ payload: [UInt8]) -> [UInt8] {
        guard let frame = sender.seal(payload[...], to: receiver.id, now: Self.now, actions: &actions) else {
            preconditionFailure("no session")
        }
        return frame
    }

    mutating func open(_ frame: inout [UInt8]) -> Bool {
        switch receiver.open(&frame, now: Self.now, actions: &actions) {
        case .payload: true
        case .empty, .refused: false
        }
    }
}
