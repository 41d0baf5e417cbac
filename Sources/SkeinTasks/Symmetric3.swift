import RealModule
import SkeinWire

/// A symmetric 3×3 matrix over (x, y, heading), upper triangle: metres and radians squared, or their inverse.
package struct Symmetric3: Hashable, Sendable {
    package var xx: Double
    package var xy: Double
    package var xh: Double
    package var yy: Double
    package var yh: Double
    package var hh: Double

    package init(xx: Double, xy: Double, xh: Double, yy: Double, yh: Double, hh: Double) {
        self.xx = xx
        self.xy = xy
        self.xh = xh
        self.yy = yy
        self.yh = yh
        self.hh = hh
    }

    package static let zero = Symmetric3(xx: 0, xy: 0, xh: 0, yy: 0, yh: 0, hh: 0)

    package static func diagonal(_ x: Double, _ y: Double, _ heading: Double) -> Symmetric3 {
        Symmetric3(xx: x, xy: 0, xh: 0, yy: y, yh: 0, hh: heading)
    }

    /// The block of x and y alone; of a covariance, the marginal.
    package var position: Symmetric2 {
        get { Symmetric2(xx: xx, xy: xy, yy: yy) }
        set { (xx, xy, yy) = (newValue.xx, newValue.xy, newValue.yy) }
    }

    /// Mean variance of x and y.
    var positionVariance: Double { (xx + yy) / 2 }

    var determinant: Double { xx * (yy * hh - yh * yh) - xy * (xy * hh - yh * xh) + xh * (xy * yh - yy * xh) }

    /// As `Column3.isFinite`.
    package var isFinite: Bool { (0 * xx + 0 * xy + 0 * xh) + (0 * yy + 0 * yh + 0 * hh) == 0 }

    package static func + (left: Symmetric3, right: Symmetric3) -> Symmetric3 {
        Symmetric3(
            xx: left.xx + right.xx, xy: left.xy + right.xy, xh: left.xh + right.xh,
            yy: left.yy + right.yy, yh: left.yh + right.yh, hh: left.hh + right.hh)
    }

    static func - (left: Symmetric3, right: Symmetric3) -> Symmetric3 {
        Symmetric3(
            xx: left.xx - right.xx, xy: left.xy - right.xy, xh: left.xh - right.xh,
            yy: left.yy - right.yy, yh: left.yh - right.yh, hh: left.hh - right.hh)
    }

    package static func * (factor: Double, matrix: Symmetric3) -> Symmetric3 {
        Symmetric3(
            xx: factor * matrix.xx, xy: factor * matrix.xy, xh: factor * matrix.xh,
            yy: factor * matrix.yy, yh: factor * matrix.yh, hh: factor * matrix.hh)
    }

    /// Adds factor · v v'.
    @inline(__always)
    mutating func add(_ factor: Double, _ v: Column3) {
        xx += factor * v.x * v.x
        xy += factor * v.x * v.y
        xh += factor * v.x * v.h
        yy += factor * v.y * v.y
        yh += factor * v.y * v.h
        hh += factor * v.h * v.h
    }

    /// Adds factor · (u v' + v u').
    @inline(__always)
    mutating func add(_ factor: Double, _ u: Column3, _ v: Column3) {
        xx += 2 * factor * u.x * v.x
        xy += factor * (u.x * v.y + u.y * v.x)
        xh += factor * (u.x * v.h + u.h * v.x)
        yy += 2 * factor * u.y * v.y
        yh += factor * (u.y * v.h + u.h * v.y)
        hh += 2 * factor * u.h * v.h
    }

    package static func * (matrix: Symmetric3, v: Column3) -> Column3 {
        Column3(
            x: matrix.xx * v.x + matrix.xy * v.y + matrix.xh * v.h,
            y: matrix.xy * v.x + matrix.yy * v.y + matrix.yh * v.h,
            h: matrix.xh * v.x + matrix.yh * v.y + matrix.hh * v.h)
    }

    /// R M R', R given by its rows.
    @inline(__always)
    func congruence(_ first: Column3, _ second: Column3, _ third: Column3) -> Symmetric3 {
        let one = self * first
        let two = self * second
        let three = self * third
        return Symmetric3(
            xx: first.dot(one), xy: first.dot(two), xh: first.dot(three),
            yy: second.dot(two), yh: second.dot(three), hh: third.dot(three))
    }

    /// This times v without its heading.
    func timesPosition(_ v: Column3) -> Column3 {
        Column3(x: xx * v.x + xy * v.y, y: xy * v.x + yy * v.y, h: xh * v.x + yh * v.y)
    }

    /// R M R' for an R that adds to each row of x and y, and keeps the heading: its last column is 0, 0, 1.
    @inline(__always)
    func congruence(
        _ first: (x: Double, y: Double), _ second: (x: Double, y: Double), heading third: (x: Double, y: Double)
    ) -> Symmetric3 {
        let (oneX, oneY) = (xx * first.x + xy * first.y, xy * first.x + yy * first.y)
        let (twoX, twoY) = (xx * second.x + xy * second.y, xy * second.x + yy * second.y)
        let threeX = xx * third.x + xy * third.y + xh
        let threeY = xy * third.x + yy * third.y + yh
        let threeH = xh * third.x + yh * third.y + hh
        return Symmetric3(
            xx: first.x * oneX + first.y * oneY, xy: first.x * twoX + first.y * twoY,
            xh: first.x * threeX + first.y * threeY, yy: second.x * twoX + second.y * twoY,
            yh: second.x * threeX + second.y * threeY, hh: third.x * threeX + third.y * threeY + threeH)
    }

    /// Positive semidefinite but for rounding: what a sum of v v' may be of any rank.
    var isNearlyPositive: Bool {
        let slack = 1 + 1e-9
        let widened = Symmetric3(
            xx: xx * slack + 1e-12, xy: xy, xh: xh, yy: yy * slack + 1e-12, yh: yh, hh: hh * slack + 1e-12)
        return isFinite && widened.cholesky != nil
    }

    /// The lower triangle L with L L' = this; nil unless positive definite.
    var cholesky: Lower3? {
        guard xx > 0 else { return nil }
        let a = Double.sqrt(xx)
        let b = xy / a
        let d = xh / a
        let cc = yy - b * b
        guard cc > 0 else { return nil }
        let c = Double.sqrt(cc)
        let e = (yh - b * d) / c
        let ff = hh - d * d - e * e
        guard ff > 0 else { return nil }
        return Lower3(a: a, b: b, c: c, d: d, e: e, f: Double.sqrt(ff))
    }

    package var inverse: Symmetric3? {
        guard let lower = cholesky?.inverse else { return nil }
        return lower.transposedTimesSelf
    }
}

extension ByteReader {
    mutating func symmetric3() throws(WireError) -> Symmetric3 {
        Symmetric3(
            xx: try f64(.payload), xy: try f64(.payload), xh: try f64(.payload),
            yy: try f64(.payload), yh: try f64(.payload), hh: try f64(.payload))
    }
}

extension ByteWriter {
    mutating func symmetric3(_ matrix: Symmetric3) {
        f64(matrix.xx)
        f64(matrix.xy)
        f64(matrix.xh)
        f64(matrix.yy)
        f64(matrix.yh)
        f64(matrix.hh)
    }
}
