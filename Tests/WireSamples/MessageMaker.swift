import SkeinWire

/// Random and largest messages of every kind that a peer could send, from a seed.
package struct MessageMaker: Sendable {
    var random: SplitMix
    private let robots: UInt16?

    /// With `robots`, every robot named is one of 0 … `robots` − 1 or nobody and numbers are small or the very largest, so
    /// that messages concern each other and the receiver's arithmetic meets its ends.
    package init(seed: UInt64, robots: UInt16? = nil) {
        random = SplitMix(seed: seed)
        self.robots = robots
    }

    /// Lists of random length.
    package mutating func message(_ kind: MessageKind) -> Message {
        make(kind, Length(isLargest: false))
    }

    /// Every list as long as its bound allows.
    package mutating func largest(_ kind: MessageKind) -> Message {
        make(kind, Length(isLargest: true))
    }

    /// How long a list is to be.
    struct Length {
        let isLargest: Bool

        func callAsFunction(_ limit: Int, _ random: inout SplitMix) -> Int {
            isLargest ? limit : Int.random(in: 0...limit, using: &random)
        }
    }

    private mutating func make(_ kind: MessageKind, _ length: Length) -> Message {
        switch kind {
        case .beacon: .beacon(beacon(length))
        case .hello: .hello(hello(length))
        case .linkReport: .linkReport(linkReport(length))
        case .plan: .plan(planPart(length))
        case .mission:
            .mission(
                MissionOrder(
                    revision: min(serial(), MissionOrder.revisionMax),
                    command: MissionOrder.Command.allCases[below(4)], root: node(), brief: flag() ? brief(length) : nil)
            )
        case .sighting:
            .sighting(Sighting(revision: serial(), xMeters: metres(), yMeters: metres(), sigmaMeters: abs(metres())))
        case .request:
            .request(
                Request(
                    task: task(), attempt: u8(), parts: UInt8(1 + below(Request.partsMax)), unitBytes: u16(),
                    deadlineMilliseconds: u16(), smell: metres(), excluded: nodes(length(Request.excludedMax, &random)),
                    work: kernelWork(length)))
        case .claim:
            .claim(
                Claim(
                    task: task(), claim: u16(), parts: UInt8(1 + below(Request.partsMax)), unitBytes: u16(),
                    deadlineMilliseconds: u16(), excluded: nodes(length(Request.excludedMax, &random)),
                    work: kernelWork(length)))
        case .claimReply: .claimReply(ClaimReply(task: task(), claim: u16(), placements: placements(length)))
        case .match: .match(Match(task: task(), attempt: u8(), pending: u8(), placements: placements(length)))
        case .unit:
            .unit(
                WorkUnit(
                    task: task(), part: part(), attempt: u8(), kernel: u8(), kernelVersion: u8(),
                    costMilliseconds: u16(), deadlineMilliseconds: u16(), input: payload(length)))
        case .unitReceipt:
            .unitReceipt(
                UnitReceipt(
                    task: task(), part: part(), attempt: u8(), verdict: UnitReceipt.Verdict.allCases[below(4)],
                    expectedMilliseconds: u16()))
        case .result:
            .result(
                UnitResult(
                    task: task(), part: part(), attempt: u8(), failed: flag(), queueMilliseconds: u16(),
                    computeMilliseconds: u16(), output: payload(length)))
        case .fixes:
            .fixes(
                Fixes(
                    entries: (0..<length(Fixes.entriesMax, &random)).map { _ in
                        fix()
                    }, ageMilliseconds: u16()))
        case .routeRequest: .routeRequest(RouteRequest(request: u32(), target: node()))
        case .routeReply: .routeReply(RouteReply(request: u32(), hops: u8()))
        case .echo: .echo(Echo(number: u32(), isAnswer: flag(), hops: u8()))
        case .introduction: .introduction(introduction())
        case .trustSummary: .trustSummary(TrustSummary(digests: (0..<TrustSummary.shares).map { _ in u32() }))
        case .trustGossip: .trustGossip(gossip(length))
        case .stopNotice: .stopNotice(stopNotice(length))
        case .stopReceipt:
            .stopReceipt(
                StopReceipt(isStopped: flag(), isAnswer: flag(), name: stopName(below: .max / 2), digest: u32()))
        case .session, .clockQuestion, .clockAnswer, .question, .answer, .jobUnit, .jobReceipt, .jobResult, .jobCancel,
            .jobLease:
            work(kind, length)
        }
    }

    private mutating func fix() -> Fixes.Entry {
        let told = pose()
        let news = pose()
        return Fixes.Entry(
            robot: node(), xMeters: told.xMeters, yMeters: told.yMeters,
            covariance: [told.covariance[0], told.covariance[1], told.covariance[3]],
            independent: [news.covariance[0], news.covariance[1], news.covariance[3]])
    }

    private mutating func beacon(_ length: Length) -> Beacon {
        Beacon(
            intervalMilliseconds: max(1, u16()), listsAllNeighbours: flag(), isRequester: flag(), isLeaving: rarely(),
            isStopped: flag(), root: node(),
            term: serial(), rootSequence: serial(), hops: flag() ? Beacon.hopsUnknown : UInt8(below(65)),
            parent: node(),
            leader: node(), plan: plan(), missionRevision: serial(), sightingRevision: serial(),
            trustDigest: u32(), stopDigest: u32(), pose: pose(),
            speedMetersPerSecond: metres(), turnRadiansPerSecond: metres(), smell: metres(),
            best: Smell(xMeters: metres(), yMeters: metres(), perMeter: metres()),
            neighbours: (0..<length(Beacon.neighboursMax, &random)).map { _ in
                Beacon.Heard(neighbour: robot(), power: power())
            },
            leaders: (0..<length(Beacon.leadersMax, &random)).map { _ in
                Beacon.LeaderEntry(leader: robot(), hops: u8(), sequence: u16(), freeParts: u8())
            })
    }

    private mutating func hello(_ length: Length) -> Hello {
        var hello = Hello(
            intervalMilliseconds: max(1, u16()), isLeader: flag(), isLeaving: rarely(), isStopped: flag(),
            leader: node(), plan: plan(), idle: percent(),
            efficiency: efficiency(), busyParts: u8(), sequence: u16(), stopDigest: u32(),
            grants: (0..<length(Hello.membersMax, &random)).map { _ in
                Hello.Grant(member: node(), granted: percent(), shareKHz: u16(), parts: u8())
            })
        hello.hasBulk = flag()
        hello.bulkShareKHz = length.isLargest || flag() ? u16() : nil
        let kernels = (0..<length(Hello.kernelsMax, &random)).map { _ in kernel(length) }
        hello.kernels = Hello.kernels(kernels, besideGrants: hello.grants.count)
        return hello
    }

    private mutating func brief(_ length: Length) -> MissionBrief {
        var robots: [NodeID] = []
        for robot in nodes(length(MissionBrief.entriesMax, &random)).sorted() where robots.last != robot {
            robots.append(robot)
        }
        var hash = ByteWriter()
        for _ in 0..<8 { hash.u32(u32()) }
        return MissionBrief(
            run: min(serial(), MissionOrder.revisionMax), elapsedTenths: u32(),
            reason: MissionBrief.Reason.allCases[below(5)],
            plan: flag()
                ? ObjectID(hash: hash.bytes).map {
                    MissionBrief.PlanName(
                        object: $0, bytes: 1 + u32() % MissionBrief.planBytesMax, revision: serial())
                } : nil, roles: robots.map { MissionBrief.Entry(robot: $0, role: u8()) })
    }

    private mutating func linkReport(_ length: Length) -> LinkReport {
        var count = length(LinkReport.entriesMax, &random)
        if let robots { count = min(count, Int(robots)) }
        var neighbours: [NodeID] = []
        for neighbour in nodes(count).sorted() where neighbours.last != neighbour { neighbours.append(neighbour) }
        return LinkReport(
            version: serial(), plan: plan(), idle: percent(),
            state: LinkReport.MissionState(
                carriesCamera: flag(), carriesSatelliteReceiver: flag(), isUnfit: flag(), hasArrived: flag()),
            entries: neighbours.map { neighbour in
                LinkReport.Entry(
                    neighbour: neighbour, controlPower: power(), dataPower: power(), efficiency: efficiency())
            })
    }

    private mutating func planPart(_ length: Length) -> PlanPart {
        let parts = 1 + below(PlanPart.partsMax)
        let leaders = (0..<max(1, length(PlanPart.leadersMax, &random))).map { _ in
            PlanPart.Leader(id: node(), efficiency: efficiency())
        }
        let entries = (0..<length(PlanPart.entriesMax, &random)).map { _ in
            PlanPart.Entry(robot: node(), owner: UInt8(below(leaders.count)))
        }
        return PlanPart(
            root: node(), plan: plan(), part: UInt8(below(parts)), parts: UInt8(parts), leaders: leaders,
            entries: entries)
    }

    private mutating func placements(_ length: Length) -> [Placement] {
        (0..<length(Placement.helpersMax, &random)).map { _ in
            Placement(
                helper: robot(), leader: node(), parts: max(1, u8()), shareKHz: u16(),
                efficiency: efficiency())
        }
    }

    private mutating func payload(_ length: Length) -> [UInt8] {
        random.bytes(length(WorkUnit.payloadBytesMax, &random))
    }

    private mutating func pose() -> PoseField {
        PoseField(
            xMeters: metres(), yMeters: metres(), headingRadians: metres(),
            covariance: [abs(metres()), metres(), metres(), abs(metres()), metres(), abs(metres())])
    }

    private mutating func metres() -> Float { Float.random(in: -1_000...1_000, using: &random) }
    mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &random) }
    mutating func flag() -> Bool { random.next() & 1 == 1 }
    /// Among robots that go on talking few may say that they leave.
    private mutating func rarely() -> Bool { robots == nil ? flag() : below(256) == 0 }
    mutating func u8() -> UInt8 { number() }
    mutating func u16() -> UInt16 { number() }
    mutating func u32() -> UInt32 { number() }

    /// At most half of the field's range, as the reader wants it.
    mutating func serial() -> UInt32 { u32() / 2 }

    private mutating func number<Number: FixedWidthInteger & UnsignedInteger>() -> Number {
        guard robots != nil, below(4) != 0 else { return Number(truncatingIfNeeded: random.next()) }
        return below(16) == 0 ? .max - Number(below(2)) : Number(below(4))
    }
    mutating func node() -> NodeID {
        guard let robots else { return NodeID(UInt16(truncatingIfNeeded: random.next())) }
        return below(8) == 0 ? .none : NodeID(UInt16(below(Int(robots))))
    }
    /// Somebody: a robot, not `.none`.
    mutating func robot() -> NodeID { NodeID(UInt16(below(Int(robots ?? NodeID.none.number)))) }
    private mutating func nodes(_ count: Int) -> [NodeID] { (0..<count).map { _ in node() } }
    mutating func task() -> TaskID { TaskID(requester: node(), number: u32()) }
    private mutating func plan() -> PlanNumber { PlanNumber(term: serial(), number: serial()) }
    private mutating func part() -> UInt8 { UInt8(below(Request.partsMax)) }
    private mutating func percent() -> PercentField { PercentField(hundredths: u16()) }
    private mutating func efficiency() -> EfficiencyField { EfficiencyField(thousandths: u16()) }
    private mutating func power() -> PowerField { PowerField(hundredthsDBm: Int16(bitPattern: u16())) }
}
