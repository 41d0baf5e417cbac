import RealModule
import SkeinTasks
import SkeinWire

/// What the infrared ring shows as points of the field, and which of them are part of something wider than a robot.
///
/// A robot's echo lies on its rim, so all echoes of one lie within its diameter and the widths of the cones that it is in.
/// Echoes side by side that span more are a wall's, or a row of robots' through which nobody fits either. Without this rule a
/// wall was never found by robots that stood in a row at its foot: each took the wall for the others.
struct RingShape {
    struct Ray {
        /// To the nearest thing in the cone, or the sensor's reach.
        var meters: Double
        var end: FieldPoint
        /// So much behind the echo that what the robot faces lies in another square than its own, where squares are no wider than
        /// those of a field of 100 m.
        var inside: FieldPoint
        /// There is something.
        var isEcho: Bool
        /// It is part of something that is wider than a robot.
        var isWide = false
    }

    /// In the order of their bearings.
    private(set) var rays: [Ray]

    /// Farther off a cone is too wide to say where something is [R].
    static let nearMeters = 3.5
    /// A reading beyond this part of the reach is no echo [R].
    private static let reachShare = 0.95
    /// Echoes of neighbouring cones belong together up to here, or up to so many widths of a cone [R]: a robot does not fit
    /// through.
    private static let joinMeters = 0.5
    private static let joinCones = 2.2
    /// Half a square of a field of 100 m [R].
    private static let insideMeters = 0.4
    /// From end to end of what no single robot can be [R].
    private static let wideMeters = 1.2

    init(_ ring: [SensorReading.Range], from here: FieldPoint, headingRadians: Double, rangeMetersMax: Double) {
        let sound = ring.filter { $0.bearingRadians.isFinite && $0.halfAngleRadians.isFinite && !$0.meters.isNaN }
            .sorted { $0.bearingRadians < $1.bearingRadians }
        rays = sound.map { range in
            let angle = headingRadians + range.bearingRadians
            let meters = max(0, min(range.meters, rangeMetersMax))
            let direction = FieldPoint(xMeters: Double.cos(angle), yMeters: Double.sin(angle))
            return Ray(
                meters: meters, end: here + meters * direction, inside: here + (meters + Self.insideMeters) * direction,
                isEcho: meters <= Self.reachShare * rangeMetersMax)
        }
        markWide(sound)
    }

    /// Goes once round, from a cone that does not belong to the one before it.
    private mutating func markWide(_ ring: [SensorReading.Range]) {
        let count = rays.count
        guard count > 1 else { return }
        let joins = (0..<count).map { isJoined(($0 + count - 1) % count, $0, ring) }
        let first = joins.firstIndex(of: false) ?? 0
        var run: [Int] = []
        for offset in 0...count {
            let index = (first + offset) % count
            if offset == count || !joins[index] || offset == 0 {
                mark(run)
                run = []
            }
            run.append(index)
        }
    }

    private func isJoined(_ before: Int, _ after: Int, _ ring: [SensorReading.Range]) -> Bool {
        let (one, other) = (rays[before], rays[after])
        guard one.isEcho, other.isEcho, max(one.meters, other.meters) <= Self.nearMeters else { return false }
        let apart = abs(Pose.wrapped(ring[after].bearingRadians - ring[before].bearingRadians))
        let cones = abs(ring[before].halfAngleRadians) + abs(ring[after].halfAngleRadians)
        guard apart <= Self.joinCones / 2 * cones else { return false }
        let width = min(one.meters, other.meters) * cones
        return (one.end - other.end).lengthMeters <= max(Self.joinMeters, Self.joinCones * width)
    }

    private mutating func mark(_ run: [Int]) {
        var span = 0.0
        for one in run {
            for other in run { span = max(span, (rays[one].end - rays[other].end).lengthMeters) }
        }
        guard span >= Self.wideMeters else { return }
        for index in run { rays[index].isWide = true }
    }
}
