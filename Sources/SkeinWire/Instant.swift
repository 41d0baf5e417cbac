/// A point on one robot's monotonic clock, in nanoseconds since an origin of its own. Never wall time: instants of
/// two robots cannot be compared.
package struct Instant: Hashable, Comparable, Sendable, CustomStringConvertible {
    package var nanoseconds: Int64

    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    package static let zero = Instant(nanoseconds: 0)
    package static let distantFuture = Instant(nanoseconds: .max)

    @inlinable package static func == (left: Instant, right: Instant) -> Bool { left.nanoseconds == right.nanoseconds }
    @inlinable package static func < (left: Instant, right: Instant) -> Bool { left.nanoseconds < right.nanoseconds }

    package static func + (instant: Instant, span: Duration) -> Instant {
        Instant(nanoseconds: instant.nanoseconds + span.nanoseconds)
    }

    package static func - (left: Instant, right: Instant) -> Duration {
        .nanoseconds(left.nanoseconds - right.nanoseconds)
    }

    package static func += (instant: inout Instant, span: Duration) { instant = instant + span }

    /// Seconds from an earlier instant, for arithmetic that needs no exact span.
    @inlinable package func seconds(since earlier: Instant) -> Double {
        Double(nanoseconds - earlier.nanoseconds) * 1e-9
    }

    package var seconds: Double { Double(nanoseconds) * 1e-9 }

    package var description: String { "\(seconds) s" }
}

extension Duration {
    /// Whole nanoseconds; spans of a robot's life fit (292 years).
    package var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }

    package var inSeconds: Double { Double(nanoseconds) * 1e-9 }

    /// As whole nanoseconds; what is longer than a robot's life, infinity too, is `lifetimeMax`.
    package static func fromSeconds(_ seconds: Double) -> Duration {
        let nanoseconds = (seconds * 1e9).rounded()
        let bound = Double(lifetimeMax.nanoseconds)
        return .nanoseconds(Int64(max(-bound, min(nanoseconds, bound))))
    }

    /// 36 years: an instant may be moved by it and still be one.
    private static let lifetimeMax: Duration = .nanoseconds(Int64(1) << 60)

    /// Milliseconds as they travel in a 16-bit field: rounded down, never negative, capped at 65.5 s.
    package var wireMilliseconds: UInt16 {
        UInt16(clamping: max(0, nanoseconds / 1_000_000))
    }
}
