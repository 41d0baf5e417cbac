import SkeinPeer
import SkeinWire

/// The latest events of all robots in the order in which they happened: by mesh time where two have the same mesh's, else by when
/// the watcher was told, less what the robot's clock says has passed since.
struct EventReel: Sendable {
    struct Item: Sendable {
        var robot: NodeID
        var note: EventNote
        /// By the watcher's clock, as well as it can be told.
        var seenAt: Instant
    }

    /// Ascending.
    private(set) var items: [Item] = []

    /// `clockLead`: the watcher's clock less the robot's.
    mutating func add(_ note: EventNote, of robot: NodeID, clockLead: Duration) {
        let item = Item(robot: robot, note: note, seenAt: note.at + clockLead)
        var place = items.count
        while place > 0, Self.isBefore(item, items[place - 1]) { place -= 1 }
        items.insert(item, at: place)
        if items.count > SwarmPicture.eventsMax { items.removeFirst() }
    }

    private static func isBefore(_ left: Item, _ right: Item) -> Bool {
        if left.robot == right.robot { return left.note.number < right.note.number && left.note.at <= right.note.at }
        if let one = left.note.mesh, let other = right.note.mesh, one.root == other.root, one.term == other.term,
            one.nanoseconds != other.nanoseconds
        {
            return one.nanoseconds < other.nanoseconds
        }
        return left.seenAt < right.seenAt
    }
}
