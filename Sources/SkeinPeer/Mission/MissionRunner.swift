import RealModule
import SkeinTasks
import SkeinWire

/// One robot's part in the mission, from the operator's order to the target.
///
///     waiting → organised → running ⇄ arrived
///         ↖________ stopped ←___|________|
///
/// - Orders (`MissionOrder`) move between phases, each from any other; the highest revision wins, of equal ones a stop.
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
    }

    private let id: NodeID
    let role: RobotRole
    private let tuning: MissionTuning
    private var random: PeerRandom
    private(set) var phase = Phase.waiting
    private(set) var order: MissionOrder?
    /// An emergency stop is in force.
    private(set) var isStopped = false
    private(set) var localiser: Localiser
    private var picture: NeighbourPicture
    private var sources = FixSources()
    private var search: SourceSearch
    private var book: TargetBook
    private var sweep: TargetSweep
    private var work: CameraWork
    private var stepAt: Instant
    private var readingAt: Instant?
    private var readingInterval: Duration = .milliseconds(200)
    /// Turned on the spot so far, looking for the target before the start.
    private var lookedRadians = 0.0

    init(id: NodeID, role: RobotRole, start: StartPose, tuning: MissionTuning, random: PeerRandom, now: Instant) {
        precondition(tuning.invalidity == nil, "a mission's tuning: \(tuning.invalidity ?? "")")
        self.id = id
        self.role = role
        self.tuning = tuning
        self.random = random
        localiser = Localiser(start: start, tuning: tuning)
        picture = NeighbourPicture(tuning: tuning)
        search = SourceSearch(tuning: tuning, random: PeerRandom(seed: self.random.next()))
        book = TargetBook(tuning: tuning, random: &self.random)
        sweep = TargetSweep(tuning: tuning, robot: id)
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

    var beaconFields: BeaconFields {
        BeaconFields(
            pose: PoseField(localiser.told), speedMetersPerSecond: localiser.speedMetersPerSecond,
            turnRadiansPerSecond: localiser.turnRadiansPerSecond, smellPerMeter: search.smellPerMeter,
            best: search.best)
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

    /// An order, heard or given; whether it was taken, and so is to be flooded on.
    mutating func orderHeard(_ heard: MissionOrder, now: Instant, actions: inout [MissionAction]) -> Bool {
        guard order.map({ heard.supersedes($0) }) ?? true else { return false }
        order = heard
        guard !isStopped else {
            phase = .stopped
            return true
        }
        switch heard.command {
        case .organise:
            phase = .organised
            lookedRadians = 0
        case .start:
            phase = .running
            actions.append(.record(.missionStarted))
            work.started()
            stepAt = now
            stepBegins(now: now, actions: &actions)
        case .stop:
            phase = .stopped
            actions.append(.record(.missionStopped))
            work.stepSkipped(localiser: &localiser)
            actions.append(.actuate(.stop))
        }
        return true
    }

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
        if phase == .organised { lookedRadians += abs(reading.turnRadiansPerSecond) * reading.interval.inSeconds }
        if role.carriesCamera {
            looked(reading, now: now)
        } else if let smell = reading.smellPerMeter {
            search.smelled(perMeter: smell, localiser: localiser)
        }
        judgeArrival(actions: &actions)
        actuate(isSilent: false, actions: &actions)
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
        search.heard(fields.best, localiser: localiser, picture: picture)
    }

    /// A little less than a step: cameras keep their own time.
    private static let fixSpacingSteps = 0.8

    /// A neighbour's camera has seen this robot.
    mutating func fixHeard(
        _ entry: Fixes.Entry, age: Duration, from sender: NodeID, now: Instant, actions: inout [MissionAction]
    ) {
        guard let estimate = entry.pose.estimate,
            sources.admit(sender, spacing: .fromSeconds(Self.fixSpacingSteps * tuning.step.inSeconds), now: now)
        else { return }
        let fix = PositionFix(
            xMeters: estimate.pose.xMeters, yMeters: estimate.pose.yMeters, covariance: estimate.covariance.position)
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
        let entries = merged.neighbours.filter(\.estimate.isSane).prefix(Fixes.entriesMax).map {
            Fixes.Entry(robot: $0.node, pose: PoseField($0.estimate))
        }
        guard !entries.isEmpty else { return }
        let age = UInt16(clamping: max(0, (now - merged.frameAt).nanoseconds) / 1_000_000)
        actions.append(.fixes(Fixes(entries: entries, ageMilliseconds: age)))
    }

    mutating func deadlinePassed(now: Instant, actions: inout [MissionAction]) {
        if let silentAt, now >= silentAt {
            readingAt = nil
            actuate(isSilent: true, actions: &actions)
        }
        if let sighting = book.deadlinePassed(localiser: localiser, now: now) {
            actions.append(.record(.sightingTaken(revision: sighting.revision)))
            actions.append(.sighting(sighting))
        }
        if now >= stepAt { stepBegins(now: now, actions: &actions) }
    }

    private mutating func stepBegins(now: Instant, actions: inout [MissionAction]) {
        stepAt += tuning.step
        // After a long sleep the steps missed are missed.
        if stepAt <= now { stepAt = now + tuning.step }
        picture.forget(now: now)
        search.stepBegan(localiser: localiser, picture: picture)
        guard role.carriesCamera else { return }
        for entry in picture.entries where entry.smellPerMeter == nil { sweep.looked(from: entry.estimate.pose) }
        switch phase {
        case .running:
            let task = work.stepBegan(
                localiser: &localiser, picture: &picture, guess: search.held?.point, seed: searchSeed, now: now)
            actions.append(.submit(step: work.step, task))
        case .waiting, .organised, .arrived, .stopped:
            work.stepSkipped(localiser: &localiser)
        }
    }

    /// Goes to helpers with the search, so it tells nothing of the streams that decide what they must not know.
    private var searchSeed: UInt64 { UInt64(id.number) << 32 | UInt64(work.step) }

    // MARK: Arrival and steering

    /// Kept from the radius against errors that no sigma speaks of; 0.2 m are 33 ms of driving.
    private static let arrivalMarginMeters = 0.2
    private static let arrivalSigmas = 2.5
    /// Fewer to stay than to come: a robot on the line does not go to and fro.
    private static let stayingSigmas = 1.5
    /// Standing on the place where the target was sighted and not seeing it: there is nowhere else to go.
    private static let onTargetMeters = 0.5

    private mutating func judgeArrival(actions: inout [MissionAction]) {
        switch phase {
        case .running:
            guard isAtGoal(sigmas: Self.arrivalSigmas, marginMeters: Self.arrivalMarginMeters) else { return }
            phase = .arrived
            actions.append(.record(.arrived))
        case .arrived:
            if !isAtGoal(sigmas: Self.stayingSigmas, marginMeters: 0) { phase = .running }
        case .waiting, .organised, .stopped:
            return
        }
    }

    private func isAtGoal(sigmas: Double, marginMeters: Double) -> Bool {
        let radius = tuning.arrivalRadiusMeters - marginMeters
        guard role.carriesCamera else { return search.isWithin(radius, sigmas: sigmas) }
        guard let target = book.offset(localiser: localiser) else { return false }
        let distance = target.offset.lengthMeters
        return distance + sigmas * target.sigmaMeters <= radius || distance <= Self.onTargetMeters
    }

    private mutating func actuate(isSilent: Bool, actions: inout [MissionAction]) {
        let wish = Steering.setpoint(
            self.wish(), headingRadians: localiser.headingRadians, readingInterval: readingInterval, tuning: tuning)
        let situation = Safety.Situation(
            pose: localiser.estimate.pose, isSilent: isSilent, isOrdered: phase != .waiting && phase != .stopped,
            isHeld: phase != .running || (role.carriesCamera && !work.mayMove), isStopped: isStopped)
        actions.append(.actuate(Safety.limited(wish, in: situation, tuning: tuning)))
    }

    private mutating func wish() -> Steering.Wish {
        switch phase {
        case .waiting, .stopped, .arrived: return .stand
        case .organised:
            guard tuning.turnsWhileWaiting else { return .stand }
            if let goal { return .face(goal) }
            return role.carriesCamera && lookedRadians < 2 * .pi ? .lookAround : .stand
        case .running:
            // A failed robot keeps its state (mesh-cloud §6), its heading included.
            if role.carriesCamera, !work.mayMove { return .stand }
            if let goal { return .go(goal) }
            guard role.carriesCamera else { return .stand }
            return .go(sweep.goal(from: localiser.position) - localiser.position)
        }
    }

    /// The direction of the goal; nil when nobody knows it.
    private var goal: FieldPoint? {
        role.carriesCamera ? book.offset(localiser: localiser)?.offset : search.velocity(localiser: localiser)
    }
}
