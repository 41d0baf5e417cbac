/// A robot's number in its fleet. The roster maps it to a public key; it is what every message names.
package struct NodeID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package var number: UInt16

    package init(_ number: UInt16) { self.number = number }

    /// Not a robot: every receiver in a destination field, nobody in a parent or leader field.
    package static let none = NodeID(0xFFFF)

    @inlinable package static func == (left: NodeID, right: NodeID) -> Bool { left.number == right.number }

    @inlinable package static func < (left: NodeID, right: NodeID) -> Bool { left.number < right.number }

    package var description: String { self == .none ? "r-" : "r\(number)" }
}

/// A fleet: the first eight bytes of the hash of its key. Messages of other fleets are dropped unread.
package struct FleetID: Hashable, Sendable {
    package var number: UInt64
    package init(_ number: UInt64) { self.number = number }
}

/// The boot number of a robot. It is persisted before its first message, so counters may start at zero again.
package struct Epoch: Hashable, Comparable, Sendable {
    package var number: UInt32
    package init(_ number: UInt32) { self.number = number }
    package static func < (left: Epoch, right: Epoch) -> Bool { left.number < right.number }
}

/// A message's traffic class, most urgent first. Queues, counters and replay windows are kept per class, so that
/// a late bulk frame is never mistaken for a replayed stop (RFC 8967's lesson with unicast and multicast).
package enum TrafficClass: UInt8, CaseIterable, Sendable {
    case safety = 0
    case membership = 1
    case control = 2
    case task = 3
    case bulk = 4
}

/// The radio a frame leaves by or came in on.
package enum Band: UInt8, CaseIterable, Sendable {
    /// 2.4 GHz: far and shared by all; beacons, floods, leaders among each other.
    case control = 0
    /// 5 GHz: near and fast, a channel for each subgroup; work units and results.
    case data = 1
}
