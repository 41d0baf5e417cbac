import SkeinWire

/// Objects for others.
extension BulkBook {
    /// Begins to send an object; `sent` or `failed` follows. A failure here is back-pressure: nothing was begun.
    package mutating func send(
        _ object: ObjectBytes, id: ObjectID, to robot: NodeID, class trafficClass: TrafficClass, about: [UInt8] = [],
        deadline: Instant, now: Instant, actions: inout [BulkAction]
    ) -> Result<TransferID, BulkReason> {
        precondition(trafficClass.isForObjects, "an object of class \(trafficClass)")
        precondition(about.count <= TransferOffer.aboutBytesMax, "\(about.count) bytes about an object")
        precondition(robot != self.id && robot != .none, "an object of \(self.id) for \(robot)")
        guard object.count > 0 else { return .failure(.empty) }
        guard now < deadline else { return .failure(.expired) }
        guard sendBytes + object.count <= tuning.sendBytesMax, let place = enter(robot, now: now),
            partners[place].queues[trafficClass.queue].count < tuning.queueMax, let number = nextNumber()
        else { return .failure(.full) }
        let until = min(deadline, now + tuning.transferSpanMax)
        outgoing[number.place] = Outgoing(
            number: number, partner: place, id: id, object: object, trafficClass: trafficClass, about: about,
            deadline: until, awaitsAck: takeWant(of: robot, id))
        sendBytes += object.count
        partners[place].queues[trafficClass.queue].append(number.place)
        partners[place].usedAt = now
        wakeAt = min(wakeAt, until)
        sendAt = now
        wishForSession(place, now: now, actions: &actions)
        return .success(number)
    }

    /// Stops sending; `failed` follows. False: it was over.
    @discardableResult
    package mutating func cancel(_ transfer: TransferID, now: Instant, actions: inout [BulkAction]) -> Bool {
        guard isUnderWay(transfer) else { return false }
        end(sending: transfer.place, .cancelled, now: now, actions: &actions)
        return true
    }

    /// What has reached the receiver of an object, in bytes; nil: the transfer is over.
    package func progress(_ transfer: TransferID) -> Int? {
        guard isUnderWay(transfer), let sending = outgoing[transfer.place] else { return nil }
        return min(sending.acked.count * ObjectBytes.chunkBytes, sending.object.count)
    }

    /// What it has taken so far to send an object, or took if it ended lately; nil: that was long ago.
    package func tally(of transfer: TransferID) -> TransferTally? {
        isUnderWay(transfer) ? outgoing[transfer.place]?.tally : endedTallies[transfer]
    }

    private func isUnderWay(_ transfer: TransferID) -> Bool {
        transfer.place < outgoing.count && outgoing[transfer.place]?.number == transfer
    }

    /// The place of a partner's transfer, by its own number.
    func sending(_ transfer: TransferID, to place: Int) -> Int? {
        isUnderWay(transfer) && outgoing[transfer.place]?.partner == place ? transfer.place : nil
    }

    /// One outcome; the receiver is told, unless it told us.
    mutating func end(
        sending slot: Int, _ reason: BulkReason?, tells: Bool = true, now: Instant, actions: inout [BulkAction]
    ) {
        guard let over = outgoing[slot] else { preconditionFailure("place \(slot) sends nothing") }
        outgoing[slot] = nil
        endedTallies.note(over.number, over.tally)
        sendBytes -= over.object.count
        partners[over.partner].inFlight -= over.inFlight
        partners[over.partner].usedAt = now
        partners[over.partner].queues[over.trafficClass.queue].removeAll { $0 == slot }
        guard let reason else {
            actions.append(.sent(over.number))
            return
        }
        if tells, over.phase != .waiting, partners[over.partner].isReady {
            say(.over(over.number, reason), to: over.partner)
        }
        actions.append(.failed(over.number, reason))
    }

    /// What a deadline that has passed means.
    func lateness(_ place: Int, now: Instant) -> BulkReason {
        let partner = partners[place]
        guard partner.path != nil else { return .noWay }
        guard let heardAt = partner.heardAt, now - heardAt < tuning.silentSpan else { return .silent }
        return .expired
    }

    mutating func say(_ word: TransferWord, to place: Int) {
        if !partners[place].say(word) { counters.count(.overflow) }
        hasWords = true
        sendAt = .zero
    }
}
