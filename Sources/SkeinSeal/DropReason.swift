import SkeinWire

/// Why a datagram went no further. Every one that is dropped counts under exactly one reason.
package enum DropReason: UInt8, CaseIterable, Sendable {
    case tooShort, tooLong
    /// The header or the body is not of a layout this program knows.
    case malformed
    case otherFleet
    /// The keyed tag does not fit: noise, a stranger, or a flipped bit.
    case wrongTag
    case unknownSender
    case wrongSignature
    /// The class in the header is not the one the kind travels in.
    case wrongClass
    /// Seen before, or too old to tell.
    case replayed
    /// From a boot of the sender that is over.
    case staleEpoch
    /// This robot's own message came back.
    case own
    /// Well made, but its sender may not say this or not to us.
    case notAllowed
    /// No way known to where it should be relayed.
    case noRoute
    /// A bounded table or queue was full.
    case overflow
    /// Its sender's key has been thrown out of the fleet.
    case revoked
    /// Its sender's membership has run out.
    case expired
    /// Its sender, or whoever transmitted it, has had its share of this robot's time.
    case overBudget
    /// Its sender has not shown that it is of today, and did not when asked.
    case unproven
    /// Tagged with a key of the fleet that is over.
    case oldKey
}

/// Drops by reason since the start.
package struct DropCounters: Hashable, Sendable {
    private var counts = [Int](repeating: 0, count: DropReason.allCases.count)

    package init() {}

    /// Counts told by another process, in the order of `DropReason`; nil unless there is one for each.
    package init?(counts: [Int]) {
        guard counts.count == DropReason.allCases.count, counts.allSatisfy({ $0 >= 0 }) else { return nil }
        self.counts = counts
    }

    package subscript(reason: DropReason) -> Int { counts[Int(reason.rawValue)] }

    package mutating func count(_ reason: DropReason) { counts[Int(reason.rawValue)] += 1 }

    package var total: Int { counts.reduce(0, +) }
}
