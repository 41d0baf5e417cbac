import Glibc
import SkeinFiles
import SkeinLinux
import SkeinPeer
import SkeinWire

/// Runs a member of a test on its interface, with the port, the queues by class and the loop of the daemon.
package struct MemberLoop<Member: ChannelMember> {
    private static var portNumber: UInt16 { 29_877 }
    /// Of one wake-up, before what is due has its turn.
    private static var datagramsMax: Int { 64 }
    private static var token: Reactor.Token { Reactor.Token(area: 1) }

    package private(set) var member: Member
    private let reactor: Reactor
    private let port: UDPPort
    private var out: [Transmission] = []

    /// Throws where the interface cannot be used.
    package init(interface: String, _ make: (Instant) -> Member) throws(BenchError) {
        let now = MonotonicClock.now()
        do throws(SystemError) { reactor = try Reactor() } catch { throw .system(error) }
        port = UDPPort(
            UDPPort.Config(band: .control, interface: interface, family: .ip4, port: Self.portNumber),
            reactor: reactor, token: Self.token, signals: nil, now: now)
        port.examine(now: now)
        guard port.state.isUp else { throw .silent(interface, what: port.state.description) }
        member = make(now)
    }

    /// To the end of the test.
    package mutating func run() {
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
    }

    private mutating func receive(now: Instant) {
        port.receive(limit: Self.datagramsMax, now: now) { datagram, reception in
            member.receive(datagram, reception, now: MonotonicClock.now(), &out)
        }
    }
}
