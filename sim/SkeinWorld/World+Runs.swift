import SkeinPeer
import SkeinTasks
import SkeinWire

/// The two things one does with a world, and what it notices on the way.
extension World {
    package typealias Observer = (FieldView) -> Void

    /// No leader has changed and no plan was made for this long: the network is quiet.
    private static let quietSpan: Int64 = 2_000_000_000
    /// What is measured of a quiet network.
    private static let windowSpan: Int64 = 5_000_000_000
    /// How long a network may go on changing after it said it had settled.
    private static let quietLimit: Int64 = 10_000_000_000

    /// Flies the mission to its end or its limits. The observer sees the field every 50 ms, the visitor may ask then.
    package mutating func run(observer: Observer? = nil, visitor: (any Visitor)? = nil) -> RunResult {
        self.visitor = visitor
        begin(launches: true, lateRobots: FaultTargets.late(config, layout: layout))
        while !book.isOver, let event = queue.pop() {
            step(event)
            if book.startedAt != nil && book.startStatuses == nil { book.startStatuses = askStatus() }
            if event.kind == .tick {
                if let observer { observer(view()) }
                visitor?.look(self)
            }
        }
        let statuses = book.startStatuses ?? askStatus()
        lookAtStops()
        var result = book.close(medium.air.tally, statuses: statuses, now: now)
        result.adversary = adversaryFigures()
        result.clock = clockWatch.figures
        result.failures = failures
        result.stragglers = stragglers()
        result.contacts = contacts.map { contacts in
            var figures = contacts.figures
            figures.wallContacts = robots.reduce(0) { $0 + $1.body.wallContacts }
            return figures
        }
        return result
    }

    /// Lets the peers build their hierarchy, measures it once it is quiet, and asks every peer for its status.
    package mutating func network(observer: Observer? = nil) -> NetworkResult {
        begin(launches: false, lateRobots: [Bool](repeating: false, count: robots.count))
        let limit = config.settleLimit.nanoseconds + config.bootSpread.nanoseconds
        advance(observer) { world in
            guard let settledAt = world.book.settledAt else { return world.now >= limit }
            let isQuiet = world.now - max(world.book.restlessAt, settledAt) >= Self.quietSpan
            return isQuiet || world.now >= limit + Self.quietLimit
        }
        let begunAt = now
        let tally = medium.air.tally
        advance(observer) { $0.now - begunAt >= Self.windowSpan }
        return networkResult(ControlFigures(from: tally, to: medium.air.tally, nanoseconds: now - begunAt))
    }

    private mutating func advance(_ observer: Observer?, until isDone: (borrowing World) -> Bool) {
        while !isDone(self), let event = queue.pop() {
            step(event)
            if event.kind == .tick, let observer { observer(view()) }
        }
    }

    /// Every running peer's answer to the operator.
    mutating func askStatus() -> [PeerStatus?] {
        for robot in 0..<robots.count {
            statuses[robot] = nil
            guard isRunning(robot) else { continue }
            deliver(.command(.status, ticket: 0), to: robot)
            rearm(robot, notBefore: now)
        }
        return statuses
    }

    // MARK: What peers report

    mutating func note(_ event: Event, from robot: Int) {
        if let watch {
            watch.now = now
            watch.note(event, from: robot)
        }
        if let visitor {
            let at = clock(robot)
            visitor.heard(event, of: robot, at: at, mesh: peers[robot]?.meshTime(at: at))
        }
        if case .stepEnded(_, .failed(_, let trouble)) = event { failures.append(failure(of: robot, trouble)) }
        switch book.note(event, from: robot, now: now) {
        case .nothing: break
        case .leader(let leader): medium.join(robot, leader: leader)
        case .settled: book.open(settled: medium.air.tally, at: now)
        case .started:
            book.open(started: medium.air.tally)
            scheduleFaults()
            scheduleStops()
            scheduleAdversaries()
        }
    }

    // MARK: Reports

    package func view() -> FieldView {
        book.view(
            places, headingsRadians: robots.map(\.body.headingRadians), tally: medium.air.tally, now: now)
    }

    private mutating func networkResult(_ control: ControlFigures) -> NetworkResult {
        var result = NetworkResult(
            seed: config.seed, strategy: config.strategy, tally: medium.air.tally, layout: layout)
        result.settled = book.settledAt != nil
        result.settleSeconds = book.settledAt.map { Double($0) * 1e-9 }
        result.robots = robots.count
        result.control = control
        result.statuses = askStatus()
        for (robot, status) in result.statuses.enumerated() {
            let leader = status.map(\.leader) ?? .none
            result.hops.append(status?.hops ?? -1)
            result.owner.append(leader == .none ? -1 : Int(leader.number))
            if leader != .none && Int(leader.number) == robot { result.leaders.append(robot) }
            result.grantedPercent.append(status?.grantedPercent ?? 0)
            result.grantedMHz.append(status?.grantedMHz ?? 0)
        }
        result.planNanosecondsMax = book.planNanosecondsMax
        result.plans = book.plans
        result.digest = book.digest
        result.clock = clockWatch.figures
        return result
    }
}
