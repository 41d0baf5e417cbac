import SkeinWire

/// An object on its way to this robot, as the receiver sees it.
///
/// It answers: each `ackFrames` chunks, `ackSpan` after a chunk it has not spoken of, at once when serials have a gap, when
/// a chunk comes twice, and on each offer. Nothing is repeated here: a sender that hears nothing asks. It ends with the
/// whole object, by the sender's word, or at the deadline that the offer gave.
struct Incoming {
    var offer: BulkOffered
    let partner: Int
    private(set) var round: UInt8
    /// What was acknowledged in this round is gone.
    private var roundOver: UInt8?
    var part: PartialObject
    /// What is kept for it of the receiver's memory.
    let reservedBytes: Int
    private var highest: UInt32 = 0
    private var highestAt = Instant.zero
    private var received: UInt32 = 0
    private var unsaid = 0
    private(set) var ackAt = Instant.distantFuture

    init(offer: BulkOffered, partner: Int, round: UInt8, part: PartialObject) {
        self.offer = offer
        self.partner = partner
        self.round = round
        self.part = part
        reservedBytes = offer.bytes
    }

    /// It is offered again; `deadline` counts from this word.
    mutating func offered(round: UInt8, deadline: Instant) {
        self.round = round
        offer.deadline = deadline
    }

    var isRoundOver: Bool { roundOver == round }

    /// All is lacking again, which the sender learns by a new round.
    mutating func startOver(with robot: NodeID) {
        part.startOver(with: robot)
        roundOver = round
        acked()
    }

    /// A chunk has come; nil: it is not of the object. `ackAt` zero: it is time to say what is there.
    mutating func take(
        _ chunk: TransferChunk, _ bytes: UnsafeRawBufferPointer, ackFrames: Int, ackSpan: Duration, now: Instant
    ) -> (isNew: Bool, isWhole: Bool, ackAt: Instant)? {
        guard part.fits(chunk.chunk, count: bytes.count) else { return nil }
        let isNew = part.insert(chunk.chunk, bytes)
        if isNew { part.hash(chunksMax: 2) }
        let serial = chunk.serial
        received &+= 1
        unsaid += 1
        let hasGap = serial > highest &+ 1
        if serial > highest {
            highest = serial
            highestAt = now
        }
        let isDue = hasGap || !isNew || unsaid >= ackFrames
        if !isDue, unsaid == 1 { ackAt = now + ackSpan }
        return (isNew, part.have.isWhole, isDue ? .zero : ackAt)
    }

    func ack(windowChunks: Int, now: Instant) -> TransferAck {
        let base = part.have.base
        let words = min(TransferAck.wordsMax, (max(0, part.end - base) + 63) / 64)
        return TransferAck(
            round: round, transfer: offer.transfer, highest: highest, received: received,
            held: highest == 0 ? .zero : now - highestAt,
            base: base, credit: windowChunks, words: words)
    }

    mutating func acked() {
        unsaid = 0
        ackAt = .distantFuture
    }
}
