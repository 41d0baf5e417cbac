import RealModule
import SkeinTasks
import SkeinWire

/// What the infrared ring last showed, as limits on how the robot may move: for each cone that something is in, how fast
/// it may be approached. Needs no map, no radio and no idea of where the robot is, so no error of those can undo it.
struct Proximity {
    /// One cone with something in it.
    struct Echo {
        /// From the heading at the reading to the edges of the cone.
        var bearingRadians: Double
        var halfAngleRadians: Double
        /// From the middle of the robot.
        var meters: Double
        /// Closing speed that is allowed.
        var metersPerSecondMax: Double
    }

    private(set) var echoes: [Echo] = []

    static let none = Proximity()

    private init() {}

    /// A range that is no number counts as something at the rim.
    init(_ ranges: [SensorReading.Range], readingInterval: Duration, separationMeters: Double, tuning: MissionTuning) {
        let closing = ClosingSpeed(readingInterval: readingInterval, tuning: tuning)
        for range in ranges.prefix(SensorReading.Range.countMax)
        where range.bearingRadians.isFinite && range.halfAngleRadians.isFinite {
            let meters = range.meters.isNaN ? 0 : max(0, range.meters)
            guard meters < tuning.rangeMetersMax else { continue }
            let sigma = tuning.rangeSigmaMeters + tuning.rangeSigmaFraction * meters
            let left = meters - tuning.bodyRadiusMeters - separationMeters - Self.sigmas * sigma
            echoes.append(
                Echo(
                    bearingRadians: range.bearingRadians, halfAngleRadians: min(abs(range.halfAngleRadians), .pi),
                    meters: meters, metersPerSecondMax: closing.limit(leftMeters: left)))
        }
    }

    private static let sigmas = 3.0

    /// How fast the robot may drive in a direction, from the heading at the reading.
    func speedMax(toward bearingRadians: Double) -> Double {
        var speed = Double.infinity
        for echo in echoes {
            let off = abs(Pose.wrapped(bearingRadians - echo.bearingRadians))
            // The nearest thing may be anywhere in the cone.
            let least = max(0, off - echo.halfAngleRadians)
            guard least < .pi / 2 else { continue }
            let closing = Double.cos(least)
            guard closing > 1e-6 else { continue }
            speed = min(speed, echo.metersPerSecondMax / closing)
        }
        return speed
    }

    /// The slowest of all directions between two, a little beyond either included.
    func speedMax(from first: Double, to second: Double) -> Double {
        let steps = max(1, Int((abs(second - first) / Self.stepRadians).rounded(.up)))
        var speed = Double.infinity
        for step in 0...steps {
            speed = min(speed, speedMax(toward: first + (second - first) * Double(step) / Double(steps)))
        }
        return speed
    }

    private static let stepRadians = 0.15
}
