import SkeinWire

/// The floods let in last: a further copy of one need not be checked again, for all that is taken from it is who has relayed
/// it.
///
/// One that was only held, of a newcomer, is remembered while its copies come round: if nothing comes of the newcomer, a
/// later copy must be able to bring it again.
struct FloodMemory {
    private static let entriesMax = 32
    static let heldSpan: Duration = .seconds(1)

    private struct Entry {
        var datagram: [UInt8]
        var until: Instant
    }

    private var entries: [Entry] = []
    private var turn = 0

    func remembers(_ datagram: [UInt8], _ signedCount: Int, now: Instant) -> Bool {
        entries.contains { now < $0.until && SignedBytes.agree($0.datagram, datagram, signedCount: signedCount) }
    }

    mutating func remember(_ datagram: [UInt8], isHeld: Bool, now: Instant) {
        let entry = Entry(datagram: datagram, until: isHeld ? now + Self.heldSpan : .distantFuture)
        if entries.count < Self.entriesMax {
            entries.append(entry)
        } else {
            entries[turn] = entry
            turn = (turn + 1) % Self.entriesMax
        }
    }
}

/// What a signature covers of a datagram, compared as it is: a replay has no signatures of its own to go by.
enum SignedBytes {
    /// Equal in all but the relays' fields and the proof.
    static func agree(_ left: [UInt8], _ right: [UInt8], signedCount: Int) -> Bool {
        guard left.count == right.count, left.count >= signedCount, signedCount >= Envelope.headerBytes else {
            return false
        }
        return left.withUnsafeBytes { one in
            right.withUnsafeBytes { other in
                one[..<Envelope.Offset.relay].elementsEqual(other[..<Envelope.Offset.relay])
                    && one[Envelope.headerBytes..<signedCount].elementsEqual(other[Envelope.headerBytes..<signedCount])
            }
        }
    }
}
