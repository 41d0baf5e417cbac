import SkeinPeer
import SkeinWire

/// Each robot's own clock: of an origin and a speed that no other has.
struct RobotClock: Sendable {
    /// A clock's reading when the world begins, nanoseconds.
    let origin: Int64
    /// What it gains, parts in a thousand million.
    let driftPartsPerBillion: Int64

    private static let billion: Int64 = 1_000_000_000

    /// Rounded down, from the world's begin on: nothing adds up.
    func reading(at world: Int64) -> Instant {
        let whole = world / Self.billion * driftPartsPerBillion
        let rest = world % Self.billion * driftPartsPerBillion
        let floor = rest >= 0 ? rest / Self.billion : -((-rest + Self.billion - 1) / Self.billion)
        return Instant(nanoseconds: origin + world + whole + floor)
    }

    /// The first moment at which it reads so much; nil: never.
    func worldTime(of instant: Instant) -> Int64? {
        let (shown, overflow) = instant.nanoseconds.subtractingReportingOverflow(origin)
        guard !overflow, instant.nanoseconds <= Self.neverNanoseconds else { return nil }
        guard driftPartsPerBillion != 0 else { return shown }
        // As a clock of the right speed would have it, and from there to the moment itself: some nanoseconds at most.
        let drift = Double(driftPartsPerBillion) / Double(Self.billion + driftPartsPerBillion)
        var time = shown - Int64(Double(shown) * drift)
        while reading(at: time) < instant { time += 1 }
        while reading(at: time - 1) >= instant { time -= 1 }
        return time
    }

    /// A hundred years: what is later is never.
    private static let neverNanoseconds: Int64 = 3_155_760_000_000_000_000
}

extension World {
    /// Looks between two looks at the clocks.
    static let ticksPerClockLook = 10

    func clock(_ robot: Int) -> Instant { robots[robot].clock.reading(at: now) }

    /// World time of a point on a robot's clock; nil: never.
    func worldTime(_ instant: Instant, _ robot: Int) -> Int64? { robots[robot].clock.worldTime(of: instant) }

    /// Compares what robots take for mesh time with their roots' clocks, and with what their neighbours take for it.
    mutating func lookAtClocks() {
        var readings = [MeshTime?](repeating: nil, count: robots.count)
        var clocks: [Instant] = []
        for robot in 0..<robots.count {
            clocks.append(clock(robot))
            if isRunning(robot) { readings[robot] = peers[robot]?.meshTime(at: clocks[robot]) }
        }
        clockWatch.look(readings, clocks)
        for robot in 0..<robots.count where readings[robot] != nil {
            for heard in medium.air.field.rows[robot] where heard.controlDBm >= medium.air.usableDBm {
                let other = Int(heard.robot)
                if other > robot, other < robots.count { clockWatch.compare(readings[robot], readings[other]) }
            }
        }
    }
}
