import RealModule
import SkeinTasks
import SkeinWire

@testable import SkeinPeer

/// Robots that stand still in a ring, see each other, and tell each other again and again where they are: beacons and fixes
/// once a second, each heard by all at once. Nothing new is learned but what compasses and a receiver say.
struct StandingSwarm {
    struct Robot {
        let truth: Pose
        var localiser: Localiser
        let hasCamera: Bool
        let hasSatellite: Bool
        var picture: NeighbourPicture
    }

    /// Some know better where they are than others; the surest is a camera robot.
    static func startSigmaMeters(_ index: Int) -> Double { 0.3 + 0.1 * Double(index) }
    private static let readingsPerSecond = 5

    let tuning = MissionTuning()
    private(set) var robots: [Robot] = []
    private(set) var fused = 0
    private var now = Instant.zero
    private var dice: Dice

    init(seed: UInt64, robots count: Int = 6, cameras: Int = 3, satellite: Int? = nil) {
        dice = Dice(seed: seed)
        for index in 0..<count {
            let angle = 2 * Double.pi * Double(index) / Double(count)
            let truth = Pose(
                xMeters: 10 + 5 * Double.cos(angle), yMeters: 10 + 5 * Double.sin(angle),
                headingRadians: Pose.wrapped(angle + .pi))
            let sigma = Self.startSigmaMeters(index)
            let start = StartPose(
                xMeters: truth.xMeters + sigma * dice.bell(), yMeters: truth.yMeters + sigma * dice.bell(),
                headingRadians: truth.headingRadians + 0.05 * dice.bell(),
                positionSigmaMeters: sigma, headingSigmaRadians: 0.05)
            robots.append(
                Robot(
                    truth: truth, localiser: Localiser(start: start, tuning: tuning), hasCamera: index < cameras,
                    hasSatellite: index == satellite, picture: NeighbourPicture(tuning: tuning)))
        }
    }

    mutating func stand(seconds: Int) throws {
        for _ in 0..<seconds {
            for _ in 0..<Self.readingsPerSecond { for index in robots.indices { sense(index) } }
            now += .seconds(1)
            for index in robots.indices { tell(index) }
            for index in robots.indices where robots[index].hasCamera { try look(index) }
        }
    }

    private mutating func sense(_ index: Int) {
        let truth = robots[index].truth
        var reading = SensorReading(
            interval: .milliseconds(200), speedMetersPerSecond: 0, turnRadiansPerSecond: 0,
            compassRadians: Pose.wrapped(truth.headingRadians + tuning.compassSigmaRadians * dice.bell()),
            satelliteMeters: nil, smellPerMeter: nil, detections: nil, target: nil)
        if robots[index].hasSatellite {
            let sigma = tuning.satelliteSigmaMeters
            reading.satelliteMeters = (truth.xMeters + sigma * dice.bell(), truth.yMeters + sigma * dice.bell())
        }
        robots[index].localiser.sensed(reading)
    }

    private mutating func tell(_ index: Int) {
        let fields = BeaconFields(
            pose: PoseField(robots[index].localiser.told), speedMetersPerSecond: 0, turnRadiansPerSecond: 0,
            smellPerMeter: 0, best: Smell(xMeters: 0, yMeters: 0, perMeter: 0))
        robots[index].localiser.beaconSent()
        for other in robots.indices where other != index {
            robots[other].picture.heard(NodeID(UInt16(index)), fields: fields, now: now)
        }
    }

    /// A frame of all others, the task at once, its fixes at once.
    private mutating func look(_ index: Int) throws {
        let own = robots[index].truth
        let camera = tuning.camera
        var detections: [SensorReading.Detection] = []
        for other in robots.indices where other != index {
            let place = robots[other].truth
            let (dx, dy) = (place.xMeters - own.xMeters, place.yMeters - own.yMeters)
            let bearing = Pose.wrapped(Double.atan2(y: dy, x: dx) - own.headingRadians)
            let depth = (dx * dx + dy * dy).squareRoot() * Double.cos(bearing)
            guard abs(bearing) < 1.2 else { continue }
            detections.append(
                SensorReading.Detection(
                    robot: NodeID(UInt16(other)), bearingRadians: bearing + camera.bearingSigmaRadians * dice.bell(),
                    pixelHeight: camera.focalPixels * camera.bodyMeters / depth + camera.pixelSigma * dice.bell()))
        }
        let rays = Witnesses.credible(
            robots[index].picture.rays(of: detections, now: now), own: robots[index].localiser.estimate, camera: camera)
        robots[index].localiser.frameTaken()
        guard let begun = robots[index].localiser.taskBegins() else { return }
        let star = EkfStar(
            EkfStep(
                own: begun.estimate, independent: begun.independent, motion: .none, camera: camera, rays: rays))
        let outcome = try star.merge(star.groups().map { try $0.run() })
        guard robots[index].localiser.taskMerged(outcome.own) else { return }
        for (node, fix) in star.fixes(of: outcome) {
            let heard = PositionFix(fix.entry(for: node))
            if case .fused = robots[Int(node.number)].localiser.fixHeard(heard, from: NodeID(UInt16(index))) {
                fused += 1
            }
        }
    }

    // MARK: How it fares

    /// The least variance of a robot's place in any direction.
    func leastVariance(_ index: Int) -> Double {
        let p = robots[index].localiser.estimate.covariance.position
        let half = (p.xx - p.yy) / 2
        return (p.xx + p.yy) / 2 - (half * half + p.xy * p.xy).squareRoot()
    }

    /// Normalised estimation error squared of the place: two of an estimate that is as good as it says.
    func positionNees(_ index: Int) -> Double {
        let estimate = robots[index].localiser.estimate
        let truth = robots[index].truth
        let (dx, dy) = (estimate.pose.xMeters - truth.xMeters, estimate.pose.yMeters - truth.yMeters)
        return estimate.covariance.position.inverse?.quadratic(dx, dy) ?? .infinity
    }
}
