import Glibc
import SkeinWire

/// This robot's clock: CLOCK_BOOTTIME, monotonic like CLOCK_MONOTONIC but not stopped while the machine is suspended
/// (clock_gettime(2)).
///
/// WHY: neighbours, leases and work units go on ageing while this robot sleeps. On CLOCK_MONOTONIC it would wake up
/// believing that it had heard everyone a moment ago, and would hold a leader, a route and promised processors that are
/// long gone; on this one all of it is stale at once and it joins anew. Timers are armed on the same clock.
package enum MonotonicClock {
    package static func now() -> Instant { read(CLOCK_BOOTTIME) }

    /// Microseconds of CLOCK_MONOTONIC, which systemd asks for (sd_notify(3), MONOTONIC_USEC).
    static func systemdMicroseconds() -> Int64 { read(CLOCK_MONOTONIC).nanoseconds / 1_000 }

    /// Nanoseconds that this thread has computed.
    static func threadProcessorTime() -> Int64 { read(CLOCK_THREAD_CPUTIME_ID).nanoseconds }

    /// Nanoseconds that all of this process has computed.
    package static func processorTime() -> Int64 { read(CLOCK_PROCESS_CPUTIME_ID).nanoseconds }

    private static func read(_ clock: clockid_t) -> Instant {
        var time = timespec()
        guard clock_gettime(clock, &time) == 0 else { preconditionFailure("no clock \(clock)") }
        return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }
}
