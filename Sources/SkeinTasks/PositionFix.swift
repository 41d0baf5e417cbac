import RealModule

/// What a robot with a camera tells a neighbour it saw: "this is where you are". It contains the neighbour's own earlier
/// estimate and who knows whose else, so its error is correlated with the receiver's in an unknown way, and it is
/// taken by covariance intersection (Julier and Uhlmann 1997; for this use Carrillo-Arce et al. 2013): whatever the
/// correlation, the result is not overconfident, and hearing the same news twice teaches nothing. Only what both have
/// told before is intersected (split form, Li and Nashashibi 2013): the frame's own noise, which nobody has heard of
/// yet, and the receiver's since it last told, are independent of all else.
package struct PositionFix: Hashable, Sendable {
    package var xMeters: Double
    package var yMeters: Double
    package var covariance: Symmetric2
    /// Of the covariance what is the frame's alone: `EkfStar.independent`.
    package var independent: Symmetric2

    package init(xMeters: Double, yMeters: Double, covariance: Symmetric2, independent: Symmetric2 = .zero) {
        self.xMeters = xMeters
        self.yMeters = yMeters
        self.covariance = covariance
        self.independent = independent
    }

    /// The fix when the robot has moved on by its own odometry since the picture was taken. By then what the frame has told
    /// others may have come back: all of it counts as told.
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
            && independent.isCovariance(upTo: covariance) && (covariance - independent).isCovariance(upTo: covariance)
    }

    /// What became of a fix.
    package enum Reception: Hashable, Sendable {
        case fused(SplitEstimate)
        /// The receiver knows better by itself: no weight given to the fix would shrink its covariance.
        case uninformative
        /// Farther from the receiver's estimate than both errors can explain: a mistaken identity, or a lie.
        case gatedOut
        /// Not numbers a robot sends.
        case insane
    }

    /// Cuts of [0, 1] for the weight by golden section: it is then known to 2⁻²².
    private static let weightStepsMax = 32
    /// No weight is quite 0 or 1: what is divided by it stays finite, and single precision's rounding small.
    private static let weightMin = 1e-3
    /// A gain that is less than rounding is none.
    private static let gainMin = 1e-9

    /// With P = T + O, told and own, and R = T_fix + O_fix: a Kalman update of T / (1 − ω) + O by a fix of T_fix / ω + O_fix.
    /// ω makes the determinant least, which weighs what the heading pays against what the position gains without units.
    package func received(by own: SplitEstimate) -> Reception {
        guard isSane, own.estimate.isSane else { return .insane }
        let weight = weight(for: own)
        let prior = own.prior(weight: 1 - weight)
        let fix = inflated(weight: weight)
        guard let inverse = (prior.position + fix).inverse else { return .insane }
        let after = Self.determinant(prior, fix)
        guard after < own.estimate.covariance.determinant * (1 - Self.gainMin) else { return .uninformative }
        let dx = xMeters - own.estimate.pose.xMeters
        let dy = yMeters - own.estimate.pose.yMeters
        guard isExplained(by: own, dx, dy) else { return .gatedOut }
        let first = Column3(x: prior.xx, y: prior.xy, h: prior.xh)
        let second = Column3(x: prior.xy, y: prior.yy, h: prior.yh)
        let gainX = inverse.xx * first + inverse.xy * second
        let gainY = inverse.xy * first + inverse.yy * second
        // Rows of I − K H.
        let rowX = Column3.alongX - gainX.x * .alongX - gainY.x * .alongY
        let rowY = Column3.alongY - gainX.y * .alongX - gainY.y * .alongY
        let rowH = Column3.alongHeading - gainX.h * .alongX - gainY.h * .alongY
        var covariance = prior.congruence(rowX, rowY, rowH)
        covariance.add(fix.xx, gainX)
        covariance.add(fix.xy, gainX, gainY)
        covariance.add(fix.yy, gainY)
        let fused = PoseEstimate(pose: own.estimate.pose.corrected(by: dx * gainX + dy * gainY), covariance: covariance)
        guard fused.isSane else { return .insane }
        // The frame's noise is the sender's too, which tells others of it.
        return .fused(SplitEstimate(fused, independent: own.independent.congruence(rowX, rowY, rowH)))
    }

    private func inflated(weight: Double) -> Symmetric2 { (1 / weight) * (covariance - independent) + independent }

    /// Whether both errors can explain how far the fix lies off, whatever they share. Each weight bounds the difference; the one
    /// that bounds it closest is meant, not the one that fuses best, which a fix that claims to be very sure would choose.
    private func isExplained(by own: SplitEstimate, _ dx: Double, _ dy: Double) -> Bool {
        let told = covariance - independent
        let here = Double.sqrt(max(0, own.told.xx + own.told.yy))
        let there = Double.sqrt(max(0, told.xx + told.yy))
        let share = here + there > 0 ? there / (here + there) : 0
        let weight = min(max(share, Self.weightMin), 1 - Self.weightMin)
        let spread = own.prior(weight: 1 - weight).position + inflated(weight: weight)
        guard let inverse = spread.inverse else { return false }
        return inverse.quadratic(dx, dy) <= EkfStar.gate
    }

    /// Of the whole estimate after the update: det P det R / det (P + R), P's position there.
    private static func determinant(_ prior: Symmetric3, _ fix: Symmetric2) -> Double {
        prior.determinant * fix.determinant / (prior.position + fix).determinant
    }

    /// The ω that makes the determinant least. Any is safe.
    private func weight(for own: SplitEstimate) -> Double {
        func cost(_ weight: Double) -> Double {
            let value = Self.determinant(own.prior(weight: 1 - weight), inflated(weight: weight))
            return value.isFinite && value > 0 ? value : .infinity
        }
        var low = Self.weightMin
        var high = 1 - Self.weightMin
        let ratio = 0.618_033_988_749_895
        var inner = (low: high - ratio * (high - low), high: low + ratio * (high - low))
        var costs = (low: cost(inner.low), high: cost(inner.high))
        for _ in 0..<Self.weightStepsMax {
            if costs.low <= costs.high {
                high = inner.high
                inner = (high - ratio * (high - low), inner.low)
                costs = (cost(inner.low), costs.low)
            } else {
                low = inner.low
                inner = (inner.high, low + ratio * (high - low))
                costs = (costs.high, cost(inner.high))
            }
        }
        return costs.low <= costs.high ? inner.low : inner.high
    }
}

extension SplitEstimate {
    /// The covariance with its told part divided by a weight.
    fileprivate func prior(weight: Double) -> Symmetric3 { (1 / weight) * told + independent }
}

extension Symmetric2 {
    /// Not negative in any direction, but for what single precision leaves of one that is as large as `whole`.
    fileprivate func isCovariance(upTo whole: Symmetric2) -> Bool {
        let slack = 1e-5
        let widened = Symmetric2(xx: xx + slack * whole.xx, xy: xy, yy: yy + slack * whole.yy)
        return widened.xx >= 0 && widened.yy >= 0 && widened.determinant >= 0 && xy.isFinite
    }
}
