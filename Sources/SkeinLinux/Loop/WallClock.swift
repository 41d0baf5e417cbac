import Glibc

/// The system's clock. It jumps, and on a robot without internet it may be years off: nothing that must be right depends on
/// it. Only a membership that has run out is told by it.
package enum WallClock {
    /// Whole seconds of UTC since 1970; 0 if the clock says an earlier time.
    package static func seconds() -> UInt64 {
        var time = timespec()
        // Fails for clocks the kernel does not have; this one it has.
        guard clock_gettime(CLOCK_REALTIME, &time) == 0 else { preconditionFailure("no CLOCK_REALTIME") }
        return UInt64(max(0, time.tv_sec))
    }
}
