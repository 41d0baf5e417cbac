import SkeinWire

/// Who has said that it leaves, and in which boot: what of that boot is still in the air puts nobody back into the tables, and
/// nothing is sent there. A later boot ends a departure. Bounded; the oldest is forgotten first.
struct Departures {
    static let robotsMax = 64

    private var robots: [(id: NodeID, epoch: Epoch)] = []

    var isEmpty: Bool { robots.isEmpty }

    func contains(_ robot: NodeID) -> Bool { robots.contains { $0.id == robot } }

    /// False if it was known.
    mutating func note(_ robot: NodeID, _ epoch: Epoch) -> Bool {
        guard !contains(robot) else { return false }
        if robots.count == Self.robotsMax { robots.removeFirst() }
        robots.append((robot, epoch))
        return true
    }

    /// A message that holds, of this boot.
    mutating func heard(_ robot: NodeID, _ epoch: Epoch) {
        robots.removeAll { $0.id == robot && $0.epoch < epoch }
    }
}
