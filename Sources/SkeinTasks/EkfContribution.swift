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
        /// Whether the gate let the detection through.
        private(set) var isUsed: Bool
        /// Beside its flag and not an optional, which would be copied whole wherever one is made or asked.
        private var conditional: EkfConditional

        init(node: NodeID, given: EkfConditional) {
            self.node = node
            isUsed = true
            conditional = given
        }

        init(gatedOut node: NodeID) {
            self.node = node
            isUsed = false
            conditional = .none
        }

        /// The neighbour, given the centre; nil if the gate refused the detection.
        var given: EkfConditional? {
            get { isUsed ? conditional : nil }
            set {
                isUsed = newValue != nil
                conditional = newValue ?? .none
            }
        }
    }

    /// More information than a micrometre's is nobody's.
    static let informationMax = 1 / PoseEstimate.varianceMin

    /// A ray's whole arithmetic is inlined here: an estimate that goes from function to function goes through memory, which
    /// takes longer than what is done with it.
    @inline(__always)
    mutating func add(_ ray: EkfRay, seenFrom centre: EkfCentre) {
        let (prior, pair) = ray.priors(weight: ray.weight, pair: centre.pairWeight)
        let p = prior.covariance
        guard let sight = centre.sight(of: ray, prior: prior, pair: pair),
            let inverse = (sight.projected(other: p.position) + sight.noise).inverse
        else {
            rays.append(Ray(gatedOut: ray.node))
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

        // P H' and the gain K = P H' S⁻¹, both by columns: H is minus A without heading.
        let pa = Column3.zero - p.timesPosition(a)
        let pb = Column3.zero - p.timesPosition(b)
        let ka = inverse.xx * pa + inverse.xy * pb
        let kb = inverse.xy * pa + inverse.yy * pb
        let drawX = ka.x * a + kb.x * b
        let drawY = ka.y * a + kb.y * b
        let drawH = ka.h * a + kb.h * b
        // Joseph's form, (I − K H) P (I − K H)' + K R K'. I − K H is I + M, but that H leaves the heading alone.
        var covariance = p.congruence(
            (1 + ka.x * a.x + kb.x * b.x, drawX.y), (drawY.x, 1 + ka.y * a.y + kb.y * b.y), heading: (drawH.x, drawH.y))
        covariance.add(sight.bearingVariance, ka)
        covariance.add(sight.depthVariance, kb)
        rays.append(
            Ray(
                node: ray.node,
                given: EkfConditional(
                    mean: prior.pose.corrected(by: sight.bearingInnovation * ka + sight.depthInnovation * kb),
                    covariance: covariance, drawX: drawX, drawY: drawY, drawH: drawH)))
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
            writer.u8(ray.isUsed ? 1 : 0)
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
                rays.append(Ray(gatedOut: node))
                continue
            }
            let given = EkfConditional(
                mean: try reader.pose(), covariance: try reader.symmetric3(), drawX: try reader.column3(),
                drawY: try reader.column3(), drawH: try reader.column3())
            rays.append(Ray(node: node, given: given))
        }
        try reader.finish()
    }
}
