import SkeinWire

/// Of whom it has been said that two machines speak with one key: once in `gap`, for the person who must find the other.
struct DoubleBook {
    static let gap: Duration = .seconds(60)
    static let robotsMax = 32

    private(set) var noted: [(robot: NodeID, at: Instant)] = []

    /// False if it was said a moment ago.
    mutating func note(_ robot: NodeID, now: Instant) -> Bool {
        if let index = noted.firstIndex(where: { $0.robot == robot }) {
            guard now - noted[index].at >= Self.gap else { return false }
            noted.remove(at: index)
        }
        if noted.count == Self.robotsMax { noted.removeFirst() }
        noted.append((robot, now))
        return true
    }

    func contains(_ robot: NodeID) -> Bool { noted.contains { $0.robot == robot } }
}

/// How many entries about the fleet a robot checks: a signature each, and anybody enrolled may send them.
struct EntryBudget {
    static let perSecond = 100.0
    static let burst = 300.0

    private var tokens = EntryBudget.burst
    private var filledAt = Instant.zero

    mutating func take(now: Instant) -> Bool {
        if now > filledAt {
            tokens = min(Self.burst, tokens + now.seconds(since: filledAt) * Self.perSecond)
            filledAt = now
        }
        guard tokens >= 1 else { return false }
        tokens -= 1
        return true
    }
}
