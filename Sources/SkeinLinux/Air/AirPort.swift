import SkeinPeer
import SkeinWire

/// One band's way to the air: a UDP socket on a radio's interface, or one to the laboratory's emulated medium.
///
/// The daemon hands it the loop's wake-ups and calls it when `nextDeadline` has passed; it never fails the loop. While
/// its interface is missing, down or without an address it is not open: what is sent then is counted and gone, as on air.
package protocol AirPort: AnyObject {
    var band: Band { get }
    /// What operators and logs call it.
    var name: String { get }
    var state: PortState { get }
    var counters: PortCounters { get }
    /// Datagrams that wait for room in the socket.
    var waiting: Int { get }
    /// When it wants `deadlinePassed`.
    var nextDeadline: Instant { get }

    /// Looks whether its interface is there and opens or closes itself accordingly. Also asked for whenever the kernel
    /// says that any interface or address has changed.
    func examine(now: Instant)
    func deadlinePassed(now: Instant)
    func send(_ transmission: Transmission, now: Instant)
    /// The queue of the socket has room again.
    func writable(now: Instant)
    /// Takes what has arrived, at most `limit` datagrams; returns how many were read, so that a full batch can be told
    /// from an empty socket.
    @discardableResult
    func receive(limit: Int, now: Instant, _ take: ([UInt8], Reception) -> Void) -> Int
}

/// How a port stands, and why it is not open.
package enum PortState: Equatable, Sendable, CustomStringConvertible {
    /// Not looked at yet.
    case closed
    case missing
    case down
    /// Up, but nothing at the other end: no cell joined, no cable.
    case noCarrier
    /// No IPv6 link-local address that the kernel sends from, or no IPv4 address with a broadcast address.
    case noAddress
    /// The system would not open it.
    case failed(SystemError)
    /// Open; what the others call this robot here.
    case up(LinkAddress)

    package var isUp: Bool {
        switch self {
        case .up: true
        case .closed, .missing, .down, .noCarrier, .noAddress, .failed: false
        }
    }

    package var description: String {
        switch self {
        case .closed: "not open yet"
        case .missing: "no such interface; check its name with `ip link`, or [radio] in the configuration"
        case .down: "the interface is down; bring it up with `ip link set … up`"
        case .noCarrier: "the interface is up, but has joined no cell or has no cable"
        case .noAddress:
            "the interface has no usable address: IPv6 needs a link-local one that nobody else on the link has, looked for "
                + "when it comes up; IPv4 one with a broadcast address"
        case .failed(let error): error.description
        case .up(let address): "up as \(String(address.number, radix: 16))"
        }
    }
}

/// What became of datagrams at one port.
package struct PortCounters: Hashable, Sendable {
    package var sent: UInt64 = 0
    package var received: UInt64 = 0
    /// Not sent since the queue was full, by traffic class.
    package var crowdedOut = [UInt64](repeating: 0, count: TrafficClass.allCases.count)
    /// Not sent since the port was not open.
    package var unsent: UInt64 = 0
    /// The system refused one.
    package var sendErrors: UInt64 = 0
    /// Larger than `datagramBytesMax`.
    package var tooLong: UInt64 = 0
    /// This robot's own, come back.
    package var own: UInt64 = 0
    /// From another interface, or from an address that cannot be a neighbour's.
    package var foreign: UInt64 = 0
    /// How often the socket was opened.
    package var openings: UInt64 = 0

    package init() {}

    /// What a datagram may hold, sent or received: an Ethernet frame less headers, with room for a tunnel's.
    package static let datagramBytesMax = Envelope.datagramBytesMax
}
