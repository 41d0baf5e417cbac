import SkeinCodec
import SkeinLinux
import SkeinPeer
import SkeinWire
import SkeinWorld

/// A running simulation's end of a local socket: tools ask any of its robots what they could ask its daemon, and watch.
///
/// A client is silent → greeted by its hello, as a tool of nobody yet → turned to one robot after another (`turn`). Questions
/// are answered between two events of the world, by the robot as it is then; whatever would change a robot is refused. The
/// world goes on at `pace` and waits for nobody: what a client does not read waits in its queue (`LocalServer`), and a client
/// that takes neither events nor answers is given up. One thread, the world's.
package final class WorldServer: Visitor {
    private struct Client {
        var id: LocalServer.ClientID
        var isGreeted = false
        /// Whom its questions go to, and whose events it gets.
        var robot: Int?
        var isSubscribed = false
    }

    private static let area: UInt32 = 1
    /// A world that stands still looks up as often, to see whether somebody wants it to end.
    private static let glance: Duration = .milliseconds(200)

    private let reactor: Reactor
    private let server: LocalServer
    private let name: String
    private let robots: Int
    /// Seconds of the world to a second; nil: as fast as it goes.
    private let pace: Double?
    private var clients: [Client] = []
    private var shelves: [EventShelf]
    /// When the world's zero was, at this pace; nil: it has not begun.
    private var zero: Instant?

    package init(path: String, name: String, robots: Int, pace: Double?) throws(LocalError) {
        self.name = name
        self.robots = robots
        self.pace = pace
        do throws(SystemError) { reactor = try Reactor() } catch { throw .system(error) }
        server = try LocalServer(path: path, reactor: reactor, area: Self.area) { LocalFrame.lost($0).bytes }
        shelves = [EventShelf](repeating: EventShelf(), count: robots)
    }

    package var path: String { server.path }

    /// Nobody connects any more, and the socket's file is gone.
    package func close() { server.stopListening() }

    // MARK: Visits

    package func heard(_ event: Event, of robot: Int, at: Instant, mesh: MeshTime?) {
        shelves[robot].take(event, at: at, mesh: mesh)
        for client in clients where client.isSubscribed && client.robot == robot {
            server.send(LocalFrame.event(at: at, mesh: mesh, event).bytes, to: client.id, isEvent: true, note)
        }
    }

    /// Answers who has asked, and keeps the world from running ahead of its pace.
    package func look(_ world: borrowing World) {
        let due = dueAt(world.now)
        repeat { serve(world, until: due) } while MonotonicClock.now() < due
    }

    /// Answers for a world that stands still, until told to end.
    package func hold(_ world: borrowing World, until isOver: () -> Bool) {
        while !isOver() { serve(world, until: MonotonicClock.now() + Self.glance) }
    }

    /// The moment for this time of the world.
    private func dueAt(_ time: Int64) -> Instant {
        guard let pace else { return .zero }
        let elapsed = Duration.fromSeconds(Double(time) * 1e-9 / pace)
        let now = MonotonicClock.now()
        guard let zero else {
            zero = now - elapsed
            return now
        }
        return zero + elapsed
    }

    private func serve(_ world: borrowing World, until deadline: Instant) {
        var ready: [Reactor.Ready] = []
        reactor.wait(until: min(deadline, server.nextDeadline)) { ready.append($0) }
        for ready in ready {
            var messages: [(LocalServer.ClientID, [UInt8])] = []
            server.ready(ready) { happening in
                if case .message(let id, let bytes) = happening { messages.append((id, bytes)) } else { note(happening) }
            }
            for (id, bytes) in messages { receive(bytes, from: id, world) }
        }
        server.deadlinePassed(now: MonotonicClock.now())
    }
}
