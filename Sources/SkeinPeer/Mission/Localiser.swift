import RealModule
import SkeinTasks
import SkeinWire

/// Where this robot believes it is. A plain Kalman filter over its own odometry, compass and DGPS; neighbours' fixes
/// come in by covariance intersection (`PositionFix`), and a camera robot's merged task replaces the past:
///
/// - A frame marks a snapshot of the estimate, and from then on a log is kept of everything that changes the estimate.
/// - A task is computed from the snapshot. When its result comes, up to a step later, it takes the snapshot's place and
///   the log is replayed on it, exactly as if it had been there in time. The next frame's snapshot lies on that replay.
/// - What others have a part in must be explained by what the robot knows alone (`DeadReckoning`), else it is not taken.
/// - A result that never comes leaves the estimate as odometry and compass have it. A log that outgrows its bound drops
///   the snapshots: the result in flight is then ignored.
struct Localiser {
    /// Entries since the oldest snapshot: two steps of readings at 50 Hz, each with all sensors.
    static let logMax = 320

    private enum Entry {
        case moved(Motion)
        case compass(Double)
        case satellite(FieldPoint)
        case fix(PositionFix)
    }

    /// The estimate when a frame was taken, and how many entries had been logged by then.
    private struct Snapshot {
        var estimate: PoseEstimate
        var mark: Int
    }

    private let tuning: MissionTuning
    private(set) var estimate: PoseEstimate
    /// Without any neighbour's word.
    private(set) var alone: DeadReckoning
    /// Odometry alone, never corrected: what a difference of two places over a few seconds is measured in.
    private(set) var track = FieldPoint.zero
    /// Path length since the start.
    private(set) var drivenMeters = 0.0
    private(set) var speedMetersPerSecond = 0.0
    private(set) var turnRadiansPerSecond = 0.0

    private var log: [Entry] = []
    /// Entries that were dropped from the front of the log.
    private var logStart = 0
    private var frame: Snapshot?
    private var flight: Snapshot?

    init(start: StartPose, tuning: MissionTuning) {
        self.tuning = tuning
        estimate = Self.estimate(at: start)
        alone = DeadReckoning(estimate)
        precondition(start.isSane, "a robot cannot start at \(start)")
    }

    fileprivate static func estimate(at start: StartPose) -> PoseEstimate {
        let position = max(start.positionSigmaMeters * start.positionSigmaMeters, Self.varianceMin)
        let heading = max(start.headingSigmaRadians * start.headingSigmaRadians, Self.varianceMin)
        return PoseEstimate(
            pose: Pose(
                xMeters: start.xMeters, yMeters: start.yMeters, headingRadians: Pose.wrapped(start.headingRadians)),
            covariance: .diagonal(position, position, heading))
    }

    /// A tenth of a millimetre squared; a covariance must have an inverse, in the beacon's single precision too.
    private static let varianceMin = 1e-8

    var position: FieldPoint { FieldPoint(xMeters: estimate.pose.xMeters, yMeters: estimate.pose.yMeters) }
    var headingRadians: Double { estimate.pose.headingRadians }
    var velocity: FieldPoint {
        FieldPoint(
            xMeters: speedMetersPerSecond * Double.cos(headingRadians),
            yMeters: speedMetersPerSecond * Double.sin(headingRadians))
    }
    /// One sigma of the position, both axes together.
    var positionSigmaMeters: Double { max(0, estimate.covariance.xx + estimate.covariance.yy).squareRoot() }
    /// Mean variance of x and y.
    var positionVariance: Double { max(0, estimate.covariance.xx + estimate.covariance.yy) / 2 }

    /// Takes in what moved and what was measured at the end of it. Nonsense from a broken sensor is left out.
    mutating func sensed(_ reading: SensorReading) {
        let seconds = reading.interval.inSeconds
        let speed = reading.speedMetersPerSecond
        let turn = reading.turnRadiansPerSecond
        if seconds > 0, seconds <= Motion.durationSecondsMax, abs(speed) <= Motion.speedMetersPerSecondMax,
            abs(turn) <= Motion.turnRadiansPerSecondMax
        {
            moved(seconds: seconds, speed: speed, turn: turn)
        }
        if let compass = reading.compassRadians, compass.isFinite { take(.compass(compass)) }
        if let satellite = reading.satelliteMeters {
            let point = FieldPoint(xMeters: satellite.x, yMeters: satellite.y)
            if point.isFinite, point.lengthMeters <= PoseEstimate.coordinateMetersMax { take(.satellite(point)) }
        }
    }

    private mutating func moved(seconds: Double, speed: Double, turn: Double) {
        speedMetersPerSecond = speed
        turnRadiansPerSecond = turn
        let isMoving = speed != 0 || turn != 0
        let speedSigma = tuning.speedSigmaFraction * speed
        let turnSigma = isMoving ? tuning.turnSigmaFraction * abs(turn) + tuning.turnSigmaRadiansPerSecond : 0
        let motion = Motion(
            speedMetersPerSecond: speed, turnRadiansPerSecond: turn, durationSeconds: seconds,
            speedVariance: speedSigma * speedSigma, turnVariance: turnSigma * turnSigma)
        let forward = speed * seconds
        // The heading half way along the arc, as the filter's next step would have it.
        let heading = headingRadians + turn * seconds / 2
        track = track + FieldPoint(xMeters: forward * Double.cos(heading), yMeters: forward * Double.sin(heading))
        drivenMeters += abs(forward)
        take(.moved(motion))
    }

    /// A neighbour's word where this robot is, now.
    mutating func fixHeard(_ fix: PositionFix) -> PositionFix.Reception {
        let reception = fix.received(by: estimate)
        guard case .fused(let fused) = reception else { return reception }
        guard isCredible(fused) else { return .gatedOut }
        take(.fix(fix))
        return reception
    }

    /// Not farther from what the robot knows by itself than that explains, or nearer than it was.
    private func isCredible(_ told: PoseEstimate) -> Bool {
        alone.explains(told, tuning: tuning)
            || alone.distance(to: told, tuning: tuning) < alone.distance(to: estimate, tuning: tuning)
    }

    private mutating func reckon(_ entry: Entry) {
        let next = applied(entry, to: alone.estimate)
        switch entry {
        case .moved(let motion):
            alone.update(next, meters: abs(motion.speedMetersPerSecond * motion.durationSeconds))
        case .compass: alone.update(next, meters: 0)
        case .satellite: alone.fixed(next)
        case .fix: break
        }
    }

    private mutating func take(_ entry: Entry) {
        reckon(entry)
        estimate = applied(entry, to: estimate)
        guard frame != nil || flight != nil else { return }
        log.append(entry)
        guard log.count > Self.logMax else { return }
        frame = nil
        flight = nil
        trimLog()
    }

    private func applied(_ entry: Entry, to estimate: PoseEstimate) -> PoseEstimate {
        let result: PoseEstimate
        switch entry {
        case .moved(let motion):
            result = Self.propagatedAlongArc(estimate, motion)
        case .compass(let radians):
            result = estimate.updated(
                compassRadians: radians, variance: tuning.compassSigmaRadians * tuning.compassSigmaRadians)
        case .satellite(let point):
            result = estimate.updated(
                dgps: point, variance: tuning.satelliteSigmaMeters * tuning.satelliteSigmaMeters)
        case .fix(let fix):
            guard case .fused(let fused) = fix.received(by: estimate) else { return estimate }
            result = fused
        }
        return result.isSane ? result : estimate
    }

    /// In two halves around half of the turn: the chord of the arc, where one step of the model would take its tangent.
    private static func propagatedAlongArc(_ estimate: PoseEstimate, _ motion: Motion) -> PoseEstimate {
        guard motion.turnRadiansPerSecond != 0 else { return estimate.propagated(motion) }
        var turned = estimate
        let half = motion.turnRadiansPerSecond * motion.durationSeconds / 2
        turned.pose.headingRadians += half
        var straight = motion
        straight.turnRadiansPerSecond = 0
        var result = turned.propagated(straight)
        result.pose.headingRadians = Pose.wrapped(result.pose.headingRadians + half)
        return result
    }

    // MARK: The delayed task

    /// A frame was taken just now: this is the state its detections will be held against.
    mutating func frameTaken() {
        frame = Snapshot(estimate: estimate, mark: logStart + log.count)
        trimLog()
    }

    /// The estimate at the newest frame, for a task to be computed from; nil when there was no frame since the last
    /// one.
    mutating func taskBegins() -> PoseEstimate? {
        flight = frame
        frame = nil
        trimLog()
        return flight?.estimate
    }

    /// The task came to nothing; the estimate stays as it is.
    mutating func taskFailed() {
        flight = nil
        trimLog()
    }

    /// The task's result: the estimate at the frame it was computed from. Returns whether it was taken.
    mutating func taskMerged(_ posterior: PoseEstimate) -> Bool {
        guard let taken = flight else { return false }
        flight = nil
        defer { trimLog() }
        guard posterior.isSane else { return false }
        var state = posterior
        var atFrame: PoseEstimate?
        for index in taken.mark - logStart..<log.count {
            if let next = frame, next.mark == logStart + index { atFrame = state }
            state = applied(log[index], to: state)
        }
        if let next = frame, next.mark == logStart + log.count { atFrame = state }
        // A poisoned result, or neighbours that lie together: the robot knows better by itself.
        guard isCredible(state) else { return false }
        if let atFrame { frame?.estimate = atFrame }
        estimate = state
        return true
    }

    /// Forgets what no snapshot needs.
    private mutating func trimLog() {
        let oldest = [flight?.mark, frame?.mark].compactMap { $0 }.min() ?? logStart + log.count
        log.removeFirst(oldest - logStart)
        logStart = oldest
    }
}

extension PoseField {
    init(_ estimate: PoseEstimate) {
        let covariance = estimate.covariance
        // Single precision may round a covariance out of the positive ones; a millionth more keeps it in.
        let widened = 1.000_001
        self.init(
            xMeters: Float(estimate.pose.xMeters), yMeters: Float(estimate.pose.yMeters),
            headingRadians: Float(estimate.pose.headingRadians),
            covariance: [
                Float(covariance.xx * widened), Float(covariance.xy), Float(covariance.xh),
                Float(covariance.yy * widened), Float(covariance.yh), Float(covariance.hh * widened),
            ])
    }

    /// As it came from the air: nil unless it is a robot's.
    var estimate: PoseEstimate? {
        let estimate = PoseEstimate(
            pose: Pose(
                xMeters: Double(xMeters), yMeters: Double(yMeters), headingRadians: Double(headingRadians)),
            covariance: Symmetric3(
                xx: Double(covariance[0]), xy: Double(covariance[1]), xh: Double(covariance[2]),
                yy: Double(covariance[3]), yh: Double(covariance[4]), hh: Double(covariance[5])))
        return estimate.isSane ? estimate : nil
    }
}

extension StartPose {
    /// Whether a robot can start there.
    package var isSane: Bool { Localiser.estimate(at: self).isSane }
}
