import SkeinWire

/// What is known of a robot that objects go to or come from.
struct BulkPartner {
    /// Short words that wait for their turn.
    static let wordsMax = 64

    /// How a transfer from the partner ended, so that its end can be said again.
    struct Ended {
        var transfer: TransferID
        /// Nil: with the object.
        var reason: BulkReason?
    }

    struct Reception {
        var transfer: TransferID
        /// Its place in the book.
        var slot: Int
    }

    let id: NodeID
    let tuning: BulkTuning
    var path: BulkPath?
    /// Its place among the next hops, while there is a path.
    var hop = 0
    var isReady = false
    var boot: Epoch?
    var usedAt: Instant
    var heardAt: Instant?
    var sessionWishedAt: Instant?
    var estimate: PathEstimate
    /// What its way carries, where that is less than what is allotted.
    var pacer: TokenBucket
    var repeats: TokenBucket
    /// Places of what it is sent, in order, task before bulk; those in front travel.
    var queues: [[Int]] = [[], []]
    var turns = [0, 0]
    var inFlight = 0
    /// Chunks that may be under way: what the rate gives in two round trips, and the answer's wait.
    private(set) var flightMax = 0
    /// By the place of a transfer with the partner: its reception here, and how the last one ended.
    var receptions: [Reception?]
    var ended: [Ended?]
    var receptionCount = 0
    var reservedBytes = 0
    private(set) var words: [TransferWord] = []
    /// Places of receptions that have something to say.
    var acksDue: [Int] = []

    init(id: NodeID, tuning: BulkTuning, now: Instant) {
        self.id = id
        self.tuning = tuning
        usedAt = now
        estimate = PathEstimate(tuning)
        // Full; the first path says how much that is.
        pacer = TokenBucket(bytesPerSecond: 1, burstBytes: 1e12, now: now)
        repeats = pacer
        receptions = [Reception?](repeating: nil, count: TransferID.placesMax)
        ended = [Ended?](repeating: nil, count: TransferID.placesMax)
    }

    var isReachable: Bool { isReady && path != nil }
    var hasWords: Bool { !words.isEmpty || !acksDue.isEmpty }
    var isSending: Bool { !queues[0].isEmpty || !queues[1].isEmpty }

    /// False: there is no room for another.
    mutating func say(_ word: TransferWord) -> Bool {
        guard !words.contains(word) else { return true }
        guard words.count < Self.wordsMax else { return false }
        words.append(word)
        return true
    }

    mutating func takeWord() { words.removeFirst() }

    mutating func forgetWords() { words.removeAll() }

    /// The rates of its own buckets, after another allotment or another judgement of the way.
    mutating func setRates(now: Instant) {
        guard let path else { return }
        let rate = max(path.bitsPerSecond / 8 * estimate.share, 1)
        pacer.set(bytesPerSecond: rate, burstBytes: tuning.burstBytes(rate), now: now)
        let frame = Double(ObjectBytes.chunkBytes + TransferChunk.headerBytes + path.overheadBytes)
        repeats.set(
            bytesPerSecond: rate * tuning.repeatShare, burstBytes: frame * Double(tuning.repeatBurstFrames), now: now)
        setFlight()
    }

    /// After another rate, or another round trip.
    mutating func setFlight() {
        let span = 2 * (estimate.pathRoundTrip + tuning.ackSpan.inSeconds)
        let frames = pacer.bytesPerSecond * span / Double(ObjectBytes.chunkBytes)
        flightMax = tuning.firstWindowChunks + Int(min(frames, Double(TransferAck.windowChunksMax)))
    }
}

extension BulkTuning {
    func burstBytes(_ bytesPerSecond: Double) -> Double {
        max(Double(burstBytesMin), bytesPerSecond * burstSpan.inSeconds)
    }
}
