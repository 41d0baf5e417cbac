import SkeinWire

/// Who has told this robot where it is, and when: one fix of a source in a step is enough. A camera sends one a step; who
/// sends more says the same again, and would count for more than its share. Bounded: the one heard longest ago goes.
struct FixSources {
    static let sourcesMax = 32

    private var heard: [(robot: NodeID, at: Instant)] = []

    /// Whether a fix from this robot may be taken now; if so it has been.
    mutating func admit(_ robot: NodeID, spacing: Duration, now: Instant) -> Bool {
        heard.removeAll { now - $0.at >= spacing }
        guard !heard.contains(where: { $0.robot == robot }) else { return false }
        if heard.count == Self.sourcesMax { heard.removeFirst() }
        heard.append((robot, now))
        return true
    }
}
