import SkeinPeer
import SkeinRadio
import SkeinTasks
import SkeinWire

/// A field with its robots: all that a robot would fly without. Peers live in it as on real robots: what they hear came
/// through the medium, what they sense has noise, their clocks have origins of their own, and all that is known of them is
/// what they send, report and answer.
///
/// One thread, one loop over one queue of events, ordered by time and insertion. Robots boot within half a second; the
/// start robot is told to organise the swarm; its `missionStarted` is t = 0; the run is complete when every living robot
/// truly is at its target. `World` is not copyable: it is large, and it is one.
package struct World: ~Copyable {
    /// Nanoseconds of whatever clock the program has; times planning only, and decides nothing.
    package typealias Stopwatch = () -> UInt64

    /// Bodies are looked at, and radio geometry follows them at every other look.
    static let tick: Int64 = 50_000_000
    static let ticksPerRefresh = 2
    /// Farther than this a body must have moved before powers are computed anew, m.
    static let moveMetersMin = 0.05
    static let processorInterval: Int64 = 1_000_000_000
    /// A peer whose deadline has passed and stays passed is woken again after this: timers are no finer on Linux either.
    static let timerSlack: Int64 = 50_000
    /// A write and its fsync on an SD card. [R]
    static let persistTime: Int64 = 20_000_000

    let config: WorldConfig
    package let layout: Layout
    /// What is solid, smells and can be seen.
    let scene: Scene
    /// Nil: bodies pass through each other and nothing is fenced.
    var contacts: Contacts?
    let keys: FleetKeys
    let stopwatch: Stopwatch?
    var queue = EventQueue()
    package internal(set) var now: Int64 = 0
    var medium: Medium
    /// Nil: off.
    var peers: [PeerSlot?]
    var robots: [Robot]
    var effects = Effects()
    var statuses: [PeerStatus?]

    // The bodies as last looked at.
    var places: [FieldPoint]
    var refreshedPlaces: [FieldPoint]
    var isVisible: [Bool]
    var ticks = 0

    /// What has been noticed.
    var book: RunBook
    var failures: [StepFailure] = []
    var workBook: WorkBook
    var radioFaults: RadioFaults
    var clockWatch = ClockWatch()

    // Who wants the swarm to fail; empty, and nobody watches, where nobody does.
    /// By `config.adversaries`.
    var outsiders: [Outsider?]
    var isAtWork: [Bool]
    let stationPlaces: [FieldPoint]
    /// By robot: the liar around its peer.
    var insiders: [Insider?]
    let watch: AdversaryWatch?
    var visitor: (any Visitor)?

    package init(_ config: WorldConfig, stopwatch: Stopwatch? = nil) {
        let count = config.robots
        let layout = Layout(config)
        var config = config
        if config.areObstaclesKnown { config.peer.mission.field.obstacles = layout.obstacles.map(\.polygon) }
        self.config = config
        self.stopwatch = stopwatch
        self.layout = layout
        scene = Scene(config, layout)
        contacts = Contacts(scene, robots: count)
        keys = FleetKeys(robots: count, seed: config.seed)
        stationPlaces = Self.stationPlaces(config)
        let radios = count + stationPlaces.count
        medium = Medium(robots: radios, config: config.medium, seed: config.seed)
        outsiders = Self.outsiders(config, fleet: keys.fleetKey.fleet)
        isAtWork = [Bool](repeating: false, count: config.adversaries.count)
        insiders = [Insider?](repeating: nil, count: count)
        watch = config.adversaries.isEmpty ? nil : AdversaryWatch(robots: count)
        peers = [PeerSlot?](repeating: nil, count: count)
        statuses = [PeerStatus?](repeating: nil, count: count)
        places = layout.places
        refreshedPlaces = places
        isVisible = [Bool](repeating: true, count: count)
        book = RunBook(config, layout: layout)
        workBook = WorkBook(config.work, seed: config.seed)
        radioFaults = RadioFaults(config.faults, robots: radios)
        robots = Self.makeRobots(config, layout)
        medium.air.field.stand(layout.obstacles)
        medium.refresh(places + stationPlaces)
        if let table = config.medium.table { medium.air.field.fix(table) }
        for robot in 0..<count { medium.switchOff(robot) }
    }

    private static func makeRobots(_ config: WorldConfig, _ layout: Layout) -> [Robot] {
        var clocks = Dice(seed: config.seed, stream: .clocks)
        var drifts = Dice(seed: config.seed, stream: .drifts)
        let driftMax = config.clockDriftPpmMax * 1_000
        return (0..<config.robots).map { robot in
            let role = layout.roles[robot]
            let ceiling = config.peer.cloud.cpuCeilingPercent - config.peer.cloud.baseLoadPercent
            return Robot(
                role: role, idlePercent: layout.idlePercent[robot], neededPercent: layout.neededPercent[robot],
                clock: RobotClock(
                    origin: Int64(clocks.below(Self.clockOriginMax)),
                    driftPartsPerBillion: Int64(drifts.uniform(-driftMax, driftMax))),
                body: config.body(robot, layout),
                senses: Senses(
                    role: role, config: config.sensors,
                    dice: Dice(seed: config.seed, stream: .sensors, index: robot), now: 0),
                whim: Dice(seed: config.seed, stream: .whims, index: robot),
                processor: Processor(
                    capacityPercent: min(role.carriesCamera ? ceiling : layout.idlePercent[robot], 100)))
        }
    }

    /// A thousand seconds of uptime, nanoseconds.
    private static let clockOriginMax = 1_000_000_000_000

    // MARK: The loop

    /// Boots the robots and tells the start robot to organise.
    mutating func begin(launches: Bool, lateRobots: [Bool]) {
        self.launches = launches
        for (robot, at) in config.bootTimes().enumerated() {
            guard !lateRobots[robot] else {
                isVisible[robot] = false
                continue
            }
            queue.push(WorldEvent(.boot, at: at, robot: robot))
        }
        queue.push(WorldEvent(.tick, at: Self.tick))
        beginAdversaries()
    }

    /// Whether the operator's order starts the mission too.
    var launches = true

    mutating func step(_ event: WorldEvent) {
        precondition(event.time >= now, "an event at \(event.time) ns, now is \(now) ns")
        now = event.time
        let robot = Int(event.robot)
        switch event.kind {
        case .controlAttempt, .controlEnd, .dataEnd:
            if medium.handle(event, queue: &queue) { hand() }
        case .wake: wake(robot, event)
        case .tick: lookAtBodies()
        case .sense: sense(robot, event)
        case .sampleProcessor: sampleProcessor(robot, event)
        case .unitDone: finishUnits(robot, event)
        case .planDone: finishPlans(robot)
        case .persisted: finishPersisting(robot)
        case .kept: finishKeeping(robot)
        case .workOrder: orderWork(Int(event.stamp), at: robot)
        case .workCancel: cancelWork(Int(event.stamp), at: robot)
        case .boot: if !robots[robot].isUp { boot(robot) }
        case .resume: resume(robot)
        case .faultBegin: beginFault(Int(event.stamp))
        case .faultEnd: endFault(Int(event.stamp))
        case .stopCommand: commandStop(at: robot)
        case .adversaryTurn: takeAdversaryTurn(Int(event.stamp))
        }
    }

    /// Gives the frame that has just ended to those who received it.
    private mutating func hand() {
        if !outsiders.isEmpty { overhear() }
        let count = medium.air.arrival.hearers.count
        guard count > 0 else { return }
        let datagram = medium.air.arrival.datagram
        let band = medium.air.arrival.band
        let sender = medium.air.arrival.sender
        let source = source(of: datagram, from: sender)
        book.digest = medium.air.arrival.stirred(into: book.digest, now: now)
        for place in 0..<count {
            let hearer = medium.air.arrival.hearers[place]
            let robot = Int(hearer.robot)
            guard robot < robots.count, isRunning(robot) else { continue }
            watch?.tried(robot)
            deliver(
                .datagram(
                    datagram,
                    Reception(
                        band: band, from: LinkAddress(source),
                        signal: .measured(powerDBm: hearer.powerDBm, noiseDBm: hearer.noiseDBm))), to: robot)
            rearm(robot, notBefore: now)
        }
    }

    private mutating func lookAtBodies() {
        ticks += 1
        var hasMoved = false
        for robot in 0..<robots.count {
            robots[robot].body.advance(to: now)
            places[robot] = robots[robot].body.place
            if places[robot].distance(to: refreshedPlaces[robot]) > Self.moveMetersMin { hasMoved = true }
        }
        touch()
        if hasMoved && ticks % Self.ticksPerRefresh == 0 { refreshRadio() }
        if ticks % Self.ticksPerClockLook == 0 { lookAtClocks() }
        queue.push(WorldEvent(.tick, at: now + Self.tick))
        book.judge(places, now: now, awaitsStart: launches)
    }

    /// Whoever touches something stands where they met.
    private mutating func touch() {
        guard contacts != nil else { return }
        for halt in contacts?.looked(places, isThere: isVisible) ?? [] {
            robots[halt.robot].body.halt(at: halt.place)
            places[halt.robot] = halt.place
        }
    }

    mutating func refreshRadio() {
        refreshedPlaces = places
        let all = places + stationPlaces
        radioFaults.apply(to: &medium, places: all, now: now, queue: &queue)
        medium.refresh(all)
    }
}
