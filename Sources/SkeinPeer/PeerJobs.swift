import SkeinWire

// Jobs: what comes from the air and from operators about work for registered kernels, and what its books want done.

extension Peer {
    // MARK: What this robot knows

    func jobContext(now: Instant) -> JobContext {
        let cloud = config.cloud
        let part = cloud.partPercent
        let mission = ledgerContext(now: now)
        let room =
            cloud.cpuCeilingPercent - cloud.baseLoadPercent - mission.reservedPercent - ledger.orderPercent
            - jobWorker.takenPercent - Double(worker.busyParts) * part
        return JobContext(
            us: id, leaders: mission.leaders, homePercent: max(0, room), offers: jobWorker.offers, helpers: jobHelpers,
            standings: ledger.standings, cloud: cloud, tuning: config.jobs, now: now)
    }

    /// Neighbours that offer kernels.
    private var jobHelpers: [JobContext.Helper] {
        var helpers: [JobContext.Helper] = []
        let grants = subgroup.isLeading ? grants : neighbours.lists(of: subgroup.leader)?.grants ?? []
        for (index, neighbour) in neighbours.all.enumerated() where neighbour.isDataReachable {
            let kernels = neighbours.lists(at: index).kernels
            guard !kernels.isEmpty, let hello = neighbour.hello else { continue }
            let share = grants.first { $0.member == neighbour.id }?.shareKHz ?? 0
            helpers.append(
                JobContext.Helper(
                    robot: neighbour.id, idlePercent: hello.idlePercent, busyParts: hello.busyParts,
                    efficiency: EfficiencyField(bitsPerSecondPerHz: neighbour.efficiency),
                    shareKHz: share > 0 ? share : Self.shareKHzUnknown, tags: kernels.map(\.tag)))
        }
        return helpers
    }

    /// Reckoned with where no leader's grant tells a share of the band, kHz.
    private static let shareKHzUnknown: UInt16 = 2_000

    func kernelTags(of robot: NodeID) -> [UInt64] {
        guard robot != id else { return jobWorker.offers.map(\.name.tag) }
        return neighbours.lists(of: robot)?.kernels.map(\.tag) ?? []
    }

    /// What jobs take of the processor now, this robot's own and others'.
    var jobPercentNow: Double { jobWorker.takenPercent + Double(jobs.atHome) * config.cloud.partPercent }

    /// Nothing of jobs is open here, this robot's own or others'.
    package var hasNoWork: Bool { jobs.isIdle && jobWorker.isIdle && bulk.fetches.isEmpty }

    // MARK: From the air

    mutating func take(_ match: Match, from leader: NodeID, now: Instant, _ effects: inout Effects) {
        guard JobNumber.isJob(match.task.number) else {
            return perform(
                ledger.receive(match, from: leader, context: ledgerContext(now: now), now: now), now: now, &effects)
        }
        perform(jobs.receive(match, from: leader, &objects, context: jobContext(now: now)), now: now, &effects)
    }

    mutating func take(_ unit: JobUnit, from sender: NodeID, now: Instant, _ effects: inout Effects) {
        guard unit.id.job.requester == sender else { return seal.drop(.notAllowed) }
        shareWithJobs(now: now)
        let rate = Self.resultRate * (neighbours[sender]?.efficiency ?? 1)
        perform(jobWorker.receive(unit, rate: rate, &objects, now: now), now: now, &effects)
    }

    /// Hz that an object is reckoned to have on its way.
    private static let resultRate = 2e6

    mutating func take(_ receipt: JobReceipt, from sender: NodeID, now: Instant, _ effects: inout Effects) {
        perform(jobs.receive(receipt, from: sender, &objects, context: jobContext(now: now)), now: now, &effects)
    }

    mutating func take(_ result: JobResult, from sender: NodeID, now: Instant, _ effects: inout Effects) {
        perform(jobs.receive(result, from: sender, &objects, context: jobContext(now: now)), now: now, &effects)
    }

    mutating func take(_ cancel: JobCancel, from sender: NodeID, now: Instant, _ effects: inout Effects) {
        guard cancel.id.job.requester == sender else { return seal.drop(.notAllowed) }
        perform(jobWorker.receive(cancel, &objects, now: now), now: now, &effects)
    }

    mutating func take(_ lease: JobLease, from sender: NodeID, now: Instant, _ effects: inout Effects) {
        guard lease.job.requester == sender else { return seal.drop(.notAllowed) }
        shareWithJobs(now: now)
        perform(jobWorker.receive(lease, &objects, now: now), now: now, &effects)
    }

    private mutating func shareWithJobs(now: Instant) {
        let home = orderPercent + Double(jobs.atHome) * config.cloud.partPercent
        jobWorker.setShare(
            lentPercent: max(0, lentPercent - home), missionParts: worker.busyParts, now: now)
    }

    // MARK: From the body

    mutating func take(_ offers: [KernelOffer], now: Instant, _ effects: inout Effects) {
        jobWorker.offers = offers.sorted { $0.name < $1.name }
        if subgroup.isLeading { refreshGrants(now: now) }
        // Others learn of it with the next hello; jobs here go on with it.
        hellos.hurry(now: now, random: &random)
        passJobDeadlines(now: now, &effects)
    }

    mutating func kept(_ object: ObjectID, isKept: Bool, now: Instant, _ effects: inout Effects) {
        perform(
            jobs.kept(object, isKept: isKept, &objects, context: jobContext(now: now)), now: now, &effects)
    }

    mutating func loaded(_ object: ObjectID, _ bytes: ObjectBytes?, now: Instant, _ effects: inout Effects) {
        perform(jobs.loaded(object, bytes, &objects, context: jobContext(now: now)), now: now, &effects)
    }

    mutating func jobPersisted(_ id: PersistID, now: Instant, _ effects: inout Effects) {
        perform(jobs.persisted(id, &objects, context: jobContext(now: now)), now: now, &effects)
    }

    mutating func finished(
        _ key: JobUnitID, _ outcome: ProgramOutcome, now: Instant, _ effects: inout Effects
    ) {
        if key.job.requester == id {
            perform(
                jobs.finishedHere(key, outcome, &objects, context: jobContext(now: now)), now: now, &effects)
        } else {
            perform(jobWorker.finished(key, outcome, &objects, now: now), now: now, &effects)
        }
    }

    mutating func passJobDeadlines(now: Instant, _ effects: inout Effects) {
        perform(jobWorker.deadlinePassed(&objects, now: now), now: now, &effects)
        perform(jobs.deadlinePassed(&objects, context: jobContext(now: now)), now: now, &effects)
    }

    // MARK: Leaving

    mutating func leaveJobs(now: Instant, _ effects: inout Effects) {
        perform(jobWorker.leave(&objects, now: now), now: now, &effects)
        perform(jobs.leave(&objects, context: jobContext(now: now)), now: now, &effects)
    }

    mutating func dismissFromJobs(_ robot: NodeID, now: Instant, _ effects: inout Effects) {
        perform(jobWorker.requesterLeft(robot, &objects, now: now), now: now, &effects)
        guard !jobs.isIdle else { return }
        perform(jobs.lose(robot, &objects, context: jobContext(now: now)), now: now, &effects)
    }

    // MARK: From operators

    mutating func obey(_ command: JobCommand, ticket: UInt32, now: Instant, _ effects: inout Effects) {
        func reply(_ reply: JobReply) { effects.append(.reply(.job(reply), ticket: ticket)) }
        switch command {
        case .give(let piece): reply(jobs.intake.take(piece, &objects, now: now))
        case .fetch(let object, let piece):
            perform(jobs.fetch(object, piece: piece, ticket: ticket, &objects), now: now, &effects)
        case .submit(let order):
            perform(
                jobs.submit(order, ticket: ticket, &objects, context: jobContext(now: now)), now: now, &effects)
        case .state(let key): reply(.state(key, jobs.state(of: key)))
        case .list: reply(.keys(jobs.keys))
        case .cancel(let key):
            perform(jobs.cancel(key, ticket: ticket, &objects, context: jobContext(now: now)), now: now, &effects)
        case .forget(let key): perform(jobs.forget(key, ticket: ticket, &objects), now: now, &effects)
        case .plan(let kernel, let bytes, let cost, let span):
            reply(.plan(plan(kernel, inputBytes: bytes, cost: cost, span: span, now: now)))
        case .explain(let key, let from): reply(jobs.notes(of: key, from: from))
        case .kernels: reply(.kernels(kernelAccounts))
        case .open(let order):
            perform(jobs.open(order, ticket: ticket, &objects, context: jobContext(now: now)), now: now, &effects)
        case .feed(let key, let number, let bytes):
            perform(
                jobs.feed(key, number: number, bytes, ticket: ticket, &objects, context: jobContext(now: now)),
                now: now, &effects)
        case .close(let key):
            perform(jobs.close(key, ticket: ticket, &objects, context: jobContext(now: now)), now: now, &effects)
        }
    }

    /// Where a unit would go now, as far as this robot knows: neighbours by their last hellos, and itself.
    private func plan(
        _ kernel: KernelName, inputBytes: Int, cost: Duration, span: Duration, now: Instant
    ) -> JobPlan {
        let context = jobContext(now: now)
        let isHere = context.offer(kernel) != nil
        let home = isHere ? context.homeSpan(cost, sharers: jobs.atHome + 1) : nil
        var choices = [
            JobPlan.Choice(
                robot: id, finish: home.flatMap { $0 <= span ? $0 : nil }, transfer: .zero, compute: home ?? .zero,
                idlePercent: context.homePercent, offersKernel: isHere)
        ]
        for neighbour in neighbours.all where neighbour.isDataReachable {
            guard let hello = neighbour.hello else { continue }
            let helper = context.helpers.first { $0.robot == neighbour.id }
            let offersKernel = helper?.tags.contains(kernel.tag) ?? false
            let transfer = context.transfer(
                bytes: max(0, inputBytes), shareKHz: helper?.shareKHz ?? Self.shareKHzUnknown,
                efficiency: EfficiencyField(bitsPerSecondPerHz: neighbour.efficiency))
            let compute: Duration? =
                hello.idlePercent > 0 ? .fromSeconds(cost.inSeconds * 100 / min(100, hello.idlePercent)) : nil
            let finish = compute.map { transfer + $0 }
            choices.append(
                JobPlan.Choice(
                    robot: neighbour.id, finish: offersKernel ? finish.flatMap { $0 <= span ? $0 : nil } : nil,
                    transfer: transfer, compute: compute ?? .zero, idlePercent: hello.idlePercent,
                    offersKernel: offersKernel))
        }
        let order = choices.indices.sorted { one, other in
            let (first, second) = (choices[one].finish, choices[other].finish)
            if let first, let second, first != second { return first < second }
            if (first == nil) != (second == nil) { return first != nil }
            return one < other
        }
        return JobPlan(choices: order.map { choices[$0] }, leader: subgroup.leader)
    }

    /// Registered here, or offered by neighbours; ascending.
    private var kernelAccounts: [KernelAccount] {
        var accounts = jobWorker.offers.map { KernelAccount(name: $0.name, here: $0, robots: []) }
        for (index, neighbour) in neighbours.all.enumerated() where neighbour.isDataReachable {
            for name in neighbours.lists(at: index).kernels {
                if let place = accounts.firstIndex(where: { $0.name == name }) {
                    accounts[place].robots.append(neighbour.id)
                } else {
                    accounts.append(KernelAccount(name: name, here: nil, robots: [neighbour.id]))
                }
            }
        }
        return accounts.sorted { $0.name < $1.name }
    }

    // MARK: What the books want

    mutating func perform(_ actions: [JobAction], now: Instant, _ effects: inout Effects) {
        for action in actions {
            switch action {
            case .request(let request, let leader):
                if leader == id {
                    perform(desk.receive(request, now: now), now: now, &effects)
                } else {
                    send(.request(request), to: leader, now: now, &effects)
                }
            case .offer(let unit, let way): say(.jobUnit(unit), way, now: now, &effects)
            case .lease(let lease, let way): say(.jobLease(lease), way, now: now, &effects)
            case .cancel(let cancel, let way): say(.jobCancel(cancel), way, now: now, &effects)
            case .compute(let key, let kernel, let inputs, let deadline):
                let computation = computations.open(.jobUnit(key))
                effects.append(.compute(computation, .program(kernel, inputs: inputs, deadline: deadline)))
            case .stop(let key): self.cancel(.jobUnit(key), &effects)
            case .fetch(let object, let bytes, let robot, let trafficClass, let deadline):
                fetchObject(
                    object, bytes: bytes, from: robot, trafficClass: trafficClass, deadline: deadline, now: now,
                    &effects)
            case .cancelFetch(let object): cancelFetch(object, now: now, &effects)
            case .keep(let object, let bytes): effects.append(.keep(object, bytes))
            case .load(let object): effects.append(.load(object))
            case .discard(let object): effects.append(.discard(object))
            case .persist(let id, let record): effects.append(.persist(id, record))
            case .reply(let reply, let ticket): effects.append(.reply(.job(reply), ticket: ticket))
            case .note(let note):
                perform(ledger.take(note, context: ledgerContext(now: now), now: now), now: now, &effects)
            case .record(let event): effects.append(.record(.job(event)))
            }
        }
        if jobPercent != jobPercentNow { lendWhatIsLeft(now: now) }
    }

    private mutating func say(_ message: Message, _ way: JobWay, now: Instant, _ effects: inout Effects) {
        send(
            message, to: way.helper, via: way.leader, shareMHz: Double(way.shareKHz) / 1_000, now: now, &effects)
    }

    mutating func perform(_ actions: [JobWorker.Action], now: Instant, _ effects: inout Effects) {
        for action in actions {
            switch action {
            case .receipt(let receipt, let requester): send(.jobReceipt(receipt), to: requester, now: now, &effects)
            case .result(let result, let requester): send(.jobResult(result), to: requester, now: now, &effects)
            case .fetch(let object, let bytes, let robot, let trafficClass, let deadline):
                fetchObject(
                    object, bytes: bytes, from: robot, trafficClass: trafficClass, deadline: deadline, now: now,
                    &effects)
            case .cancelFetch(let object): cancelFetch(object, now: now, &effects)
            case .compute(let key, let kernel, let inputs, let deadline):
                let computation = computations.open(.jobUnit(key))
                effects.append(.compute(computation, .program(kernel, inputs: inputs, deadline: deadline)))
            case .stop(let key): cancel(.jobUnit(key), &effects)
            case .record(let event): effects.append(.record(.job(event)))
            }
        }
        if jobPercent != jobPercentNow { lendWhatIsLeft(now: now) }
    }
}
