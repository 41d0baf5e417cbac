import SkeinWire

/// Says each status three times, so that a lost frame delays a status and does not lose it: when it is new, and twice more a
/// tenth of a second apart.
///
/// What is due soon travels with what is due now, in one signed datagram: at ten statuses a second each datagram holds the
/// new one and the two before it, so repeating costs bytes and neither frames nor signatures. Nobody asks and nobody
/// answers; where one frame in twenty is lost, one status in eight thousand is. Copies are told by sender and number.
struct StatusRepeats {
    static let copies = 3
    static let gap: Duration = .milliseconds(100)
    /// What is due this soon goes along.
    static let alongSpan: Duration = .milliseconds(40)
    /// Statuses in one datagram.
    static let alongMax = WorkUnit.payloadBytesMax / LoadPlan.statusBytes

    private struct Entry {
        var bytes: [UInt8]
        var copiesLeft: Int
        var dueAt: Instant
    }

    /// In the order they were first said.
    private var entries: [Entry] = []

    /// When the next copy is to be said; nil: all have been.
    var nextDeadline: Instant? { entries.map(\.dueAt).min() }

    mutating func add(_ status: [UInt8], now: Instant) {
        precondition(status.count == LoadPlan.statusBytes, "a status of \(status.count) bytes")
        entries.append(Entry(bytes: status, copiesLeft: Self.copies, dueAt: now))
    }

    /// One datagram's worth, the newest first; nil: nothing is due.
    mutating func take(now: Instant) -> [UInt8]? {
        guard let nextDeadline, nextDeadline <= now else { return nil }
        var bytes: [UInt8] = []
        let along = entries.indices.reversed().filter { entries[$0].dueAt <= now + Self.alongSpan }
        for index in along.prefix(Self.alongMax) {
            bytes += entries[index].bytes
            entries[index].copiesLeft -= 1
            entries[index].dueAt = now + Self.gap
        }
        entries.removeAll { $0.copiesLeft == 0 }
        return bytes
    }

    /// The statuses of one datagram.
    static func split(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        stride(from: 0, to: bytes.count - LoadPlan.statusBytes + 1, by: LoadPlan.statusBytes).map {
            bytes[$0..<$0 + LoadPlan.statusBytes]
        }
    }
}
