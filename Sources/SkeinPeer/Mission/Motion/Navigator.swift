import RealModule
import SkeinTasks
import SkeinWire

/// From where the robot wants to be to where it shall drive now: round what stands in the field (`FieldGrid`,
/// `WayFinder`), round who is near (`Avoidance`), and home when the mission's rule says so (`LinkWatch`).
///
/// Rules.
/// - A robot without an infrared ring on an open field is led as it wishes: there is nothing to go by.
/// - As long as the straight way is open it is taken. Else a way through the grid is found, at most every 0.4 s, and the
///   farthest corner in plain view is the next goal.
/// - Where a crowd gathers only those go who want to be there: others go round it, and who is in it leaves by the rim.
/// - Whoever wants on and does not come on tries it sideways (`Detour`). Among those who gather at its own goal it does so at
///   walking pace: along the rim there may be a gap, and a robot that drives off has lost its place.
/// - What the ring finds is an obstacle unless a robot is known to be there, or a crowd gathers there. What is wider than
///   robots are is one even there (`RingShape`).
/// - Beyond a fence nothing is wished for but the nearest way back; near one nothing that leads into it (`FenceSlide`).
/// - Nothing here is relied upon for safety: `Safety` has the last word, by the ring itself.
struct Navigator {
    private var tuning: MissionTuning
    private var grid: FieldGrid
    private var avoidance = Avoidance()
    private var link: LinkWatch
    /// Where a robot that hears nobody goes, if the mission says so.
    var home: FieldPoint

    /// The ring as it was last read.
    private var ring: [SensorReading.Range] = []
    private(set) var proximity = Proximity.none
    private var rangedAt: Instant?

    private var corners: [FieldPoint] = []
    private var plannedAt: Instant?
    private var plannedFor: FieldPoint?
    private var plannedRevision = -1

    /// When it was last asked for a way; nil: it was held.
    private var drivenAt: Instant?
    private var detour = Detour()

    init(start: StartPose, tuning: MissionTuning) {
        self.tuning = tuning
        grid = Self.grid(of: tuning)
        link = LinkWatch(rules: tuning.rules)
        home = FieldPoint(xMeters: start.xMeters, yMeters: start.yMeters)
    }

    private static func grid(of tuning: MissionTuning) -> FieldGrid {
        let room = tuning.bodyRadiusMeters + tuning.rules.separationMeters + roomMeters
        return FieldGrid(field: tuning.field, roomMeters: room, fenceMeters: fenceRoomMeters)
    }

    /// Another mission's field and rules are in force; what was found on the field before is found again.
    mutating func rest(on tuning: MissionTuning) {
        self.tuning = tuning
        grid = Self.grid(of: tuning)
        link.rules = tuning.rules
        corners = []
        plannedFor = nil
    }

    /// Room beside the body where a way is planned [R].
    private static let roomMeters = 0.15
    private static let fenceRoomMeters = 1.0

    // MARK: What it knows

    /// There is an infrared ring: bodies may touch, so the robots make room for each other when they have arrived.
    var hasRing: Bool { rangedAt != nil }

    /// The ring has spoken, and does so no more.
    func isBlind(now: Instant) -> Bool { rangedAt.map { now - $0 > tuning.readingSilenceMax } ?? false }

    func linkOrder(now: Instant) -> LinkWatch.Order { link.order(now: now) }

    func isLinkLost(now: Instant) -> Bool { link.isLost(now: now) }

    mutating func heardSomebody(now: Instant) { link.heard(now: now) }

    mutating func sensed(_ reading: SensorReading, readingInterval: Duration, now: Instant) {
        link.looked(now: now)
        guard let ranges = reading.ranges else { return }
        rangedAt = now
        ring = Array(ranges.prefix(SensorReading.Range.countMax))
        proximity = Proximity(
            ring, readingInterval: readingInterval, separationMeters: tuning.rules.separationMeters, tuning: tuning)
    }

    // MARK: Where to drive

    /// The wish as it can be driven. `goal`: where it leads in the end, if that is a place. `crowds`: where robots gather,
    /// this one's goal included.
    mutating func guided(
        _ wish: Steering.Wish, goal: FieldPoint?, crowds: [FieldCircle], localiser: Localiser,
        picture: NeighbourPicture, now: Instant
    ) -> Steering.Wish {
        var wish = wish
        var goal = goal
        switch link.order(now: now) {
        case .goOn: break
        case .stand: return .stand
        case .goHome:
            goal = home
            wish = .approach(home - localiser.position)
        }
        let isMoving: Bool
        switch wish {
        case .stand, .face, .lookAround: isMoving = false
        case .go, .cruise, .approach: isMoving = true
        }
        guard isMoving else {
            drivenAt = nil
            return wish
        }
        let driven = drivenAt.map { now - $0 } ?? .zero
        drivenAt = now
        if let back = wayBack(localiser) { return steered(.go(back), localiser) }
        if hasRing { mark(crowds, localiser: localiser, picture: picture, now: now) }
        if let goal {
            let others = hasRing ? crowds.filter { !Self.isMeant($0, goal) } : []
            let here = localiser.position
            let around = others.first { ($0.centre - here).lengthMeters < $0.radiusMeters }
            grid.crowd(others.filter { $0 != around })
            if let around, let out = CrowdWay.out(of: around, from: here, to: goal) {
                wish = .go(out)
            } else if let corner = corner(toward: goal, localiser: localiser, now: now) {
                wish = .go(corner - here)
            }
        }
        var isTrying = false
        if case .go(let direction) = wish, hasRing,
            let aside = aside(direction, goal: goal, localiser: localiser, driven: driven)
        {
            wish = .go(aside)
            isTrying = true
        }
        if case .go(let direction) = wish, Safety.hasFences(tuning.field) {
            let margin = Safety.fenceMarginMeters(positionSigmaMeters: localiser.positionSigmaMeters, tuning: tuning)
            wish = .go(
                FenceSlide.bent(direction, from: localiser.position, field: tuning.field, marginMeters: margin))
        }
        if isTrying, case .go(let aside) = wish, let goal, isAmong(crowds, at: localiser.position, goal: goal) {
            wish = .cruise((Self.crowdPaceMetersPerSecond / aside.lengthMeters) * aside)
        }
        return steered(wish, localiser)
    }

    /// Of a try sideways among others [R].
    private static let crowdPaceMetersPerSecond = 1.5

    /// In the crowd that gathers at the goal, or at its rim.
    private func isAmong(_ crowds: [FieldCircle], at here: FieldPoint, goal: FieldPoint) -> Bool {
        crowds.contains {
            Self.isMeant($0, goal) && ($0.centre - here).lengthMeters < $0.radiusMeters + Self.meantMeters
        }
    }

    /// Room beyond a crowd's rim within which a goal is still one among the crowd.
    private static let meantMeters = 1.0

    private static func isMeant(_ crowd: FieldCircle, _ goal: FieldPoint) -> Bool {
        (crowd.centre - goal).lengthMeters < crowd.radiusMeters + meantMeters
    }

    /// Beyond a fence: the direction that leads back in fastest.
    private func wayBack(_ localiser: Localiser) -> FieldPoint? {
        let field = tuning.field
        guard !(field.inclusions.isEmpty && field.exclusions.isEmpty) else { return nil }
        let here = localiser.position
        return field.fenceMeters(from: here) < 0 ? FenceSlide.away(from: here, field: field) : nil
    }

    /// The direction of a try sideways, while there is one. `driven`: since the last reading, zero if the robot was held.
    private mutating func aside(
        _ direction: FieldPoint, goal: FieldPoint?, localiser: Localiser, driven: Duration
    ) -> FieldPoint? {
        let wanted = Double.atan2(y: direction.yMeters, x: direction.xMeters) - localiser.headingRadians
        let isFree = proximity.speedMax(toward: wanted) >= speedMax
        return detour.aside(
            direction, here: localiser.track, goal: goal,
            leftMeters: goal.map { ($0 - localiser.position).lengthMeters }, driven: driven, isFree: isFree)
    }

    private var speedMax: Double { min(tuning.speedMetersPerSecondMax, tuning.rules.speedMetersPerSecondMax) }

    /// How to stand in the crowd around the goal, which is relative to the robot (`Crowd`).
    func crowdWish(
        goal: FieldPoint, sensedMeters: Double?, standoffMeters: Double, localiser: Localiser
    ) -> Steering.Wish {
        guard hasRing else { return .stand }
        return Crowd.velocity(
            goal: goal, sensedMeters: sensedMeters, standoffMeters: standoffMeters,
            headingRadians: localiser.headingRadians, proximity: proximity,
            tuning: tuning
        ).map { .cruise($0) } ?? .stand
    }

    private mutating func steered(_ wish: Steering.Wish, _ localiser: Localiser) -> Steering.Wish {
        guard hasRing else { return wish }
        let offset: FieldPoint
        let isApproach: Bool
        switch wish {
        case .stand, .face, .lookAround: return wish
        case .go(let direction): (offset, isApproach) = (direction, false)
        case .cruise(let way), .approach(let way): (offset, isApproach) = (way, true)
        }
        let length = offset.lengthMeters
        guard length > 0, length.isFinite else { return .stand }
        let heading = localiser.headingRadians
        let wanted = Pose.wrapped(Double.atan2(y: offset.yMeters, x: offset.xMeters) - heading)
        guard let chosen = avoidance.direction(toward: wanted, speedMax: speedMax, proximity: proximity) else {
            return isApproach ? .stand : .face(offset)
        }
        if chosen == wanted { return wish }
        let turned = FieldPoint(
            xMeters: length * Double.cos(heading + chosen), yMeters: length * Double.sin(heading + chosen))
        switch wish {
        case .cruise: return .cruise(turned)
        case .approach: return .approach(turned)
        case .go, .stand, .face, .lookAround: return .go(turned)
        }
    }

    // MARK: The map

    /// The next corner of the way; nil while the straight way is open.
    private mutating func corner(toward goal: FieldPoint, localiser: Localiser, now: Instant) -> FieldPoint? {
        let here = localiser.position
        guard here.isFinite, goal.isFinite, !grid.isOpen(from: here, to: goal) else {
            corners = []
            plannedFor = nil
            return nil
        }
        let hasMoved = plannedFor.map { (goal - $0).lengthMeters > Self.goalMovedMeters } ?? true
        let isOld = plannedAt.map { now - $0 >= Self.planEvery } ?? true
        if isOld, hasMoved || corners.isEmpty || plannedRevision != grid.revision {
            corners = WayFinder.way(from: here, to: goal, grid: grid)
            plannedAt = now
            plannedFor = goal
            plannedRevision = grid.revision
        }
        while corners.count > 1,
            (corners[0] - here).lengthMeters < grid.cellMeters || grid.isOpen(from: here, to: corners[1])
        {
            corners.removeFirst()
        }
        return corners.first
    }

    private static let planEvery: Duration = .milliseconds(400)
    private static let goalMovedMeters = 1.0

    /// Nearer than this to where a robot is known to be it is that robot.
    private static let robotMeters = 0.5
    /// With a place less well known nothing is marked [R]. What is marked need be right relative to the robot only, which
    /// odometry keeps for long; a fix that moves the robot leaves marks that it then looks through.
    private static let placeSigmaMetersMax = 5.0

    /// Robots that are not known stand in and around a crowd, this far beyond its rim.
    private static let crowdEdgeMeters = 0.5

    private mutating func mark(
        _ crowds: [FieldCircle], localiser: Localiser, picture: NeighbourPicture, now: Instant
    ) {
        let here = localiser.position
        guard here.isFinite, localiser.positionSigmaMeters <= Self.placeSigmaMetersMax else { return }
        let near = robots(around: here, picture: picture, now: now)
        let edge = Self.crowdEdgeMeters + localiser.positionSigmaMeters
        let shape = RingShape(
            ring, from: here, headingRadians: localiser.headingRadians, rangeMetersMax: tuning.rangeMetersMax)
        let echoes = shape.rays.filter(\.isEcho).map { grid.cell(at: $0.inside) }
        for ray in shape.rays {
            grid.clear(from: here, to: ray.end, echoes: echoes)
            guard ray.isEcho, ray.meters <= RingShape.nearMeters else { continue }
            if crowds.contains(where: { (ray.end - $0.centre).lengthMeters < $0.radiusMeters + edge }) { continue }
            guard ray.isWide || !near.contains(where: { (ray.end - $0.place).lengthMeters < $0.meters })
            else { continue }
            grid.hit(ray.inside)
        }
    }

    private func robots(
        around here: FieldPoint, picture: NeighbourPicture, now: Instant
    ) -> [(place: FieldPoint, meters: Double)] {
        picture.entries.compactMap { entry in
            let moved = entry.estimate.propagated(picture.motion(of: entry, until: now))
            let place = FieldPoint(xMeters: moved.pose.xMeters, yMeters: moved.pose.yMeters)
            let sigma = max(0, moved.covariance.xx + moved.covariance.yy).squareRoot()
            let meters = Self.robotMeters + min(sigma, Self.robotMeters)
            guard (place - here).lengthMeters <= tuning.rangeMetersMax + meters else { return nil }
            return (place, meters)
        }
    }
}
