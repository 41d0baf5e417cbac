import SkeinWire

/// What is due to be said: whose turn it is, and at what rate.
extension BulkBook {
    /// The next payload that may leave now; nil: none. Polled until nil, `nextDeadline` says when the next one may.
    package mutating func nextFrame(now: Instant) -> BulkOutgoing? {
        sendAt = .distantFuture
        guard let frame = nextWord(now: now) ?? nextChunk(now: now) else { return nil }
        counters.framesSent += 1
        sendAt = .zero
        return frame
    }

    /// Fills the room of a payload that `nextFrame` has just given.
    package func write(_ frame: BulkOutgoing, into room: UnsafeMutableBufferPointer<UInt8>, now: Instant) {
        precondition(room.count == frame.payloadBytes, "\(room.count) bytes for a payload of \(frame.payloadBytes)")
        switch frame.content {
        case .chunk(let slot, let chunk, let serial):
            guard let sending = outgoing[slot] else { preconditionFailure("place \(slot) sends nothing") }
            TransferChunk(transfer: sending.number, serial: serial, chunk: chunk).write(sending.object, to: room)
        case .offer(let slot):
            guard let sending = outgoing[slot] else { preconditionFailure("place \(slot) sends nothing") }
            var writer = RoomWriter(room)
            TransferOffer(
                round: sending.round, transfer: sending.number, boot: boot, id: sending.id,
                bytes: sending.object.count, trafficClass: sending.trafficClass,
                milliseconds: TransferWord.milliseconds(until: sending.deadline, now: now), about: sending.about
            ).write(to: &writer)
            if sending.isInline { writer.raw(sending.object.pieces[0][...]) }
        case .ack(let slot):
            guard let receiving = incoming[slot] else { preconditionFailure("place \(slot) receives nothing") }
            let ack = receiving.ack(tuning: tuning, now: now)
            var writer = RoomWriter(room)
            ack.write(to: &writer)
            for word in 0..<ack.words { writer.u64(receiving.part.have.word(from: ack.base + word * 64)) }
        case .word(let word):
            var writer = RoomWriter(room)
            word.write(to: &writer)
        }
    }

    // MARK: - Words

    private mutating func nextWord(now: Instant) -> BulkOutgoing? {
        for step in 0..<partners.count {
            let place = (wordTurn + step) % partners.count
            guard partners[place].hasWords, partners[place].isReachable else { continue }
            guard let frame = word(to: place, now: now) else { continue }
            wordTurn = place + 1
            return frame
        }
        return nil
    }

    private mutating func word(to place: Int, now: Instant) -> BulkOutgoing? {
        let isWord = !partners[place].words.isEmpty
        let bytes: Int
        if isWord {
            bytes = partners[place].words[0].payloadBytes
        } else if let receiving = incoming[partners[place].acksDue[0]] {
            bytes = TransferAck.headerBytes + receiving.ack(tuning: tuning, now: now).words * 8
        } else {
            preconditionFailure("\(partners[place].id): an answer about nothing")
        }
        guard spend(bytes, to: place, debtBytes: tuning.debtBytesMax, now: now) else { return nil }
        let content: BulkOutgoing.Content
        if isWord {
            content = .word(partners[place].takeWord())
        } else {
            let slot = partners[place].acksDue.removeFirst()
            incoming[slot]?.acked()
            content = .ack(slot)
        }
        return BulkOutgoing(
            robot: partners[place].id, payloadBytes: bytes, trafficClass: .task, content: content)
    }

    /// Takes what a payload costs from its next hop's bucket, if it holds so much.
    private mutating func spend(_ payloadBytes: Int, to place: Int, debtBytes: Int, now: Instant) -> Bool {
        guard let path = partners[place].path else { return false }
        let hop = partners[place].hop
        let bytes = payloadBytes + path.overheadBytes
        hops[hop].bucket.fill(now: now)
        guard hops[hop].bucket.holds(bytes, debtBytes: debtBytes) else {
            sendAt = min(sendAt, hops[hop].bucket.holdsAt(bytes, debtBytes: debtBytes))
            return false
        }
        hops[hop].bucket.take(bytes)
        return true
    }

    // MARK: - Objects

    private mutating func nextChunk(now: Instant) -> BulkOutgoing? {
        for step in 0..<hops.count {
            let hop = (hopTurn + step) % hops.count
            guard let frame = nextChunk(hop: hop, now: now) else { continue }
            hopTurn = hop + 1
            return frame
        }
        return nil
    }

    /// What is of class task goes first; while it waits for the hop's rate, nothing else takes it.
    private mutating func nextChunk(hop: Int, now: Instant) -> BulkOutgoing? {
        for queue in 0..<2 {
            let count = hops[hop].partners.count
            for step in 0..<count {
                let turn = (hops[hop].turns[queue] + step) % count
                let place = hops[hop].partners[turn]
                guard partners[place].isReady, !partners[place].queues[queue].isEmpty,
                    let (slot, wish) = wish(of: place, queue, now: now)
                else { continue }
                let bytes = outgoing[slot]!.payloadBytes(wish)
                guard spend(bytes, to: place, debtBytes: 0, now: now) else { return nil }
                hops[hop].turns[queue] = turn + 1
                return said(wish, slot, place, payloadBytes: bytes, now: now)
            }
        }
        return nil
    }

    /// What one of the objects in front of a queue wants to say, if the partner's own way carries it now.
    private mutating func wish(of place: Int, _ queue: Int, now: Instant) -> (Int, Outgoing.Wish)? {
        let frameBytes =
            ObjectBytes.chunkBytes + TransferChunk.headerBytes + (partners[place].path?.overheadBytes ?? 0)
        partners[place].pacer.fill(now: now)
        guard partners[place].pacer.holds(frameBytes) else {
            // Only if there is something to say at all is it worth to come back.
            sendAt = min(sendAt, partners[place].pacer.holdsAt(frameBytes))
            return nil
        }
        let hasRoom = partners[place].inFlight < partners[place].flightMax(tuning) * (queue == 0 ? 2 : 1)
        let active = min(partners[place].queues[queue].count, tuning.activeMax)
        for step in 0..<active {
            let turn = (partners[place].turns[queue] + step) % active
            let slot = partners[place].queues[queue][turn]
            if outgoing[slot]!.phase == .waiting { outgoing[slot]!.begin(tuning) }
            guard let wish = outgoing[slot]!.wish(hasRoom: hasRoom, estimate: &partners[place].estimate) else {
                continue
            }
            if case .again = wish, !outgoing[slot]!.isUrgent {
                partners[place].repeats.fill(now: now)
                guard partners[place].repeats.holds(frameBytes) else {
                    sendAt = min(sendAt, partners[place].repeats.holdsAt(frameBytes))
                    continue
                }
            }
            partners[place].turns[queue] = turn + 1
            return (slot, wish)
        }
        return nil
    }

    private mutating func said(
        _ wish: Outgoing.Wish, _ slot: Int, _ place: Int, payloadBytes: Int, now: Instant
    ) -> BulkOutgoing {
        guard let path = partners[place].path, let trafficClass = outgoing[slot]?.trafficClass else {
            preconditionFailure("place \(slot) sends nothing")
        }
        let before = outgoing[slot]!.inFlight
        let serial = outgoing[slot]!.said(wish, estimate: partners[place].estimate, now: now)
        partners[place].inFlight += outgoing[slot]!.inFlight - before
        wakeAt = min(wakeAt, outgoing[slot]!.nextTimer)
        let bytes = payloadBytes + path.overheadBytes
        partners[place].pacer.take(bytes)
        let content: BulkOutgoing.Content
        switch wish {
        case .offer: content = .offer(slot)
        case .chunk(let chunk):
            content = .chunk(slot, chunk: chunk, serial: serial)
            counters.chunksSent += 1
        case .again(let chunk):
            content = .chunk(slot, chunk: chunk, serial: serial)
            partners[place].repeats.take(bytes)
            counters.chunksSent += 1
            counters.chunksRepeated += 1
        }
        return BulkOutgoing(
            robot: partners[place].id, payloadBytes: payloadBytes, trafficClass: trafficClass, content: content)
    }
}
