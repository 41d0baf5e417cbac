import SkeinWire

/// What this robot's counters were a while ago, so that it can say of a message it has signed that it is of now.
struct CounterHistory {
    /// What is younger counts as being of now, at most.
    static let span: Duration = .seconds(2)
    private static let interval: Duration = .milliseconds(50)

    private struct Mark {
        var at: Instant
        var counters: [UInt32]
    }

    /// Ascending. What a mark's counters have not numbered yet was said at its time or later.
    private var marks: [Mark] = []

    /// Before a counter moves.
    mutating func note(_ counters: [UInt32], now: Instant) {
        if let last = marks.last, now - last.at < Self.interval { return }
        marks.removeAll { now - $0.at > Self.span }
        marks.append(Mark(at: now, counters: counters))
    }

    /// By class: nothing beyond it was said more than `age` ago, or more than `span`. What was said in the `interval` after
    /// that may be cut off with the rest.
    func floors(_ counters: [UInt32], age: Duration, now: Instant) -> [UInt32] {
        let age = min(age, Self.span)
        return marks.first { now - $0.at <= age }?.counters ?? counters
    }
}
