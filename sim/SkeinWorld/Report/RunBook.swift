import SkeinPeer
import SkeinTasks
import SkeinWire

/// What is noticed of a run from outside: what the peers report, where the bodies truly are, and what came of it. The
/// simulator and the laboratory keep the same book by the same rules, so that their results can be compared.
///
/// The start robot's first `missionStarted` is t = 0. The run is complete when every robot that is on is truly at its
/// target, and is given up at the limits. Times are nanoseconds since the world began; nobody's word but a peer's own is
/// taken for what it believes, and nobody's at all for where it is.
package struct RunBook: Sendable {
    /// One robot as it says it is; forgotten when it is switched off.
    package struct Seen: Sendable {
        package var isUp = false
        /// Itself: it leads; nil: none.
        package var leader: Int?
        package var saysArrived = false
        package var hops: UInt8 = .max
    }

    /// What somebody has to do about an event.
    package enum Notice: Sendable {
        case nothing
        /// The robot sends on this leader's channel from now on.
        case leader(Int?)
        /// The hierarchy has settled for the first time: the air's counters are wanted (`open(settled:)`).
        case settled
        /// The mission has begun: the counters are wanted (`open(started:)`), and the faults are due.
        case started
    }

    /// A settled swarm is measured before the start only if it is settled this long: every robot has spoken twice.
    private static let settledWindowMin: Int64 = 1_500_000_000

    private let config: WorldConfig
    package let layout: Layout
    package private(set) var robots: [Seen]
    package private(set) var checker: StepChecker
    package private(set) var settledAt: Int64?
    /// Last time a leader changed or a plan was issued.
    package private(set) var restlessAt: Int64 = 0
    package private(set) var startedAt: Int64?
    package private(set) var isOver = false
    package private(set) var isComplete = false
    package var plans = 0
    package var planNanosecondsMax: UInt64?
    /// Of everything that was received, in order.
    package var digest: UInt64 = 0
    /// Status of every peer at the start signal.
    package var startStatuses: [PeerStatus?]?
    /// Nil: nobody is going to stop the fleet.
    package var stopWatch: StopWatch?
    /// Nil: robots go where they want.
    package var localisation: LocalisationWatch?
    private var trajectories: [[FieldPoint]] = []
    /// When 95 % of the noses, and of the cameras, had come to their targets.
    private var sourceAt: Int64?
    private var targetAt: Int64?
    /// The counters when the root first said that the hierarchy had settled, and when that was.
    private var settledWindow: (tally: Tally, begunAt: Int64)?
    private var startTally: Tally?
    /// By `MissionRule`: how often one has fired at a robot.
    package private(set) var rulesFired = MissionRule.allCases.map { _ in 0 }

    package init(_ config: WorldConfig, layout: Layout) {
        self.config = config
        self.layout = layout
        robots = [Seen](repeating: Seen(), count: config.robots)
        if !config.stops.isEmpty { stopWatch = StopWatch(robots: config.robots, span: config.stopWatchSpan) }
        localisation = config.wandering.map { .init(robots: config.robots, after: $0.measureAfter) }
        checker = StepChecker(robots: config.robots, step: config.peer.mission.step)
    }

    // MARK: Robots

    package mutating func booted(_ robot: Int) {
        robots[robot].isUp = true
        robots[robot].leader = nil
        robots[robot].saysArrived = false
    }

    package mutating func switchedOff(_ robot: Int) {
        robots[robot].isUp = false
        robots[robot].leader = nil
        checker.lose(robot)
    }

    package mutating func note(_ event: Event, from robot: Int, now: Int64) -> Notice {
        checker.note(event, from: robot, now: now)
        switch event {
        case .leaderChanged(let leader, _, _):
            let known = leader == .none || Int(leader.number) >= robots.count ? nil : Int(leader.number)
            if robots[robot].leader != known { restlessAt = now }
            robots[robot].leader = known
            return .leader(known)
        case .treeChanged(_, let hops, _):
            if robots[robot].hops != hops { restlessAt = now }
            robots[robot].hops = hops
            return .nothing
        case .planIssued:
            restlessAt = now
            return .nothing
        case .settled:
            let isFirst = settledAt == nil
            settledAt = now
            return isFirst ? .settled : .nothing
        case .missionStarted:
            guard startedAt == nil else { return .nothing }
            startedAt = now
            return .started
        case .arrived:
            robots[robot].saysArrived = true
            return .nothing
        case .stopped:
            stopWatch?.stood(robot, now: now)
            return .nothing
        case .localisation(_, let turn):
            localisation?.note(turn)
            return .nothing
        case .mission(let event):
            if case .ruleFired(let rule, _) = event { rulesFired[Int(rule.rawValue)] += 1 }
            return .nothing
        case .stepStarted, .stepEnded, .partOffered, .partDone, .resultRefused, .requestRetried, .unitRefused,
            .sightingTaken, .fixFused, .missionStopped, .orderStarted, .orderEnded, .left, .robotLeft, .trustLearned,
            .expelled, .keyDoubled, .standingLost, .released, .job, .clockStepped:
            return .nothing
        }
    }

    package mutating func open(settled tally: Tally, at now: Int64) { settledWindow = (tally, now) }

    package mutating func open(started tally: Tally) { startTally = tally }

    // MARK: The end

    /// Completion and limits, by where the bodies are. Before the start only with `awaitsStart` is there a limit.
    package mutating func judge(_ places: [FieldPoint], now: Int64, awaitsStart: Bool) {
        guard let startedAt else {
            if awaitsStart && now > config.settleLimit.nanoseconds + config.bootSpread.nanoseconds { isOver = true }
            return
        }
        let flown = now - startedAt
        if flown / 1_000_000_000 >= Int64(trajectories.count) { trajectories.append(places) }
        if sourceAt == nil, isNear(cameras: false, places) { sourceAt = now }
        if targetAt == nil, isNear(cameras: true, places) { targetAt = now }
        if let stopWatch, stopWatch.begunAt != nil {
            isOver = stopWatch.isOver(now: now)
            return
        }
        if localisation != nil {
            isOver = flown >= config.missionLimit.nanoseconds
            isComplete = isOver
            return
        }
        if (0..<robots.count).allSatisfy({ !robots[$0].isUp || isAtTarget($0, places) }) {
            isComplete = true
            isOver = true
        } else if flown >= config.missionLimit.nanoseconds {
            isOver = true
        }
    }

    private static let nearPercent = 95

    /// 95 % of those that are on.
    private func isNear(cameras: Bool, _ places: [FieldPoint]) -> Bool {
        var here = 0
        var all = 0
        for robot in robots.indices where robots[robot].isUp && layout.roles[robot].carriesCamera == cameras {
            all += 1
            if isAtTarget(robot, places) { here += 1 }
        }
        return all > 0 && here * 100 >= all * Self.nearPercent
    }

    package func isAtTarget(_ robot: Int, _ places: [FieldPoint]) -> Bool {
        places[robot].distance(to: target(of: robot)) <= config.peer.mission.arrivalRadiusMeters
    }

    func target(of robot: Int) -> FieldPoint {
        layout.roles[robot].carriesCamera ? layout.physicalTarget : layout.virtualTarget
    }

    // MARK: Reports

    package func view(_ places: [FieldPoint], headingsRadians: [Double], tally: Tally, now: Int64) -> FieldView {
        FieldView(
            robots: robots.indices.map { robot in
                .init(
                    place: places[robot], headingRadians: headingsRadians[robot],
                    carriesCamera: layout.roles[robot].carriesCamera, isUp: robots[robot].isUp,
                    leader: robots[robot].leader, isAtTarget: isAtTarget(robot, places),
                    isFailing: checker.isFailing(robot))
            },
            physicalTarget: layout.physicalTarget, virtualTarget: layout.virtualTarget,
            worldSeconds: Double(now) * 1e-9, missionSeconds: startedAt.map { Double(now - $0) * 1e-9 },
            hasSettled: settledAt != nil, completedSteps: checker.completed, failedSteps: checker.failed,
            rebuildFailedSteps: checker.rebuildFailed, partsOffloaded: checker.offloaded, plans: plans, tally: tally)
    }

    /// Ends the book. `statuses` stand in where nobody was asked at the start.
    package mutating func close(_ tally: Tally, statuses: [PeerStatus?], now: Int64) -> RunResult {
        checker.finish(now: now)
        var result = RunResult(seed: config.seed, strategy: config.strategy, tally: tally, layout: layout)
        result.stop = stopWatch?.figures
        result.localisation = localisation?.figures(except: layout.roles.map(\.carriesSatelliteReceiver))
        result.completed = result.stop.map { $0.failed.isEmpty } ?? isComplete
        result.robots = robots.count
        result.cameras = layout.roles.count { $0.carriesCamera }
        if let startedAt { measure(&result, tally, startedAt: startedAt, now: now) }
        result.completedSteps = checker.completed
        result.failedSteps = checker.failed
        result.rebuildFailedSteps = checker.rebuildFailed
        result.troubles = checker.troubles
        result.partsOffloaded = checker.offloaded
        result.serviceGapSecondsMax = Double(checker.gap) * 1e-9
        result.statuses = startStatuses ?? statuses
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

    private func measure(_ result: inout RunResult, _ tally: Tally, startedAt: Int64, now: Int64) {
        let seconds = Double(now - startedAt) * 1e-9
        result.sourceSeconds = sourceAt.map { Double($0 - startedAt) * 1e-9 }
        result.targetSeconds = targetAt.map { Double($0 - startedAt) * 1e-9 }
        let steps = Int((seconds / config.peer.mission.step.inSeconds).rounded(.up))
        result.completionSeconds = seconds
        result.settleSeconds = Double(startedAt) * 1e-9
        result.robotSteps = robots.count * steps
        result.cameraSteps = result.cameras * steps
        if let startTally, now > startedAt {
            result.missionControl = ControlFigures(
                from: startTally, to: tally, nanoseconds: now - startedAt, robots: robots.count)
        }
        if let startTally, let (tally, begunAt) = settledWindow, startedAt - begunAt >= Self.settledWindowMin {
            result.settledControl = ControlFigures(
                from: tally, to: startTally, nanoseconds: startedAt - begunAt, robots: robots.count)
        }
    }
}
