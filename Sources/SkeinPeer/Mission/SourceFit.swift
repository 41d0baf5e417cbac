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
///
/// What errs all noses alike, a gust over the whole crowd, is a third unknown: by what fraction all distances are told wrong.
/// It is solved for with the place, and its doubt is in the place's sigma: noses all on one side of the source do not know
/// how far it is, however many they are; noses all round it do.
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

    private init(point: FieldPoint, sigmaMeters: Double) {
        self.point = point
        self.sigmaMeters = sigmaMeters
    }

    /// `gustFraction`: one sigma of what may err all samples alike, as a fraction of each. Nil if the samples do not say
    /// where the source is.
    init?(_ samples: [RangeSample], gustFraction: Double) {
        precondition(samples.count <= Self.samplesMax, "\(samples.count) samples")
        guard samples.count >= Self.samplesMin, let nearest = samples.min(by: { $0.rangeMeters < $1.rangeMeters })
        else {
            return nil
        }
        var candidates: [Descent] = []
        for index in 0..<Self.startsMax {
            let angle = 2 * Double.pi * Double(index) / Double(Self.startsMax)
            let start = FieldPoint(xMeters: Double.cos(angle), yMeters: Double.sin(angle))
            candidates.append(
                Descent(samples, from: nearest.point + nearest.rangeMeters * start, gustFraction: gustFraction))
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

    /// The last metres: where the source is in the robot's own frame, in which its own smells along the way lie
    /// exactly, from those and a claim that is off by the claim's error and the robot's own. There is always an answer;
    /// driving on improves it.
    static func refined(
        _ claim: SourceClaim, ownVariance: Double, samples: [RangeSample], gustFraction: Double
    ) -> SourceFit {
        precondition(samples.count <= samplesMax, "\(samples.count) samples")
        let variance = max(claim.sigmaMeters * claim.sigmaMeters / 2 + ownVariance, 1e-4)
        let prior = Prior(point: claim.point, information: 1 / variance)
        let unrefined = SourceFit(point: claim.point, sigmaMeters: (2 * variance).squareRoot())
        var best = Descent(samples, from: claim.point, gustFraction: gustFraction, prior: prior)
        guard let last = samples.last else { return unrefined }
        for index in 0..<startsMax {
            let angle = 2 * Double.pi * Double(index) / Double(startsMax)
            let start = FieldPoint(xMeters: Double.cos(angle), yMeters: Double.sin(angle))
            let other = Descent(
                samples, from: last.point + last.rangeMeters * start, gustFraction: gustFraction, prior: prior)
            if other.cost < best.cost - 0.1 { best = other }
        }
        guard best.point.isFinite, let spread = best.information.inverse else { return unrefined }
        return SourceFit(point: best.point, sigmaMeters: (spread.xx + spread.yy).squareRoot())
    }

    private struct Prior {
        var point: FieldPoint
        var information: Double
    }

    /// Gauss-Newton from one start. The common error is eliminated (Schur's complement): `information` and `gradient` are of
    /// the place alone, with what it does not know of the other.
    private struct Descent {
        var point: FieldPoint
        /// Cauchy's: Σ k² ln(1 + e² / k²), and what the common error costs.
        var cost = 0.0
        /// Σ e², robustly weighted.
        var squares = 0.0
        var information = Symmetric2.zero
        private var gradient = FieldPoint.zero
        /// All distances are told short by this fraction.
        private var common = 0.0
        /// Of the common error, given the place: its best change, and by how much for a metre of the place.
        private var commonStride = 0.0
        private var commonSlope = FieldPoint.zero

        /// Residuals beyond this many sigmas lose their weight.
        private static let tuningSquared = 9.0
        private static let commonMin = -0.8
        private static let commonMax = 4.0

        private let prior: Prior?
        private let gustVariance: Double

        init(_ samples: [RangeSample], from start: FieldPoint, gustFraction: Double, prior: Prior? = nil) {
            point = start
            self.prior = prior
            gustVariance = gustFraction * gustFraction
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
                let slope = commonSlope.xMeters * stride.xMeters + commonSlope.yMeters * stride.yMeters
                common = max(Self.commonMin, min(Self.commonMax, common + commonStride + slope))
                linearise(samples)
                if length < convergedMeters { return }
            }
        }

        private mutating func linearise(_ samples: [RangeSample]) {
            cost = 0
            squares = 0
            information = .zero
            gradient = .zero
            if let prior {
                let offset = point - prior.point
                cost += prior.information * offset.lengthMeters * offset.lengthMeters
                information = Symmetric2(xx: prior.information, xy: 0, yy: prior.information)
                gradient = prior.information * offset
            }
            // Of the common error: Σ w r², Σ w r e, Σ w r u.
            var stiffness = 0.0
            var pull = 0.0
            var coupling = FieldPoint.zero
            for sample in samples {
                let offset = point - sample.point
                let distance = max(offset.lengthMeters, 1e-3)
                let residual = distance - (1 + common) * sample.rangeMeters
                let normal = residual * residual / sample.variance
                let robust = 1 / (1 + normal / Self.tuningSquared)
                let weight = robust / sample.variance
                let unit = (1 / distance) * offset
                cost += Self.tuningSquared * Double.log(onePlus: normal / Self.tuningSquared)
                squares += robust * normal
                information =
                    information
                    + Symmetric2(
                        xx: weight * unit.xMeters * unit.xMeters, xy: weight * unit.xMeters * unit.yMeters,
                        yy: weight * unit.yMeters * unit.yMeters)
                gradient = gradient + (weight * residual) * unit
                stiffness += weight * sample.rangeMeters * sample.rangeMeters
                pull += weight * sample.rangeMeters * residual
                coupling = coupling + (weight * sample.rangeMeters) * unit
            }
            if gustVariance > 0 { eliminate(stiffness: stiffness, pull: pull, coupling: coupling) }
        }

        private mutating func eliminate(stiffness: Double, pull: Double, coupling: FieldPoint) {
            cost += common * common / gustVariance
            let stiffness = stiffness + 1 / gustVariance
            let pull = pull - common / gustVariance
            commonStride = pull / stiffness
            commonSlope = (1 / stiffness) * coupling
            information =
                information
                - Symmetric2(
                    xx: coupling.xMeters * commonSlope.xMeters, xy: coupling.xMeters * commonSlope.yMeters,
                    yy: coupling.yMeters * commonSlope.yMeters)
            gradient = gradient - commonStride * coupling
        }
    }
}
