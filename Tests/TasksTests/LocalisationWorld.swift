import RealModule
import SkeinTasks
import SkeinWire

/// The field of mesh-cloud §8's EKF check: 25 robots in 20 m × 20 m, one with DGPS, all with a compass. The truth moves;
/// each robot knows its noisy odometry and what `SkeinTasks` makes of it.
struct LocalisationWorld {
    struct Robot {
        var truth: Pose
        var estimate: PoseEstimate
        /// Odometry and nothing else, for comparison.
        var deadReckoning: PoseEstimate
        var hasCamera: Bool
        var hasDgps: Bool
        var odometry = Motion.none
    }

    /// What a run measured, over all robots and the second half of its steps.
    struct Figures {
        var rmsMeters = 0.0
        var deadReckoningRmsMeters = 0.0
        /// Normalised estimation error squared over its three dimensions: 1 is honest, more is overconfident.
        var neesPerDimension = 0.0
        var gatedOutShare = 0.0
        var fixes = 0
    }

    static let sideMeters = 20.0
    static let speedSigma = 0.05
    static let turnSigma = 0.02
    static let startSigmaMeters = 0.5
    static let startSigmaRadians = 0.05
    static let camera = EkfCamera(focalPixels: 600, bodyMeters: 0.5, pixelSigma: 1, bearingSigmaRadians: 0.005)
    /// Half of the lens's field of view, and how far it tells a robot.
    static let halfViewRadians = 0.8
    static let viewMeters = 25.0

    var robots: [Robot] = []
    var dice: Dice
    /// Detections that name the wrong robot.
    var mistakenShare = 0.0
    var givesFixes = true

    init(seed: UInt64, robots count: Int = 25, cameras: Int = 25) {
        dice = Dice(seed: seed)
        for index in 0..<count {
            let truth = Pose(
                xMeters: dice.uniform(1, Self.sideMeters - 1), yMeters: dice.uniform(1, Self.sideMeters - 1),
                headingRadians: dice.uniform(-.pi, .pi))
            let start = Pose(
                xMeters: truth.xMeters + dice.gaussian(sigma: Self.startSigmaMeters),
                yMeters: truth.yMeters + dice.gaussian(sigma: Self.startSigmaMeters),
                headingRadians: truth.headingRadians + dice.gaussian(sigma: Self.startSigmaRadians))
            let square = Self.startSigmaMeters * Self.startSigmaMeters
            let estimate = PoseEstimate(
                pose: start,
                covariance: .diagonal(square, square, Self.startSigmaRadians * Self.startSigmaRadians))
            robots.append(
                Robot(
                    truth: truth, estimate: estimate, deadReckoning: estimate, hasCamera: index < cameras,
                    hasDgps: index == count - 1))
        }
    }

    /// Drives on at about 1 m/s, turning towards the middle when near the fence.
    private mutating func move(_ index: Int) {
        let pose = robots[index].truth
        let margin = min(
            min(pose.xMeters, Self.sideMeters - pose.xMeters), min(pose.yMeters, Self.sideMeters - pose.yMeters))
        var turn = dice.uniform(-0.3, 0.3)
        if margin < 3 {
            let inward = Double.atan2(y: Self.sideMeters / 2 - pose.yMeters, x: Self.sideMeters / 2 - pose.xMeters)
            turn = max(-0.8, min(0.8, Pose.wrapped(inward - pose.headingRadians)))
        }
        let speed = dice.uniform(0.7, 1.3)
        let told = Motion(
            speedMetersPerSecond: speed + dice.gaussian(sigma: Self.speedSigma),
            turnRadiansPerSecond: turn + dice.gaussian(sigma: Self.turnSigma), durationSeconds: 1,
            speedVariance: Self.speedSigma * Self.speedSigma, turnVariance: Self.turnSigma * Self.turnSigma)
        let real = Motion(
            speedMetersPerSecond: speed, turnRadiansPerSecond: turn, durationSeconds: 1, speedVariance: 0,
            turnVariance: 0)
        robots[index].truth =
            PoseEstimate(pose: pose, covariance: .diagonal(1, 1, 1)).propagated(real).pose
        robots[index].odometry = told
        robots[index].deadReckoning = robots[index].deadReckoning.propagated(told)
    }

    private mutating func detections(of index: Int) -> [EkfRay] {
        let own = robots[index].truth
        var rays: [EkfRay] = []
        for other in robots.indices where other != index {
            let dx = robots[other].truth.xMeters - own.xMeters
            let dy = robots[other].truth.yMeters - own.yMeters
            let range = Double.sqrt(dx * dx + dy * dy)
            let bearing = Pose.wrapped(Double.atan2(y: dy, x: dx) - own.headingRadians)
            guard range > 0.5, range < Self.viewMeters, abs(bearing) < Self.halfViewRadians else { continue }
            let height = Self.camera.focalPixels * Self.camera.bodyMeters / (range * Double.cos(bearing))
            let isMistaken = dice.uniform(0, 1) < mistakenShare
            let named = isMistaken ? Int(dice.uniform(0, Double(robots.count))) : other
            guard named != index else { continue }
            rays.append(
                EkfRay(
                    node: NodeID(UInt16(named)), estimate: robots[named].estimate, motion: robots[named].odometry,
                    detection: EkfDetection(
                        bearingRadians: bearing + dice.gaussian(sigma: Self.camera.bearingSigmaRadians),
                        pixelHeight: max(1, height + dice.gaussian(sigma: Self.camera.pixelSigma)))))
        }
        return rays
    }

    /// The step each robot computes, from what it measured and what the others last broadcast.
    mutating func steps() -> [EkfStep] {
        for index in robots.indices { move(index) }
        return robots.indices.map { index in
            let robot = robots[index]
            let compass =
                robot.truth.headingRadians + dice.gaussian(sigma: Double.sqrt(PoseEstimate.compassVariance))
            let sigma = Double.sqrt(PoseEstimate.dgpsVariance)
            let dgps = FieldPoint(
                xMeters: robot.truth.xMeters + dice.gaussian(sigma: sigma),
                yMeters: robot.truth.yMeters + dice.gaussian(sigma: sigma))
            return EkfStep(
                own: robot.estimate, motion: robot.odometry, camera: Self.camera,
                rays: robot.hasCamera ? detections(of: index) : [], compassRadians: compass,
                dgps: robot.hasDgps ? dgps : nil)
        }
    }

    mutating func run(steps count: Int) throws -> Figures {
        var figures = Figures()
        var samples = 0.0
        var seen = 0
        for step in 0..<count {
            let steps = steps()
            let outcomes = try steps.map { try Self.outcome($0) }
            let fixes = zip(steps, outcomes).map { EkfStar($0).fixes(of: $1) }
            for (index, outcome) in outcomes.enumerated() { robots[index].estimate = outcome.own }
            for (index, (outcome, given)) in zip(outcomes, fixes).enumerated() {
                seen += outcome.neighbours.count + outcome.gatedOut
                figures.gatedOutShare += Double(outcome.gatedOut)
                guard givesFixes, robots[index].hasCamera else { continue }
                for (node, fix) in given { figures.fixes += take(fix, at: Int(node.number)) }
            }
            guard step >= count / 2 else { continue }
            for robot in robots where !robot.hasDgps {
                let error = Self.error(robot.estimate, robot.truth)
                figures.rmsMeters += error.x * error.x + error.y * error.y
                let drift = Self.error(robot.deadReckoning, robot.truth)
                figures.deadReckoningRmsMeters += drift.x * drift.x + drift.y * drift.y
                figures.neesPerDimension += error.dot((robot.estimate.covariance.inverse ?? .zero) * error) / 3
                samples += 1
            }
        }
        figures.rmsMeters = Double.sqrt(figures.rmsMeters / samples)
        figures.deadReckoningRmsMeters = Double.sqrt(figures.deadReckoningRmsMeters / samples)
        figures.neesPerDimension /= samples
        figures.gatedOutShare /= Double(max(seen, 1))
        return figures
    }

    /// All has been told: everybody hears everybody at each step.
    private mutating func take(_ fix: PositionFix, at index: Int) -> Int {
        guard case .fused(let fused) = fix.received(by: SplitEstimate(robots[index].estimate)) else { return 0 }
        robots[index].estimate = fused.estimate
        return 1
    }

    /// Through the bytes, as helpers would.
    static func outcome(_ step: EkfStep) throws -> EkfOutcome {
        let star = EkfStar(step)
        let contributions = try star.groups().map { group in
            try EkfContribution(reading: try Kernel.ekf.run(input: group.encoded()), answering: group)
        }
        return try star.merge(contributions)
    }

    private static func error(_ estimate: PoseEstimate, _ truth: Pose) -> Column3 {
        Column3(
            x: estimate.pose.xMeters - truth.xMeters, y: estimate.pose.yMeters - truth.yMeters,
            h: Pose.wrapped(estimate.pose.headingRadians - truth.headingRadians))
    }
}
