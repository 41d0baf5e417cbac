import SkeinBulk
import SkeinSeal
import SkeinTasks
import SkeinWire

// What a robot says of itself when asked: read from its books, nothing of them changed.

extension Peer {
    package func report(now: Instant) -> PeerReport {
        var status = status
        status.clock = clock.status(at: now)
        var report = PeerReport(
            id: id, epoch: seal.epoch, now: now, startedAt: startedAt, status: status, role: role,
            office: officeReport,
            radio: radio.account(beaconFractionMax: config.mesh.beaconAirtimeFractionMax, now: now),
            safety: SafetyFigures(safetyReport), trust: trustFigures(now: now), plan: planReport)
        report.smellPerMeter = mission.search.smellPerMeter > 0 ? mission.search.smellPerMeter : nil
        report.targets = mission.targetReport
        report.neighbours = cut(neighbourAccounts, to: PeerReport.neighboursMax, &report.cut.neighbours)
        report.members = cut(memberAccounts(now: now), to: PeerReport.membersMax, &report.cut.members)
        report.routes = cut(routeAccounts(now: now), to: PeerReport.routesMax, &report.cut.routes)
        report.plan.leaders = cut(report.plan.leaders, to: PeerReport.leadersMax, &report.cut.leaders)
        let helping = worker.accounts + jobWorker.accounts
        report.helping = cut(helping, to: PeerReport.helpingMax, &report.cut.helping)
        let transfers = bulk.book.transfers.map(TransferAccount.init)
        report.transfers = cut(transfers, to: PeerReport.transfersMax, &report.cut.transfers)
        tellTasks(in: &report, now: now)
        return report
    }

    private func cut<Entry>(_ entries: [Entry], to limit: Int, _ left: inout Int) -> [Entry] {
        left = max(0, entries.count - limit)
        return Array(entries.prefix(limit))
    }

    // MARK: The mesh

    private var officeReport: OfficeReport {
        OfficeReport(
            term: tree.place.term, rootSince: office.rootSince, leaderSince: office.leaderSince,
            followsSince: office.followsSince, treeSince: office.treeSince,
            planned: subgroup.planned.map { OfficeReport.Other(leader: $0.leader, until: $0.until) },
            former: subgroup.former.map { OfficeReport.Other(leader: $0.leader, until: $0.until) },
            mayLead: mayLead(id), ownEfficiency: subgroup.ownEfficiency)
    }

    private var neighbourAccounts: [NeighbourAccount] {
        neighbours.all.map { neighbour in
            var account = NeighbourAccount(
                id: neighbour.id, since: neighbour.firstHeardAt, heardAt: neighbour.heardAt,
                isQuiet: neighbour.isQuiet)
            if let last = neighbour.lastBeaconAt {
                account.control = NeighbourAccount.BandLink(
                    powerDBm: neighbour.controlPowerDBm, efficiency: neighbour.controlEfficiency,
                    basis: neighbour.controlBasis, isLink: neighbour.isControlLink,
                    outlook: neighbour.controlOutlook.told, heardAt: last)
                account.leader = neighbour.leader
            }
            if let last = neighbour.lastHelloAt, let power = neighbour.dataPowerDBm {
                account.data = NeighbourAccount.BandLink(
                    powerDBm: power, efficiency: neighbour.efficiency, basis: neighbour.dataBasis,
                    isLink: neighbour.isDataLink, outlook: neighbour.dataOutlook.told, heardAt: last)
            }
            if let hello = neighbour.hello {
                account.leader = hello.leader
                account.isLeader = hello.isLeader
                if hello.isLeader { account.expectedDBm = neighbour.dataExpectedDBm }
                account.idlePercent = hello.idlePercent
                account.busyParts = hello.busyParts
            }
            account.roundTrip = neighbour.roundTrip
            account.mayLead = mayLead(neighbour.id)
            if neighbour.tree.isRooted {
                account.root = neighbour.tree.root
                account.hops = Int(neighbour.tree.hops)
                account.parent = neighbour.tree.parent
            }
            account.place = neighbour.forecast.track.map { track in
                NeighbourAccount.Place(
                    xMeters: track.place.xMeters, yMeters: track.place.yMeters, headingRadians: track.headingRadians)
            }
            account.isStopped = stops.spread.saidStopped(neighbour.id)
            return account
        }
    }

    private func memberAccounts(now: Instant) -> [MemberAccount] {
        guard subgroup.isLeading else { return [] }
        return grants.map { grant in
            MemberAccount(
                member: grant.member, grantedPercent: grant.granted.percent,
                grantedMHz: Double(grant.shareKHz) / 1_000, parts: Int(grant.parts),
                reservedParts: desk.reservedParts(at: grant.member, now: now),
                idlePercent: grant.member == id ? lendablePercent : neighbours[grant.member]?.hello?.idlePercent ?? 0)
        }
    }

    private var planReport: PlanReport {
        PlanReport(
            number: bulletins.plan, root: bulletins.planRoot, leaders: planLeaders,
            making: tree.isRoot ? planner.making(strategy: config.cloud.strategy) : nil)
    }

    // MARK: The fleet

    private func trustFigures(now: Instant) -> TrustFigures {
        let trust = seal.trust
        var counts = [Int](repeating: 0, count: TrustReport.State.allCases.count)
        for standing in trust.standings { counts[Int(trustState(of: standing).rawValue)] += 1 }
        func count(_ state: TrustReport.State) -> Int { counts[Int(state.rawValue)] }
        let standings = ledger.standings.all
        return TrustFigures(
            digest: trust.digest, entries: trust.entryCount, keyNumber: seal.keyring.sending(now: now).number,
            members: count(.member), revoked: count(.revoked), expired: count(.expired), demoted: count(.demoted),
            doubled: doubles.noted.count, shunned: standings.count { $0.isShunned(now: now) },
            doubted: standings.count { !$0.isTrusted && !$0.isShunned(now: now) },
            expiresAtSeconds: trust.member(id)?.expiresAtSeconds)
    }

    // MARK: Tasks

    private func tellTasks(in report: inout PeerReport, now: Instant) {
        let all = ledger.accounts(now: now) + jobs.accounts
        let known = all.map(\.name)
        let waiting = orders.accounts.filter { !known.contains($0.name) }
        let tasks = (all + waiting).filter(\.isOpen) + (all + waiting).filter { !$0.isOpen }.reversed()
        report.tasks = cut(tasks, to: PeerReport.tasksMax, &report.cut.tasks)
        var left = PeerReport.unitsMax
        for index in report.tasks.indices {
            let units = report.tasks[index].units.prefix(left)
            report.cut.units += report.tasks[index].count - units.count
            report.tasks[index].units = Array(units)
            left -= units.count
        }
    }
}

extension LinkForecast.Outlook {
    var told: NeighbourAccount.BandLink.Outlook {
        switch self {
        case .gone: .gone
        case .going: .going
        case .lasting: .lasting
        }
    }
}

extension Standing {
    /// Given nothing at all now.
    func isShunned(now: Instant) -> Bool {
        switch state {
        case .trusted, .doubted: false
        case .shunned(let until): until > now
        }
    }
}

extension TransferAccount {
    init(_ transfer: BulkTransfer) {
        self.init(
            isSending: transfer.isSending, robot: transfer.robot, object: transfer.object, bytes: transfer.bytes,
            doneBytes: transfer.doneBytes, trafficClass: transfer.trafficClass, deadline: transfer.deadline)
    }
}
