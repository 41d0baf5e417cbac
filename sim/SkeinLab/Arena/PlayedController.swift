import SkeinBridge
import SkeinLinux
import SkeinPeer
import SkeinWire
import SkeinWorld

/// A robot's motor controller as the arena plays it: the protocol of the real one (`BridgeController`) on a line of its own.
final class PlayedController {
    let line: PlayedLine
    private let link: BridgeLine
    private var controller: BridgeController

    /// The key is the robot's by the seed, as every key of the laboratory.
    static func key(of robot: Int, _ config: WorldConfig) -> [UInt8] {
        // Above the authority's (LabFleet) and the robots'.
        var dice = Dice(seed: config.seed, stream: .keys, index: config.robots + 2 + robot)
        return (0..<BridgeLine.keyBytes).map { _ in UInt8(truncatingIfNeeded: dice.word()) }
    }

    init(path: String, key: [UInt8], now: Instant) throws(SystemError) {
        line = try PlayedLine(path: path)
        link = BridgeLine(key: key, side: .controller, stored: 0)
        controller = BridgeController(now: now)
        reserve()
    }

    var nextDeadline: Instant { controller.nextDeadline }

    /// What the motors do from now on; nil: what they did.
    func advance(now: Instant) -> Setpoint? {
        defer { flush() }
        return controller.advance(now: now)
    }

    /// Takes what has come; each setpoint in its turn.
    func receive(_ buffer: inout [UInt8], now: Instant, _ obey: (Setpoint) -> Void) {
        while let count = line.read(into: &buffer) {
            link.take(buffer[..<count]) { message in
                if let setpoint = controller.take(message, now: now) { obey(setpoint) }
            }
            // Time learnt from the peer: nothing of this controller outlives the run.
            if reserve() {
                link.take { message in
                    if let setpoint = controller.take(message, now: now) { obey(setpoint) }
                }
            }
        }
        flush()
    }

    func report(_ reading: SensorReading) {
        controller.report(reading)
        flush()
    }

    @discardableResult
    private func reserve() -> Bool {
        guard let ticks = link.reservation else { return false }
        link.reserve(ticks)
        return true
    }

    private func flush() {
        reserve()
        for message in controller.takeMessages() {
            if let frame = link.frame(message) { line.write(frame) }
        }
    }
}

extension SensorReading {
    /// What no motor controller says: camera, nose, satellites; and a ring of more sensors than MAVLink has directions.
    var withoutMotors: SensorReading {
        var reading = self
        reading.interval = .zero
        reading.speedMetersPerSecond = 0
        reading.turnRadiansPerSecond = 0
        reading.compassRadians = nil
        if (reading.ranges?.count ?? 0) <= BridgeController.directionsMax { reading.ranges = nil }
        reading.batteryFraction = nil
        return reading
    }
}
