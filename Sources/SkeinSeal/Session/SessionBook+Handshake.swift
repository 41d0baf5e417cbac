import SkeinWire

/// The handshake: a wish, its answer, and who yields when two wishes cross.
extension SessionBook {
    /// A message of the handshake that came in an envelope of `robot`'s, whose key the roster gives. Nil: taken.
    @discardableResult
    package func handle(
        _ message: SessionMessage, from robot: NodeID, key: PublicKey, now: Instant, actions: inout [SessionAction]
    ) -> SessionRefusal? {
        let refusal =
            switch message {
            case .open(let open): answer(open, from: robot, key: key, now: now, actions: &actions)
            case .accept(let accept): take(accept, from: robot, key: key, now: now, actions: &actions)
            }
        return refusal.map(refuse)
    }

    /// Asks, and again until `attemptsMax`: the same bytes, so that the partner answers once.
    func ask(_ partner: SessionPartner, now: Instant, actions: inout [SessionAction]) {
        precondition(!partner.isInHandshake, "\(partner.id): a second handshake")
        let ephemeral = EphemeralKey(from: secrets)
        var open = SessionOpen(
            initiator: id, responder: partner.id, epoch: epoch, number: nextWish(), session: freeNumber(partner),
            ephemeral: ephemeral.publicBytes)
        open.signature = signer.stated(Statement.bytes(.session, fleet: fleet, open.stated))
        partner.wish = SessionPartner.Wish(open: open, ephemeral: ephemeral, repeatsAt: now + tuning.retry(after: 1))
        actions.append(.say(.open(open), to: partner.id))
    }

    private func answer(
        _ open: SessionOpen, from robot: NodeID, key: PublicKey, now: Instant, actions: inout [SessionAction]
    ) -> SessionRefusal? {
        guard open.initiator == robot, open.responder == id else { return .malformed }
        if let known = partner(robot), known.key == key {
            if let answer = known.answer, answer.open == open {
                // Ours was lost, or is still under way.
                actions.append(.say(.accept(answer.accept), to: robot))
                return nil
            }
            if let refusal = objection(to: open, of: known, now: now) { return refusal }
        }
        guard
            verifier.isStated(Statement.bytes(.session, fleet: fleet, open.stated), signature: open.signature, by: key)
        else { return .wrongSignature }
        guard let partner = enter(robot, key: key, now: now, actions: &actions) else { return .overflow }
        let ephemeral = EphemeralKey(from: secrets)
        guard let shared = ephemeral.shared(with: open.ephemeral) else {
            if partner.isEmpty { leave(partner) }
            return .weakKey
        }
        advance(partner, to: open.epoch, actions: &actions)
        partner.newestWish = (open.epoch, open.number)
        partner.answeredAt = now
        partner.wish = nil
        partner.dropAnswer()
        var accept = SessionAccept(
            answering: open, epoch: epoch, session: freeNumber(partner), ephemeral: ephemeral.publicBytes)
        accept.signature = signer.stated(
            Statement.bytes(.session, fleet: fleet, accept.stated(answering: open)))
        let keys = SessionKeys(
            shared: shared, fleet: fleet, initiator: key, responder: identity, open: open, accept: accept)
        let session = Session(
            side: .responder, partner: robot, localNumber: accept.session, remoteNumber: open.session, keys: keys,
            tuning: tuning, now: now)
        partner.answer = SessionPartner.Answer(
            open: open, accept: accept, session: session, repeatsAt: now + tuning.retry(after: 1))
        actions.append(.say(.accept(accept), to: robot))
        return nil
    }

    /// What speaks against a wish before anything is computed.
    private func objection(to open: SessionOpen, of partner: SessionPartner, now: Instant) -> SessionRefusal? {
        if let epoch = partner.epoch, open.epoch < epoch { return .staleEpoch }
        if let newest = partner.newestWish, open.epoch == newest.epoch, open.number <= newest.number {
            return .replayed
        }
        // The partner gives up its own wish when this robot's arrives.
        if partner.wish != nil, id < partner.id { return .crossed }
        if let answeredAt = partner.answeredAt, now < answeredAt + tuning.wishSpacingMin { return .tooSoon }
        return nil
    }

    private func take(
        _ accept: SessionAccept, from robot: NodeID, key: PublicKey, now: Instant, actions: inout [SessionAction]
    ) -> SessionRefusal? {
        guard accept.responder == robot, accept.initiator == id else { return .malformed }
        guard let partner = partner(robot), partner.key == key else { return .unasked }
        guard let wish = partner.wish, wish.open.number == accept.number, wish.open.session == accept.initiatorSession
        else {
            guard let current = partner.current, current.side == .initiator,
                current.localNumber == accept.initiatorSession, current.remoteNumber == accept.session
            else { return .unasked }
            // The partner has not heard this session yet: the frame that said so was lost.
            sealEmpty(partner, now: now, actions: &actions)
            return nil
        }
        if let epoch = partner.epoch, accept.epoch < epoch { return .staleEpoch }
        let stated = Statement.bytes(.session, fleet: fleet, accept.stated(answering: wish.open))
        guard verifier.isStated(stated, signature: accept.signature, by: key) else { return .wrongSignature }
        guard let shared = wish.ephemeral.shared(with: accept.ephemeral) else { return .weakKey }
        advance(partner, to: accept.epoch, actions: &actions)
        let keys = SessionKeys(
            shared: shared, fleet: fleet, initiator: identity, responder: key, open: wish.open, accept: accept)
        partner.wish = nil
        let hadOne = partner.current != nil
        partner.succeed(
            Session(
                side: .initiator, partner: robot, localNumber: wish.open.session, remoteNumber: accept.session,
                keys: keys, tuning: tuning, now: now))
        sealEmpty(partner, now: now, actions: &actions)
        if !hadOne { actions.append(.ready(robot)) }
        return nil
    }

    /// 24 bits of chance over the partner's place: a number tells nothing, and one of an earlier boot is hardly met again.
    private func freeNumber(_ partner: SessionPartner) -> UInt32 {
        var bytes: [UInt8] = [0, 0, 0]
        bytes.withUnsafeMutableBufferPointer { secrets.fill($0) }
        var chance = bytes.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        // At most four numbers of a partner are taken.
        while !partner.isFree(chance << 8 | UInt32(partner.place)) { chance = (chance + 1) & 0xFF_FFFF }
        return chance << 8 | UInt32(partner.place)
    }
}
