import SkeinWire

/// A neighbour this robot sees: what it last said of itself, how it announced it would move, and where the camera found
/// it. With the robot itself in the centre, the rays make the star whose joint state is estimated.
package struct EkfRay: Hashable, Sendable {
    package var node: NodeID
    /// The neighbour's last broadcast.
    package var estimate: PoseEstimate
    /// Its announced motion since that broadcast.
    package var motion: Motion
    /// The same broadcast already served an earlier step. Its motion's noise is then in the own estimate too, and is
    /// inflated with the rest; in a new broadcast it is news and is not.
    package var isRepeated: Bool
    package var detection: EkfDetection
    /// The neighbour's share in the covariance intersection; `EkfStar` sets it.
    package internal(set) var weight: Double = 1

    package init(
        node: NodeID, estimate: PoseEstimate, motion: Motion, isRepeated: Bool = false, detection: EkfDetection
    ) {
        self.node = node
        self.estimate = estimate
        self.motion = motion
        self.isRepeated = isRepeated
        self.detection = detection
    }

    /// See the diagram at `EkfGroup`.
    static let encodedBytes = 139

    package var isSane: Bool {
        estimate.isSane && motion.isSane && detection.isSane && weight >= EkfWeights.weightMin && weight <= 1
    }

    /// Where the neighbour is by now.
    package var predicted: PoseEstimate { prior(weight: 1) }

    /// Where the neighbour is by now, its covariance divided by `weight`.
    func prior(weight: Double) -> PoseEstimate {
        guard isRepeated else { return estimate.propagated(motion, weight: weight) }
        var all = estimate.propagated(motion)
        all.covariance = (1 / weight) * all.covariance
        return all
    }

    /// The same for two weights, the second's position only: one propagation serves both.
    @inline(__always)
    func priors(weight: Double, pair pairWeight: Double) -> (prior: PoseEstimate, pair: Symmetric2) {
        let parts = estimate.propagatedInParts(motion)
        // Of a repeated broadcast the motion's noise is inflated too.
        func inflated(_ told: Double, _ noise: Double, _ factor: Double) -> Double {
            isRepeated ? factor * (told + noise) : factor * told + noise
        }
        let (t, n) = (parts.told, parts.noise)
        let alone = 1 / weight
        let covariance = Symmetric3(
            xx: inflated(t.xx, n.xx, alone), xy: inflated(t.xy, n.xy, alone), xh: inflated(t.xh, n.xh, alone),
            yy: inflated(t.yy, n.yy, alone), yh: inflated(t.yh, n.yh, alone), hh: inflated(t.hh, n.hh, alone))
        let shared = 1 / pairWeight
        let pair = Symmetric2(
            xx: inflated(t.xx, n.xx, shared), xy: inflated(t.xy, n.xy, shared), yy: inflated(t.yy, n.yy, shared))
        return (PoseEstimate(pose: parts.pose, covariance: covariance), pair)
    }

    init(reading reader: inout ByteReader) throws(WireError) {
        node = try reader.node()
        let flags = try reader.u8()
        guard flags <= 1 else { throw .invalid(.payload) }
        isRepeated = flags == 1
        estimate = PoseEstimate(pose: try reader.pose(), covariance: try reader.symmetric3())
        motion = try reader.motion()
        detection = EkfDetection(bearingRadians: try reader.f64(.payload), pixelHeight: try reader.f64(.payload))
        weight = try reader.f64(.payload)
    }

    func write(to writer: inout ByteWriter) {
        writer.node(node)
        writer.u8(isRepeated ? 1 : 0)
        writer.pose(estimate.pose)
        writer.symmetric3(estimate.covariance)
        writer.motion(motion)
        writer.f64(detection.bearingRadians)
        writer.f64(detection.pixelHeight)
        writer.f64(weight)
    }
}
