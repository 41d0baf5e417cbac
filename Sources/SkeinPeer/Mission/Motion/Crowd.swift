import RealModule
import SkeinTasks
import SkeinWire

/// How robots that have arrived stand together: as loosely as the place allows, so that whoever wants in or out finds a way.
///
/// Rules.
/// - Whatever the ring shows nearer than `comfort` pushes, the nearer the more. The target pulls: strongly outside of the
///   inner part of the arrival circle, and hardly within it.
/// - In the outer part nothing pushes outward: nobody leaves the circle for somebody else's comfort.
/// - Which part a robot is in the farther of its senses says: where the place is, as it believes, gives the direction, and a nose
///   that smells the rim is heeded even at a place that is believed to be the middle. So a swarm that has agreed on a place
///   beside the source closes up round the source all the same, as long as there is room.
/// - A robot on its way elsewhere that is shut in by the crowd presses on, comes near, and is felt: those around it give way,
///   and those around them. So nobody needs to be told who wants to go where, and no places need to be assigned: first
///   come, first in, and the crowd closes up where somebody comes after.
enum Crowd {
    /// Between two rims [R].
    private static let comfortMeters = 0.5
    /// Of the arrival radius [R].
    private static let innerShare = 0.7
    private static let pullMetersPerSecond = 0.8
    private static let innerPullMetersPerSecond = 0.1
    private static let pushMetersPerSecond = 1.0
    /// Slower than this is not worth a turn of the body.
    private static let stillMetersPerSecond = 0.15

    /// The velocity to take, in the field's frame; nil: stand. `goal` is relative to the robot; nearer to it than
    /// `standoffMeters` nothing pulls. `sensedMeters`: how far from it the robot's own sense says that it is; nil: it has none.
    static func velocity(
        goal: FieldPoint, sensedMeters: Double?, standoffMeters: Double, headingRadians: Double, proximity: Proximity,
        tuning: MissionTuning
    ) -> FieldPoint? {
        let distance = goal.lengthMeters
        let inward = distance > 0 ? (1 / distance) * goal : .zero
        var push = push(headingRadians: headingRadians, proximity: proximity, tuning: tuning)
        let isOuter = max(distance, sensedMeters ?? 0) > innerShare * tuning.arrivalRadiusMeters
        let along = push.xMeters * inward.xMeters + push.yMeters * inward.yMeters
        if isOuter, along < 0 { push = push - along * inward }
        let pull =
            if distance < standoffMeters {
                -innerPullMetersPerSecond
            } else if distance < standoffMeters + settledMeters {
                0.0
            } else {
                isOuter ? pullMetersPerSecond : innerPullMetersPerSecond
            }
        let velocity = push + pull * inward
        return velocity.lengthMeters >= stillMetersPerSecond ? velocity : nil
    }

    /// Nearer to its place than this a robot has no reason to move.
    private static let settledMeters = 0.3

    /// Each quarter of the ring pushes by the nearest thing in it.
    private static func push(headingRadians: Double, proximity: Proximity, tuning: MissionTuning) -> FieldPoint {
        var nearest = [Proximity.Echo?](repeating: nil, count: 4)
        for echo in proximity.echoes where echo.meters < tuning.bodyRadiusMeters + comfortMeters {
            let quarter = Int(((Pose.wrapped(echo.bearingRadians) + .pi) / (.pi / 2)).rounded(.down))
            let index = min(3, max(0, quarter))
            if echo.meters < nearest[index]?.meters ?? .infinity { nearest[index] = echo }
        }
        var push = FieldPoint.zero
        for case let echo? in nearest {
            let gap = max(0, echo.meters - tuning.bodyRadiusMeters)
            let strength = pushMetersPerSecond * (1 - gap / comfortMeters)
            let angle = headingRadians + echo.bearingRadians
            push = push - strength * FieldPoint(xMeters: Double.cos(angle), yMeters: Double.sin(angle))
        }
        return push
    }
}
