import SkeinCodec
import SkeinLinux
import SkeinPeer
import SkeinWire
import SkeinWorld

/// A running simulation's end of a local socket: tools ask any of its robots what they could ask its daemon, and watch.
///
/// A client is silent → greeted by its hello, which names no robot → turned to one robot after another (`turn`). Questions are
/// answered between two events of the world, by the robot as it is then; whatever would change a robot is refused. The
/// world goes on at its speed and waits for nobody: what a client does not read waits in its queue (`LocalServer`), and a client
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
    private let speed: Double?
    private var clients: [Client] = []
    private var shelves: [EventShelf]
    /// When the world's zero was, at this speed; nil: it has not begun.
    private var zero: Instant?

    package init(path: String, name: String, robots: Int, speed: Double?) throws(LocalError) {
        self.name = name
        self.robots = robots
        self.speed = speed
        do throws(SystemError) { reactor = try Reactor() } catch { throw .system(error) }
        server = try LocalServer(path: path, reactor: reactor, area: Self.area) { LocalFrame.lost($0).bytes }
        shelves = [EventShelf](repeating: EventShelf(), count: robots)
    }

    package var path: String { server.path }

    /// Nobody connects any more, and the socket's file is gone.
    package func close() { server.stopListening() }

    // MARK: Visits

    package func heard(_ event: Event, of robot: Int, at: Instant, mesh: MeshTime?) {
        shelves[robot].keep(event, at: at, mesh: mesh)
        for client in clients where client.isSubscribed && client.robot == robot {
            server.send(LocalFrame.event(at: at, mesh: mesh, event).bytes, to: client.id, isEvent: true, note)
        }
    }

    /// Answers who has asked, and keeps the world from running ahead of its speed.
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
        guard let speed else { return .zero }
        let elapsed = Duration.fromSeconds(Double(time) * 1e-9 / speed)
        let now = MonotonicClock.now()
        guard let zero else {
            zero = now + (.zero - elapsed)
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
                if case .message(let id, let bytes) = happening {
                    messages.append((id, bytes))
                } else {
                    note(happening)
                }
            }
            for (id, bytes) in messages { receive(bytes, from: id, world) }
        }
        server.deadlinePassed(now: MonotonicClock.now())
    }

    // MARK: Words

    private func receive(_ bytes: [UInt8], from id: LocalServer.ClientID, _ world: borrowing World) {
        guard let index = clients.firstIndex(where: { $0.id == id }) else { return }
        let frame: LocalFrame
        do throws(WireError) { frame = try LocalFrame(bytes) } catch {
            return complain(error, about: bytes, to: id, isGreeted: clients[index].isGreeted)
        }
        switch (frame, clients[index].isGreeted) {
        case (.hello, false):
            clients[index].isGreeted = true
            send(.hello(.init(id: .none, epoch: Epoch(0), name: name)), to: id)
        case (.askNames, true):
            send(.names((0..<robots).map { .init(id: NodeID(UInt16($0)), name: LabFleet.name($0)) }), to: id)
        case (.turn(let robot), true):
            guard Int(robot.number) < robots else { return send(.refused(ticket: 0, .noSuchRobot), to: id) }
            let number = Int(robot.number)
            clients[index].robot = number
            send(.hello(.init(id: robot, epoch: world.epoch(of: number), name: LabFleet.name(number))), to: id)
        case (.subscribe, true): clients[index].isSubscribed = true
        case (.askEvents(let number), true):
            let shelf = clients[index].robot.map { shelves[$0] } ?? EventShelf()
            send(.events(shelf.after(number), latest: shelf.latest), to: id)
        // A simulated machine has no troubles that its peer does not know.
        case (.askBody, true): send(.body(BodyAccount(troubles: [])), to: id)
        case (.request(let ticket, let command), true):
            send(answer(command, ticket: ticket, of: clients[index].robot, world), to: id)
        case (.request, false), (.subscribe, false), (.askNames, false), (.askEvents, false), (.turn, false),
            (.askBody, false), (.hello, true), (.otherVersion, _), (.reply, _), (.event, _), (.lost, _), (.refused, _),
            (.names, _),
            (.events, _), (.body, _):
            server.close(id, note)
        }
    }

    private func answer(
        _ command: OperatorCommand, ticket: UInt32, of robot: Int?, _ world: borrowing World
    ) -> LocalFrame {
        guard command.isQuestion else { return .refused(ticket: ticket, .onlyQuestions) }
        guard let robot else { return .refused(ticket: ticket, .noSuchRobot) }
        guard let reply = world.answer(command, by: robot) else { return .refused(ticket: ticket, .robotIsOff) }
        return .reply(ticket: ticket, reply)
    }

    private func complain(
        _ error: WireError, about bytes: [UInt8], to id: LocalServer.ClientID, isGreeted: Bool
    ) {
        if isGreeted, let ticket = LocalFrame.ticket(of: bytes[...]) {
            return send(.refused(ticket: ticket, .unknownCommand), to: id)
        }
        if error == .unknown(.version) { send(.otherVersion(LocalFrame.version), to: id) }
        server.close(id, note)
    }

    private func send(_ frame: LocalFrame, to id: LocalServer.ClientID) {
        server.send(frame.bytes, to: id, isEvent: false, note)
    }

    private func note(_ happening: LocalServer.Happening) {
        switch happening {
        case .connected(let id, _): clients.append(Client(id: id))
        case .gone(let id, _): clients.removeAll { $0.id == id }
        case .message: preconditionFailure("a message where none is read")
        }
    }
}
