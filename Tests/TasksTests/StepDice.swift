import RealModule
import SkeinTasks
import SkeinWire

extension Dice {
    /// A covariance with correlations of every sign, sigmas within the bounds.
    mutating func covariance(sigmaMin: Double = 0.01, sigmaMax: Double = 1) -> Symmetric3 {
        var result = Symmetric3.diagonal(sigmaMin * sigmaMin, sigmaMin * sigmaMin, 1e-4)
        for _ in 0..<3 {
            let x = uniform(-sigmaMax, sigmaMax)
            let y = uniform(-sigmaMax, sigmaMax)
            let h = uniform(-0.1, 0.1)
            result =
                result
                + Symmetric3(xx: x * x, xy: x * y, xh: x * h, yy: y * y, yh: y * h, hh: h * h)
        }
        return result
    }

    mutating func estimate() -> PoseEstimate {
        PoseEstimate(
            pose: Pose(
                xMeters: uniform(0, 20), yMeters: uniform(0, 20), headingRadians: uniform(-.pi, .pi)),
            covariance: covariance())
    }

    mutating func motion() -> Motion {
        Motion(
            speedMetersPerSecond: uniform(-1, 6), turnRadiansPerSecond: uniform(-1, 1),
            durationSeconds: uniform(0, 1.5), speedVariance: uniform(0, 0.04), turnVariance: uniform(0, 0.01))
    }

    /// A step with this many neighbours in view; every seventh detection is of something else altogether.
    mutating func step(rays count: Int) -> EkfStep {
        let own = estimate()
        let camera = EkfCamera(
            focalPixels: 600, bodyMeters: 0.5, pixelSigma: uniform(0.5, 2), bearingSigmaRadians: uniform(0.002, 0.02))
        let seenFrom = own.propagated(.none).pose
        var rays: [EkfRay] = []
        for index in 0..<count {
            var estimate = self.estimate()
            let bearing = uniform(-0.8, 0.8)
            let depth = uniform(1, 20)
            let angle = seenFrom.headingRadians + bearing
            let range = depth / Double.cos(bearing)
            estimate.pose.xMeters = seenFrom.xMeters + range * Double.cos(angle) + gaussian(sigma: 0.3)
            estimate.pose.yMeters = seenFrom.yMeters + range * Double.sin(angle) + gaussian(sigma: 0.3)
            let shift = index % 7 == 6 ? 0.7 : 0
            let detection = EkfDetection(
                bearingRadians: bearing + shift, pixelHeight: camera.focalPixels * camera.bodyMeters / depth)
            rays.append(
                EkfRay(
                    node: NodeID(UInt16(100 + index)), estimate: estimate, motion: .none,
                    isRepeated: index % 5 == 4, detection: detection))
            // A step without motion keeps detections where the neighbours are; noise of motion still counts.
            rays[index].motion.speedVariance = uniform(0, 0.04)
            rays[index].motion.durationSeconds = uniform(0, 1.5)
        }
        return EkfStep(
            own: own, motion: .none, camera: camera, rays: rays,
            compassRadians: uniform(0, 1) < 0.5 ? own.pose.headingRadians + gaussian(sigma: 0.03) : nil,
            dgps: uniform(0, 1) < 0.2
                ? FieldPoint(xMeters: own.pose.xMeters + 0.01, yMeters: own.pose.yMeters - 0.01) : nil)
    }

    /// What noses around a place smell of a source, with relative noise.
    mutating func samples(_ count: Int, source: FieldPoint, around middle: FieldPoint, reach: Double, noise: Double)
        -> [PsoSample]
    {
        (0..<count).map { _ in
            let x = middle.xMeters + uniform(-reach, reach)
            let y = middle.yMeters + uniform(-reach, reach)
            let distance = (FieldPoint(xMeters: x, yMeters: y) - source).lengthMeters
            let smelled = Double.exp(gaussian(sigma: noise)) / max(distance, 1)
            return PsoSample(xMeters: Float(x), yMeters: Float(y), concentration: Float(smelled))
        }
    }
}

/// The arena of the reference scenario.
let arena = PsoBox(low: .zero, high: FieldPoint(xMeters: 100, yMeters: 100))
