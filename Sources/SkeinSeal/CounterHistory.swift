import SkeinWire

/// What this robot's counters were a while ago, so that it can say of a message it has signed that it is of now.
struct CounterHistory {
    /// What is younger counts as being of now.
    static let span: Duration = .seconds(2)
    private static let interval: Duration = .milliseconds(500)

    private struct Mark {
        var at: Instant
        var counters: [UInt32]
    }

    /// Ascending; the first is the latest that is `span` old, if any is.
    private var marks: [Mark] = []

    /// Before a counter moves.
    mutating func note(_ counters: [UInt32], now: Instant) {
        if let last = marks.last {
            guard now - last.at >= Self.interval else { return }
            // Nothing was said since then, or there would be a later mark: what was said just before is as old as it is.
            if now - last.at >= Self.interval * 2 {
                marks.append(Mark(at: last.at + Self.interval, counters: counters))
            }
        }
        marks.append(Mark(at: now, counters: counters))
        while marks.count >= 2, now - marks[1].at >= Self.span { marks.removeFirst() }
    }

    /// By class: all up to it were said `span` ago or before, but for what was said in the `interval` before that.
    func floors(_ counters: [UInt32], now: Instant) -> [UInt32] {
        guard let last = marks.last else { return counters }
        if now - last.at >= Self.span + Self.interval { return counters }
        return marks.last { now - $0.at >= Self.span }?.counters ?? counters.map { _ in 0 }
    }
}
