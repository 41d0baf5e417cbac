import SkeinTasks
import SkeinWire

// Orders and plans: which phase, which run, which role (docs/missions.md).

extension MissionRunner {
    /// An order, heard or given; whether it was taken, and so is to be flooded on. `plan`: what it names, if it is here.
    mutating func orderHeard(
        _ heard: MissionOrder, plan: MissionPlan? = nil, now: Instant, actions: inout [MissionAction]
    ) -> Bool {
        guard order.map({ heard.supersedes($0) }) ?? true else { return false }
        order = heard
        obey(heard, plan: plan, now: now, actions: &actions)
        return true
    }

    /// The plan that the order in force names has come.
    mutating func planArrived(_ plan: MissionPlan, now: Instant, actions: inout [MissionAction]) {
        guard course.isWithoutPlan, let order else { return }
        obey(order, plan: plan, now: now, actions: &actions)
    }

    private mutating func obey(
        _ heard: MissionOrder, plan: MissionPlan?, now: Instant, actions: inout [MissionAction]
    ) {
        guard !isStopped else {
            phase = .stopped
            return
        }
        let isWanting = heard.brief?.plan != nil && plan == nil
        course.isWithoutPlan = isWanting && heard.command != .stop
        guard !course.isWithoutPlan else {
            // Nobody moves by an order that it does not understand.
            phase = .waiting
            work.stepSkipped(localiser: &localiser)
            return actions.append(.actuate(.stop))
        }
        if heard.command != .stop || plan != nil { adopt(plan, of: heard, actions: &actions) }
        let elapsed = Double(heard.brief?.elapsedTenths ?? 0) / 10
        let isSameRun = heard.run == course.run
        switch heard.command {
        case .organise:
            guard !isSameRun || phase == .waiting || phase == .organised else { return }
            phase = .organised
            lookedRadians = 0
        case .start:
            if isSameRun, phase == .paused {
                goOn(now: now, actions: &actions)
            } else if !isSameRun || phase == .waiting || phase == .organised {
                guard !(isSameRun && course.ended != nil) else { return }
                begin(heard, elapsed: elapsed, now: now, actions: &actions)
            }
        case .pause:
            guard !(isSameRun && phase == .stopped) else { return }
            if !isSameRun { course.join(run: heard.run, elapsed: elapsed) }
            hold(heard.brief?.reason ?? .person, now: now, actions: &actions)
        case .stop: end(heard.brief?.reason ?? .person, now: now, actions: &actions)
        }
    }

    private mutating func begin(
        _ heard: MissionOrder, elapsed: Double, now: Instant, actions: inout [MissionAction]
    ) {
        phase = .running
        course.begin(run: heard.run, elapsed: elapsed, now: now)
        actions.append(.record(.missionStarted))
        work.started()
        stepAt = now
        stepBegins(now: now, actions: &actions)
    }

    private mutating func goOn(now: Instant, actions: inout [MissionAction]) {
        phase = .running
        course.resume(now: now)
        actions.append(.record(.mission(.resumed)))
    }

    private mutating func hold(_ reason: MissionBrief.Reason, now: Instant, actions: inout [MissionAction]) {
        if phase != .paused { actions.append(.record(.mission(.paused(reason)))) }
        phase = .paused
        course.pause(now: now)
        work.stepSkipped(localiser: &localiser)
        actions.append(.actuate(.stop))
    }

    /// It is said once for each reason: who has stopped by itself at the deadline hears the same as an order.
    private mutating func end(_ reason: MissionBrief.Reason, now: Instant, actions: inout [MissionAction]) {
        if phase != .stopped || course.ended != reason { actions.append(.record(.mission(.ended(reason)))) }
        phase = .stopped
        course.pause(now: now)
        course.ended = reason
        work.stepSkipped(localiser: &localiser)
        actions.append(.actuate(.stop))
    }

    /// Whoever signed the plan in force may command missions no more.
    mutating func planWithdrawn(now: Instant, actions: inout [MissionAction]) {
        guard phase != .stopped, !course.isWithoutPlan else { return }
        end(.unvouched, now: now, actions: &actions)
    }

    /// The plan's field, rules and roles are in force; without a plan, the configuration's.
    private mutating func adopt(_ plan: MissionPlan?, of heard: MissionOrder, actions: inout [MissionAction]) {
        guard let plan else {
            if course.part != nil { rest(on: configured) }
            course.part = nil
            return
        }
        if course.part?.plan != plan || heard.run != course.run {
            if course.part?.plan != plan {
                var tuning = configured
                tuning.field = plan.field
                tuning.rules = plan.rules
                rest(on: tuning)
            }
            course.part = MissionPart(plan: plan, home: localiser.position)
        }
        let before = course.part?.role
        course.part?.assigned(heard.brief?.roles ?? [], us: id)
        if let role = course.part?.role, role != before {
            actions.append(.record(.mission(.roleTaken(plan.roles[role].name, order: heard.revision, by: heard.root))))
        } else if course.part?.role == nil, before != nil {
            actions.append(.record(.mission(.roleTaken(nil, order: heard.revision, by: heard.root))))
        }
        keepSpeed()
    }

    /// What is reckoned by the field begins anew in another one.
    private mutating func rest(on tuning: MissionTuning) {
        let isElsewhere = tuning.arena != self.tuning.arena
        self.tuning = tuning
        navigator.rest(on: tuning)
        guard isElsewhere else { return }
        search = SourceSearch(tuning: tuning, random: PeerRandom(seed: random.next()))
        sweep = TargetSweep(tuning: tuning, robot: id)
    }

    private mutating func keepSpeed() {
        let limit = course.part?.speedMetersPerSecondMax ?? .infinity
        tuning.speedMetersPerSecondMax = min(configured.speedMetersPerSecondMax, limit)
    }

    // MARK: On the way

    /// Where the robot is in its part, and whether the mission is over for it; at every reading and every step.
    mutating func keepCourse(now: Instant, actions: inout [MissionAction]) {
        guard phase == .running || phase == .arrived, course.part != nil else { return }
        if phase == .running, course.action == .proceed {
            course.part?.advance(
                from: localiser.position, sigmaMeters: localiser.positionSigmaMeters, now: now)
            keepSpeed()
        }
        guard course.isOverdue(at: now) else { return }
        end(.deadline, now: now, actions: &actions)
    }

    /// Says which of the plan's rules hold now; what they ask for is done elsewhere.
    mutating func watchRules(now: Instant, actions: inout [MissionAction]) {
        guard let plan = course.part?.plan, phase == .running || phase == .arrived || phase == .paused else {
            return course.rules.forget()
        }
        let isBeyond =
            course.rules.holds(.fence)
            ? !Safety.isWithinFence(localiser.position, field: plan.field)
            : Safety.isBeyondFence(
                localiser.position, positionSigmaMeters: localiser.positionSigmaMeters, field: plan.field)
        let found: [(MissionRule, MissionRules.Action?)] = [
            (.linkLoss, navigator.isLinkLost(now: now) ? Self.action(navigator.linkOrder(now: now)) : nil),
            (.lowBattery, course.isBatteryLow ? plan.rules.lowBattery : nil),
            (.partition, course.isSplit ? plan.rules.partition : nil), (.fence, isBeyond ? plan.rules.fence : nil),
        ]
        for (rule, action) in found {
            if let event = course.rules.looked(at: rule, action) { actions.append(.record(.mission(event))) }
        }
    }

    private static func action(_ order: LinkWatch.Order) -> MissionRules.Action {
        switch order {
        case .goOn: .proceed
        case .stand: .stop
        case .goHome: .returnHome
        }
    }

    /// How the robot's part is to be told to the root.
    var missionState: LinkReport.MissionState {
        LinkReport.MissionState(
            carriesCamera: role.carriesCamera, carriesSatelliteReceiver: role.carriesSatelliteReceiver,
            isUnfit: course.isBatteryLow, hasArrived: course.part != nil && phase == .arrived)
    }

    /// Where the plan sends the robot now; nil: there is no plan, or it sends it to the target or the source.
    var errand: Errand? {
        guard let part = course.part else { return nil }
        switch course.action {
        case .stop: return .stand
        case .returnHome:
            let shelter = part.shelter(from: localiser.position)
            return Errand(MissionPart.near(shelter, localiser.position), from: localiser.position)
        case .proceed: break
        }
        let aim = part.aim(from: localiser.position, targetAt: targetHeld, sourceAt: sourceHeld?.point)
        return Errand(aim, from: localiser.position)
    }

    /// Going somewhere, or standing.
    enum Errand: Hashable {
        case stand
        /// In this direction, and so far.
        case go(FieldPoint)

        init?(_ aim: MissionPart.Aim, from position: FieldPoint) {
            switch aim {
            case .target, .source: return nil
            case .stand: self = .stand
            case .go(let place): self = .go(place - position)
            }
        }
    }

    private var targetHeld: FieldPoint? {
        sighting.map { FieldPoint(xMeters: Double($0.xMeters), yMeters: Double($0.yMeters)) }
    }

    /// Where the plan says that what this robot seeks is.
    var placeTold: FieldPoint? {
        guard let plan = course.part?.plan else { return nil }
        return role.carriesCamera ? plan.target : plan.source
    }

    /// Arrived where the plan sends it; nil: the senses say so, or there is no plan.
    var isErrandDone: Bool? {
        guard let part = course.part else { return nil }
        guard course.action == .proceed else { return false }
        switch part.goal {
        case nil, .relay: return false
        case .target, .source: return nil
        case .hold, .search, .waypoints: return part.isDone
        }
    }
}
