import SkeinSeal
import SkeinWire

// Beacons, hellos, the tree, the subgroup, and the root's planning.

extension Peer {
    // MARK: Control band

    mutating func take(
        _ beacon: Beacon, from sender: NodeID, _ epoch: Epoch, now: Instant, _ effects: inout Effects
    ) {
        guard !beacon.isLeaving else {
            return robotLeft(
                sender, epoch, rootSequence: beacon.root == sender ? beacon.rootSequence : nil, now: now, &effects)
        }
        let knewUs = neighbours[sender]?.hearsUs ?? false
        let isNewBoot = neighbours.meet(sender, epoch)
        let isElsewhere = neighbours.take(beacon, from: sender, us: id, own: own, now: now)
        if (!knewUs || isNewBoot) && neighbours[sender]?.hearsUs != true
            && beacon.neighbours.count < Beacon.neighboursMax
        {
            beacons.hurryForStranger(now: now, random: &random)
        }
        bulletins.compare(beacon, now: now, random: &random)
        takeAttested(now: now, &effects)
        compareTrust(with: sender, digest: beacon.trustDigest, now: now)
        compareStops(with: sender, digest: beacon.stopDigest, isStopped: beacon.isStopped, now: now, &effects)
        mission.beaconHeard(from: sender, fields: BeaconFields(beacon), now: now)
        if isElsewhere { updateTree(now: now, &effects) }
    }

    mutating func updateTree(now: Instant, _ effects: inout Effects) {
        let before = tree.place
        let isElsewhere = tree.update(neighbours, now: now, tuning: config.mesh)
        if tree.takeContest() { beacons.hurry(now: now, random: &random) }
        guard isElsewhere else { return }
        office.note(tree, leader: subgroup.leader, now: now)
        if tree.isRoot { planAnew(&effects) }
        // A tree in the making spreads at once; in one that stands, robots on the move change places at every moment, and
        // their ordinary beacons tell.
        let isMaking = !tree.place.isSameTree(as: before) || now - treeMadeAt < config.mesh.treeMakingSpan
        if !tree.place.isSameTree(as: before) { treeMadeAt = now }
        if isMaking { beacons.hurry(now: now, random: &random) }
        let place = tree.place
        effects.append(.record(.treeChanged(root: place.root, hops: place.hops, parent: place.parent)))
    }

    mutating func sendBeacon(now: Instant, _ effects: inout Effects) {
        tree.beaconSent()
        beaconSequence &+= 1
        let bytes = broadcast(.beacon(beacon(isLeaving: false, now: now)), on: .control, &effects)
        mission.beaconSent()
        let count = neighbours.all.count { $0.lastBeaconAt != nil }
        beacons.sent(datagramBytes: bytes, neighbours: count, now: now, random: &random)
    }

    mutating func beacon(isLeaving: Bool, now: Instant) -> Beacon {
        let heard = neighbours.all.filter { $0.lastBeaconAt != nil }
        let listed: [Beacon.Heard]
        if heard.count <= Beacon.neighboursMax {
            listed = heard.map(Self.entry)
        } else {
            listed = (0..<Beacon.neighboursMax).map { Self.entry(heard[(beaconTurn + $0) % heard.count]) }
            beaconTurn = (beaconTurn + Beacon.neighboursMax) % heard.count
        }
        let fields = mission.beaconFields(now: now)
        let place = tree.advert
        return Beacon(
            intervalMilliseconds: beacons.announcedMilliseconds,
            listsAllNeighbours: heard.count <= Beacon.neighboursMax, isRequester: mission.isRequester,
            isLeaving: isLeaving, isStopped: stops.isStopped, root: place.root, term: place.term,
            rootSequence: place.sequence, hops: place.hops,
            parent: place.parent, leader: subgroup.leader, plan: bulletins.planComplete,
            missionRevision: bulletins.missionMark, sightingRevision: bulletins.sightingRevision,
            trustDigest: seal.trust.digest, stopDigest: stops.digest,
            pose: fields.pose, speedMetersPerSecond: Float(fields.speedMetersPerSecond),
            turnRadiansPerSecond: Float(fields.turnRadiansPerSecond), smell: Float(fields.smellPerMeter),
            best: fields.best,
            neighbours: listed, leaders: leaderEntries(now: now))
    }

    private static func entry(_ neighbour: Neighbour) -> Beacon.Heard {
        Beacon.Heard(neighbour: neighbour.id, power: PowerField(dBm: neighbour.controlPowerDBm))
    }

    private func leaderEntries(now: Instant) -> [Beacon.LeaderEntry] {
        var entries: [Beacon.LeaderEntry] = []
        if subgroup.isLeading {
            entries.append(
                Beacon.LeaderEntry(
                    leader: id, hops: 0, sequence: beaconSequence,
                    freeParts: UInt8(clamping: desk.freeParts(now: now))))
        }
        for way in leaderWays().prefix(Beacon.leadersMax - entries.count) {
            entries.append(
                Beacon.LeaderEntry(
                    leader: way.leader, hops: way.hops, sequence: way.sequence, freeParts: way.freeParts))
        }
        return entries
    }

    func leaderWays() -> [LeaderWays.Way] {
        let ways = LeaderWays.all(neighbours, us: id, hopsMax: config.mesh.leaderHopsMax)
        return departures.isEmpty ? ways : ways.filter { !departures.contains($0.leader) }
    }

    /// Leaders to ask for help, best first.
    func leaders(now: Instant) -> [NodeID] {
        subgroup.candidates(neighbours, ways: leaderWays(), now: now)
    }

    // MARK: Data band

    mutating func take(
        _ hello: Hello, from sender: NodeID, _ epoch: Epoch, now: Instant, _ effects: inout Effects
    ) {
        guard !hello.isLeaving else { return robotLeft(sender, epoch, rootSequence: nil, now: now, &effects) }
        neighbours.take(hello, from: sender, now: now)
        compareStops(with: sender, digest: hello.stopDigest, isStopped: hello.isStopped, now: now, &effects)
        updateSubgroup(now: now, &effects)
        if subgroup.isLeading && hello.leader == id { refreshGrants(now: now) }
    }

    mutating func updateSubgroup(now: Instant, _ effects: inout Effects) {
        if subgroup.update(neighbours, now: now, random: &random) { announceLeader(now: now, &effects) }
    }

    mutating func announceLeader(now: Instant, _ effects: inout Effects) {
        office.note(tree, leader: subgroup.leader, now: now)
        hellos.hurry(now: now, random: &random)
        if subgroup.isLeading { refreshGrants(now: now) }
        effects.append(.record(.leaderChanged(subgroup.leader, subgroup.plan, subgroup.reason)))
    }

    mutating func sendHello(now: Instant, _ effects: inout Effects) {
        let inRange = neighbours.all.count { $0.isDataLink }
        let interval = hellos.interval(isLeading: subgroup.isLeading, neighbours: inRange, now: now)
        if subgroup.isLeading { refreshGrants(now: now) }
        _ = broadcast(.hello(hello(isLeaving: false, interval: interval)), on: .data, &effects)
        hellos.sent(interval: interval, now: now, random: &random)
    }

    func hello(isLeaving: Bool, interval: Duration) -> Hello {
        var hello = Hello(
            intervalMilliseconds: max(1, (interval * 6 / 5).wireMilliseconds), isLeader: subgroup.isLeading,
            isLeaving: isLeaving, isStopped: stops.isStopped, leader: subgroup.leader, plan: subgroup.plan,
            idle: PercentField(percent: lendablePercent),
            efficiency: EfficiencyField(bitsPerSecondPerHz: neighbours[subgroup.leader]?.efficiency ?? 0),
            busyParts: UInt8(clamping: worker.busyParts + jobWorker.units.count), sequence: hellos.sequence,
            stopDigest: stops.digest, grants: subgroup.isLeading ? grants : [])
        hello.hasBulk = bulk.book.isBusy
        hello.bulkShareKHz = subgroup.isLeading ? bulk.shareKHz : nil
        hello.kernels = Hello.kernels(jobWorker.offers.map(\.name), besideGrants: hello.grants.count)
        return hello
    }

    /// Idle share this robot has to lend: none while it asks for help itself.
    var lentPercent: Double { mission.isRequester ? 0 : idlePercent }

    /// The same, without what jobs have of it for longer than a step.
    var lendablePercent: Double { max(0, lentPercent - jobPercent) }

    mutating func refreshGrants(now: Instant) {
        defer { shareBulk() }
        grants = Grants.share(
            us: id, idlePercent: lendablePercent, ownEfficiency: subgroup.ownEfficiency ?? meanEfficiency,
            neighbours: neighbours, cloud: config.cloud)
        // A closure that reads the peer would copy it.
        var offers: [MemberOffer] = []
        offers.reserveCapacity(grants.count)
        for grant in grants { offers.append(offer(of: grant, now: now)) }
        desk.setMembers(offers)
    }

    private func offer(of grant: Hello.Grant, now: Instant) -> MemberOffer {
        let member = neighbours[grant.member]
        let hello = member?.hello
        // A member that has just come still works for its old leader's requesters, which this one knows nothing of.
        let isNew = member.map { now - $0.leaderSince < config.mission.step } ?? false
        return MemberOffer(
            helper: grant.member, parts: max(0, Int(grant.parts) - (isNew ? hello?.busyParts ?? 0 : 0)),
            idlePercent: grant.member == id ? lendablePercent : hello?.idlePercent ?? 0,
            shareKHz: grant.shareKHz,
            efficiency: hello?.efficiency
                ?? EfficiencyField(bitsPerSecondPerHz: subgroup.ownEfficiency ?? meanEfficiency),
            busyParts: grant.member == id
                ? worker.busyParts + jobWorker.units.count : hello?.busyParts ?? 0,
            kernels: kernelTags(of: grant.member))
    }

    /// What a leader's own share is reckoned with until a plan says better: the mean of the links it hears.
    private var meanEfficiency: Double {
        let links = neighbours.all.filter(\.isDataLink)
        return links.isEmpty ? 0 : links.reduce(0) { $0 + $1.efficiency } / Double(links.count)
    }

    // MARK: Plans

    mutating func take(
        _ part: PlanPart, datagram: [UInt8], hop: UInt8, now: Instant, _ effects: inout Effects
    ) {
        guard part.root == id || bulletins.mayTake(part.plan, now: now) else { return seal.drop(.overBudget) }
        guard tree.note(term: part.plan.term) else { return seal.drop(.notAllowed) }
        guard bulletins.post(part, datagram: datagram, hop: hop) else { return }
        plans.region.count(part)
        planLeaders = part.leaders.map(\.id).filter { seal.trust.mayLead($0) }
        adopt(part, now: now, &effects)
    }

    private mutating func adopt(_ part: PlanPart, now: Instant, _ effects: inout Effects) {
        guard let owner = part.owner(of: id) else { return }
        let own = part.leaders.first { $0.id == id }?.efficiency.bitsPerSecondPerHz
        let before = subgroup.leader
        subgroup.adopt(part.plan, leader: mayLead(owner) ? owner : .none, ownEfficiency: own, now: now)
        if subgroup.leader != before { announceLeader(now: now, &effects) }
        updateSubgroup(now: now, &effects)
    }

    /// The root's turn: plan when reports have settled.
    private mutating func lead(now: Instant, _ effects: inout Effects) {
        let trust = seal.trust
        let due = planner.due(us: id, cloud: config.cloud, mayLead: { trust.mayLead($0) }, now: now)
        if let (graph, previous) = due {
            let computation = computations.open(.plan)
            effects.append(
                .compute(computation, .plan(graph, config.cloud.strategy, previousLeaders: previous)))
        }
        if planner.becomesSettled(term: tree.place.term, now: now) {
            effects.append(.record(.settled(PlanNumber(term: tree.place.term, number: planner.number))))
        }
        if planner.isOvertaken(by: bulletins.plan, of: bulletins.planRoot, us: id, term: tree.place.term, now: now) {
            becomeRoot(now: now, &effects)
        }
    }

    mutating func planned(_ plan: Plan, now: Instant, _ effects: inout Effects) {
        guard tree.isRoot else { return }
        let parts = planner.planned(plan, us: id, term: tree.place.term, now: now)
        for part in parts {
            let datagram = flood(.plan(part), &effects)
            take(part, datagram: datagram, hop: 0, now: now, &effects)
        }
        if let first = parts.first {
            effects.append(.record(.planIssued(first.plan, leaders: first.leaders.count)))
        }
    }

    // MARK: Now and then

    mutating func keepHouse(now: Instant, _ effects: inout Effects) {
        _ = neighbours.expire(now: now)
        office.note(tree, leader: subgroup.leader, now: now)
        neighbours.foresee(own: own, now: now)
        keepEchoes(now: now, &effects)
        keepIntroductions(now: now, &effects)
        keepSearches(now: now, &effects)
        if tree.mayStand != mayLead(id) { rolesChanged(of: id, now: now, &effects) }
        updateTree(now: now, &effects)
        updateSubgroup(now: now, &effects)
        let successors = planLeaders.filter { $0 != tree.over?.root }
        if succession.isOurTurn(tree: tree, planLeaders: successors, isLeading: subgroup.isLeading, now: now) {
            becomeRoot(now: now, &effects)
        }
        beginOrders(now: now, &effects)
        keepBulk(now: now, &effects)
        if jobs.hasWaiting { passJobDeadlines(now: now, &effects) }
        let root = tree.place.root
        if let report = reporter.due(
            root: root, term: tree.place.term, plan: subgroup.plan, idlePercent: lentPercent, neighbours: neighbours,
            state: mission.missionState, now: now)
        {
            if root == id {
                planner.take(report, from: id, now: now)
            } else {
                send(.linkReport(report), to: root, now: now, &effects)
            }
        }
        if tree.isRoot { lead(now: now, &effects) }
        keepPlans(now: now, &effects)
        // Whoever was told to start the mission does so, even if another has become the root meanwhile.
        let hasStood = planner.settledAt.map { now - $0 >= config.mesh.launchQuiet } ?? false
        if let launch, tree.isRoot && hasStood || now >= launch.latestAt {
            self.launch = nil
            if orderRefusal(leads: false) == nil, !stops.isStopped { startMission(now: now, &effects) }
        }
    }

    /// The start signal makes this robot the first leader as well.
    mutating func startLeading(now: Instant, _ effects: inout Effects) {
        let before = subgroup.leader
        subgroup.start(now: now)
        if subgroup.leader != before { announceLeader(now: now, &effects) }
    }

    /// A new term begins with an empty book; a plan still being computed is of the old one.
    mutating func planAnew(_ effects: inout Effects) {
        planner = RegionPlanner(tuning: config.mesh)
        plans.watch.isNew = true
        if let computation = computations.close(.plan) { effects.append(.cancel(computation)) }
    }

    mutating func becomeRoot(now: Instant, _ effects: inout Effects) {
        guard mayLead(id) else { return }
        tree.stand()
        office.note(tree, leader: subgroup.leader, now: now)
        planAnew(&effects)
        beacons.hurry(now: now, random: &random)
        let place = tree.place
        effects.append(.record(.treeChanged(root: place.root, hops: place.hops, parent: place.parent)))
    }
}
