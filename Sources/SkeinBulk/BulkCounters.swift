/// Why a partner's words changed nothing. Each one that is dropped counts under exactly one reason.
package enum BulkDrop: UInt8, CaseIterable, Sendable {
    /// Not of a layout this program knows.
    case malformed
    /// About a transfer that is not under way here.
    case unknownTransfer
    /// A chunk or an offer that had come before.
    case duplicate
    /// A chunk that is not of its object, or not of its length.
    case wrongChunk
    /// Acknowledges what was never sent, or belongs to an earlier offer.
    case wrongAck
    /// A bounded table had no room.
    case overflow
}

/// What was dropped, by reason, and what was moved, since the start.
package struct BulkCounters: Hashable, Sendable {
    private var drops = [Int](repeating: 0, count: BulkDrop.allCases.count)
    /// Frames with chunks, and among them those that were said before.
    package internal(set) var chunksSent = 0
    package internal(set) var chunksRepeated = 0
    package internal(set) var chunksReceived = 0
    package internal(set) var framesSent = 0

    package subscript(reason: BulkDrop) -> Int { drops[Int(reason.rawValue)] }

    mutating func count(_ reason: BulkDrop) { drops[Int(reason.rawValue)] += 1 }

    package var dropped: Int { drops.reduce(0, +) }
}
