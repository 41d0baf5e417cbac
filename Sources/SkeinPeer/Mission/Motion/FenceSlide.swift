import SkeinTasks

/// Along a fence instead of into it: `Safety` stops whoever drives at a line nearer than the robot's own place is known, so
/// a wish that leads there keeps only what leads along the line.
enum FenceSlide {
    /// Within this of where `Safety` stops a robot a wish is bent: so far it gets until the next setpoint, braking included.
    private static let bendMeters = 3.6
    /// Nearer than allowed it drives out by this part of its speed.
    private static let outShare = 0.1
    private static let slopeMeters = 0.1

    /// The direction that remains of a wish, of the same length. `marginMeters`: what is kept from every line.
    static func bent(
        _ direction: FieldPoint, from here: FieldPoint, field: MissionField, marginMeters: Double
    ) -> FieldPoint {
        let left = field.fenceMeters(from: here) - marginMeters
        let length = direction.lengthMeters
        guard left < bendMeters, length > 0, let away = away(from: here, field: field) else { return direction }
        let unit = (1 / length) * direction
        let along = unit.xMeters * away.xMeters + unit.yMeters * away.yMeters
        let least = left > 0 ? -left / bendMeters : outShare
        guard along < least else { return direction }
        // What leads along the line, to the side that the wish leans to; head-on, to the right.
        let right = FieldPoint(xMeters: -away.yMeters, yMeters: away.xMeters)
        let side = unit.xMeters * right.xMeters + unit.yMeters * right.yMeters
        let share = (1 - least * least).squareRoot() * (side < 0 ? -1 : 1)
        return length * (least * away + share * right)
    }

    /// The direction in which the nearest line is left fastest, of unit length; nil: there is none.
    static func away(from here: FieldPoint, field: MissionField) -> FieldPoint? {
        let east = FieldPoint(xMeters: slopeMeters, yMeters: 0)
        let north = FieldPoint(xMeters: 0, yMeters: slopeMeters)
        let slope = FieldPoint(
            xMeters: field.fenceMeters(from: here + east) - field.fenceMeters(from: here - east),
            yMeters: field.fenceMeters(from: here + north) - field.fenceMeters(from: here - north))
        let length = slope.lengthMeters
        return length > 0 && length.isFinite ? (1 / length) * slope : nil
    }
}
