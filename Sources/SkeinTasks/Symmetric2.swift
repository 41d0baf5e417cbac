/// A symmetric 2×2 matrix over (x, y): metres squared, or its inverse.
package struct Symmetric2: Hashable, Sendable {
    package var xx: Double
    package var xy: Double
    package var yy: Double

    package init(xx: Double, xy: Double, yy: Double) {
        self.xx = xx
        self.xy = xy
        self.yy = yy
    }

    package static let zero = Symmetric2(xx: 0, xy: 0, yy: 0)

    package var determinant: Double { xx * yy - xy * xy }

    /// Nil unless positive definite.
    package var inverse: Symmetric2? {
        let determinant = determinant
        guard xx > 0, determinant > 0 else { return nil }
        return Symmetric2(xx: yy / determinant, xy: -xy / determinant, yy: xx / determinant)
    }

    /// v' M v
    package func quadratic(_ x: Double, _ y: Double) -> Double { xx * x * x + 2 * xy * x * y + yy * y * y }

    package static func + (left: Symmetric2, right: Symmetric2) -> Symmetric2 {
        Symmetric2(xx: left.xx + right.xx, xy: left.xy + right.xy, yy: left.yy + right.yy)
    }

    package static func - (left: Symmetric2, right: Symmetric2) -> Symmetric2 {
        Symmetric2(xx: left.xx - right.xx, xy: left.xy - right.xy, yy: left.yy - right.yy)
    }

    package static func * (factor: Double, matrix: Symmetric2) -> Symmetric2 {
        Symmetric2(xx: factor * matrix.xx, xy: factor * matrix.xy, yy: factor * matrix.yy)
    }
}
