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
    /// Believed only after `isSane`.
    package init(_ entry: Fixes.Entry) {
        func matrix(_ values: [Float]) -> Symmetric2 {
            Symmetric2(xx: Double(values[0]), xy: Double(values[1]), yy: Double(values[2]))
        }
        self.init(
            xMeters: Double(entry.xMeters), yMeters: Double(entry.yMeters), covariance: matrix(entry.covariance),
            independent: matrix(entry.independent))
    }

    /// As a robot is told; rounded so that it is never better than it is, and less of it independent rather than more.
    package func entry(for robot: NodeID) -> Fixes.Entry {
        let up = 1.000_001
        let down = 0.999_999
        return Fixes.Entry(
            robot: robot, xMeters: Float(xMeters), yMeters: Float(yMeters),
            covariance: [covariance.xx * up, covariance.xy, covariance.yy * up].map(Float.init),
            independent: [independent.xx * down, independent.xy * down, independent.yy * down].map(Float.init))
    }
}

extension PsoSample {
    /// Nil if nothing was smelled, or nothing that can be.
    package init?(_ smell: Smell) {
        self.init(xMeters: smell.xMeters, yMeters: smell.yMeters, concentration: smell.perMeter)
        guard isSane else { return nil }
    }
}
