import SkeinWire

/// A rate with a small allowance: over any span no more leaves than the rate gives and the bucket holds.
struct TokenBucket {
    private(set) var bytesPerSecond: Double
    private(set) var burstBytes: Double
    private var tokens: Double
    private var filledAt: Instant

    init(bytesPerSecond: Double, burstBytes: Double, now: Instant) {
        self.bytesPerSecond = bytesPerSecond
        self.burstBytes = burstBytes
        tokens = burstBytes
        filledAt = now
    }

    mutating func fill(now: Instant) {
        guard filledAt < now else { return }
        tokens = min(burstBytes, tokens + bytesPerSecond * now.seconds(since: filledAt))
        filledAt = now
    }

    /// Another rate from now on.
    mutating func set(bytesPerSecond: Double, burstBytes: Double, now: Instant) {
        fill(now: now)
        self.bytesPerSecond = bytesPerSecond
        self.burstBytes = burstBytes
        tokens = min(tokens, burstBytes)
    }

    func holds(_ bytes: Int, debtBytes: Int = 0) -> Bool { tokens + Double(debtBytes) >= Double(bytes) }

    mutating func take(_ bytes: Int) { tokens -= Double(bytes) }

    /// When it will hold so much: a nanosecond late rather than early, so that a wake-up finds it there.
    func holdsAt(_ bytes: Int, debtBytes: Int = 0) -> Instant {
        let lacking = Double(bytes - debtBytes) - tokens
        guard lacking > 0 else { return filledAt }
        return Instant(nanoseconds: filledAt.nanoseconds + Int64(min(lacking / bytesPerSecond, 3_600) * 1e9) + 2)
    }
}
