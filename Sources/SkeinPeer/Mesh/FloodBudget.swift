import SkeinWire

/// How many floods of one robot this one passes on: each is a frame of nearly everybody's, so who floods at will takes all the
/// air there is. An honest robot searches for a handful of ways at a time and tells of what it sees once a second. What is
/// beyond is neither taken nor passed on. Plans have a budget of their own, orders a role and a revision (`Bulletins`).
struct FloodBudget {
    static let perSecond = 8.0
    static let burst = 32.0
    static let sendersMax = 128

    private struct Sender {
        let robot: NodeID
        var left = FloodBudget.burst
        var countedAt: Instant
    }

    private var senders: [Sender] = []

    mutating func mayPass(_ kind: MessageKind, of robot: NodeID, now: Instant) -> Bool {
        guard kind == .routeRequest || kind == .sighting else { return true }
        let index = place(of: robot, now: now)
        let since = now.seconds(since: senders[index].countedAt)
        senders[index].left = min(Self.burst, senders[index].left + since * Self.perSecond)
        senders[index].countedAt = now
        guard senders[index].left >= 1 else { return false }
        senders[index].left -= 1
        return true
    }

    /// A full table forgets whom it has heard of longest ago: that one's budget is full again anyway, or soon.
    private mutating func place(of robot: NodeID, now: Instant) -> Int {
        if let index = senders.firstIndex(where: { $0.robot == robot }) { return index }
        if senders.count == Self.sendersMax {
            let oldest = senders.indices.min { senders[$0].countedAt < senders[$1].countedAt } ?? 0
            senders.remove(at: oldest)
        }
        senders.append(Sender(robot: robot, countedAt: now))
        return senders.count - 1
    }
}
