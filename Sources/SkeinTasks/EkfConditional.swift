/// What a contribution tells of a neighbour whose detection was used: its estimate, given the centre.
struct EkfConditional: Hashable, Sendable {
    var mean: Pose
    var covariance: Symmetric3
    /// Rows of M = K A: how a correction of the centre draws the neighbour's x, y and heading along.
    var drawX: Column3
    var drawY: Column3
    var drawH: Column3

    /// Of which nothing is told.
    static let none = EkfConditional(
        mean: Pose(xMeters: 0, yMeters: 0, headingRadians: 0), covariance: .zero, drawX: .zero, drawY: .zero,
        drawH: .zero)

    /// The neighbour once the centre is known: its correction, and its covariance after it.
    @inline(__always)
    func estimate(correction delta: Column3, covariance centre: Symmetric3) -> PoseEstimate {
        let drawn = Column3(x: drawX.dot(delta), y: drawY.dot(delta), h: drawH.dot(delta))
        return PoseEstimate(
            pose: mean.corrected(by: Column3.zero - drawn),
            covariance: covariance + centre.congruence(drawX, drawY, drawH))
    }

    var isFinite: Bool {
        PoseEstimate(pose: mean, covariance: covariance).isFinite
            && drawX.isFinite && drawY.isFinite && drawH.isFinite
    }

    /// Whether a helper's numbers may be merged: bounded, and a covariance that is positive definite.
    var isSane: Bool {
        let bound = 1e12
        return isFinite && covariance.cholesky != nil
            && max(covariance.xx, covariance.yy, covariance.hh) <= bound * bound
            && max(abs(mean.xMeters), abs(mean.yMeters), abs(mean.headingRadians)) <= bound
            && max(drawX.magnitude, drawY.magnitude, drawH.magnitude) <= bound
    }
}
