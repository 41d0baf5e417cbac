/// Why a frame or a handshake message went no further. Each one that is refused counts under exactly one reason.
package enum SessionRefusal: UInt8, CaseIterable, Error, Sendable {
    /// Not of a layout this program knows, or not said by or to whom it claims.
    case malformed
    /// A frame for another robot.
    case otherReceiver
    /// A frame of a session that is over, of an earlier boot, or never was.
    case unknownSession
    case wrongTag
    /// A frame or a wish that came before, or is too old to tell.
    case replayed
    case wrongSignature
    /// Of a boot of the partner that is over.
    case staleEpoch
    /// An answer to a wish that this robot does not have, or no longer.
    case unasked
    /// Both asked at once, and this robot's wish counts.
    case crossed
    /// A new wish too soon after the one before.
    case tooSoon
    /// The partner's half gives a secret that everybody knows.
    case weakKey
    /// More partners than the book holds.
    case overflow
}

/// Refusals by reason since the start.
package struct SessionCounters: Hashable, Sendable {
    private var counts = [Int](repeating: 0, count: SessionRefusal.allCases.count)

    package subscript(reason: SessionRefusal) -> Int { counts[Int(reason.rawValue)] }

    mutating func count(_ reason: SessionRefusal) { counts[Int(reason.rawValue)] += 1 }

    package var total: Int { counts.reduce(0, +) }
}
