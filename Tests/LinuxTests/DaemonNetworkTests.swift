import CSkeinLinux
import Glibc
import SkeinCodec
import SkeinPeer
import SkeinWire
import Testing

@testable import SkeinLinux

/// Whole daemons on real interfaces, each in a network namespace of its own; root makes those.
@Suite(.enabled(if: NetworkNamespace.isPossible, "needs root for network namespaces, and iproute2"))
struct DaemonNetworkTests {
    private final class Bench {
        private struct Robot {
            let namespace: NetworkNamespace
            let daemon: PeerDaemon
            let tool: LocalClient
        }

        private let folder: TemporaryFolder
        private let home: Descriptor
        private var robots: [Robot] = []

        /// Two robots with one interface each, that serves both bands.
        init(_ family: AirFamily) throws {
            folder = try TemporaryFolder()
            home = try Descriptor(open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC), from: "open", "home")
            let first = try NetworkNamespace()
            let second = try NetworkNamespace()
            try NetworkNamespace.run(
                "ip", "link", "add", "air1", "type", "veth", "peer", "name", "air0", "netns", first.path)
            for (number, namespace) in [first, second].enumerated() {
                namespace.enter()
                if family == .ip4 {
                    try NetworkNamespace.run(
                        "ip", "address", "add", "10.7.0.\(number + 1)/24", "dev", "air\(number)")
                }
                let ports = Band.allCases.map {
                    UDPPort.Config(band: $0, interface: "air\(number)", family: family, controlPort: 7_447)
                }
                // The interfaces are still down: a daemon starts all the same.
                let daemon = try Fleet.daemon(
                    number, folder: folder.path, radio: .interfaces(control: ports[0], data: ports[1]))
                robots.append(Robot(namespace: namespace, daemon: daemon, tool: try Fleet.tool(daemon)))
            }
        }

        deinit {
            robots.removeAll()
            _ = skein_enter_network(home.number)
        }

        func link(_ number: Int, _ state: String) throws {
            robots[number].namespace.enter()
            try NetworkNamespace.run("ip", "link", "set", "air\(number)", state)
        }

        private func step() {
            for robot in robots {
                robot.namespace.enter()
                robot.daemon.step(until: MonotonicClock.now() + .milliseconds(1))
            }
        }

        func links(of number: Int) throws -> [LinkStatus] {
            let tool = robots[number].tool
            try tool.send(LocalFrame.request(ticket: 1, .links).bytes, until: .zero)
            let limit = MonotonicClock.now() + .seconds(10)
            while true {
                try #require(MonotonicClock.now() < limit)
                step()
                while let bytes = try tool.receive(until: .zero) {
                    if case .reply(_, .links(let links)) = try LocalFrame(bytes) { return links }
                }
            }
        }

        /// Turns until each has a link to the other on both bands, or has none; the time it took.
        @discardableResult
        func turn(untilLinked isLinked: Bool) throws -> Duration {
            let start = MonotonicClock.now()
            while true {
                try #require(MonotonicClock.now() - start < .seconds(30))
                let counts = try (0..<2).map { try links(of: $0).count { $0.isLink } }
                if counts == (isLinked ? [2, 2] : [0, 0]) { return MonotonicClock.now() - start }
            }
        }
    }

    @Test(arguments: AirFamily.allCases)
    func `robots link up on both bands, part with the interface, and are back with it`(family: AirFamily) throws {
        try NetworkNamespace.onThread {
            let bench = try Bench(family)
            for number in 0..<2 { try bench.link(number, "up") }
            try bench.turn(untilLinked: true)
            // A veth is no radio: links are judged by what gets through.
            #expect(try bench.links(of: 0).allSatisfy { $0.basis == .probed })
            try bench.link(1, "down")
            try bench.turn(untilLinked: false)
            try bench.link(1, "up")
            #expect(try bench.turn(untilLinked: true) < .seconds(5))
        }
    }
}
