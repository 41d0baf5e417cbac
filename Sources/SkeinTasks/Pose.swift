import RealModule
import SkeinWire

/// Where a robot is and which way it faces, in the field's frame: x east, y north, heading counter-clockwise from east.
package struct Pose: Hashable, Sendable {
    package var xMeters: Double
    package var yMeters: Double
    package var headingRadians: Double

    package init(xMeters: Double, yMeters: Double, headingRadians: Double) {
        self.xMeters = xMeters
        self.yMeters = yMeters
        self.headingRadians = headingRadians
    }

    /// The pose moved by a correction; the heading stays in (−π, π].
    package func corrected(by delta: Column3) -> Pose {
        Pose(
            xMeters: xMeters + delta.x, yMeters: yMeters + delta.y,
            headingRadians: Self.wrapped(headingRadians + delta.h))
    }

    /// An angle brought into [−π, π]; in constant time, whatever came. One that is there already, as most are, is its own
    /// remainder.
    package static func wrapped(_ radians: Double) -> Double {
        abs(radians) <= .pi ? radians : radians.remainder(dividingBy: 2 * .pi)
    }
}

/// What a robot's wheels (or its announcement to its neighbours) say it did for a while: one constant arc. The variances
/// are of the two speeds, as the odometry model has them.
package struct Motion: Hashable, Sendable {
    package var speedMetersPerSecond: Double
    package var turnRadiansPerSecond: Double
    package var durationSeconds: Double
    package var speedVariance: Double
    package var turnVariance: Double

    package init(
        speedMetersPerSecond: Double, turnRadiansPerSecond: Double, durationSeconds: Double, speedVariance: Double,
        turnVariance: Double
    ) {
        self.speedMetersPerSecond = speedMetersPerSecond
        self.turnRadiansPerSecond = turnRadiansPerSecond
        self.durationSeconds = durationSeconds
        self.speedVariance = speedVariance
        self.turnVariance = turnVariance
    }

    package static let none = Motion(
        speedMetersPerSecond: 0, turnRadiansPerSecond: 0, durationSeconds: 0, speedVariance: 0, turnVariance: 0)

    /// Longer than any beacon is believed; a motion from the air that claims more is nonsense.
    package static let durationSecondsMax = 60.0
    /// Four times the fastest robot of the reference (6 m/s), and a spin no robot survives.
    package static let speedMetersPerSecondMax = 25.0
    package static let turnRadiansPerSecondMax = 50.0

    var isSane: Bool {
        abs(speedMetersPerSecond) <= Self.speedMetersPerSecondMax
            && abs(turnRadiansPerSecond) <= Self.turnRadiansPerSecondMax
            && durationSeconds >= 0 && durationSeconds <= Self.durationSecondsMax
            && speedVariance >= 0 && speedVariance <= PoseEstimate.varianceMax
            && turnVariance >= 0 && turnVariance <= PoseEstimate.varianceMax
    }
}

extension ByteReader {
    mutating func pose() throws(WireError) -> Pose {
        Pose(xMeters: try f64(.position), yMeters: try f64(.position), headingRadians: try f64(.position))
    }

    mutating func motion() throws(WireError) -> Motion {
        Motion(
            speedMetersPerSecond: try f64(.payload), turnRadiansPerSecond: try f64(.payload),
            durationSeconds: try f64(.payload), speedVariance: try f64(.payload), turnVariance: try f64(.payload))
    }
}

extension ByteWriter {
    mutating func pose(_ pose: Pose) {
        f64(pose.xMeters)
        f64(pose.yMeters)
        f64(pose.headingRadians)
    }

    mutating func motion(_ motion: Motion) {
        f64(motion.speedMetersPerSecond)
        f64(motion.turnRadiansPerSecond)
        f64(motion.durationSeconds)
        f64(motion.speedVariance)
        f64(motion.turnVariance)
    }
}
