import SkeinSeal
import SkeinWire

/// What partners say. They are who the session says, and may lie: whatever does not fit is dropped and counted.
extension BulkBook {
    /// A payload that a session has opened.
    package mutating func handle(
        _ payload: ArraySlice<UInt8>, from robot: NodeID, now: Instant, actions: inout [BulkAction]
    ) {
        guard let place = enter(robot, now: now) else { return counters.count(.overflow) }
        partners[place].heardAt = now
        guard let kind = payload.first else { return counters.count(.malformed) }
        if kind == TransferChunk.kind {
            payload.withUnsafeBytes { takeChunk($0, place, now: now, actions: &actions) }
            return
        }
        partners[place].usedAt = now
        var reader = ByteReader(payload)
        do throws(WireError) {
            switch kind {
            case TransferAck.kind: takeAck(try TransferAck(reading: &reader), payload, place, now: now)
            case TransferOffer.kind:
                let offer = try TransferOffer(reading: &reader)
                take(offer, payload.suffix(reader.remaining), place, now: now, actions: &actions)
            default: take(try TransferWord(reading: &reader), place, now: now, actions: &actions)
            }
        } catch {
            counters.count(.malformed)
        }
    }

    private mutating func takeAck(_ ack: TransferAck, _ payload: ArraySlice<UInt8>, _ place: Int, now: Instant) {
        guard let slot = sending(ack.transfer, to: place) else { return counters.count(.unknownTransfer) }
        let before = outgoing[slot]!.inFlight
        let isTaken = payload.withUnsafeBytes { bytes in
            outgoing[slot]!.take(
                ack,
                bits: { word in
                    let offset = TransferAck.headerBytes + word * 8
                    return UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
                },
                estimate: &partners[place].estimate, now: now)
        }
        guard isTaken else { return counters.count(.wrongAck) }
        partners[place].inFlight += outgoing[slot]!.inFlight - before
        wakeAt = min(wakeAt, outgoing[slot]!.nextTimer)
        sendAt = .zero
        guard let path = partners[place].path else { return }
        let frameBytes = ObjectBytes.chunkBytes + TransferChunk.headerBytes + path.overheadBytes
        let rate = path.bitsPerSecond / 8
        if partners[place].estimate.judge(allottedBytesPerSecond: rate, frameBytes: frameBytes, now: now) {
            partners[place].setRates(now: now)
        } else {
            partners[place].setFlight()
        }
    }

    private mutating func take(_ word: TransferWord, _ place: Int, now: Instant, actions: inout [BulkAction]) {
        switch word {
        case .end(let transfer, let reason):
            guard let slot = sending(transfer, to: place), let sending = outgoing[slot], sending.phase != .waiting
            else { return counters.count(.unknownTransfer) }
            if let span = sending.offerRoundTrip(now: now) { partners[place].estimate.measured(span, now: now) }
            end(sending: slot, reason, tells: false, now: now, actions: &actions)
            sendAt = .zero
        case .over(let transfer, let reason):
            guard let slot = reception(transfer, of: place) else { return counters.count(.unknownTransfer) }
            drop(slot, reason, keeps: true, now: now, actions: &actions)
        case .again(let transfer):
            guard let slot = sending(transfer, to: place) else { return counters.count(.unknownTransfer) }
            change(slot) { $0.unknown() }
            sendAt = .zero
        case .want(let want): take(want, place, now: now, actions: &actions)
        case .refuse(let id, let reason): refused(id, reason, by: partners[place].id, actions: &actions)
        }
    }

    // MARK: - Chunks

    private mutating func takeChunk(
        _ payload: UnsafeRawBufferPointer, _ place: Int, now: Instant, actions: inout [BulkAction]
    ) {
        guard let chunk = TransferChunk(payload) else { return counters.count(.malformed) }
        guard let slot = reception(chunk.transfer, of: place) else {
            counters.count(.unknownTransfer)
            if let ended = recordedEnd(chunk.transfer, place) {
                say(.end(ended.transfer, ended.reason), to: place)
            } else {
                say(.again(chunk.transfer), to: place)
            }
            return
        }
        let bytes = UnsafeRawBufferPointer(rebasing: payload[TransferChunk.headerBytes...])
        guard
            let taken = incoming[slot]!.take(
                chunk, bytes, ackFrames: tuning.ackFrames, ackSpan: tuning.ackSpan, now: now)
        else { return counters.count(.wrongChunk) }
        if taken.isNew { counters.chunksReceived += 1 } else { counters.count(.duplicate) }
        if taken.ackAt == .zero { answer(slot, place) } else { wakeAt = min(wakeAt, taken.ackAt) }
        if taken.isWhole { finish(slot, now: now, actions: &actions) }
    }

    /// It says what it has at the next turn; or that all is lacking, until that is heard.
    mutating func answer(_ slot: Int, _ place: Int) {
        if incoming[slot]!.isRoundOver { return say(.again(incoming[slot]!.offer.transfer), to: place) }
        if !partners[place].acksDue.contains(slot) { partners[place].acksDue.append(slot) }
        hasWords = true
        sendAt = .zero
    }

    /// It is all there. What is not hashed yet is, now or with the next timers.
    mutating func finish(_ slot: Int, now: Instant, actions: inout [BulkAction]) {
        incoming[slot]!.part.hash(chunksMax: PartialObject.hashChunksMax)
        guard incoming[slot]!.part.isHashed else {
            wakeAt = min(wakeAt, now)
            return
        }
        let place = incoming[slot]!.partner
        let object = incoming[slot]!.part.finish()
        if object == nil, incoming[slot]!.part.source == nil {
            incoming[slot]!.startOver(with: partners[place].id)
            partners[place].acksDue.removeAll { $0 == slot }
            return answer(slot, place)
        }
        guard let received = remove(reception: slot, now: now) else { return }
        let reason: BulkReason? = object == nil ? .wrongHash : nil
        close(received.offer.transfer, reason, place)
        if let object {
            if let fetch = received.offer.fetch { fetches.removeAll { $0.id == fetch } }
            actions.append(.received(BulkReceived(offer: received.offer, object: object)))
        } else {
            tell(received.offer, .wrongHash, now: now, actions: &actions)
        }
    }

    /// How a partner's transfer ended, now and whenever it is asked for.
    func recordedEnd(_ transfer: TransferID, _ place: Int) -> BulkPartner.Ended? {
        guard let ended = partners[place].ended[transfer.place], ended.transfer == transfer else { return nil }
        return ended
    }

    mutating func close(_ transfer: TransferID, _ reason: BulkReason?, _ place: Int) {
        partners[place].ended[transfer.place] = BulkPartner.Ended(transfer: transfer, reason: reason)
        say(.end(transfer, reason), to: place)
    }
}
