import SkeinWire

/// A robot's sessions with others, for bulk: authenticated encryption with keys that neither side keeps.
///
/// Who decides: whoever has something to say asks (`want`), the asked one answers, and from the third message on both have
/// the keys. If both ask at once, the wish of the robot with the lower number counts and the other answers it. The
/// handshake's messages travel in envelopes, so their senders are enrolled and fresh; whether a robot may have a session
/// at all is its caller's to say, who passes the key that the roster gives, and `close`s the sessions of a robot revoked.
///
/// What is lost: each of the two messages is repeated until what follows it has come; a robot that has no answer in eight
/// seconds gives up and keeps quiet for five. Frames are not repeated here. While keys change, the older ones serve on
/// (make before break), both ways.
///
/// When a process dies, its sessions die with it. The partner learns it from the new epoch of any message (`note`), from a
/// wish in the new epoch, or from silence: three seconds of payload without a frame back make it ask again.
///
/// There is one cipher and one handshake, and no mode without them. Bytes that do not open count under one reason and are
/// never answered. A reference, because sessions cannot be copied: a nonce would be used twice.
package final class SessionBook {
    /// A session's number has its partner's place in the low byte.
    package static let partnersMax = 64

    package let id: NodeID
    package let epoch: Epoch
    let identity: PublicKey
    let fleet: FleetID
    let signer: any Signer
    let verifier: any Verifier
    let secrets: any SecretSource
    let tuning: SessionTuning
    let keepaliveNanoseconds: Int64
    private var places: [SessionPartner?] = []
    /// By node number, which frames look up; grows to the highest partner there was, never past the roster.
    private var placeOf: [UInt8?] = []
    private var partnerCount = 0
    private var wishes: UInt32 = 0
    package internal(set) var refusals = SessionCounters()

    /// `identity` is this robot's public key, whose secret the signer has.
    package init(
        id: NodeID, epoch: Epoch, identity: PublicKey, fleet: FleetID, signer: any Signer, verifier: any Verifier,
        secrets: any SecretSource, tuning: SessionTuning = .standard
    ) {
        precondition(id != .none, "sessions of no robot")
        if let fault = tuning.fault { preconditionFailure("sessions with \(fault)") }
        self.id = id
        self.epoch = epoch
        self.identity = identity
        self.fleet = fleet
        self.signer = signer
        self.verifier = verifier
        self.secrets = secrets
        self.tuning = tuning
        keepaliveNanoseconds = tuning.keepaliveSpan.nanoseconds
    }

    deinit { for partner in partners { partner.wipe() } }

    /// In the order of their places.
    var partners: [SessionPartner] { places.compactMap(\.self) }

    /// Whether a frame can be sealed to this robot now.
    package func isReady(_ robot: NodeID, now: Instant) -> Bool {
        guard let current = partner(robot)?.current else { return false }
        return !current.isOver(at: now) && !current.isSpent
    }

    /// Asks for a session unless there is one, one is in the making, or the last wish went unanswered a moment ago. True:
    /// there is one. Else `ready` or `ended` follows, or the caller asks again.
    @discardableResult
    package func want(_ robot: NodeID, key: PublicKey, now: Instant, actions: inout [SessionAction]) -> Bool {
        precondition(robot != id && robot != .none, "a session of \(id) with \(robot)")
        if isReady(robot, now: now), partner(robot)?.key == key { return true }
        guard let partner = enter(robot, key: key, now: now, actions: &actions) else { return false }
        if !partner.isInHandshake, !partner.isQuiet(at: now) { ask(partner, now: now, actions: &actions) }
        return false
    }

    /// A partner's epoch, of a message that was let in: of an earlier boot no session is left over there.
    package func note(_ epoch: Epoch, of robot: NodeID, actions: inout [SessionAction]) {
        guard let partner = partner(robot) else { return }
        advance(partner, to: epoch, actions: &actions)
        if partner.isEmpty, partner.quietUntil == nil { leave(partner) }
    }

    /// Ends what there is with this robot and zeroes its keys: revoked, or gone.
    package func close(_ robot: NodeID, actions: inout [SessionAction]) {
        guard let partner = partner(robot) else { return }
        end(partner, .closed, actions: &actions)
    }

    /// Ends everything: the peer stops.
    package func closeAll(actions: inout [SessionAction]) {
        for partner in partners { end(partner, .closed, actions: &actions) }
    }

    func partner(_ robot: NodeID) -> SessionPartner? {
        guard Int(robot.number) < placeOf.count, let place = placeOf[Int(robot.number)] else { return nil }
        return places[Int(place)]
    }

    func partner(at place: Int) -> SessionPartner? { place < places.count ? places[place] : nil }

    func refuse(_ reason: SessionRefusal) -> SessionRefusal {
        refusals.count(reason)
        return reason
    }

    /// The number of this robot's next wish.
    func nextWish() -> UInt32 {
        precondition(wishes < .max, "as many handshakes as a boot can count")
        wishes += 1
        return wishes
    }

    /// The partner's record; a robot enrolled anew, with another key, has nothing left of the old one. Nil: no place.
    func enter(_ robot: NodeID, key: PublicKey, now: Instant, actions: inout [SessionAction]) -> SessionPartner? {
        if let known = partner(robot) {
            if known.key == key { return known }
            end(known, .closed, actions: &actions)
        }
        if partnerCount == Self.partnersMax { displace(now: now, actions: &actions) }
        guard partnerCount < Self.partnersMax else { return nil }
        if places.allSatisfy({ $0 != nil }) { places.append(nil) }
        guard let place = places.firstIndex(where: { $0 == nil }) else { preconditionFailure("no place") }
        let partner = SessionPartner(id: robot, key: key, place: place, now: now)
        places[place] = partner
        while placeOf.count <= Int(robot.number) { placeOf.append(nil) }
        placeOf[Int(robot.number)] = UInt8(place)
        partnerCount += 1
        return partner
    }

    /// Whoever has been idle longest makes room, unless all are at work.
    private func displace(now: Instant, actions: inout [SessionAction]) {
        let idle = partners.filter { !$0.isInHandshake && now >= $0.usedAt + tuning.idleSpan }
        if let longest = idle.min(by: { $0.usedAt < $1.usedAt }) { end(longest, .displaced, actions: &actions) }
    }

    func leave(_ partner: SessionPartner) {
        partner.wipe()
        places[partner.place] = nil
        placeOf[Int(partner.id.number)] = nil
        partnerCount -= 1
    }

    func end(_ partner: SessionPartner, _ reason: SessionEnd, actions: inout [SessionAction]) {
        let isMissed = partner.current != nil || partner.wish != nil
        leave(partner)
        if isMissed { actions.append(.ended(partner.id, reason)) }
    }

    /// What belongs to an earlier boot of the partner is over. A wish of this robot's stays: the new boot can answer it.
    func advance(_ partner: SessionPartner, to epoch: Epoch, actions: inout [SessionAction]) {
        guard let known = partner.epoch else {
            partner.epoch = epoch
            return
        }
        guard epoch > known else { return }
        partner.epoch = epoch
        let isMissed = partner.current != nil
        partner.dropAnswer()
        partner.dropPrevious()
        partner.dropCurrent()
        partner.quietUntil = nil
        if isMissed { actions.append(.ended(partner.id, .restarted)) }
    }
}
