import SkeinWire

/// What is known of a difference, mesh time less this robot's clock: between two numbers, at one instant of that clock.
///
/// Nothing is known of how two clocks drift but how fast at most, so with every second it is known less well, on both
/// sides alike. Two spans of one difference hold both, so the difference is in what they have in common; since both grow at
/// one rate, it is enough to keep that.
struct ClockSpan: Hashable, Sendable {
    /// Between the clocks of a robot and its root: crystals keep to ± 50 millionths from frost to noon. [R]
    static let driftPartsPerMillion: Int64 = 100
    /// Of a reading, both sides of an exchange. Clocks that part by 100 millionths of the slower one's time part by
    /// 100.005 of the faster one's; that is in here for the next five hours.
    static let resolutionNanoseconds: Int64 = 100

    private(set) var low: Int64
    private(set) var high: Int64
    private(set) var at: Instant

    /// Known exactly.
    init(exactly offset: Int64, at: Instant) {
        low = offset
        high = offset
        self.at = at
    }

    private init(low: Int64, high: Int64, at: Instant) {
        self.low = low
        self.high = high
        self.at = at
    }

    /// What an exchange says. The question left no earlier than `asked` and came no later than `answer.received`; the answer
    /// left no earlier than `answer.sent` and came no later than `now`. So mesh time was at most `received` at `asked`, and
    /// is at least `sent` at `now`: whatever delayed either, the truth is between. Nil: no honest answer says that.
    init?(asked: Instant, _ answer: ClockAnswer, now: Instant) {
        let bound = Int64(answer.boundNanoseconds)
        let earliest = answer.sentNanoseconds - bound - now.nanoseconds - Self.resolutionNanoseconds
        let latest = answer.receivedNanoseconds + bound - asked.nanoseconds + Self.resolutionNanoseconds
        low = earliest
        high = latest + Self.drift(in: now - asked)
        at = now
        if low > high { return nil }
    }

    /// The middle, and how far from it the truth may be.
    var offset: Int64 { low + (high - low) / 2 }
    var bound: Int64 { (high - low + 1) / 2 }

    /// As it is known later, or was earlier.
    func moved(to now: Instant) -> ClockSpan {
        let drift = Self.drift(in: now - at)
        return ClockSpan(low: low - drift, high: high + drift, at: now)
    }

    /// What both say, at the later instant of the two; nil: they contradict each other.
    func overlap(_ other: ClockSpan) -> ClockSpan? {
        let now = max(at, other.at)
        let one = moved(to: now)
        let two = other.moved(to: now)
        let common = ClockSpan(low: max(one.low, two.low), high: min(one.high, two.high), at: now)
        return common.low <= common.high ? common : nil
    }

    /// Rounded up.
    private static func drift(in span: Duration) -> Int64 {
        let nanoseconds = span.nanoseconds.magnitude
        return nanoseconds == 0
            ? 0
            : Int64(nanoseconds / 1_000_000 * UInt64(driftPartsPerMillion))
                + Int64(nanoseconds % 1_000_000 * UInt64(driftPartsPerMillion) / 1_000_000) + 1
    }
}
