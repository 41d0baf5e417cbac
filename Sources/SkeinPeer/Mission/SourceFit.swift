import RealModule
import SkeinTasks

/// One nose's word: from here the source is this far.
struct RangeSample: Hashable {
    var point: FieldPoint
    var rangeMeters: Double
    /// Of the range, as a fraction of it.
    var sigmaFraction: Double
    /// Of the point, along any direction.
    var positionVariance: Double

    var variance: Double {
        sigmaFraction * rangeMeters * sigmaFraction * rangeMeters + positionVariance + Self.varianceMin
    }

    /// The nose sits somewhere on the robot, and the source is not a point either: 10 cm.
    private static let varianceMin = 0.01
}

/// Where the source must be for a robot and its neighbours to smell what they smell: trilateration by iteratively
/// reweighted Gauss-Newton on |s − p_i| − 1/c_i, a bounded number of steps from a ring of places around the robot that
/// is nearest to the source. Cauchy's weights keep a lying or broken nose from pulling; a fit that does not explain its
/// samples, or explains them equally well somewhere else (robots in a line have a mirror image), is no fit.
struct SourceFit: Hashable {
    static let samplesMax = 24
    static let samplesMin = 5
    private static let startsMax = 8
    private static let iterationsMax = 10
    /// Mean squared residual, in sigmas, above which the samples are not explained.
    private static let misfitMax = 2.5
    /// A second place is an alternative if it costs less than this more: three sigmas.
    private static let alternativeCostMax = 9.0
    private static let convergedMeters = 0.01
    private static let strideMetersMax = 15.0

    var point: FieldPoint
    /// One sigma of the point, both axes together.
    var sigmaMeters: Double

    /// Nil if the samples do not say where the source is.
    init?(_ samples: [RangeSample]) {
        precondition(samples.count <= Self.samplesMax, "\(samples.count) samples")
        guard samples.count >= Self.samplesMin, let nearest = samples.min(by: { $0.rangeMeters < $1.rangeMeters }) else {
            return nil
        }
        var candidates: [Descent] = []
        for index in 0..<Self.startsMax {
            let angle = 2 * Double.pi * Double(index) / Double(Self.startsMax)
            let start = FieldPoint(xMeters: Double.cos(angle), yMeters: Double.sin(angle))
            candidates.append(Descent(samples, from: nearest.point + nearest.rangeMeters * start))
        }
        guard let best = candidates.min(by: { $0.cost < $1.cost }), let spread = best.information.inverse else {
            return nil
        }
        let misfit = best.squares / Double(samples.count - 2)
        guard misfit <= Self.misfitMax else { return nil }
        let sigma = ((spread.xx + spread.yy) * max(1, misfit)).squareRoot()
        for other in candidates where other.cost < best.cost + Self.alternativeCostMax {
            // Descents that stopped short of the same minimum are no alternatives.
            guard (other.point - best.point).lengthMeters <= max(2, 4 * sigma) else { return nil }
        }
        guard sigma.isFinite, best.point.isFinite else { return nil }
        point = best.point
        sigmaMeters = sigma
    }

    /// Gauss-Newton from one start.
    private struct Descent {
        var point: FieldPoint
        /// Cauchy's: Σ k² ln(1 + e² / k²).
        var cost = 0.0
        /// Σ e², robustly weighted.
        var squares = 0.0
        var information = Symmetric2.zero
        private var gradient = FieldPoint.zero

        /// Residuals beyond this many sigmas lose their weight.
        private static let tuningSquared = 9.0

        init(_ samples: [RangeSample], from start: FieldPoint) {
            point = start
            linearise(samples)
            for _ in 0..<iterationsMax {
                // A touch of Levenberg: far away all directions look alike.
                let damped = Symmetric2(
                    xx: information.xx + 1e-3, xy: information.xy, yy: information.yy + 1e-3)
                guard let inverse = damped.inverse else { return }
                var stride = FieldPoint(
                    xMeters: -(inverse.xx * gradient.xMeters + inverse.xy * gradient.yMeters),
                    yMeters: -(inverse.xy * gradient.xMeters + inverse.yy * gradient.yMeters))
                let length = stride.lengthMeters
                if length > strideMetersMax { stride = (strideMetersMax / length) * stride }
                point = point + stride
                linearise(samples)
                if length < convergedMeters { return }
            }
        }

        private mutating func linearise(_ samples: [RangeSample]) {
            cost = 0
            squares = 0
            information = .zero
            gradient = .zero
            for sample in samples {
                let offset = point - sample.point
                let distance = max(offset.lengthMeters, 1e-3)
                let residual = distance - sample.rangeMeters
                let normal = residual * residual / sample.variance
                let robust = 1 / (1 + normal / Self.tuningSquared)
                let weight = robust / sample.variance
                let ux = offset.xMeters / distance
                let uy = offset.yMeters / distance
                cost += Self.tuningSquared * Double.log(onePlus: normal / Self.tuningSquared)
                squares += robust * normal
                information = information + Symmetric2(xx: weight * ux * ux, xy: weight * ux * uy, yy: weight * uy * uy)
                gradient = gradient + (weight * residual) * FieldPoint(xMeters: ux, yMeters: uy)
            }
        }
    }
}
