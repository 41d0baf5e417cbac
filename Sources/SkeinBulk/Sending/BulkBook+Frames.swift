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
        case .chunk(let chunk, let piece): chunk.write(piece, to: room)
        case .offer(let slot):
            guard let sending = outgoing[slot] else { preconditionFailure("place \(slot) sends nothing") }
            var writer = RoomWriter(room)
            TransferOffer(
                round: sending.round, transfer: sending.number, boot: boot, id: sending.id,
                bytes: sending.object.count, trafficClass: sending.trafficClass,
                milliseconds: TransferWord.milliseconds(until: sending.deadline, now: now), about: sending.about
            ).write(to: &writer)
            if sending.isInline { writer.raw(sending.object.pieces[0][...]) }
        case .ack(let slot, let ack):
            guard let have = incoming[slot]?.part.have else { preconditionFailure("place \(slot) receives nothing") }
            var writer = RoomWriter(room)
            ack.write(to: &writer)
            for word in 0..<ack.words { writer.u64(have.word(from: ack.base + word * 64)) }
        case .word(let word):
            var writer = RoomWriter(room)
            word.write(to: &writer)
        }
    }

    // MARK: - Words

    private mutating func nextWord(now: Instant) -> BulkOutgoing? {
        guard hasWords else { return nil }
        hasWords = false
        for step in 0..<partners.count {
            let place = (wordTurn + step) % partners.count
            guard partners[place].hasWords else { continue }
            hasWords = true
            guard partners[place].isReachable else { continue }
            guard let frame = word(to: place, now: now) else { continue }
            wordTurn = place + 1
            return frame
        }
        return nil
    }

    private mutating func word(to place: Int, now: Instant) -> BulkOutgoing? {
        let bytes: Int
        let content: BulkOutgoing.Content
        if let word = partners[place].words.first {
            bytes = word.payloadBytes
            content = .word(word)
        } else {
            let slot = partners[place].acksDue[0]
            guard let ack = incoming[slot]?.ack(windowChunks: tuning.windowChunks, now: now) else {
                preconditionFailure("\(partners[place].id): an answer about nothing")
            }
            bytes = TransferAck.headerBytes + ack.words * 8
            content = .ack(slot, ack)
        }
        guard spend(bytes, to: place, debtBytes: tuning.debtBytesMax, now: now) else { return nil }
        if case .ack(let slot, _) = content {
            partners[place].acksDue.removeFirst()
            incoming[slot]!.acked()
        } else {
            partners[place].takeWord()
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
                guard !partners[place].queues[queue].isEmpty,
                    let next = partners[place].nextWish(queue, of: &outgoing, comeBack: &sendAt, now: now)
                else {
                    continue
                }
                guard spend(next.payloadBytes, to: place, debtBytes: 0, now: now) else { return nil }
                hops[hop].turns[queue] = turn + 1
                return said(next, place, queue, now: now)
            }
        }
        return nil
    }

    private mutating func said(_ next: BulkWish, _ place: Int, _ queue: Int, now: Instant) -> BulkOutgoing {
        let said = outgoing[next.slot]!.said(next.wish, estimate: partners[place].estimate, now: now)
        wakeAt = min(wakeAt, said.nextTimer)
        partners[place].said(next)
        if said.content != nil { counters.chunksSent += 1 }
        if case .again = next.wish { counters.chunksRepeated += 1 }
        return BulkOutgoing(
            robot: partners[place].id, payloadBytes: next.payloadBytes, trafficClass: queue == 0 ? .task : .bulk,
            content: said.content ?? .offer(next.slot))
    }
}
