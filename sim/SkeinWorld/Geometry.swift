import RealModule
import SkeinPeer
import SkeinTasks

extension FieldPoint {
    package func distance(to other: FieldPoint) -> Double { (self - other).lengthMeters }
}

extension Arena {
    func random(_ dice: inout Dice) -> FieldPoint {
        FieldPoint(xMeters: dice.uniform(xMetersMin, xMetersMax), yMeters: dice.uniform(yMetersMin, yMetersMax))
    }
}

/// An angle brought to −π…π.
func wrappedRadians(_ angle: Double) -> Double {
    let turns = (angle / (2 * Double.pi)).rounded()
    return angle - turns * 2 * Double.pi
}
