import SkeinWire

/// One part of the localisation: at most six rays of a star and what they have in common. Everything a helper needs.
///
///     | count u8 | own x, y, heading 3×f64 | own covariance xx xy xh yy yh hh 6×f64 | pair weight f64 |
///     | camera: focal px, body m, pixel σ, bearing σ 4×f64 |
///     count × | node u16 | flags u8, bit 0: repeated | x, y, heading 3×f64 | covariance 6×f64
///             | motion: v, w, dt, var v, var w 5×f64 | bearing, pixel height 2×f64 | weight f64 |
///
/// 113 bytes and 139 for each ray: 947 with six.
package struct EkfGroup: Hashable, Sendable {
    /// Predicted, compass and DGPS taken in, told part divided by the own weight.
    var own: PoseEstimate
    /// 1 − own weight: a pair may share the whole estimate, which bounds the pair more tightly than the star does. The
    /// gate and the curvature use it.
    var pairWeight: Double
    var camera: EkfCamera
    var rays: ArraySlice<EkfRay>

    /// So that a group and its contribution fit their datagrams.
    package static let raysMax = 6

    package func run() throws(KernelError) -> EkfContribution {
        let centre = centre
        var contribution = EkfContribution()
        contribution.rays.reserveCapacity(rays.count)
        for ray in rays { contribution.add(ray, seenFrom: centre) }
        guard contribution.isFinite else { throw .diverged }
        return contribution
    }

    var centre: EkfCentre { EkfCentre(own: own, pairWeight: pairWeight, camera: camera) }

    package func encoded() -> [UInt8] {
        var writer = ByteWriter(capacity: 113 + EkfRay.encodedBytes * rays.count)
        writer.count(rays.count, limit: Self.raysMax)
        writer.pose(own.pose)
        writer.symmetric3(own.covariance)
        writer.f64(pairWeight)
        writer.camera(camera)
        for ray in rays { ray.write(to: &writer) }
        return writer.bytes
    }
}

extension EkfGroup {
    package init(reading bytes: [UInt8]) throws(KernelError) {
        do throws(WireError) {
            try self.init(wire: bytes)
        } catch {
            throw .malformed(error)
        }
        guard own.isSane else { throw .outOfRange(.pose) }
        guard pairWeight >= EkfWeights.weightMin, pairWeight <= 1 else { throw .outOfRange(.weight) }
        guard camera.isSane else { throw .outOfRange(.camera) }
        for ray in rays {
            guard ray.estimate.isSane else { throw .outOfRange(.covariance) }
            guard ray.motion.isSane else { throw .outOfRange(.motion) }
            guard ray.detection.isSane else { throw .outOfRange(.detection) }
            guard ray.isSane else { throw .outOfRange(.weight) }
        }
    }

    private init(wire bytes: [UInt8]) throws(WireError) {
        var reader = ByteReader(bytes)
        let count = try reader.count(.neighbours, limit: Self.raysMax)
        own = PoseEstimate(pose: try reader.pose(), covariance: try reader.symmetric3())
        pairWeight = try reader.f64(.payload)
        camera = try reader.camera()
        rays = []
        rays.reserveCapacity(count)
        for _ in 0..<count { rays.append(try EkfRay(reading: &reader)) }
        try reader.finish()
    }
}
