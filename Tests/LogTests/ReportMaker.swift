import SkeinPeer
import SkeinSeal
import SkeinWire

/// Reports with anything in them that a peer could say, from a seed.
struct ReportMaker {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func word() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }

    mutating func below(_ bound: Int) -> Int { Int(word() % UInt64(bound)) }
    mutating func flag() -> Bool { word() & 1 == 1 }
    mutating func double() -> Double { Double(Int64(truncatingIfNeeded: word() >> 30) - (1 << 33)) / 1_024 }
    mutating func instant() -> Instant { Instant(nanoseconds: Int64(word() >> 6)) }
    mutating func span() -> Duration { .nanoseconds(Int64(word() >> 10)) }
    mutating func number() -> UInt32 { UInt32(truncatingIfNeeded: word()) }
    mutating func count() -> Int { below(1_000_000) }
    mutating func node() -> NodeID { NodeID(UInt16(below(65_535))) }
    mutating func anybody() -> NodeID { below(4) == 0 ? .none : node() }
    mutating func any<Value: CaseIterable>(_ type: Value.Type) -> Value where Value.AllCases.Index == Int {
        Value.allCases[below(Value.allCases.count)]
    }
    mutating func maybe<Value>(_ make: (inout ReportMaker) -> Value) -> Value? { flag() ? make(&self) : nil }
    mutating func list<Value>(_ limit: Int, _ make: (inout ReportMaker) -> Value) -> [Value] {
        (0..<below(limit + 1)).map { _ in make(&self) }
    }

    mutating func text() -> String { String((0..<below(30)).map { _ in Array("abcäöü→.- \"")[below(11)] }) }

    mutating func mesh() -> MeshTime {
        MeshTime(
            root: node(), term: number(), nanoseconds: Int64(word() >> 6), boundNanoseconds: Int64(word() >> 30),
            isOwn: flag())
    }

    mutating func object() -> ObjectID {
        guard let object = ObjectID(hash: (0..<32).map { _ in UInt8(truncatingIfNeeded: word()) }) else {
            preconditionFailure("32 bytes are a hash")
        }
        return object
    }

    mutating func plan() -> PlanNumber { PlanNumber(term: number(), number: number()) }

    mutating func report(of id: NodeID) -> PeerReport {
        let now = instant()
        var report = PeerReport(
            id: id, epoch: Epoch(number()), now: now, startedAt: instant(), status: status(of: id),
            role: RobotRole(carriesCamera: flag(), carriesSatelliteReceiver: flag()), office: office(), radio: radio(),
            safety: safety(), trust: trust(), plan: planReport())
        report.smellPerMeter = maybe { $0.double() }
        report.neighbours = list(4) { $0.neighbour() }
        report.members = list(3) {
            MemberAccount(
                member: $0.node(), grantedPercent: $0.double(), grantedMHz: $0.double(), parts: $0.count(),
                reservedParts: $0.count(), idlePercent: $0.double())
        }
        report.routes = list(5) {
            RouteAccount(
                destination: $0.node(), next: $0.anybody(), rule: $0.maybe { $0.any(HopRule.self) },
                hops: $0.maybe { $0.count() }, learnedAt: $0.maybe { $0.instant() })
        }
        report.tasks = list(4) { $0.task() }
        report.helping = list(3) {
            HelpAccount(
                kind: $0.any(HelpAccount.Kind.self), requester: $0.node(), task: $0.number(), unit: $0.count(),
                kernel: $0.text(), isFetching: $0.flag(), deadline: $0.instant())
        }
        report.targets = targets()
        report.transfers = list(3) {
            TransferAccount(
                isSending: $0.flag(), robot: $0.node(), object: $0.object(), bytes: $0.count(), doneBytes: $0.count(),
                trafficClass: $0.any(TrafficClass.self), deadline: $0.flag() ? .distantFuture : $0.instant())
        }
        report.cut.neighbours = count()
        report.cut.units = count()
        report.cut.leaders = count()
        return report
    }
}

extension ReportMaker {
    fileprivate mutating func status(of id: NodeID) -> PeerStatus {
        guard let drops = DropCounters(counts: DropReason.allCases.map { _ in flag() ? 0 : count() }) else {
            preconditionFailure("a count for each reason")
        }
        return PeerStatus(
            id: id, root: anybody(), hops: maybe { $0.count() }, parent: anybody(), leader: anybody(),
            leaderReason: any(LeaderReason.self), plan: plan(), grantedPercent: double(), grantedMHz: double(),
            idlePercent: double(), neighbours: count(), drops: drops, isMissionRunning: flag(), hasArrived: flag(),
            xMeters: double(), yMeters: double(), headingRadians: double(),
            clock: ClockStatus(
                local: instant(), time: maybe { $0.mesh() }, hops: count(), source: anybody(),
                sinceAnswer: maybe { $0.span() }, answers: count(), refusals: count()))
    }

    fileprivate mutating func office() -> OfficeReport {
        OfficeReport(
            term: number(), rootSince: maybe { $0.instant() }, leaderSince: maybe { $0.instant() },
            followsSince: maybe { $0.instant() }, treeSince: maybe { $0.instant() },
            planned: maybe { OfficeReport.Other(leader: $0.node(), until: $0.instant()) },
            former: maybe { OfficeReport.Other(leader: $0.node(), until: $0.instant()) }, mayLead: flag(),
            ownEfficiency: maybe { $0.double() })
    }

    fileprivate mutating func radio() -> RadioAccount {
        func traffic(_ maker: inout ReportMaker) -> RadioAccount.Traffic {
            RadioAccount.Traffic(
                datagrams: UInt64(maker.count()), bytes: UInt64(maker.count()),
                airtimeNanoseconds: Int64(maker.count()))
        }
        func band(_ maker: inout ReportMaker) -> RadioAccount.BandAccount {
            RadioAccount.BandAccount(
                sent: TrafficClass.allCases.map { _ in traffic(&maker) }, relayed: traffic(&maker),
                received: traffic(&maker), controlFraction: maker.double(), busyFraction: maker.double())
        }
        return RadioAccount(
            control: band(&self), data: band(&self), windowSeconds: double(), beaconFractionMax: double())
    }

    fileprivate mutating func safety() -> SafetyFigures {
        SafetyFigures(
            isStopped: flag(), isPersisted: flag(), numberMax: number(),
            active: list(3) { StopStatement.Name(issuer: $0.node(), number: $0.number()) }, activeCount: count(),
            issued: maybe {
                SafetyReport.Issued(
                    name: StopStatement.Name(issuer: $0.node(), number: $0.number()), isRelease: $0.flag())
            }, standing: count(), goingOn: count(), waiting: count(), unreachable: count())
    }

    fileprivate mutating func trust() -> TrustFigures {
        TrustFigures(
            digest: number(), entries: count(), keyNumber: UInt16(below(65_536)), members: count(), revoked: count(),
            expired: count(), demoted: count(), doubled: count(), shunned: count(), doubted: count(),
            expiresAtSeconds: maybe { $0.word() })
    }

    fileprivate mutating func planReport() -> PlanReport {
        PlanReport(
            number: plan(), root: anybody(), leaders: list(4) { $0.node() },
            making: maybe { maker in
                PlanReport.Making(
                    strategy: maker.any(PlanStrategy.self), reporting: maker.count(), robots: maker.count(),
                    plannedAt: maker.maybe { $0.instant() }, settledAt: maker.maybe { $0.instant() },
                    leaders: maker.list(3) {
                        PlanReport.Leader(
                            leader: $0.node(), members: $0.count(), grantedPercent: $0.double(),
                            grantedMHz: $0.double(), wasLeader: $0.flag())
                    })
            })
    }

    fileprivate mutating func neighbour() -> NeighbourAccount {
        func link(_ maker: inout ReportMaker) -> NeighbourAccount.BandLink {
            NeighbourAccount.BandLink(
                powerDBm: maker.double(), efficiency: maker.double(), basis: maker.any(LinkBasis.self),
                isLink: maker.flag(), outlook: maker.any(NeighbourAccount.BandLink.Outlook.self),
                heardAt: maker.instant())
        }
        var neighbour = NeighbourAccount(id: node(), since: instant(), heardAt: instant(), isQuiet: flag())
        neighbour.control = maybe(link)
        neighbour.data = maybe(link)
        neighbour.roundTrip = maybe { $0.span() }
        neighbour.leader = anybody()
        neighbour.isLeader = flag()
        neighbour.mayLead = flag()
        neighbour.expectedDBm = maybe { $0.double() }
        neighbour.root = anybody()
        neighbour.hops = maybe { $0.count() }
        neighbour.parent = anybody()
        neighbour.idlePercent = maybe { $0.double() }
        neighbour.busyParts = maybe { $0.count() }
        neighbour.place = maybe {
            NeighbourAccount.Place(xMeters: $0.double(), yMeters: $0.double(), headingRadians: $0.double())
        }
        neighbour.isStopped = maybe { $0.flag() }
        return neighbour
    }

    fileprivate mutating func targets() -> TargetReport {
        func place(_ maker: inout ReportMaker) -> TargetReport.Place {
            TargetReport.Place(xMeters: maker.double(), yMeters: maker.double(), sigmaMeters: maker.double())
        }
        var targets = TargetReport()
        targets.sighting = maybe(place)
        targets.sightingRevision = number()
        targets.ownSight = maybe(place)
        targets.source = maybe(place)
        targets.positionSigmaMeters = double()
        targets.missionPhase = any(MissionPhase.self)
        targets.step = number()
        for source in LocalisationSource.allCases {
            targets.localisation[source].taken = number()
            targets.localisation[source].gatedOut = number()
            targets.localisation[source].tooOld = number()
            targets.localisation[source].frozen = number()
            targets.localisation[source].isDiverged = flag()
        }
        return targets
    }

    fileprivate mutating func task() -> TaskAccount {
        let names: [TaskAccount.Name] = [
            .step(number()), .order(TaskKey(word())), .job(TaskKey(word())), .stream(TaskKey(word())),
        ]
        var task = TaskAccount(
            name: names[below(names.count)], number: number(), kernels: list(TaskAccount.kernelsMax) { $0.text() },
            phase: any(TaskAccount.Phase.self), count: count())
        task.done = count()
        task.elsewhere = count()
        task.reason = maybe { $0.reason() }
        task.startedAt = maybe { $0.instant() }
        task.deadline = maybe { $0.instant() }
        task.took = maybe { $0.span() }
        task.units = list(4) {
            var unit = TaskAccount.Unit(number: $0.count(), phase: $0.any(TaskAccount.Unit.Phase.self))
            unit.robot = $0.anybody()
            unit.leader = $0.anybody()
            unit.reason = $0.maybe { $0.reason() }
            unit.trouble = $0.maybe { $0.trouble() }
            return unit
        }
        return task
    }

    fileprivate mutating func reason() -> PlacementReason {
        let load = PlacementReason.Load(percent: double(), limitPercent: double())
        let reasons: [PlacementReason] = [
            .belowLimit(load), .aboveLimit(load), .noLeader, .noHelpers, .deadlineTooNear(left: span()),
            .sooner(here: span(), there: maybe { $0.span() }), .offloaded(here: maybe { $0.span() }, there: span()),
            .hedged, .spotCheck, .known, .leased,
        ]
        return reasons[below(reasons.count)]
    }

    fileprivate mutating func trouble() -> UnitTrouble {
        let troubles: [UnitTrouble] = [
            .part(any(PartTrouble.self)), .job(.dependency(unit: count())), .job(.noLeader), .job(.noHelper),
            .job(.noReceipt), .job(.refused(any(JobReceipt.Verdict.self))), .job(.noResult), .job(.resultLost),
            .job(.program(any(JobFailure.self), by: anybody(), text())), .job(.deadline), .job(.cancelled),
            .job(.storage),
        ]
        return troubles[below(troubles.count)]
    }

    private mutating func missionEvents() -> [MissionEvent] {
        let signers: [PlanSigner] = [.authority, .robot(node())]
        let refusals: [PlanRefusal] = [
            .unreadable, .unknownSigner, .wrongSignature, .older(than: number()), .otherPlan(revision: number()), .full,
            .withdrawn,
        ]
        let roles: [String?] = [nil, "walker"]
        return [
            .planTaken(name: "patrol", revision: number(), signers[below(2)]),
            .planRefused(refusals[below(refusals.count)]),
            .planWithdrawn(name: "patrol", revision: number(), signers[below(2)]),
            .paused(any(MissionBrief.Reason.self)), .resumed, .ended(any(MissionBrief.Reason.self)),
            .roleTaken(roles[below(2)], order: number(), by: node()),
            .roleChanged(robot: node(), from: roles[below(2)], to: roles[below(2)], any(RoleCause.self)),
            .taskDone("found"), .taskMissed("found"),
            .ruleFired(any(MissionRule.self), any(MissionRules.Action.self)), .ruleOver(any(MissionRule.self)),
        ]
    }

    /// One of each kind.
    mutating func events() -> [Event] {
        let key = TaskKey(word())
        let name = StopStatement.Name(issuer: node(), number: number())
        let part = UInt8(below(256))
        return [
            .treeChanged(root: anybody(), hops: part, parent: anybody()),
            .leaderChanged(anybody(), plan(), any(LeaderReason.self)), .planIssued(plan(), leaders: count()),
            .settled(plan()), .missionStarted, .missionStopped, .arrived,
            .stepStarted(task: number(), remoteParts: count()), .stepEnded(task: number(), verdict: .completed),
            .stepEnded(task: number(), verdict: .failed(missing: count(), any(PartTrouble.self))),
            .partOffered(task: number(), part: part, attempt: 3, helper: node(), leader: anybody()),
            .partDone(task: number(), part: part, helper: node()),
            .resultRefused(task: number(), part: part, helper: node(), any(ResultRefusal.self)),
            .requestRetried(task: number(), attempt: 2, leader: anybody()),
            .unitRefused(
                task: TaskID(requester: node(), number: number()), part: part, any(UnitReceipt.Verdict.self)),
            .sightingTaken(revision: number()), .fixFused(from: node()),
            .localisation(any(LocalisationSource.self), any(LocalisationTurn.self)),
            .orderStarted(key, task: number(), remoteParts: count()), .orderEnded(key, missing: count()), .left,
            .robotLeft(node()), .standingLost(node(), any(StandingLoss.self)),
            .trustLearned(issuer: anybody(), number: number(), any(TrustChange.self), robot: node()),
            .expelled(node()), .keyDoubled(node()), .stopped(name), .released(name),
            .clockStepped(by: .zero - span(), bound: span()), .job(.started(key, job: number(), units: count())),
            .job(.ended(key, missing: count())),
            .job(.offered(job: number(), unit: .max, attempt: part, helper: node(), isHedge: flag())),
            .job(.done(job: number(), unit: 7, by: node())),
            .job(.failed(job: number(), unit: 7, by: node(), any(JobFailure.self))),
            .job(
                .refused(
                    JobUnitID(job: TaskID(requester: node(), number: number()), unit: 9, attempt: part),
                    any(JobReceipt.Verdict.self))),
            .job(.objectReceived(object(), bytes: count(), from: node())), .job(.objectLost(object(), from: node())),
        ] + missionEvents().map { .mission($0) }
    }
}
