import SkeinWire

/// What the sessions want done, in this order.
package enum SessionAction: Hashable, Sendable {
    /// Seal this in an envelope to the partner.
    case say(SessionMessage, to: NodeID)
    /// Send this datagram to the partner as it is.
    case transmit([UInt8], to: NodeID)
    /// From now on frames can be sealed to the partner.
    case ready(NodeID)
    /// From now on none can, until somebody asks again.
    case ended(NodeID, SessionEnd)
}

/// Why a robot has no session with another any more.
package enum SessionEnd: UInt8, CaseIterable, Sendable {
    /// Too old, and nobody had anything to say under a newer one; or as many frames as it may carry.
    case expired
    /// The partner did not answer the wish for one.
    case unanswered
    /// The partner has started again.
    case restarted
    /// By word of this robot: the partner is revoked or has left, or the peer stops.
    case closed
    /// Had been idle, and made room for another partner.
    case displaced
}
