import CSkeinLinux
import Glibc
import SkeinPeer
import SkeinWire
import Synchronization
import Testing

@testable import SkeinLinux

/// A network namespace without a name: it goes with the last descriptor on it, even when the tests are killed.
final class NetworkNamespace {
    let descriptor: Descriptor

    /// Makes one and leaves this thread in it.
    init() throws {
        guard skein_unshare_network() == 0 else { throw SystemError("unshare", "network namespace") }
        descriptor = try Descriptor(
            open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC), from: "open", "network namespace")
        try Self.run("sh", "-c", "echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad")
        try Self.run("ip", "link", "set", "lo", "up")
    }

    /// Root in a container may not make namespaces either.
    static let isPossible: Bool = {
        guard geteuid() == 0, access("/usr/sbin/ip", X_OK) == 0 || access("/sbin/ip", X_OK) == 0 else { return false }
        final class Outcome: Sendable { let isMade = Mutex(false) }
        let outcome = Outcome()
        // On a thread that ends: this one stays where it is.
        try? Thread(name: "namespace") { outcome.isMade.withLock { $0 = skein_unshare_network() == 0 } }.join()
        return outcome.isMade.withLock { $0 }
    }()

    var path: String { "/proc/\(getpid())/fd/\(descriptor.number)" }

    func enter() { precondition(skein_enter_network(descriptor.number) == 0, "\(SystemError("setns", path))") }

    /// Runs a program in the namespace of this thread and waits for its end.
    static func run(_ words: String...) throws {
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var process = pid_t()
        let status = posix_spawnp(&process, words[0], nil, nil, &arguments, environ)
        guard status == 0 else { throw SystemError("posix_spawn", words[0], number: status) }
        var ending: Int32 = 0
        while waitpid(process, &ending, 0) < 0, errno == EINTR {}
        guard ending == 0 else { throw SystemError("wait status \(ending)", words.joined(separator: " "), number: EIO) }
    }

    /// A namespace is a thread's own, so each test has a thread.
    static func onThread(_ body: @escaping @Sendable () throws -> Void) throws {
        let thread = try Thread(name: "network-test") {
            do { try body() } catch { Issue.record(error) }
        }
        thread.join()
    }
}

/// Two robots on one link: a namespace each, with a veth between them, each with a loop and ports of its own.
final class NetworkBench {
    final class Robot {
        let namespace: NetworkNamespace
        let interface: String
        let reactor: Reactor
        let monitor: InterfaceMonitor
        var ports: [UDPPort] = []
        var heard: [(bytes: [UInt8], reception: Reception)] = []

        init(interface: String) throws {
            namespace = try NetworkNamespace()
            self.interface = interface
            reactor = try Reactor()
            monitor = try InterfaceMonitor()
            try reactor.add(monitor.descriptor, Reactor.Token(area: 99), for: .reading)
        }

        func open(_ family: AirFamily, bands: [Band]) {
            namespace.enter()
            for band in bands {
                let config = UDPPort.Config(band: band, interface: interface, family: family, controlPort: 7_447)
                let port = UDPPort(
                    config, reactor: reactor, token: Reactor.Token(area: UInt32(ports.count)), signals: nil,
                    now: MonotonicClock.now())
                port.examine(now: MonotonicClock.now())
                ports.append(port)
            }
        }

        /// What a daemon does with its wake-ups.
        func turn(until limit: Instant) {
            namespace.enter()
            let deadline = ports.reduce(limit) { min($0, $1.nextDeadline) }
            reactor.wait(until: deadline) { ready in
                let now = MonotonicClock.now()
                if ready.token.area == 99 {
                    if monitor.take() { for port in ports { port.examine(now: now) } }
                    return
                }
                let port = ports[Int(ready.token.area)]
                if ready.isWritable { port.writable(now: now) }
                if ready.isReadable { port.receive(limit: 64, now: now) { heard.append(($0, $1)) } }
            }
            let now = MonotonicClock.now()
            for port in ports { port.deadlinePassed(now: now) }
        }

        func send(_ datagram: [UInt8], _ band: Band, to address: LinkAddress? = nil, as lane: TrafficClass = .control) {
            namespace.enter()
            ports[Int(band.rawValue)].send(
                Transmission(
                    datagram: datagram, band: band, trafficClass: lane, next: .none, shareMHz: 0, address: address),
                now: MonotonicClock.now())
        }

        var address: LinkAddress? {
            if case .up(let address)? = ports.first?.state { return address }
            return nil
        }
    }

    let left: Robot
    let right: Robot
    private let home: Descriptor

    init(_ family: AirFamily, bands: [Band] = [.control, .data]) throws {
        home = try Descriptor(open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC), from: "open", "home")
        right = try Robot(interface: "air1")
        left = try Robot(interface: "air0")
        try NetworkNamespace.run(
            "ip", "link", "add", "air0", "type", "veth", "peer", "name", "air1", "netns", right.namespace.path)
        for (robot, number) in [(left, 1), (right, 2)] {
            robot.namespace.enter()
            if family == .ip4 {
                try NetworkNamespace.run(
                    "ip", "address", "add", "10.7.0.\(number)/24", "brd", "+", "dev", robot.interface)
            }
            try NetworkNamespace.run("ip", "link", "set", robot.interface, "up")
        }
        for robot in [left, right] { robot.open(family, bands: bands) }
        try turn { left.ports.allSatisfy { $0.state.isUp } && right.ports.allSatisfy { $0.state.isUp } }
    }

    deinit { _ = skein_enter_network(home.number) }

    /// Turns both loops until the condition holds; fails after twenty seconds.
    func turn(until condition: () -> Bool) throws {
        let limit = MonotonicClock.now() + .seconds(20)
        while !condition() {
            try #require(MonotonicClock.now() < limit, "\(left.ports.map(\.state)), \(right.ports.map(\.state))")
            // In turns: there is one thread.
            for robot in [left, right] { robot.turn(until: MonotonicClock.now() + .milliseconds(2)) }
        }
    }
}
