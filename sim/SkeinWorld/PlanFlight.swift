import SkeinPeer
import SkeinRadio
import SkeinSeal
import SkeinTasks
import SkeinWire

/// A mission plan flown once before anybody flies it: as many robots as its roles want, put down together on its field, given the
/// signed plan as an operator gives it.
package struct PlanFlight {
    package struct Outcome: Sendable {
        package var seed: UInt64
        package var robots: Int
        /// The swarm ended it for the reason that the plan gives, and everybody knows.
        package var isEnded = false
        package var reason: MissionBrief.Reason?
        /// Mission time.
        package var seconds = 0.0
        /// By role.
        package var serving: [Int]
        package var arrived: [Int]
        /// By robot: its last role; nil: it stood by.
        package var roles: [Int?]
        /// By task, as the mission's keeper judged: open, done, missed.
        package var tasks: [UInt8]
        /// Of the camera robots' tasks, which ask others for help.
        package var completedSteps = 0
        package var failedSteps = 0
        /// By `MissionRule`: how often one has fired at a robot.
        package var rulesFired = MissionRule.allCases.map { _ in 0 }
        /// Nil: nobody could touch or cross anything.
        package var contacts: ContactFigures?
    }

    /// Robots of a role that takes who is left.
    private static let restRobots = 3
    private static let secondsMax = 300.0
    /// Room for a robot where they are put down, square metres.
    private static let roomSquareMeters = 4.0
    /// What radio loses through what the plan says stands there, as a scenario's default has it.
    private static let obstacleLossDB = 10.0
    /// Nobody is put down nearer to another.
    private static let spacingMeters = 1.0
    private static let throwsMax = 10_000

    private let plan: MissionPlan
    private let config: WorldConfig
    private let limitSeconds: Double

    /// `rangeMeters`: the edge of a 2.4 GHz link; nil: the reference's.
    package init(
        _ plan: MissionPlan, robots: Int? = nil, seed: UInt64, limitSeconds: Double? = nil, rangeMeters: Double? = nil
    ) {
        self.plan = plan
        self.limitSeconds = limitSeconds ?? plan.deadlineSeconds.map { $0 + 1 } ?? Self.secondsMax
        let wanted = plan.roles.reduce(0) { $0 + ($1.count ?? Self.restRobots) }
        let count = robots ?? max(1, wanted)
        var config = WorldConfig(seed: seed, robots: count)
        config.arena = plan.field.arena
        let cameras = plan.roles.reduce(0) { $0 + ($1.needs == .camera ? $1.count ?? Self.restRobots : 0) }
        config.cameras = .count(min(count, cameras))
        config.satelliteReceivers = max(
            1, plan.roles.reduce(0) { $0 + ($1.needs == .satellite ? $1.count ?? Self.restRobots : 0) })
        config.physicalTarget = plan.target
        config.virtualTarget = plan.source
        config.targetDistanceMeters = min(
            config.targetDistanceMeters, 0.4 * min(plan.field.arena.widthMeters, plan.field.arena.heightMeters))
        if let rangeMeters { config.radio = RadioModel(controlRangeMeters: rangeMeters) }
        config.isSolid = true
        config.obstacles = plan.field.obstacles.map { Obstacle($0, lossDB: Self.obstacleLossDB) }
        config.areObstaclesKnown = true
        config.positions = Self.places(plan, count, seed: seed)
        config.plan = plan
        self.config = config
    }

    /// Together, round a rally point or the middle of the field, where robots may be.
    private static func places(_ plan: MissionPlan, _ count: Int, seed: UInt64) -> [FieldPoint] {
        var dice = Dice(seed: seed, stream: .boot, index: 1)
        let centre = plan.rallyPoints.first ?? plan.field.arena.centre
        var radius = max(5, (Double(count) * roomSquareMeters / .pi).squareRoot())
        var places: [FieldPoint] = []
        var tries = 0
        while places.count < count {
            tries += 1
            if tries % 100 == 0 { radius *= 1.2 }
            let point = FieldPoint(
                xMeters: centre.xMeters + dice.uniform(-radius, radius),
                yMeters: centre.yMeters + dice.uniform(-radius, radius))
            let isAllowed =
                plan.field.contains(point) && plan.field.obstacleMeters(from: point) > 0.5
                && places.allSatisfy { ($0 - point).lengthMeters >= spacingMeters }
            if isAllowed || tries > throwsMax { places.append(isAllowed ? point : plan.field.arena.nearest(to: point)) }
        }
        return places
    }

    package func flown() -> Outcome {
        var world = World(config)
        return world.fly(plan, limitSeconds: limitSeconds)
    }
}

extension Arena {
    fileprivate var widthMeters: Double { xMetersMax - xMetersMin }
    fileprivate var heightMeters: Double { yMetersMax - yMetersMin }
}

extension World {
    /// The plan as an operator hands it to the start robot, signed by that robot's key.
    func given(_ plan: MissionPlan, at robot: Int) -> OperatorCommand {
        let signed = SignedPlan(plan, by: MinisignKey(seed: keys.seeds[robot]))
        return .mission(.run(plan: signed.bytes, launches: launches))
    }

    private static let lookInterval: Int64 = 1_000_000_000
    /// Robots build their hierarchy first.
    private static let settleSeconds = 15.0

    mutating func fly(_ plan: MissionPlan, limitSeconds: Double) -> PlanFlight.Outcome {
        begin(launches: true, lateRobots: [Bool](repeating: false, count: robots.count))
        var outcome = PlanFlight.Outcome(
            seed: config.seed, robots: robots.count, serving: plan.roles.map { _ in 0 },
            arrived: plan.roles.map { _ in 0 }, roles: robots.map { _ in nil }, tasks: plan.tasks.map { _ in 0 })
        let limit = Int64((limitSeconds + Self.settleSeconds) * 1e9)
        var lookAt = Self.lookInterval
        while now < limit, let event = queue.pop() {
            step(event)
            guard event.kind == .tick, now >= lookAt else { continue }
            lookAt = now + Self.lookInterval
            if lookAtMission(plan, &outcome) { break }
        }
        let run = book.close(medium.air.tally, statuses: [], now: now)
        (outcome.completedSteps, outcome.failedSteps) = (run.completedSteps, run.failedSteps)
        outcome.rulesFired = book.rulesFired
        outcome.contacts = contacts?.figures
        outcome.contacts?.wallContacts = robots.reduce(0) { $0 + $1.body.wallContacts }
        return outcome
    }

    /// True: everybody stands, and knows why.
    private mutating func lookAtMission(_ plan: MissionPlan, _ outcome: inout PlanFlight.Outcome) -> Bool {
        var serving = plan.roles.map { _ in 0 }
        var arrived = serving
        var ended = 0
        for robot in 0..<robots.count {
            guard
                case .mission(.report(let report))? = peers[robot]?.answer(
                    .mission(.report), now: clock(robot))
            else { continue }
            if report.ended != nil { ended += 1 }
            if robot == config.start {
                outcome.reason = report.ended
                outcome.seconds = report.seconds
            }
            if report.isKeeper, report.tasks.count == plan.tasks.count { outcome.tasks = report.tasks }
            outcome.roles[robot] = nil
            guard let role = report.role.map(Int.init), plan.roles.indices.contains(role) else { continue }
            outcome.roles[robot] = role
            serving[role] += 1
            if report.phase == .arrived { arrived[role] += 1 }
        }
        // The last order may have stopped who had arrived.
        outcome.serving = serving
        outcome.arrived = zip(arrived, outcome.arrived).map { ended > 0 ? max($0, $1) : $0 }
        guard ended == robots.count else { return false }
        switch outcome.reason {
        case .allArrived:
            outcome.arrived = plan.roles.indices.map { plan.roles[$0].canArrive ? serving[$0] : outcome.arrived[$0] }
            outcome.isEnded = plan.end == .allArrived
        case .roleArrived:
            if case .roleArrived(let role) = plan.end { outcome.arrived[role] = serving[role] }
            outcome.isEnded = true
        case .deadline: outcome.isEnded = plan.end == .never
        case .person, .taskMissed, .unvouched, nil: break
        }
        return true
    }
}
