import Glibc
import SkeinView
import SkeinWire
import SkeinWorld

/// Shows a mission while it flies: slows the simulation down to a multiple of real time, and draws it now and then.
/// Nothing of it reaches the world.
struct Watcher {
    /// Least time between two pictures, nanoseconds: ten a second.
    private static let drawInterval: UInt64 = 100_000_000
    /// Control airtime is shown over this much of the field's time, seconds.
    private static let airtimeWindowSeconds = 1.0

    private let title: String
    private let config: WorldConfig
    private let speed: Double
    /// Nil where there is no terminal: then nothing is shown and nothing is slowed down.
    private var terminal: Terminal?
    /// The world's stopwatch, read along the way.
    let planTimer = PlanTimer()
    private let begun = Clock.monotonic()
    private var drawnAt: UInt64 = 0
    private var window: (tally: Tally, atSeconds: Double)?
    private var control: ControlFigures?

    init(title: String, config: WorldConfig, speed: Double) {
        self.title = title
        self.config = config
        self.speed = speed
        terminal = Terminal(descriptor: STDERR_FILENO)
        guard let terminal else { return }
        Interruption.note()
        terminal.enter()
    }

    mutating func show(_ view: FieldView) {
        guard terminal != nil else { return }
        if Interruption.isNoted {
            end()
            Interruption.die()
        }
        sleep(until: begun + UInt64(view.worldSeconds / speed * 1e9))
        measure(view)
        let now = Clock.monotonic()
        guard now - drawnAt >= Self.drawInterval else { return }
        drawnAt = now
        let picture = snapshot(view)
        terminal?.draw(picture)
    }

    func end() { terminal?.leave() }

    private func sleep(until instant: UInt64) {
        let now = Clock.monotonic()
        guard instant > now else { return }
        usleep(UInt32(clamping: (instant - now) / 1_000))
    }

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

    private func snapshot(_ view: FieldView) -> FieldSnapshot {
        let arena = config.arena
        return FieldSnapshot(
            title: title,
            box: .init(
                xMetersMin: arena.xMetersMin, xMetersMax: arena.xMetersMax, yMetersMin: arena.yMetersMin,
                yMetersMax: arena.yMetersMax),
            robots: view.robots.map { robot in
                .init(
                    xMeters: robot.place.xMeters, yMeters: robot.place.yMeters, leader: robot.leader,
                    carriesCamera: robot.carriesCamera, isUp: robot.isUp, hasArrived: robot.isAtTarget,
                    isFailing: robot.isFailing)
            },
            physicalTarget: (view.physicalTarget.xMeters, view.physicalTarget.yMeters),
            virtualTarget: (view.virtualTarget.xMeters, view.virtualTarget.yMeters),
            arrivalRadiusMeters: config.peer.mission.arrivalRadiusMeters, figures: figures(view))
    }

    private func figures(_ view: FieldView) -> [FieldSnapshot.Figure] {
        let cameras = view.robots.filter(\.carriesCamera)
        let others = view.robots.filter { !$0.carriesCamera }
        let leaders = view.robots.indices.count { view.robots[$0].isUp && view.robots[$0].leader == $0 }
        let off = view.robots.count { !$0.isUp }
        let steps = Int(((view.missionSeconds ?? 0) / config.peer.mission.step.inSeconds).rounded(.up))
        func fraction(_ robots: Int) -> String {
            steps * robots > 0 ? (Double(view.failedSteps) / Double(robots * steps)).percent : "-"
        }
        var figures: [FieldSnapshot.Figure] = [
            .init("time", (view.missionSeconds ?? view.worldSeconds).rounded(to: 1) + " s  x" + speed.rounded(to: 1)),
            .init("phase", phase(view)),
            .init("leaders", "\(leaders)"),
            .init("", ""),
            .init("at target", "\(cameras.count(where: \.isAtTarget)) of \(cameras.count) cameras"),
            .init("", "\(others.count(where: \.isAtTarget)) of \(others.count) others"),
            .init("steps done", "\(view.completedSteps)"),
            .init("steps failed", "\(view.failedSteps)", isAlarming: view.failedSteps > 0),
            .init("", "\(fraction(view.robots.count)) of robot-steps"),
            .init("", "\(fraction(cameras.count)) of camera-steps"),
            .init("by rebuilds", "\(view.rebuildFailedSteps)", isAlarming: view.rebuildFailedSteps > 0),
            .init("offloaded", "\(view.partsOffloaded) parts"),
            .init("", ""),
            .init("plans", "\(view.plans)"),
            .init("planning", (planTimer.nanosecondsMax.map { Double($0) * 1e-6 }).text(1, "ms at most")),
            .init("control", (control?.airtimeFractionMax).map { "\($0.percent) of the air" } ?? "-"),
            .init("", (control?.bitsPerSecondPerRobot).map { "\(($0 / 1_000).rounded(to: 2)) kb/s a robot" } ?? ""),
            .init("collisions", "\(view.tally.collisions)"),
        ]
        if off > 0 { figures.append(.init("off", "\(off)", isAlarming: true)) }
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
