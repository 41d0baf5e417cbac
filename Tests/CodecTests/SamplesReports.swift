import SkeinCodec
import SkeinPeer
import SkeinSeal
import SkeinWire

// A robot's whole account of itself.
extension Samples {
    mutating func instant() -> Instant { Instant(nanoseconds: Int64(below(1 << 50))) }

    mutating func peerReport() -> PeerReport {
        var report = PeerReport(
            id: node(), epoch: Epoch(u32()), now: instant(), startedAt: instant(), status: status(),
            role: RobotRole(carriesCamera: flag(), carriesSatelliteReceiver: flag()), office: office(),
            radio: RadioAccount(
                control: band(), data: band(), windowSeconds: double(), beaconFractionMax: double()),
            safety: SafetyFigures(safetyReport()), trust: trustFigures(), plan: planReport())
        report.smellPerMeter = flag() ? double() : nil
        report.neighbours = (0..<below(5)).map { _ in neighbour() }
        report.members = (0..<below(5)).map { _ in
            MemberAccount(
                member: node(), grantedPercent: double(), grantedMHz: double(), parts: below(256),
                reservedParts: below(256), idlePercent: double())
        }
        report.routes = (0..<below(9)).map { _ in route() }
        report.tasks = (0..<below(5)).map { _ in taskAccount() }
        report.helping = (0..<below(5)).map { _ in help() }
        report.transfers = (0..<below(4)).map { _ in
            let bytes = below(1 << 26)
            return TransferAccount(
                isSending: flag(), robot: node(), object: objectID(), bytes: bytes, doneBytes: below(bytes + 1),
                trafficClass: one(of: TrafficClass.allCases), deadline: instant())
        }
        report.targets.sighting = flag() ? place() : nil
        report.targets.sightingRevision = u32()
        report.targets.ownSight = flag() ? place() : nil
        report.targets.source = flag() ? place() : nil
        report.targets.positionSigmaMeters = double()
        report.targets.missionPhase = one(of: MissionPhase.allCases)
        report.targets.step = u32()
        for source in LocalisationSource.allCases {
            report.targets.localisation[source].taken = u32()
            report.targets.localisation[source].gatedOut = u32()
            report.targets.localisation[source].tooOld = u32()
            report.targets.localisation[source].frozen = u32()
            report.targets.localisation[source].isDiverged = flag()
        }
        report.cut.neighbours = below(9)
        report.cut.units = below(1 << 20)
        report.cut.leaders = below(3)
        return report
    }

    private mutating func objectID() -> ObjectID {
        guard let id = ObjectID(hash: bytes(ObjectID.byteCount)) else { preconditionFailure("no object") }
        return id
    }

    private mutating func place() -> TargetReport.Place {
        TargetReport.Place(xMeters: double(), yMeters: double(), sigmaMeters: double())
    }

    private mutating func office() -> OfficeReport {
        OfficeReport(
            term: u32(), rootSince: flag() ? instant() : nil, leaderSince: flag() ? instant() : nil,
            followsSince: flag() ? instant() : nil, treeSince: flag() ? instant() : nil,
            planned: flag() ? .init(leader: node(), until: instant()) : nil,
            former: flag() ? .init(leader: node(), until: instant()) : nil, mayLead: flag(),
            ownEfficiency: flag() ? double() : nil)
    }

    private mutating func traffic() -> RadioAccount.Traffic {
        RadioAccount.Traffic(datagrams: word(), bytes: word(), airtimeNanoseconds: Int64(below(1 << 60)))
    }

    private mutating func band() -> RadioAccount.BandAccount {
        RadioAccount.BandAccount(
            sent: TrafficClass.allCases.map { _ in traffic() }, relayed: traffic(), received: traffic(),
            controlFraction: double(), busyFraction: double())
    }

    private mutating func trustFigures() -> TrustFigures {
        TrustFigures(
            digest: u32(), entries: below(4_096), keyNumber: UInt16(below(9)), members: below(400),
            revoked: below(9), expired: below(9), demoted: below(9), doubled: below(9), shunned: below(9),
            doubted: below(9), expiresAtSeconds: flag() ? UInt64(u32()) + 1 : nil)
    }

    private mutating func planReport() -> PlanReport {
        PlanReport(
            number: plan(), root: node(), leaders: (0..<below(9)).map { _ in node() },
            making: flag()
                ? PlanReport.Making(
                    strategy: one(of: PlanStrategy.allCases), reporting: below(512), robots: below(512),
                    plannedAt: flag() ? instant() : nil, settledAt: flag() ? instant() : nil,
                    leaders: (0..<below(5)).map { _ in
                        PlanReport.Leader(
                            leader: node(), members: below(128), grantedPercent: double(), grantedMHz: double(),
                            wasLeader: flag())
                    }) : nil)
    }

    private mutating func bandLink() -> NeighbourAccount.BandLink {
        NeighbourAccount.BandLink(
            powerDBm: double(), efficiency: double(), basis: one(of: LinkBasis.allCases), isLink: flag(),
            outlook: one(of: NeighbourAccount.BandLink.Outlook.allCases), heardAt: instant())
    }

    mutating func neighbour() -> NeighbourAccount {
        var account = NeighbourAccount(id: node(), since: instant(), heardAt: instant(), isQuiet: flag())
        account.control = flag() ? bandLink() : nil
        account.data = flag() ? bandLink() : nil
        account.roundTrip = flag() ? span() : nil
        account.leader = node()
        account.isLeader = flag()
        account.mayLead = flag()
        account.expectedDBm = flag() ? double() : nil
        account.root = node()
        account.hops = flag() ? below(256) : nil
        account.parent = node()
        account.idlePercent = flag() ? double() : nil
        account.busyParts = flag() ? below(256) : nil
        account.place = flag() ? .init(xMeters: double(), yMeters: double(), headingRadians: double()) : nil
        account.isStopped = flag() ? flag() : nil
        return account
    }

    private mutating func route() -> RouteAccount {
        RouteAccount(
            destination: node(), next: node(), rule: flag() ? one(of: HopRule.allCases) : nil,
            hops: flag() ? below(256) : nil, learnedAt: flag() ? instant() : nil)
    }

    private mutating func load() -> PlacementReason.Load {
        PlacementReason.Load(percent: double(), limitPercent: double())
    }

    mutating func reasons() -> [PlacementReason] {
        [
            .belowLimit(load()), .aboveLimit(load()), .noLeader, .noHelpers, .deadlineTooNear(left: span()),
            .sooner(here: span(), there: span()), .sooner(here: span(), there: nil),
            .offloaded(here: span(), there: span()), .offloaded(here: nil, there: span()), .hedged, .spotCheck, .known,
            .leased,
        ]
    }

    private mutating func taskAccount() -> TaskAccount {
        let names: [TaskAccount.Name] = [.step(u32()), .order(key()), .job(key()), .stream(key())]
        let kernels = one(of: [[], ["ekf", "pso"], ["detect 3"]])
        var account = TaskAccount(
            name: one(of: names), number: u32(), kernels: kernels, phase: one(of: TaskAccount.Phase.allCases),
            count: below(257))
        account.done = below(257)
        account.elsewhere = below(257)
        account.reason = flag() ? one(of: reasons()) : nil
        account.startedAt = flag() ? instant() : nil
        account.deadline = flag() ? instant() : nil
        account.took = flag() ? span() : nil
        account.units = (0..<below(9)).map { _ in
            var unit = TaskAccount.Unit(
                number: below(256), phase: one(of: TaskAccount.Unit.Phase.allCases))
            unit.robot = node()
            unit.leader = node()
            unit.reason = flag() ? one(of: reasons()) : nil
            unit.trouble =
                flag() ? (flag() ? .part(one(of: PartTrouble.allCases)) : .job(one(of: [.noLeader, .deadline]))) : nil
            return unit
        }
        return account
    }

    private mutating func help() -> HelpAccount {
        HelpAccount(
            kind: one(of: HelpAccount.Kind.allCases), requester: node(), task: u32(), unit: below(65_536),
            kernel: one(of: ["ekf", "detect 3", ""]), isFetching: flag(), deadline: instant())
    }

    mutating func eventNotes() -> [EventNote] {
        events().map {
            EventNote(number: word(), at: instant(), mesh: flag() ? meshTime() : nil, event: $0)
        }
    }
}
