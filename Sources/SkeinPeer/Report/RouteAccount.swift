import SkeinWire

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
