import Glibc

/// The program's clocks, nanoseconds. The world itself has none: what is measured here decides nothing there.
enum Clock {
    /// Time that passes.
    static func monotonic() -> UInt64 { read(CLOCK_MONOTONIC) }

    /// Processor time of this thread: what a plan costs, however many missions are flown beside it.
    static func thread() -> UInt64 { read(CLOCK_THREAD_CPUTIME_ID) }

    static func seconds(since start: UInt64) -> Double { Double(monotonic() - start) * 1e-9 }

    private static func read(_ clock: clockid_t) -> UInt64 {
        var now = timespec()
        guard clock_gettime(clock, &now) == 0 else { preconditionFailure("no clock \(clock)") }
        return UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
    }
}
