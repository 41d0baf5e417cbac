import ArgumentParser
import SkeinCodec
import SkeinFiles
import SkeinLinux
import SkeinPeer
import SkeinWire

/// Which daemon a tool talks to.
struct SocketOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The daemon's socket (default: /run/skein/peer.sock; $XDG_RUNTIME_DIR/skein/peer.sock if not root).",
            valueName: "path"))
    var socket: String?

    @Option(
        help: ArgumentHelp(
            "Which robot of a running simulation to ask (skein sim run --serve).", valueName: "name"))
    var robot: String?

    var path: String { socket ?? PeerPlaces.mine().socketPath }

    /// Connects and greets, and turns to the robot that is asked. No daemon is exit code 3, no such robot 4.
    func connect() throws -> Talk {
        let talk = try connectToAll()
        guard talk.daemon.id != .none else {
            Console.say("\(TalkError.whichRobot(path))")
            throw TalkError.whichRobot(path).exitCode
        }
        return talk
    }

    /// As `connect`, for who asks all robots of a simulation: none need be named.
    func connectToAll() throws -> Talk {
        do throws(TalkError) {
            let talk = try Talk(path: path)
            guard let robot else { return talk }
            let names = try talk.names()
            guard let id = names.robot(robot) else { throw TalkError.noRobot(names.complaint(robot)) }
            do throws(TalkError) { try talk.turn(to: id) } catch .refused(.noSuchRobot) {
                throw TalkError.noRobot("\(path): speaks for \(talk.daemon.name) alone, not for \(names.name(id))")
            }
            return talk
        } catch {
            Console.say("\(error)")
            throw error.exitCode
        }
    }
}

/// Why a tool got no answer.
enum TalkError: Error, CustomStringConvertible {
    case local(LocalError)
    case otherVersion(String, theirs: UInt8)
    case noSense(String)
    case noAnswer(String, seconds: Int)
    case refused(LocalFrame.Refusal)
    /// The robot itself will not, by the rules of trust or of the emergency stop.
    case forbidden(robot: String, CommandRefusal)
    /// The robot has left the mesh and does nothing more.
    case left
    /// The socket speaks for a whole simulation.
    case whichRobot(String)
    case noRobot(String)

    var description: String {
        switch self {
        case .local(let error): error.description
        case .otherVersion(let path, let theirs):
            "\(path): the daemon speaks version \(theirs) of the local protocol, this program "
                + "\(LocalFrame.version); use the skein that the daemon runs"
        case .noSense(let path): "\(path): what answers is no skein peer"
        case .noAnswer(let path, let seconds): "\(path): no answer within \(seconds) s"
        case .refused(.onlyQuestions): "a running simulation is looked at, not steered: only questions are answered"
        case .refused(.robotIsOff): "the robot is off, or stands still"
        case .refused(.noSuchRobot): "the socket speaks for another robot"
        case .refused(let reason): "the daemon refused: \(reason)"
        case .forbidden(let robot, let refusal): refusal.complaint(of: robot)
        case .left: "the robot is leaving the mesh and does nothing more"
        case .whichRobot(let path): "\(path): a whole simulation answers here; say which robot, as --robot r7"
        case .noRobot(let complaint): complaint
        }
    }

    var exitCode: ExitCode {
        switch self {
        case .local, .otherVersion, .noSense, .noAnswer: Exit.unreachable
        case .refused(.robotIsOff): Exit.unreachable
        case .refused(.noSuchRobot), .noRobot: Exit.noSuchThing
        case .whichRobot: Exit.usage
        case .refused, .left: Exit.failed
        case .forbidden(_, let refusal): refusal.exitCode
        }
    }
}

/// A conversation with a daemon over its local socket: one question at a time.
final class Talk {
    let path: String
    /// Whoever answers: the daemon's robot, or the one of a simulation that was turned to.
    private(set) var daemon: LocalFrame.Hello
    /// What a simulation calls itself; of a daemon, its robot's name.
    let title: String
    private let client: LocalClient
    private var tickets: UInt32 = 0
    private static let patienceSeconds = 5
    /// Who waits long looks up as often, to see whether somebody wants it to end.
    static let glance: Duration = .milliseconds(200)

    init(path: String) throws(TalkError) {
        self.path = path
        do throws(LocalError) { client = try LocalClient(path: path) } catch { throw .local(error) }
        let hello = LocalFrame.hello(.init(id: .none, epoch: Epoch(0), name: "skein"))
        try Self.send(hello, over: client)
        guard let frame = try Self.receive(client, seconds: Self.patienceSeconds) else {
            throw .noAnswer(path, seconds: Self.patienceSeconds)
        }
        switch frame {
        case .hello(let daemon):
            self.daemon = daemon
            title = daemon.name
        case .otherVersion(let theirs): throw .otherVersion(path, theirs: theirs)
        default: throw .noSense(path)
        }
    }

    /// Asks, and waits for the answer.
    func ask(_ command: OperatorCommand, seconds: Int = Talk.patienceSeconds) throws(TalkError) -> Reply {
        let ticket = try send(command)
        guard let reply = try awaitReply(ticket, seconds: seconds) else { throw .noAnswer(path, seconds: seconds) }
        return reply
    }

    /// Sends a command; the ticket that its answers carry.
    func send(_ command: OperatorCommand) throws(TalkError) -> UInt32 {
        tickets += 1
        try Self.send(.request(ticket: tickets, command), over: client)
        return tickets
    }

    /// The next answer to a ticket; nil when none has come in time. Answers to others are passed over.
    func awaitReply(_ ticket: UInt32, seconds: Int) throws(TalkError) -> Reply? {
        try awaitReply(ticket, until: MonotonicClock.now() + .seconds(seconds))
    }

    func awaitReply(_ ticket: UInt32, until deadline: Instant) throws(TalkError) -> Reply? {
        while let (theirs, reply) = try nextReply(until: deadline) { if theirs == ticket { return reply } }
        return nil
    }

    /// The next answer to any ticket, for who waits for several; nil when none has come in time.
    func nextReply(until deadline: Instant) throws(TalkError) -> (ticket: UInt32, reply: Reply)? {
        while let frame = try Self.receive(client, until: deadline) {
            switch frame {
            case .reply(_, .left): throw .left
            case .reply(_, .refused(let refusal)): throw .forbidden(robot: daemon.name, refusal)
            case .reply(let ticket, let reply): return (ticket, reply)
            case .refused(_, let reason): throw .refused(reason)
            case .otherVersion(let theirs): throw .otherVersion(path, theirs: theirs)
            case .hello, .request, .subscribe, .event, .lost, .askNames, .names, .askEvents, .events, .turn, .askBody,
                .body:
                continue
            }
        }
        return nil
    }

    /// Readable when an answer has come.
    var descriptor: Int32 { client.descriptor.number }

    /// Asks another robot from now on.
    func turn(to robot: NodeID) throws(TalkError) {
        guard robot != daemon.id else { return }
        try Self.send(.turn(robot), over: client)
        let deadline = MonotonicClock.now() + .seconds(Self.patienceSeconds)
        while let frame = try Self.receive(client, until: deadline) {
            switch frame {
            case .hello(let hello):
                daemon = hello
                return
            case .refused(0, let reason): throw .refused(reason)
            default: continue
            }
        }
        throw .noAnswer(path, seconds: Self.patienceSeconds)
    }

    /// What the fleet calls its robots; who is out of it last.
    func names() throws(TalkError) -> FleetNames {
        try Self.send(.askNames, over: client)
        let deadline = MonotonicClock.now() + .seconds(Self.patienceSeconds)
        while let frame = try Self.receive(client, until: deadline) {
            if case .names(let names) = frame { return FleetNames(names) }
        }
        throw .noAnswer(path, seconds: Self.patienceSeconds)
    }

    /// The robot's whole account of itself.
    func report() throws(TalkError) -> PeerReport {
        guard case .report(let report) = try ask(.report) else { throw .noSense(path) }
        return report
    }

    /// What the daemon says of the machine it runs on.
    func body() throws(TalkError) -> BodyAccount {
        try Self.send(.askBody, over: client)
        let deadline = MonotonicClock.now() + .seconds(Self.patienceSeconds)
        while let frame = try Self.receive(client, until: deadline) {
            if case .body(let account) = frame { return account }
        }
        throw .noAnswer(path, seconds: Self.patienceSeconds)
    }

    /// All events with higher numbers that are left, ascending, and the number of the latest there is.
    func events(after number: UInt64) throws(TalkError) -> (notes: [EventNote], latest: UInt64) {
        var notes: [EventNote] = []
        while true {
            let last = notes.last?.number ?? number
            try Self.send(.askEvents(after: last), over: client)
            let (page, latest) = try awaitEvents()
            notes += page
            // A shelf holds `capacity`; a robot that is quicker than this tool is followed no further.
            guard !page.isEmpty, page[page.count - 1].number < latest, notes.count < 2 * EventShelf.capacity else {
                return (notes, latest)
            }
        }
    }

    private func awaitEvents() throws(TalkError) -> ([EventNote], UInt64) {
        let deadline = MonotonicClock.now() + .seconds(Self.patienceSeconds)
        while let frame = try Self.receive(client, until: deadline) {
            if case .events(let notes, let latest) = frame { return (notes, latest) }
        }
        throw .noAnswer(path, seconds: Self.patienceSeconds)
    }

    /// From now on events are sent here.
    func subscribe() throws(TalkError) { try Self.send(.subscribe, over: client) }

    /// Waits until an event has come; false: none in time. Those that come together wake once.
    func awaitEvent(until deadline: Instant) throws(TalkError) -> Bool {
        while let frame = try Self.receive(client, until: deadline) {
            switch frame {
            case .event, .lost: return true
            case .hello, .otherVersion, .request, .subscribe, .reply, .refused, .askNames, .names, .askEvents, .events,
                .turn, .askBody, .body:
                continue
            }
        }
        return false
    }

    private static func send(_ frame: LocalFrame, over client: LocalClient) throws(TalkError) {
        do throws(LocalError) {
            try client.send(frame.bytes, until: MonotonicClock.now() + .seconds(patienceSeconds))
        } catch { throw .local(error) }
    }

    private static func receive(_ client: LocalClient, seconds: Int) throws(TalkError) -> LocalFrame? {
        try receive(client, until: MonotonicClock.now() + .seconds(seconds))
    }

    private static func receive(_ client: LocalClient, until deadline: Instant) throws(TalkError) -> LocalFrame? {
        let message: [UInt8]?
        do throws(LocalError) { message = try client.receive(until: deadline) } catch { throw .local(error) }
        guard let message else { return nil }
        do throws(WireError) {
            return try LocalFrame(message)
        } catch {
            if let theirs = message.first, theirs != LocalFrame.version {
                throw .otherVersion(client.path, theirs: theirs)
            }
            throw .noSense(client.path)
        }
    }
}
