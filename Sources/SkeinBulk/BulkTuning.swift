import SkeinWire

/// The spans and bounds of bulk transfer.
package struct BulkTuning: Hashable, Sendable {
    // MARK: - What a book holds

    /// Objects that one partner is sent in one class before `send` refuses the next.
    package var queueMax = 64
    /// Of one queue so many travel at once, frame by frame in turn; the others wait in order.
    package var activeMax = 8
    /// What all objects to be sent may hold.
    package var sendBytesMax = 256 << 20
    /// What all objects under way to this robot may need, and those of one partner: kept for them from their offer on.
    package var receiveBytesMax = 128 << 20
    package var receiveBytesOfPartnerMax = 80 << 20
    package var receptionsOfPartnerMax = 64
    /// Objects of which a part has come and nobody sends the rest, and how long they are kept.
    package var partialsMax = 32
    package var partialSpan: Duration = .seconds(60)
    package var fetchesMax = 64
    package var wantsMax = 64
    package var wantsOfPartnerMax = 16
    /// Longer than this no transfer is kept waiting, whatever deadline was given.
    package var transferSpanMax: Duration = .seconds(86_400)

    // MARK: - The window

    /// Chunks that a receiver takes beyond the first it lacks.
    package var windowChunks = 1_024
    /// Chunks sent with a new offer, before the receiver has answered.
    package var firstWindowChunks = 16
    /// A receiver says what it has after so many frames, or so long after the first it has not spoken of.
    package var ackFrames = 16
    package var ackSpan: Duration = .milliseconds(8)

    // MARK: - Time

    /// The round trip that is assumed of a partner before one was measured.
    package var firstRoundTrip: Duration = .milliseconds(100)
    /// An unanswered frame is repeated after this at least, and with doubled waits after this at most.
    package var probeSpanMin: Duration = .milliseconds(20)
    package var probeSpanMax: Duration = .seconds(2)
    /// A partner not heard for this long when a deadline passes was silent.
    package var silentSpan: Duration = .seconds(5)
    /// Between two wishes for a session.
    package var sessionWishSpan: Duration = .seconds(1)
    /// The holder of an object is asked again after this, doubled up to `probeSpanMax`.
    package var fetchSpan: Duration = .milliseconds(250)

    // MARK: - The rate

    /// A bucket holds what its rate fills in this span, and never less than two frames.
    package var burstSpan: Duration = .milliseconds(2)
    package var burstBytesMin = 3_000
    /// Words of the receiving side go out on credit of the bucket, up to this debt.
    package var debtBytesMax = 4_000
    /// Of a rate, what may be repetitions; so many may be repeated at once.
    package var repeatShare = 0.2
    package var repeatBurstFrames = 24
    /// A share of lost frames that is taken for the air's own.
    package var lossTolerated = 0.17
    /// Lost frames that did not get fewer when the rate did are taken for the air's own up to this share.
    package var lossToleratedMax = 0.35
    /// Where more is lost, the rate becomes what came through; or so much of itself, where too little was said to tell.
    package var idleFactor = 0.7
    /// Where a queue stands, it becomes so much of what came through, until the queue is gone.
    package var queueFactor = 0.85
    /// No single cut goes below this part of the rate.
    package var cutFactorMin = 0.3
    /// A round trip longer than twice the shortest and this is a queue.
    package var queueSpan: Duration = .milliseconds(40)
    /// By this share the rate grows with each window that was not too much.
    package var growth = 0.05
    /// The rate is judged after this span at least and so many frames.
    package var judgeSpan: Duration = .milliseconds(50)
    package var judgeFrames = 30
    /// A rate never falls below this share of the allotted one …
    package var rateShareMin = 1.0 / 64
    /// … or this.
    package var rateBytesMin = 2_000.0

    package static let standard = BulkTuning()

    package init() {}

    /// What is wrong with it; nil: nothing.
    var fault: String? {
        if !(1...256).contains(activeMax) || queueMax < activeMax { return "\(activeMax) of \(queueMax) at once" }
        if !(1...TransferAck.windowChunksMax).contains(windowChunks) { return "a window of \(windowChunks)" }
        if !(1...windowChunks).contains(firstWindowChunks) { return "a first window of \(firstWindowChunks)" }
        if receiveBytesOfPartnerMax > receiveBytesMax { return "more bytes of one partner than of all" }
        if !(1...256).contains(receptionsOfPartnerMax) { return "\(receptionsOfPartnerMax) receptions of a partner" }
        if probeSpanMin <= .zero || probeSpanMax < probeSpanMin { return "repetitions after \(probeSpanMin)" }
        if burstBytesMin < 3_000 { return "a bucket that holds no frame" }
        if !(0.01...1).contains(repeatShare) || repeatBurstFrames < 1 { return "no repetitions" }
        return nil
    }
}
