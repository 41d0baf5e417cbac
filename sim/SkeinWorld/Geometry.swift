import RealModule

/// A place on the field, metres; x to the east, y to the north.
package struct Point: Hashable, Sendable {
    package var xMeters: Double
    package var yMeters: Double

    package init(xMeters: Double, yMeters: Double) {
        self.xMeters = xMeters
        self.yMeters = yMeters
    }

    package func distance(to other: Point) -> Double {
        let dx = xMeters - other.xMeters
        let dy = yMeters - other.yMeters
        return (dx * dx + dy * dy).squareRoot()
    }
}

/// The field: a box from the origin.
package struct Arena: Hashable, Sendable {
    package var widthMeters: Double
    package var heightMeters: Double

    package init(widthMeters: Double, heightMeters: Double) {
        self.widthMeters = widthMeters
        self.heightMeters = heightMeters
    }

    package func contains(_ place: Point) -> Bool {
        place.xMeters >= 0 && place.xMeters <= widthMeters && place.yMeters >= 0 && place.yMeters <= heightMeters
    }

    /// The nearest place inside: walls stop a robot.
    package func clamped(_ place: Point) -> Point {
        Point(
            xMeters: min(max(place.xMeters, 0), widthMeters), yMeters: min(max(place.yMeters, 0), heightMeters))
    }

    package func random(_ dice: inout Dice) -> Point {
        Point(xMeters: dice.uniform(0, widthMeters), yMeters: dice.uniform(0, heightMeters))
    }
}

/// An angle brought to −π…π.
package func wrappedRadians(_ angle: Double) -> Double {
    let turns = (angle / (2 * Double.pi)).rounded()
    return angle - turns * 2 * Double.pi
}
