import RealModule
import SkeinTasks
import SkeinWire

/// Which way round what is in the way: of the directions near the wanted one, the one that gets on best.
///
/// Rules.
/// - The worth of a direction is the speed that `Proximity` allows in it, times the cosine to the wanted one. Directions more
///   than 130° off are not looked at.
/// - Ties, and what is nearly one, go to the side taken last, and at first to the right: two that meet head-on both pass
///   on the right, and nobody goes to and fro.
/// - If nothing gets on (less than `crawl`), the robot turns toward what it wants and waits. After `patience` it tries the
///   other side, wide.
///
/// Why not ORCA (van den Berg et al. 2011). It needs the neighbours' places and velocities to a part of a body: 0.15 m here.
/// What beacons tell is 0.3 m off and up to seconds old, and says nothing of who is not heard. The ring knows gaps to a
/// centimetre, now, of robots that are silent, of walls and of strangers alike. What ORCA brings besides, that each takes
/// half of the avoiding, is in `ClosingSpeed`.
struct Avoidance {
    /// The side that was taken last: +1 left, −1 right.
    private var side = -1.0
    private var stuckReadings = 0

    private static let stepRadians = Double.pi / 18
    private static let stepsMax = 13
    private static let crawlMetersPerSecond = 0.04
    /// Readings without getting on before the other side is tried.
    private static let patienceReadings = 15
    private static let sideBonus = 1.15

    /// The direction to take, from the heading; nil: nothing gets on.
    mutating func direction(
        toward wanted: Double, speedMax: Double, proximity: Proximity
    ) -> Double? {
        let straight = min(speedMax, proximity.speedMax(toward: wanted))
        if straight >= Self.freeShare * speedMax {
            stuckReadings = 0
            return wanted
        }
        var best: (worth: Double, direction: Double, side: Double)?
        for step in 0...Self.stepsMax {
            for turn in step == 0 ? [0.0] : [side, -side] {
                let off = Double(step) * Self.stepRadians * turn
                let speed = min(speedMax, proximity.speedMax(toward: wanted + off))
                let lean = max(Double.cos(off), Self.sidewaysWorth)
                let worth = speed * lean * (turn == -side ? 1 : Self.sideBonus)
                if worth > best?.worth ?? 0 { best = (worth, wanted + off, turn) }
            }
        }
        guard let best, best.worth >= Self.crawlMetersPerSecond else {
            stuckReadings += 1
            if stuckReadings >= Self.patienceReadings {
                side = -side
                stuckReadings = 0
            }
            return nil
        }
        stuckReadings = 0
        if best.side != 0 { side = best.side }
        return best.direction
    }

    /// Free enough not to look round.
    private static let freeShare = 0.95
    /// Going sideways is worth a little: that is how one gets round.
    private static let sidewaysWorth = 0.08
}
