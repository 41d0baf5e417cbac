import SkeinWire

/// One robot in radio range, as this one hears it and as it speaks of itself.
package struct NeighbourAccount: Hashable, Sendable {
    /// On one band.
    package struct BandLink: Hashable, Sendable {
        package enum Outlook: UInt8, CaseIterable, Sendable {
            /// Out of range by now, by where both go.
            case gone
            /// In range, but not for as long as a message and its answer take.
            case going
            case lasting
        }

        /// Measured, or what a signal of this quality would have.
        package var powerDBm: Double
        /// By Shannon's bound, b/s/Hz.
        package var efficiency: Double
        package var basis: LinkBasis
        /// Both hear each other, as far as this robot knows.
        package var isLink: Bool
        package var outlook: Outlook
        /// Its last beacon (2.4 GHz) or hello (5 GHz).
        package var heardAt: Instant

        package init(
            powerDBm: Double, efficiency: Double, basis: LinkBasis, isLink: Bool, outlook: Outlook, heardAt: Instant
        ) {
            self.powerDBm = powerDBm
            self.efficiency = efficiency
            self.basis = basis
            self.isLink = isLink
            self.outlook = outlook
            self.heardAt = heardAt
        }
    }

    /// Where it said that it is.
    package struct Place: Hashable, Sendable {
        package var xMeters: Double
        package var yMeters: Double
        package var headingRadians: Double
        package init(xMeters: Double, yMeters: Double, headingRadians: Double) {
            self.xMeters = xMeters
            self.yMeters = yMeters
            self.headingRadians = headingRadians
        }
    }

    package var id: NodeID
    package var control: BandLink?
    package var data: BandLink?
    /// When it became a neighbour, and its last word on either band.
    package var since: Instant
    package var heardAt: Instant
    /// It should have been heard again by now: messages go round it.
    package var isQuiet: Bool
    /// Of an echo; nil: none measured.
    package var roundTrip: Duration?
    /// Whom it follows; `.none`: nobody, or not known.
    package var leader = NodeID.none
    /// By its own word.
    package var isLeader = false
    /// Its membership lets it lead, and nobody has shown that it broke the rules.
    package var mayLead = true
    /// How strong it is on 5 GHz to be expected now: what leaders are compared by; nil: it does not lead.
    package var expectedDBm: Double?
    package var root = NodeID.none
    /// To that root, by its own word; nil: it knows none.
    package var hops: Int?
    package var parent = NodeID.none
    /// What it lends, percent of a processor; nil: no word.
    package var idlePercent: Double?
    /// Parts it has of others.
    package var busyParts: Int?
    package var place: Place?
    /// It stands for an emergency stop, by its own word; nil: no word.
    package var isStopped: Bool?

    package init(id: NodeID, since: Instant, heardAt: Instant, isQuiet: Bool) {
        self.id = id
        self.since = since
        self.heardAt = heardAt
        self.isQuiet = isQuiet
    }
}
