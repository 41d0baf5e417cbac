import SkeinWire

/// A point of the field, or a difference of two: x east, y north.
package struct FieldPoint: Hashable, Sendable {
    package var xMeters: Double
    package var yMeters: Double

    package init(xMeters: Double, yMeters: Double) {
        self.xMeters = xMeters
        self.yMeters = yMeters
    }

    package static let zero = FieldPoint(xMeters: 0, yMeters: 0)

    package var isFinite: Bool { xMeters.isFinite && yMeters.isFinite }

    package var lengthMeters: Double { (xMeters * xMeters + yMeters * yMeters).squareRoot() }

    package static func + (left: FieldPoint, right: FieldPoint) -> FieldPoint {
        FieldPoint(xMeters: left.xMeters + right.xMeters, yMeters: left.yMeters + right.yMeters)
    }

    package static func - (left: FieldPoint, right: FieldPoint) -> FieldPoint {
        FieldPoint(xMeters: left.xMeters - right.xMeters, yMeters: left.yMeters - right.yMeters)
    }

    package static func * (factor: Double, point: FieldPoint) -> FieldPoint {
        FieldPoint(xMeters: factor * point.xMeters, yMeters: factor * point.yMeters)
    }
}

extension ByteReader {
    mutating func point() throws(WireError) -> FieldPoint {
        FieldPoint(xMeters: try f64(.position), yMeters: try f64(.position))
    }
}

extension ByteWriter {
    mutating func point(_ point: FieldPoint) {
        f64(point.xMeters)
        f64(point.yMeters)
    }
}
