import SkeinCodec
import SkeinPeer
import SkeinWire

/// What the daemon says on its local socket (`LocalFrame`), between the socket and the peer.
///
/// A client is silent → greeted by its hello → gone. Before its hello it may send nothing else; what is no frame ends the
/// connection. Each request gets a ticket of the daemon's own, since two tools may choose the same number; the reply goes
/// to who asked, under the number it chose; an order is answered twice, when it is accepted and when it has ended. A client
/// has at most `requestsMax` unanswered, those of one that went are forgotten. Events go to who subscribed, and may be lost
/// on a slow reader; replies may not.
///
/// One who turns to a robot is greeted by it again if it is this one, else refused: a daemon speaks for its own robot. The
/// latest events are kept by the daemon (`EventShelf`) and told as far as one frame holds them, the earliest first.
///
/// A tool that goes leaves its tasks at work: they have a deadline, and may be wanted by others (`skein task status`). Its
/// streams end with it, for nobody else feeds them; the desk names them (`takeOrphans`), and the daemon cancels them. So do
/// its questions about ways, which burden others as long as they are asked (`takeUnheard`).
package final class LocalDesk {
    package static let requestsMax = 64

    private struct Client {
        var id: LocalServer.ClientID
        var isGreeted = false
        var isSubscribed = false
    }

    private struct Request {
        var ticket: UInt32
        var client: LocalServer.ClientID
        /// As the client numbers it.
        var theirs: UInt32
        /// It opens this one, and stands until that is over.
        var stream: TaskKey?
        /// Asked of other robots: nobody else wants the answer.
        var isQuestion = false
    }

    private let server: LocalServer
    private let hello: LocalFrame.Hello
    private var clients: [Client] = []
    private var requests: [Request] = []
    private var tickets: UInt32 = 0
    private var orphans: [TaskKey] = []
    private var unheard: [UInt32] = []
    /// From now on requests are refused.
    package var isLeaving = false

    package init(
        path: String, hello: LocalFrame.Hello, reactor: Reactor, area: UInt32
    ) throws(LocalError) {
        self.hello = hello
        server = try LocalServer(path: path, reactor: reactor, area: area) { LocalFrame.lost($0).bytes }
    }

    /// Nobody connects any more. When the daemon ends: its owner may live on until the process does.
    package func close() { server.stopListening() }

    package var nextDeadline: Instant { server.nextDeadline }
    package func deadlinePassed(now: Instant) { server.deadlinePassed(now: now) }

    package var clientCount: Int { clients.count }
    package var lostEvents: UInt64 { server.lostEvents }
    package var hasSubscribers: Bool { clients.contains { $0.isSubscribed } }

    /// A ticket for a command of the daemon itself: nobody waits for its answer.
    package func ownTicket() -> UInt32 {
        tickets &+= 1
        return tickets
    }

    /// `names`: what the fleet calls its robots now; of more than a frame holds, the first are told. `shelf`: the events
    /// that are left. `body`: what is wrong with the machine.
    package func ready(
        _ ready: Reactor.Ready, names: () -> [LocalFrame.Name], shelf: () -> EventShelf = { EventShelf() },
        body: () -> BodyAccount = { BodyAccount(troubles: []) },
        _ take: (OperatorCommand, _ ticket: UInt32) -> Void
    ) {
        server.ready(ready) { happening in
            switch happening {
            case .message(let id, let bytes): receive(bytes, from: id, names: names, shelf: shelf, body: body, take)
            case .connected, .gone: note(happening)
            }
        }
    }

    package func reply(_ reply: Reply, ticket: UInt32) {
        guard let index = requests.firstIndex(where: { $0.ticket == ticket }) else { return }
        let request = requests[index]
        switch reply {
        case .taskAccepted, .job(.accepted): break
        case .done, .status, .links, .echoed, .echoFailed, .taskRefused, .taskEnded, .task, .tasks, .left, .refused,
            .admitted, .entries, .trust, .safety, .peers, .job, .question, .report, .mission:
            requests.remove(at: index)
        }
        send(.reply(ticket: request.theirs, reply), to: request.client)
    }

    /// Streams whose tools have gone since the last call.
    package func takeOrphans() -> [TaskKey] {
        defer { orphans = [] }
        return orphans
    }

    /// The daemon's own tickets of questions whose tools have gone since the last call.
    package func takeUnheard() -> [UInt32] {
        defer { unheard = [] }
        return unheard
    }

    package func publish(_ event: Event, at: Instant, mesh: MeshTime?) {
        guard hasSubscribers else { return }
        let bytes = LocalFrame.event(at: at, mesh: mesh, event).bytes
        for client in clients where client.isSubscribed { server.send(bytes, to: client.id, isEvent: true, note) }
    }

    private func receive(
        _ bytes: [UInt8], from id: LocalServer.ClientID, names: () -> [LocalFrame.Name], shelf: () -> EventShelf,
        body: () -> BodyAccount, _ take: (OperatorCommand, _ ticket: UInt32) -> Void
    ) {
        guard let index = clients.firstIndex(where: { $0.id == id }) else { return }
        let frame: LocalFrame
        do throws(WireError) { frame = try LocalFrame(bytes) } catch {
            return complain(error, about: bytes, to: id, isGreeted: clients[index].isGreeted)
        }
        switch (frame, clients[index].isGreeted) {
        case (.hello, false):
            clients[index].isGreeted = true
            send(.hello(hello), to: id)
        case (.subscribe, true): clients[index].isSubscribed = true
        case (.askNames, true): send(.names(names()), to: id)
        case (.askEvents(let number), true):
            let shelf = shelf()
            send(.events(shelf.after(number), latest: shelf.latest), to: id)
        case (.askBody, true): send(.body(body()), to: id)
        case (.turn(let robot), true):
            send(robot == hello.id ? .hello(hello) : .refused(ticket: 0, .noSuchRobot), to: id)
        case (.request(let theirs, let command), true): request(command, theirs, from: id, take)
        case (.request, false), (.subscribe, false), (.askNames, false), (.askEvents, false), (.turn, false),
            (.askBody, false), (.hello, true), (.otherVersion, _), (.reply, _), (.event, _), (.lost, _), (.refused, _),
            (.names, _),
            (.events, _), (.body, _):
            server.close(id, note)
        }
    }

    private func request(
        _ command: OperatorCommand, _ theirs: UInt32, from id: LocalServer.ClientID,
        _ take: (OperatorCommand, _ ticket: UInt32) -> Void
    ) {
        guard !isLeaving else { return send(.refused(ticket: theirs, .leaving), to: id) }
        guard requests.count(where: { $0.client == id }) < Self.requestsMax else {
            return send(.refused(ticket: theirs, .tooMany), to: id)
        }
        // By tickets of the daemon, which no tool knows.
        if case .question(.giveUp) = command { return send(.refused(ticket: theirs, .unknownCommand), to: id) }
        var request = Request(ticket: ownTicket(), client: id, theirs: theirs)
        if case .job(.open(let order)) = command { request.stream = order.key }
        if case .question = command { request.isQuestion = true }
        requests.append(request)
        take(command, request.ticket)
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
        case .gone(let id, _):
            orphans += requests.filter { $0.client == id }.compactMap(\.stream)
            unheard += requests.filter { $0.client == id && $0.isQuestion }.map(\.ticket)
            clients.removeAll { $0.id == id }
            requests.removeAll { $0.client == id }
        case .message: preconditionFailure("a message where none is read")
        }
    }
}
