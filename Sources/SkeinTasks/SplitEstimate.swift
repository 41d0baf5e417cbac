/// An estimate, and of its covariance the part that is independent of all that others know: the noise of the own odometry,
/// compass and DGPS since the robot last told anybody where it is. Nobody can say that back to it, so an intersection
/// need not divide it (Julier and Uhlmann 2001; Li and Nashashibi 2013). The rest has been told.
package struct SplitEstimate: Hashable, Sendable {
    package private(set) var estimate: PoseEstimate
    package private(set) var independent: Symmetric3

    /// All of it is taken for told unless somebody knows better.
    package init(_ estimate: PoseEstimate, independent: Symmetric3 = .zero) {
        self.estimate = estimate
        self.independent = independent
    }

    package var told: Symmetric3 { estimate.covariance - independent }

    /// Somebody has been told the estimate: from now on others' errors may hold its own.
    package var afterTelling: SplitEstimate { SplitEstimate(estimate) }

    // MARK: The own senses

    package func propagated(_ motion: Motion) -> SplitEstimate {
        let part = PoseEstimate(pose: estimate.pose, covariance: independent).propagated(motion)
        return SplitEstimate(estimate.propagated(motion), independent: part.covariance)
    }

    package func updated(compassRadians: Double, variance: Double) -> SplitEstimate {
        SplitEstimate(
            estimate.updated(compassRadians: compassRadians, variance: variance),
            independent: independent(after: .alongHeading, prior: estimate, part: independent, variance: variance))
    }

    package func updated(dgps point: FieldPoint, variance: Double) -> SplitEstimate {
        // As the estimate itself does: x first, then y.
        let first = independent(after: .alongX, prior: estimate, part: independent, variance: variance)
        let along = estimate.gain(axis: .alongX, variance: variance)
        var between = estimate
        between.covariance = between.covariance.reduced(along, .alongX, variance: variance)
        return SplitEstimate(
            estimate.updated(dgps: point, variance: variance),
            independent: independent(after: .alongY, prior: between, part: first, variance: variance))
    }

    /// (I − k a') part (I − k a')' + k r k': the gain is the whole estimate's, the noise of the own sensor is new.
    private func independent(
        after axis: Column3, prior: PoseEstimate, part: Symmetric3, variance: Double
    ) -> Symmetric3 {
        part.reduced(prior.gain(axis: axis, variance: variance), axis, variance: variance)
    }

    /// So much more is unknown, whoever is to blame.
    package func widened(position: Double, heading: Double) -> SplitEstimate {
        var estimate = estimate
        estimate.covariance = estimate.covariance + .diagonal(position, position, heading)
        return SplitEstimate(estimate, independent: independent)
    }
}

extension Symmetric3 {
    /// (I − k a') M (I − k a')' + k r k'.
    fileprivate func reduced(_ gain: Column3, _ axis: Column3, variance: Double) -> Symmetric3 {
        let along = self * axis
        var result = self
        result.add(-1, gain, along)
        result.add(axis.dot(along) + variance, gain)
        return result
    }
}
