import RealModule
import SkeinTasks

/// From a direction to a setpoint: turn toward it as fast as allowed, drive as far as the robot already faces it. Far
/// off it turns on the spot; a little off it drives at full speed, since the way lost is the cosine's.
enum Steering {
    /// Beyond this the robot turns before it drives.
    private static let driveRadiansMax = Double.pi / 3
    /// Within this it drives at full speed: the cosine costs 2 %.
    private static let straightRadiansMax = 0.2
    /// The turn is spread over this many readings, so that a late one does not overshoot.
    private static let readingsPerTurn = 1.25

    /// Part of a frame's angle that the next one adds.
    private static let lookShare = 0.8

    /// What the robot shall do.
    enum Wish: Hashable {
        case stand
        /// Turn on the spot toward a direction of the field.
        case face(FieldPoint)
        /// Go in a direction of the field.
        case go(FieldPoint)
        /// Go with a velocity of the field.
        case cruise(FieldPoint)
        /// Go so far in a direction of the field, and not beyond.
        case approach(FieldPoint)
        /// Turn on the spot, to look around.
        case lookAround
    }

    static func setpoint(
        _ wish: Wish, headingRadians: Double, readingInterval: Duration, tuning: MissionTuning
    ) -> Setpoint {
        let direction: FieldPoint
        let drives: Bool
        var speedMax = tuning.speedMetersPerSecondMax
        switch wish {
        case .stand: return .stop
        case .lookAround:
            // Not so fast that the frames, one a step, leave gaps between them.
            let turn = lookShare * 2 * tuning.sightHalfAngleRadians / tuning.step.inSeconds
            return Setpoint(
                speedMetersPerSecond: 0, turnRadiansPerSecond: min(tuning.turnRadiansPerSecondMax, turn))
        case .face(let offset): (direction, drives) = (offset, false)
        case .go(let offset): (direction, drives) = (offset, true)
        case .cruise(let velocity):
            (direction, drives) = (velocity, true)
            speedMax = min(speedMax, velocity.lengthMeters)
        case .approach(let way):
            (direction, drives) = (way, true)
            speedMax = min(speedMax, way.lengthMeters / max(readingInterval.inSeconds * readingsPerTurn, 1e-3))
        }
        guard direction.isFinite, direction.lengthMeters > 0 else { return .stop }
        let wanted = Double.atan2(y: direction.yMeters, x: direction.xMeters)
        let error = Pose.wrapped(wanted - headingRadians)
        let seconds = max(readingInterval.inSeconds * readingsPerTurn, 1e-3)
        let limit = tuning.turnRadiansPerSecondMax
        let turn = max(-limit, min(limit, error / seconds))
        guard drives, abs(error) <= driveRadiansMax else {
            return Setpoint(speedMetersPerSecond: 0, turnRadiansPerSecond: turn)
        }
        let share = abs(error) <= straightRadiansMax ? 1 : Double.cos(error)
        return Setpoint(
            speedMetersPerSecond: share * speedMax, turnRadiansPerSecond: turn)
    }
}
