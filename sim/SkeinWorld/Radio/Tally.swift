import SkeinRadio
import SkeinWire

/// What the radios did, counted since the world began; a window is the difference of two tallies.
package struct Tally: Hashable, Sendable {
    /// Airtime of safety, membership and control frames heard by each robot on 2.4 GHz, its own included, nanoseconds.
    /// Frames that collided count, each for itself.
    package var controlAirtime: [Int64]
    /// The same of task and bulk frames that were relayed on 2.4 GHz.
    package var taskAirtime: [Int64]
    /// Bits of safety, membership and control frames each robot sent on either band, MAC header included, every try.
    package var controlBits: [Int64]
    /// By band.
    package var framesSent = [0, 0]
    package var framesReceived = [0, 0]
    /// Receptions spoilt because two frames overlapped.
    package var collisions = 0
    /// Receptions lost to noise or to the scenario's own loss, by band.
    package var losses = [0, 0]
    package var retries = [0, 0]
    /// Unicast frames given up after all their tries.
    package var abandoned = [0, 0]
    package var queueDrops = [0, 0]

    package init(robots: Int) {
        controlAirtime = [Int64](repeating: 0, count: robots)
        taskAirtime = controlAirtime
        controlBits = controlAirtime
    }

    static func isControl(_ trafficClass: TrafficClass) -> Bool {
        switch trafficClass {
        case .safety, .membership, .control: true
        case .task, .bulk: false
        }
    }

    mutating func countSent(_ frame: Frame, by sender: Int, band: Band) {
        framesSent[Int(band.rawValue)] += 1
        guard Self.isControl(frame.trafficClass) else { return }
        controlBits[sender] += Int64(8 * (frame.datagram.count + Airtime.headerBytes))
    }

    mutating func countHeard(_ airtime: Int64, _ trafficClass: TrafficClass, at robot: Int) {
        if Self.isControl(trafficClass) { controlAirtime[robot] += airtime } else { taskAirtime[robot] += airtime }
    }
}

/// The control traffic of a window.
package struct ControlFigures: Hashable, Sendable {
    package var bitsPerSecondPerRobot: Double
    /// Share of the 2.4 GHz channel's time that control traffic takes at the robot that hears most of it, 0…1.
    package var airtimeFractionMax: Double
    package var seconds: Double

    /// From two tallies of one world, `nanoseconds` apart; `robots`: without the radios after them, which are others'.
    package init(from start: Tally, to end: Tally, nanoseconds: Int64, robots: Int? = nil) {
        precondition(nanoseconds > 0, "a window of \(nanoseconds) ns")
        seconds = Double(nanoseconds) * 1e-9
        var bits: Int64 = 0
        var busiest: Int64 = 0
        let count = robots ?? start.controlBits.count
        for robot in 0..<count {
            bits += end.controlBits[robot] - start.controlBits[robot]
            busiest = max(busiest, end.controlAirtime[robot] - start.controlAirtime[robot])
        }
        bitsPerSecondPerRobot = Double(bits) / seconds / Double(max(count, 1))
        airtimeFractionMax = Double(busiest) / Double(nanoseconds)
    }
}
