import SkeinSeal
import SkeinWire

/// What a robot knows of its fleet: what `skein fleet list` shows.
package struct TrustReport: Hashable, Sendable {
    package enum State: UInt8, CaseIterable, Sendable {
        case member, expired, revoked
        /// A member that leads no more: it has broken the rules of those who lead.
        case demoted
    }

    package struct Row: Hashable, Sendable {
        package var member: Member
        package var state: State
        package init(member: Member, state: State) {
            self.member = member
            self.state = state
        }
    }

    package var fleet: FleetID
    /// Nil: a fleet without authority.
    package var authority: PublicKey?
    /// Robots with the same digest know the same.
    package var digest: UInt32
    package var entries: Int
    /// Of the fleet's key in use.
    package var keyNumber: UInt16
    /// Ascending by number; a big fleet's first.
    package var rows: [Row]

    package init(
        fleet: FleetID, authority: PublicKey?, digest: UInt32, entries: Int, keyNumber: UInt16, rows: [Row]
    ) {
        self.fleet = fleet
        self.authority = authority
        self.digest = digest
        self.entries = entries
        self.keyNumber = keyNumber
        self.rows = rows
    }

    /// As many as one answer over the local socket holds.
    package static let rowsMax = 512
    /// Entries of one answer.
    package static let pageMax = 32
}

/// What became of entries that a person brought.
package struct AdmitReport: Hashable, Sendable {
    package var admitted: Int
    package var known: Int
    /// By place in what was brought, and why.
    package var refused: [Refusal]

    package struct Refusal: Hashable, Sendable {
        package var index: Int
        package var reason: TrustBook.Refusal
        package init(index: Int, reason: TrustBook.Refusal) {
            self.index = index
            self.reason = reason
        }
    }

    package init(admitted: Int, known: Int, refused: [Refusal]) {
        self.admitted = admitted
        self.known = known
        self.refused = refused
    }
}

/// Why a command was not obeyed.
package enum CommandRefusal: Hashable, Sendable {
    /// This robot's membership does not say that it may.
    case role(TrustRoles)
    /// An emergency stop is in force, of this number.
    case stopped(number: UInt32)
    /// To be released: none is in force.
    case notStopped
    /// To be released: the stop in force has another number.
    case otherStop(inForce: UInt32)
    /// This robot's own key is out of the fleet.
    case revoked
}
