import SkeinBulk
import SkeinWire

// Mission plans between the door, the book, the mission and the air: docs/missions.md.

extension Peer {
    // MARK: The operator

    mutating func obey(
        _ instruction: MissionInstruction, ticket: UInt32, now: Instant, _ effects: inout Effects
    ) {
        switch instruction {
        case .run(let plan, let launches): run(plan, launches: launches, ticket: ticket, now: now, &effects)
        case .pause:
            if let refusal = orderRefusal(leads: false) {
                return effects.append(.reply(.refused(refusal), ticket: ticket))
            }
            guard let order = mission.order, order.command == .start else {
                return effects.append(.reply(.mission(.outOfTurn), ticket: ticket))
            }
            // Above what the keeper of the roles may tell at the same moment.
            issue(.pause, brief: briefNow(now: now), step: 2, now: now, &effects)
            answer(.report(missionReport(now: now)), ticket, &effects)
        case .resume:
            if let refusal = orderRefusal(leads: false) ?? stops.inForce.map({ .stopped(number: $0.number) }) {
                return effects.append(.reply(.refused(refusal), ticket: ticket))
            }
            guard let order = mission.order, order.command == .pause else {
                return effects.append(.reply(.mission(.outOfTurn), ticket: ticket))
            }
            issue(.start, brief: briefNow(now: now), step: 2, now: now, &effects)
            answer(.report(missionReport(now: now)), ticket, &effects)
        case .report: answer(.report(missionReport(now: now)), ticket, &effects)
        case .plans: answer(.plans(plansHeld), ticket, &effects)
        case .runHeld(let object, let launches):
            guard let held = plans.book[object] else { return answer(.unknownPlan, ticket, &effects) }
            run(held.signed.bytes, launches: launches, ticket: ticket, now: now, &effects)
        case .assignment(let bytes):
            guard let plan = try? MissionPlanBytes.plan(of: bytes) else {
                return answer(.refused(.unreadable), ticket, &effects)
            }
            let before = mission.course.part?.plan.name == plan.name ? mission.order?.brief?.roles ?? [] : []
            let assignment = RoleAssignment(plan: plan, candidates: candidates, before: before)
            answer(
                .assignment(MissionAssignment(isFromReports: tree.isRoot, places: assignment.places)), ticket, &effects)
        }
    }

    private func answer(_ reply: MissionReply, _ ticket: UInt32, _ effects: inout Effects) {
        effects.append(.reply(.mission(reply), ticket: ticket))
    }

    private mutating func run(
        _ bytes: [UInt8], launches: Bool, ticket: UInt32, now: Instant, _ effects: inout Effects
    ) {
        if let refusal = orderRefusal(leads: true) {
            return effects.append(.reply(.refused(refusal), ticket: ticket))
        }
        switch take(plan: bytes, &effects) {
        case .failure(let why):
            effects.append(.record(.mission(.planRefused(why))))
            answer(.refused(why), ticket, &effects)
        case .success(let held):
            plans.given = PlanDesk.Given(name: held.signed.name, launches: launches, ticket: ticket)
            obeyGiven(now: now, &effects)
        }
    }

    /// Nothing is ordered, and nobody told, before the plan's revision is on the disk.
    private mutating func obeyGiven(now: Instant, _ effects: inout Effects) {
        guard plans.book.isPersisted, let given = plans.given else { return }
        plans.given = nil
        organise(MissionBrief(run: 0, plan: given.name), launches: given.launches, now: now, &effects)
        answer(.report(missionReport(now: now)), given.ticket, &effects)
    }

    mutating func planPersisted(_ id: PersistID, now: Instant, _ effects: inout Effects) {
        plans.book.persisted(id)
        guard !hasLeft else { return }
        obeyGiven(now: now, &effects)
    }

    /// The start signal to this robot.
    mutating func organise(_ brief: MissionBrief?, launches: Bool, now: Instant, _ effects: inout Effects) {
        becomeRoot(now: now, &effects)
        startLeading(now: now, &effects)
        launch = launches ? Launch(latestAt: now + config.mesh.launchWaitMax) : nil
        issue(.organise, brief: brief, now: now, &effects)
    }

    /// The hierarchy stands, or has been waited for long enough.
    mutating func startMission(now: Instant, _ effects: inout Effects) {
        guard let order = mission.order, order.command == .organise, order.root == id, var brief = order.brief,
            let name = brief.plan
        else {
            return issue(.start, now: now, &effects)
        }
        // Taken back meanwhile: nothing begins in its place.
        guard let plan = plans.book[name.object]?.signed.plan else { return }
        brief.roles = RoleAssignment(plan: plan, candidates: candidates, before: brief.roles).entries
        plans.watch.toldAt = now
        issue(.start, brief: brief, now: now, &effects)
    }

    /// What an order to go on, to pause or to stop is about: what the one in force is.
    func briefNow(now: Instant, reason: MissionBrief.Reason = .person) -> MissionBrief {
        var brief = mission.order?.brief ?? MissionBrief(run: mission.order?.run ?? 0)
        brief.elapsedTenths = UInt32(clamping: Int((mission.course.seconds(at: now) * 10).rounded(.down)))
        brief.reason = reason
        return brief
    }

    // MARK: Plans that come

    private mutating func take(plan bytes: [UInt8], _ effects: inout Effects) -> Result<MissionBook.Held, PlanRefusal> {
        let trust = seal.trust
        let judged = plans.book.take(
            bytes, trust: trust, verifier: seal.verifier,
            mayCommand: { trust.may(.commandMissions, $0) && !trust.isDemoted($0) })
        for write in judged.writes { effects.append(.persist(write.id, write.record)) }
        if case .success(let held) = judged.taken, !judged.writes.isEmpty {
            let plan = held.signed.plan
            effects.append(
                .record(.mission(.planTaken(name: plan.name, revision: plan.revision, held.signer))))
        }
        return judged.taken
    }

    /// An order names a plan: it is here, or is to come.
    mutating func planWanted(by order: MissionOrder, now: Instant) {
        if let name = order.brief?.plan, plans.book.refusal(of: name.object) == .withdrawn,
            plans.withdrawnRun.map({ $0 != order.run }) ?? (order.command == .organise)
        {
            plans.book.forgive(name.object)
        }
        guard let name = order.brief?.plan, order.command != .stop, plans.book[name.object] == nil else {
            plans.fetch = nil
            return
        }
        if plans.fetch?.name == name {
            plans.fetch?.revision = order.revision
        } else {
            plans.fetch = PlanDesk.Fetch(name: name, revision: order.revision, nextAt: now)
        }
    }

    private static let fetchPatience: Duration = .seconds(2)
    private static let fetchSpacing: Duration = .milliseconds(300)

    private mutating func fetchPlan(now: Instant, _ effects: inout Effects) {
        guard var fetch = plans.fetch, now >= fetch.nextAt, plans.book.refusal(of: fetch.name.object) == nil else {
            return
        }
        // Whoever shows the same order in its beacons, or gave it; the nearest first.
        let issuer = mission.order?.root ?? .none
        let holders = neighbours.all.filter {
            ($0.missionRevision >> 1 >= fetch.revision || $0.id == issuer) && !departures.contains($0.id)
        }.sorted { ($0.isDataReachable ? 0 : 1, $0.id) < ($1.isDataReachable ? 0 : 1, $1.id) }
        guard !holders.isEmpty else { return }
        let holder = holders[fetch.tries % holders.count].id
        fetch.from = holder
        fetch.tries += 1
        fetch.askedAt = now
        fetch.nextAt = now + Self.fetchPatience
        plans.fetch = fetch
        cancelFetch(fetch.name.object, now: now, &effects)
        fetchObject(
            fetch.name.object, bytes: Int(fetch.name.bytes), from: holder, trafficClass: .task,
            deadline: now + Self.fetchPatience, now: now, &effects)
    }

    /// True: it was the plan that is waited for.
    mutating func planFetched(
        _ object: ObjectID, _ bytes: ObjectBytes, now: Instant, _ effects: inout Effects
    ) -> Bool {
        guard let fetch = plans.fetch, fetch.name.object == object else { return false }
        plans.fetch = nil
        switch take(plan: bytes.bytes, &effects) {
        case .failure(let why):
            plans.book.refuse(object, why)
            effects.append(.record(.mission(.planRefused(why))))
        case .success(let held):
            var actions: [MissionAction] = []
            mission.planArrived(held.signed.plan, now: now, actions: &actions)
            perform(actions, now: now, &effects)
        }
        return true
    }

    /// True: it was the plan that is waited for; another neighbour is asked.
    mutating func planMissed(_ object: ObjectID, now: Instant) -> Bool {
        guard let fetch = plans.fetch, fetch.name.object == object else { return false }
        plans.fetch?.nextAt = min(fetch.nextAt, now + Self.fetchSpacing)
        return true
    }

    // MARK: The keeper

    /// Who is heard of, this robot as it knows itself.
    var candidates: [RoleAssignment.Candidate] {
        var known = planner.candidates(us: id)
        if let place = known.firstIndex(where: { $0.robot >= id }), known[place].robot == id {
            known[place].state = mission.missionState
        } else {
            known.insert(
                RoleAssignment.Candidate(robot: id, state: mission.missionState),
                at: known.firstIndex { $0.robot > id } ?? known.count)
        }
        return known
    }

    var isKeeper: Bool { tree.isRoot && mayCommand(id) }

    mutating func keepPlans(now: Instant, _ effects: inout Effects) {
        fetchPlan(now: now, &effects)
        if plans.watch.isNew {
            plans.watch.isNew = false
            plans.watch.nextAt = now + MissionWatch.rootQuiet
        }
        guard now >= plans.watch.nextAt else { return }
        plans.watch.nextAt = now + MissionWatch.interval
        // A membership ends by the clock too.
        withdrawPlans(now: now, &effects)
        let isAlone = !neighbours.all.contains { $0.isControlLink || $0.isDataLink }
        mission.course.regionHeard(robots: isAlone ? 1 : max(1, plans.region.robots), now: now)
        guard isKeeper, !stops.isStopped, launch == nil, let order = mission.order, order.command != .stop,
            let brief = order.brief, let name = brief.plan
        else { return }
        guard let plan = plans.book[name.object]?.signed.plan else {
            // Everybody stands by its own judgement; whoever comes later is told.
            if plans.book.refusal(of: name.object) == .withdrawn {
                issue(.stop, brief: briefNow(now: now, reason: .unvouched), now: now, &effects)
            }
            return
        }
        let known = candidates
        if order.command == .start, end(plan, brief, known, now: now, &effects) { return }
        let assignment = RoleAssignment(plan: plan, candidates: known, before: brief.roles)
        let roles = assignment.entries
        guard roles != brief.roles, plans.watch.toldAt.map({ now - $0 >= MissionWatch.rolesSpacing }) ?? true else {
            return
        }
        plans.watch.toldAt = now
        var told = briefNow(now: now)
        told.roles = roles
        recordRoles(assignment.places, before: brief.roles, plan: plan, &effects)
        issue(order.command, brief: told, now: now, &effects)
    }

    /// True: the mission does not go on.
    private mutating func end(
        _ plan: MissionPlan, _ brief: MissionBrief, _ known: [RoleAssignment.Candidate], now: Instant,
        _ effects: inout Effects
    ) -> Bool {
        let before = plans.watch.states(of: plan, run: brief.run)
        let verdict = plans.watch.judge(
            plan, run: brief.run, seconds: mission.course.seconds(at: now), candidates: known, roles: brief.roles)
        recordTasks(plan, before: before, after: plans.watch.states(of: plan, run: brief.run), &effects)
        switch verdict {
        case .goesOn: return false
        case .stop(let reason): issue(.stop, brief: briefNow(now: now, reason: reason), now: now, &effects)
        case .pause(let reason): issue(.pause, brief: briefNow(now: now, reason: reason), now: now, &effects)
        }
        return true
    }

    // MARK: Told when asked

    func missionReport(now: Instant) -> MissionReport {
        var report = MissionReport(robot: id)
        let course = mission.course
        report.phase = mission.phase.told
        report.order = mission.order
        report.seconds = course.seconds(at: now)
        report.ended = course.ended
        report.keeper = tree.place.root
        report.isKeeper = isKeeper
        report.isBatteryLow = course.isBatteryLow
        report.isSplit = course.isSplit
        guard let order = mission.order, let brief = order.brief else { return report }
        report.role = brief.role(of: id)
        let held = brief.plan.flatMap { plans.book[$0.object] }
        if let name = brief.plan {
            report.planState =
                held.map { .held($0.signer) }
                ?? plans.book.refusal(of: name.object).map { .refused($0) }
                ?? .fetching(from: plans.fetch?.from ?? .none)
        }
        let known = tree.isRoot ? candidates : []
        if let plan = held?.signed.plan {
            report.plan = MissionPlanBytes.bytes(of: plan)
            report.tasks = plans.watch.states(of: plan, run: brief.run).map(\.rawValue)
            let own = tree.isRoot ? known : [RoleAssignment.Candidate(robot: id, state: mission.missionState)]
            let places = RoleAssignment(plan: plan, candidates: own, before: brief.roles).places
            report.reason =
                report.role == nil && !tree.isRoot
                ? ownReason(plan) : places.first { $0.robot == id }?.reason
        }
        report.robots = robots(of: brief, known)
        return report
    }

    /// Why this robot has no role, as far as it can tell from the order.
    private func ownReason(_ plan: MissionPlan) -> RoleAssignment.Reason {
        let state = mission.missionState
        if state.isUnfit { return .unfit }
        return plan.roles.contains { RoleAssignment.serves(state, $0.needs) } ? .reserve : .unable
    }

    private func robots(of brief: MissionBrief, _ known: [RoleAssignment.Candidate]) -> [MissionReport.Robot] {
        var robots = known.map { MissionReport.Robot(id: $0.robot, role: brief.role(of: $0.robot), state: $0.state) }
        for entry in brief.roles where !known.contains(where: { $0.robot == entry.robot }) {
            robots.append(
                MissionReport.Robot(
                    id: entry.robot, role: entry.role, state: entry.robot == id ? mission.missionState : nil))
        }
        return Array(robots.sorted { $0.id < $1.id }.prefix(MissionReport.robotsMax))
    }
}
