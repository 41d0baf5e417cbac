import SkeinTasks
import SkeinWire

@testable import SkeinPeer

/// One robot that is driven about, with sensors as noisy as they are said to be, and what a test breaks of them.
struct LoneRobot {
    static let seconds = 0.2

    /// What is wrong with the sensors now.
    struct Trouble {
        /// Wheels turn so many times as far as the robot goes.
        var slip = 1.0
        var compassBias = 0.0
        var satelliteOffset = FieldPoint.zero
        var isCompassFrozen = false
        var isSatelliteFrozen = false
    }

    let tuning = MissionTuning()
    private(set) var truth: Pose
    private(set) var localiser: Localiser
    var trouble = Trouble()
    var hasSatellite: Bool
    var speed = 1.0
    /// Of DGPS, in readings: so late it comes.
    var satelliteDelay = 0
    /// As noisy as its receiver is, and whether that says so; nil: as configured.
    var satelliteSigma: Double?
    var tellsSatelliteSigma = true
    var compassDelay = 0
    private(set) var events: [(second: Double, source: LocalisationSource, turn: LocalisationTurn)] = []
    private(set) var second = 0.0
    private var dice: Dice
    private var satellites: [FieldPoint] = []
    private var compasses: [Double] = []

    init(seed: UInt64, hasSatellite: Bool = true) {
        dice = Dice(seed: seed)
        self.hasSatellite = hasSatellite
        truth = Pose(
            xMeters: dice.uniform(20, 80), yMeters: dice.uniform(20, 80), headingRadians: dice.uniform(-3, 3))
        localiser = Localiser(
            start: StartPose(
                xMeters: truth.xMeters + 0.5 * dice.bell(), yMeters: truth.yMeters + 0.5 * dice.bell(),
                headingRadians: truth.headingRadians + 0.05 * dice.bell(), positionSigmaMeters: 0.5,
                headingSigmaRadians: 0.05),
            tuning: tuning)
    }

    mutating func drive(seconds: Double) {
        for _ in 0..<Int((seconds / Self.seconds).rounded()) { step() }
    }

    mutating func step() {
        let turn = dice.uniform(-0.4, 0.4)
        let told = (
            speed: speed * (trouble.slip + tuning.speedSigmaFraction * dice.bell()),
            turn: turn + (tuning.turnSigmaFraction * abs(turn) + tuning.turnSigmaRadiansPerSecond) * dice.bell()
        )
        let half = turn * Self.seconds / 2
        let way = PoseEstimate(
            pose: Pose(
                xMeters: truth.xMeters, yMeters: truth.yMeters, headingRadians: truth.headingRadians + half),
            covariance: .diagonal(1, 1, 1)
        ).propagated(
            Motion(
                speedMetersPerSecond: speed, turnRadiansPerSecond: 0, durationSeconds: Self.seconds, speedVariance: 0,
                turnVariance: 0))
        truth = way.pose
        truth.headingRadians = Pose.wrapped(truth.headingRadians + half)
        second += Self.seconds
        localiser.sensed(reading(speed: told.speed, turn: told.turn))
        for turn in localiser.takeTurns() { events.append((second, turn.source, turn.turn)) }
    }

    private mutating func reading(speed: Double, turn: Double) -> SensorReading {
        let compass =
            trouble.isCompassFrozen
            ? compasses.last ?? 0
            : Pose.wrapped(
                truth.headingRadians + trouble.compassBias + tuning.compassSigmaRadians * dice.bell())
        compasses.append(compass)
        let sigma = satelliteSigma ?? tuning.satelliteSigmaMeters
        let place = FieldPoint(
            xMeters: truth.xMeters + sigma * dice.bell(), yMeters: truth.yMeters + sigma * dice.bell())
        satellites.append(
            trouble.isSatelliteFrozen ? satellites.last ?? .zero : place + trouble.satelliteOffset)
        var reading = SensorReading(
            interval: .fromSeconds(Self.seconds), speedMetersPerSecond: speed, turnRadiansPerSecond: turn,
            compassRadians: nil, satelliteMeters: nil, smellPerMeter: nil, detections: nil, target: nil)
        if compasses.count > compassDelay {
            reading.compassRadians = compasses[compasses.count - 1 - compassDelay]
            reading.compassAge = .fromSeconds(Double(compassDelay) * Self.seconds)
        }
        if hasSatellite, satellites.count > satelliteDelay {
            let told = satellites[satellites.count - 1 - satelliteDelay]
            reading.satelliteMeters = (x: told.xMeters, y: told.yMeters)
            reading.satelliteAge = .fromSeconds(Double(satelliteDelay) * Self.seconds)
            if tellsSatelliteSigma { reading.satelliteSigmaMeters = satelliteSigma }
        }
        return reading
    }

    // MARK: How it fares

    mutating func fixHeard(metersEast: Double, sigma: Double, from robot: UInt16, age: Double) {
        let fix = PositionFix(
            xMeters: truth.xMeters + metersEast, yMeters: truth.yMeters,
            covariance: Symmetric2(xx: sigma * sigma, xy: 0, yy: sigma * sigma))
        _ = localiser.fixHeard(fix, from: NodeID(robot), age: .fromSeconds(age))
        for turn in localiser.takeTurns() { events.append((second, turn.source, turn.turn)) }
    }

    var errorMeters: Double {
        (localiser.position - FieldPoint(xMeters: truth.xMeters, yMeters: truth.yMeters)).lengthMeters
    }
    var headingError: Double { abs(Pose.wrapped(localiser.headingRadians - truth.headingRadians)) }
    var isDoubtful: Bool { !localiser.report.diverged.isEmpty }

    /// Normalised estimation error squared, three degrees of freedom.
    var nees: Double {
        let estimate = localiser.estimate
        let error = Column3(
            x: estimate.pose.xMeters - truth.xMeters, y: estimate.pose.yMeters - truth.yMeters,
            h: Pose.wrapped(estimate.pose.headingRadians - truth.headingRadians))
        return error.dot((estimate.covariance.inverse ?? .zero) * error)
    }

    func firstTurn(_ source: LocalisationSource, _ turn: LocalisationTurn, after second: Double = 0) -> Double? {
        events.first { $0.source == source && $0.turn == turn && $0.second >= second }?.second
    }
}
