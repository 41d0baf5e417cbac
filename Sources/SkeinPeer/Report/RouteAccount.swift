import SkeinWire

/// Which rule chose the neighbour that a message goes to, in the order in which they are tried (`Peer.nextHop`).
package enum HopRule: UInt8, CaseIterable, Sendable {
    /// It is in range itself, and will be for as long as an answer takes.
    case direct
    /// A neighbour that hears it too.
    case between
    /// It is the root, and this is the parent in the tree.
    case tree
    /// It is a leader, and this neighbour's beacons tell a way to it.
    case leaderWay
    /// A message of it came this way lately.
    case learned
    /// It is in range, but about to go.
    case directGoing
    /// A message of it came this way lately, and the neighbour is about to go.
    case learnedGoing
}

/// The way to one robot, as a message would take it now.
package struct RouteAccount: Hashable, Sendable {
    package var destination: NodeID
    /// The neighbour that it would go to; `.none`: no usable way is known.
    package var next: NodeID
    /// Nil: no rule has one.
    package var rule: HopRule?
    /// Radios on the way as far as the rule knows; nil: it does not.
    package var hops: Int?
    /// When the way was learned, for the rules that learn; what is not usable any more is shown as well.
    package var learnedAt: Instant?

    package init(destination: NodeID, next: NodeID, rule: HopRule?, hops: Int?, learnedAt: Instant?) {
        self.destination = destination
        self.next = next
        self.rule = rule
        self.hops = hops
        self.learnedAt = learnedAt
    }

    package var isUsable: Bool { next != .none }
}
