import SkeinWire

/// One helper that a unit was given to, in its requester's book.
///
///     sent ──receipt──▶ working ──result told──▶ fetching ──object here──▶ closed
///      │ ▲                │ ▲ │                     │
///      └─┘ silence:       └─┘ └──four silences──┐   └─lost──▶ working (asked again; three times, then closed)
///          sent again       asked at its word,  │
///                           and each second     ▼
///      four silences ────────────────────▶ doubted ──eight silences, refusal──▶ closed
///
/// The requester alone counts time. A receipt that is lost: the unit again, which the helper answers as before. A doubted
/// helper's unit has gone to another; what it still answers counts.
struct JobOffer {
    enum State: Hashable {
        case sent(asks: Int, due: Instant)
        case working(expectedAt: Instant, asks: Int, due: Instant)
        /// It says that it is done; its output is on its way.
        case fetching(ObjectID, bytes: Int)
        case doubted(asks: Int, due: Instant)
        case closed
    }

    /// What to do when nothing was heard in time.
    enum Silence: Hashable {
        case sendAgain
        case question
        /// It was believed to be at work until now.
        case doubt(JobTrouble)
        case giveUp
    }

    let way: JobWay
    /// The leader that named it.
    let source: NodeID
    let attempt: UInt8
    let sentAt: Instant
    let receiptTimeout: Duration
    var state: State
    /// When its first word said that it would be done.
    var promisedAt: Instant?
    var fetches = 0
    /// The helper computes deterministically, and had it already, by its result.
    var result: JobResult?

    init(way: JobWay, source: NodeID, attempt: UInt8, receiptTimeout: Duration, now: Instant) {
        self.way = way
        self.source = source
        self.attempt = attempt
        self.receiptTimeout = receiptTimeout
        sentAt = now
        state = .sent(asks: 1, due: now + receiptTimeout)
    }

    /// It is believed to be at work on it.
    var isLive: Bool {
        switch state {
        case .sent, .working, .fetching: true
        case .doubted, .closed: false
        }
    }

    var isClosed: Bool { state == .closed }

    var isTaken: Bool {
        switch state {
        case .working, .fetching: true
        case .sent, .doubted, .closed: false
        }
    }

    var due: Instant {
        switch state {
        case .sent(_, let due), .working(_, _, let due), .doubted(_, let due): due
        case .fetching, .closed: .distantFuture
        }
    }

    /// Its word: it will be done in so long.
    mutating func accepted(expected: Duration, tuning: JobTuning, margin: Duration, now: Instant) {
        let expectedAt = now + expected
        if promisedAt == nil { promisedAt = expectedAt }
        state = .working(
            expectedAt: expectedAt, asks: 0, due: min(expectedAt + margin, now + tuning.keepalive))
    }

    /// It is later than it said by what another helper is worth.
    func isLate(tuning: JobTuning, now: Instant) -> Bool { now >= lateAt(tuning: tuning) }

    func lateAt(tuning: JobTuning) -> Instant {
        guard isLive, let promisedAt else { return .distantFuture }
        return promisedAt + tuning.hedgeMargin + .nanoseconds((promisedAt - sentAt).nanoseconds / 4)
    }

    mutating func silence(tuning: JobTuning, now: Instant) -> Silence {
        switch state {
        case .sent(let asks, _):
            guard asks < tuning.asksMax else {
                state = .doubted(asks: 0, due: now + tuning.doubtInterval)
                return .doubt(.noReceipt)
            }
            state = .sent(asks: asks + 1, due: now + receiptTimeout * (1 << min(asks, 3)))
            return .sendAgain
        case .working(let expectedAt, let asks, _):
            guard asks < tuning.asksMax else {
                state = .doubted(asks: 0, due: now + tuning.doubtInterval)
                return .doubt(.noResult)
            }
            state = .working(
                expectedAt: expectedAt, asks: asks + 1, due: now + receiptTimeout * (1 << min(asks, 3)))
            return .question
        case .doubted(let asks, _):
            guard asks < tuning.doubtAsksMax else {
                state = .closed
                return .giveUp
            }
            state = .doubted(asks: asks + 1, due: now + tuning.doubtInterval)
            return .question
        case .fetching, .closed: preconditionFailure("nothing is expected of \(way.helper) in \(state)")
        }
    }
}
