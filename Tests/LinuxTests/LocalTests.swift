import CSkeinLinux
import Glibc
import SkeinWire
import Testing

@testable import SkeinLinux

@Suite struct LocalTests {
    /// A server, its loop and what happened at it.
    private final class Bench {
        let folder: TemporaryFolder
        let reactor: Reactor
        let server: LocalServer
        var happenings: [LocalServer.Happening] = []

        init() throws {
            folder = try TemporaryFolder()
            reactor = try Reactor()
            server = try LocalServer(path: folder.path + "/run/peer.sock", reactor: reactor, area: 1) { lost in
                Array("lost \(lost)".utf8)
            }
        }

        /// Turns the loop until the condition holds; fails after ten seconds.
        func turn(until condition: () -> Bool) throws {
            let limit = MonotonicClock.now() + .seconds(10)
            while !condition() {
                try #require(MonotonicClock.now() < limit)
                reactor.wait(until: limit) { server.ready($0) { happenings.append($0) } }
            }
        }

        func connect() throws -> (LocalClient, LocalServer.ClientID) {
            let count = server.clientIDs.count
            let client = try LocalClient(path: server.path)
            try turn { server.clientIDs.count > count }
            return (client, try #require(server.clientIDs.last))
        }

        func send(_ text: String, to id: LocalServer.ClientID, isEvent: Bool) {
            server.send(Array(text.utf8), to: id, isEvent: isEvent) { happenings.append($0) }
        }
    }

    private static func soon() -> Instant { MonotonicClock.now() + .seconds(10) }

    @Test func `messages arrive whole and in order, both ways`() throws {
        let bench = try Bench()
        let (client, id) = try bench.connect()
        guard case .connected(_, let credentials)? = bench.happenings.first else { throw Failure.unexpected }
        #expect(credentials.process == getpid())
        #expect(credentials.user == getuid())
        bench.happenings = []
        try client.send([1, 2, 3], until: Self.soon())
        try client.send([4], until: Self.soon())
        try bench.turn { bench.happenings.count == 2 }
        #expect(bench.happenings == [.message(id, [1, 2, 3]), .message(id, [4])])
        bench.send("reply", to: id, isEvent: false)
        #expect(try client.receive(until: Self.soon()) == Array("reply".utf8))
        #expect(try client.receive(until: .zero) == nil)
    }

    @Test func `the socket is for owner and group, in a folder made for it`() throws {
        let bench = try Bench()
        var status = stat()
        #expect(lstat(bench.server.path, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o660)
    }

    @Test func `a slow reader loses its oldest events and is told how many, and no reply`() throws {
        let bench = try Bench()
        let (client, id) = try bench.connect()
        let events = 3_000
        for number in 0..<events { bench.send("event \(number)", to: id, isEvent: true) }
        bench.send("reply", to: id, isEvent: false)
        var received: [String] = []
        let limit = Self.soon()
        while received.last != "reply" {
            try #require(MonotonicClock.now() < limit)
            if let bytes = try client.receive(until: .zero) {
                received.append(String(decoding: bytes, as: UTF8.self))
            } else {
                bench.reactor.wait(until: limit) { bench.server.ready($0) { bench.happenings.append($0) } }
            }
        }
        let lost = received.compactMap { $0.hasPrefix("lost ") ? Int($0.dropFirst(5)) : nil }.reduce(0, +)
        let seen = received.compactMap { $0.hasPrefix("event ") ? Int($0.dropFirst(6)) : nil }
        #expect(lost > 0)
        #expect(lost + seen.count == events)
        #expect(seen == seen.sorted())
        #expect(seen.last == events - 1)
        #expect(bench.server.lostEvents == UInt64(lost))
    }

    @Test func `a client that does not even take replies is closed, and another is served on`() throws {
        let bench = try Bench()
        let (idle, slow) = try bench.connect()
        let (client, id) = try bench.connect()
        bench.happenings = []
        let reply = String(repeating: "r", count: 4_096)
        for _ in 0..<2_000 where bench.server.clientIDs.contains(slow) { bench.send(reply, to: slow, isEvent: false) }
        #expect(bench.happenings == [.gone(slow, .tooSlow)])
        bench.send("still here", to: id, isEvent: false)
        #expect(try client.receive(until: Self.soon()) == Array("still here".utf8))
        withExtendedLifetime(idle) {}
    }

    @Test func `a client whose process ends is gone`() throws {
        let bench = try Bench()
        let (_, id) = try bench.connect()
        try bench.turn { bench.server.clientIDs.isEmpty }
        #expect(bench.happenings.last == .gone(id, .closed))
    }

    @Test func `a message longer than the limit ends the connection`() throws {
        let bench = try Bench()
        let (client, id) = try bench.connect()
        var bytes = [UInt8](repeating: 0, count: LocalSocket.messageBytesMax + 1)
        var size = Int32(bytes.count * 4)
        setsockopt(client.descriptor.number, SOL_SOCKET, SO_SNDBUF, &size, 4)
        #expect(write(client.descriptor.number, &bytes, bytes.count) == bytes.count)
        try bench.turn { bench.server.clientIDs.isEmpty }
        #expect(bench.happenings.last == .gone(id, .tooLong(bytes: bytes.count)))
    }

    @Test func `one client too many is turned away`() throws {
        let bench = try Bench()
        var clients: [LocalClient] = []
        for _ in 0..<LocalServer.clientsMax {
            clients.append(try bench.connect().0)
            try clients[clients.count - 1].send([1], until: Self.soon())
        }
        try bench.turn { bench.happenings.count == 2 * LocalServer.clientsMax }
        let extra = try LocalClient(path: bench.server.path)
        try bench.turn { bench.server.refused == 1 }
        #expect(throws: LocalError.closed(bench.server.path)) { try extra.receive(until: Self.soon()) }
        #expect(bench.server.clientIDs.count == LocalServer.clientsMax)
    }

    @Test func `whoever holds a place without a word makes way for the next`() throws {
        let bench = try Bench()
        let (speaker, _) = try bench.connect()
        try speaker.send([1], until: Self.soon())
        try bench.turn { bench.happenings.count == 2 }
        let (silent, id) = try bench.connect()
        var others: [LocalClient] = []
        for _ in 2..<LocalServer.clientsMax { others.append(try bench.connect().0) }
        let next = try LocalClient(path: bench.server.path)
        try next.send([2], until: Self.soon())
        try bench.turn { if case .message(_, [2])? = bench.happenings.last { true } else { false } }
        #expect(bench.happenings.contains(.gone(id, .silent)))
        #expect(throws: LocalError.closed(bench.server.path)) { try silent.receive(until: Self.soon()) }
        #expect(bench.server.clientIDs.count == LocalServer.clientsMax)
        #expect(bench.server.refused == 0)
    }

    @Test func `a connection that the system cannot give is waited for, without spinning`() throws {
        let bench = try Bench()
        // In the listener's place something that stays readable, and from which every accept fails: as without descriptors.
        var ends: [Int32] = [-1, -1]
        #expect(socketpair(AF_UNIX, Int32(SOCK_SEQPACKET.rawValue), 0, &ends) == 0)
        let stuck = try Descriptor(ends[0], from: "socketpair", "test")
        let other = try Descriptor(ends[1], from: "socketpair", "test")
        #expect(dup2(stuck.number, bench.server.listener.number) >= 0)
        #expect(write(other.number, "x", 1) == 1)
        bench.server.ready(
            Reactor.Ready(token: Reactor.Token(area: 1), isReadable: true, isWritable: false)
        ) { bench.happenings.append($0) }
        for _ in 0..<2 {
            let next = bench.server.nextDeadline
            try #require(next > MonotonicClock.now() && next < Self.soon())
            bench.server.deadlinePassed(now: next)
            #expect(bench.server.nextDeadline == .distantFuture)
            bench.reactor.wait(until: Self.soon()) { bench.server.ready($0) { bench.happenings.append($0) } }
            bench.reactor.wait(until: .zero) { _ in Issue.record("told again at once") }
        }
    }

    @Test func `the socket of a dead daemon is replaced, a living one's is not`() throws {
        let bench = try Bench()
        let path = bench.folder.path + "/dead.sock"
        do {
            let dead = try Descriptor(LocalSocket.open(nonBlocking: true), from: "socket", path)
            let address = try #require(UnixAddress(path: path))
            #expect(address.withSockaddr { bind(dead.number, $0, $1) } == 0)
        }
        #expect(throws: LocalError.unreachable(path, reason: "Connection refused")) { try LocalClient(path: path) }
        let heir = try LocalServer(path: path, reactor: bench.reactor, area: 2) { _ in [0] }
        #expect(throws: LocalError.inUse(path)) {
            try LocalServer(path: path, reactor: bench.reactor, area: 3) { _ in [0] }
        }
        withExtendedLifetime(heir) {}
    }

    @Test func `a file that is no socket is left alone`() throws {
        let bench = try Bench()
        let path = bench.folder.path + "/precious"
        try Folder.replace(path, with: [1])
        #expect(throws: LocalError.notASocket(path)) {
            try LocalServer(path: path, reactor: bench.reactor, area: 2) { _ in [0] }
        }
        #expect(try Folder.read(path, limit: 10) == [1])
    }

    @Test func `a daemon that ends takes its socket away`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/peer.sock"
        do { _ = try LocalServer(path: path, reactor: try Reactor(), area: 1) { _ in [0] } }
        #expect(throws: LocalError.unreachable(path, reason: "No such file or directory")) {
            try LocalClient(path: path)
        }
    }

    @Test func `a path that is too long is refused with its length`() throws {
        let path = "/tmp/" + String(repeating: "x", count: 120)
        #expect(throws: LocalError.badPath(path)) { try LocalClient(path: path) }
    }

    enum Failure: Error { case unexpected }
}
