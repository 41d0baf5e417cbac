import SkeinWire

/// A robot that belongs to the fleet.
package struct Member: Hashable, Sendable {
    package var id: NodeID
    package var key: PublicKey
    package var roles: TrustRoles
    /// Nil: never.
    package var expiresAtSeconds: UInt64?
    package var name: String
    /// Of the entry that says so; 0: the roster itself does.
    package var membershipNumber: UInt32

    package init(
        id: NodeID, key: PublicKey, roles: TrustRoles, expiresAtSeconds: UInt64?, name: String,
        membershipNumber: UInt32
    ) {
        self.id = id
        self.key = key
        self.roles = roles
        self.expiresAtSeconds = expiresAtSeconds
        self.name = name
        self.membershipNumber = membershipNumber
    }
}

/// Who belonged to the fleet when this robot started. Immutable and shared: a peer holds a reference, not a copy; what it
/// learns later is in its `TrustBook`.
package final class Roster: Sendable {
    private let slots: [Member?]
    /// Ascending.
    package let members: [NodeID]
    /// Whose word makes members; nil: nobody's, as in a simulator.
    package let authority: PublicKey?
    /// As their issuers signed them, checked by whoever made the roster.
    package let entries: [TrustEntry]

    package init(members: [Member], authority: PublicKey?, entries: [TrustEntry]) {
        var slots = [Member?](repeating: nil, count: (members.map { Int($0.id.number) }.max() ?? -1) + 1)
        for member in members {
            precondition(
                member.id != .none && slots[Int(member.id.number)] == nil, "\(member.id) is enrolled twice")
            slots[Int(member.id.number)] = member
        }
        self.slots = slots
        self.members = members.map(\.id).sorted()
        self.authority = authority
        self.entries = entries
    }

    /// Simulated robots and tests: everybody may do everything but bring others in.
    package convenience init(_ entries: [(NodeID, PublicKey)]) {
        self.init(
            members: entries.map { id, key in
                Member(
                    id: id, key: key, roles: TrustRoles.all.subtracting(.enroll), expiresAtSeconds: nil, name: "\(id)",
                    membershipNumber: 0)
            }, authority: nil, entries: [])
    }

    /// What a set of entries amounts to, each of whose signatures holds.
    package convenience init(authority: PublicKey, entries: [TrustEntry]) {
        let standing = TrustSet.members(of: entries)
        self.init(members: standing.filter { !$0.isRevoked }.map(\.member), authority: authority, entries: entries)
    }

    package func member(_ id: NodeID) -> Member? {
        Int(id.number) < slots.count ? slots[Int(id.number)] : nil
    }

    package func key(of id: NodeID) -> PublicKey? { member(id)?.key }
}
