import CSkeinLinux
import Glibc
import SkeinCodec
import SkeinPeer
import SkeinTasks
import SkeinWire
import Testing

@testable import SkeinLinux

@Suite struct DaemonTests {
    private final class Bench {
        let folder: TemporaryFolder
        let air: PerfectAir
        var daemons: [PeerDaemon] = []
        var events: [[Event]] = []

        init(robots: Int, body: String? = nil) throws {
            folder = try TemporaryFolder()
            air = try PerfectAir()
            for number in 0..<robots {
                events.append([])
                daemons.append(try start(number, body: body.map { folder.path + "/" + $0 }))
            }
        }

        func start(_ number: Int, body: String? = nil) throws -> PeerDaemon {
            var hooks = DaemonHooks()
            hooks.event = { [weak self] event, _, _ in self?.events[number].append(event) }
            return try Fleet.daemon(
                number, folder: folder.path, radio: .medium(port: air.port), body: body, hooks: hooks)
        }

        /// Turns every daemon until the condition holds; fails after twenty seconds.
        func turn(until condition: () throws -> Bool) throws {
            let limit = MonotonicClock.now() + .seconds(20)
            while try !condition() {
                try #require(MonotonicClock.now() < limit)
                for daemon in daemons { daemon.step(until: MonotonicClock.now() + .milliseconds(1)) }
                air.carry()
            }
        }

        /// The next frame for a tool that is none of `skipping`.
        func next(_ tool: LocalClient, isWanted: (LocalFrame) -> Bool = { _ in true }) throws -> LocalFrame {
            var found: LocalFrame?
            try turn {
                while found == nil, let bytes = try tool.receive(until: .zero) {
                    let frame = try LocalFrame(bytes)
                    if isWanted(frame) { found = frame }
                }
                return found != nil
            }
            return try #require(found)
        }

        func ask(_ tool: LocalClient, _ command: OperatorCommand, ticket: UInt32) throws -> Reply {
            try tool.send(LocalFrame.request(ticket: ticket, command).bytes, until: .zero)
            let frame = try next(tool) { if case .reply = $0 { true } else { false } }
            guard case .reply(let number, let reply) = frame else { throw Failure.unexpected("\(frame)") }
            #expect(number == ticket)
            return reply
        }

        func status(_ tool: LocalClient) throws -> PeerStatus {
            guard case .status(let status) = try ask(tool, .status, ticket: 1) else {
                throw Failure.unexpected("status")
            }
            return status
        }
    }

    enum Failure: Error { case unexpected(String) }

    @Test func `robots find each other, reach each other, and say so to their tools`() throws {
        let bench = try Bench(robots: 3)
        let tool = try Fleet.tool(bench.daemons[0])
        guard case .hello(let hello) = try bench.next(tool) else { throw Failure.unexpected("no hello") }
        #expect(hello == LocalFrame.Hello(id: NodeID(0), epoch: bench.daemons[0].state.epoch, name: "robot 0"))
        try tool.send(LocalFrame.askNames.bytes, until: .zero)
        guard case .names(let names) = try bench.next(tool) else { throw Failure.unexpected("no names") }
        #expect(names.map(\.name) == (0..<8).map { "r\($0)" })
        var status = try bench.status(tool)
        while status.neighbours < 2 { status = try bench.status(tool) }
        #expect(status.id == NodeID(0))
        let other = try Fleet.tool(bench.daemons[2])
        for (asked, neighbour) in [(tool, NodeID(2)), (other, NodeID(0))] {
            var isLinked = false
            while !isLinked {
                let reply = try bench.ask(asked, .links, ticket: 7)
                guard case .links(let links) = reply else { throw Failure.unexpected("\(reply)") }
                #expect(links.allSatisfy { $0.basis == .measured && $0.powerDBm == -50 })
                isLinked = links.contains { $0.neighbour == neighbour && $0.isLink }
            }
        }
        guard case .echoed(let robot, let hops, let roundTrip) = try bench.ask(tool, .echo(NodeID(2)), ticket: 77)
        else {
            throw Failure.unexpected("no echo")
        }
        #expect(robot == NodeID(2))
        #expect(hops >= 1)
        #expect(roundTrip > .zero && roundTrip < .seconds(5))
    }

    @Test func `a robot that leaves is gone at once for the others`() throws {
        let bench = try Bench(robots: 2)
        let tool = try Fleet.tool(bench.daemons[1])
        while try bench.status(tool).neighbours < 1 {}
        bench.daemons[0].leave(now: MonotonicClock.now())
        try bench.turn { bench.events[1].contains(.robotLeft(NodeID(0))) }
        #expect(bench.events[0].contains(.left))
    }

    @Test func `a signal makes it leave and ends the loop`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path
        let before = try StateFolder(path: path + "/state0").epoch.number
        let thread = try Thread(name: "daemon") {
            do {
                let daemon = try Fleet.daemon(0, folder: path, radio: .medium(port: 9))
                pthread_kill(pthread_self(), SIGHUP)
                pthread_kill(pthread_self(), SIGTERM)
                daemon.run()
                #expect(daemon.inputs > 0)
            } catch { Issue.record(error) }
        }
        thread.join()
        #expect(try StateFolder(path: path + "/state0").epoch.number == before + 2, "it has let the folder go")
    }

    @Test func `noise on the air and at the local socket costs nobody anything`() throws {
        let bench = try Bench(robots: 2)
        let tool = try Fleet.tool(bench.daemons[0])
        while try bench.status(tool).neighbours < 1 {}
        var seed: UInt64 = 1
        func random() -> UInt8 {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: seed >> 33)
        }
        for round in 0..<200 {
            bench.air.disturb((0..<Int(random())).map { _ in random() })
            let noise = AirFrame.receive(
                AirFrame.Heard(
                    robot: NodeID(9), band: .control, powerDBm: -50, noiseDBm: -95,
                    datagram: (0..<(round * 7 % 1_400)).map { _ in random() }))
            bench.air.disturb(noise.bytes)
            let vandal = try LocalClient(path: try #require(bench.daemons[0].config.localSocket))
            try vandal.send((0..<(1 + Int(random()))).map { _ in random() }, until: .zero)
            for daemon in bench.daemons { daemon.step(until: .zero) }
        }
        #expect(try bench.status(tool).neighbours == 1)
    }

    @Test func `a tool of another version is told which one is spoken here`() throws {
        let bench = try Bench(robots: 1)
        let tool = try LocalClient(path: try #require(bench.daemons[0].config.localSocket))
        var hello = LocalFrame.hello(LocalFrame.Hello(id: .none, epoch: Epoch(0), name: "old")).bytes
        hello[0] = 77
        try tool.send(hello, until: .zero)
        guard case .otherVersion(let version) = try bench.next(tool) else { throw Failure.unexpected("no version") }
        #expect(version == LocalFrame.version)
        #expect(throws: LocalError.closed(tool.path)) {
            try bench.turn { try tool.receive(until: .zero) != nil }
        }
    }

    @Test func `a durable order outlives its daemon`() throws {
        let bench = try Bench(robots: 1)
        let order = Samples.order(durable: true)
        let boot = bench.daemons[0].state.epoch.number
        do {
            let tool = try Fleet.tool(bench.daemons[0])
            let reply = try bench.ask(tool, .submit(order), ticket: 5)
            guard case .taskAccepted(order.key) = reply else { throw Failure.unexpected("\(reply)") }
        }
        bench.daemons.removeAll()
        let daemon = try bench.start(0)
        #expect(daemon.state.epoch.number == boot + 1)
        #expect(!daemon.state.restored.isEmpty)
        bench.daemons.append(daemon)
        let tool = try Fleet.tool(daemon)
        guard case .tasks(let keys) = try bench.ask(tool, .tasks, ticket: 6) else { throw Failure.unexpected("tasks") }
        #expect(keys == [order.key])
    }

    @Test func `setpoints reach the arena, readings the peer, and a new arena is found`() throws {
        let bench = try Bench(robots: 1, body: "arena.sock")
        let path = bench.folder.path + "/arena.sock"
        for _ in 0..<2 {
            let reactor = try Reactor()
            let arena = try LocalServer(path: path, reactor: reactor, area: 1) { _ in [0] }
            var frames: [BodyFrame] = []
            var robots: [LocalServer.ClientID] = []
            try bench.turn {
                reactor.wait(until: .zero) { ready in
                    arena.ready(ready) { happening in
                        switch happening {
                        case .connected(let id, _): robots.append(id)
                        case .message(_, let bytes): (try? BodyFrame(bytes)).map { frames.append($0) }
                        case .gone: Issue.record("gone")
                        }
                    }
                }
                let reading = SensorReading(
                    interval: .milliseconds(1), speedMetersPerSecond: 0, turnRadiansPerSecond: 0, compassRadians: nil,
                    satelliteMeters: nil, smellPerMeter: nil, detections: nil, target: nil)
                for id in robots { arena.send(BodyFrame.sensors(reading).bytes, to: id, isEvent: true) { _ in } }
                return frames.count > 1
            }
            #expect(frames.first == .hello(robot: NodeID(0)))
            #expect(frames.dropFirst().contains { if case .setpoint = $0 { true } else { false } })
            #expect(bench.daemons[0].body.arena?.isConnected == true)
        }
    }
}

/// An order that a kernel can compute.
private enum Samples {
    static func order(durable: Bool) -> TaskOrder {
        let box = PsoBox(
            low: FieldPoint(xMeters: 0, yMeters: 0), high: FieldPoint(xMeters: 100, yMeters: 100))
        let samples = (0..<3).map { PsoSample(xMeters: Float(10 * $0), yMeters: 4, concentration: 0.1) }
        let islands = PsoSearch(seed: 5, box: box, samples: samples).islands()
        return TaskOrder(
            key: TaskKey(42), kernel: .pso, inputs: islands.map { $0.encoded() }, span: .seconds(2), isDurable: durable)
    }
}
