import SkeinWire

/// What a group of rays tells about the robot in the centre, its neighbours marginalised out, and what is needed to find
/// the neighbours again once the centre is known.
///
/// The joint prior is block-diagonal and every measurement joins the centre with one neighbour, so the information matrix
/// is an arrow, and eliminating neighbour j by its Schur complement leaves A' S⁻¹ A and A' S⁻¹ ν, with
/// S = H P_j H' + R: the innovation as if the neighbour were noise. Contributions of all groups add; order does not
/// matter but for rounding. Given the centre's correction δ, the neighbour is at mean − M δ with covariance C + M P M'.
///
///     | count u8 | information xx xy xh yy yh hh 6×f64 | vector 3×f64 |
///     count × | node u16 | used u8 | if used: mean x y h 3×f64 | C 6×f64 | M by rows 9×f64 |
///
/// 73 bytes and 147 for each ray used: 955 with six.
package struct EkfContribution: Hashable, Sendable {
    var information = Symmetric3.zero
    var vector = Column3.zero
    var rays: [Ray] = []

    struct Ray: Hashable, Sendable {
        var node: NodeID
        /// Nil if the gate refused the detection.
        var given: Conditional?
    }

    /// The neighbour, given the centre.
    struct Conditional: Hashable, Sendable {
        var mean: Pose
        var covariance: Symmetric3
        /// Rows of M = K A: how a correction of the centre draws the neighbour's x, y and heading along.
        var drawX: Column3
        var drawY: Column3
        var drawH: Column3

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

    /// More information than a micrometre's is nobody's.
    static let informationMax = 1 / PoseEstimate.varianceMin

    mutating func add(_ ray: EkfRay, group: EkfGroup) {
        let (prior, pair) = ray.priors(weight: ray.weight, pair: group.pairWeight)
        let p = prior.covariance
        guard let sight = group.sight(of: ray, prior: prior, pair: pair),
            let inverse = (sight.projected(other: p.position) + sight.noise).inverse
        else {
            rays.append(Ray(node: ray.node, given: nil))
            return
        }
        let a = sight.bearingRow
        let b = sight.depthRow
        information.add(inverse.xx, a)
        information.add(inverse.xy, a, b)
        information.add(inverse.yy, b)
        let u = inverse.xx * sight.bearingInnovation + inverse.xy * sight.depthInnovation
        let v = inverse.xy * sight.bearingInnovation + inverse.yy * sight.depthInnovation
        vector = vector + u * a + v * b

        // H is minus the own Jacobian without heading; its rows, P H' and the gain K = P H' S⁻¹, both by columns.
        let ha = Column3(x: -a.x, y: -a.y, h: 0)
        let hb = Column3(x: -b.x, y: -b.y, h: 0)
        let pa = p * ha
        let pb = p * hb
        let ka = inverse.xx * pa + inverse.xy * pb
        let kb = inverse.xy * pa + inverse.yy * pb
        rays.append(
            Ray(
                node: ray.node,
                given: Conditional(
                    mean: prior.pose.corrected(by: sight.bearingInnovation * ka + sight.depthInnovation * kb),
                    covariance: Self.joseph(p, ha, hb, ka, kb, noise: sight.noise),
                    drawX: ka.x * a + kb.x * b, drawY: ka.y * a + kb.y * b, drawH: ka.h * a + kb.h * b)))
    }

    /// (I − K H) P (I − K H)' + K R K', with K and H' by columns.
    private static func joseph(
        _ p: Symmetric3, _ ha: Column3, _ hb: Column3, _ ka: Column3, _ kb: Column3, noise: Symmetric2
    ) -> Symmetric3 {
        // Rows of I − K H.
        let rowX = Column3(x: 1, y: 0, h: 0) - ka.x * ha - kb.x * hb
        let rowY = Column3(x: 0, y: 1, h: 0) - ka.y * ha - kb.y * hb
        let rowH = Column3(x: 0, y: 0, h: 1) - ka.h * ha - kb.h * hb
        var result = p.congruence(rowX, rowY, rowH)
        result.add(noise.xx, ka)
        result.add(noise.yy, kb)
        return result
    }

    var isFinite: Bool {
        guard information.isFinite, vector.isFinite else { return false }
        return rays.allSatisfy { $0.given?.isFinite ?? true }
    }

    package func encoded() -> [UInt8] {
        var writer = ByteWriter(capacity: 73 + 147 * rays.count)
        writer.count(rays.count, limit: EkfGroup.raysMax)
        writer.symmetric3(information)
        writer.column3(vector)
        for ray in rays {
            writer.node(ray.node)
            writer.u8(ray.given == nil ? 0 : 1)
            guard let given = ray.given else { continue }
            writer.pose(given.mean)
            writer.symmetric3(given.covariance)
            writer.column3(given.drawX)
            writer.column3(given.drawY)
            writer.column3(given.drawH)
        }
        return writer.bytes
    }
}

extension EkfContribution {
    /// Reads a helper's answer and holds it against what was asked: the same neighbours in the same order, covariances
    /// that are ones, information that is not negative. Whether the numbers are the right ones only recomputing tells.
    package init(reading bytes: [UInt8], answering group: EkfGroup) throws(KernelError) {
        do throws(WireError) {
            try self.init(wire: bytes)
        } catch {
            throw .malformed(error)
        }
        guard rays.map(\.node) == group.rays.map(\.node) else { throw .outOfRange(.information) }
        guard information.isNearlyPositive, max(information.xx, information.yy, information.hh) <= Self.informationMax,
            abs(vector.x) <= 1e24, abs(vector.y) <= 1e24, abs(vector.h) <= 1e24
        else { throw .outOfRange(.information) }
        for case let given? in rays.map(\.given) {
            guard given.isSane else { throw .outOfRange(.covariance) }
        }
    }

    private init(wire bytes: [UInt8]) throws(WireError) {
        var reader = ByteReader(bytes)
        let count = try reader.count(.neighbours, limit: EkfGroup.raysMax)
        information = try reader.symmetric3()
        vector = try reader.column3()
        rays = []
        rays.reserveCapacity(count)
        for _ in 0..<count {
            let node = try reader.node()
            let used = try reader.u8()
            guard used <= 1 else { throw .invalid(.payload) }
            guard used == 1 else {
                rays.append(Ray(node: node, given: nil))
                continue
            }
            let given = Conditional(
                mean: try reader.pose(), covariance: try reader.symmetric3(), drawX: try reader.column3(),
                drawY: try reader.column3(), drawH: try reader.column3())
            rays.append(Ray(node: node, given: given))
        }
        try reader.finish()
    }
}
