import SkeinCodec
import SkeinLinux
import SkeinPeer
import SkeinWire
import SkeinWorld

/// The laboratory's field as a process: it plays every robot's body, tells the medium where the bodies are, and the supervisor
/// what is true. One thread. Motors, odometry, compass and distances are behind a motor controller on a serial line of each
/// robot's (`PlayedController`), as on a robot; camera, nose and satellites, which no controller has, come over its socket
/// (`BodyFrame`), and so does everything where there are no lines.
///
/// A connection is a robot's once it has said which; a newer one takes an older one's place. What does not hold closes
/// the connection. It ends when the supervisor's end of the control socket closes, however that came.
package final class LabArena {
    private enum Area {
        static let listener: UInt32 = 1
        static let supervisor: UInt32 = 2
        static let body: UInt32 = 3
        static let line: UInt32 = 4
    }

    private struct Link {
        var socket: PacketSocket
        var robot: Int?
    }

    /// Connections beside the robots' own: those that have not said who they are.
    private static let strangersMax = 16

    private let config: WorldConfig
    private let reactor: Reactor
    private let listener: Descriptor
    private let supervisor: PacketSocket
    private let medium: PacketSocket
    private var player: ArenaPlayer
    private var links: [Link?]
    private var linkOf: [Int?]
    /// Of each robot; none without lines.
    private let controllers: [PlayedController]
    /// Readings that a peer had no room for.
    private var dropped = 0
    private var zero: Instant?
    private var buffer = [UInt8](repeating: 0, count: LabFrame.bytesMax)
    private var lineBuffer = [UInt8](repeating: 0, count: 1_024)
    private var isOver = false

    package init(
        _ config: WorldConfig, socketPath: String, linePaths: [String] = [], supervisor: PacketSocket,
        medium: PacketSocket
    ) throws(SystemError) {
        precondition(linePaths.isEmpty || linePaths.count == config.robots, "a line for each robot, or none")
        self.config = config
        self.supervisor = supervisor
        self.medium = medium
        reactor = try Reactor()
        listener = try PacketSocket.listening(at: socketPath)
        player = ArenaPlayer(config)
        links = [Link?](repeating: nil, count: config.robots + Self.strangersMax)
        linkOf = [Int?](repeating: nil, count: config.robots)
        var controllers: [PlayedController] = []
        for (robot, path) in linePaths.enumerated() {
            let controller = try PlayedController(
                path: path, key: PlayedController.key(of: robot, config), now: MonotonicClock.now())
            try reactor.add(
                controller.line.descriptor, .init(area: Area.line, index: UInt32(robot)), for: .reading)
            controllers.append(controller)
        }
        self.controllers = controllers
        try reactor.add(listener, .init(area: Area.listener), for: .reading)
        try reactor.add(supervisor.descriptor, .init(area: Area.supervisor), for: .reading)
    }

    /// Until the supervisor is gone. Throws when it cannot take a robot in: without bodies there is nothing to fly.
    package func run() throws(SystemError) {
        supervisor.send(LabFrame.ready(port: 0).bytes)
        while !isOver {
            var deadline = zero.flatMap { zero in player.nextTime.map { zero + .nanoseconds($0) } } ?? .distantFuture
            for controller in controllers { deadline = min(deadline, controller.nextDeadline) }
            var ready: [Reactor.Token] = []
            reactor.wait(until: deadline) { ready.append($0.token) }
            play()
            passDeadlines()
            for token in ready {
                switch token.area {
                case Area.listener: try acceptAll()
                case Area.supervisor: takeOrders()
                case Area.body: takeFrames(Int(token.index))
                case Area.line: takeBytes(Int(token.index))
                default: preconditionFailure("nobody waits in area \(token.area)")
                }
            }
        }
    }

    private func play() {
        guard let zero else { return }
        player.advance(to: (MonotonicClock.now() - zero).nanoseconds) { happening in
            switch happening {
            case .reading(let robot, let reading):
                guard let place = linkOf[robot], let link = links[place] else { return }
                let told = controllers.isEmpty ? reading : reading.withoutMotors
                if !link.socket.send(BodyFrame.sensors(told).bytes) { dropped += 1 }
                // After what goes with it.
                if !controllers.isEmpty { controllers[robot].report(reading) }
            case .look(let time, let hasMoved): looked.append((time, hasMoved))
            }
        }
        for (time, hasMoved) in looked {
            if hasMoved { medium.send(LabFrame.places(player.places).bytes) }
            supervisor.send(
                LabFrame.bodies(at: time, player.places, headingsRadians: player.headingsRadians).bytes)
        }
        looked.removeAll(keepingCapacity: true)
    }

    /// Looks of one `play`: told after it, since the player cannot be read while it plays.
    private var looked: [(time: Int64, hasMoved: Bool)] = []

    // MARK: Motor controllers

    private func passDeadlines() {
        let now = MonotonicClock.now()
        for (robot, controller) in controllers.enumerated() where now >= controller.nextDeadline {
            if let setpoint = controller.advance(now: now) { player.obey(setpoint, by: robot) }
        }
    }

    private func takeBytes(_ robot: Int) {
        play()
        controllers[robot].receive(&lineBuffer, now: MonotonicClock.now()) { player.obey($0, by: robot) }
    }

    // MARK: Peers

    private func acceptAll() throws(SystemError) {
        while let socket = try PacketSocket.accept(on: listener) {
            // With no place free it is closed at once, by falling out of here.
            guard let place = links.firstIndex(where: { $0 == nil }) else { continue }
            try reactor.add(socket.descriptor, .init(area: Area.body, index: UInt32(place)), for: .reading)
            links[place] = Link(socket: socket, robot: nil)
        }
    }

    private func takeFrames(_ place: Int) {
        while let link = links[place] {
            switch link.socket.receive(&buffer) {
            case .nothing: return
            case .ended: close(place)
            case .message(let bytes):
                guard let frame = try? BodyFrame(bytes) else {
                    close(place)
                    return
                }
                play()
                take(frame, from: place)
            }
        }
    }

    private func take(_ frame: BodyFrame, from place: Int) {
        switch (frame, links[place]?.robot) {
        case (.hello(let id), nil) where Int(id.number) < config.robots:
            let robot = Int(id.number)
            if let old = linkOf[robot] { close(old) }
            links[place]?.robot = robot
            linkOf[robot] = place
            player.attach(robot)
        case (.setpoint(let setpoint), let robot?) where controllers.isEmpty: player.obey(setpoint, by: robot)
        case (.hello, _), (.setpoint, _), (.sensors, _): close(place)
        }
    }

    private func close(_ place: Int) {
        guard let link = links[place] else { return }
        reactor.remove(link.socket.descriptor)
        links[place] = nil
        guard let robot = link.robot else { return }
        linkOf[robot] = nil
        player.detach(robot)
    }

    // MARK: Orders

    private func takeOrders() {
        while true {
            switch supervisor.receive(&buffer) {
            case .nothing: return
            case .ended:
                isOver = true
                return
            case .message(let bytes):
                guard let frame = try? LabFrame(bytes, robots: config.robots) else {
                    isOver = true
                    return
                }
                switch frame {
                case .begin(let instant): zero = instant
                case .figuresWanted(let ticket):
                    supervisor.send(
                        LabFrame.arenaFigures(ticket: ticket, player.lateness.lateness, dropped: dropped).bytes)
                case .off, .leader, .faultBegan, .faultEnded, .places, .bodies, .arenaFigures, .ready,
                    .mediumFigures:
                    break
                }
            }
        }
    }
}
