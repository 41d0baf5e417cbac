import SkeinWire

/// Closes what this robot says and opens what it hears. The order of opening is the order of cost: size, layout and fleet,
/// the fleet's keyed tag, membership, whether it can be new at all, the budgets, the signature, and only then the replay
/// window.
package struct Seal {
    package let id: NodeID
    package let epoch: Epoch
    package var keyring: FleetKeyring
    package var trust: TrustBook
    package let signer: any Signer
    package let verifier: any Verifier
    /// Nil: this robot cannot be sent new keys.
    package let opener: (any Opener)?
    private var replays = ReplayGuard()
    private var budget = SealBudget()
    private var floods = FloodMemory()
    private var own = OwnMemory()
    private var counters = [UInt32](repeating: 0, count: TrafficClass.allCases.count)
    private var history = CounterHistory()
    private var now = Instant.zero
    private var startedAt: Instant?
    package private(set) var drops = DropCounters()

    package init(
        id: NodeID, epoch: Epoch, fleetKey: FleetKey, roster: Roster, signer: any Signer, verifier: any Verifier
    ) {
        self.init(
            id: id, epoch: epoch, keyring: FleetKeyring([fleetKey]), roster: roster, signer: signer, verifier: verifier,
            opener: nil)
    }

    package init(
        id: NodeID, epoch: Epoch, keyring: FleetKeyring, roster: Roster, signer: any Signer, verifier: any Verifier,
        opener: (any Opener)?
    ) {
        self.id = id
        self.epoch = epoch
        self.keyring = keyring
        trust = TrustBook(roster: roster, fleet: keyring.fleet)
        self.signer = signer
        self.verifier = verifier
        self.opener = opener
    }

    /// A message that has been let in.
    package struct Opened {
        /// How much of today it is known to be.
        package enum Standing: Hashable, Sendable {
            /// Of the epoch its sender has proved, and new.
            case fresh
            /// A bulletin that the replay guard would not vouch for. It is judged by its own revision instead, so an old one
            /// changes nothing, and a robot that missed it can still learn it from a neighbour.
            case unvouched
            /// Its sender has proved nothing in this epoch: to be asked before it is believed.
            case newcomer
            /// Tagged with an old key of the fleet, of this number: its sender has missed something.
            case lagging(UInt16)
            /// Signed with this robot's own key, and not said by it.
            case double
        }

        package var envelope: Envelope
        /// Nil when the same message came before: the copy still tells a flood who has relayed it.
        package var message: Message?
        package var standing = Standing.fresh
        package var isFresh: Bool { standing == .fresh }

        package init(envelope: Envelope, message: Message?, standing: Standing = .fresh) {
            self.envelope = envelope
            self.message = message
            self.standing = standing
        }
    }

    package var fleet: FleetID { keyring.fleet }

    package func isEnrolled(_ robot: NodeID) -> Bool { trust.isEnrolled(robot) }

    /// What follows happens at this time, which never runs backwards.
    package mutating func advance(to instant: Instant) {
        now = instant
        if startedAt == nil { startedAt = instant }
    }

    // MARK: - Out

    /// Seals a message of this robot's into a datagram, under the fleet's key of today or an old one.
    package mutating func close(
        _ message: Message, to destination: NodeID, via: NodeID, next: NodeID, timeToLive: UInt8,
        keyNumber: UInt16? = nil
    ) -> [UInt8] {
        let kind = message.kind
        let lane = Int(kind.trafficClass.rawValue)
        history.note(counters, now: now)
        counters[lane] += 1
        let body = message.bytes
        let envelope = Envelope(
            kind: kind, trafficClass: kind.trafficClass, timeToLive: timeToLive, sender: id, fleet: fleet,
            epoch: epoch, counter: counters[lane], destination: destination, via: via, relay: id, next: next, hop: 1)
        var writer = ByteWriter(capacity: body.count + Envelope.overheadBytes)
        envelope.write(bodyBytes: body.count, to: &writer)
        writer.raw(body)
        var datagram = writer.bytes
        let signature = signer.signature(over: MessageStatement.bytes(of: datagram, signedCount: datagram.count))
        datagram.append(contentsOf: signature)
        datagram.append(contentsOf: repeatElement(0, count: Envelope.tagBytes))
        renewTag(&datagram, by: keyNumber.flatMap { keyring.key($0) } ?? keyring.sending(now: now))
        own.said(kind.trafficClass, counters[lane], datagram)
        return datagram
    }

    /// Rewrites the relay fields of a datagram that was let in, for sending it on.
    package func relayed(_ datagram: [UInt8], next: NodeID, hop: UInt8) -> [UInt8] {
        var copy = datagram
        copy[Envelope.Offset.relay] = UInt8(truncatingIfNeeded: id.number >> 8)
        copy[Envelope.Offset.relay + 1] = UInt8(truncatingIfNeeded: id.number)
        copy[Envelope.Offset.next] = UInt8(truncatingIfNeeded: next.number >> 8)
        copy[Envelope.Offset.next + 1] = UInt8(truncatingIfNeeded: next.number)
        copy[Envelope.Offset.hop] = hop
        renewTag(&copy, by: keyring.sending(now: now))
        return copy
    }

    private func renewTag(_ datagram: inout [UInt8], by key: FleetKey) {
        let covered = datagram.count - Envelope.tagBytes
        datagram.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            key.tag(over: base, count: covered, into: base + covered)
        }
    }

    /// By class, this robot's counters as of when a robot started that has been awake for `age`, or of two seconds ago: what
    /// bears a later one is of now, and no earlier boot of that robot can have heard it.
    package func floors(age: Duration) -> [UInt32] { history.floors(counters, age: age, now: now) }

    /// Since this robot's start.
    package var awake: Duration { startedAt.map { now - $0 } ?? .zero }

    // MARK: - In

    /// Counts a drop that was decided further in.
    package mutating func drop(_ reason: DropReason) { drops.count(reason) }

    package func provedEpoch(of sender: NodeID) -> Epoch? { replays.provedEpoch(of: sender) }

    /// The sender has answered a question of this boot, in this epoch.
    package mutating func prove(_ sender: NodeID, _ epoch: Epoch, floors: [UInt32]) {
        replays.prove(sender, epoch, floors: floors)
    }

    /// Whatever it proved, it did with a key that is no longer its own.
    package mutating func forget(_ sender: NodeID) { replays.forget(sender) }

    /// A newcomer's message, held until its sender had answered: true once.
    package mutating func admit(_ envelope: Envelope) -> Bool {
        let refusal = replays.refusal(
            sender: envelope.sender, epoch: envelope.epoch, trafficClass: envelope.trafficClass,
            counter: envelope.counter)
        if let refusal { drops.count(refusal) }
        return refusal == nil
    }

    /// Lets a datagram in, or counts why not. `source` is whatever its radio calls who transmitted it.
    package mutating func open(_ datagram: [UInt8], from source: UInt64 = 0) -> Opened? {
        switch judge(datagram, from: source) {
        case .success(let opened): return opened
        case .failure(let refusal):
            drops.count(refusal.reason)
            return nil
        }
    }

    private struct Refusal: Error {
        var reason: DropReason
        init(_ reason: DropReason) { self.reason = reason }
    }

    private mutating func judge(_ datagram: [UInt8], from source: UInt64) -> Result<Opened, Refusal> {
        guard datagram.count >= Envelope.overheadBytes else { return .failure(Refusal(.tooShort)) }
        guard datagram.count <= Envelope.datagramBytesMax else { return .failure(Refusal(.tooLong)) }
        var reader = ByteReader(datagram)
        guard let envelope = try? Envelope(reading: &reader, datagramBytes: datagram.count) else {
            return .failure(Refusal(.malformed))
        }
        guard envelope.fleet == fleet else { return .failure(Refusal(.otherFleet)) }
        let tagged = keyring.standing(now: now) { verifier.isTagged(datagram, by: $0) }
        guard let tagged else { return .failure(Refusal(.wrongTag)) }
        if let refusal = membershipRefusal(envelope) { return .failure(Refusal(refusal)) }
        guard let key = trust.key(of: envelope.sender) else { return .failure(Refusal(.unknownSender)) }
        let signedCount = datagram.count - Envelope.tagBytes - Envelope.signatureBytes
        if envelope.kind.isFlooded, floods.remembers(datagram, signedCount, now: now) {
            return .success(Opened(envelope: envelope, message: nil))
        }
        let look = look(at: envelope, datagram, signedCount)
        guard look.isWorthChecking else { return .failure(Refusal(look.reason)) }
        let isRepeat = look.isRepeat || tagged != .current
        guard budget.allows(envelope.sender, envelope.trafficClass, isRepeat: isRepeat, now: now),
            budget.allows(from: source, now: now)
        else { return .failure(Refusal(.overBudget)) }
        guard verifier.isSigned(datagram, signedCount: signedCount, by: key) else {
            budget.failed(from: source)
            return .failure(Refusal(.wrongSignature))
        }
        budget.spent(envelope.sender, envelope.trafficClass, isRepeat: isRepeat)
        budget.held(from: source, now: now)
        guard envelope.trafficClass == envelope.kind.trafficClass else { return .failure(Refusal(.wrongClass)) }
        guard let message = try? Message(envelope.kind, body: datagram[Envelope.headerBytes..<signedCount]) else {
            if look.guarded == .new { _ = admit(envelope) }
            return .failure(Refusal(.malformed))
        }
        // Nothing is taken from it, so a copy under today's key is no repeat of it.
        if case .lagging(let number) = tagged {
            return .success(Opened(envelope: envelope, message: message, standing: .lagging(number)))
        }
        let verdict = verdict(on: envelope, message, look)
        if envelope.kind.isFlooded, case .success(let opened) = verdict {
            floods.remember(datagram, isHeld: opened.standing == .newcomer, now: now)
        }
        return verdict
    }

    private func membershipRefusal(_ envelope: Envelope) -> DropReason? {
        // A relayed copy that claims to come from here is an echo; what claims to be said here may be a double's.
        guard envelope.relay != id || envelope.sender == id else { return .own }
        for robot in [envelope.sender, envelope.relay] where !trust.isEnrolled(robot) {
            if trust.isRevoked(robot) { return .revoked }
            guard trust.isExpired(robot) else { return .unknownSender }
            // No clock may keep a robot from stopping another.
            if envelope.trafficClass != .safety { return .expired }
        }
        return nil
    }

    /// What can be told of a message before its signature is looked at.
    private struct Look {
        var guarded: ReplayGuard.Look
        var isWorthChecking: Bool
        /// It may be a recording: checked within the small budget.
        var isRepeat: Bool
        var isOwn = false
        var isDouble = false

        var reason: DropReason {
            switch guarded {
            case .new, .unproven: isOwn ? .own : .unproven
            case .seen: isOwn ? .own : .replayed
            case .stale: .staleEpoch
            }
        }
    }

    private func look(at envelope: Envelope, _ datagram: [UInt8], _ signedCount: Int) -> Look {
        let kind = envelope.kind
        guard envelope.sender != id else {
            // Bulletins of an earlier boot come back from neighbours; what this boot has never said is another's.
            let isDouble = isDouble(envelope, datagram, signedCount)
            return Look(
                guarded: .seen, isWorthChecking: kind.isBulletin || isDouble, isRepeat: true, isOwn: true,
                isDouble: isDouble)
        }
        let guarded = replays.look(
            sender: envelope.sender, epoch: envelope.epoch, trafficClass: envelope.trafficClass,
            counter: envelope.counter)
        switch guarded {
        case .new: return Look(guarded: guarded, isWorthChecking: true, isRepeat: false)
        case .seen:
            // A bulletin may be one that came too late, or its sender says two things under one counter.
            return Look(guarded: guarded, isWorthChecking: kind.isBulletin, isRepeat: true)
        // A robot whose disk was lost answers for its epoch; a recording does not.
        case .stale, .unproven: return Look(guarded: guarded, isWorthChecking: true, isRepeat: true)
        }
    }

    private func isDouble(_ envelope: Envelope, _ datagram: [UInt8], _ signedCount: Int) -> Bool {
        if envelope.epoch != epoch { return envelope.epoch > epoch }
        return envelope.counter > counters[Int(envelope.trafficClass.rawValue)]
            || own.contradicts(envelope.trafficClass, envelope.counter, datagram, signedCount)
    }

    private mutating func verdict(
        on envelope: Envelope, _ message: Message, _ look: Look
    ) -> Result<Opened, Refusal> {
        func opened(_ standing: Opened.Standing) -> Result<Opened, Refusal> {
            .success(Opened(envelope: envelope, message: message, standing: standing))
        }
        if look.isOwn { return opened(look.isDouble ? .double : .unvouched) }
        switch look.guarded {
        case .new:
            let refusal = replays.refusal(
                sender: envelope.sender, epoch: envelope.epoch, trafficClass: envelope.trafficClass,
                counter: envelope.counter)
            return refusal.map { .failure(Refusal($0)) } ?? opened(.fresh)
        case .seen: return opened(.unvouched)
        case .stale: return opened(envelope.kind.isBulletin ? .unvouched : .newcomer)
        case .unproven: return opened(.newcomer)
        }
    }
}
