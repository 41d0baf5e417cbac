import SkeinBulk
import SkeinSeal
import SkeinWire

/// Questions about ways, both ends of them, and the one measurement that this robot has a part in (docs/probing.md).
struct Probing {
    var questions: QuestionBook
    var answers = AnswerBook()
    /// This robot's own, as the asker.
    var measurement: Measurement?
    /// The sender's half of one.
    var giving: Giving?
    /// The receiver's half.
    var taking: Taking?

    init(boot: Epoch) { questions = QuestionBook(boot: boot) }

    var nextDeadline: Instant {
        min(questions.nextDeadline, answers.nextDeadline, giving?.workAt ?? .distantFuture)
    }

    /// Whether a measurement of this asker would be the second one.
    func isMeasuring(for asker: NodeID, us: NodeID) -> Bool {
        giving != nil || taking != nil || asker != us && measurement != nil
    }
}

/// A measurement as its asker sees it: making ──name──▶ taking ──took──▶ settling ──▶ reported. It fails with the first of both
/// that does.
struct Measurement {
    let ticket: UInt32
    let order: SpeedOrder
    let deadline: Instant
    /// The sender's question, once it gives.
    var number: UInt64?
    var sent = 0
    var repeated = 0
    var allottedBitsPerSecond = 0.0
    /// The receiver's word.
    var waited: Duration = .zero
    var took: Duration?

    func report(isSettled: Bool) -> SpeedReport {
        SpeedReport(
            from: order.from, to: order.to, bytes: order.bytes, waited: waited, took: took ?? .zero,
            sent: isSettled ? sent : nil, repeated: isSettled ? repeated : nil,
            allottedBitsPerSecond: allottedBitsPerSecond)
    }
}

/// An object to measure with: made of bytes that nobody can compress, a piece at a time so that nothing else waits for it,
/// then given to one robot alone.
struct Giving {
    /// Between two pieces.
    static let pieceSpan: Duration = .microseconds(200)

    let key: AnswerBook.Key
    let robot: NodeID
    let bytes: Int
    private var random: PeerRandom
    private let hash = ObjectHash()
    private(set) var object = ObjectBytes()
    /// Nil while it is being made.
    private(set) var id: ObjectID?
    var transfer: TransferID?
    /// As far as it was sent when it was looked at last.
    var tally = TransferTally(sent: 0, repeated: 0)
    /// The most it was allotted while it was under way: the leader widens the share when it has heard of it.
    private(set) var allottedBitsPerSecond = 0.0
    /// When the next piece is made.
    private(set) var workAt: Instant

    init(key: AnswerBook.Key, robot: NodeID, bytes: Int, seed: UInt64, now: Instant) {
        self.key = key
        self.robot = robot
        self.bytes = bytes
        random = PeerRandom(seed: seed)
        workAt = now
    }

    /// Bulk to that robot is paced by this from now on.
    mutating func isPaced(to receiver: NodeID, bitsPerSecond: Double) {
        guard receiver == robot, id != nil else { return }
        allottedBitsPerSecond = max(allottedBitsPerSecond, bitsPerSecond)
    }

    /// True: that was the last one.
    mutating func makePiece(now: Instant) -> Bool {
        guard id == nil else { return false }
        var left = min(ObjectBytes.pieceBytes, bytes - object.count)
        var piece: [UInt8] = []
        piece.reserveCapacity(left)
        while left > 0 {
            let word = random.next()
            for place in 0..<min(8, left) { piece.append(UInt8(truncatingIfNeeded: word >> (8 * UInt64(place)))) }
            left -= 8
        }
        hash.absorb(piece[...])
        object.append(piece[...])
        guard object.count == bytes else {
            workAt = now + Self.pieceSpan
            return false
        }
        workAt = .distantFuture
        id = ObjectID(hash: hash.finish())
        return true
    }
}

/// An object on its way here, to see how long it takes.
struct Taking {
    let key: AnswerBook.Key
    let object: ObjectID
    let robot: NodeID
    let askedAt: Instant
    /// When its sender offered it first.
    var offeredAt: Instant?

    /// How long it took; an object that nobody offered was there at once.
    func took(now: Instant) -> Answer.Body {
        let offeredAt = offeredAt ?? now
        return .took(
            waitedMicroseconds: (offeredAt - askedAt).wireMicroseconds,
            tookMicroseconds: (now - offeredAt).wireMicroseconds
        )
    }
}

extension Duration {
    /// Microseconds as they travel in a 32-bit field, all ones excepted.
    var wireMicroseconds: UInt32 { UInt32(min(Int64(UInt32.max - 1), max(0, nanoseconds / 1_000))) }
}
