import RealModule

/// What a robot with a camera tells a neighbour it saw: "this is where you are". It contains the neighbour's own earlier
/// estimate and who knows whose else, so its error is correlated with the receiver's in an unknown way, and it is
/// taken by covariance intersection (Julier and Uhlmann 1997; for this use Carrillo-Arce et al. 2013): whatever the
/// correlation, the result is not overconfident, and hearing the same news twice teaches nothing.
package struct PositionFix: Hashable, Sendable {
    package var xMeters: Double
    package var yMeters: Double
    package var covariance: Symmetric2

    package init(xMeters: Double, yMeters: Double, covariance: Symmetric2) {
        self.xMeters = xMeters
        self.yMeters = yMeters
        self.covariance = covariance
    }

    /// The fix when the robot has moved on by its own odometry since the picture was taken.
    package func moved(xMeters dx: Double, yMeters dy: Double, varianceSquareMeters: Double) -> PositionFix {
        PositionFix(
            xMeters: xMeters + dx, yMeters: yMeters + dy,
            covariance: covariance + Symmetric2(xx: varianceSquareMeters, xy: 0, yy: varianceSquareMeters))
    }

    package var isSane: Bool {
        abs(xMeters) <= PoseEstimate.coordinateMetersMax && abs(yMeters) <= PoseEstimate.coordinateMetersMax
            && covariance.xx >= PoseEstimate.varianceMin && covariance.yy >= PoseEstimate.varianceMin
            && covariance.xx <= PoseEstimate.varianceMax && covariance.yy <= PoseEstimate.varianceMax
            && covariance.inverse != nil
    }

    /// What became of a fix.
    package enum Reception: Hashable, Sendable {
        case fused(PoseEstimate)
        /// The receiver knows better by itself: no weight given to the fix would shrink its covariance.
        case uninformative
        /// Farther from the receiver's estimate than both errors can explain: a mistaken identity, or a lie.
        case gatedOut
        /// Not numbers a robot sends.
        case insane
    }

    /// Halvings of [0, 1] for the weight: it is then known to 2⁻⁴⁰.
    static let weightStepsMax = 40

    /// P⁻¹ = (1 − ω) P_own⁻¹ + ω H' P_fix⁻¹ H, with the ω that minimises det P. The heading pays (1 − ω) for the
    /// position's gain; the determinant weighs the one against the other without units.
    package func received(by own: PoseEstimate) -> Reception {
        guard isSane, own.isSane, let information = covariance.inverse else { return .insane }
        let marginal = own.covariance.position
        let weight = Self.weight(own: marginal, information: information)
        guard weight > 0 else { return .uninformative }
        let dx = xMeters - own.pose.xMeters
        let dy = yMeters - own.pose.yMeters
        let spread = (1 / (1 - weight)) * marginal + (1 / weight) * covariance
        guard let spreadInverse = spread.inverse else { return .insane }
        guard spreadInverse.quadratic(dx, dy) <= EkfStar.gate else { return .gatedOut }
        // Inflated own covariance as prior, inflated fix as measurement: the same as the information form, and a 2×2
        // inverse instead of two of 3×3.
        let prior = (1 / (1 - weight)) * own.covariance
        let first = Column3(x: prior.xx, y: prior.xy, h: prior.xh)
        let second = Column3(x: prior.xy, y: prior.yy, h: prior.yh)
        let toFirst = spreadInverse.xx * dx + spreadInverse.xy * dy
        let toSecond = spreadInverse.xy * dx + spreadInverse.yy * dy
        var result = prior
        result.add(-spreadInverse.xx, first)
        result.add(-spreadInverse.xy, first, second)
        result.add(-spreadInverse.yy, second)
        let fused = PoseEstimate(
            pose: own.pose.corrected(by: toFirst * first + toSecond * second), covariance: result)
        return fused.isSane ? .fused(fused) : .insane
    }

    /// The ω in [0, 1) that maximises (1 − ω) det((1 − ω) P⁻¹ + ω Λ): with u = 1 − ω, T and D the trace and determinant
    /// of P Λ, that is u³ (1 − T + D) + u² (T − 2 D) + u D up to a constant, log-concave, so its slope in u changes
    /// sign once: bisection. 0 where T ≤ 3: then a step towards the fix costs more than it brings.
    static func weight(own: Symmetric2, information: Symmetric2) -> Double {
        let trace = own.xx * information.xx + 2 * own.xy * information.xy + own.yy * information.yy
        let determinant = own.determinant * information.determinant
        guard trace > 3, trace.isFinite, determinant.isFinite else { return 0 }
        let cubic = 3 * (1 - trace + determinant)
        let square = 2 * (trace - 2 * determinant)
        var low = 0.0
        var high = 1.0
        for _ in 0..<weightStepsMax {
            let middle = (low + high) / 2
            if (cubic * middle + square) * middle + determinant > 0 { low = middle } else { high = middle }
        }
        return 1 - high
    }
}
