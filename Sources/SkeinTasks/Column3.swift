import SkeinWire

/// A vector over (x, y, heading).
package struct Column3: Hashable, Sendable {
    package var x: Double
    package var y: Double
    package var h: Double

    package init(x: Double, y: Double, h: Double) {
        self.x = x
        self.y = y
        self.h = h
    }

    package static let zero = Column3(x: 0, y: 0, h: 0)
    static let alongX = Column3(x: 1, y: 0, h: 0)
    static let alongY = Column3(x: 0, y: 1, h: 0)
    static let alongHeading = Column3(x: 0, y: 0, h: 1)

    package static func + (left: Column3, right: Column3) -> Column3 {
        Column3(x: left.x + right.x, y: left.y + right.y, h: left.h + right.h)
    }

    package static func - (left: Column3, right: Column3) -> Column3 {
        Column3(x: left.x - right.x, y: left.y - right.y, h: left.h - right.h)
    }

    package static func * (factor: Double, v: Column3) -> Column3 {
        Column3(x: factor * v.x, y: factor * v.y, h: factor * v.h)
    }

    /// Nought times what is not finite is not nought: one comparison for all.
    var isFinite: Bool { 0 * x + 0 * y + 0 * h == 0 }

    /// The largest component, whatever its sign.
    var magnitude: Double { max(abs(x), abs(y), abs(h)) }

    package func dot(_ v: Column3) -> Double { x * v.x + y * v.y + h * v.h }
}

extension ByteReader {
    mutating func column3() throws(WireError) -> Column3 {
        Column3(x: try f64(.payload), y: try f64(.payload), h: try f64(.payload))
    }
}

extension ByteWriter {
    mutating func column3(_ v: Column3) {
        f64(v.x)
        f64(v.y)
        f64(v.h)
    }
}
