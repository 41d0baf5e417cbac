import SkeinWire

/// Objects for this robot: taken in, or not, and how their receptions end.
extension BulkBook {
    /// Declines an object under way here; its sender fails with the reason. False: it was over. Nothing else is told.
    @discardableResult
    package mutating func decline(
        _ offer: BulkOffered, _ reason: BulkReason = .unwanted, now: Instant
    ) -> Bool {
        guard let place = partnerPlace(offer.from), let slot = reception(offer.transfer, of: place) else {
            return false
        }
        guard let over = remove(reception: slot, now: now) else { return false }
        close(over.offer.transfer, reason, place)
        return true
    }

    /// An object under way here is here already: its sender has sent it. False: it was over. Nothing else is told.
    @discardableResult
    package mutating func settle(_ offer: BulkOffered, now: Instant) -> Bool {
        guard let place = partnerPlace(offer.from), let slot = reception(offer.transfer, of: place) else {
            return false
        }
        guard let over = remove(reception: slot, now: now) else { return false }
        if let fetch = over.offer.fetch { fetches.removeAll { $0.id == fetch } }
        close(over.offer.transfer, nil, place)
        return true
    }

    /// The place of a partner's transfer that is under way here.
    func reception(_ transfer: TransferID, of place: Int) -> Int? {
        guard let known = partners[place].receptions[transfer.place], known.transfer == transfer else { return nil }
        return known.slot
    }

    func receptions(of place: Int) -> [Int] { partners[place].receptions.compactMap { $0?.slot } }

    mutating func take(
        _ offer: TransferOffer, _ bytes: ArraySlice<UInt8>, _ place: Int, now: Instant, actions: inout [BulkAction]
    ) {
        if let boot = partners[place].boot, boot != offer.boot { forgetBoot(place, now: now, actions: &actions) }
        partners[place].boot = offer.boot
        let deadline = now + min(.milliseconds(Int64(offer.milliseconds)), tuning.transferSpanMax)
        if let slot = reception(offer.transfer, of: place) {
            guard incoming[slot]!.offer.id == offer.id, incoming[slot]!.offer.bytes == offer.bytes else {
                return counters.count(.malformed)
            }
            incoming[slot]!.offered(round: offer.round, deadline: deadline)
            wakeAt = min(wakeAt, deadline)
            answer(slot, place)
            return
        }
        if let ended = recordedEnd(offer.transfer, place) {
            counters.count(.duplicate)
            say(.end(ended.transfer, ended.reason), to: place)
            return
        }
        // The place has another transfer now, so the one before is over there.
        if let other = partners[place].receptions[offer.transfer.place] {
            drop(other.slot, .cancelled, keeps: true, now: now, actions: &actions)
        }
        let answered = fetches.firstIndex { $0.from == partners[place].id && $0.object == offer.id && !$0.isComing }
        let offered = BulkOffered(
            from: partners[place].id, transfer: offer.transfer, id: offer.id, bytes: offer.bytes,
            trafficClass: offer.trafficClass, about: offer.about, deadline: deadline,
            fetch: answered.map { fetches[$0].id })
        if let refusal = objection(to: offer, place, fetch: answered.map { fetches[$0] }) {
            close(offer.transfer, refusal, place)
            if let answered { endFetch(answered, refusal, actions: &actions) }
            return
        }
        if let answered { fetches[answered].isComing = true }
        let slot = begin(offered, round: offer.round, place, now: now)
        if bytes.isEmpty {
            actions.append(.offered(offered))
            answer(slot, place)
        } else {
            takeWhole(bytes, slot)
        }
        if incoming[slot]!.part.have.isWhole { finish(slot, now: now, actions: &actions) }
    }

    /// The object stands in its offer.
    private mutating func takeWhole(_ bytes: ArraySlice<UInt8>, _ slot: Int) {
        bytes.withUnsafeBytes { if incoming[slot]!.part.insert(0, $0) { counters.chunksReceived += 1 } }
    }

    private func objection(to offer: TransferOffer, _ place: Int, fetch: Fetch?) -> BulkReason? {
        if offer.bytes > ObjectBytes.countMax { return .tooLarge }
        if let fetch, offer.bytes > fetch.bytes { return .tooLarge }
        if partners[place].receptionCount >= tuning.receptionsOfPartnerMax { return .full }
        if partners[place].reservedBytes + offer.bytes > tuning.receiveBytesOfPartnerMax { return .full }
        // Parts that nobody goes on with make room.
        let kept = partials.reduce(0) { $0 + $1.part.allocatedBytes }
        if receiveBytes - kept + offer.bytes > tuning.receiveBytesMax { return .full }
        return nil
    }

    /// Takes it in, with what there is of it already.
    private mutating func begin(_ offered: BulkOffered, round: UInt8, _ place: Int, now: Instant) -> Int {
        var part = PartialObject(id: offered.id, bytes: offered.bytes, source: offered.from)
        if let kept = partials.firstIndex(where: { $0.part.id == offered.id && $0.part.bytes == offered.bytes }) {
            part = partials.remove(at: kept).part
            receiveBytes -= part.allocatedBytes
            part.join(offered.from)
        }
        while receiveBytes + offered.bytes > tuning.receiveBytesMax, !partials.isEmpty { forgetPartial(0) }
        let reception = Incoming(offer: offered, partner: place, round: round, part: part)
        let slot: Int
        if let free = incoming.firstIndex(where: { $0 == nil }) {
            slot = free
            incoming[free] = reception
        } else {
            slot = incoming.count
            incoming.append(reception)
        }
        partners[place].receptions[offered.transfer.place] = BulkPartner.Reception(
            transfer: offered.transfer, slot: slot)
        partners[place].receptionCount += 1
        partners[place].reservedBytes += reception.reservedBytes
        receiveBytes += reception.reservedBytes
        wakeAt = min(wakeAt, offered.deadline)
        return slot
    }

    /// Takes it out, with its part.
    mutating func remove(reception slot: Int, now: Instant) -> Incoming? {
        guard let over = incoming[slot] else { preconditionFailure("place \(slot) receives nothing") }
        incoming[slot] = nil
        let place = over.partner
        partners[place].receptions[over.offer.transfer.place] = nil
        partners[place].receptionCount -= 1
        partners[place].reservedBytes -= over.reservedBytes
        partners[place].acksDue.removeAll { $0 == slot }
        partners[place].usedAt = now
        receiveBytes -= over.reservedBytes
        return over
    }

    /// It will not come. Its part is kept for whoever offers the object again.
    mutating func drop(
        _ slot: Int, _ reason: BulkReason, keeps: Bool, now: Instant, actions: inout [BulkAction]
    ) {
        guard let over = remove(reception: slot, now: now) else { return }
        if keeps, !over.part.isEmpty { keep(over.part, now: now) }
        tell(over.offer, reason, now: now, actions: &actions)
    }

    /// One outcome: of the fetch if it was one, which asks again if only the holder's boot is over.
    mutating func tell(_ offer: BulkOffered, _ reason: BulkReason, now: Instant, actions: inout [BulkAction]) {
        guard let id = offer.fetch, let fetch = fetches.firstIndex(where: { $0.id == id }) else {
            actions.append(.dropped(offer, reason))
            return
        }
        guard reason == .restarted else { return endFetch(fetch, reason, actions: &actions) }
        fetches[fetch].isComing = false
        fetches[fetch].askAt = now
        wakeAt = min(wakeAt, now)
    }

    private mutating func keep(_ part: PartialObject, now: Instant) {
        let isKnown = partials.contains { $0.part.id == part.id && $0.part.bytes == part.bytes }
        guard !isKnown, receiveBytes + part.allocatedBytes <= tuning.receiveBytesMax else { return }
        if partials.count == tuning.partialsMax { forgetPartial(0) }
        partials.append(KeptPartial(part: part, until: now + tuning.partialSpan))
        receiveBytes += part.allocatedBytes
        wakeAt = min(wakeAt, now + tuning.partialSpan)
    }

    /// The oldest is the first.
    mutating func forgetPartial(_ place: Int) { receiveBytes -= partials.remove(at: place).part.allocatedBytes }
}
