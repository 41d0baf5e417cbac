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
    /// A settled swarm is measured before the start only if it is settled this long: every robot has spoken twice.
    private static let settledWindowMin: Int64 = 1_500_000_000
    /// How long a network may go on changing after it said it had settled.
    private static let quietLimit: Int64 = 10_000_000_000

    /// Flies the mission to its end or its limits. The observer sees the field every 50 ms.
    package mutating func run(observer: Observer? = nil) -> RunResult {
        begin(launches: true, lateRobots: lateRobots())
        while !isOver, let event = queue.pop() {
            step(event)
            if startedAt != nil && startStatuses == nil { startStatuses = askStatus() }
            if event.kind == .tick, let observer { observer(view()) }
        }
        checker.finish(now: now)
        return runResult()
    }

    /// Lets the peers build their hierarchy, measures it once it is quiet, and asks every peer for its status.
    package mutating func network(observer: Observer? = nil) -> NetworkResult {
        begin(launches: false, lateRobots: [Bool](repeating: false, count: robots.count))
        let limit = config.settleLimit.nanoseconds + config.bootSpread.nanoseconds
        advance(observer) { world in
            guard let settledAt = world.settledAt else { return world.now >= limit }
            let isQuiet = world.now - max(world.restlessAt, settledAt) >= Self.quietSpan
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
            deliver(.command(.status), to: robot)
            rearm(robot, notBefore: now)
        }
        return statuses
    }

    // MARK: What peers report

    mutating func note(_ event: Event, from robot: Int) {
        checker.note(event, from: robot, now: now)
        switch event {
        case .leaderChanged(let leader, _, _):
            let known = leader == .none || Int(leader.number) >= robots.count ? nil : Int(leader.number)
            if robots[robot].leader != known { restlessAt = now }
            robots[robot].leader = known
            medium.join(robot, leader: known)
        case .treeChanged(_, let hops, _):
            if robots[robot].hops != hops { restlessAt = now }
            robots[robot].hops = hops
        case .planIssued: restlessAt = now
        case .settled:
            if settledWindow == nil { settledWindow = (medium.air.tally, now) }
            settledAt = now
        case .missionStarted: startMission()
        case .arrived: robots[robot].saysArrived = true
        case .stepStarted, .stepEnded, .partOffered, .partDone, .resultRefused, .requestRetried, .unitRefused,
            .sightingTaken, .fixFused, .missionStopped:
            break
        }
    }

    private mutating func startMission() {
        guard startedAt == nil else { return }
        startedAt = now
        startTally = medium.air.tally
        scheduleFaults()
    }

    // MARK: Reports

    package func view() -> FieldView {
        FieldView(
            robots: robots.indices.map { robot in
                .init(
                    place: places[robot], headingRadians: robots[robot].body.headingRadians,
                    carriesCamera: robots[robot].role.carriesCamera, isUp: robots[robot].isUp,
                    leader: robots[robot].leader, isAtTarget: isAtTarget(robot),
                    isFailing: checker.isFailing(robot))
            },
            physicalTarget: layout.physicalTarget, virtualTarget: layout.virtualTarget,
            worldSeconds: Double(now) * 1e-9, missionSeconds: startedAt.map { Double(now - $0) * 1e-9 },
            hasSettled: settledAt != nil, completedSteps: checker.completed, failedSteps: checker.failed,
            rebuildFailedSteps: checker.rebuildFailed, partsOffloaded: checker.offloaded, plans: plans,
            tally: medium.air.tally)
    }

    private mutating func runResult() -> RunResult {
        var result = RunResult(
            seed: config.seed, strategy: config.strategy, tally: medium.air.tally, layout: layout)
        result.completed = isComplete
        result.robots = robots.count
        result.cameras = layout.roles.count { $0.carriesCamera }
        if let startedAt {
            let seconds = Double(now - startedAt) * 1e-9
            let steps = Int((seconds / config.peer.mission.step.inSeconds).rounded(.up))
            result.completionSeconds = seconds
            result.settleSeconds = Double(startedAt) * 1e-9
            result.robotSteps = robots.count * steps
            result.cameraSteps = result.cameras * steps
            if let startTally, now > startedAt {
                result.missionControl = ControlFigures(
                    from: startTally, to: medium.air.tally, nanoseconds: now - startedAt)
            }
            if let startTally, let (tally, begunAt) = settledWindow, startedAt - begunAt >= Self.settledWindowMin {
                result.settledControl = ControlFigures(
                    from: tally, to: startTally, nanoseconds: startedAt - begunAt)
            }
        }
        result.completedSteps = checker.completed
        result.failedSteps = checker.failed
        result.rebuildFailedSteps = checker.rebuildFailed
        result.troubles = checker.troubles
        result.partsOffloaded = checker.offloaded
        result.serviceGapSecondsMax = Double(checker.gap) * 1e-9
        result.statuses = startStatuses ?? askStatus()
        for case let status? in result.statuses {
            result.hopsMax = max(result.hopsMax, status.hops ?? 0)
            result.subgroups += status.leader == status.id ? 1 : 0
            result.contributedPercent += status.grantedPercent
        }
        result.planNanosecondsMax = planNanosecondsMax
        result.plans = plans
        result.digest = digest
        result.trajectories = trajectories
        return result
    }

    private mutating func networkResult(_ control: ControlFigures) -> NetworkResult {
        var result = NetworkResult(
            seed: config.seed, strategy: config.strategy, tally: medium.air.tally, layout: layout)
        result.settled = settledAt != nil
        result.settleSeconds = settledAt.map { Double($0) * 1e-9 }
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
        result.planNanosecondsMax = planNanosecondsMax
        result.plans = plans
        result.digest = digest
        return result
    }
}
