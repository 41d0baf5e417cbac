import SkeinPeer
import SkeinWire

/// One registered kernel: its processes started ahead, and when the next may be started.
///
/// Rules.
/// - A process that ends before it had a unit is a crash. After each in a row the next start waits twice as long, from
///   `pauseMin` to `pauseMax`: a program that ends at once costs a process a minute, not a storm.
/// - After `crashesMax` in a row the kernel is not offered. Still a unit that comes is tried, in a process of its own: it
///   fails by itself and says why, or has found the kernel mended.
/// - One process that has waited for `settleSpan`, or a unit that ended well, and all is forgotten.
struct KernelShelf {
    static let pauseMin: Duration = .milliseconds(250)
    static let pauseMax: Duration = .seconds(60)
    static let crashesMax = 3
    static let settleSpan: Duration = .seconds(1)

    let command: BoxCommand
    /// Started ahead, oldest first; their serial numbers.
    private(set) var warm: [UInt32] = []
    /// Units at work.
    var units = 0
    private(set) var crashes = 0
    private var lastCrash: ProgramFailure?
    /// No process is started ahead before.
    private(set) var startsAt: Instant
    /// What was missing when last looked; the box's part is the host's.
    var missing: KernelObstacle?

    var spec: KernelSpec { command.spec }

    init(_ command: BoxCommand, now: Instant) {
        self.command = command
        startsAt = now
        missing = command.obstacle
    }

    var endsAtOnce: KernelObstacle? {
        guard crashes >= Self.crashesMax, let lastCrash else { return nil }
        return .endsAtOnce(times: crashes, lastCrash)
    }

    /// How many to start ahead now.
    func wanted(now: Instant) -> Int { now < startsAt ? 0 : max(0, min(spec.warm, KernelSpec.warmMax) - warm.count) }

    mutating func started(_ serial: UInt32) { warm.append(serial) }

    mutating func takeWarm() -> UInt32? { warm.isEmpty ? nil : warm.removeFirst() }

    /// A process that waited for a unit has ended, or could not be started.
    mutating func crashed(_ serial: UInt32?, _ failure: ProgramFailure, now: Instant) {
        warm.removeAll { $0 == serial }
        crashes = min(crashes + 1, 1_000)
        lastCrash = failure
        var pause = Self.pauseMin
        for _ in 1..<min(crashes, 16) { pause = min(pause + pause, Self.pauseMax) }
        startsAt = now + pause
    }

    /// A unit ended well, or a process has waited long enough.
    mutating func worked(now: Instant) {
        guard crashes > 0 else { return }
        crashes = 0
        lastCrash = nil
        startsAt = now
    }
}
