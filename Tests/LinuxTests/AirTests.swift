import CSkeinLinux
import Glibc
import SkeinPeer
import SkeinWire
import Testing

@testable import SkeinLinux

@Suite struct OutgoingQueueTests {
    private func item(_ lane: TrafficClass, _ number: UInt8, to neighbour: UInt64? = nil) -> OutgoingQueue.Item {
        OutgoingQueue.Item(datagram: [number], trafficClass: lane, address: neighbour.map { LinkAddress($0) })
    }

    @Test func `what is most urgent leaves first, and within a class what came first`() {
        var queue = OutgoingQueue()
        var fits: [Bool] = []
        for lane in TrafficClass.allCases.reversed() {
            for number in 0..<2 { fits.append(queue.append(item(lane, lane.rawValue * 10 + UInt8(number)))) }
        }
        #expect(!fits.contains(false))
        var order: [UInt8] = []
        while let first = queue.first {
            order += first.datagram
            queue.removeFirst()
        }
        #expect(order == [0, 1, 10, 11, 20, 21, 30, 31, 40, 41])
        #expect(queue.isEmpty)
    }

    @Test func `a full class drops its own oldest and nobody else's`() {
        var queue = OutgoingQueue()
        let room = OutgoingQueue.itemsMax(.bulk)
        var fits = [queue.append(item(.safety, 200))]
        for number in 0...room { fits.append(queue.append(item(.bulk, UInt8(number)))) }
        #expect(fits == [Bool](repeating: true, count: room + 1) + [false])
        #expect(queue.count == room + 1)
        #expect(queue.first?.datagram == [200])
        queue.removeFirst()
        #expect(queue.first?.datagram == [1])
    }

    @Test func `neighbours of one class take turns, however much waits for one of them`() {
        var queue = OutgoingQueue()
        for number in 0..<10 { _ = queue.append(item(.bulk, UInt8(number), to: 1)) }
        for number in 100..<102 { _ = queue.append(item(.bulk, UInt8(number), to: 2)) }
        var order: [UInt8] = []
        while let first = queue.first {
            order += first.datagram
            queue.removeFirst()
        }
        #expect(order == [0, 100, 1, 101, 2, 3, 4, 5, 6, 7, 8, 9])
    }

    @Test func `a flood to one neighbour costs another nothing`() {
        var queue = OutgoingQueue()
        _ = queue.append(item(.bulk, 200, to: 2))
        for number in 0..<100 { _ = queue.append(item(.bulk, UInt8(number), to: 1)) }
        #expect(queue.count == OutgoingQueue.itemsMax(.bulk) + 1)
        #expect(queue.first?.datagram == [200])
    }

    @Test func `more neighbours than it serves are refused, and then served as places come free`() {
        var queue = OutgoingQueue()
        for neighbour in 0..<OutgoingQueue.neighboursMax {
            let isTaken = queue.append(item(.task, 1, to: UInt64(neighbour)))
            #expect(isTaken)
        }
        let isTaken = queue.append(item(.task, 1, to: 1_000))
        #expect(!isTaken)
        queue.removeFirst()
        let isTakenThen = queue.append(item(.task, 1, to: 1_000))
        #expect(isTakenThen)
    }
}

/// Real sockets on real interfaces; root makes the namespaces.
@Suite(.enabled(if: NetworkNamespace.isPossible, "needs root for network namespaces, and iproute2"))
struct AirTests {
    @Test(arguments: AirFamily.allCases)
    func `a broadcast reaches the neighbour on its band, under the sender's address, and not the sender`(
        family: AirFamily
    ) throws {
        try NetworkNamespace.onThread {
            let bench = try NetworkBench(family)
            let address = try #require(bench.left.address)
            for band in Band.allCases { bench.left.send([band.rawValue, 1, 2], band) }
            try bench.turn { bench.right.heard.count == 2 }
            for heard in bench.right.heard {
                #expect(heard.bytes == [heard.reception.band.rawValue, 1, 2])
                #expect(heard.reception.from == address)
                #expect(heard.reception.signal == .none)
            }
            bench.right.send([9], .control)
            try bench.turn { !bench.left.heard.isEmpty }
            #expect(bench.left.heard.count == 1)
            if family == .ip4 { #expect(address == LinkAddress(0x0A07_0001)) }
        }
    }

    @Test(arguments: AirFamily.allCases)
    func `a unicast goes to the address the neighbour was heard from`(family: AirFamily) throws {
        try NetworkNamespace.onThread {
            let bench = try NetworkBench(family)
            bench.left.send([1], .data)
            try bench.turn { !bench.right.heard.isEmpty }
            let answer = [UInt8](repeating: 7, count: 1_400)
            bench.right.send(answer, .data, to: bench.right.heard[0].reception.from, as: .task)
            try bench.turn { !bench.left.heard.isEmpty }
            #expect(bench.left.heard[0].bytes == answer)
            #expect(bench.left.heard[0].reception.from == bench.right.address)
        }
    }

    @Test func `datagrams that are too long go neither out nor in`() throws {
        try NetworkNamespace.onThread {
            let bench = try NetworkBench(.ip6)
            bench.left.send([UInt8](repeating: 0, count: 1_401), .control)
            #expect(bench.left.ports[0].counters.tooLong == 1)
            bench.left.namespace.enter()
            var other = try UDPSocket(
                "air0", try InterfaceAddress.find("air0", .ip6).get(), .ip6, port: 7_450)
            // A stranger on a port of its own, who obeys nothing.
            var port = sockaddr_in6()
            port.sin6_family = sa_family_t(AF_INET6)
            port.sin6_port = UInt16(7_447).bigEndian
            port.sin6_scope_id = if_nametoindex("air0")
            skein_in6_set(&port.sin6_addr, UDPSocket.group)
            let bytes = [UInt8](repeating: 1, count: 1_452)
            let count = withUnsafePointer(to: port) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    sendto(
                        other.descriptor.number, bytes, bytes.count, 0, $0, socklen_t(MemoryLayout<sockaddr_in6>.size))
                }
            }
            #expect(count == bytes.count)
            _ = other.send(OutgoingQueue.Item(datagram: [1], trafficClass: .control, address: nil))
            bench.left.send([5], .control)
            try bench.turn { !bench.right.heard.isEmpty }
            #expect(bench.right.heard.map(\.bytes) == [[5]])
            #expect(bench.right.ports[0].counters.tooLong == 1)
        }
    }

    @Test(arguments: AirFamily.allCases)
    func `200 up and down cycles leave one socket a port, and everybody reachable`(family: AirFamily) throws {
        try NetworkNamespace.onThread {
            let bench = try NetworkBench(family)
            let robot = bench.right
            func isUp() -> Bool { robot.ports.allSatisfy { $0.state.isUp } }
            for cycle in 1...200 {
                robot.namespace.enter()
                try NetworkNamespace.run("ip", "link", "set", "air1", "down")
                try bench.turn { !isUp() }
                robot.namespace.enter()
                try NetworkNamespace.run("ip", "link", "set", "air1", "up")
                // The kernel tells of carriers at most once a second (linkwatch), so most cycles are cut short by the next.
                if cycle % 50 == 0 { try bench.turn { isUp() } } else { robot.turn(until: .zero) }
            }
            robot.namespace.enter()
            let lines = try #require(
                try Folder.read("/proc/thread-self/net/" + (family == .ip6 ? "udp6" : "udp"), limit: 65_536))
            // A heading, and one line for each socket of this namespace.
            #expect(lines.count { $0 == UInt8(ascii: "\n") } == 1 + robot.ports.count)
            #expect(robot.ports.allSatisfy { $0.counters.openings >= 5 })
            let start = MonotonicClock.now()
            // Not the first one need arrive: the other side's port may have been closed for want of a carrier.
            try bench.turn {
                bench.left.send([1], .control)
                return !robot.heard.isEmpty
            }
            #expect(MonotonicClock.now() - start < .seconds(3))
        }
    }

    @Test func `a missing interface, one that is down, and one without an address are told apart and waited for`()
        throws
    {
        try NetworkNamespace.onThread {
            let home = try Descriptor(open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC), from: "open", "home")
            defer { _ = skein_enter_network(home.number) }
            let robot = try NetworkBench.Robot(interface: "late0")
            robot.open(.ip4, bands: [.control])
            func turn(until state: PortState) throws {
                let limit = MonotonicClock.now() + .seconds(10)
                while robot.ports[0].state != state {
                    try #require(MonotonicClock.now() < limit, "\(robot.ports[0].state)")
                    robot.turn(until: limit)
                }
            }
            #expect(robot.ports[0].state == .missing)
            robot.send([1], .control)
            #expect(robot.ports[0].counters.unsent == 1)
            try NetworkNamespace.run("ip", "link", "add", "late0", "type", "veth", "peer", "name", "late1")
            try turn(until: .down)
            try NetworkNamespace.run("ip", "link", "set", "late0", "up")
            try turn(until: .noCarrier)
            try NetworkNamespace.run("ip", "link", "set", "late1", "up")
            try turn(until: .noAddress)
            try NetworkNamespace.run("ip", "address", "add", "10.1.2.3/24", "dev", "late0")
            try turn(until: .up(LinkAddress(0x0A01_0203)))
            try NetworkNamespace.run("ip", "link", "delete", "late0")
            try turn(until: .missing)
        }
    }

    @Test func `a port opens when its kernel sends from its address, not before: its first word arrives`() throws {
        try NetworkNamespace.onThread {
            let bench = try NetworkBench(.ip6, bands: [.control])
            let port = bench.left.ports[0]
            bench.left.namespace.enter()
            // A second and up to one more of looking whether another has it, as is the kernel's way.
            try NetworkNamespace.run("sh", "-c", "echo 1 >/proc/sys/net/ipv6/conf/air0/accept_dad")
            try NetworkNamespace.run("ip", "link", "set", "air0", "down")
            try bench.turn { !port.state.isUp && !bench.right.ports[0].state.isUp }
            bench.left.namespace.enter()
            try NetworkNamespace.run("ip", "link", "set", "air0", "up")
            try bench.turn { port.state.isUp && bench.right.ports[0].state.isUp }
            bench.left.send([1], .control)
            try bench.turn { !bench.right.heard.isEmpty }
            #expect(bench.right.heard.map(\.reception.from) == [bench.left.address])
            #expect(port.counters.sendErrors == 0)
        }
    }

    @Test func `a port in use is named, and taken when it is free`() throws {
        try NetworkNamespace.onThread {
            let bench = try NetworkBench(.ip6, bands: [.control])
            bench.left.namespace.enter()
            var other: UDPSocket? = try UDPSocket(
                "air0", try InterfaceAddress.find("air0", .ip6).get(), .ip6, port: 7_448)
            bench.left.open(.ip6, bands: [.data])
            let port = bench.left.ports[1]
            #expect(port.state == .failed(SystemError("bind", "air0, UDP port 7448", number: EADDRINUSE)))
            other = nil
            try bench.turn { port.state.isUp }
            withExtendedLifetime(other) {}
        }
    }

    @Test func `on a slow link a stop overtakes bulk, and bulk is what is lost`() throws {
        try NetworkNamespace.onThread {
            let bench = try NetworkBench(.ip6, bands: [.control])
            bench.left.namespace.enter()
            try NetworkNamespace.run(
                "tc", "qdisc", "add", "dev", "air0", "root", "tbf", "rate", "1mbit", "burst", "2kb", "limit", "1mb")
            for number in 0..<100 {
                bench.left.send([0, UInt8(number)] + [UInt8](repeating: 0, count: 1_000), .control, as: .bulk)
            }
            bench.left.send([1], .control, as: .safety)
            #expect(bench.left.ports[0].waiting > 0)
            try bench.turn { bench.right.heard.last.map { $0.bytes.prefix(2) == [0, 99] } ?? false }
            let order = bench.right.heard.map { $0.bytes[0] }
            let stop = try #require(order.firstIndex(of: 1))
            #expect(order.count - 1 - stop >= OutgoingQueue.itemsMax(.bulk))
            let counters = bench.left.ports[0].counters
            #expect(counters.crowdedOut[Int(TrafficClass.bulk.rawValue)] > 0)
            #expect(counters.crowdedOut.reduce(0, +) + counters.sent == 101)
        }
    }
}
