import SkeinWire

/// What the frames to a partner tell of the way there: the round trip, and how much of the allotted rate it carries.
///
/// The allotment is the caller's word and mostly right, so the rate begins there. It falls where the way shows that it
/// carries less: by frames lost beyond what air loses anyhow, or by a round trip that grows, which is a queue; then to what
/// came through. It rises by a constant step otherwise. Frames that are lost by chance are lost at any rate: where
/// slowing down did not help, that share is tolerated, within a bound, and the rate is what it was.
///
/// One window is a round trip long, and `judgeFrames` frames. Loss is counted from serials, which the receiver tells.
struct PathEstimate {
    private let tuning: BulkTuning
    /// Smoothed as in RFC 6298; nil before the first.
    private(set) var smoothed: Double?
    private var variance = 0.0
    /// The shortest of this span and of the one before.
    private var shortest = Double.infinity
    private var shortestBefore = Double.infinity
    private var shortestSince = Instant.zero
    /// Of the allotted rate.
    private(set) var share = 1.0
    private var judgedFrames = 0
    private var judgedArrived = 0
    private var judgedSince = Instant.zero
    private(set) var tolerated: Double
    /// Of the allotted rate, what the way carried before it was too much: recovery goes in steps of it.
    private var ceiling = 1.0
    /// What was lost when the rate was cut, and by how much it was.
    private var cut: (loss: Double, factor: Double)?
    /// Times a quarter of the round trip by which frames overtake each other.
    private var reordering = 1.0

    private static let shortestSpan: Duration = .seconds(10)
    private static let reorderingMax = 16.0

    init(_ tuning: BulkTuning) {
        self.tuning = tuning
        tolerated = tuning.lossTolerated
    }

    var roundTrip: Double { smoothed ?? tuning.firstRoundTrip.inSeconds }

    /// How long an answer may take before something is said again.
    var probeSpan: Duration {
        let wait = roundTrip + max(4 * variance, 0.005) + tuning.ackSpan.inSeconds
        let span = smoothed == nil ? 2 * wait : wait
        return .fromSeconds(min(max(span, tuning.probeSpanMin.inSeconds), tuning.probeSpanMax.inSeconds))
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
        guard let mean = smoothed else {
            smoothed = sample
            variance = sample / 2
            return
        }
        variance += (abs(sample - mean) - variance) / 4
        smoothed = mean + (sample - mean) / 8
    }

    /// A chunk taken for lost had arrived.
    mutating func wasLate() { reordering = min(Self.reorderingMax, reordering * 1.25) }

    mutating func tally(frames: Int, arrived: Int) {
        judgedFrames += frames
        judgedArrived += min(frames, max(0, arrived))
    }

    /// Whether the rate is another from now on.
    mutating func judge(allottedBytesPerSecond: Double, frameBytes: Int, now: Instant) -> Bool {
        let span = now.seconds(since: judgedSince)
        guard judgedFrames >= tuning.judgeFrames, span >= max(tuning.judgeSpan.inSeconds, roundTrip) else {
            return false
        }
        let loss = 1 - Double(judgedArrived) / Double(judgedFrames)
        let margin = 1.5 * (loss * (1 - loss) / Double(judgedFrames)).squareRoot()
        let shareOfFrame = Double(frameBytes) / (span * allottedBytesPerSecond)
        let said = Double(judgedFrames) * shareOfFrame
        let carried = Double(judgedArrived) * shareOfFrame
        judgedFrames = 0
        judgedArrived = 0
        judgedSince = now
        reordering = max(1, reordering * 0.98)
        let before = share
        learnTolerance(loss)
        // What a way carries shows only while as much is said as the rate gives.
        let least = said > share * 0.7 ? tuning.cutFactorMin : tuning.lossFactor
        if loss - margin > tolerated {
            ceiling = share
            share = max(share * least, min(share * tuning.lossFactor, carried))
            cut = (loss, share / ceiling)
        } else if isQueueing {
            ceiling = share
            share = max(share * least, min(share, carried * tuning.delayFactor))
        } else {
            share += tuning.recoveryShare * ceiling
            ceiling = max(ceiling, share)
        }
        let bound = max(tuning.rateShareMin, tuning.rateBytesMin / allottedBytesPerSecond)
        share = min(1, max(share, bound))
        ceiling = min(1, max(ceiling, bound))
        return share != before
    }

    /// After a cut a bottleneck loses less, chance the same: whichever is nearer was it. Chance was no reason to cut.
    private mutating func learnTolerance(_ loss: Double) {
        if let cut {
            self.cut = nil
            let ofBottleneck = max(0, 1 - (1 - cut.loss) / cut.factor)
            if loss > (cut.loss + ofBottleneck) / 2, loss < tuning.lossToleratedMax {
                tolerated = min(tuning.lossToleratedMax, max(tolerated, loss * 1.25))
                share = max(share, ceiling)
                return
            }
        }
        tolerated += (tuning.lossTolerated - tolerated) * 0.02
    }

    private var isQueueing: Bool {
        let least = min(shortest, shortestBefore)
        guard least.isFinite else { return false }
        return roundTrip > 2 * least + tuning.queueSpan.inSeconds
    }
}
