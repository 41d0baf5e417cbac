/// A lower triangular 3×3 matrix, rows (a), (b c), (d e f).
struct Lower3 {
    var a: Double
    var b: Double
    var c: Double
    var d: Double
    var e: Double
    var f: Double

    var inverse: Lower3 {
        let ia = 1 / a
        let ic = 1 / c
        let ie = 1 / f
        return Lower3(a: ia, b: -b * ia * ic, c: ic, d: (b * e * ic - d) * ia * ie, e: -e * ic * ie, f: ie)
    }

    /// L' L
    var transposedTimesSelf: Symmetric3 {
        Symmetric3(
            xx: a * a + b * b + d * d, xy: b * c + d * e, xh: d * f,
            yy: c * c + e * e, yh: e * f, hh: f * f)
    }

    /// L M L'
    func congruence(_ m: Symmetric3) -> Symmetric3 {
        m.congruence(Column3(x: a, y: 0, h: 0), Column3(x: b, y: c, h: 0), Column3(x: d, y: e, h: f))
    }

    /// L' M L
    func inwardCongruence(_ m: Symmetric3) -> Symmetric3 {
        m.congruence(Column3(x: a, y: b, h: d), Column3(x: 0, y: c, h: e), Column3(x: 0, y: 0, h: f))
    }
}
