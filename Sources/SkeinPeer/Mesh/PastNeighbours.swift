import SkeinWire

/// Robots that were neighbours and are no more, for the person who asks where one has gone: nothing is decided by it. Bounded;
/// who went first is forgotten first.
struct PastNeighbours {
    struct Entry: Hashable {
        var id: NodeID
        var firstHeardAt: Instant
        var heardAt: Instant
    }

    static let entriesMax = 128

    /// In the order they went.
    private var entries: [Entry] = []

    subscript(id: NodeID) -> Entry? { entries.first { $0.id == id } }

    mutating func note(_ neighbour: Neighbour) {
        back(neighbour.id)
        if entries.count == Self.entriesMax { entries.removeFirst() }
        entries.append(
            Entry(id: neighbour.id, firstHeardAt: neighbour.firstHeardAt, heardAt: neighbour.heardAt))
    }

    /// It is a neighbour again.
    mutating func back(_ id: NodeID) { entries.removeAll { $0.id == id } }
}
