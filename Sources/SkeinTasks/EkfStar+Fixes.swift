import SkeinWire

/// What a merged step has to tell the neighbours it saw.
extension EkfStar {
    /// Where they were in the frame, with the part of each fix's error that is this frame's alone.
    package func fixes(of outcome: EkfOutcome) -> [(node: NodeID, fix: PositionFix)] {
        let centre = EkfCentre(own: prior, pairWeight: pairWeight, camera: step.camera)
        let information = prior.covariance.inverse
        return outcome.neighbours.map { neighbour in
            var fix = neighbour.fix
            if let information, let index = rays.firstIndex(where: { $0.node == neighbour.node }) {
                fix.independent = independent(
                    of: rays[index], seenFrom: centre, information: information, own: outcome.own.covariance)
            }
            return (neighbour.node, fix)
        }
    }

    /// Of a neighbour's fix the covariance that nobody else can share: the noise of its own detection, which the robot has
    /// not told before, and the robot's own since it last told. With P the own prior and P⁺ the posterior, Λ and A as in
    /// `EkfContribution` and K = P_j H' S⁻¹, the neighbour's error is
    ///
    ///     K (I − A P⁺ A' S⁻¹) v − K A P⁺ P⁻¹ e₀ + what others have a part in,
    ///
    /// v the detection's noise and e₀ the own error before. Once told, all of it is told.
    private func independent(
        of ray: EkfRay, seenFrom centre: EkfCentre, information: Symmetric3, own posterior: Symmetric3
    ) -> Symmetric2 {
        let (told, pair) = ray.priors(weight: ray.weight, pair: centre.pairWeight)
        guard let sight = centre.sight(of: ray, prior: told, pair: pair),
            let inverse = (sight.projected(other: told.covariance.position) + sight.noise).inverse
        else { return .zero }
        let (a, b) = (sight.bearingRow, sight.depthRow)
        // P_j H' and the gain K, by columns.
        let crossA = told.covariance * Column3(x: -a.x, y: -a.y, h: 0)
        let crossB = told.covariance * Column3(x: -b.x, y: -b.y, h: 0)
        let gainA = inverse.xx * crossA + inverse.xy * crossB
        let gainB = inverse.xy * crossA + inverse.yy * crossB
        // I − A P⁺ A' S⁻¹, by rows.
        let seen = sight.projected(own: posterior)
        let (aa, ab) = (
            1 - seen.xx * inverse.xx - seen.xy * inverse.xy, -seen.xx * inverse.xy - seen.xy * inverse.yy
        )
        let (ba, bb) = (
            -seen.xy * inverse.xx - seen.yy * inverse.xy, 1 - seen.xy * inverse.xy - seen.yy * inverse.yy
        )
        var result = Symmetric3.zero
        // The curvature is no noise: what the camera itself errs.
        result.add(step.camera.bearingSigmaRadians * step.camera.bearingSigmaRadians, aa * gainA + ba * gainB)
        result.add(sight.depthVariance, ab * gainA + bb * gainB)
        let x = information * (posterior * (gainA.x * a + gainB.x * b))
        let y = information * (posterior * (gainA.y * a + gainB.y * b))
        let (alongX, alongY) = (independent * x, independent * y)
        return result.position + Symmetric2(xx: x.dot(alongX), xy: x.dot(alongY), yy: y.dot(alongY))
    }
}
