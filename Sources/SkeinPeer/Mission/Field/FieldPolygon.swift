import SkeinTasks

/// A simple polygon of the field, its corners in either order; concave ones too.
package struct FieldPolygon: Hashable, Sendable {
    package static let pointsMin = 3
    package static let pointsMax = 64

    package var points: [FieldPoint]

    package init(points: [FieldPoint]) { self.points = points }

    /// A box with its sides along the axes.
    package init(low: FieldPoint, high: FieldPoint) {
        points = [
            low, FieldPoint(xMeters: high.xMeters, yMeters: low.yMeters), high,
            FieldPoint(xMeters: low.xMeters, yMeters: high.yMeters),
        ]
    }

    /// A wall from one point to another, `thicknessMeters` thick.
    package init(wallFrom start: FieldPoint, to end: FieldPoint, thicknessMeters: Double) {
        let along = end - start
        let length = max(along.lengthMeters, 1e-9)
        let half = thicknessMeters / 2 / length
        let side = FieldPoint(xMeters: -along.yMeters * half, yMeters: along.xMeters * half)
        points = [start + side, start - side, end - side, end + side]
    }

    /// Why it is no polygon of a field, if it is none.
    package var invalidity: String? {
        guard (Self.pointsMin...Self.pointsMax).contains(points.count) else {
            return "a polygon of \(points.count) corners; \(Self.pointsMin) to \(Self.pointsMax) are allowed"
        }
        guard points.allSatisfy(\.isFinite) else { return "a corner that is not a number" }
        // All on one line, every side lies on another; of any other shape whose halves cancel out, sides cross.
        guard !isFlat else { return "a polygon without an inside" }
        let count = points.count
        for first in 0..<count {
            for second in (first + 1)..<count where second != first + 1 && (second + 1) % count != first {
                if Segment(side(first)).crosses(Segment(side(second))) {
                    return "a polygon whose sides \(first + 1) and \(second + 1) cross"
                }
            }
        }
        return abs(signedAreaSquareMeters) > 0 ? nil : "a polygon without an inside"
    }

    /// All corners lie on one line.
    private var isFlat: Bool {
        guard let first = points.first, let far = points.first(where: { $0 != first }) else { return true }
        let way = far - first
        return points.allSatisfy { point in
            let to = point - first
            return way.xMeters * to.yMeters == way.yMeters * to.xMeters
        }
    }

    /// The side from a corner to the next.
    private func side(_ index: Int) -> (FieldPoint, FieldPoint) {
        (points[index], points[index + 1 == points.count ? 0 : index + 1])
    }

    /// Positive if the corners go round counter-clockwise.
    package var signedAreaSquareMeters: Double {
        var doubled = 0.0
        for index in points.indices {
            let (a, b) = side(index)
            doubled += a.xMeters * b.yMeters - b.xMeters * a.yMeters
        }
        return doubled / 2
    }

    package func contains(_ point: FieldPoint) -> Bool {
        var isInside = false
        for index in points.indices {
            let (a, b) = side(index)
            guard (a.yMeters > point.yMeters) != (b.yMeters > point.yMeters) else { continue }
            let share = (point.yMeters - a.yMeters) / (b.yMeters - a.yMeters)
            if point.xMeters < a.xMeters + share * (b.xMeters - a.xMeters) { isInside.toggle() }
        }
        return isInside
    }

    /// The point of the rim that is nearest.
    package func nearestOfRim(to point: FieldPoint) -> FieldPoint {
        var best = points.first ?? point
        var bestMeters = Double.infinity
        for index in points.indices {
            let near = Segment(side(index)).nearest(to: point)
            let meters = (near - point).lengthMeters
            if meters < bestMeters { (best, bestMeters) = (near, meters) }
        }
        return best
    }

    /// From a point to the rim: negative inside.
    package func distanceMeters(to point: FieldPoint) -> Double {
        let rim = (nearestOfRim(to: point) - point).lengthMeters
        return contains(point) ? -rim : rim
    }

    /// Whether the way from one point to another touches it.
    package func blocks(_ from: FieldPoint, _ to: FieldPoint) -> Bool {
        let way = Segment((from, to))
        for index in points.indices where Segment(side(index)).crosses(way) { return true }
        return contains(from)
    }

    /// How far along a ray of unit length `direction` its rim is; nil if the ray misses it.
    package func rayMeters(from origin: FieldPoint, direction: FieldPoint) -> Double? {
        var best: Double?
        for index in points.indices {
            let (a, b) = side(index)
            let edge = b - a
            let across = direction.xMeters * edge.yMeters - direction.yMeters * edge.xMeters
            guard abs(across) > 1e-12 else { continue }
            let to = a - origin
            let along = (to.xMeters * edge.yMeters - to.yMeters * edge.xMeters) / across
            let share = (to.xMeters * direction.yMeters - to.yMeters * direction.xMeters) / across
            guard along >= 0, share >= 0, share <= 1 else { continue }
            best = min(best ?? along, along)
        }
        return best
    }
}

/// A straight way between two points.
package struct Segment: Hashable, Sendable {
    package var start: FieldPoint
    package var end: FieldPoint

    package init(_ ends: (FieldPoint, FieldPoint)) { (start, end) = ends }

    package func nearest(to point: FieldPoint) -> FieldPoint {
        let way = end - start
        let square = way.xMeters * way.xMeters + way.yMeters * way.yMeters
        guard square > 0 else { return start }
        let to = point - start
        let share = (to.xMeters * way.xMeters + to.yMeters * way.yMeters) / square
        return start + max(0, min(1, share)) * way
    }

    /// Whether the two have a point in common.
    package func crosses(_ other: Segment) -> Bool {
        let a = Self.turn(start, end, other.start)
        let b = Self.turn(start, end, other.end)
        let c = Self.turn(other.start, other.end, start)
        let d = Self.turn(other.start, other.end, end)
        if (a > 0) != (b > 0), (c > 0) != (d > 0), a != 0 || b != 0 { return true }
        return a == 0 && holds(other.start) || b == 0 && holds(other.end) || c == 0 && other.holds(start)
            || d == 0 && other.holds(end)
    }

    /// Of a point on the line: whether it is on the segment.
    private func holds(_ point: FieldPoint) -> Bool {
        min(start.xMeters, end.xMeters) <= point.xMeters && point.xMeters <= max(start.xMeters, end.xMeters)
            && min(start.yMeters, end.yMeters) <= point.yMeters && point.yMeters <= max(start.yMeters, end.yMeters)
    }

    private static func turn(_ a: FieldPoint, _ b: FieldPoint, _ c: FieldPoint) -> Double {
        (b.xMeters - a.xMeters) * (c.yMeters - a.yMeters) - (b.yMeters - a.yMeters) * (c.xMeters - a.xMeters)
    }
}
