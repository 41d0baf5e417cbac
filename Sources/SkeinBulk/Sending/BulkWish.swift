import SkeinWire

/// What an object on its way to a partner is to say next.
struct BulkWish {
    /// Its place in the book.
    var slot: Int
    var wish: Outgoing.Wish
    var payloadBytes: Int
}

extension BulkPartner {
    /// What one of the objects in front of a queue wants to say, if the partner's own way carries it now.
    mutating func nextWish(
        _ queue: Int, of outgoing: inout [Outgoing?], comeBack: inout Instant, now: Instant
    ) -> BulkWish? {
        guard isReady, let path else { return nil }
        let frameBytes = ObjectBytes.chunkBytes + TransferChunk.headerBytes + path.overheadBytes
        pacer.fill(now: now)
        guard pacer.holds(frameBytes) else {
            // Only if there is something to say at all is it worth to come back.
            comeBack = min(comeBack, pacer.holdsAt(frameBytes))
            return nil
        }
        let hasRoom = inFlight < flightMax * (queue == 0 ? 2 : 1)
        let active = min(queues[queue].count, tuning.activeMax)
        for step in 0..<active {
            let turn = (turns[queue] + step) % active
            let slot = queues[queue][turn]
            guard let next = outgoing[slot]!.next(hasRoom: hasRoom, estimate: &estimate, tuning: tuning) else {
                continue
            }
            if case .again(_, isUrgent: false) = next.wish {
                repeats.fill(now: now)
                guard repeats.holds(frameBytes) else {
                    comeBack = min(comeBack, repeats.holdsAt(frameBytes))
                    continue
                }
            }
            turns[queue] = turn + 1
            return BulkWish(slot: slot, wish: next.wish, payloadBytes: next.payloadBytes)
        }
        return nil
    }

    /// It has been said.
    mutating func said(_ next: BulkWish) {
        let bytes = next.payloadBytes + (path?.overheadBytes ?? 0)
        pacer.take(bytes)
        switch next.wish {
        case .offer: break
        case .chunk: inFlight += 1
        case .again:
            inFlight += 1
            repeats.take(bytes)
        }
    }
}
