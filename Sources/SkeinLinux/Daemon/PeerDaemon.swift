import CSkeinLinux
import Glibc
import SkeinCodec
import SkeinPeer
import SkeinWire

/// One robot's peer on real sockets: the loop around `Peer.handle`. One thread; beside it only those that compute, that
/// wait for the disk, and that ask the radio.
///
/// starting → running → leaving → over. Leaving begins with SIGTERM or SIGINT: the peer says goodbye, what it said is given
/// `leaveMax` to go out, the state is flushed. A second signal cuts that short.
///
/// At each wake-up every descriptor that is ready gets its turn, a port for at most `datagramsMax` datagrams; then what is
/// due. So a flood on the air delays timers by a bounded time. The watchdog is petted here and nowhere else: a loop that
/// hangs is restarted by systemd. Nothing from outside ends the loop; ports, arena and tools come and go.
package final class PeerDaemon {
    static let datagramsMax = 64
    static let leaveMax: Duration = .milliseconds(250)
    /// Memberships run out to the minute.
    static let wallClockInterval: Duration = .seconds(60)

    /// Whose a descriptor is.
    enum Area: UInt32 {
        case local = 1, port, interfaces, state, work, body, signals, objects, programs
    }

    let config: DaemonConfig
    let hooks: DaemonHooks
    let reactor: Reactor
    let signals: Signals
    let notifier: Notifier
    let state: StateFolder
    let pool: WorkerPool
    let programs: ProgramRoom
    let monitor: InterfaceMonitor?
    let radio: LinkWatch?
    let desk: LocalDesk?
    let body: RobotBody
    /// Control, then data.
    let ports: [any AirPort]
    private var load: ProcessorLoad
    private var peer: Peer
    private var effects = Effects()
    /// What the fleet calls its robots; nil: to be asked again, the fleet may have changed.
    private var names: [LocalFrame.Name]?
    /// What has happened lately, for tools that ask.
    private var shelf = EventShelf()
    private var isHandling = false
    private var loadAt: Instant
    private var watchdogAt: Instant
    private var wallClockAt: Instant
    private var reportsAt: Instant
    /// Set when leaving began.
    private var leavesAt: Instant?
    private var isOver = false
    /// As last logged.
    private var portStates: [PortState]
    private var diskTrouble: SystemError?
    private var loadNotes: [LoadNote] = []
    /// Taken by the peer.
    package private(set) var inputs: UInt64 = 0
    package private(set) var wakeUps: UInt64 = 0
    /// How late the peer's deadlines were passed.
    package private(set) var lateness = LatenessGauge()
    private let begunAt: Instant

    /// Opens what is there; ports, radio and arena that are not are tried again while it runs. Fails when the local socket
    /// is another daemon's, or the system gives no descriptors or threads.
    package init(
        config: DaemonConfig, peer: consuming Peer, state: StateFolder, notifier: Notifier, hooks: DaemonHooks
    ) throws(DaemonError) {
        precondition(peer.id == config.robot, "\(peer.id) in the daemon of \(config.robot)")
        self.config = config
        self.hooks = hooks
        self.notifier = notifier
        self.state = state
        self.peer = peer
        let now = MonotonicClock.now()
        (begunAt, loadAt, wallClockAt) = (now, now, now)
        reportsAt = hooks.flightLog == nil ? .distantFuture : now
        watchdogAt = notifier.watchdogInterval == nil ? .distantFuture : now
        do throws(SystemError) {
            signals = try Signals([SIGTERM, SIGINT, SIGHUP])
            reactor = try Reactor()
            pool = try WorkerPool(pacing: config.pacing, threads: config.workerThreads, now: now)
            programs = try ProgramRoom(kernels: config.kernels, hidden: config.hiddenFiles, now: now)
            let parts = try Self.air(config, reactor, now: now, log: hooks.log)
            (ports, monitor, radio) = parts
            try reactor.add(signals.descriptor, Self.token(.signals), for: .reading)
            try reactor.add(state.descriptor, Self.token(.state), for: .reading)
            try reactor.add(state.objects.descriptor, Self.token(.objects), for: .reading)
            try reactor.add(pool.descriptor, Self.token(.work), for: .reading)
            for descriptor in programs.descriptors { try reactor.add(descriptor, Self.token(.programs), for: .reading) }
            if let monitor { try reactor.add(monitor.descriptor, Self.token(.interfaces), for: .reading) }
        } catch { throw .system(error) }
        portStates = ports.map(\.state)
        load = ProcessorLoad(config.load, tuning: config.tuning, now: now)
        do throws(LocalError) {
            let hello = LocalFrame.Hello(id: config.robot, epoch: state.epoch, name: config.name)
            desk =
                if let path = config.localSocket {
                    try LocalDesk(path: path, hello: hello, reactor: reactor, area: Area.local.rawValue)
                } else { nil }
        } catch { throw .local(error) }
        do throws(SystemError) {
            body = try RobotBody(
                config, reactor: reactor, token: { Self.token(.body, $0.rawValue) }, now: now, log: hooks.log)
        } catch { throw .system(error) }
    }

    static func token(_ area: Area, _ index: UInt32 = 0) -> Reactor.Token {
        Reactor.Token(area: area.rawValue, index: index)
    }

    // MARK: - The loop

    /// Until a signal ends it. Returns when the state is on the disk.
    package func run() {
        // A loop that holds motors goes before whatever else is computed.
        if config.bridge != nil, skein_raise_thread() == 1 { hooks.log(.info, "the loop has real-time priority") }
        if state.tornBytes > 0 {
            hooks.log(.warning, "\(state.path)/journal: \(state.tornBytes) bytes torn at its end are in journal.torn")
        }
        state.objects.retain(peer.keptObjects)
        for port in ports { port.examine(now: MonotonicClock.now()) }
        passDeadlines()
        reportPorts()
        notifier.ready(status: "\(config.name): epoch \(state.epoch.number)")
        while !isOver {
            reactor.wait(until: nextDeadline) { dispatch($0) }
            wakeUps += 1
            passDeadlines()
        }
        end()
    }

    /// One pass, for tests and for programs with a loop of their own: waits until `limit` at most.
    package func step(until limit: Instant) {
        reactor.wait(until: min(limit, nextDeadline)) { dispatch($0) }
        wakeUps += 1
        passDeadlines()
    }

    private var nextDeadline: Instant {
        var next = min(peer.nextDeadline, loadAt, watchdogAt, wallClockAt, reportsAt, body.nextDeadline)
        for port in ports { next = min(next, port.nextDeadline) }
        if let at = pool.nextDeadline { next = min(next, at) }
        if let at = programs.nextDeadline { next = min(next, at) }
        if let desk { next = min(next, desk.nextDeadline) }
        if let leavesAt { next = min(next, leavesAt) }
        return next
    }

    private func dispatch(_ ready: Reactor.Ready) {
        guard let area = Area(rawValue: ready.token.area) else { preconditionFailure("nobody's: \(ready.token)") }
        let now = MonotonicClock.now()
        switch area {
        case .port:
            let port = ports[Int(ready.token.index)]
            if ready.isWritable { port.writable(now: now) }
            if ready.isReadable {
                port.receive(limit: Self.datagramsMax, now: now) { handle(.datagram($0, $1)) }
            }
        case .local:
            desk?.ready(ready, names: presentNames, shelf: { shelf }, body: { account }) {
                handle(.command($0, ticket: $1))
            }
        case .interfaces:
            guard monitor?.take() == true else { return }
            radio?.interfacesChanged()
            for port in ports { port.examine(now: now) }
            reportPorts()
        case .state: takePersisted()
        case .objects: takeObjects()
        case .work:
            for done in pool.takeFinished(now: now) { handle(.computed(done.id, done.outcome)) }
        case .programs:
            for done in programs.takeFinished(now: now) { handle(.computed(done.id, .program(done.outcome))) }
        case .body:
            guard let part = RobotBody.Part(rawValue: ready.token.index) else { preconditionFailure("no such part") }
            body.ready(part, now: now) { handle(.sensors($0)) }
        case .signals: while let number = signals.take() { obey(signal: number, now: now) }
        }
    }

    private func passDeadlines() {
        let now = MonotonicClock.now()
        let due = peer.nextDeadline
        if now >= due {
            // What fell due before the loop began is nobody's fault.
            lateness.note((now - max(due, begunAt)).nanoseconds)
            handle(.deadline)
        }
        for port in ports where now >= port.nextDeadline { port.deadlinePassed(now: now) }
        if let at = pool.nextDeadline, now >= at { pool.advance(now: now) }
        if let at = programs.nextDeadline, now >= at { programs.advance(now: now) }
        tellKernels()
        if now >= body.nextDeadline { body.deadlinePassed(now: now) }
        if let desk {
            if now >= desk.nextDeadline { desk.deadlinePassed(now: now) }
            for ticket in desk.takeUnheard() {
                handle(.command(.question(.giveUp(ticket: ticket)), ticket: desk.ownTicket()))
            }
            for stream in desk.takeOrphans() { handle(.command(.job(.cancel(stream)), ticket: desk.ownTicket())) }
        }
        if now >= loadAt { lookAtLoad(now: now) }
        if now >= wallClockAt {
            wallClockAt = now + Self.wallClockInterval
            handle(.wallClock(seconds: WallClock.seconds()))
        }
        if now >= reportsAt { reportToLog(now: now) }
        if now >= watchdogAt, let interval = notifier.watchdogInterval {
            notifier.watchdog()
            watchdogAt = now + interval
        }
        if let leavesAt, now >= leavesAt || ports.allSatisfy({ $0.waiting == 0 }) { isOver = true }
    }

    // MARK: - The door

    private func handle(_ input: Input) {
        precondition(!isHandling, "one input at a time")
        isHandling = true
        defer { isHandling = false }
        let now = MonotonicClock.now()
        peer.handle(input, now: now, effects: &effects)
        inputs += 1
        hooks.recorder?.take(input, now, effects, peer.nextDeadline)
        for effect in effects.items { carryOut(effect, now: now) }
        effects.removeAll()
        body.stand(inPlace { $0.isStopped }, now: now)
    }

    private func carryOut(_ effect: Effect, now: Instant) {
        switch effect {
        case .send(let transmission): ports[Int(transmission.band.rawValue)].send(transmission, now: now)
        case .compute(let id, .program(let kernel, let inputs, let deadline)):
            programs.submit(id, kernel, inputs: inputs, deadline: deadline, now: now)
        case .compute(let id, let computation): pool.submit(id, computation, now: now)
        case .cancel(let id):
            pool.cancel(id, now: now)
            programs.cancel(id, now: now)
        case .actuate(let setpoint): body.actuate(setpoint, now: now)
        case .reply(let reply, let ticket): desk?.reply(reply, ticket: ticket)
        case .record(let event):
            if case .trustLearned = event { names = nil }
            let mesh = inPlace { $0.meshTime(at: now) }
            shelf.keep(event, at: now, mesh: mesh)
            hooks.flightLog?.event(event, number: shelf.latest, at: now, mesh: mesh)
            desk?.publish(event, at: now, mesh: mesh)
            hooks.event(event, now, mesh)
        case .keep(let object, let bytes): state.objects.keep(object, bytes)
        case .load(let object): state.objects.load(object)
        case .discard(let object): state.objects.discard(object)
        case .persist(let id, let record):
            if !state.persist(id, record) {
                hooks.log(.error, "\(state.path): the disk does not keep up; not persisted, and so not acknowledged")
            }
        }
    }

    // MARK: - What is not the peer's

    private func reportToLog(now: Instant) {
        reportsAt = now + config.reportInterval
        guard let log = hooks.flightLog else { return }
        for note in log.takeNotes() { hooks.log(note.isTrouble ? .warning : .info, "flight log: \(note.text)") }
        let begun = MonotonicClock.threadProcessorTime()
        log.report(inPlace { $0.report(now: now) }, mesh: inPlace { $0.meshTime(at: now) }, begun: begun)
    }

    /// Inout, since a value that a class holds would be copied as a whole for a call that only reads it.
    private func inPlace<Answer>(_ read: (inout Peer) -> Answer) -> Answer { read(&peer) }

    /// Made when a tool asks, so that what the air says of the fleet costs nothing here.
    private func presentNames() -> [LocalFrame.Name] {
        let present = names ?? peer.names.map { LocalFrame.Name(id: $0.id, name: $0.name) }
        names = present
        return present
    }

    /// What is wrong with the machine.
    private var account: BodyAccount {
        var troubles = ports.filter { !$0.state.isUp }.map {
            BodyTrouble(.port, "the \($0.band) band on \($0.name) is down: \($0.state)")
        }
        troubles += loadNotes.filter(\.isThrottling).map { BodyTrouble(.processor, "processor: \($0)") }
        if let diskTrouble { troubles.append(.init(.disk, "the disk keeps nothing: \(diskTrouble)")) }
        if let trouble = hooks.flightLog?.trouble {
            troubles.append(.init(.log, "the flight log is not written: \(trouble)"))
        }
        let now = MonotonicClock.now()
        if let trouble = body.trouble(now: now) { troubles.append(.init(.body, "no motors: \(trouble)")) }
        return BodyAccount(
            troubles: troubles, bridge: body.bridgeAccount(now: now), gps: body.gpsAccount(now: now))
    }

    private func takePersisted() {
        let (ids, trouble) = state.takeFinished()
        if trouble != diskTrouble {
            diskTrouble = trouble
            if let trouble {
                hooks.log(.error, "\(trouble); nothing is acknowledged that must be kept until the disk works")
            } else {
                hooks.log(.info, "\(state.path): the disk works again")
            }
        }
        for id in ids { handle(.persisted(id)) }
    }

    private func tellKernels() {
        guard let offers = programs.takeOffers() else { return }
        for line in programs.takeNews() { hooks.log(.info, line) }
        handle(.kernels(offers))
    }

    private func takeObjects() {
        let (outcomes, notes) = state.objects.takeFinished()
        for note in notes { hooks.log(note.isTrouble ? .error : .info, note.text) }
        for outcome in outcomes {
            switch outcome {
            case .kept(let object, let isKept): handle(.kept(object, isKept: isKept))
            case .loaded(let object, let bytes): handle(.loaded(object, bytes))
            }
        }
    }

    private func lookAtLoad(now: Instant) {
        loadAt = now + ProcessorLoad.interval
        let report = load.sample(unitsTime: pool.unitsTime + programs.processorTime, now: now)
        if report.notes != loadNotes {
            loadNotes = report.notes
            for note in report.notes { hooks.log(.info, "processor: \(note)") }
        }
        // What it lends, the peer keeps to; its own parts may use all that its other work leaves.
        let own = config.tuning.cpuCeilingPercent - config.tuning.baseLoadPercent
        pool.setBudget(percent: max(report.sample.idlePercent, own), now: now)
        handle(.cpu(report.sample))
        reportPorts()
        body.report(now: now)
    }

    private func reportPorts() {
        for (index, port) in ports.enumerated() where port.state != portStates[index] {
            portStates[index] = port.state
            hooks.log(port.state.isUp ? .info : .warning, "\(port.band) band on \(port.name): \(port.state)")
        }
    }

    private func obey(signal number: Int32, now: Instant) {
        switch number {
        case SIGHUP:
            // READY after STOPPING would contradict what systemd has been told.
            guard leavesAt == nil else { return }
            notifier.reloading()
            let (level, report) = hooks.reload()
            hooks.log(level, report)
            notifier.ready(status: "\(config.name): epoch \(state.epoch.number), reloaded")
        case SIGTERM, SIGINT: leave(now: now)
        default: preconditionFailure("signal \(number) was not asked for")
        }
    }

    /// What SIGTERM does; also for programs that end by themselves.
    package func leave(now: Instant) {
        guard leavesAt == nil else {
            isOver = true
            return
        }
        hooks.log(.info, "leaving")
        notifier.stopping()
        desk?.isLeaving = true
        handle(.command(.leave, ticket: desk?.ownTicket() ?? 0))
        leavesAt = now + Self.leaveMax
    }

    private func end() {
        pool.shutdown()
        programs.shutdown()
        body.close()
        state.close()
        desk?.close()
        hooks.log(.info, "left")
    }
}
