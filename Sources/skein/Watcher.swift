import Glibc
import SkeinView
import SkeinWire
import SkeinWorld

/// Shows a mission while it flies: slows the simulation down to a multiple of real time, and draws it now and then.
/// Nothing of it reaches the world.
struct Watcher {
    /// Control airtime is shown over this much of the field's time, seconds.
    private static let airtimeWindowSeconds = 1.0

    private let title: String
    private let config: WorldConfig
    private let speed: Double
    /// Nil where there is no terminal: then nothing is shown and nothing is slowed down.
    private var view: LiveView?
    /// The world's stopwatch, read along the way.
    let planTimer = PlanTimer()
    private let begun = Clock.monotonic()
    private var window: (tally: Tally, atSeconds: Double)?
    private var control: ControlFigures?

    init(title: String, config: WorldConfig, speed: Double) {
        self.title = title
        self.config = config
        self.speed = speed
        var state = ViewState(isReadOnly: true, panel: .mission, isWhole: true)
        state.refresh = .milliseconds(200)
        state.isSparing = false
        view = LiveView(output: STDERR_FILENO, state: state)
    }

    mutating func show(_ view: FieldView) {
        guard let screen = self.view else { return }
        measure(view)
        if screen.isDue { screen.show(snapshot(view)) }
        let due = begun + UInt64(view.worldSeconds / speed * 1e9)
        repeat {
            let now = Clock.monotonic()
            let left = due > now ? due - now : 0
            for outcome in screen.wait(for: [], atMost: .nanoseconds(Int64(left))) { obey(outcome, screen) }
        } while Clock.monotonic() < due
    }

    /// A simulation that is watched can be looked at and left; nothing of it is steered.
    private func obey(_ outcome: LiveView.Outcome, _ screen: LiveView) {
        switch outcome {
        case .ended(let number): screen.die(of: number)
        case .action(.quit): screen.die(of: SIGINT)
        case .action(.export(let path)): screen.export(to: path)
        case .action(.stop), .action(.release): screen.say("a simulation takes no orders here", .warning)
        case .action(.copy): screen.say("nothing to copy here: --json FILE has it all", .warning)
        case .woken: break
        }
    }

    func end() { view?.close() }

    private mutating func measure(_ view: FieldView) {
        guard let window else {
            window = (view.tally, view.worldSeconds)
            return
        }
        let span = view.worldSeconds - window.atSeconds
        guard span >= Self.airtimeWindowSeconds else { return }
        control = ControlFigures(from: window.tally, to: view.tally, nanoseconds: Int64(span * 1e9))
        self.window = (view.tally, view.worldSeconds)
    }

    private func snapshot(_ view: FieldView) -> Snapshot {
        let arena = config.arena
        let up = view.robots.count(where: \.isUp)
        var snapshot = Snapshot(
            mode: .simulation, source: title, time: .fromSeconds(view.missionSeconds ?? view.worldSeconds),
            mesh: .init(
                known: view.robots.count, heard: up, silent: view.robots.count - up,
                leaders: view.robots.indices.count { view.robots[$0].isUp && view.robots[$0].leader == $0 }),
            safety: .init(state: .moving))
        snapshot.speed = speed
        snapshot.field = .init(
            xMetersMin: arena.xMetersMin, xMetersMax: arena.xMetersMax, yMetersMin: arena.yMetersMin,
            yMetersMax: arena.yMetersMax)
        snapshot.robots = view.robots.indices.map { robot($0, view) }
        snapshot.links = view.robots.indices.compactMap { index in
            guard view.robots[index].isUp, let leader = view.robots[index].leader, leader != index else { return nil }
            return .init(from: Self.id(index), to: Self.id(leader), band: .data, isSubgroup: true)
        }
        let radius = config.peer.mission.arrivalRadiusMeters
        snapshot.targets = [
            .init(
                kind: .physical, name: "target",
                place: Known(.init(xMeters: view.physicalTarget.xMeters, yMeters: view.physicalTarget.yMeters)),
                arrivalRadiusMeters: radius),
            .init(
                kind: .source, name: "source",
                place: Known(.init(xMeters: view.virtualTarget.xMeters, yMeters: view.virtualTarget.yMeters)),
                arrivalRadiusMeters: radius),
        ]
        snapshot.mission = figures(view)
        return snapshot
    }

    private static func id(_ index: Int) -> NodeID { NodeID(UInt16(clamping: index)) }

    private func robot(_ index: Int, _ view: FieldView) -> Snapshot.Robot {
        let known = view.robots[index]
        let state = !known.isUp ? "off" : known.isFailing ? "failing" : known.isAtTarget ? "arrived" : "ok"
        var robot = Snapshot.Robot(
            id: Self.id(index), name: "\(Self.id(index))", state: state,
            severity: !known.isUp ? .alarm : known.isFailing ? .warning : .calm)
        robot.role = known.leader == index ? .leader : known.leader == nil ? .unknown : .member
        robot.leader = known.leader.map(Self.id)
        robot.heard = known.isUp ? .zero : nil
        robot.place = Known(.init(xMeters: known.place.xMeters, yMeters: known.place.yMeters))
        robot.target = known.carriesCamera ? 0 : 1
        robot.carriesCamera = known.carriesCamera
        robot.hasArrived = known.isAtTarget
        robot.isFailing = known.isFailing
        robot.isOff = !known.isUp
        return robot
    }

    private func figures(_ view: FieldView) -> [Snapshot.MissionFigure] {
        let cameras = view.robots.filter(\.carriesCamera)
        let others = view.robots.filter { !$0.carriesCamera }
        let leaders = view.robots.indices.count { view.robots[$0].isUp && view.robots[$0].leader == $0 }
        let off = view.robots.count { !$0.isUp }
        let steps = Int(((view.missionSeconds ?? 0) / config.peer.mission.step.inSeconds).rounded(.up))
        func fraction(_ robots: Int) -> String {
            steps * robots > 0 ? (Double(view.failedSteps) / Double(robots * steps)).percent : "-"
        }
        var figures: [Snapshot.MissionFigure] = [
            .init("time", (view.missionSeconds ?? view.worldSeconds).rounded(to: 1) + " s  x" + speed.rounded(to: 1)),
            .init("phase", phase(view)),
            .init("leaders", "\(leaders)"),
            .init("", ""),
            .init("at target", "\(cameras.count(where: \.isAtTarget)) of \(cameras.count) cameras"),
            .init("", "\(others.count(where: \.isAtTarget)) of \(others.count) others"),
            .init("steps done", "\(view.completedSteps)"),
            .init("steps failed", "\(view.failedSteps)", severity: view.failedSteps > 0 ? .warning : .calm),
            .init("", "\(fraction(view.robots.count)) of robot-steps"),
            .init("", "\(fraction(cameras.count)) of camera-steps"),
            .init(
                "by rebuilds", "\(view.rebuildFailedSteps)", severity: view.rebuildFailedSteps > 0 ? .warning : .calm),
            .init("offloaded", "\(view.partsOffloaded) parts"),
            .init("", ""),
            .init("plans", "\(view.plans)"),
            .init("planning", (planTimer.nanosecondsMax.map { Double($0) * 1e-6 }).text(1, "ms at most")),
            .init("control", (control?.airtimeFractionMax).map { "\($0.percent) of the air" } ?? "-"),
            .init("", (control?.bitsPerSecondPerRobot).map { "\(($0 / 1_000).rounded(to: 2)) kb/s a robot" } ?? ""),
            .init("collisions", "\(view.tally.collisions)"),
        ]
        if off > 0 { figures.append(.init("off", "\(off)", severity: .alarm)) }
        return figures
    }

    private func phase(_ view: FieldView) -> String {
        if view.missionSeconds != nil { return "mission" }
        return view.hasSettled ? "settled" : "organising"
    }
}

/// A stopwatch that remembers the longest span it timed: the world reads it at a plan's begin and at its end.
final class PlanTimer {
    private var begun: UInt64?
    private(set) var nanosecondsMax: UInt64?

    func read() -> UInt64 {
        let now = Clock.thread()
        if let begun {
            nanosecondsMax = max(nanosecondsMax ?? 0, now - begun)
            self.begun = nil
        } else {
            begun = now
        }
        return now
    }
}
