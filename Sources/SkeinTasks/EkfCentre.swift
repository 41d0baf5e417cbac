import RealModule

/// What all rays of a group are seen from: the robot in the centre and its camera, and what of them is worked out once.
struct EkfCentre {
    let own: PoseEstimate
    let pairWeight: Double
    let camera: EkfCamera
    /// Of the heading.
    let cosine: Double
    let sine: Double

    init(own: PoseEstimate, pairWeight: Double, camera: EkfCamera) {
        self.own = own
        self.pairWeight = pairWeight
        self.camera = camera
        cosine = Double.cos(own.pose.headingRadians)
        sine = Double.sin(own.pose.headingRadians)
    }

    /// The detection, linearised, unless the prior says that it cannot be this neighbour: chi-square, two degrees. `pair` is
    /// the covariance of the neighbour's position at the pair's weight.
    @inline(__always)
    func sight(of ray: EkfRay, prior: PoseEstimate, pair: Symmetric2) -> EkfSight? {
        // Of the difference of both: the neighbour's heading does not enter.
        var relative = own.covariance
        relative.position = relative.position + pair
        let sight = EkfSight(
            from: self, other: prior.pose, relative: relative.position, detection: ray.detection)
        guard let sight else { return nil }
        let spread = sight.projected(own: relative) + sight.noise
        guard let inverse = spread.inverse,
            inverse.quadratic(sight.bearingInnovation, sight.depthInnovation) <= EkfStar.gate
        else { return nil }
        return sight
    }
}
