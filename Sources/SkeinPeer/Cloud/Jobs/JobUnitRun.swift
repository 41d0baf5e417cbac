import SkeinWire

/// One unit of a job that is under way, at its requester.
///
///     waiting ──inputs here──▶ ready ──known──▶ done
///        │                      │ ▲
///        │ a unit it needs      │ └─refused, silent, failed: rest, then again
///        ▼ failed               ▼
///      failed ◀──deadline──  at work: with helpers (`JobOffer`), at home, or both ──first valid answer──▶ done
///
/// Where a restart has lost an output, a done unit is waiting again.
struct JobUnitRun {
    /// Offers remembered; older ones that are closed make room.
    static let offersMax = 8

    enum End: Hashable {
        case done(JobReport.Output)
        case failed(JobTrouble)
    }

    let inputs: [JobOrder.Input]
    /// Its inputs are here.
    var isReady = false
    var offers: [JobOffer] = []
    private(set) var attempts = 0
    /// It is being computed here, under this attempt.
    var homeAttempt: UInt8?
    private(set) var end: End?
    /// What went wrong last.
    var trouble: JobTrouble?
    /// Why it is where it is, as decided last.
    var reason: PlacementReason?
    /// Failures of the program itself.
    var programFailures = 0
    var tries = 0
    var restUntil = Instant.zero
    /// A second helper besides the first.
    var wantsSecond: Bool
    /// Of a durable job: its output is on the disk.
    var isKept = false

    init(inputs: [JobOrder.Input], isHedged: Bool) {
        self.inputs = inputs
        wantsSecond = isHedged
    }

    var output: JobReport.Output? {
        switch end {
        case .done(let output): output
        case .failed, nil: nil
        }
    }

    var live: Int { offers.count { $0.isLive } + (homeAttempt == nil ? 0 : 1) }

    var isAtWork: Bool { end == nil && live > 0 }

    /// Helpers it wants besides those that have it.
    func wanted(now: Instant) -> Int {
        guard isReady, end == nil, now >= restUntil else { return 0 }
        return max(0, (wantsSecond ? 2 : 1) - live)
    }

    /// When something is expected.
    func nextDeadline(tuning: JobTuning) -> Instant {
        guard end == nil, isReady else { return .distantFuture }
        var next = restUntil > .zero ? restUntil : .distantFuture
        for offer in offers {
            next = min(next, offer.due)
            if !wantsSecond { next = min(next, offer.lateAt(tuning: tuning)) }
        }
        return next
    }

    /// The next attempt's number: they go round after 255, when nobody remembers the first.
    mutating func nextAttempt() -> UInt8 {
        attempts += 1
        return UInt8(truncatingIfNeeded: (attempts - 1) % 255 + 1)
    }

    mutating func add(_ offer: JobOffer) {
        if offers.count >= Self.offersMax, let old = offers.firstIndex(where: { !$0.isLive }) { offers.remove(at: old) }
        offers.append(offer)
    }

    func offer(attempt: UInt8, helper: NodeID) -> Int? {
        offers.firstIndex { $0.attempt == attempt && $0.way.helper == helper }
    }

    func isWith(_ helper: NodeID) -> Bool { offers.contains { !$0.isClosed && $0.way.helper == helper } }

    /// It did not go well there: a rest before the next try, longer each time.
    mutating func failed(_ trouble: JobTrouble, tuning: JobTuning, now: Instant) {
        self.trouble = trouble
        tries += 1
        let rest = tuning.retryRest * (1 << min(tries - 1, 10))
        if live == 0, tries > 1 { restUntil = now + min(rest, tuning.retryRestMax) }
    }

    mutating func finish(_ end: End) { self.end = end }

    /// What a restart has not brought back.
    mutating func reopen() {
        end = nil
        isKept = false
        isReady = false
    }
}
