import SkeinTasks

/// A round area of the field.
package struct FieldCircle: Hashable, Sendable {
    package var centre: FieldPoint
    package var radiusMeters: Double

    package init(centre: FieldPoint, radiusMeters: Double) {
        self.centre = centre
        self.radiusMeters = radiusMeters
    }
}

/// An area that robots must stay in, or out of.
package enum FieldShape: Hashable, Sendable {
    case polygon(FieldPolygon)
    case circle(FieldCircle)

    /// From a point to the rim: negative inside.
    package func distanceMeters(to point: FieldPoint) -> Double {
        switch self {
        case .polygon(let polygon): return polygon.distanceMeters(to: point)
        case .circle(let circle): return (point - circle.centre).lengthMeters - circle.radiusMeters
        }
    }

    package func contains(_ point: FieldPoint) -> Bool { distanceMeters(to: point) <= 0 }

    /// The point of the rim that is nearest; of a circle's centre any.
    package func nearestOfRim(to point: FieldPoint) -> FieldPoint {
        switch self {
        case .polygon(let polygon): return polygon.nearestOfRim(to: point)
        case .circle(let circle):
            let out = point - circle.centre
            let length = out.lengthMeters
            let unit = length > 0 ? (1 / length) * out : FieldPoint(xMeters: 1, yMeters: 0)
            return circle.centre + circle.radiusMeters * unit
        }
    }

    /// Why it is no area, if it is none.
    package var invalidity: String? {
        switch self {
        case .polygon(let polygon): return polygon.invalidity
        case .circle(let circle):
            guard circle.centre.isFinite, circle.radiusMeters.isFinite, circle.radiusMeters > 0 else {
                return "a circle of radius \(circle.radiusMeters) m"
            }
            return nil
        }
    }
}
