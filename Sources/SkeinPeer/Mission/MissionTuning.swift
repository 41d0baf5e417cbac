import SkeinTasks
import SkeinWire

/// What the mission takes for granted about the field, the robots and their sensors. **[R]** marks a value that
/// mesh-cloud leaves to us; the rest is its text.
package struct MissionTuning: Hashable, Sendable {
    /// mesh-cloud §7.
    package var step: Duration = .seconds(1)
    /// mesh-cloud §7 [R].
    package var speedMetersPerSecondMax = 6.0
    /// A turn a second, which is what the reference robot's motors can do [R].
    package var turnRadiansPerSecondMax = 2 * Double.pi
    /// mesh-cloud §7 [R].
    package var arrivalRadiusMeters = 5.0
    /// Where robots may be, and what is known to stand there.
    package var field = MissionField()
    package var rules = MissionRules()
    /// From the order to organise on a robot may turn in place, to face its goal or to look around once; never drive.
    package var turnsWhileWaiting = true

    /// From the middle of the robot to its rim [R].
    package var bodyRadiusMeters = 0.15
    /// What the infrared ring sees no farther than, from the middle [R].
    package var rangeMetersMax = 5.0
    /// Error of a range, one sigma: a part of it, and a floor [R].
    package var rangeSigmaFraction = 0.01
    package var rangeSigmaMeters = 0.01
    /// How hard the robot brakes at least, m/s² [R].
    package var brakingMetersPerSecondSquared = 8.0
    /// From a reading to the wheels, at most [R].
    package var actuationDelay: Duration = .milliseconds(20)
    /// How a robot with a nose looks for the source.
    package var search = SearchRule.skein

    /// Of the particle rule (mesh-cloud §7 [R]): inertia, pull of the own best, pull of the swarm's best.
    package var inertia = 0.6
    package var ownPull = 1.2
    package var swarmPull = 1.6

    /// Of every robot's camera; the height is a neighbour's, h in Z = f h / (pixel height) [R].
    package var camera = EkfCamera(
        focalPixels: 800, bodyMeters: 0.5, pixelSigma: 1, bearingSigmaRadians: 0.5 * .pi / 180)
    /// Height of the physical target [R].
    package var targetMeters = 1.0
    /// mesh-cloud §7 [R]: how far away a camera finds the target.
    package var sightMetersMax = 25.0
    /// Seen to either side of the heading: what a frame without the target says nothing is in [R].
    package var sightHalfAngleRadians = Double.pi / 3
    /// Bearings beyond this are not used for the target: depth along the axis says little of what is abeam [R].
    package var sightBearingRadiansMax = 1.3

    /// Odometry's errors, white over one reading: a fraction of the speed and of the turn, and a floor while moving
    /// [R].
    package var speedSigmaFraction = 0.05
    package var turnSigmaFraction = 0.05
    package var turnSigmaRadiansPerSecond = 0.02
    /// mesh-cloud §7.
    package var compassSigmaRadians = 2 * Double.pi / 180
    package var satelliteSigmaMeters = 0.02
    /// What was measured longer ago is not taken into the estimate any more [R].
    package var measurementAgeMax: Duration = .seconds(2)
    /// Growth of a position carried along by odometry alone, metres of sigma per metre driven [R].
    package var driftSigmaFraction = 0.02
    /// What a neighbour's announced speed is worth when its place is predicted: it turns, stops, starts [R].
    package var announcedSpeedSigmaMetersPerSecond = 0.3
    package var announcedTurnSigmaRadiansPerSecond = 0.2

    /// Error of one reading of the nose, as a fraction of it [R].
    package var smellSigmaFraction = 0.05
    /// Error of a smell that a neighbour has smoothed before it told [R].
    package var smellToldSigmaFraction = 0.03
    /// The part of a reading's error that lasts, and that all noses of a place have in common: the wind's.
    package var gustSigmaFraction = 0.0
    /// Nearer to the source than this no estimate of its place is believed to be [R].
    package var sourceSigmaMetersMin = 0.3

    /// Beacons older than this say nothing of where a neighbour is: two of the slowest, and some [R].
    package var neighbourSilenceMax: Duration = .seconds(6)
    /// A frame older than this is not worth a task [R].
    package var frameAgeMax: Duration = .milliseconds(1_500)
    /// Without a sensor reading for this long the robot stands: the dead man's handle [R].
    package var readingSilenceMax: Duration = .milliseconds(600)
    /// A robot that knows the target waits up to this long before it tells: of those who see it at once few speak [R].
    package var sightingJitterMax: Duration = .milliseconds(250)
    /// Spacing of one robot's sightings [R].
    package var sightingSpacingMin: Duration = .seconds(1)
    /// The target is told again only when known this much better [R].
    package var sightingGain = 0.6

    package init() {}

    /// The box that robots stay in.
    package var arena: Arena {
        get { field.arena }
        set { field.arena = newValue }
    }

    /// What a reading of the nose is wrong by. What does not last is at least a quarter of it: no nose is exact.
    var smellError: SmellError {
        let all = smellSigmaFraction * smellSigmaFraction
        let lasting = gustSigmaFraction * gustSigmaFraction
        return SmellError(white: max(all - lasting, all / 16).squareRoot(), gust: gustSigmaFraction)
    }

    /// Of a smell that a neighbour has told: it has smoothed away its nose's error, not the wind's.
    var smellToldError: Double { max(smellToldSigmaFraction, gustSigmaFraction) }

    /// What a robot does for a while of which only its announced speeds are known.
    func announced(speed: Double, turn: Double, lasting: Duration) -> Motion {
        Motion(
            speedMetersPerSecond: speed, turnRadiansPerSecond: turn, durationSeconds: max(0, lasting.inSeconds),
            speedVariance: announcedSpeedSigmaMetersPerSecond * announcedSpeedSigmaMetersPerSecond,
            turnVariance: announcedTurnSigmaRadiansPerSecond * announcedTurnSigmaRadiansPerSecond)
    }

    /// Why the values cannot be flown with, if they cannot.
    package var invalidity: String? {
        let positive: [(String, Double)] = [
            ("step", step.inSeconds), ("speed", speedMetersPerSecondMax), ("turn rate", turnRadiansPerSecondMax),
            ("arrival radius", arrivalRadiusMeters), ("arena width", arena.xMetersMax - arena.xMetersMin),
            ("arena height", arena.yMetersMax - arena.yMetersMin), ("focal length", camera.focalPixels),
            ("robot height", camera.bodyMeters), ("target height", targetMeters), ("pixel sigma", camera.pixelSigma),
            ("bearing sigma", camera.bearingSigmaRadians), ("compass sigma", compassSigmaRadians),
            ("satellite sigma", satelliteSigmaMeters), ("smell sigma", smellSigmaFraction),
            ("told smell sigma", smellToldSigmaFraction), ("source sigma", sourceSigmaMetersMin),
            ("sight range", sightMetersMax), ("sight angle", sightHalfAngleRadians),
            ("reading silence", readingSilenceMax.inSeconds), ("measurement age", measurementAgeMax.inSeconds),
            ("body radius", bodyRadiusMeters),
            ("range of the infrared ring", rangeMetersMax), ("braking", brakingMetersPerSecondSquared),
        ]
        for (name, value) in positive where !(value > 0 && value.isFinite) { return "\(name) \(value) is not positive" }
        guard gustSigmaFraction >= 0 && gustSigmaFraction.isFinite else { return "gusts of \(gustSigmaFraction)" }
        return field.invalidity ?? rules.invalidity
    }
}

/// The field as the operator fenced it, metres.
package struct Arena: Hashable, Sendable {
    package var xMetersMin = 0.0
    package var xMetersMax = 100.0
    package var yMetersMin = 0.0
    package var yMetersMax = 100.0
    /// Outside by less than this an estimate's error explains it [R].
    package var marginMeters = 2.0

    package init() {}

    package init(xMetersMin: Double, xMetersMax: Double, yMetersMin: Double, yMetersMax: Double) {
        self.xMetersMin = xMetersMin
        self.xMetersMax = xMetersMax
        self.yMetersMin = yMetersMin
        self.yMetersMax = yMetersMax
    }

    package var centre: FieldPoint {
        FieldPoint(xMeters: (xMetersMin + xMetersMax) / 2, yMeters: (yMetersMin + yMetersMax) / 2)
    }

    /// The nearest point of the box.
    package func nearest(to point: FieldPoint) -> FieldPoint {
        FieldPoint(
            xMeters: max(xMetersMin, min(xMetersMax, point.xMeters)),
            yMeters: max(yMetersMin, min(yMetersMax, point.yMeters)))
    }

    /// Inside, or outside by no more than `marginMeters` times `margins`.
    package func contains(_ point: FieldPoint, margins: Double) -> Bool {
        (point - nearest(to: point)).lengthMeters <= marginMeters * margins
    }
}
