import RealModule

/// A pose and how well it is known. The small steps every robot takes by itself, camera or not; each is a plain Kalman
/// update whose noise nobody else shares (odometry, own compass, own DGPS). What neighbours say goes through
/// `EkfStar` (a robot with a camera) or `PositionFix` (a robot that was seen).
package struct PoseEstimate: Hashable, Sendable {
    package var pose: Pose
    package var covariance: Symmetric3

    package init(pose: Pose, covariance: Symmetric3) {
        self.pose = pose
        self.covariance = covariance
    }

    /// Of a compass (mesh-cloud §7), rad².
    package static let compassVariance = (2 * Double.pi / 180) * (2 * Double.pi / 180)
    /// Of DGPS in x and in y (mesh-cloud §7), m².
    package static let dgpsVariance = 0.02 * 0.02
    /// Beyond these an estimate from the air is not a robot's: 10 000 km, and a hundred.
    package static let coordinateMetersMax = 1e7
    package static let varianceMax = 1e10
    /// A micrometre; who claims to know better divides by nothing.
    package static let varianceMin = 1e-12

    /// Whether a neighbour's numbers may enter a matrix: bounded, and a covariance that is positive definite.
    package var isSane: Bool {
        abs(pose.xMeters) <= Self.coordinateMetersMax && abs(pose.yMeters) <= Self.coordinateMetersMax
            && abs(pose.headingRadians) <= 1e3 && covariance.isFinite
            && min(covariance.xx, covariance.yy, covariance.hh) >= Self.varianceMin
            && max(covariance.xx, covariance.yy, covariance.hh) <= Self.varianceMax
            && covariance.cholesky != nil
    }

    package var isFinite: Bool {
        pose.xMeters.isFinite && pose.yMeters.isFinite && pose.headingRadians.isFinite && covariance.isFinite
    }

    /// Propagation (mesh-cloud §7): x += v dt cos θ, y += v dt sin θ, θ += w dt; P = F P F' / weight + G Q G'. θ is the
    /// heading half way, so that the way is the arc's chord, and an error of w is one across the way as well: of a
    /// neighbour that turns otherwise than it announced a second ago that is most of it.
    ///
    /// `weight` is the share of this estimate in a covariance intersection; 1 is ordinary odometry. Only what was known
    /// before the motion is inflated: the noise of the motion itself has not been told to anybody yet.
    package func propagated(_ motion: Motion, weight: Double = 1) -> PoseEstimate {
        let parts = propagatedInParts(motion)
        return PoseEstimate(
            pose: parts.pose,
            covariance: (weight == 1 ? parts.told : (1 / weight) * parts.told) + parts.noise)
    }

    /// F P F' and G Q G' apart.
    @inline(__always)
    func propagatedInParts(_ motion: Motion) -> (pose: Pose, told: Symmetric3, noise: Symmetric3) {
        let duration = motion.durationSeconds
        let heading = pose.headingRadians + motion.turnRadiansPerSecond * duration / 2
        let cosine = Double.cos(heading)
        let sine = Double.sin(heading)
        let forward = motion.speedMetersPerSecond * duration
        let fx = -forward * sine
        let fy = forward * cosine
        let fromTurn = forward / 2
        let p = covariance
        let xh = p.xh + fx * p.hh
        let yh = p.yh + fy * p.hh
        let turned = Symmetric3(
            xx: p.xx + fx * (p.xh + xh), xy: p.xy + fy * p.xh + fx * yh, xh: xh,
            yy: p.yy + fy * (p.yh + yh), yh: yh, hh: p.hh)
        let along = motion.speedVariance * duration * duration
        let turn = motion.turnVariance * duration * duration
        let (turnX, turnY) = (-fromTurn * sine, fromTurn * cosine)
        let noise = Symmetric3(
            xx: along * cosine * cosine + turn * turnX * turnX, xy: along * cosine * sine + turn * turnX * turnY,
            xh: turn * turnX, yy: along * sine * sine + turn * turnY * turnY, yh: turn * turnY, hh: turn)
        let delta = Column3(x: forward * cosine, y: forward * sine, h: motion.turnRadiansPerSecond * duration)
        return (pose.corrected(by: delta), turned, noise)
    }

    /// The heading as the own compass has it, innovation wrapped; Joseph form.
    package func updated(compassRadians: Double, variance: Double = PoseEstimate.compassVariance) -> PoseEstimate {
        let innovation = Pose.wrapped(compassRadians - pose.headingRadians)
        return updated(axis: .alongHeading, innovation: innovation, variance: variance)
    }

    /// The position as the own DGPS receiver has it.
    package func updated(dgps point: FieldPoint, variance: Double = PoseEstimate.dgpsVariance) -> PoseEstimate {
        // The two axes err independently, so one after the other is the same as both at once.
        let first = updated(axis: .alongX, innovation: point.xMeters - pose.xMeters, variance: variance)
        return first.updated(axis: .alongY, innovation: point.yMeters - first.pose.yMeters, variance: variance)
    }

    /// One scalar measurement of the state along `axis`: P − k m' − m k' + s k k' is the Joseph form
    /// (I − k a') P (I − k a')' + k r k' multiplied out, with m = P a and s = a' m + r.
    private func updated(axis: Column3, innovation: Double, variance: Double) -> PoseEstimate {
        let shared = covariance * axis
        let total = axis.dot(shared) + variance
        let gain = gain(axis: axis, variance: variance)
        var result = covariance
        result.add(-1, gain, shared)
        result.add(total, gain)
        return PoseEstimate(pose: pose.corrected(by: innovation * gain), covariance: result)
    }

    /// How far one scalar measurement along `axis` draws the pose.
    func gain(axis: Column3, variance: Double) -> Column3 {
        let shared = covariance * axis
        return (1 / (axis.dot(shared) + variance)) * shared
    }
}
