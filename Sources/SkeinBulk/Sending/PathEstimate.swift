import SkeinWire

/// What the frames to a partner tell of the way there: the round trip, and how much of the allotted rate it carries.
///
/// The allotment is the caller's word and mostly right, so the rate begins there. It is judged window by window: a round
/// trip, `judgeSpan` and `judgeFrames` at least. Two windows in a row that lose more than air loses anyhow, or whose
/// shortest round trip is much longer than the shortest there was, which is a queue that stands, set the rate to what
/// came through, or a little less. While a queue stands or overflows, what comes through is what the way carries, whatever is sent. Each
/// quiet window adds a twentieth. The window after a cut tells of frames that left before it and is not judged.
///
/// Frames that are lost by chance are lost at any rate: where loss did not fall with the rate, the cut is undone and that
/// share tolerated, within a bound. Loss is counted from serials, which the receiver tells.
struct PathEstimate {
    private let tuning: BulkTuning
    /// Smoothed as in RFC 6298; nil before the first.
    private(set) var smoothed: Double?
    private var variance = 0.0
    /// How long an answer may take before something is said again.
    private(set) var probeNanoseconds: Int64 = 0
    /// The shortest of this span and of the one before.
    private var shortest = Double.infinity
    private var shortestBefore = Double.infinity
    private var shortestSince = Instant.zero
    /// Of the allotted rate.
    private(set) var share = 1.0
    private(set) var tolerated: Double
    private var window = Window(since: .zero)
    /// Windows in a row that were too much.
    private var excesses = 0
    /// The rate was cut in the last window: what this one tells is of the time before.
    private var isSettling = false
    /// The share before the rate was cut for loss, and what was lost then.
    private var cut: (share: Double, loss: Double)?
    /// Times a quarter of the round trip by which frames overtake each other.
    private var reordering = 1.0

    /// What the acks of a round trip say.
    private struct Window {
        var since: Instant
        var frames = 0
        var arrived = 0
        var shortest = Double.infinity
        var latest = 0.0
    }

    private static let shortestSpan: Duration = .seconds(10)
    private static let reorderingMax = 16.0

    init(_ tuning: BulkTuning) {
        self.tuning = tuning
        tolerated = tuning.lossTolerated
        setProbeSpan()
    }

    var roundTrip: Double { smoothed ?? tuning.firstRoundTrip.inSeconds }

    /// Longer than this is a queue.
    private var roundTripMax: Double { 2 * min(shortest, shortestBefore) + tuning.queueSpan.inSeconds }

    /// The round trip without what only waits in a queue.
    var pathRoundTrip: Double { min(roundTrip, roundTripMax) }

    private mutating func setProbeSpan() {
        let wait = roundTrip + max(4 * variance, 0.005) + tuning.ackSpan.inSeconds
        let span = smoothed == nil ? 2 * wait : wait
        probeNanoseconds = Int64(min(max(span, tuning.probeSpanMin.inSeconds), tuning.probeSpanMax.inSeconds) * 1e9)
    }

    /// How much later than one sent after it a frame may arrive without being lost.
    var reorderSpan: Duration { .fromSeconds(max(0.000_2, roundTrip * 0.25 * reordering)) }

    mutating func measured(_ span: Duration, now: Instant) {
        let sample = max(0, span.inSeconds)
        if now > shortestSince + Self.shortestSpan {
            shortestBefore = shortest
            shortest = sample
            shortestSince = now
        }
        shortest = min(shortest, sample)
        window.shortest = min(window.shortest, sample)
        window.latest = sample
        guard let mean = smoothed else {
            smoothed = sample
            variance = sample / 2
            return setProbeSpan()
        }
        variance += (abs(sample - mean) - variance) / 4
        smoothed = mean + (sample - mean) / 8
        setProbeSpan()
    }

    /// A chunk taken for lost had arrived.
    mutating func wasLate() { reordering = min(Self.reorderingMax, reordering * 1.25) }

    mutating func tally(frames: Int, arrived: Int) {
        window.frames += frames
        window.arrived += min(frames, max(0, arrived))
    }

    /// Whether the rate is another from now on.
    mutating func judge(allottedBytesPerSecond: Double, frameBytes: Int, now: Instant) -> Bool {
        guard window.frames >= tuning.judgeFrames else { return false }
        let span = now.seconds(since: window.since)
        guard span >= max(tuning.judgeSpan.inSeconds, window.latest) else { return false }
        let past = window
        window = Window(since: now)
        reordering = max(1, reordering * 0.98)
        guard !isSettling else {
            isSettling = false
            return false
        }
        let before = share
        let loss = 1 - Double(past.arrived) / Double(past.frames)
        learnTolerance(loss)
        let chance = 1.5 * (loss * (1 - loss) / Double(past.frames)).squareRoot()
        let isLossy = loss > tolerated + chance
        let isQueueing = past.shortest.isFinite && past.shortest > roundTripMax
        excesses = isLossy || isQueueing ? excesses + 1 : 0
        if excesses > 1 {
            let shareOfFrame = Double(frameBytes) / (span * allottedBytesPerSecond)
            let isFull = Double(past.frames) * shareOfFrame > share * 0.7
            // What a way carries shows only while as much is said as the rate gives.
            let carried = isFull ? Double(past.arrived) * shareOfFrame : share
            let goal = carried * (isQueueing ? tuning.queueFactor : isFull ? 1 : tuning.idleFactor)
            share = min(share, max(goal, share * tuning.cutFactorMin))
            if isLossy { cut = (before, loss) }
            isSettling = true
            excesses = 0
        } else if excesses == 0 {
            share *= 1 + tuning.growth
        }
        share = min(1, max(share, tuning.rateShareMin, tuning.rateBytesMin / allottedBytesPerSecond))
        return share != before
    }

    /// After a cut a bottleneck loses less, chance the same: whichever is nearer was it. Chance was no reason to cut.
    private mutating func learnTolerance(_ loss: Double) {
        if let cut {
            self.cut = nil
            let ofBottleneck = max(0, 1 - (1 - cut.loss) * cut.share / share)
            if loss > (cut.loss + ofBottleneck) / 2, loss < tuning.lossToleratedMax {
                tolerated = min(tuning.lossToleratedMax, max(tolerated, loss * 1.25))
                share = max(share, cut.share)
            }
        } else if tolerated > max(tuning.lossTolerated, loss * 1.25) {
            tolerated += (tuning.lossTolerated - tolerated) * 0.02
        }
    }
}
