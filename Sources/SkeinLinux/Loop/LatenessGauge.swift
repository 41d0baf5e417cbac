import SkeinWire

/// How late things happened: a count for each tenth of a millisecond up to a second, and the largest. Bounded, whatever
/// comes.
package struct LatenessGauge: Sendable {
    private static let binNanoseconds: Int64 = 100_000
    private static let binsMax = 10_000

    /// Later than this is a missed deadline: a quarter of the time for which a motor controller holds a setpoint.
    package static let missedAfter: Duration = .milliseconds(100)

    private var bins = [UInt32](repeating: 0, count: LatenessGauge.binsMax)
    package private(set) var count = 0
    package private(set) var missed = 0
    private var maxNanoseconds: Int64 = 0

    package init() {}

    package mutating func note(_ nanoseconds: Int64) {
        let late = max(nanoseconds, 0)
        bins[Int(min(late / Self.binNanoseconds, Int64(Self.binsMax - 1)))] &+= 1
        count += 1
        if late > Self.missedAfter.nanoseconds { missed += 1 }
        maxNanoseconds = max(maxNanoseconds, late)
    }

    /// The 99th percentile is the upper edge of its bin, so never too small.
    package var lateness: Lateness {
        var lateness = Lateness()
        lateness.maxMilliseconds = Double(maxNanoseconds) * 1e-6
        var left = count / 100
        for bin in stride(from: bins.count - 1, through: 0, by: -1) {
            left -= Int(bins[bin])
            guard left < 0 else { continue }
            let edge = Double(bin + 1) * Double(Self.binNanoseconds) / 1e6
            lateness.p99Milliseconds = min(edge, lateness.maxMilliseconds)
            break
        }
        return lateness
    }
}

/// How late most was, and the latest, milliseconds.
package struct Lateness: Equatable, Sendable {
    package var p99Milliseconds = 0.0
    package var maxMilliseconds = 0.0

    package init() {}

    package init(p99Milliseconds: Double, maxMilliseconds: Double) {
        self.p99Milliseconds = p99Milliseconds
        self.maxMilliseconds = maxMilliseconds
    }
}
