import SkeinWire

/// `TrustReport` in figures, and what this robot has found out about others by itself.
package struct TrustFigures: Hashable, Sendable {
    /// Robots with the same digest know the same.
    package var digest: UInt32
    package var entries: Int
    /// Of the fleet's key in use.
    package var keyNumber: UInt16
    package var members: Int
    package var revoked: Int
    package var expired: Int
    package var demoted: Int
    /// Keys that two machines speak with.
    package var doubled: Int
    /// Robots that have computed wrongly for this one, and are given nothing, or only known answers.
    package var shunned: Int
    package var doubted: Int
    /// This robot's own membership ends then, seconds of UTC; nil: never, or it is not a member.
    package var expiresAtSeconds: UInt64?

    package init(
        digest: UInt32, entries: Int, keyNumber: UInt16, members: Int, revoked: Int, expired: Int, demoted: Int,
        doubled: Int, shunned: Int, doubted: Int, expiresAtSeconds: UInt64?
    ) {
        self.digest = digest
        self.entries = entries
        self.keyNumber = keyNumber
        self.members = members
        self.revoked = revoked
        self.expired = expired
        self.demoted = demoted
        self.doubled = doubled
        self.shunned = shunned
        self.doubted = doubted
        self.expiresAtSeconds = expiresAtSeconds
    }
}
