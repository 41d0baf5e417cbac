import RealModule
import SkeinTasks
import SkeinWire

/// Whether the robot is where it shall be, and where it goes: the wish of the phase, of the plan and of the senses, led round what is in
/// the way (`Navigator`), steered, then `Safety`.
extension MissionRunner {
    /// Kept from the radius against errors that no sigma speaks of; 0.2 m are 33 ms of driving.
    private static let arrivalMarginMeters = 0.2
    private static let arrivalSigmas = 2.5
    /// Fewer to stay than to come: a robot on the line does not go to and fro.
    private static let stayingSigmas = 1.5
    /// Standing on the place where the target was sighted and not seeing it: there is nowhere else to go.
    private static let onTargetMeters = 0.5

    mutating func judgeArrival(actions: inout [MissionAction]) {
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
        guard role.carriesCamera else {
            let isSmelled = plain.map { $0.isWithin(radius) } ?? search.isWithin(radius, sigmas: sigmas)
            return isSmelled || isToldPlace == true
        }
        guard let target = book.offset(localiser: localiser) else { return isToldPlace ?? false }
        let distance = target.offset.lengthMeters
        return distance + sigmas * target.sigmaMeters <= radius || distance <= Self.onTargetMeters
    }

    mutating func actuate(isSilent: Bool, now: Instant, actions: inout [MissionAction]) {
        if let shelter = course.part?.shelter(from: localiser.position) { navigator.home = shelter }
        let guided = navigator.guided(
            wish(), goal: goalPlace, crowds: crowds, localiser: localiser, picture: picture, now: now)
        let wish = Steering.setpoint(
            guided, headingRadians: localiser.headingRadians, readingInterval: readingInterval, tuning: tuning)
        let isSettling = phase == .arrived && navigator.hasRing
        var situation = Safety.Situation(
            pose: localiser.estimate.pose, isSilent: isSilent, isOrdered: isOrdered,
            isHeld: phase != .running && !isSettling || (role.carriesCamera && !work.mayMove), isStopped: isStopped)
        situation.isBlind = navigator.isBlind(now: now)
        situation.isUnlinked = navigator.linkOrder(now: now) == .stand
        situation.positionSigmaMeters = localiser.positionSigmaMeters
        situation.proximity = navigator.proximity
        situation.readingInterval = readingInterval
        actions.append(.actuate(Safety.limited(wish, in: situation, tuning: tuning)))
    }

    /// There is an order to move.
    private var isOrdered: Bool { phase != .waiting && phase != .stopped && phase != .paused }

    /// A camera needs room to see the target as a whole, and the target its room [R].
    private static let standoffMeters = 1.0
    /// Nearer to its place than this a robot has no reason to move.
    private static let settledMeters = 0.3

    /// Arrived robots with bodies stand in a crowd, which closes up for those who come after and opens for those who leave; one
    /// with a place of its own goes all the way to it.
    private var settling: Steering.Wish {
        guard navigator.hasRing, let place = goalPlace else { return .stand }
        let way = place - localiser.position
        guard errand == nil else { return way.lengthMeters > Self.settledMeters ? .approach(way) : .stand }
        return navigator.crowdWish(
            goal: way, sensedMeters: role.carriesCamera ? nil : search.range?.rangeMeters,
            standoffMeters: role.carriesCamera ? Self.standoffMeters : 0, localiser: localiser)
    }

    /// Beyond the arrival radius robots stream in [R].
    private static let crowdRoomMeters = 1.0

    /// Where robots gather, as far as this one has heard: round the target and round the source.
    private var crowds: [FieldCircle] {
        let radius = tuning.arrivalRadiusMeters + Self.crowdRoomMeters
        var places: [FieldPoint] = []
        if let target = book.offset(localiser: localiser) { places.append(localiser.position + target.offset) }
        if let held = search.held, held.sigmaMeters <= Self.crowdSigmaShare * tuning.arrivalRadiusMeters {
            places.append(held.point)
        }
        return places.filter(\.isFinite).map { FieldCircle(centre: $0, radiusMeters: radius) }
    }

    /// Nearer to the source than this many arrival radii helpers are in radio reach, or will not be.
    private static let helpersRadii = 2.0

    /// A camera robot that nobody helps and that does not know the target goes where most helpers gather: to the source, if
    /// it has heard of it.
    private var helpersPlace: FieldPoint? {
        guard role.carriesCamera, work.isStranded, let held = search.held,
            held.sigmaMeters <= Self.crowdSigmaShare * tuning.arrivalRadiusMeters,
            (held.point - localiser.position).lengthMeters > Self.helpersRadii * tuning.arrivalRadiusMeters
        else { return nil }
        return held.point
    }

    /// A source less well known than this part of the arrival radius gathers nobody yet [R].
    private static let crowdSigmaShare = 0.5

    /// Where the robot wants to be in the end; nil when nobody knows.
    private var goalPlace: FieldPoint? {
        switch errand {
        case .stand: return nil
        case .go(let offset): return localiser.position + offset
        case nil: break
        }
        return placeSensed ?? placeTold
    }

    private var placeSensed: FieldPoint? {
        guard role.carriesCamera else { return plain == nil ? search.place(localiser: localiser) : nil }
        if let target = book.offset(localiser: localiser) { return localiser.position + target.offset }
        return phase == .running ? helpersPlace ?? sweep.aimed : nil
    }

    private mutating func wish() -> Steering.Wish {
        switch phase {
        case .waiting, .stopped, .paused: return .stand
        case .arrived: return settling
        case .organised:
            guard tuning.turnsWhileWaiting else { return .stand }
            if let goal { return .face(goal) }
            return role.carriesCamera && lookedRadians < 2 * .pi ? .lookAround : .stand
        case .running:
            // A failed robot keeps its state (mesh-cloud §6), its heading included.
            if role.carriesCamera, !work.mayMove { return .stand }
            if let plain, !role.carriesCamera { return plain.wish }
            switch errand {
            case .stand: return .stand
            case .go(let offset): return .go(offset)
            case nil: break
            }
            if let goal { return .go(goal) }
            guard role.carriesCamera else { return .stand }
            if let helpersPlace { return .go(helpersPlace - localiser.position) }
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
