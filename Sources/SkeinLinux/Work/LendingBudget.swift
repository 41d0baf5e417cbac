import SkeinWire

/// The processor time units may still use: a token bucket (ITU-T I.371) with debt, in nanoseconds of one core.
///
/// Rules.
/// - It fills at the budget's rate up to `depthSpan` of it, and loses what units used, as the kernel's thread clocks say.
/// - A unit may start while what is there exceeds what the running ones still expect to use. So several start together
///   only if all of them are paid for, and one may overdraw: a kernel cannot be stopped half way.
/// - Hence in any span units use at most budget × span, `depthSpan` of it, and the rest of one unit. Over a longer time it
///   is the budget exactly, since a debt is paid before the next unit starts.
/// - Debt ends at `debtMax`: a kernel that ran away once must not stop this robot from lending for minutes.
struct LendingBudget: Sendable {
    static let depthSpan: Duration = .milliseconds(50)
    static let debtMax: Duration = .seconds(1)

    /// Percent of one core.
    private(set) var percent: Double
    private var nanoseconds: Double
    private var settledAt: Instant
    /// The threads' clocks when the book was last settled.
    private var usedUntilThen: Duration

    init(percent: Double, used: Duration, now: Instant) {
        self.percent = Self.valid(percent)
        nanoseconds = self.percent / 100 * Double(Self.depthSpan.nanoseconds)
        settledAt = now
        usedUntilThen = used
    }

    /// `used`: processor time of all units so far.
    mutating func setPercent(_ percent: Double, used: Duration, now: Instant) {
        settle(used: used, now: now)
        self.percent = Self.valid(percent)
        nanoseconds = min(nanoseconds, depth)
    }

    mutating func settle(used: Duration, now: Instant) {
        let span = max(0, (now - settledAt).nanoseconds)
        let spent = max(0, (used - usedUntilThen).nanoseconds)
        settledAt = max(settledAt, now)
        usedUntilThen = max(usedUntilThen, used)
        let balance = nanoseconds + Double(span) * percent / 100 - Double(spent)
        nanoseconds = min(depth, max(balance, -Double(Self.debtMax.nanoseconds)))
    }

    /// Whether a unit may start beside some that expect to use `reserved` more.
    func allowsStart(reserved: Duration) -> Bool { percent > 0 && nanoseconds > Double(reserved.nanoseconds) }

    /// When it may if none of those ends before; nil: not by waiting. What they use lessens both sides alike.
    func startsAt(reserved: Duration) -> Instant? {
        guard percent > 0 else { return nil }
        let missing = Double(reserved.nanoseconds) - nanoseconds
        let wait = max(missing, 0) * 100 / percent
        // No sooner than this, so that a running unit that uses what is coming in cannot make the loop spin.
        return settledAt + max(Self.waitMin, .nanoseconds(Int64(min(wait, Self.waitNanosecondsMax)) + 1))
    }

    private var depth: Double { percent / 100 * Double(Self.depthSpan.nanoseconds) }

    private static let waitMin: Duration = .milliseconds(1)
    /// An hour: keeps a tiny budget from overflowing an instant.
    private static let waitNanosecondsMax = 3.6e12

    private static func valid(_ percent: Double) -> Double {
        precondition(percent.isFinite && percent >= 0, "a budget of \(percent) %")
        return percent
    }
}
