import RealModule
import SkeinPeer
import SkeinTasks

/// Robots that are driven about, whatever their peers wish: at about a speed, turning at random, and towards the middle near
/// the fence. What localisation is measured with.
package struct Wandering: Hashable, Sendable {
    package var speedMetersPerSecond: Double
    /// Errors count from then on, from the mission's start.
    package var measureAfter = Duration.seconds(10)
    /// Nearer to the fence than this part of the field's smaller side it turns.
    private static let marginFraction = 0.15
    private static let turnMax = 0.3
    private static let turnMaxAtFence = 0.8

    package init(speedMetersPerSecond: Double) { self.speedMetersPerSecond = speedMetersPerSecond }

    func setpoint(_ body: Body, arena: Arena, dice: inout Dice) -> Setpoint {
        let place = body.place
        let margin = min(
            place.xMeters - arena.xMetersMin, arena.xMetersMax - place.xMeters, place.yMeters - arena.yMetersMin,
            arena.yMetersMax - place.yMeters)
        let side = min(arena.xMetersMax - arena.xMetersMin, arena.yMetersMax - arena.yMetersMin)
        var turn = dice.uniform(-Self.turnMax, Self.turnMax)
        if margin < Self.marginFraction * side {
            let inward = arena.centre - place
            let direction = Double.atan2(y: inward.yMeters, x: inward.xMeters)
            turn = max(-Self.turnMaxAtFence, min(Self.turnMaxAtFence, wrappedRadians(direction - body.headingRadians)))
        }
        return Setpoint(
            speedMetersPerSecond: speedMetersPerSecond * dice.uniform(0.7, 1.3), turnRadiansPerSecond: turn)
    }
}
