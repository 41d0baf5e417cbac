import RealModule

/// Whether two answers to one part say the same. Kernels are pure functions of their input, but the last bits of sine,
/// cosine and arctangent differ between an ARM's library and an x86's, and a matrix that is nearly singular makes more of
/// them. So answers are held against each other by what they mean, and within what they are used for (as BOINC's "fuzzy"
/// validation): a liar that stays within the tolerance moves nobody by more than a millionth of a sigma.
///
/// - Localisation: information and vector within 1e-6 in units of their own sigmas; the neighbours' means within 1e-6 m
///   and 1e-6 rad and a billionth of their coordinates; their covariances within 1e-6, and within what rounding leaves of
///   the prior they are made from. The same detections must have been used: one that falls on either side of the gate
///   by its last bit is a disagreement, and a third opinion decides.
/// - Search: the kernel has neither logarithm nor angle and is the same in every bit on every machine; a centimetre and
///   1e-6 of the misfit are allowed all the same.
///
/// Answers that cannot be one to `input` agree with nothing, not with themselves.
extension Kernel {
    package func agree(_ one: [UInt8], _ other: [UInt8], answering input: [UInt8]) -> Bool {
        do throws(KernelError) {
            switch self {
            case .ekf:
                let group = try EkfGroup(reading: input)
                let first = try EkfContribution(reading: one, answering: group)
                return first.agrees(with: try EkfContribution(reading: other, answering: group), group: group)
            case .pso:
                let island = try PsoIsland(reading: input)
                let first = try PsoBest(reading: one, answering: island)
                return first.agrees(with: try PsoBest(reading: other, answering: island))
            }
        } catch {
            return false
        }
    }
}

extension PsoBest {
    static let agreementMeters = 0.01
    static let agreementMisfit = 1e-6

    func agrees(with other: PsoBest) -> Bool {
        (position - other.position).lengthMeters <= Self.agreementMeters
            && abs(misfitPerSample - other.misfitPerSample) <= Self.agreementMisfit
    }
}

extension EkfContribution {
    static let agreement = 1e-6
    /// Part of a prior's variance that rounding may leave in what an update has made of it.
    private static let roundingOfPrior = 1e-12

    func agrees(with other: EkfContribution, group: EkfGroup) -> Bool {
        guard rays.map(\.node) == other.rays.map(\.node) else { return false }
        guard information.agrees(with: other.information, rounding: .zero), vectorAgrees(with: other) else {
            return false
        }
        for ((ray, otherRay), asked) in zip(zip(rays, other.rays), group.rays) {
            switch (ray.given, otherRay.given) {
            case (nil, nil): break
            case (let one?, let two?):
                guard one.agrees(with: two, prior: asked.prior(weight: asked.weight)) else { return false }
            case (nil, _?), (_?, nil): return false
            }
        }
        return true
    }

    /// A component of the vector counts in sigmas of the centre: the root of its information.
    private func vectorAgrees(with other: EkfContribution) -> Bool {
        func agrees(_ one: Double, _ two: Double, _ information: Double) -> Bool {
            abs(one - two) <= Self.agreement * max(abs(one), abs(two), Double.sqrt(max(information, 0)))
        }
        return agrees(vector.x, other.vector.x, information.xx) && agrees(vector.y, other.vector.y, information.yy)
            && agrees(vector.h, other.vector.h, information.hh)
    }

    fileprivate static func rounding(of prior: Symmetric3) -> Symmetric3 { roundingOfPrior * prior }
}

extension EkfConditional {
    private static let meters = 1e-6
    private static let ofCoordinate = 1e-9
    private static let radians = 1e-6

    fileprivate func agrees(with other: Self, prior: PoseEstimate) -> Bool {
        let far = max(abs(mean.xMeters), abs(mean.yMeters))
        let meters = Self.meters + Self.ofCoordinate * far
        guard abs(mean.xMeters - other.mean.xMeters) <= meters, abs(mean.yMeters - other.mean.yMeters) <= meters,
            abs(Pose.wrapped(mean.headingRadians - other.mean.headingRadians)) <= Self.radians
        else { return false }
        guard covariance.agrees(with: other.covariance, rounding: EkfContribution.rounding(of: prior.covariance))
        else { return false }
        return drawX.agrees(with: other.drawX) && drawY.agrees(with: other.drawY) && drawH.agrees(with: other.drawH)
    }
}

extension Column3 {
    fileprivate func agrees(with other: Column3) -> Bool {
        (self - other).magnitude <= EkfContribution.agreement * max(1, magnitude, other.magnitude)
    }
}

extension Symmetric3 {
    /// Each entry in units of the roots of its diagonal.
    fileprivate func agrees(with other: Symmetric3, rounding: Symmetric3) -> Bool {
        func scale(_ one: Double, _ two: Double) -> Double { Double.sqrt(max(one, 0) * max(two, 0)) }
        func agrees(_ left: Double, _ right: Double, _ own: Double, _ prior: Double) -> Bool {
            abs(left - right) <= EkfContribution.agreement * own + prior
        }
        return agrees(xx, other.xx, max(xx, other.xx), rounding.xx)
            && agrees(yy, other.yy, max(yy, other.yy), rounding.yy)
            && agrees(hh, other.hh, max(hh, other.hh), rounding.hh)
            && agrees(xy, other.xy, scale(xx, yy), scale(rounding.xx, rounding.yy))
            && agrees(xh, other.xh, scale(xx, hh), scale(rounding.xx, rounding.hh))
            && agrees(yh, other.yh, scale(yy, hh), scale(rounding.yy, rounding.hh))
    }
}
