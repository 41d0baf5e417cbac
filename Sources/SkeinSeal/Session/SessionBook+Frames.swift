import SkeinWire

/// What a frame was.
package enum OpenedFrame: Hashable, Sendable {
    /// The payload stands at this range of the datagram, decrypted in place.
    case payload(from: NodeID, Range<Int>)
    /// The partner has the keys and is there.
    case empty(from: NodeID)
    case refused(SessionRefusal)
}

/// Frames: sealing and opening, the moment when new keys take over, and when the next ones are due.
extension SessionBook {
    /// A datagram with this payload; nil: there is no session, ask for one. It is encrypted from where it stands: a copy
    /// would cost a twentieth of the encryption.
    package func seal(
        _ payload: ArraySlice<UInt8>, to robot: NodeID, now: Instant, actions: inout [SessionAction]
    ) -> [UInt8]? {
        payload.withUnsafeBufferPointer { bytes in
            guard let start = bytes.baseAddress else { preconditionFailure("an empty payload") }
            return seal(to: robot, payloadBytes: bytes.count, now: now, actions: &actions, from: { _ in start })
        }
    }

    /// The same where the payload is put together in place by `write`.
    package func seal(
        to robot: NodeID, payloadBytes: Int, now: Instant, actions: inout [SessionAction],
        _ write: (UnsafeMutableBufferPointer<UInt8>) -> Void
    ) -> [UInt8]? {
        seal(
            to: robot, payloadBytes: payloadBytes, now: now, actions: &actions,
            from: { room in
                guard let start = room.baseAddress else { preconditionFailure("an empty payload") }
                write(room)
                return UnsafePointer(start)
            })
    }

    private func seal(
        to robot: NodeID, payloadBytes: Int, now: Instant, actions: inout [SessionAction],
        from payload: (UnsafeMutableBufferPointer<UInt8>) -> UnsafePointer<UInt8>
    ) -> [UInt8]? {
        precondition(
            (1...BulkFrame.payloadBytesMax).contains(payloadBytes), "a payload of \(payloadBytes) bytes")
        guard let partner = partner(robot), let current = usable(partner, now: now, actions: &actions) else {
            return nil
        }
        let frame = datagram(payloadBytes: payloadBytes, current, payload)
        partner.usedAt = now
        partner.keepaliveAt = nil
        if partner.unansweredSince == nil { partner.unansweredSince = now }
        renewIfDue(partner, current, now: now, actions: &actions)
        return frame
    }

    /// Opens a datagram in place. What is refused counts, and nobody hears of it.
    package func open(_ datagram: inout [UInt8], now: Instant, actions: inout [SessionAction]) -> OpenedFrame {
        guard let frame = datagram.withUnsafeBytes({ BulkFrame($0) }) else { return .refused(refuse(.malformed)) }
        guard frame.receiver == id else { return .refused(refuse(.otherReceiver)) }
        guard let partner = partner(at: Int(frame.session & 0xFF)), let session = partner.session(frame.session),
            !session.isOver(at: now)
        else { return .refused(refuse(.unknownSession)) }
        let refusal = datagram.withUnsafeMutableBufferPointer { session.open($0, counter: frame.counter) }
        if let refusal { return .refused(refuse(refusal)) }
        heard(partner, session, now: now, actions: &actions)
        let payloadEnd = datagram.count - BulkFrame.tagBytes
        guard payloadEnd > BulkFrame.headerBytes else { return .empty(from: partner.id) }
        partner.usedAt = now
        if partner.keepaliveAt == nil {
            partner.keepaliveAt = Instant(nanoseconds: now.nanoseconds + keepaliveNanoseconds)
        }
        if let current = partner.current { renewIfDue(partner, current, now: now, actions: &actions) }
        return .payload(from: partner.id, BulkFrame.headerBytes..<payloadEnd)
    }

    /// Says nothing, under the current keys.
    func sealEmpty(_ partner: SessionPartner, now: Instant, actions: inout [SessionAction]) {
        guard let current = usable(partner, now: now, actions: &actions) else { return }
        partner.keepaliveAt = nil
        let frame = datagram(payloadBytes: 0, current) { room in
            guard let start = room.baseAddress else { preconditionFailure("no room for a frame") }
            return UnsafePointer(start)
        }
        actions.append(.transmit(frame, to: partner.id))
    }

    /// The session to seal under. One that has carried all it may is over, and the next is asked for.
    private func usable(_ partner: SessionPartner, now: Instant, actions: inout [SessionAction]) -> Session? {
        guard let current = partner.current, !current.isOver(at: now) else { return nil }
        guard current.isSpent else { return current }
        partner.dropCurrent()
        actions.append(.ended(partner.id, .expired))
        if !partner.isInHandshake, !partner.isQuiet(at: now) { ask(partner, now: now, actions: &actions) }
        return nil
    }

    /// The partner has the keys of this session: whatever it proves by that.
    private func heard(
        _ partner: SessionPartner, _ session: Session, now: Instant, actions: inout [SessionAction]
    ) {
        partner.unansweredSince = nil
        if let answer = partner.answer, answer.session === session {
            let hadOne = partner.current != nil
            partner.answer = nil
            partner.succeed(session)
            if !hadOne { actions.append(.ready(partner.id)) }
        }
        if partner.previous != nil, partner.previousUntil == nil, partner.current === session {
            partner.previousUntil = now + tuning.lingerSpan
        }
    }

    private func renewIfDue(
        _ partner: SessionPartner, _ current: Session, now: Instant, actions: inout [SessionAction]
    ) {
        guard current.isDueForRenewal(at: now), !partner.isInHandshake, !partner.isQuiet(at: now) else { return }
        ask(partner, now: now, actions: &actions)
    }

    /// A new datagram of this size, sealed from the payload that `payload` is given room for or has itself.
    private func datagram(
        payloadBytes: Int, _ session: Session, _ payload: (UnsafeMutableBufferPointer<UInt8>) -> UnsafePointer<UInt8>
    ) -> [UInt8] {
        let count = payloadBytes + BulkFrame.overheadBytes
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            guard let start = buffer.baseAddress else { preconditionFailure("no room for a frame") }
            let room = UnsafeMutableBufferPointer(start: start + BulkFrame.headerBytes, count: payloadBytes)
            session.seal(payload(room), payloadBytes: payloadBytes, into: start)
            initialized = count
        }
    }
}
