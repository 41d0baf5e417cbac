import SkeinPeer
import SkeinSeal
import SkeinWire

/// What a member of the load test says by message and what it hears, sealed and opened as a peer in flight does: signed,
/// tagged, within the budgets, and of a robot that has proved to be of today (docs/wire.md, Newcomers). Everybody hears
/// everybody, so nothing is relayed. Keys follow from the members' IDs: they are secret to nobody.
struct MemberVoice {
    /// How often those not yet introduced are looked after.
    private static let lookSpan: Duration = .milliseconds(50)
    private static let fleetKey = FleetKey(bytes: [UInt8](repeating: 0x4C, count: FleetKey.byteCount))
    private static let epoch = Epoch(1)

    let id: NodeID
    private(set) var seal: Seal
    private var introductions = Introductions(epoch: MemberVoice.epoch)

    init(id: NodeID, members: Int) {
        self.id = id
        seal = Seal(
            id: id, epoch: Self.epoch, fleetKey: Self.fleetKey,
            roster: Roster((0..<members).map { (NodeID(UInt16($0)), Self.key(of: $0).publicKey) }),
            signer: KeySigner(Self.key(of: Int(id.number))), verifier: SodiumVerifier())
    }

    static var fleet: FleetID { fleetKey.fleet }

    static func key(of member: Int) -> SigningKey {
        var writer = ByteWriter(capacity: SigningKey.seedBytes)
        writer.raw(Array("skein bench member, a test's key".utf8.prefix(SigningKey.seedBytes - 2)))
        writer.u16(UInt16(member))
        return SigningKey(seed: writer.bytes)
    }

    /// Members' addresses are 10.77.0.(ID + 1).
    static func address(of member: NodeID) -> LinkAddress { LinkAddress(0x0A4D_0000 | (UInt64(member.number) + 1)) }

    func key(of member: NodeID) -> PublicKey? { seal.trust.key(of: member) }

    /// Those that have proved to be of today.
    func isIntroduced(_ member: NodeID) -> Bool { seal.provedEpoch(of: member) != nil }

    var nextDeadline: Instant? { introductions.robots.isEmpty ? nil : lookAt }
    private var lookAt = Instant.zero

    mutating func deadlinePassed(now: Instant, _ out: inout [Transmission]) {
        guard now >= lookAt else { return }
        lookAt = now + Self.lookSpan
        seal.advance(to: now)
        for (held, ask) in introductions.askAgain(now: now) {
            introduce(to: held.envelope.sender, ask: ask, answering: nil, &out)
        }
        for _ in 0..<introductions.forgetSilent(now: now) { seal.drop(.unproven) }
    }

    /// To a member, or to `.none`: everybody.
    mutating func say(_ message: Message, to member: NodeID, now: Instant, _ out: inout [Transmission]) {
        seal.advance(to: now)
        say(message, to: member, &out)
    }

    private mutating func say(_ message: Message, to member: NodeID, _ out: inout [Transmission]) {
        let datagram = seal.close(message, to: member, via: .none, next: member, timeToLive: 1)
        out.append(
            Transmission(
                datagram: datagram, band: .control, trafficClass: message.kind.trafficClass, next: member,
                shareMHz: 0, address: member == .none ? nil : Self.address(of: member)))
    }

    /// What may be believed now, in this order: of a newcomer nothing until it has answered.
    mutating func hear(
        _ datagram: [UInt8], _ reception: Reception, now: Instant, _ out: inout [Transmission]
    ) -> [(envelope: Envelope, message: Message)] {
        seal.advance(to: now)
        guard let opened = seal.open(datagram, from: reception.from.number), let message = opened.message else {
            return []
        }
        let envelope = opened.envelope
        guard envelope.destination == id || envelope.destination == .none else { return [] }
        if case .introduction(let introduction) = message {
            return take(introduction, envelope, now: now, &out)
        }
        switch opened.standing {
        case .fresh: return [(envelope, message)]
        case .newcomer:
            let held = Introductions.Held(
                envelope: envelope, message: message, datagram: datagram, reception: reception)
            if let ask = meet(envelope, holding: held, now: now) {
                introduce(to: envelope.sender, ask: ask, answering: nil, &out)
            }
            return []
        case .unvouched, .lagging, .double: return []
        }
    }

    private mutating func meet(_ envelope: Envelope, holding held: Introductions.Held?, now: Instant) -> UInt64? {
        var lost = 0
        let ask = introductions.meet(
            envelope.sender, envelope.epoch, isStale: false, holding: held, now: now, lost: &lost)
        for _ in 0..<lost { seal.drop(.unproven) }
        return ask
    }

    private mutating func take(
        _ introduction: Introduction, _ envelope: Envelope, now: Instant, _ out: inout [Transmission]
    ) -> [(envelope: Envelope, message: Message)] {
        let (sender, epoch) = (envelope.sender, envelope.epoch)
        var admitted: [(envelope: Envelope, message: Message)] = []
        var lost = 0
        if let answer = introduction.answer,
            let held = introductions.answered(sender, epoch, answer: answer, now: now, lost: &lost)
        {
            for _ in 0..<lost { seal.drop(.unproven) }
            seal.prove(sender, epoch, floors: introduction.floors)
            for item in held where seal.admit(item.envelope) { admitted.append((item.envelope, item.message)) }
        }
        if introduction.ask != nil, introductions.mayAnswer(sender, now: now) {
            let ask = isIntroduced(sender) ? nil : meet(envelope, holding: nil, now: now)
            introduce(to: sender, ask: ask, answering: introduction, &out)
        }
        return admitted
    }

    private mutating func introduce(
        to member: NodeID, ask: UInt64?, answering question: Introduction?, _ out: inout [Transmission]
    ) {
        let floors = seal.floors(age: question.map { .milliseconds($0.awakeMilliseconds) } ?? .zero)
        say(
            .introduction(
                Introduction(
                    awakeMilliseconds: seal.awake.wireMilliseconds, ask: ask, answer: question?.ask, floors: floors)),
            to: member, &out)
    }
}
