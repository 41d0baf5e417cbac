import SkeinWire

// Estimates and smells as messages carry them: single precision in beacons and fixes, double in everything computed.

extension PoseEstimate {
    /// Believed only after `isSane`: a covariance from the air need not be one.
    package init(_ field: PoseField) {
        let p = field.covariance.map(Double.init)
        self.init(
            pose: Pose(
                xMeters: Double(field.xMeters), yMeters: Double(field.yMeters),
                headingRadians: Double(field.headingRadians)),
            covariance: Symmetric3(xx: p[0], xy: p[1], xh: p[2], yy: p[3], yh: p[4], hh: p[5]))
    }

    /// Variances are rounded up by a millionth, ten times a float's rounding, so that a narrow covariance stays positive
    /// definite, and honest, on its way.
    package var field: PoseField {
        let p = covariance
        let up = 1.000_001
        return PoseField(
            xMeters: Float(pose.xMeters), yMeters: Float(pose.yMeters), headingRadians: Float(pose.headingRadians),
            covariance: [p.xx * up, p.xy, p.xh, p.yy * up, p.yh, p.hh * up].map(Float.init))
    }
}

extension PositionFix {
    /// The position of a fix; its heading is the receiver's own, older and blurred, and is not used.
    package init(_ field: PoseField) {
        let estimate = PoseEstimate(field)
        self.init(
            xMeters: estimate.pose.xMeters, yMeters: estimate.pose.yMeters, covariance: estimate.covariance.position)
    }
}

extension PsoSample {
    /// Nil if nothing was smelled, or nothing that can be.
    package init?(_ smell: Smell) {
        self.init(xMeters: smell.xMeters, yMeters: smell.yMeters, concentration: smell.perMeter)
        guard isSane else { return nil }
    }
}
