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

extension Arena {
    /// The box without a strip along its walls; a narrow one keeps its middle.
    func shrunk(by meters: Double) -> Arena {
        let x = min(meters, (xMetersMax - xMetersMin) / 2)
        let y = min(meters, (yMetersMax - yMetersMin) / 2)
        var inner = self
        inner.xMetersMin += x
        inner.xMetersMax -= x
        inner.yMetersMin += y
        inner.yMetersMax -= y
        return inner
    }
}

/// An angle brought to −π…π.
func wrappedRadians(_ angle: Double) -> Double {
    let turns = (angle / (2 * Double.pi)).rounded()
    return angle - turns * 2 * Double.pi
}
