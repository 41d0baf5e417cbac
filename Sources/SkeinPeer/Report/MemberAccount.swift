import SkeinWire

/// A member of a leader's subgroup, and what it is granted of the leader's band.
package struct MemberAccount: Hashable, Sendable {
    package var member: NodeID
    package var grantedPercent: Double
    package var grantedMHz: Double
    /// Whole parts of tasks that the grant can carry, and those reserved now.
    package var parts: Int
    package var reservedParts: Int
    /// What it has to lend, by its own word.
    package var idlePercent: Double

    package init(
        member: NodeID, grantedPercent: Double, grantedMHz: Double, parts: Int, reservedParts: Int,
        idlePercent: Double
    ) {
        self.member = member
        self.grantedPercent = grantedPercent
        self.grantedMHz = grantedMHz
        self.parts = parts
        self.reservedParts = reservedParts
        self.idlePercent = idlePercent
    }
}
