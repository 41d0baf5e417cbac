import RealModule
import SkeinTasks
import SkeinWire

/// Where this robot believes it is. A plain Kalman filter over its own odometry, compass and DGPS; neighbours' fixes
/// come in by covariance intersection (`PositionFix`), and a camera robot's merged task replaces the past:
///
/// - A log is kept of everything that changes the estimate (`LocaliserLog`). What was measured a while ago is put where it
///   belongs and the log replayed from there, exactly as if it had been there in time; what is older than the log, or than
///   `measurementAgeMax`, is counted and left out.
/// - A frame marks the estimate as it is. A task is computed from it. When its result comes, up to a step later, it takes
///   the marked estimate's place and the log is replayed on it. The next frame's mark lies on that replay.
/// - What cannot be, by chi-square, is not taken (`SensorGates`); what contradicts the estimate for long is said, and the
///   estimate told wider or set anew by rule (`SourceWatch`, docs/localisation.md).
/// - What others have a part in must be explained by what the robot knows alone (`DeadReckoning`), else it is not taken.
/// - A result that never comes leaves the estimate as odometry and compass have it. A log that outgrows its bound drops
///   the marks: the result in flight is then ignored.
struct Localiser {
    private let tuning: MissionTuning
    private var log: LocaliserLog
    private var senses: SensorGates
    /// Path length since the start.
    private(set) var drivenMeters = 0.0
    private(set) var speedMetersPerSecond = 0.0
    private(set) var turnRadiansPerSecond = 0.0
    /// By odometry alone.
    private var turnedRadians = 0.0
    private var turns: [(source: LocalisationSource, turn: LocalisationTurn)] = []

    init(start: StartPose, tuning: MissionTuning) {
        self.tuning = tuning
        let estimate = Self.estimate(at: start)
        log = LocaliserLog(.init(split: SplitEstimate(estimate), alone: DeadReckoning(estimate), track: .zero))
        senses = SensorGates(tuning: tuning)
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

    var estimate: PoseEstimate { log.state.estimate }
    /// Without any neighbour's word.
    var alone: DeadReckoning { log.state.alone }
    /// Odometry alone, never corrected: what a difference of two places over a few seconds is measured in.
    var track: FieldPoint { log.state.track }
    var position: FieldPoint { FieldPoint(xMeters: estimate.pose.xMeters, yMeters: estimate.pose.yMeters) }
    var headingRadians: Double { estimate.pose.headingRadians }
    var velocity: FieldPoint {
        FieldPoint(
            xMeters: speedMetersPerSecond * Double.cos(headingRadians),
            yMeters: speedMetersPerSecond * Double.sin(headingRadians))
    }
    /// What others are told: while a source contradicts the estimate it is known no better than that is off. The filter itself goes
    /// on as if nothing were: it may be right.
    var told: PoseEstimate {
        guard senses.isDoubtful else { return estimate }
        var told = estimate
        let (position, heading) = senses.doubt
        told.covariance.xx = max(told.covariance.xx, min(position, PoseEstimate.varianceMax / 2))
        told.covariance.yy = max(told.covariance.yy, min(position, PoseEstimate.varianceMax / 2))
        told.covariance.hh = max(told.covariance.hh, min(heading, Self.headingVarianceMax))
        return told
    }
    /// One sigma of the position, both axes together, as it is told.
    var positionSigmaMeters: Double {
        let covariance = told.covariance
        return max(0, covariance.xx + covariance.yy).squareRoot()
    }
    /// Mean variance of x and y.
    var positionVariance: Double { max(0, estimate.covariance.xx + estimate.covariance.yy) / 2 }

    var report: LocalisationReport { senses.report }
    var logCount: Int { log.entries.count }

    /// What has become of the sources since the last time somebody asked.
    mutating func takeTurns() -> [(source: LocalisationSource, turn: LocalisationTurn)] {
        defer { turns = [] }
        return turns
    }

    // MARK: The own senses

    /// Takes in what moved and what was measured at the end of it, or as long before that as its age says. Nonsense from a
    /// broken sensor is left out.
    mutating func sensed(_ reading: SensorReading) {
        let seconds = reading.interval.inSeconds
        let speed = reading.speedMetersPerSecond
        let turn = reading.turnRadiansPerSecond
        if seconds > 0, seconds <= Motion.durationSecondsMax, abs(speed) <= Motion.speedMetersPerSecondMax,
            abs(turn) <= Motion.turnRadiansPerSecondMax
        {
            moved(seconds: seconds, speed: speed, turn: turn)
        }
        if let compass = reading.compassRadians, compass.isFinite, abs(compass) <= Self.angleMax {
            pointed(compass, age: reading.compassAge)
        }
        if let satellite = reading.satelliteMeters {
            let point = FieldPoint(xMeters: satellite.x, yMeters: satellite.y)
            let sigma = satelliteSigma(told: reading.satelliteSigmaMeters)
            if point.isFinite, point.lengthMeters <= PoseEstimate.coordinateMetersMax, let sigma {
                placed(point, sigma: sigma, age: reading.satelliteAge)
            }
        }
        log.trim(olderThan: tuning.measurementAgeMax)
    }

    /// The receiver's word, but never better than it is set up to be; nil: it knows nothing of its error.
    private func satelliteSigma(told: Double?) -> Double? {
        guard let told else { return tuning.satelliteSigmaMeters }
        guard told > 0, told <= PoseEstimate.coordinateMetersMax else { return nil }
        return max(told, tuning.satelliteSigmaMeters)
    }

    /// A compass that has wound up; beyond it an angle has no digits left.
    private static let angleMax = 1e6

    private mutating func moved(seconds: Double, speed: Double, turn: Double) {
        speedMetersPerSecond = speed
        turnRadiansPerSecond = turn
        let isMoving = speed != 0 || turn != 0
        let speedSigma = tuning.speedSigmaFraction * speed
        let turnSigma = isMoving ? tuning.turnSigmaFraction * abs(turn) + tuning.turnSigmaRadiansPerSecond : 0
        let motion = Motion(
            speedMetersPerSecond: speed, turnRadiansPerSecond: turn, durationSeconds: seconds,
            speedVariance: speedSigma * speedSigma + senses.slipVariance,
            turnVariance: turnSigma * turnSigma)
        drivenMeters += abs(speed * seconds)
        turnedRadians = Pose.wrapped(turnedRadians + turn * seconds)
        log.append(.moved(motion), lasting: .fromSeconds(seconds), tuning: tuning)
    }

    private mutating func pointed(_ radians: Double, age: Duration) {
        let at = log.time - max(age, .zero)
        guard let index = log.place(for: at, ageMax: tuning.measurementAgeMax, tuning: tuning) else {
            return senses.tooOld(.compass)
        }
        let before = log.state(before: index).alone
        guard senses.isLive(.compass, radians, 0, turned: turnedRadians, at: .zero, sigma: 0) else {
            return frozen(.compass)
        }
        let variance = tuning.compassSigmaRadians * tuning.compassSigmaRadians
        let offset = Pose.wrapped(radians - before.estimate.pose.headingRadians)
        let nis = offset * offset / (before.estimate.covariance.hh + variance)
        let isTaken = note(.compass, nis: nis, gate: SensorGates.gateOfOne, squareOffset: offset * offset)
        if isTaken { log.insert(.compass(radians), at: at, index: index, tuning: tuning) }
    }

    private mutating func placed(_ point: FieldPoint, sigma: Double, age: Duration) {
        let at = log.time - max(age, .zero)
        guard let index = log.place(for: at, ageMax: tuning.measurementAgeMax, tuning: tuning) else {
            return senses.tooOld(.satellite)
        }
        let state = log.state(before: index)
        guard senses.isLive(.satellite, point.xMeters, point.yMeters, turned: 0, at: state.track, sigma: sigma) else {
            return frozen(.satellite)
        }
        let variance = sigma * sigma
        odometryHeld(against: point, variance: variance, state: state, at: at)
        let alone = log.state(before: index).alone
        let offset = point - alone.position
        let nis = alone.distance(to: point, variance: variance, tuning: tuning)
        let square = offset.xMeters * offset.xMeters + offset.yMeters * offset.yMeters
        let isTaken = note(.satellite, nis: nis, gate: SensorGates.gateOfTwo, squareOffset: square)
        // Where wheels slip it leads, whatever they say.
        if isTaken || senses.isDiverged(.odometry) {
            log.insert(.satellite(point, variance: variance), at: at, index: index, tuning: tuning)
        }
    }

    private mutating func frozen(_ source: LocalisationSource) {
        if let turn = senses.judged(source, isRefused: true, at: log.time) { turns.append((source, turn)) }
    }

    /// Two satellite fixes tell how the robot has really moved between them.
    private mutating func odometryHeld(
        against point: FieldPoint, variance: Double, state: LocaliserLog.State, at: Duration
    ) {
        guard let slip = senses.odometryHeld(against: point, variance: variance, track: state.track, at: at)
        else { return }
        guard
            let turn = senses.noted(
                .odometry, nis: slip.nis, gate: SensorGates.gateOfTwo, squareOffset: slip.square, at: log.time)
        else { return }
        turns.append((.odometry, turn))
        // Whatever odometry has led to since it slips is as wrong as the satellites say.
        if turn == .diverged {
            let offset = point - state.alone.position
            reset(position: offset.xMeters * offset.xMeters + offset.yMeters * offset.yMeters, heading: 0)
        }
    }

    // MARK: Gates and divergence

    /// Whether a measurement of the own senses is taken; says and does what follows for its source.
    private mutating func note(
        _ source: LocalisationSource, nis: Double, gate: Double, squareOffset: Double
    ) -> Bool {
        if let turn = senses.noted(source, nis: nis, gate: gate, squareOffset: squareOffset, at: log.time) {
            turns.append((source, turn))
        } else if senses.isLockedOut(source, at: log.time) {
            turns.append((source, .reset))
            let square = senses.meanSquareOffset(source)
            switch source {
            case .compass: reset(position: 0, heading: min(square, Self.headingVarianceMax))
            case .satellite: reset(position: square, heading: 0)
            case .odometry, .camera, .fixes: break
            }
            senses.restarted(source, at: log.time)
        }
        return nis <= gate
    }

    /// Uniform over the circle: nobody knows less of a heading.
    private static let headingVarianceMax = Double.pi * Double.pi / 3

    private mutating func reset(position: Double, heading: Double) {
        let change = LocaliserLog.Change.reset(position: min(position, PoseEstimate.varianceMax / 4), heading: heading)
        log.append(change, lasting: .zero, tuning: tuning)
    }

    // MARK: Neighbours' words

    /// A neighbour's word where this robot was, `age` ago.
    mutating func fixHeard(
        _ fix: PositionFix, from sender: NodeID = .none, age: Duration = .zero
    ) -> PositionFix.Reception {
        defer { log.trim(olderThan: tuning.measurementAgeMax) }
        let at = log.time - max(age, .zero)
        var fix = fix
        var index: Int
        if let place = log.place(for: at, ageMax: tuning.measurementAgeMax, tuning: tuning) {
            index = place
        } else if age <= tuning.measurementAgeMax, let way = log.wayToFloor(from: at) {
            fix = carried(fix, along: way)
            index = log.floor
        } else {
            senses.tooOld(.fixes)
            return .uninformative
        }
        if let mark = log.flight, index <= mark {
            // Before the frame that the task in flight was computed from, it would be lost with what that replaces.
            fix = carried(fix, along: log.state(before: mark).track - log.state(before: index).track)
            index = mark
        }
        let own = log.state(before: index)
        var reception = received(fix, own: own)
        switch reception {
        case .fused:
            let before = log
            log.insert(.fix(fix), at: max(at, log.time(before: index)), index: index, tuning: tuning)
            // Other fixes since may have turned out differently on it: the leash holds for what comes of all.
            if !Self.isCredible(estimate, instead: before.state.estimate, alone, tuning) {
                log = before
                reception = .gatedOut
            }
        case .gatedOut: break
        case .uninformative, .insane: return reception
        }
        let offset =
            FieldPoint(xMeters: fix.xMeters, yMeters: fix.yMeters)
            - FieldPoint(xMeters: own.estimate.pose.xMeters, yMeters: own.estimate.pose.yMeters)
        let square = offset.xMeters * offset.xMeters + offset.yMeters * offset.yMeters
        let turn = senses.noted(
            .fixes, nis: reception == .gatedOut ? .infinity : 0, gate: 0, squareOffset: square, at: log.time,
            sender: sender)
        if let turn { turns.append((.fixes, turn)) }
        return reception
    }

    /// By odometry, with its noise. What a fix and the estimate then share an intersection bounds.
    private func carried(_ fix: PositionFix, along way: FieldPoint) -> PositionFix {
        let sigma = tuning.speedSigmaFraction * way.lengthMeters
        return fix.moved(xMeters: way.xMeters, yMeters: way.yMeters, varianceSquareMeters: sigma * sigma)
    }

    private func received(_ fix: PositionFix, own: LocaliserLog.State) -> PositionFix.Reception {
        let reception = fix.received(by: own.split)
        guard case .fused(let fused) = reception else { return reception }
        return Self.isCredible(fused.estimate, instead: own.estimate, own.alone, tuning) ? reception : .gatedOut
    }

    /// Not farther from what the robot knows by itself than that explains, or nearer than it was.
    private static func isCredible(
        _ told: PoseEstimate, instead estimate: PoseEstimate, _ alone: DeadReckoning, _ tuning: MissionTuning
    ) -> Bool {
        alone.explains(told, tuning: tuning)
            || alone.distance(to: told, tuning: tuning) < alone.distance(to: estimate, tuning: tuning)
    }

    /// A beacon has told everybody around where this robot is.
    mutating func beaconSent() {
        log.append(.told, lasting: .zero, tuning: tuning)
        log.trim(olderThan: tuning.measurementAgeMax)
    }

    // MARK: The delayed task

    /// A frame was taken, `age` ago: this is the state its detections will be held against. Whether it is known any more.
    @discardableResult
    mutating func frameTaken(age: Duration = .zero) -> Bool {
        let at = log.time - max(age, .zero)
        let isKnown = log.frameTaken(at: at, ageMax: tuning.measurementAgeMax, tuning: tuning)
        if !isKnown { senses.tooOld(.camera) }
        return isKnown
    }

    /// The estimate at the newest frame, for a task to be computed from; nil when there was no frame since the last
    /// one.
    mutating func taskBegins() -> SplitEstimate? { log.taskBegins() }

    /// The task came to nothing; the estimate stays as it is.
    mutating func taskFailed() { log.taskEnds() }

    /// The task's result: the estimate at the frame it was computed from. Returns whether it was taken: a poisoned one is not, nor
    /// what neighbours that lie together make of it; the robot knows better by itself.
    mutating func taskMerged(_ posterior: PoseEstimate) -> Bool {
        guard posterior.isSane else {
            log.taskEnds()
            return false
        }
        let now = estimate
        let tuning = tuning
        return log.merge(posterior, tuning: tuning) { Self.isCredible($0, instead: now, $1, tuning) }
    }

    /// Of the camera's detections in a merged task, so many cannot have been the neighbours they were taken for.
    mutating func detectionsJudged(used: Int, gatedOut: Int) {
        guard used + gatedOut > 0 else { return }
        senses.count(.camera, taken: used, gatedOut: gatedOut)
        if let turn = senses.judged(.camera, isRefused: gatedOut > used, at: log.time) { turns.append((.camera, turn)) }
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
