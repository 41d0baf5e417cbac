import Glibc
import SkeinCodec
import SkeinLinux
import SkeinPeer
import SkeinWire
import SkeinWorld
import Testing

@testable import SkeinLab

/// The medium and the arena on real sockets, each on a thread of its own, with the tests as peers and supervisor.
@Suite struct PlayedLinkTests {
    /// Runs `body` beside a process's loop, which ends when the supervisor's socket closes.
    private static func beside(
        _ loop: @escaping @Sendable () -> Void, _ body: () throws -> Void
    ) throws {
        let thread = try Thread(name: "lab", loop)
        defer { thread.join() }
        try body()
    }

    private static func next(_ socket: PacketSocket, robots: Int) throws -> LabFrame? {
        var buffer = [UInt8](repeating: 0, count: LabFrame.bytesMax)
        var watched = pollfd(fd: socket.descriptor.number, events: Int16(POLLIN), revents: 0)
        guard poll(&watched, 1, 20_000) == 1, case .message(let bytes) = socket.receive(&buffer) else { return nil }
        return try LabFrame(bytes, robots: robots)
    }

    /// A peer's end of the air: connected, so that only the medium is heard.
    private struct Radio {
        let descriptor: Descriptor

        init(port: UInt16) throws {
            let kind = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
            descriptor = try Descriptor(socket(AF_INET, kind, 0), from: "socket", "radio")
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            let number = descriptor.number
            _ = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }

        func send(_ bytes: [UInt8]) { _ = Glibc.send(descriptor.number, bytes, bytes.count, 0) }

        func send(_ byte: UInt8, from robot: Int) {
            send(
                AirFrame.transmit(
                    .init(
                        robot: NodeID(UInt16(robot)), band: .control, trafficClass: .control, next: .none,
                        shareKHz: 20_000, datagram: [UInt8](repeating: byte, count: 100))
                ).bytes)
        }

        func register(_ robot: Int) {
            send(AirFrame.transmit(.registration(of: NodeID(UInt16(robot)), band: .control)).bytes)
        }

        /// The next frame; nil: none within the bound.
        func hear(milliseconds: Int32 = 20_000) -> AirFrame.Heard? {
            var watched = pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
            guard poll(&watched, 1, milliseconds) == 1 else { return nil }
            var buffer = [UInt8](repeating: 0, count: AirFrame.bytesMax)
            let count = recv(descriptor.number, &buffer, buffer.count, 0)
            guard count > 0, case .receive(let heard)? = try? AirFrame(buffer[..<count]) else { return nil }
            return heard
        }
    }

    /// Handed to its thread whole, and touched by nobody else.
    private struct Handed<Value>: @unchecked Sendable { let value: Value }

    @Test func `the medium carries frames between registered ports, and drops and counts all others`() throws {
        let config = try Scenarios.world()
        let (supervisor, theirs) = try PacketSocket.pair()
        let (_, arenaTheirs) = try PacketSocket.pair()
        let medium = Handed(value: try LabMedium(config, supervisor: theirs, arena: arenaTheirs))
        try Self.beside({ medium.value.run() }) {
            defer { _ = shutdown(supervisor.descriptor.number, Int32(SHUT_RDWR)) }
            guard case .ready(let port)? = try Self.next(supervisor, robots: 5) else {
                Issue.record("the medium is not ready")
                return
            }
            supervisor.send(LabFrame.begin(MonotonicClock.now()).bytes)
            let radios = try (0..<3).map { _ in try Radio(port: port) }
            for robot in 0..<3 { radios[robot].register(robot) }
            radios[0].send([1, 2, 3])
            // Not its own number's port.
            radios[0].send(9, from: 1)
            // Nobody has registered this one.
            radios[2].send(9, from: 4)
            radios[0].send(7, from: 0)
            for robot in 1..<3 {
                let heard = try #require(radios[robot].hear())
                #expect(heard.robot == NodeID(0) && heard.datagram[0] == 7 && heard.band == .control)
                #expect(heard.powerDBm > heard.noiseDBm)
            }
            // A power cut, and a restart on another port.
            supervisor.send(LabFrame.off(robot: 1).bytes)
            supervisor.send(LabFrame.figuresWanted(ticket: 1).bytes)
            _ = try Self.next(supervisor, robots: 5)
            let again = try Radio(port: port)
            again.register(1)
            radios[0].send(8, from: 0)
            #expect(again.hear()?.datagram[0] == 8)
            #expect(radios[1].hear(milliseconds: 0) == nil)
            supervisor.send(LabFrame.figuresWanted(ticket: 2).bytes)
            guard case .mediumFigures(2, let tally, _, _, let drops)? = try Self.next(supervisor, robots: 5) else {
                Issue.record("no figures")
                return
            }
            #expect(tally.framesSent[0] == 2)
            #expect(drops.malformed == 1 && drops.strangers == 2)
        }
    }

    @Test func `a listener that cannot give a connection is an error, not a loop that spins`() throws {
        try LabProgram.inFolder { folder in
            let listener = try PacketSocket.listening(at: "\(folder)/body.sock")
            #expect(try PacketSocket.accept(on: listener) == nil)
            // One that does not listen fails as one does without descriptors.
            let (deaf, other) = try PacketSocket.pair()
            #expect(throws: SystemError.self) { try PacketSocket.accept(on: deaf.descriptor) }
            withExtendedLifetime(other) {}
        }
    }

    @Test func `the arena gives a peer its readings, moves its body, and tells the supervisor`() throws {
        try LabProgram.inFolder { folder in
            let config = try Scenarios.world()
            let (supervisor, theirs) = try PacketSocket.pair()
            let (medium, mediumTheirs) = try PacketSocket.pair()
            let path = "\(folder)/body.sock"
            let arena = Handed(
                value: try LabArena(config, socketPath: path, supervisor: theirs, medium: mediumTheirs))
            try Self.beside({ try? arena.value.run() }) {
                defer { _ = shutdown(supervisor.descriptor.number, Int32(SHUT_RDWR)) }
                #expect(try Self.next(supervisor, robots: 5) == .ready(port: 0))
                supervisor.send(LabFrame.begin(MonotonicClock.now()).bytes)
                let peer = try LocalClient(path: path)
                try peer.send(BodyFrame.hello(robot: NodeID(2)).bytes, until: .distantFuture)
                let deadline = MonotonicClock.now() + .seconds(20)
                for _ in 0..<3 {
                    let bytes = try #require(try peer.receive(until: deadline))
                    guard case .sensors = try BodyFrame(bytes) else {
                        Issue.record("no reading")
                        return
                    }
                    try peer.send(
                        BodyFrame.setpoint(Setpoint(speedMetersPerSecond: 1, turnRadiansPerSecond: 0)).bytes,
                        until: deadline)
                }
                let start = Layout(config).places[2]
                var way = 0.0
                while way < 0.05, case .bodies(_, let places, _)? = try Self.next(supervisor, robots: 5) {
                    way = places[2].distance(to: start)
                }
                #expect(way >= 0.05)
                guard case .places? = try Self.next(medium, robots: 5) else {
                    Issue.record("the medium was not told")
                    return
                }
                // Who talks nonsense is hung up on.
                try peer.send([99, 99], until: deadline)
                #expect(throws: LocalError.closed(path)) {
                    while try peer.receive(until: deadline) != nil {}
                }
            }
        }
    }
}
