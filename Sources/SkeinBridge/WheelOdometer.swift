import RealModule
import SkeinPeer
import SkeinWire

/// Makes sensor readings of what the controller says of its wheels, its compass and its distances.
///
/// The way is the difference of two places of the wheels, so frames that are lost lose no way; its sign is that of the heading of
/// the same instant. The turn is the mean turn rate that came with the place. Places and headings of one instant bear one time;
/// one without the other is passed over. A clock that steps back, a gap beyond `gapMax` or a place that no wheel has got to
/// in the time is a controller that has restarted, or a line that was cut: it begins anew, and the way in between is not known.
struct WheelOdometer {
    /// A reading covers at least this.
    static let spanMin: Duration = .milliseconds(90)
    static let gapMax: Duration = .seconds(1)
    private static let speedMetersPerSecondMax = 20.0
    /// MAVLink's eight directions around the vertical.
    private static let rangesMax = 8

    private struct Heading {
        var clock: Duration
        var yawRadians: Double
        var yawRadiansPerSecond: Double
    }

    /// Where north is in the field, from the x axis, counter-clockwise.
    private let northRadians: Double
    private var pose: BridgeMessage.WheelPose?
    private var heading: Heading?
    private var last: BridgeMessage.WheelPose?
    private var span: Duration = .zero
    private var wayMeters = 0.0
    private var turnedRadians = 0.0
    private var ranges: [SensorReading.Range] = []
    private var batteryFraction: Double?
    private var isCompassGood = false

    init(northRadians: Double) { self.northRadians = northRadians }

    /// Of what went before nothing is known any more.
    mutating func restart() {
        last = nil
        pose = nil
        heading = nil
        span = .zero
        wayMeters = 0
        turnedRadians = 0
    }

    mutating func take(_ health: BridgeMessage.Health) {
        isCompassGood = health.isCompassGood
        batteryFraction = health.batteryFraction
    }

    mutating func take(_ range: SensorReading.Range) {
        ranges.removeAll { $0.bearingRadians == range.bearingRadians }
        if ranges.count < Self.rangesMax { ranges.append(range) }
    }

    mutating func take(_ pose: BridgeMessage.WheelPose) -> SensorReading? {
        self.pose = pose
        return meet()
    }

    mutating func take(clock: Duration, yawRadians: Double, yawRadiansPerSecond: Double) -> SensorReading? {
        heading = Heading(clock: clock, yawRadians: yawRadians, yawRadiansPerSecond: yawRadiansPerSecond)
        return meet()
    }

    private mutating func meet() -> SensorReading? {
        guard let pose, let heading, pose.clock == heading.clock else { return nil }
        self.pose = nil
        self.heading = nil
        guard let before = last else {
            last = pose
            return nil
        }
        let gap = pose.clock - before.clock
        let north = pose.northMeters - before.northMeters
        let east = pose.eastMeters - before.eastMeters
        let chord = (north * north + east * east).squareRoot()
        guard gap > .zero, gap <= Self.gapMax, chord <= Self.speedMetersPerSecondMax * gap.inSeconds else {
            restart()
            last = pose
            return nil
        }
        last = pose
        let turned = -heading.yawRadiansPerSecond * gap.inSeconds
        // The heading half way: yaw is clockwise, the turn is not.
        let yaw = heading.yawRadians + turned / 2
        let isForward = north * Double.cos(yaw) + east * Double.sin(yaw) >= 0
        let half = turned / 2
        let arc = abs(half) < 1e-6 ? chord : chord * half / Double.sin(half)
        wayMeters += isForward ? arc : -arc
        turnedRadians += turned
        span += gap
        guard span >= Self.spanMin else { return nil }
        return reading(yawRadians: heading.yawRadians)
    }

    private mutating func reading(yawRadians: Double) -> SensorReading {
        let seconds = span.inSeconds
        var reading = SensorReading(
            interval: span, speedMetersPerSecond: wayMeters / seconds, turnRadiansPerSecond: turnedRadians / seconds,
            compassRadians: isCompassGood ? Self.wrapped(northRadians - yawRadians) : nil, satelliteMeters: nil,
            smellPerMeter: nil, detections: nil, target: nil)
        if !ranges.isEmpty { reading.ranges = ranges }
        reading.batteryFraction = batteryFraction
        ranges.removeAll(keepingCapacity: true)
        batteryFraction = nil
        span = .zero
        wayMeters = 0
        turnedRadians = 0
        return reading
    }

    static func wrapped(_ radians: Double) -> Double { radians - (radians / (2 * .pi)).rounded() * 2 * .pi }
}
