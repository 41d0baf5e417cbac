import CSkeinLinux
import Glibc
import SkeinCodec
import SkeinPeer
import SkeinWire

/// One band of a peer in the laboratory: UDP on the loopback to the process that plays the air (`AirFrame`).
///
/// closed → up, failed → up a second later. The air learns the port from what is sent; an empty frame each second tells
/// it again, so that an air that starts late, or anew, finds everyone. Without an air what is sent is lost, as it would be
/// out of range. Whoever listens is not asked: 127.0.0.1 is this machine.
package final class MediumPort: AirPort {
    private static let registrationInterval: Duration = .seconds(1)

    package let band: Band
    package private(set) var state = PortState.closed
    package private(set) var counters = PortCounters()
    package private(set) var nextDeadline: Instant
    private let robot: NodeID
    private let port: UInt16
    private let reactor: Reactor
    private let token: Reactor.Token
    private var socket: Descriptor?
    private var buffer = [UInt8](repeating: 0, count: AirFrame.bytesMax + 1)

    package init(
        band: Band, robot: NodeID, port: UInt16, reactor: Reactor, token: Reactor.Token, now: Instant
    ) {
        self.band = band
        self.robot = robot
        self.port = port
        self.reactor = reactor
        self.token = token
        nextDeadline = now
    }

    package var name: String { "medium 127.0.0.1:\(port)" }
    /// The loopback delivers or drops at once.
    package var waiting: Int { 0 }

    package func deadlinePassed(now: Instant) {
        if now >= nextDeadline { examine(now: now) }
    }

    package func examine(now: Instant) {
        nextDeadline = now + Self.registrationInterval
        if socket == nil { open() }
        put(AirFrame.transmit(.registration(of: robot, band: band)))
    }

    private func open() {
        do throws(SystemError) {
            let kind = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
            let opened = try Descriptor(Glibc.socket(AF_INET, kind, 0), from: "socket", name)
            var air = sockaddr_in()
            air.sin_family = sa_family_t(AF_INET)
            air.sin_port = port.bigEndian
            air.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            let status = withUnsafePointer(to: air) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(opened.number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            guard status == 0 else { throw SystemError("connect", name) }
            try reactor.add(opened, token, for: .reading)
            socket = opened
            counters.openings += 1
            state = .up(LinkAddress(UInt64(robot.number)))
        } catch { state = .failed(error) }
    }

    package func send(_ transmission: Transmission, now: Instant) {
        precondition(transmission.band == band, "\(transmission.band) at the port of \(band)")
        guard transmission.datagram.count <= PortCounters.datagramBytesMax else {
            counters.tooLong += 1
            return
        }
        guard socket != nil else {
            counters.unsent += 1
            return
        }
        guard put(.transmit(AirFrame.Sent(transmission, by: robot))) else {
            counters.sendErrors += 1
            return
        }
        counters.sent += 1
    }

    @discardableResult
    private func put(_ frame: AirFrame) -> Bool {
        guard let socket else { return false }
        let bytes = frame.bytes
        // ECONNREFUSED is of the frame before: nobody plays the air.
        return Glibc.send(socket.number, bytes, bytes.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)) >= 0
    }

    package func writable(now: Instant) {}

    @discardableResult
    package func receive(limit: Int, now: Instant, _ take: ([UInt8], Reception) -> Void) -> Int {
        for count in 0..<limit {
            guard let socket else { return count }
            let bytes = recv(socket.number, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            guard bytes >= 0 else { return count }
            guard case .receive(let heard)? = try? AirFrame(buffer[..<bytes]), heard.band == band else {
                counters.foreign += 1
                continue
            }
            guard heard.robot != robot else {
                counters.own += 1
                continue
            }
            counters.received += 1
            take(heard.datagram, heard.reception)
        }
        return limit
    }
}
