import RealModule
import SkeinPeer
import SkeinTasks
import SkeinWire

/// What a robot's sensors are like.
package struct SensorConfig: Hashable, Sendable {
    /// Odometry, one sigma: relative errors of speed and turn rate, and a floor of the latter, rad/s. [R]
    package var speedSigmaFraction = 0.02
    package var turnSigmaFraction = 0.0
    package var turnSigmaRadiansPerSecond = 0.02
    /// 2° (spec §7).
    package var compassSigmaRadians = 2 * Double.pi / 180
    /// 2 cm (spec §7).
    package var satelliteSigmaMeters = 0.02
    /// Relative error of the concentration. [R]
    package var smellSigmaFraction = 0.02
    /// The camera and the robots' height, and the physical target's: by default what the peers take for granted.
    package var camera = MissionTuning().camera
    package var targetMeters = MissionTuning().targetMeters
    /// Seen to either side of the heading: a 120° lens. Depth along the axis means nothing much farther round. [R]
    package var cameraHalfAngleRadians = Double.pi / 3
    /// Detection range (spec §7, [R]).
    package var cameraRangeMeters = 25.0
    /// Nearest robots a frame reports (spec §7).
    package var detectionsMax = 24
    /// A reading every 200 ms, a frame with every fifth. [R]
    package var interval = Duration.milliseconds(200)
    package var readingsPerFrame = 5
    /// How long these take until they are told; each tells its age.
    package var compassDelay = Duration.zero
    package var satelliteDelay = Duration.zero
    /// Sensors of the infrared ring, where bodies are solid. [R]
    package var rangeSensors = 36
    /// A range's error, one sigma: a part of it, and a floor. [R]
    package var rangeSigmaFraction = 0.01
    package var rangeSigmaMeters = 0.01
    /// Gusts: one sigma of the logarithm of the concentration, how far and how long one reaches. [R]
    package var gustSigma = 0.0
    package var gustMeters = 10.0
    package var gustSpan = Duration.seconds(2)

    package init() {}
}

/// A robot's sensors: the truth with their own noise on it.
package struct Senses: Sendable {
    private let config: SensorConfig
    private let carriesCamera: Bool
    private let carriesSatelliteReceiver: Bool
    private var dice: Dice
    /// The infrared ring's own chance: robots without one draw as they always did.
    private var rangeDice: Dice
    private var readAt: Int64
    /// Readings until the next camera frame.
    private var untilFrame: Int
    private var compass: SenseDelay<Double>
    private var satellite: SenseDelay<FieldPoint>

    package init(role: RobotRole, config: SensorConfig, dice: Dice, now: Int64) {
        self.config = config
        carriesCamera = role.carriesCamera
        carriesSatelliteReceiver = role.carriesSatelliteReceiver
        self.dice = dice
        var word = dice
        rangeDice = Dice(seed: word.word(), stream: .ranges)
        readAt = now
        untilFrame = self.dice.below(config.readingsPerFrame)
        compass = SenseDelay(config.compassDelay)
        satellite = SenseDelay(config.satelliteDelay)
    }

    /// A reading of robot `robot`, whose body and the others' are at `places`.
    package mutating func read(
        _ robot: Int, body: inout Body, places: [FieldPoint], isVisible: [Bool], scene: Scene, now: Int64
    ) -> SensorReading {
        let odometry = body.takeOdometry(now: now)
        let span = max(now - readAt, 1)
        let seconds = Double(span) * 1e-9
        readAt = now
        let speed = odometry.wayMeters / seconds * dice.gauss(mean: 1, sigma: config.speedSigmaFraction)
        let turned = odometry.turnedRadians / seconds
        let turnSigma = config.turnSigmaRadiansPerSecond + config.turnSigmaFraction * abs(turned)
        let turn = turned == 0 ? 0 : turned + dice.gauss(sigma: turnSigma)
        compass.measured(
            wrappedRadians(body.headingRadians + dice.gauss(sigma: config.compassSigmaRadians)), at: now)
        let pointed = compass.told(at: now)
        var reading = SensorReading(
            interval: .nanoseconds(span), speedMetersPerSecond: speed, turnRadiansPerSecond: turn,
            compassRadians: pointed?.value, satelliteMeters: nil, smellPerMeter: nil, detections: nil, target: nil)
        reading.compassAge = pointed?.age ?? .zero
        if carriesSatelliteReceiver {
            satellite.measured(
                FieldPoint(
                    xMeters: body.place.xMeters + dice.gauss(sigma: config.satelliteSigmaMeters),
                    yMeters: body.place.yMeters + dice.gauss(sigma: config.satelliteSigmaMeters)), at: now)
            let placed = satellite.told(at: now)
            reading.satelliteMeters = placed.map { (x: $0.value.xMeters, y: $0.value.yMeters) }
            reading.satelliteAge = placed?.age ?? .zero
        }
        if scene.isSolid {
            reading.ranges = RangeRing.ranges(
                robot, body: body, places: places, isVisible: isVisible, scene: scene, config: config,
                dice: &rangeDice)
        }
        guard carriesCamera else {
            let distance = max(body.place.distance(to: scene.virtualTarget), 1)
            let gust = scene.gusts?.factor(at: body.place, now: now) ?? 1
            reading.smellPerMeter = gust / distance * dice.gauss(mean: 1, sigma: config.smellSigmaFraction)
            return reading
        }
        if untilFrame == 0 {
            untilFrame = config.readingsPerFrame
            reading.detections = frame(robot, body, places, isVisible, scene)
            if !scene.blocks(body.place, scene.physicalTarget) {
                reading.target = detection(
                    of: scene.physicalTarget, as: .none, heightMeters: config.targetMeters, from: body)
            }
        }
        untilFrame -= 1
        return reading
    }

    /// The nearest robots in view, by number.
    private mutating func frame(
        _ robot: Int, _ body: Body, _ places: [FieldPoint], _ isVisible: [Bool], _ scene: Scene
    ) -> [SensorReading.Detection] {
        var seen: [(distance: Double, robot: Int)] = []
        for other in 0..<places.count where other != robot && isVisible[other] {
            let distance = body.place.distance(to: places[other])
            guard distance <= config.cameraRangeMeters else { continue }
            guard abs(bearing(of: places[other], from: body)) <= config.cameraHalfAngleRadians else { continue }
            guard !scene.blocks(body.place, places[other]) else { continue }
            seen.append((distance, other))
        }
        seen.sort { ($0.distance, $0.robot) < ($1.distance, $1.robot) }
        var nearest = seen.prefix(config.detectionsMax).map(\.robot)
        nearest.sort()
        return nearest.compactMap { other in
            detection(
                of: places[other], as: NodeID(UInt16(other)), heightMeters: config.camera.bodyMeters, from: body)
        }
    }

    private func bearing(of place: FieldPoint, from body: Body) -> Double {
        let angle = Double.atan2(y: place.yMeters - body.place.yMeters, x: place.xMeters - body.place.xMeters)
        return wrappedRadians(angle - body.headingRadians)
    }

    /// Nil when out of view, or too near for the lens.
    private mutating func detection(
        of place: FieldPoint, as id: NodeID, heightMeters: Double, from body: Body
    ) -> SensorReading.Detection? {
        let distance = body.place.distance(to: place)
        let truth = bearing(of: place, from: body)
        guard distance <= config.cameraRangeMeters, distance >= Self.distanceMetersMin,
            abs(truth) <= config.cameraHalfAngleRadians
        else { return nil }
        let camera = config.camera
        let depth = distance * Double.cos(truth)
        let height = camera.focalPixels * heightMeters / depth + dice.gauss(sigma: camera.pixelSigma)
        let measured = truth + dice.gauss(sigma: camera.bearingSigmaRadians)
        return SensorReading.Detection(robot: id, bearingRadians: measured, pixelHeight: max(height, 1))
    }

    /// Nearer than this a body fills the frame.
    private static let distanceMetersMin = 0.3
}
