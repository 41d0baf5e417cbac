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
    private var picture: NeighbourPicture
    private var sources = FixSources()
    var search: SourceSearch
    private var book: TargetBook
    var sweep: TargetSweep
    var work: CameraWork
    var stepAt: Instant
    private var readingAt: Instant?
    private var readingInterval: Duration = .milliseconds(200)
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
            pose: PoseField(localiser.estimate), speedMetersPerSecond: localiser.speedMetersPerSecond,
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
        course.sensed(reading)
        keepCourse(now: now, actions: &actions)
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
        localiser.frameTaken()
        let rays = picture.rays(of: detections, now: now)
        work.frameTaken(
            rays: Witnesses.credible(rays, own: localiser.estimate, camera: tuning.camera), now: now)
    }

    mutating func beaconHeard(from sender: NodeID, fields: BeaconFields, now: Instant) {
        picture.heard(sender, fields: fields, now: now)
        search.heard(fields.best, localiser: localiser, picture: picture)
    }

    /// A little less than a step: cameras keep their own time.
    private static let fixSpacingSteps = 0.8

    /// A neighbour's camera has seen this robot.
    mutating func fixHeard(
        _ entry: Fixes.Entry, from sender: NodeID, now: Instant, actions: inout [MissionAction]
    ) {
        guard let estimate = entry.pose.estimate,
            sources.admit(sender, spacing: .fromSeconds(Self.fixSpacingSteps * tuning.step.inSeconds), now: now)
        else { return }
        let fix = PositionFix(
            xMeters: estimate.pose.xMeters, yMeters: estimate.pose.yMeters, covariance: estimate.covariance.position)
        switch localiser.fixHeard(fix) {
        case .fused: actions.append(.record(.fixFused(from: sender)))
        case .uninformative, .gatedOut, .insane: break
        }
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
        let entries = fixEntries(merged, now: now)
        if !entries.isEmpty { actions.append(.fixes(Fixes(entries: entries))) }
    }

    /// The neighbours of the frame, moved on to now as they announced.
    private func fixEntries(_ merged: CameraWork.Merged, now: Instant) -> [Fixes.Entry] {
        var entries: [Fixes.Entry] = []
        for neighbour in merged.neighbours.prefix(Fixes.entriesMax) {
            guard let announced = picture.entry(of: neighbour.node) else { continue }
            var motion = picture.motion(of: announced, until: now)
            motion.durationSeconds = min(
                max(0, (now - merged.frameAt).inSeconds), Motion.durationSecondsMax)
            let moved = neighbour.estimate.propagated(motion)
            guard moved.isSane else { continue }
            entries.append(Fixes.Entry(robot: neighbour.node, pose: PoseField(moved)))
        }
        return entries
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
        if now >= stepAt {
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
        case .waiting, .organised, .stopped, .paused:
            return
        }
    }

    private func isAtGoal(sigmas: Double, marginMeters: Double) -> Bool {
        if let isErrandDone { return isErrandDone }
        let radius = tuning.arrivalRadiusMeters - marginMeters
        let isToldPlace = placeTold.map {
            ($0 - localiser.position).lengthMeters + sigmas * localiser.positionSigmaMeters <= radius
        }
        guard role.carriesCamera else { return search.isWithin(radius, sigmas: sigmas) || isToldPlace == true }
        guard let target = book.offset(localiser: localiser) else { return isToldPlace ?? false }
        let distance = target.offset.lengthMeters
        return distance + sigmas * target.sigmaMeters <= radius || distance <= Self.onTargetMeters
    }

    private mutating func actuate(isSilent: Bool, actions: inout [MissionAction]) {
        let wish = Steering.setpoint(
            self.wish(), headingRadians: localiser.headingRadians, readingInterval: readingInterval, tuning: tuning)
        let situation = Safety.Situation(
            pose: localiser.estimate.pose, isSilent: isSilent, isOrdered: isOrdered,
            isHeld: phase != .running || (role.carriesCamera && !work.mayMove), isStopped: isStopped)
        actions.append(.actuate(Safety.limited(wish, in: situation, tuning: tuning)))
    }

    /// There is an order to move.
    private var isOrdered: Bool { phase != .waiting && phase != .stopped && phase != .paused }

    private mutating func wish() -> Steering.Wish {
        switch phase {
        case .waiting, .stopped, .paused, .arrived: return .stand
        case .organised:
            guard tuning.turnsWhileWaiting else { return .stand }
            if let goal { return .face(goal) }
            return role.carriesCamera && lookedRadians < 2 * .pi ? .lookAround : .stand
        case .running:
            // A failed robot keeps its state (mesh-cloud §6), its heading included.
            if role.carriesCamera, !work.mayMove { return .stand }
            switch errand {
            case .stand: return .stand
            case .go(let offset): return .go(offset)
            case nil: break
            }
            if let goal { return .go(goal) }
            guard role.carriesCamera else { return .stand }
            return .go(sweep.goal(from: localiser.position) - localiser.position)
        }
    }

    /// The direction of the goal; nil when nobody knows it.
    private var goal: FieldPoint? {
        let sensed =
            role.carriesCamera ? book.offset(localiser: localiser)?.offset : search.velocity(localiser: localiser)
        return sensed ?? placeTold.map { $0 - localiser.position }
    }
}
