import SkeinWire

/// An object on its way to a partner, as the sender sees it.
///
///     waiting ──turn──▶ offered ──first ack──▶ flowing ──end──▶ (sent, or failed)
///                          ▲                      │
///                          └── new session, "again"
///
/// A chunk is in exactly one place: not sent yet, under way, lost and to be repeated, or acknowledged. The offer says the
/// round; acks of another round are not heard, since in a new round nothing is known of what the receiver has.
///
/// Lost frames: a chunk sent well before one that has arrived is lost, by time rather than by count, so that frames may
/// overtake each other. When nothing is heard, the first chunk under way, or else the offer, is said again with doubled
/// waits; at the second time all under way count as lost. The end can be lost as well: then the offer, said again, is
/// answered by it. So every loss ends in progress or in silence, and silence ends at the deadline.
struct Outgoing {
    enum Phase: Hashable { case waiting, offered, flowing }
    enum Wish: Hashable { case offer, again(chunk: Int, isUrgent: Bool), chunk(Int) }

    let number: TransferID
    let partner: Int
    let id: ObjectID
    let object: ObjectBytes
    let trafficClass: TrafficClass
    let about: [UInt8]
    let deadline: Instant
    let chunks: Int
    /// The receiver has a part of it: it says what is lacking before anything is sent.
    let awaitsAck: Bool

    private(set) var tally = TransferTally(sent: 0, repeated: 0)
    private(set) var phase = Phase.waiting
    private(set) var round: UInt8 = 0
    private var isOfferDue = false
    private var offeredAt = Instant.zero
    private var offersSaid = 0
    private(set) var acked: ChunkSet
    private(set) var flight = FlightRing()
    private var repeats = RepeatQueue()
    /// One repetition beyond any budget, for the probe.
    private var isUrgent = false
    private var nextNew = 0
    private var limit = 0
    private var highest: UInt32 = 0
    private var received: UInt32 = 0
    /// The round trip that the latest ack has shown, for judging what was sent before it.
    private var lastRoundTrip: Duration = .zero
    private var lossAt = Instant.distantFuture
    private var probeAt = Instant.distantFuture
    private var probes = 0

    init(
        number: TransferID, partner: Int, id: ObjectID, object: ObjectBytes, trafficClass: TrafficClass,
        about: [UInt8], deadline: Instant, awaitsAck: Bool
    ) {
        self.number = number
        self.partner = partner
        self.id = id
        self.object = object
        self.trafficClass = trafficClass
        self.about = about
        self.deadline = deadline
        self.awaitsAck = awaitsAck
        chunks = TransferChunk.count(of: object.count)
        acked = ChunkSet(chunks: chunks)
    }

    var isInline: Bool { object.count <= TransferOffer.inlineBytesMax }
    var inFlight: Int { flight.count }
    var nextTimer: Instant { min(lossAt, probeAt) }

    /// Its turn has come.
    private mutating func begin(_ tuning: BulkTuning) {
        phase = .offered
        isOfferDue = true
        if !isInline, !awaitsAck { limit = min(chunks, tuning.firstWindowChunks) }
    }

    /// Nothing is known any more of what the receiver has.
    mutating func offerAgain() {
        guard phase != .waiting else { return }
        round &+= 1
        phase = .offered
        isOfferDue = true
        offersSaid = 0
        acked = ChunkSet(chunks: chunks)
        while !flight.isEmpty { flight.pop() }
        repeats.removeAll()
        isUrgent = false
        nextNew = 0
        limit = 0
        lossAt = .distantFuture
        probeAt = .distantFuture
        probes = 0
    }

    /// What is to be said next; a fresh chunk only where `hasRoom`. It begins if it has not.
    mutating func next(
        hasRoom: Bool, estimate: inout PathEstimate, tuning: BulkTuning
    ) -> (wish: Wish, payloadBytes: Int)? {
        if phase == .waiting { begin(tuning) }
        guard let wish = wish(hasRoom: hasRoom, estimate: &estimate) else { return nil }
        return (wish, payloadBytes(wish))
    }

    private mutating func wish(hasRoom: Bool, estimate: inout PathEstimate) -> Wish? {
        if isOfferDue { return .offer }
        while let lost = repeats.first {
            guard acked[lost] else { return .again(chunk: lost, isUrgent: isUrgent) }
            repeats.removeFirst()
            estimate.wasLate()
        }
        isUrgent = false
        guard hasRoom else { return nil }
        nextNew = acked.missing(from: nextNew)
        return nextNew < limit ? .chunk(nextNew) : nil
    }

    /// It is said; what stands in the frame, if it is a chunk.
    mutating func said(
        _ wish: Wish, estimate: PathEstimate, now: Instant
    ) -> (content: BulkOutgoing.Content?, nextTimer: Instant) {
        probeAt = waited(estimate, now: now)
        switch wish {
        case .offer:
            isOfferDue = false
            offeredAt = now
            offersSaid += 1
            return (nil, nextTimer)
        case .again(let chunk, _):
            repeats.removeFirst()
            isUrgent = false
            tally.repeated += 1
            return (fly(chunk, now: now), nextTimer)
        case .chunk(let chunk):
            nextNew = chunk + 1
            return (fly(chunk, now: now), nextTimer)
        }
    }

    private mutating func fly(_ chunk: Int, now: Instant) -> BulkOutgoing.Content {
        let serial = flight.push(chunk, now: now)
        tally.sent += 1
        return .chunk(
            TransferChunk(transfer: number, serial: serial, chunk: chunk),
            object.pieces[chunk / ObjectBytes.pieceChunks])
    }

    private func payloadBytes(_ wish: Wish) -> Int {
        switch wish {
        case .offer: TransferOffer.payloadBytes(about: about.count, object: object.count)
        case .again(let chunk, _), .chunk(let chunk):
            TransferChunk.headerBytes + TransferChunk.bytes(of: chunk, in: object.count)
        }
    }

    private func waited(_ estimate: PathEstimate, now: Instant) -> Instant {
        Instant(nanoseconds: now.nanoseconds + estimate.probeNanoseconds << Int64(min(probes, 6)))
    }
}

/// What comes back, and what does not.
extension Outgoing {
    /// The receiver knows nothing of it, though it was offered. In a later round no chunk leaves before the first ack, so
    /// until then this is about chunks of the round before, and the offer is under way.
    mutating func unknown() {
        guard phase == .flowing || phase == .offered && round == 0 else { return }
        offerAgain()
    }

    /// An answer to an offer that was said once tells the round trip.
    func offerRoundTrip(now: Instant) -> Duration? {
        phase == .offered && offersSaid == 1 ? now - offeredAt : nil
    }

    /// False: it cannot be about what was sent. `bits` stand behind the ack, `words` of them.
    mutating func take(
        _ ack: TransferAck, bits: (Int) -> UInt64, estimate: inout PathEstimate, now: Instant
    ) -> Bool {
        guard phase != .waiting, ack.round == round, ack.highest < flight.next, ack.base <= chunks else { return false }
        let before = acked.count
        let isFirst = phase == .offered
        if isFirst {
            if ack.highest == 0, let span = offerRoundTrip(now: now) { estimate.measured(span - ack.held, now: now) }
            phase = .flowing
            isOfferDue = false
        }
        acked.insert(below: ack.base)
        for word in 0..<ack.words where ack.base + word * 64 < chunks {
            acked.insert(bits(word), from: ack.base + word * 64)
        }
        let newLimit = min(chunks, ack.base + ack.credit)
        let hasMoved = acked.count > before || newLimit > limit || isFirst
        limit = max(limit, newLimit)
        if ack.highest > highest {
            if flight.contains(ack.highest) {
                lastRoundTrip = now - flight[ack.highest].sentAt
                estimate.measured(lastRoundTrip - ack.held, now: now)
            }
            // A receiver that has started anew counts from 0.
            if ack.received >= received {
                estimate.tally(frames: Int(ack.highest - highest), arrived: Int(ack.received - received))
            }
            highest = ack.highest
            received = ack.received
        }
        judgeFlight(estimate, now: now)
        if hasMoved {
            probes = 0
            probeAt = waited(estimate, now: now)
        }
        return true
    }

    /// What is under way and can no longer arrive is to be repeated.
    private mutating func judgeFlight(_ estimate: PathEstimate, now: Instant) {
        lossAt = .distantFuture
        while let first = flight.first {
            if !acked[Int(first.chunk)] {
                guard flight.front < highest else { return }
                let lostAt = first.sentAt + lastRoundTrip + estimate.reorderSpan
                guard lostAt <= now else {
                    lossAt = lostAt
                    return
                }
                repeats.append(first.chunk)
            }
            flight.pop()
        }
    }

    /// Does what is due. Early wake-ups are ordinary.
    mutating func timerPassed(_ estimate: PathEstimate, now: Instant) {
        if lossAt <= now { judgeFlight(estimate, now: now) }
        guard probeAt <= now else { return }
        if phase == .offered { isOfferDue = true }
        probes += 1
        if flight.isEmpty {
            // Where chunks wait for the rate, no answer is due.
            if !repeats.isEmpty || nextNew < limit { probes = 0 } else { isOfferDue = true }
            isUrgent = !repeats.isEmpty
        } else {
            let isSecond = probes > 1
            repeat {
                if let first = flight.first, !acked[Int(first.chunk)] {
                    repeats.append(first.chunk)
                    isUrgent = true
                }
                flight.pop()
            } while !flight.isEmpty && (isSecond || !isUrgent)
            if !isUrgent { isOfferDue = true }
        }
        probeAt = waited(estimate, now: now)
    }

    /// There is a way again: it is tried at once.
    mutating func wake(now: Instant) {
        guard phase != .waiting else { return }
        probes = 0
        probeAt = now
    }
}
