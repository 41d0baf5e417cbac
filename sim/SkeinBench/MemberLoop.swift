import Glibc
import SkeinFiles
import SkeinLinux
import SkeinPeer
import SkeinWire

/// Runs a member of the load test on its interface, with the port, the queues by class and the loop of the daemon.
package struct MemberLoop {
    private static let portNumber: UInt16 = 29_877
    /// Of one wake-up, before what is due has its turn.
    private static let datagramsMax = 64
    private static let token = Reactor.Token(area: 1)

    private var member: LoadMember
    private let reactor: Reactor
    private let port: UDPPort
    private var out: [Transmission] = []

    /// Throws where the interface cannot be used.
    package init(
        _ plan: LoadPlan, member: Int, start: Instant, interface: String, channelBitsPerSecond: Double
    ) throws(BenchError) {
        let now = MonotonicClock.now()
        do throws(SystemError) { reactor = try Reactor() } catch { throw .system(error) }
        port = UDPPort(
            UDPPort.Config(band: .control, interface: interface, family: .ip4, port: Self.portNumber),
            reactor: reactor, token: Self.token, signals: nil, now: now)
        port.examine(now: now)
        guard port.state.isUp else { throw .silent(interface, what: port.state.description) }
        self.member = LoadMember(
            plan, member: member, start: start, channelBitsPerSecond: channelBitsPerSecond, now: now)
    }

    /// To the end of the test; what it has counted.
    package mutating func run() -> LoadTally {
        let end = member.end
        var now = MonotonicClock.now()
        while now < end {
            var isReadable = false
            var isWritable = false
            reactor.wait(until: min(member.nextDeadline, port.nextDeadline)) { ready in
                isReadable = isReadable || ready.isReadable
                isWritable = isWritable || ready.isWritable
            }
            now = MonotonicClock.now()
            port.deadlinePassed(now: now)
            if isWritable { port.writable(now: now) }
            if isReadable { receive(now: now) }
            if now >= member.nextDeadline { member.deadlinePassed(now: now, &out) }
            for transmission in out { port.send(transmission, now: now) }
            out.removeAll(keepingCapacity: true)
        }
        return member.tally
    }

    private mutating func receive(now: Instant) {
        port.receive(limit: Self.datagramsMax, now: now) { datagram, reception in
            member.receive(datagram, reception, now: MonotonicClock.now(), &out)
        }
    }
}
