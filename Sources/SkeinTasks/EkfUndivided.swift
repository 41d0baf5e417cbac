import RealModule

/// The same step as one dense joint update of up to 75 dimensions: batch gain, Joseph form, nothing marginalised. It is
/// what the division is proved against, and what a benchmark compares it with; a robot alone runs the groups.
package enum EkfUndivided {
    package static func update(_ star: EkfStar) throws(KernelError) -> EkfOutcome {
        let group = star.undivided
        let centre = group.centre
        var priors: [PoseEstimate] = []
        var sights: [(ray: Int, sight: EkfSight)] = []
        for (index, ray) in group.rays.enumerated() {
            let prior = ray.prior(weight: ray.weight)
            priors.append(prior)
            let pair = ray.prior(weight: group.pairWeight).covariance.position
            if let sight = centre.sight(of: ray, prior: prior, pair: pair) { sights.append((index, sight)) }
        }
        let gatedOut = group.rays.count - sights.count
        guard !sights.isEmpty else { return star.alone(gatedOut: gatedOut, groupsMissing: 0) }

        let dimension = 3 + 3 * priors.count
        var joint = EkfMatrix(rows: dimension, columns: dimension)
        joint.setBlock(at: 0, group.own.covariance)
        for (index, prior) in priors.enumerated() { joint.setBlock(at: 3 + 3 * index, prior.covariance) }
        var jacobian = EkfMatrix(rows: 2 * sights.count, columns: dimension)
        var noise = EkfMatrix(rows: 2 * sights.count, columns: 2 * sights.count)
        var innovation = EkfMatrix(rows: 2 * sights.count, columns: 1)
        for (index, entry) in sights.enumerated() {
            let column = 3 + 3 * entry.ray
            for (row, gradient) in [entry.sight.bearingRow, entry.sight.depthRow].enumerated() {
                jacobian[2 * index + row, 0] = gradient.x
                jacobian[2 * index + row, 1] = gradient.y
                jacobian[2 * index + row, 2] = gradient.h
                jacobian[2 * index + row, column] = -gradient.x
                jacobian[2 * index + row, column + 1] = -gradient.y
            }
            noise[2 * index, 2 * index] = entry.sight.bearingVariance
            noise[2 * index + 1, 2 * index + 1] = entry.sight.depthVariance
            innovation[2 * index, 0] = entry.sight.bearingInnovation
            innovation[2 * index + 1, 0] = entry.sight.depthInnovation
        }

        // S K' = H P, so K' = S⁻¹ (H P): P and S are symmetric.
        let crossed = jacobian * joint
        guard let gainTransposed = (crossed * jacobian.transposed + noise).solve(crossed) else { throw .diverged }
        let gain = gainTransposed.transposed
        let correction = gain * innovation
        let remaining = EkfMatrix.identity(dimension) - gain * jacobian
        let posterior = remaining * (joint * remaining.transposed) + gain * (noise * gainTransposed)

        func estimate(_ pose: Pose, at first: Int) -> PoseEstimate {
            let delta = Column3(x: correction[first, 0], y: correction[first + 1, 0], h: correction[first + 2, 0])
            return PoseEstimate(pose: pose.corrected(by: delta), covariance: posterior.block(at: first))
        }
        let neighbours = sights.map { entry in
            EkfOutcome.Neighbour(
                node: star.rays[entry.ray].node,
                estimate: estimate(priors[entry.ray].pose, at: 3 + 3 * entry.ray))
        }
        return EkfOutcome(
            own: estimate(group.own.pose, at: 0), neighbours: neighbours, gatedOut: gatedOut, groupsMissing: 0)
    }
}
