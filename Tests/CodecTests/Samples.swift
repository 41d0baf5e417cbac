import SkeinPeer
import SkeinSeal
import SkeinTasks
import SkeinWire

/// Values of every kind, drawn from a seed.
struct Samples {
    private var stream: PeerRandom

    init(seed: UInt64) { stream = PeerRandom(seed: seed) }

    mutating func word() -> UInt64 { stream.next() }
    mutating func below(_ bound: Int) -> Int { Int(stream.next() % UInt64(bound)) }
    mutating func u32() -> UInt32 { UInt32(truncatingIfNeeded: stream.next()) }
    mutating func u8() -> UInt8 { UInt8(truncatingIfNeeded: stream.next()) }
    mutating func node() -> NodeID { NodeID(UInt16(truncatingIfNeeded: stream.next())) }
    mutating func robot() -> NodeID { NodeID(UInt16(below(65_535))) }
    mutating func flag() -> Bool { stream.next() & 1 == 1 }
    mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in u8() } }
    mutating func plan() -> PlanNumber { PlanNumber(term: u32(), number: u32()) }
    mutating func task() -> TaskID { TaskID(requester: node(), number: u32()) }
    mutating func span() -> Duration {
        flag() ? .nanoseconds(Int64(below(1 << 60))) : .nanoseconds(Int64(below(1 << 40))) / 3
    }
    mutating func one<Value>(of values: [Value]) -> Value { values[below(values.count)] }

    /// Of every size that is measured, sign and all; zero now and then.
    mutating func double() -> Double {
        switch below(6) {
        case 0: 0
        case 1: -0.0
        case 2: Double.leastNonzeroMagnitude
        default: Double(Int64(bitPattern: stream.next())) * 1e-9 * [1e-12, 1e-3, 1, 100][below(4)]
        }
    }

    mutating func events() -> [Event] {
        [
            .treeChanged(root: node(), hops: u8(), parent: node()),
            .leaderChanged(node(), plan(), one(of: [.start, .plan, .strongest, .alone])),
            .planIssued(plan(), leaders: below(1_000)), .settled(plan()), .missionStarted, .missionStopped, .arrived,
            .stepStarted(task: u32(), remoteParts: below(7)), .stepEnded(task: u32(), verdict: .completed),
            .stepEnded(task: u32(), verdict: .failed(missing: below(7), one(of: PartTrouble.allCases))),
            .partOffered(task: u32(), part: u8(), attempt: u8(), helper: node(), leader: node()),
            .partDone(task: u32(), part: u8(), helper: node()),
            .resultRefused(task: u32(), part: u8(), helper: node(), one(of: ResultRefusal.allCases)),
            .requestRetried(task: u32(), attempt: u8(), leader: node()),
            .unitRefused(task: task(), part: u8(), one(of: UnitReceipt.Verdict.allCases)),
            .sightingTaken(revision: u32()), .fixFused(from: node()),
            .localisation(one(of: LocalisationSource.allCases), one(of: LocalisationTurn.allCases)),
            .orderStarted(key(), task: u32(), remoteParts: below(7)), .orderEnded(key(), missing: below(7)), .left,
            .robotLeft(node()),
            .trustLearned(issuer: node(), number: u32(), one(of: TrustChange.allCases), robot: node()),
            .expelled(node()), .keyDoubled(node()), .stopped(stopName()), .released(stopName()),
            .standingLost(node(), one(of: StandingLoss.allCases)),
            .clockStepped(by: span(), bound: span()),
        ] + jobEvents().map { .job($0) } + missionEvents().map { .mission($0) }
    }

    mutating func commands() -> [OperatorCommand] {
        [
            .organise(launches: flag()), .stopMission, .echo(node()), .status, .links, .leave, .submit(order()),
            .task(key()), .tasks, .forget(key()), .admit((0..<below(9)).map { _ in entry() }), .admit([]), .trust,
            .stop,
            .release(number: u32()), .safety, .peers, .entries(from: u32()), .report,
        ] + jobCommands().map { .job($0) } + questions().map { .question($0) } + instructions().map { .mission($0) }
    }

    mutating func replies() -> [Reply] {
        [
            .done, .status(status()), .links((0..<below(40)).map { _ in link() }), .links([]),
            .echoed(node(), hops: below(64), roundTrip: span()), .echoFailed(node()), .taskAccepted(key()),
            .taskEnded(key(), report()),
            .admitted(admitReport()), .trust(trustReport()), .safety(safetyReport()),
            .peers((0..<below(9)).map { _ in account() }), .task(key(), .unknown), .task(key(), .accepted),
            .task(key(), .running),
            .task(key(), .ended(report())), .tasks((0..<below(20)).map { _ in key() }), .left,
            .entries((0..<below(3)).map { _ in entry() }, of: u32()), .report(peerReport()),
        ] + refusals().map { .taskRefused(key(), $0) } + commandRefusals().map { .refused($0) }
            + jobReplies().map { .job($0) } + questionReplies().map { .question($0) }
            + missionReplies().map { .mission($0) }
    }

    mutating func key() -> TaskKey { TaskKey(word()) }

    mutating func order() -> TaskOrder {
        TaskOrder(
            key: key(), kernel: one(of: Kernel.allCases),
            inputs: (0..<below(TaskOrder.partsMax + 1)).map { _ in bytes(below(80)) }, span: span(),
            isDurable: flag())
    }

    mutating func refusals() -> [TaskRefusal] {
        [
            .parts(count: below(300)), .input(part: below(16)), .span(span()), .otherOrder, .tooManyOpen, .full,
            .stillOpen, .forgetting, .left,
        ]
    }

    mutating func report() -> TaskReport {
        TaskReport(
            parts: (0..<below(TaskOrder.partsMax + 1)).map { _ in
                flag()
                    ? .missing(one(of: PartTrouble.allCases))
                    : .done(
                        PartResult(
                            output: bytes(below(60)), computedBy: node(), queued: span(), computed: span()))
            }, took: span())
    }

    mutating func link() -> LinkStatus {
        LinkStatus(
            neighbour: node(), band: one(of: Band.allCases), powerDBm: double(), efficiency: double(),
            basis: one(of: LinkBasis.allCases), isLink: flag(), silence: span(), roundTrip: flag() ? span() : nil)
    }

    mutating func status() -> PeerStatus {
        var drops = DropCounters()
        for _ in 0..<below(50) { drops.count(one(of: DropReason.allCases)) }
        return PeerStatus(
            id: node(), root: node(), hops: flag() ? below(64) : nil, parent: node(), leader: node(),
            leaderReason: one(of: [.start, .plan, .strongest, .alone]), plan: plan(), grantedPercent: double(),
            grantedMHz: double(), idlePercent: double(), neighbours: below(128), drops: drops,
            isMissionRunning: flag(), hasArrived: flag(), xMeters: double(), yMeters: double(),
            headingRadians: double(), clock: clockStatus())
    }

    mutating func meshTime() -> MeshTime {
        MeshTime(
            root: node(), term: u32(), nanoseconds: Int64(below(1 << 60)) - 1 << 59,
            boundNanoseconds: Int64(below(1 << 40)), isOwn: flag())
    }

    mutating func clockStatus() -> ClockStatus {
        ClockStatus(
            local: Instant(nanoseconds: Int64(below(1 << 50))), time: flag() ? meshTime() : nil, hops: below(64),
            source: node(), sinceAnswer: flag() ? span() : nil, answers: below(1_000), refusals: below(1_000))
    }

    mutating func signals() -> [Signal] {
        [
            .none, .measured(powerDBm: double(), noiseDBm: double()), .power(dBm: double()),
            .throughput(bitsPerSecond: double()),
        ]
    }

    mutating func reception() -> Reception {
        Reception(band: one(of: Band.allCases), from: LinkAddress(word()), signal: one(of: signals()))
    }

    mutating func detection() -> SensorReading.Detection {
        SensorReading.Detection(robot: node(), bearingRadians: double(), pixelHeight: double())
    }

    mutating func reading() -> SensorReading {
        var reading = SensorReading(
            interval: span(), speedMetersPerSecond: double(), turnRadiansPerSecond: double(),
            compassRadians: flag() ? double() : nil, satelliteMeters: flag() ? (x: double(), y: double()) : nil,
            smellPerMeter: flag() ? double() : nil,
            detections: flag() ? (0..<below(6)).map { _ in detection() } : nil, target: flag() ? detection() : nil)
        if flag() {
            reading.ranges = (0..<below(6)).map { _ in
                SensorReading.Range(bearingRadians: double(), halfAngleRadians: double(), meters: double())
            }
        }
        if flag() { reading.batteryFraction = double() }
        if flag() { reading.satelliteSigmaMeters = double() }
        if flag() { reading.satelliteAge = span() }
        if flag() { reading.compassAge = span() }
        if flag() { reading.frameAge = span() }
        return reading
    }

    mutating func outcomes() -> [ComputationOutcome] {
        let count = below(30) + 1
        let plan = Plan(
            leaders: (0..<below(5)).map { _ in below(count) }, owner: (0..<count).map { _ in below(count) },
            grantedPercent: (0..<count).map { _ in double() }, grantedMHz: (0..<count).map { _ in double() })
        return [
            .unit(output: nil, queued: span(), computed: span()),
            .unit(output: bytes(below(1_100)), queued: span(), computed: span()),
            .unit(output: [], queued: span(), computed: span()), .plan(plan),
        ] + programOutcomes()
    }

    mutating func records() -> [StateRecord] {
        [
            StateRecord(key: word(), bytes: nil), StateRecord(key: word(), bytes: []),
            StateRecord(key: word(), bytes: bytes(below(2_000))),
        ]
    }

    mutating func pose() -> StartPose {
        StartPose(
            xMeters: double(), yMeters: double(), headingRadians: double(), positionSigmaMeters: double(),
            headingSigmaRadians: double())
    }
}
