import RealModule
import SkeinTasks
import SkeinWire

/// One robot's part in the mission, from the operator's order to the target.
///
///     waiting → organised → running ⇄ arrived
///         ↖________ stopped ←___|________|
///                       paused ⇄|________|
///
/// - Orders (`MissionOrder`) move between phases, each from any other; the highest revision wins, of equal ones a stop.
///   What they say of plans, runs and roles: Plan/MissionRunner+Orders.swift.
///   A lost order is asked for by the mesh, which sees the revision in beacons; a robot that starts late starts its own
///   steps then.
/// - Each sensor reading updates the estimate and ends with a setpoint: the wish of the phase, steered, then `Safety`.
///   Readings that cease stop the robot, here after `readingSilenceMax` and at the motor controller after its own.
/// - Once a step (1 s, from the start order on; before it from some instant after boot): a nose's search moves on; a
///   camera robot submits its task, and stands for a step after one that failed (`CameraWork`).
/// - Arrived: a nose says that the source is nearer than the arrival radius, errors included; a camera says so of the
///   target. The robot stands, and goes on if it finds later that it was wrong. An arrived camera robot asks nobody
///   and lends its processor.
/// - An emergency stop ends the mission here, and nothing moves while it is in force. Its release starts nothing again: orders
///   heard meanwhile are kept, and the next one given moves the robot (ISO 13850: a reset permits a restart, and causes
///   none).
/// - Every robot decides alone from what it has heard. Lost beacons, fixes and sightings leave the last ones in force;
///   robots that die fade from the picture. Nothing here waits for a particular robot.
struct MissionRunner {
    enum Phase: Hashable {
        case waiting
        /// The hierarchy is being built: robots may turn on the spot.
        case organised
        case running
        case arrived
        case stopped
        /// Stands, and keeps what it has found.
        case paused
    }

    let id: NodeID
    let role: RobotRole
    /// As the robot's configuration has it; a plan's field and rules take its place in `tuning`.
    let configured: MissionTuning
    var tuning: MissionTuning
    var random: PeerRandom
    var phase = Phase.waiting
    var order: MissionOrder?
    var course = MissionCourse()
    /// An emergency stop is in force.
    private(set) var isStopped = false
    var localiser: Localiser
    var picture: NeighbourPicture
    private var sources = FixSources()
    var search: SourceSearch
    var book: TargetBook
    var sweep: TargetSweep
    var plain: PlainSearch?
    var navigator: Navigator
    var work: CameraWork
    var stepAt: Instant
    private var readingAt: Instant?
    var readingInterval: Duration = .milliseconds(200)
    /// Turned on the spot so far, looking for the target before the start.
    var lookedRadians = 0.0

    init(id: NodeID, role: RobotRole, start: StartPose, tuning: MissionTuning, random: PeerRandom, now: Instant) {
        precondition(tuning.invalidity == nil, "a mission's tuning: \(tuning.invalidity ?? "")")
        self.id = id
        self.role = role
        configured = tuning
        self.tuning = tuning
        self.random = random
        localiser = Localiser(start: start, tuning: tuning)
        picture = NeighbourPicture(tuning: tuning)
        search = SourceSearch(tuning: tuning, random: PeerRandom(seed: self.random.next()))
        book = TargetBook(tuning: tuning, random: &self.random)
        sweep = TargetSweep(tuning: tuning, robot: id)
        navigator = Navigator(start: start, tuning: tuning)
        // A stream of its own, taken from none: Skein's search is the same whatever it is measured against.
        plain = PlainSearch(tuning: tuning, random: PeerRandom(seed: UInt64(id.number) &* 0x9E37_79B9_7F4A_7C15))
        work = CameraWork(tuning: tuning)
        stepAt = now + self.random.jitter(upTo: tuning.step)
    }

    // MARK: What the peer reads

    var isRunning: Bool { phase == .running || phase == .arrived }
    var hasArrived: Bool { phase == .arrived }
    /// Asks for help rather than lending it: a camera robot on its way, or before it.
    var isRequester: Bool { role.carriesCamera && phase != .arrived }
    /// Lends its idle processor.
    var lendsProcessor: Bool { !isRequester }
    /// The swarm's sighting, for a neighbour that has missed it.
    var sighting: Sighting? { book.sighting }
    /// The nearest claim of where the virtual source is.
    var sourceHeld: SourceClaim? { search.held }
    /// The target as the own camera has it, in the field.
    var ownSight: TargetReport.Place? {
        book.sight.map { sight in
            let place = localiser.position + sight.offset(localiser: localiser)
            return TargetReport.Place(
                xMeters: place.xMeters, yMeters: place.yMeters,
                sigmaMeters: sight.sigmaMeters(localiser: localiser, tuning: tuning))
        }
    }
    /// The number of the step that runs; tasks bear it.
    var step: UInt32 { work.step }

    /// What a beacon sent now says. Where the robot is now, not where it was at its last reading: nobody else knows when that
    /// was.
    func beaconFields(now: Instant) -> BeaconFields {
        let speed = localiser.speedMetersPerSecond
        let turn = localiser.turnRadiansPerSecond
        var told = localiser.told
        if let readingAt, now > readingAt, speed != 0 || turn != 0 {
            told = told.propagated(tuning.announced(speed: speed, turn: turn, lasting: now - readingAt))
        }
        return BeaconFields(
            pose: PoseField(told), speedMetersPerSecond: localiser.speedMetersPerSecond,
            turnRadiansPerSecond: localiser.turnRadiansPerSecond, smellPerMeter: search.smellPerMeter,
            best: plain?.best ?? search.best)
    }

    var nextDeadline: Instant {
        var next = stepAt
        if let telling = book.nextDeadline { next = min(next, telling) }
        if let silentAt { next = min(next, silentAt) }
        return next
    }

    /// When the dead man's handle is let go; nil once it has been, or before the first reading.
    private var silentAt: Instant? { readingAt.map { $0 + tuning.readingSilenceMax } }

    // MARK: What happens

    mutating func beaconSent() { localiser.beaconSent() }

    /// An emergency stop is in force from now on; the motors have been told.
    mutating func stopped(actions: inout [MissionAction]) {
        isStopped = true
        if isRunning { actions.append(.record(.missionStopped)) }
        if phase != .waiting { phase = .stopped }
        work.stepSkipped(localiser: &localiser)
    }

    /// No stop is in force any more.
    mutating func released() { isStopped = false }

    mutating func sensed(_ reading: SensorReading, now: Instant, actions: inout [MissionAction]) {
        readingAt = now
        if reading.interval > .zero { readingInterval = min(reading.interval, tuning.readingSilenceMax) }
        localiser.sensed(reading)
        recordTurns(&actions)
        navigator.sensed(reading, readingInterval: readingInterval, now: now)
        course.sensed(reading)
        watchRules(now: now, actions: &actions)
        keepCourse(now: now, actions: &actions)
        if phase == .organised { lookedRadians += abs(reading.turnRadiansPerSecond) * reading.interval.inSeconds }
        if role.carriesCamera {
            looked(reading, now: now)
        } else if let smell = reading.smellPerMeter {
            search.smelled(perMeter: smell, interval: reading.interval, localiser: localiser)
            plain?.smelled(perMeter: smell, localiser: localiser)
        }
        judgeArrival(actions: &actions)
        actuate(isSilent: false, now: now, actions: &actions)
    }

    private mutating func looked(_ reading: SensorReading, now: Instant) {
        if let target = reading.target { book.seen(target, localiser: localiser, now: now) }
        guard let detections = reading.detections else { return }
        if reading.target == nil {
            sweep.looked(from: localiser.estimate.pose)
            book.sawNothing(localiser: localiser)
        }
        guard localiser.frameTaken(age: reading.frameAge) else { return }
        let takenAt = now + (.zero - max(reading.frameAge, .zero))
        let rays = picture.rays(of: detections, now: takenAt)
        work.frameTaken(
            rays: Witnesses.credible(rays, own: localiser.estimate, camera: tuning.camera), now: takenAt)
    }

    private mutating func recordTurns(_ actions: inout [MissionAction]) {
        for turn in localiser.takeTurns() { actions.append(.record(.localisation(turn.source, turn.turn))) }
    }

    mutating func beaconHeard(from sender: NodeID, fields: BeaconFields, now: Instant) {
        picture.heard(sender, fields: fields, now: now)
        navigator.heardSomebody(now: now)
        plain?.heard(fields.best)
        search.heard(fields.best, localiser: localiser, picture: picture)
    }

    /// A little less than a step: cameras keep their own time.
    private static let fixSpacingSteps = 0.8

    /// A neighbour's camera has seen this robot.
    mutating func fixHeard(
        _ entry: Fixes.Entry, age: Duration, from sender: NodeID, now: Instant, actions: inout [MissionAction]
    ) {
        let fix = PositionFix(entry)
        guard fix.isSane,
            sources.admit(sender, spacing: .fromSeconds(Self.fixSpacingSteps * tuning.step.inSeconds), now: now)
        else { return }
        // Odometry's time stands still between readings.
        let sinceReading = readingAt.map { now - $0 } ?? .zero
        switch localiser.fixHeard(fix, from: sender, age: age - sinceReading) {
        case .fused: actions.append(.record(.fixFused(from: sender)))
        case .uninformative, .gatedOut, .insane: break
        }
        recordTurns(&actions)
    }

    mutating func sightingHeard(_ sighting: Sighting, actions: inout [MissionAction]) {
        guard book.heard(sighting) else { return }
        actions.append(.record(.sightingTaken(revision: sighting.revision)))
    }

    /// How the task of a step ended: all its parts' results in order, nil where there is none.
    mutating func taskEnded(
        step: UInt32, results: [[UInt8]?], completed: Bool, now: Instant, actions: inout [MissionAction]
    ) {
        guard
            let merged = work.taskEnded(step: step, results: results, completed: completed, localiser: &localiser)
        else { return }
        if let source = merged.source { search.merged(source, localiser: localiser, picture: picture) }
        recordTurns(&actions)
        // Where they were in the frame: each knows best how it has moved since.
        let entries = merged.fixes.filter(\.fix.isSane).prefix(Fixes.entriesMax).map { $0.fix.entry(for: $0.node) }
        guard !entries.isEmpty else { return }
        let age = UInt16(clamping: max(0, (now - merged.frameAt).nanoseconds) / 1_000_000)
        actions.append(.fixes(Fixes(entries: entries, ageMilliseconds: age)))
    }

    mutating func deadlinePassed(now: Instant, actions: inout [MissionAction]) {
        if let silentAt, now >= silentAt {
            readingAt = nil
            actuate(isSilent: true, now: now, actions: &actions)
        }
        if let sighting = book.deadlinePassed(localiser: localiser, now: now) {
            actions.append(.record(.sightingTaken(revision: sighting.revision)))
            actions.append(.sighting(sighting))
        }
        if now >= stepAt {
            watchRules(now: now, actions: &actions)
            keepCourse(now: now, actions: &actions)
            stepBegins(now: now, actions: &actions)
        }
    }

    mutating func stepBegins(now: Instant, actions: inout [MissionAction]) {
        stepAt += tuning.step
        // After a long sleep the steps missed are missed.
        if stepAt <= now { stepAt = now + tuning.step }
        picture.forget(now: now)
        search.stepBegan(localiser: localiser, picture: picture)
        plain?.stepBegan(localiser: localiser)
        guard role.carriesCamera else { return }
        for entry in picture.entries where entry.smellPerMeter == nil { sweep.looked(from: entry.estimate.pose) }
        switch phase {
        case .running:
            let task = work.stepBegan(
                localiser: &localiser, picture: &picture, guess: search.held?.point, seed: searchSeed, now: now)
            actions.append(.submit(step: work.step, task))
        case .waiting, .organised, .arrived, .stopped, .paused:
            work.stepSkipped(localiser: &localiser)
        }
    }

    /// Goes to helpers with the search, so it tells nothing of the streams that decide what they must not know.
    private var searchSeed: UInt64 { UInt64(id.number) << 32 | UInt64(work.step) }
}
