import Glibc
import SkeinFiles
import SkeinLinux
import SkeinPeer
import SkeinTasks
import SkeinWire
import SkeinWorld

/// The supervisor: a swarm of real daemons on one machine flies one mission of a scenario.
///
///     opening ──medium and arena ready──▶ flying ──complete, or a limit──▶ closing ──figures──▶ over
///
/// It starts the air and the field, switches the robots on and off as the scenario says, writes down what the daemons
/// report (`RunBook`, as the simulator does) and what the arena says is true, and decides nothing else. One thread.
/// A process that ends by itself, a daemon that never answers and Ctrl-C end the run without a result. However it ends, no
/// process is left, and no folder but one that was asked for.
package final class Laboratory {
    package struct Options {
        /// This program.
        package var executable = Options.thisProgram
        /// What tells the medium and the arena the same world: the words after `skein lab medium`.
        package var worldArguments: [String]
        /// The run's folder stays.
        package var keeps = false
        /// Every daemon records its inputs.
        package var records = false
        /// Where every daemon writes its flight log; nil: none does.
        package var logFolder: String?
        /// What the logs carry along: the scenario.
        package var attachments: [String] = []
        /// Nobody is given a start signal: the swarm waits for a person's orders, and flies until it is told to end.
        package var holds = false

        package init(worldArguments: [String]) { self.worldArguments = worldArguments }

        /// By its name, so that `ps` shows it; by the kernel's link if the file has been replaced since.
        private static var thisProgram: String {
            let link = "/proc/self/exe"
            var characters = [CChar](repeating: 0, count: Int(PATH_MAX))
            let count = readlink(link, &characters, characters.count)
            guard count > 0 else { return link }
            let path = String(decoding: characters[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
            return access(path, X_OK) == 0 ? path : link
        }
    }

    /// What a swarm that waits for orders has to tell.
    package enum Notice {
        /// Every robot answers at its socket.
        case ready
        /// A daemon has ended by itself, or by a person's hand: to the others its robot has lost its power.
        case ended(String, how: String)
    }

    package static let robotsMax = 200
    /// From its start until a daemon answers at its socket, on a machine that starts many at once.
    private static let callingMax: Duration = .seconds(20)
    private static let callInterval: Duration = .milliseconds(10)
    private static let checkInterval: Duration = .milliseconds(100)
    private static let measureInterval: Duration = .seconds(1)
    /// For the answers at the start signal.
    private static let answersMax: Duration = .seconds(2)
    /// For the last figures of the air and the field: without them there is no result.
    private static let figuresMax: Duration = .seconds(10)

    enum Area {
        static let signals: UInt32 = 1
        static let medium: UInt32 = 2
        static let arena: UInt32 = 3
        static let peer: UInt32 = 4
    }

    /// Tickets of figures: what the air's counters are wanted for.
    enum Figures {
        static let settled: UInt32 = 1
        static let start: UInt32 = 2
        static let view: UInt32 = 3
        static let end: UInt32 = 4
    }

    let config: WorldConfig
    let layout: Layout
    let options: Options
    let reactor: Reactor
    let signals: Signals
    let folder: LabFolder
    let crew: LabCrew
    let fleet: LabFleet
    let links: LabCrew.Links
    var peers: [LabPeer]
    var book: RunBook
    var schedule: LabSchedule
    /// The world's zero on the machine's clock.
    let zero: Instant
    // As the arena last said.
    var places: [FieldPoint]
    var headingsRadians: [Double]
    /// Time of the arena's last word, nanoseconds.
    var lookedAt: Int64 = 0
    var tally: Tally
    /// How much later than planned the start robot was told to organise the swarm, nanoseconds; nil: not yet. The limit
    /// for the start counts from there: a machine that takes long to start processes says nothing of the swarm.
    var slip: Int64?
    var asksAt: Instant?
    var startStatuses: [PeerStatus?]
    var unanswered: Set<Int> = []
    var eventsLost = 0
    var endFigures: (tally: Tally, digest: UInt64, lateness: Lateness, drops: LabFrame.AirDrops)?
    var arenaFigures: (lateness: Lateness, dropped: Int)?
    private var hasBegunIdle = false
    private var isReady = false
    private var checkAt: Instant
    private var measureAt: Instant
    private var buffer = [UInt8](repeating: 0, count: LabFrame.bytesMax)

    /// Opens the laboratory: when this returns, the air and the field are there, and nobody is on yet.
    package init(_ config: WorldConfig, options: Options) throws(LabError) {
        guard config.robots <= Self.robotsMax else {
            throw .tooManyRobots(config.robots, limit: Self.robotsMax)
        }
        self.config = config
        self.options = options
        layout = Layout(config)
        folder = try LabFolder.make()
        let opened: Opened
        do throws(LabError) {
            opened = try Opened(config, layout, options, folder)
        } catch {
            if !options.keeps { LabFolder.remove(folder.path) }
            throw error
        }
        (reactor, signals, crew, links, fleet) =
            (opened.reactor, opened.signals, opened.crew, opened.links, opened.fleet)
        peers = (0..<config.robots).map { LabPeer($0) }
        book = RunBook(config, layout: layout)
        schedule = LabSchedule(config, layout: layout)
        places = layout.places
        headingsRadians = layout.headingsRadians
        tally = Tally(robots: config.robots)
        startStatuses = [PeerStatus?](repeating: nil, count: config.robots)
        zero = MonotonicClock.now()
        checkAt = zero
        measureAt = zero
        links.medium.send(LabFrame.begin(zero).bytes)
        links.arena.send(LabFrame.begin(zero).bytes)
    }

    /// Flies the mission. Whatever comes of it, everything is ended and cleaned up when this returns.
    package func run(
        observer: (FieldView) -> Void = { _ in }, notices: (Notice) -> Void = { _ in }
    ) throws(LabError) -> LabResult {
        defer { crew.end() }
        while !book.isOver {
            try turn(observer)
            if options.holds { try keepHolding(notices) }
        }
        try close()
        return result()
    }

    /// Where everybody's socket is.
    package var folderPath: String { folder.path }

    var now: Instant { MonotonicClock.now() }

    /// Nanoseconds of the world.
    func worldTime(_ instant: Instant) -> Int64 { (instant - zero).nanoseconds }

    // MARK: The loop

    private func turn(_ observer: (FieldView) -> Void) throws(LabError) {
        var deadline = min(checkAt, measureAt)
        if let time = schedule.nextTime { deadline = min(deadline, zero + .nanoseconds(time)) }
        if peers.contains(where: \.isCalling) { deadline = min(deadline, now + Self.callInterval) }
        var ready: [Reactor.Token] = []
        reactor.wait(until: deadline) { ready.append($0.token) }
        for token in ready {
            switch token.area {
            case Area.signals:
                if let number = signals.take() { throw .interrupted(signal: number) }
            case Area.medium: try hearMedium()
            case Area.arena: try hearArena(observer)
            case Area.peer: try hear(peers[Int(token.index)])
            default: preconditionFailure("nobody waits in area \(token.area)")
            }
        }
        try follow()
        try callPeers()
        try keepWatch()
    }

    /// Whoever is killed from outside is dead to the air and the field as well.
    private func keepHolding(_ notices: (Notice) -> Void) throws(LabError) {
        for peer in peers {
            guard let process = peer.process, let end = process.end else { continue }
            try cut(peer.robot)
            notices(.ended(peer.name, how: end))
        }
        guard !isReady, schedule.nextTime == nil, peers.allSatisfy({ $0.client != nil || $0.process == nil }) else {
            return
        }
        isReady = true
        notices(.ready)
    }

    /// Those whose end is not the run's.
    private var mayEnd: [ChildProcess] { options.holds ? peers.compactMap(\.process) : [] }

    private func keepWatch() throws(LabError) {
        if now >= checkAt {
            checkAt = now + Self.checkInterval
            try crew.check(sparing: mayEnd)
            if let asksAt, now >= asksAt + Self.answersMax { closeStart() }
        }
        if now >= measureAt {
            measureAt = now + Self.measureInterval
            for process in crew.everybody { process.measure() }
            links.medium.send(LabFrame.figuresWanted(ticket: Figures.view).bytes)
        }
    }

    private func callPeers() throws(LabError) {
        for peer in peers where peer.isCalling {
            // One that has hung up and is called again has its start signal already.
            let isFirst = peer.epoch == 1 && slip == nil && !options.holds
            if try peer.call(fleet.socketPath(peer.robot), organises: isFirst && peer.robot == config.start) {
                guard let client = peer.client else { continue }
                if isFirst && peer.robot == config.start {
                    slip = worldTime(now) - config.bootTimes()[config.start]
                }
                try register(client.descriptor, Area.peer, index: peer.robot)
            } else if now >= peer.callsFrom + Self.callingMax {
                throw .silent(
                    peer.name, what: "did not listen at \(fleet.socketPath(peer.robot)) in \(Self.callingMax)",
                    lastLines: peer.process?.lastLines ?? [])
            }
        }
        guard !hasBegunIdle, book.startedAt == nil, peers.allSatisfy({ $0.client != nil || $0.process == nil }),
            peers.contains(where: { $0.client != nil }), schedule.nextTime == nil
        else { return }
        hasBegunIdle = true
        for process in crew.everybody { process.beginIdle() }
    }

    private func register(_ descriptor: Descriptor, _ area: UInt32, index: Int = 0) throws(LabError) {
        do throws(SystemError) {
            try reactor.add(descriptor, .init(area: area, index: UInt32(index)), for: .reading)
        } catch { throw .system(error) }
    }

    // MARK: Words

    /// An order that is lost would leave the air another one than the scenario's.
    func order(_ frame: LabFrame) throws(LabError) {
        guard !links.medium.send(frame.bytes) else { return }
        try crew.check()
        throw .silent("medium", what: "did not take an order", lastLines: crew.medium?.lastLines ?? [])
    }

    private func hearMedium() throws(LabError) {
        while true {
            switch links.medium.receive(&buffer) {
            case .nothing: return
            case .ended:
                reactor.remove(links.medium.descriptor)
                return
            case .message(let bytes):
                guard let frame = try? LabFrame(bytes, robots: config.robots) else {
                    throw .garbled("medium", what: "a message that does not hold")
                }
                if case .mediumFigures(let ticket, let tally, let digest, let lateness, let drops) = frame {
                    take(ticket, tally)
                    if ticket == Figures.end { endFigures = (tally, digest, lateness, drops) }
                }
            }
        }
    }

    private func take(_ ticket: UInt32, _ tally: Tally) {
        self.tally = tally
        switch ticket {
        case Figures.settled: book.open(settled: tally, at: book.settledAt ?? worldTime(now))
        case Figures.start: book.open(started: tally)
        default: break
        }
    }

    private func hearArena(_ observer: (FieldView) -> Void) throws(LabError) {
        while true {
            switch links.arena.receive(&buffer) {
            case .nothing: return
            case .ended:
                reactor.remove(links.arena.descriptor)
                return
            case .message(let bytes):
                guard let frame = try? LabFrame(bytes, robots: config.robots) else {
                    throw .garbled("arena", what: "a message that does not hold")
                }
                switch frame {
                case .bodies(let time, let places, let headings):
                    guard !book.isOver else { continue }
                    (lookedAt, self.places, headingsRadians) = (time, places, headings)
                    if !options.holds { book.judge(places, now: time, awaitsStart: awaitsStart(at: time)) }
                    observer(book.view(places, headingsRadians: headings, tally: tally, now: time))
                case .arenaFigures(_, let lateness, let dropped): arenaFigures = (lateness, dropped)
                case .begin, .off, .leader, .faultBegan, .faultEnded, .figuresWanted, .places, .ready,
                    .mediumFigures:
                    break
                }
            }
        }
    }

    private func awaitsStart(at time: Int64) -> Bool {
        let limit = config.settleLimit.nanoseconds + config.bootSpread.nanoseconds
        return slip.map { time - $0 > limit } ?? false
    }

    // MARK: The end

    /// What the daemons said until the last look, and the last figures.
    private func close() throws(LabError) {
        for peer in peers { try hear(peer) }
        for process in crew.everybody { process.measure() }
        try order(.figuresWanted(ticket: Figures.end))
        links.arena.send(LabFrame.figuresWanted(ticket: Figures.end).bytes)
        if book.startedAt == nil { ask() }
        let answersUntil = now + Self.answersMax
        let deadline = now + Self.figuresMax
        while now < deadline {
            if now >= answersUntil { closeStart() }
            guard endFigures == nil || arenaFigures == nil || !unanswered.isEmpty else { break }
            var ready: [Reactor.Token] = []
            reactor.wait(until: min(deadline, now + Self.checkInterval)) { ready.append($0.token) }
            for token in ready {
                switch token.area {
                case Area.signals:
                    if let number = signals.take() { throw .interrupted(signal: number) }
                case Area.medium: try hearMedium()
                case Area.arena: try hearArena { _ in }
                default: try hear(peers[Int(token.index)])
                }
            }
            try crew.check()
        }
        closeStart()
        guard endFigures != nil, arenaFigures != nil else {
            let silent = endFigures == nil ? crew.medium : crew.arena
            throw .silent(
                silent?.name ?? "medium", what: "did not give its last figures in \(Self.figuresMax)",
                lastLines: silent?.lastLines ?? [])
        }
    }

    private func result() -> LabResult {
        book.digest = endFigures?.digest ?? 0
        let run = book.close(endFigures?.tally ?? tally, statuses: startStatuses, now: lookedAt)
        return LabResult(
            run: run, processes: figures(), mediumLateness: endFigures?.lateness ?? .init(),
            arenaLateness: arenaFigures?.lateness ?? .init(), airDrops: endFigures?.drops ?? .init(),
            readingsDropped: arenaFigures?.dropped ?? 0, eventsLost: eventsLost,
            folder: options.keeps || options.records ? folder.path : nil)
    }

    private func figures() -> [LabResult.Process] {
        func figure(_ process: ChildProcess?, _ part: LabResult.Process.Part) -> LabResult.Process? {
            process.map { process in
                LabResult.Process(
                    name: process.name, part: part, pid: process.pid, residentBytes: process.residentBytes,
                    processorFraction: process.processorFraction,
                    idleProcessorFraction: process.idleProcessorFraction)
            }
        }
        return crew.peers.compactMap { figure($0, .peer) }
            + [figure(crew.medium, .medium), figure(crew.arena, .arena)].compactMap { $0 }
    }
}
