/// The joint state of one localisation step: the robot in the centre, at most 24 neighbours around it, each joined to
/// the centre by one detection, and the weights that make the block-diagonal prior safe (`EkfWeights`). It is divided
/// into groups that helpers compute, and their contributions add up to exactly the undivided update
/// (`EkfUndivided`): division changes nothing but rounding.
package struct EkfStar: Hashable, Sendable {
    package let step: EkfStep
    /// The robot itself: predicted, compass and DGPS taken in, told part divided by `ownWeight`.
    package let prior: PoseEstimate
    /// Of the prior's covariance what nobody has been told yet.
    let independent: Symmetric3
    package let ownWeight: Double
    /// In order of their names, each once, weighted.
    package internal(set) var rays: [EkfRay]

    /// The perception graph (mesh-cloud §7).
    package static let raysMax = 24
    /// Parts of a step, whatever the number of rays, so that a task always has the same shape.
    package static let groupCount = 4
    /// Chi-square, two degrees of freedom, 99.9 % (mesh-cloud §7).
    package static let gate = 13.8

    /// Neighbours whose numbers cannot be used are left out; of more than 24, or of two detections with one name, the
    /// taller in the picture stay.
    package init(_ step: EkfStep) {
        precondition(step.own.isFinite, "the own estimate is not finite: \(step.own)")
        self.step = step
        var chosen = Self.chosen(step.rays)
        let weights = Self.weights(step: step, rays: chosen)
        for index in chosen.indices { chosen[index].weight = weights.others[index] }
        ownWeight = weights.own
        rays = chosen
        let alone = step.alone(weight: weights.own)
        prior = alone.estimate
        independent = alone.independent
    }

    /// Of rays that cannot all stay, those nearest by: the taller in the picture.
    private static func chosen(_ rays: [EkfRay]) -> [EkfRay] {
        if isChosen(rays) { return rays }
        let nearestFirst = rays.indices.filter { rays[$0].isSane }.sorted { left, right in
            let taller = (rays[left].detection.pixelHeight, rays[right].detection.pixelHeight)
            return taller.0 == taller.1 ? left < right : taller.0 > taller.1
        }
        var chosen: [EkfRay] = []
        for index in nearestFirst where chosen.count < raysMax {
            if !chosen.contains(where: { $0.node == rays[index].node }) { chosen.append(rays[index]) }
        }
        return chosen.sorted { $0.node < $1.node }
    }

    /// Whether all can stay as they are: the usual frame.
    private static func isChosen(_ rays: [EkfRay]) -> Bool {
        guard rays.count <= raysMax else { return false }
        for index in rays.indices {
            guard rays[index].isSane, index == 0 || rays[index - 1].node.number < rays[index].node.number
            else { return false }
        }
        return true
    }

    /// The surrogate of `EkfWeights`, from variances along and across the line of sight. Rough is enough here: any
    /// weights are consistent.
    private static func weights(step: EkfStep, rays: [EkfRay]) -> (own: Double, others: [Double]) {
        let ownMotion = step.motion.speedVariance * step.motion.durationSeconds * step.motion.durationSeconds
        let untold = step.independent.positionVariance
        let own = EkfWeights.Source(
            told: max(step.own.covariance.positionVariance - untold, PoseEstimate.varianceMin),
            independent: max(ownMotion / 2 + untold, PoseEstimate.varianceMin))
        let headingVariance = min(step.own.covariance.hh, PoseEstimate.compassVariance)
        let bearingVariance = step.camera.bearingSigmaRadians * step.camera.bearingSigmaRadians + headingVariance
        let others = rays.map { ray in
            let depth = step.camera.depthMeters(pixelHeight: ray.detection.pixelHeight)
            let along = step.camera.depthVariance(depthMeters: depth)
            let across = depth * depth * bearingVariance
            let motion = ray.motion.speedVariance * ray.motion.durationSeconds * ray.motion.durationSeconds / 2
            let told = ray.estimate.covariance.positionVariance
            return EkfWeights.Source(
                told: ray.isRepeated ? told + motion : told,
                independent: 2 * along * across / (along + across) + (ray.isRepeated ? 0 : motion))
        }
        return EkfWeights.shares(own: own, others: others)
    }

    /// `groupCount` groups whose sizes differ by at most one.
    package func groups() -> [EkfGroup] {
        (0..<Self.groupCount).map { number in
            let first = rays.count * number / Self.groupCount
            let end = rays.count * (number + 1) / Self.groupCount
            return group(of: rays[first..<end])
        }
    }

    /// All rays as one group, whatever its size: what the undivided update works on.
    var undivided: EkfGroup { group(of: rays[...]) }

    /// As in `EkfGroup`.
    var pairWeight: Double { max(1 - ownWeight, EkfWeights.weightMin) }

    private func group(of rays: ArraySlice<EkfRay>) -> EkfGroup {
        EkfGroup(own: prior, pairWeight: pairWeight, camera: step.camera, rays: rays)
    }

    /// Adds the contributions that came (nil: lost) and finds the neighbours again.
    ///
    /// P⁺ = L (I + L' Λ L)⁻¹ L' with P = L L', which needs no inverse of the prior and stays symmetric; δ = P⁺ η.
    package func merge(_ contributions: [EkfContribution?]) throws(KernelError) -> EkfOutcome {
        precondition(contributions.count == Self.groupCount, "\(contributions.count) groups of \(Self.groupCount)")
        var information = Symmetric3.zero
        var vector = Column3.zero
        var (came, used) = (0, 0)
        for case let contribution? in contributions {
            information = information + contribution.information
            vector = vector + contribution.vector
            came += contribution.rays.count
            used += contribution.rays.count { $0.isUsed }
        }
        let missing = contributions.count { $0 == nil }
        guard used > 0 else { return alone(gatedOut: came, groupsMissing: missing) }
        guard let lower = prior.covariance.cholesky,
            let inner = (Symmetric3.diagonal(1, 1, 1) + lower.inwardCongruence(information)).inverse
        else { throw .diverged }
        let covariance = lower.congruence(inner)
        let delta = covariance * vector
        let own = PoseEstimate(pose: prior.pose.corrected(by: delta), covariance: covariance)
        guard own.isFinite else { throw .diverged }
        var neighbours: [EkfOutcome.Neighbour] = []
        neighbours.reserveCapacity(used)
        for case let contribution? in contributions {
            for ray in contribution.rays {
                guard let given = ray.given else { continue }
                let estimate = given.estimate(correction: delta, covariance: covariance)
                guard estimate.isFinite else { throw .diverged }
                neighbours.append(.init(node: ray.node, estimate: estimate))
            }
        }
        return EkfOutcome(own: own, neighbours: neighbours, gatedOut: came - used, groupsMissing: missing)
    }

    /// No neighbour was of use: then nothing was fused, and the own estimate keeps its whole weight.
    func alone(gatedOut: Int, groupsMissing: Int) -> EkfOutcome {
        EkfOutcome(
            own: step.alone(weight: 1).estimate, neighbours: [], gatedOut: gatedOut, groupsMissing: groupsMissing)
    }
}
