import RealModule

/// One detection linearised at the prior: z = (bearing, depth), bearing = atan2(dy, dx) − θ, depth = d cos(bearing)
/// (mesh-cloud §7). Own and the neighbour's position enter as a difference, so one 2×2 Jacobian serves both with
/// opposite signs; the neighbour's heading does not enter at all.
struct EkfSight {
    /// What was seen minus what the prior expects, the angle wrapped.
    var bearingInnovation: Double
    var depthInnovation: Double
    /// ∂bearing and ∂depth by (x, y, heading) of the robot that sees.
    var bearingRow: Column3
    var depthRow: Column3
    /// Variances of the two measurements; they err independently.
    var bearingVariance: Double
    var depthVariance: Double

    /// Nearer than this the bearing's derivative is no longer worth its name, and robots would overlap.
    static let rangeMetersMin = 0.1

    /// `relative` is a bound on the covariance of the difference of both positions. At close range the bearing curves
    /// within that spread; the second-order filter's term ½ tr(B P B P), B the Hessian of atan2, is added to its noise
    /// (Bar-Shalom, Li and Kirubarajan 2001, §10.3.2), or the filter would trust a tangent. Nil if too near.
    @inline(__always)
    init?(from centre: EkfCentre, other: Pose, relative: Symmetric2, detection: EkfDetection) {
        let (own, cosine, sine, camera) = (centre.own.pose, centre.cosine, centre.sine, centre.camera)
        let dx = other.xMeters - own.xMeters
        let dy = other.yMeters - own.yMeters
        let square = dx * dx + dy * dy
        guard square >= Self.rangeMetersMin * Self.rangeMetersMin else { return nil }
        let depth = camera.depthMeters(pixelHeight: detection.pixelHeight)
        let expected = Double.atan2(y: dy, x: dx) - own.headingRadians
        bearingInnovation = Pose.wrapped(detection.bearingRadians - expected)
        depthInnovation = depth - (dx * cosine + dy * sine)
        bearingRow = Column3(x: dy / square, y: -dx / square, h: -1)
        depthRow = Column3(x: -cosine, y: -sine, h: dy * cosine - dx * sine)

        let fourth = square * square
        let b = 2 * dx * dy / fourth
        let c = (dy * dy - dx * dx) / fourth
        // B P with B = [b c; c −b]; tr((B P)²) = (bp11)² + 2 bp12 bp21 + (bp22)².
        let bp11 = b * relative.xx + c * relative.xy
        let bp12 = b * relative.xy + c * relative.yy
        let bp21 = c * relative.xx - b * relative.xy
        let bp22 = c * relative.xy - b * relative.yy
        let curvature = (bp11 * bp11 + 2 * bp12 * bp21 + bp22 * bp22) / 2
        bearingVariance = camera.bearingSigmaRadians * camera.bearingSigmaRadians + curvature
        depthVariance = camera.depthVariance(depthMeters: depth)
    }

    var noise: Symmetric2 { Symmetric2(xx: bearingVariance, xy: 0, yy: depthVariance) }

    /// A P A', A the own Jacobian.
    @inline(__always)
    func projected(own: Symmetric3) -> Symmetric2 {
        let first = own * bearingRow
        let second = own * depthRow
        return Symmetric2(xx: bearingRow.dot(first), xy: depthRow.dot(first), yy: depthRow.dot(second))
    }

    /// H P H', H the neighbour's Jacobian: minus the own one, without heading.
    @inline(__always)
    func projected(other: Symmetric2) -> Symmetric2 {
        let ax = other.xx * bearingRow.x + other.xy * bearingRow.y
        let ay = other.xy * bearingRow.x + other.yy * bearingRow.y
        let bx = other.xx * depthRow.x + other.xy * depthRow.y
        let by = other.xy * depthRow.x + other.yy * depthRow.y
        return Symmetric2(
            xx: bearingRow.x * ax + bearingRow.y * ay, xy: depthRow.x * ax + depthRow.y * ay,
            yy: depthRow.x * bx + depthRow.y * by)
    }
}
