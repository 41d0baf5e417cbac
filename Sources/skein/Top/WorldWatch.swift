import Glibc
import SkeinLinux
import SkeinPeer
import SkeinPicture
import SkeinView
import SkeinWire
import SkeinWorld

/// The dashboard on a simulation in this process: lets it go at a speed, and asks all robots now and then. Nothing of it reaches the
/// world.
final class WorldWatch: Visitor {
    private static let interval: Duration = .seconds(1)

    /// Nil once somebody has quit: the world goes on alone, as fast as it goes.
    private var live: TopLive?
    private let speed: Double?
    private var zero: Instant?
    private var askAt = Instant.zero
    private var shelves: [EventShelf]

    /// Nil where stderr is no terminal: then nothing is drawn.
    init?(title: String, config: WorldConfig, speed: Double?) {
        self.speed = speed
        shelves = [EventShelf](repeating: EventShelf(), count: config.robots)
        var picture = SwarmPicture(mode: .simulation, source: title)
        picture.take(names: (0..<config.robots).map { (NodeID(UInt16($0)), "r\($0)") })
        picture.speed = speed
        let arena = config.arena
        picture.field = Snapshot.Field(
            xMetersMin: arena.xMetersMin, xMetersMax: arena.xMetersMax, yMetersMin: arena.yMetersMin,
            yMetersMax: arena.yMetersMax)
        let watch = TopWatch((NoFeed(), picture), interval: Self.interval)
        guard let live = TopLive(watch, output: STDERR_FILENO) else { return nil }
        self.live = live
    }

    func heard(_ event: Event, of robot: Int, at: Instant, mesh: MeshTime?) {
        if live != nil { shelves[robot].keep(event, at: at, mesh: mesh) }
    }

    func look(_ world: borrowing World) {
        guard live != nil else { return }
        let due = dueAt(world.now)
        repeat {
            if MonotonicClock.now() >= askAt { ask(world) }
            guard let live, live.turn(atMost: max(due - MonotonicClock.now(), .zero)) else {
                self.live = nil
                return
            }
        } while MonotonicClock.now() < due
    }

    /// The moment for this time of the world.
    private func dueAt(_ time: Int64) -> Instant {
        guard let speed else { return .zero }
        let elapsed = Duration.fromSeconds(Double(time) * 1e-9 / speed)
        let start = zero ?? MonotonicClock.now() + (.zero - elapsed)
        zero = start
        return start + elapsed
    }

    private func ask(_ world: borrowing World) {
        let now = MonotonicClock.now()
        askAt = now + Self.interval
        guard let live else { return }
        for number in 0..<world.robotCount {
            let robot = NodeID(UInt16(number))
            guard case .report(let report)? = world.answer(.report, by: number) else {
                if world.epoch(of: number) != Epoch(0) { live.watch.picture.note(robot, answers: false, at: now) }
                continue
            }
            live.watch.picture.take(report, of: robot, at: now)
            let last = live.watch.picture.eventLast(of: robot)
            live.watch.picture.take(shelves[number].after(last), of: robot, at: now)
            if case .peers(let accounts)? = report.trust.doubled + report.trust.shunned > 0
                ? world.answer(.peers, by: number) : nil
            {
                live.watch.picture.take(accounts, of: robot, at: now)
            }
        }
    }

    func end() { live?.close() }
}
