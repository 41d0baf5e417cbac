import SkeinPeer
import SkeinSeal
import SkeinWire

struct MemberBulk {
    struct Arrival { var from: NodeID; var bytes: ArraySlice<UInt8>; var byteCount: Int }
    init(id: NodeID, rate: Double) {}
    var nextDeadline: Instant? { nil }
    mutating func send(_ object: [UInt8], to: NodeID, deadline: Instant, now: Instant) {}
    mutating func deadlinePassed(now: Instant) {}
    mutating func open(_ datagram: [UInt8], now: Instant) {}
    mutating func want(_ helper: NodeID, key: PublicKey, now: Instant) {}
    mutating func take(_ message: Message, _ envelope: Envelope, key: PublicKey?, now: Instant) -> Bool { false }
    mutating func takeArrivals() -> [Arrival] { [] }
    mutating func takeMessages() -> [(Message, NodeID)] { [] }
    mutating func takeFrames(now: Instant, _ out: inout [Transmission]) {}
}
