import SkeinWire

/// Echoes under way. An operator's is answered or given up within a bound, however many relays it crosses; a probe goes to a
/// neighbour whose radio says nothing, one at a time in turn, and measures the way there and back. An answer that comes
/// after its echo was given up is nobody's.
struct EchoBook {
    enum Purpose: Hashable {
        case command(ticket: UInt32)
        /// Another robot's, or this one's to itself.
        case question(AnswerBook.Key)
        case probe
    }

    struct Entry {
        var number: UInt32
        var robot: NodeID
        var purpose: Purpose
        var sentAt: Instant
    }

    /// Echoes open at once; the oldest is given up for a newer one.
    static let entriesMax = 32
    /// Three route requests and the answer fit into it.
    static let patience: Duration = .seconds(6)
    /// Between two probes of a robot that has any neighbour to probe.
    static let probeSpacing: Duration = .milliseconds(500)

    private(set) var entries: [Entry] = []
    private var count: UInt32 = 0
    private var probedAt: Instant?
    private var probedLast = NodeID.none

    /// The number to send, and the entry that had to give way.
    mutating func open(_ robot: NodeID, _ purpose: Purpose, now: Instant) -> (number: UInt32, lost: Entry?) {
        let lost = entries.count >= Self.entriesMax ? entries.removeFirst() : nil
        count &+= 1
        entries.append(Entry(number: count, robot: robot, purpose: purpose, sentAt: now))
        return (count, lost)
    }

    /// Nil: not ours, not from whom it was asked of, or given up.
    mutating func answered(_ number: UInt32, by robot: NodeID) -> Entry? {
        guard let index = entries.firstIndex(where: { $0.number == number && $0.robot == robot }) else { return nil }
        return entries.remove(at: index)
    }

    /// No way was found for it.
    mutating func failed(_ number: UInt32) -> Entry? {
        guard let index = entries.firstIndex(where: { $0.number == number }) else { return nil }
        return entries.remove(at: index)
    }

    /// Looked at when the house is kept.
    mutating func takeOverdue(now: Instant) -> [Entry] {
        guard let first = entries.first, now - first.sentAt > Self.patience else { return [] }
        let overdue = entries.filter { now - $0.sentAt > Self.patience }
        entries.removeAll { now - $0.sentAt > Self.patience }
        return overdue
    }

    mutating func takeAll() -> [Entry] {
        defer { entries = [] }
        return entries
    }

    /// Whom to probe now, going round by number.
    mutating func probeDue(_ neighbours: NeighbourTable, now: Instant) -> NodeID? {
        if let probedAt, now - probedAt < Self.probeSpacing { return nil }
        var first: NodeID?
        var next: NodeID?
        for neighbour in neighbours.all where neighbour.isProbed {
            if first == nil { first = neighbour.id }
            if next == nil, probedLast != .none, neighbour.id > probedLast { next = neighbour.id }
        }
        guard let robot = next ?? first else { return nil }
        probedAt = now
        probedLast = robot
        return robot
    }
}
