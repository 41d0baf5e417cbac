import SkeinTasks
import SkeinWire

// Orders, the mission's actions, and the operator's questions.

extension Peer {
    mutating func take(_ sample: CPUSample, now: Instant) {
        idlePercent = sample.idlePercent
        neededPercent = sample.neededPercent
        lendWhatIsLeft(now: now)
    }

    mutating func sense(_ reading: SensorReading, now: Instant, _ effects: inout Effects) {
        var actions: [MissionAction] = []
        let wasRequester = mission.isRequester
        mission.sensed(reading, now: now, actions: &actions)
        own = LinkForecast.Own(place: mission.localiser.position, velocity: mission.localiser.velocity)
        if mission.isRequester != wasRequester { lendWhatIsLeft(now: now) }
        perform(actions, now: now, &effects)
    }

    mutating func obey(_ command: OperatorCommand, ticket: UInt32, now: Instant, _ effects: inout Effects) {
        switch command {
        case .organise(let launches):
            if let refusal = orderRefusal(leads: true) {
                return effects.append(.reply(.refused(refusal), ticket: ticket))
            }
            organise(nil, launches: launches, now: now, &effects)
            effects.append(.reply(.done, ticket: ticket))
        case .stopMission:
            if let refusal = orderRefusal(leads: false) {
                return effects.append(.reply(.refused(refusal), ticket: ticket))
            }
            launch = nil
            issue(.stop, brief: mission.order?.brief.map { _ in briefNow(now: now) }, now: now, &effects)
            effects.append(.reply(.done, ticket: ticket))
        case .echo(let robot):
            guard robot != id else {
                return effects.append(.reply(.echoed(id, hops: 0, roundTrip: .zero), ticket: ticket))
            }
            guard robot != .none, !departures.contains(robot) else {
                return effects.append(.reply(.echoFailed(robot), ticket: ticket))
            }
            sendEcho(to: robot, .command(ticket: ticket), now: now, &effects)
        case .status:
            var account = status
            account.clock = clock.status(at: now)
            effects.append(.reply(.status(account), ticket: ticket))
        case .links: effects.append(.reply(.links(links(now: now)), ticket: ticket))
        case .leave:
            leave(now: now, &effects)
            effects.append(.reply(.done, ticket: ticket))
        case .submit, .task, .tasks, .forget: answer(command, ticket: ticket, now: now, &effects)
        case .admit, .entries, .trust: obeyTrust(command, ticket: ticket, now: now, &effects)
        case .stop, .release, .safety: obeyStop(command, ticket: ticket, now: now, &effects)
        case .peers: effects.append(.reply(.peers(peerAccounts(now: now)), ticket: ticket))
        case .job(let command): obey(command, ticket: ticket, now: now, &effects)
        case .report: effects.append(.reply(.report(report(now: now)), ticket: ticket))
        case .question(let question): obey(question, ticket: ticket, now: now, &effects)
        case .mission(let instruction): obey(instruction, ticket: ticket, now: now, &effects)
        }
    }

    /// Every neighbour on every band it was heard on, ascending.
    private func links(now: Instant) -> [LinkStatus] {
        neighbours.all.flatMap { neighbour in
            var links: [LinkStatus] = []
            if let last = neighbour.lastBeaconAt {
                links.append(
                    LinkStatus(
                        neighbour: neighbour.id, band: .control, powerDBm: neighbour.controlPowerDBm,
                        efficiency: neighbour.controlEfficiency, basis: neighbour.controlBasis,
                        isLink: neighbour.isControlLink, silence: now - last, roundTrip: neighbour.roundTrip))
            }
            if let last = neighbour.lastHelloAt, let power = neighbour.dataPowerDBm {
                links.append(
                    LinkStatus(
                        neighbour: neighbour.id, band: .data, powerDBm: power, efficiency: neighbour.efficiency,
                        basis: neighbour.dataBasis, isLink: neighbour.isDataLink, silence: now - last,
                        roundTrip: neighbour.roundTrip))
            }
            return links
        }
    }

    /// Gives an order in this robot's name and obeys it. `step`: how far above what is in force its number is to be.
    mutating func issue(
        _ command: MissionOrder.Command, brief: MissionBrief? = nil, step: UInt32 = 1, now: Instant,
        _ effects: inout Effects
    ) {
        // Above whatever is in force, also if this robot has restarted and only heard of it. At the highest number a stop
        // still beats it.
        let heard = neighbours.all.reduce(bulletins.missionRevision) { max($0, $1.missionRevision >> 1) }
        let revision = min(heard, MissionOrder.revisionMax - step) + step
        var order = MissionOrder(revision: revision, command: command, root: id, brief: brief)
        // The order that builds the hierarchy for a plan begins its run.
        if order.brief?.run == 0 { order.brief?.run = revision }
        let datagram = flood(.mission(order), &effects)
        if bulletins.post(order, datagram: datagram, hop: 0) { take(order, now: now, &effects) }
    }

    mutating func take(_ order: MissionOrder, now: Instant, _ effects: inout Effects) {
        var actions: [MissionAction] = []
        let plan = order.brief?.plan.flatMap { plans.book[$0.object]?.signed.plan }
        _ = mission.orderHeard(order, plan: plan, now: now, actions: &actions)
        perform(actions, now: now, &effects)
        planWanted(by: order, now: now)
    }

    mutating func take(_ sighting: Sighting, now: Instant, _ effects: inout Effects) {
        var actions: [MissionAction] = []
        mission.sightingHeard(sighting, actions: &actions)
        perform(actions, now: now, &effects)
    }

    mutating func take(_ fixes: Fixes, from sender: NodeID, now: Instant, _ effects: inout Effects) {
        var actions: [MissionAction] = []
        for entry in fixes.entries where entry.robot == id {
            let age = Duration.milliseconds(Int64(fixes.ageMilliseconds))
            mission.fixHeard(entry, age: age, from: sender, now: now, actions: &actions)
        }
        perform(actions, now: now, &effects)
    }

    mutating func passMissionDeadline(now: Instant, _ effects: inout Effects) {
        var actions: [MissionAction] = []
        mission.deadlinePassed(now: now, actions: &actions)
        perform(actions, now: now, &effects)
    }

    mutating func perform(_ actions: [MissionAction], now: Instant, _ effects: inout Effects) {
        for action in actions {
            switch action {
            case .actuate(let setpoint): effects.append(.actuate(setpoint))
            case .submit(let step, let task): submit(task, step: step, now: now, &effects)
            case .fixes(let fixes): _ = broadcast(.fixes(fixes), on: .data, &effects)
            case .sighting(let sighting):
                let datagram = flood(.sighting(sighting), &effects)
                _ = bulletins.post(sighting, datagram: datagram, hop: 0)
            case .record(let event): effects.append(.record(event))
            }
        }
    }

    private mutating func submit(_ task: NavigationTask, step: UInt32, now: Instant, _ effects: inout Effects) {
        let check = config.cloud.stepCheck
        let parts = task.split()
        let submission = TaskSubmission(
            number: taskNumber(step: step), purpose: .step(step), parts: parts,
            span: config.mission.step - Self.stepMargin,
            smell: 0, check: check, seed: seed(of: check),
            isValid: { part, output in task.validate(part: part, result: output) },
            agrees: { part, one, other in parts[part].kernel.agree(one, other, answering: parts[part].input) })
        perform(ledger.submit(submission, context: ledgerContext(now: now), now: now), now: now, &effects)
    }

    /// What chance decides in a task's check; nothing is drawn where it decides nothing.
    mutating func seed(of check: ResultCheck) -> UInt64 { check.isDrawn ? random.next() : 0 }

    /// A task ends this long before the next begins, so that the two are never open together.
    private static let stepMargin: Duration = .milliseconds(10)

    /// Never used before by this robot in anybody's memory: the boot's number above, the step's below, and a bit between them
    /// that orders have and steps have not.
    private func taskNumber(step: UInt32) -> UInt32 {
        seal.epoch.number << 20 | step & (OrderBook.numberBit - 1)
    }

    mutating func stepEnded(_ step: UInt32, _ outcome: TaskOutcome, now: Instant, _ effects: inout Effects) {
        let isCompleted = outcome.verdict == .completed
        var actions: [MissionAction] = []
        mission.taskEnded(
            step: step, results: outcome.results.map { $0?.output }, completed: isCompleted,
            now: now, actions: &actions)
        perform(actions, now: now, &effects)
    }

    /// This robot's account of itself.
    var status: PeerStatus {
        let own = grants.first { $0.member == id }
        let grant = subgroup.isLeading ? own : neighbours.lists(of: subgroup.leader)?.grants.first { $0.member == id }
        let pose = PoseField(mission.localiser.told)
        return PeerStatus(
            id: id, root: tree.place.root, hops: tree.place.isRooted ? Int(tree.place.hops) : nil,
            parent: tree.place.parent, leader: subgroup.leader, leaderReason: subgroup.reason, plan: subgroup.plan,
            grantedPercent: grant?.granted.percent ?? 0, grantedMHz: Double(grant?.shareKHz ?? 0) / 1_000,
            idlePercent: lentPercent, neighbours: neighbours.all.count, drops: seal.drops,
            isMissionRunning: mission.isRunning, hasArrived: mission.hasArrived, xMeters: Double(pose.xMeters),
            yMeters: Double(pose.yMeters), headingRadians: Double(pose.headingRadians))
    }
}
