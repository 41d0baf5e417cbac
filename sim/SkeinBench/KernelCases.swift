import RealModule
import SkeinPeer
import SkeinTasks
import SkeinWire

/// Steps of both kernels, the same for every rival, and what Skein makes of them. Numbers are f64, little-endian, case
/// after case:
///
///     localisation: own pose 3, covariance 6 (xx xy xh yy yh hh), motion 5 (v w dt var v var w), compass,
///                   camera 4 (focal, body, pixel sigma, bearing sigma),
///                   24 × (pose 3, covariance 6, motion 5, repeated 0 or 1, bearing, pixel height)
///     its result:   own pose 3, covariance 6, 24 × (used 0 or 1, pose 3, covariance 6; zeros if not used)
///     search:       seed's upper and lower 32 bits, box low 2, high 2, guess 2, 40 × (x, y, concentration)
///     its result:   2 × (x, y, misfit)
package struct KernelCases {
    private static let sideMeters = 100.0
    private static let sightMeters = 25.0

    package let steps: [EkfStep]
    package let searches: [PsoSearch]

    package init(count: Int, seed: UInt64) {
        var dice = PeerRandom(seed: seed)
        steps = (0..<count).map { _ in Self.step(&dice) }
        searches = (0..<count).map { _ in Self.search(&dice) }
    }

    private static func uniform(_ low: Double, _ high: Double, _ dice: inout PeerRandom) -> Double {
        low + dice.unit() * (high - low)
    }

    /// Twelve uniforms: mean 0, sigma 1.
    private static func gauss(_ dice: inout PeerRandom) -> Double {
        (0..<12).reduce(-6) { sum, _ in sum + dice.unit() }
    }

    /// A covariance of a robot that has driven: not a diagonal.
    private static func estimate(near truth: Pose, _ dice: inout PeerRandom) -> PoseEstimate {
        let along = uniform(0.02, 0.6, &dice)
        let across = uniform(0.02, 0.6, &dice)
        let turned = uniform(-0.9, 0.9, &dice)
        let start = PoseEstimate(
            pose: truth, covariance: .diagonal(along * along, across * across, uniform(0.0004, 0.01, &dice)))
        let spread = start.propagated(
            Motion(
                speedMetersPerSecond: uniform(-6, 6, &dice), turnRadiansPerSecond: 0, durationSeconds: 0.2,
                speedVariance: 0.01, turnVariance: 0.001)
        ).covariance
        var covariance = spread
        covariance.xy += turned * (spread.xx * spread.yy - spread.xy * spread.xy).squareRoot() * 0.3
        return PoseEstimate(
            pose: Pose(
                xMeters: truth.xMeters + along * gauss(&dice), yMeters: truth.yMeters + across * gauss(&dice),
                headingRadians: Pose.wrapped(truth.headingRadians + 0.03 * gauss(&dice))),
            covariance: covariance.inverse == nil ? spread : covariance)
    }

    private static func motion(_ dice: inout PeerRandom) -> Motion {
        Motion(
            speedMetersPerSecond: uniform(0, 6, &dice), turnRadiansPerSecond: uniform(-0.5, 0.5, &dice),
            durationSeconds: uniform(0.05, 0.5, &dice), speedVariance: 0.09, turnVariance: 0.04)
    }

    private static func step(_ dice: inout PeerRandom) -> EkfStep {
        let camera = MissionTuning().camera
        let truth = Pose(xMeters: 50, yMeters: 50, headingRadians: uniform(-3, 3, &dice))
        let driven = motion(&dice)
        let rays = (1...EkfStar.raysMax).map { number -> EkfRay in
            let bearing = uniform(-1, 1, &dice)
            let range = uniform(1.5, sightMeters, &dice)
            let angle = truth.headingRadians + driven.turnRadiansPerSecond * driven.durationSeconds + bearing
            let forward = driven.speedMetersPerSecond * driven.durationSeconds
            let place = Pose(
                xMeters: truth.xMeters + forward * .cos(truth.headingRadians) + range * .cos(angle),
                yMeters: truth.yMeters + forward * .sin(truth.headingRadians) + range * .sin(angle),
                headingRadians: uniform(-3, 3, &dice))
            let height = camera.focalPixels * camera.bodyMeters / (range * .cos(bearing)) + gauss(&dice)
            return EkfRay(
                node: NodeID(UInt16(number)), estimate: estimate(near: place, &dice),
                motion: Motion(
                    speedMetersPerSecond: 0.5, turnRadiansPerSecond: 0.1, durationSeconds: uniform(0, 0.5, &dice),
                    speedVariance: 0.09, turnVariance: 0.04),
                isRepeated: number % 5 == 0,
                detection: EkfDetection(
                    bearingRadians: bearing + camera.bearingSigmaRadians * gauss(&dice), pixelHeight: max(height, 1)))
        }
        return EkfStep(
            own: estimate(near: truth, &dice), motion: driven, camera: camera, rays: rays,
            compassRadians: Pose.wrapped(
                truth.headingRadians + driven.turnRadiansPerSecond * driven.durationSeconds + 0.035 * gauss(&dice)))
    }

    private static func search(_ dice: inout PeerRandom) -> PsoSearch {
        let source = FieldPoint(
            xMeters: uniform(10, sideMeters - 10, &dice), yMeters: uniform(10, sideMeters - 10, &dice))
        let samples = (0..<PsoSearch.samplesMax).map { _ -> PsoSample in
            let place = FieldPoint(xMeters: uniform(0, sideMeters, &dice), yMeters: uniform(0, sideMeters, &dice))
            let concentration = (1 + 0.02 * gauss(&dice)) / max((place - source).lengthMeters, 1)
            return PsoSample(
                xMeters: Float(place.xMeters), yMeters: Float(place.yMeters), concentration: Float(concentration))
        }
        return PsoSearch(
            seed: dice.next(),
            box: PsoBox(low: .zero, high: FieldPoint(xMeters: sideMeters, yMeters: sideMeters)),
            guess: FieldPoint(xMeters: uniform(0, sideMeters, &dice), yMeters: uniform(0, sideMeters, &dice)),
            samples: samples)
    }

    // MARK: What Skein computes

    /// As a robot alone computes its step: divided, every group here, merged.
    package static func localised(_ step: EkfStep) -> EkfOutcome {
        let star = EkfStar(step)
        do throws(KernelError) {
            return try star.merge(try star.groups().map { (group) throws(KernelError) in try group.run() })
        } catch { preconditionFailure("a bench's step \(error)") }
    }

    // MARK: Numbers

    package var stepNumbers: [Double] { steps.flatMap(Self.numbers) }
    package var searchNumbers: [Double] { searches.flatMap(Self.numbers) }

    private static func numbers(_ estimate: PoseEstimate) -> [Double] {
        let pose = estimate.pose
        let p = estimate.covariance
        return [pose.xMeters, pose.yMeters, pose.headingRadians, p.xx, p.xy, p.xh, p.yy, p.yh, p.hh]
    }

    private static func numbers(_ motion: Motion) -> [Double] {
        [
            motion.speedMetersPerSecond, motion.turnRadiansPerSecond, motion.durationSeconds, motion.speedVariance,
            motion.turnVariance,
        ]
    }

    private static func numbers(_ step: EkfStep) -> [Double] {
        let camera = step.camera
        var numbers = numbers(step.own) + numbers(step.motion) + [step.compassRadians ?? 0]
        numbers += [camera.focalPixels, camera.bodyMeters, camera.pixelSigma, camera.bearingSigmaRadians]
        for ray in step.rays {
            numbers += Self.numbers(ray.estimate) + Self.numbers(ray.motion)
            numbers += [ray.isRepeated ? 1 : 0, ray.detection.bearingRadians, ray.detection.pixelHeight]
        }
        return numbers
    }

    private static func numbers(_ search: PsoSearch) -> [Double] {
        let guess = search.guess ?? .zero
        var numbers = [Double(search.seed >> 32), Double(search.seed & 0xFFFF_FFFF)]
        for point in [search.box.low, search.box.high, guess] { numbers += [point.xMeters, point.yMeters] }
        for sample in search.samples {
            numbers += [Double(sample.xMeters), Double(sample.yMeters), Double(sample.concentration)]
        }
        return numbers
    }

    package static func numbers(_ outcome: EkfOutcome) -> [Double] {
        var numbers = numbers(outcome.own)
        for number in 1...EkfStar.raysMax {
            let found = outcome.neighbours.first { Int($0.node.number) == number }
            numbers += found.map { [1] + Self.numbers($0.estimate) } ?? [Double](repeating: 0, count: 10)
        }
        return numbers
    }

    package static func numbers(_ bests: [PsoBest]) -> [Double] {
        bests.flatMap { [$0.position.xMeters, $0.position.yMeters, $0.misfitPerSample] }
    }
}
