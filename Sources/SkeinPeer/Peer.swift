import SkeinBulk
import SkeinSeal
import SkeinTasks
import SkeinWire

/// One robot's whole protocol as a value that does no I/O. Three bodies drive it: the daemon on a robot, the laboratory
/// of real processes, and the simulator.
///
/// The contract: one `handle` at a time, its effects carried out in order before the next; `handle(.deadline)` when
/// `nextDeadline` has passed. `now` never runs backwards. Config, seed and timestamped inputs fix everything that follows.
package struct Peer {
    package let id: NodeID
    let config: PeerConfig
    let role: RobotRole
    /// Nil on a robot.
    package var onlooker: (any Onlooker)?
    var seal: Seal
    var random: PeerRandom
    var idlePercent = 0.0
    var neededPercent = 0.0
    let startedAt: Instant
    /// What it has sent and heard, and since when it is what it is: told of when asked, nothing is decided by them.
    var radio: RadioTally
    var office = OfficeRecord()

    // Mesh.
    var neighbours: NeighbourTable
    var tree: Tree
    var clock: MeshClock
    var beacons: BeaconClock
    var floods: FloodRelay
    var floodBudget = FloodBudget()
    var routes: RouteTable
    var discovery: RouteDiscovery
    var bulletins: Bulletins
    var subgroup: Subgroup
    var reporter: Reporter
    var planner: RegionPlanner
    var hellos: HelloClock
    var succession: RootSuccession
    var beaconTurn = 0
    var beaconSequence: UInt16 = 0
    var housekeepingAt: Instant
    /// When the present tree was joined.
    var treeMadeAt: Instant
    /// When `handle(.deadline)` is wanted at the latest.
    package private(set) var nextDeadline: Instant
    var planLeaders: [NodeID] = []
    var introductions: Introductions
    var shelf = BulletinShelf()
    var launch: Launch?

    // Trust.
    var trustSpread = TrustSpread()
    /// The last slot of the state folder with an entry in it.
    var trustSlots = 0
    var entryBudget = EntryBudget()
    var doubles = DoubleBook()
    var stops: StopBook
    var bulk: BulkLinks

    // Cloud.
    var ledger: Ledger
    var desk: Desk
    var worker: Worker
    var computations = ComputationBook()
    var grants: [Hello.Grant] = []
    var orders: OrderBook
    /// What the worker knows that orders take of the processor.
    var orderPercent = 0.0

    // Jobs.
    var objects: ObjectStore
    var jobs: JobBook
    var jobWorker: JobWorker
    /// What the worker knows that jobs take of the processor, this robot's own and others'.
    var jobPercent = 0.0

    // Mission.
    var mission: MissionRunner
    var plans: PlanDesk
    var echoes = EchoBook()
    var probing: Probing
    var departures = Departures()
    /// It has said so, and says nothing more.
    var hasLeft = false
    /// Where this robot believes to be and to go, as of its last reading.
    var own: LinkForecast.Own

    /// How often silence is looked for and the subgroup looked at again.
    static let housekeepingInterval: Duration = .milliseconds(100)

    package init(
        id: NodeID, config: PeerConfig, seed: UInt64, seal: Seal, start: StartPose, role: RobotRole,
        restored: [StateRecord] = [], secrets: (any SecretSource)? = nil, now: Instant
    ) {
        precondition(seal.id == id, "\(id) with the seal of \(seal.id)")
        var random = PeerRandom(seed: seed)
        let mesh = config.mesh
        self.id = id
        self.config = config
        self.role = role
        self.seal = seal
        neighbours = NeighbourTable(tuning: mesh, model: config.radio)
        tree = Tree(us: id)
        clock = MeshClock(us: id, seed: ~seed)
        beacons = BeaconClock(tuning: mesh, now: now, random: &random)
        floods = FloodRelay(tuning: mesh)
        routes = RouteTable(tuning: mesh)
        discovery = RouteDiscovery(tuning: mesh)
        bulletins = Bulletins(tuning: mesh)
        subgroup = Subgroup(us: id, tuning: mesh, now: now, random: &random)
        reporter = Reporter(tuning: mesh, now: now)
        planner = RegionPlanner(tuning: mesh)
        hellos = HelloClock(tuning: mesh, now: now, random: &random)
        succession = RootSuccession(tuning: mesh)
        treeMadeAt = now
        startedAt = now
        radio = RadioTally(now: now)
        own = LinkForecast.Own(place: FieldPoint(xMeters: start.xMeters, yMeters: start.yMeters))
        housekeepingAt = now + Self.housekeepingInterval
        ledger = Ledger(id: id, tuning: config.cloud)
        desk = Desk(id: id, tuning: config.cloud)
        worker = Worker(tuning: config.cloud, now: now)
        orders = OrderBook(epoch: seal.epoch, restored: restored, now: now)
        objects = ObjectStore(bytesMax: config.jobs.storeBytesMax)
        jobs = JobBook(us: id, epoch: seal.epoch, tuning: config.jobs, restored: restored, now: now)
        jobWorker = JobWorker(us: id, tuning: config.jobs, cloud: config.cloud, now: now)
        introductions = Introductions(epoch: seal.epoch)
        probing = Probing(boot: seal.epoch)
        stops = StopBook(us: id, fleet: seal.fleet, restored: restored)
        plans = PlanDesk(book: MissionBook(restored: restored))
        bulk = BulkLinks(id: id, epoch: seal.epoch, secrets: secrets ?? SeededSecrets(seed: seed))
        mission = MissionRunner(
            id: id, role: role, start: start, tuning: config.mission, random: PeerRandom(seed: random.next()), now: now)
        self.random = random
        nextDeadline = now
        self.seal.advance(to: now)
        restoreTrust(restored, now: now)
        _ = withdrawUnvouched()
        takeRole()
    }

    package mutating func handle(_ input: Input, now: Instant, effects: inout Effects) {
        seal.advance(to: now)
        if now >= radio.turnsAt { radio.turn(now: now) }
        guard !hasLeft else {
            handleAfterwards(input, now: now, &effects)
            nextDeadline = .distantFuture
            return
        }
        if case .datagram(let bytes, let reception) = input { radio.receives(bytes.count, on: reception.band) }
        if case .datagram(let bytes, let reception) = input, BulkFrame.isFrame(bytes) {
            return handle(frame: bytes, on: reception.band, now: now, effects: &effects)
        }
        switch input {
        case .datagram(let bytes, let reception): receive(bytes, reception, now: now, &effects)
        case .cpu(let sample): take(sample, now: now)
        case .sensors(let reading): sense(reading, now: now, &effects)
        case .computed(let id, let outcome): take(outcome, of: id, now: now, &effects)
        case .command(let command, let ticket): obey(command, ticket: ticket, now: now, &effects)
        case .persisted(let id): persisted(id, now: now, &effects)
        case .wallClock(let seconds): seal.trust.clockSays(seconds)
        case .kernels(let offers): take(offers, now: now, &effects)
        case .kept(let object, let isKept): kept(object, isKept: isKept, now: now, &effects)
        case .loaded(let object, let bytes): loaded(object, bytes, now: now, &effects)
        case .deadline: break
        }
        if !hasLeft { passDeadlines(now: now, &effects) }
        updateDeadline()
    }

    /// Bulk comes in thousands a second: its frames move bulk's timers alone, unless they had something to tell others.
    private mutating func handle(frame datagram: [UInt8], on band: Band, now: Instant, effects: inout Effects) {
        bulk.hasTold = false
        receive(frame: datagram, on: band, now: now, &effects)
        guard bulk.hasTold || now >= nextDeadline else {
            nextDeadline = min(nextDeadline, bulk.book.nextDeadline)
            return
        }
        passDeadlines(now: now, &effects)
        updateDeadline()
    }

    mutating func persisted(_ id: PersistID, now: Instant, _ effects: inout Effects) {
        switch StateKey.owner(id.number) {
        case .orders: perform(orders.persisted(id), now: now, &effects)
        case .jobs: jobPersisted(id, now: now, &effects)
        case .stops: stopPersisted(id, now: now, &effects)
        case .missions: planPersisted(id, now: now, &effects)
        // An entry is news to others whether or not this robot's disk has it.
        case .trust, nil: break
        }
    }

    private mutating func updateDeadline() {
        guard !hasLeft else {
            nextDeadline = .distantFuture
            return
        }
        var next = min(beacons.nextAt, hellos.nextAt, housekeepingAt)
        next = min(next, floods.nextDeadline, discovery.nextDeadline)
        next = min(next, bulletins.nextDeadline, ledger.nextDeadline)
        next = min(next, orders.nextDeadline, clock.nextAt, jobs.nextDeadline)
        next = min(next, jobWorker.nextDeadline)
        next = min(next, trustSpread.nextDeadline, stops.nextDeadline, bulk.nextDeadline)
        next = min(next, probing.nextDeadline)
        nextDeadline = min(next, desk.nextDeadline, worker.nextDeadline, mission.nextDeadline)
    }

    private mutating func passDeadlines(now: Instant, _ effects: inout Effects) {
        if now >= housekeepingAt {
            housekeepingAt = now + Self.housekeepingInterval
            keepHouse(now: now, &effects)
        }
        if now >= stops.nextDeadline { keepStops(now: now, &effects) }
        if now >= trustSpread.nextDeadline { spreadTrust(now: now, &effects) }
        if now >= floods.nextDeadline { relayFloods(now: now, &effects) }
        if now >= bulletins.nextDeadline { mendNeighbours(now: now, &effects) }
        if now >= discovery.nextDeadline { discover(now: now, &effects) }
        if now >= orders.nextDeadline { beginOrders(now: now, &effects) }
        if now >= ledger.nextDeadline {
            perform(ledger.deadlinePassed(context: ledgerContext(now: now), now: now), now: now, &effects)
        }
        if now >= desk.nextDeadline {
            setLeaderAdverts()
            perform(desk.deadlinePassed(now: now), now: now, &effects)
        }
        if now >= worker.nextDeadline { perform(worker.deadlinePassed(now: now), now: now, &effects) }
        if now >= probing.nextDeadline { passQuestionDeadlines(now: now, &effects) }
        if now >= bulk.nextDeadline { passBulkDeadline(now: now, &effects) }
        if now >= min(jobs.nextDeadline, jobWorker.nextDeadline) {
            passJobDeadlines(now: now, &effects)
        }
        if now >= mission.nextDeadline { passMissionDeadline(now: now, &effects) }
        if now >= beacons.nextAt { sendBeacon(now: now, &effects) }
        if now >= hellos.nextAt { sendHello(now: now, &effects) }
        clock.follow(tree.place, now: now)
        if now >= clock.nextAt { keepClock(now: now, &effects) }
    }
}
