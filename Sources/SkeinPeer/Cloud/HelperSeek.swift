import SkeinWire

/// A task's search for helpers: which leader has been asked for how many parts, and how long to wait for it.
///
///     settled ──parts seek──▶ asking ──match, more to come──▶ pending
///        ▲                    │    │                            │
///        └───all placed───────┘    └─silence, or none to be had─┴─▶ the next leader; resting, if all were in vain
///
/// A request or its match lost: the same request again, which the leader answers as before. A leader silent twice, or
/// without helpers, comes after all others from then on. The requester alone decides; a leader's reservation that is
/// never used expires with the task.
struct HelperSeek {
    enum State: Hashable {
        case settled
        /// `parts` are those asked for and not yet placed.
        case asking(NodeID, parts: Int, sends: Int, due: Instant)
        /// The leader seeks `parts` more among others.
        case pending(NodeID, parts: Int, due: Instant)
        case resting(until: Instant)
    }

    /// Distinct requests of one task: more than fit in a step at the shortest timeouts.
    static let attemptsMax: UInt8 = 32
    /// Leaders asked for one task.
    static let leadersMax = 16

    private struct Asked {
        var leader: NodeID
        var failures: Int
    }

    private(set) var state: State = .settled
    /// Of the latest request.
    private(set) var attempt: UInt8 = 0
    private var asked: [Asked] = []

    func hasAsked(_ leader: NodeID) -> Bool { asked.contains { $0.leader == leader } }

    var due: Instant {
        switch state {
        case .settled: .distantFuture
        case .asking(_, _, _, let due), .pending(_, _, let due), .resting(let due): due
        }
    }

    /// Parts that the request under way may still bring.
    var partsOutstanding: Int {
        switch state {
        case .asking(_, let parts, _, _), .pending(_, let parts, _): parts
        case .settled, .resting: 0
        }
    }

    var isResting: Bool {
        switch state {
        case .resting: true
        case .settled, .asking, .pending: false
        }
    }

    mutating func settle() { state = .settled }

    /// Asks for `parts`: the leader that has disappointed least, the earliest in `leaders` among equals. Nil: all have,
    /// or there is none; then it rests first, unless it has just rested.
    mutating func ask(parts: Int, leaders: [NodeID], hasRested: Bool, tuning: CloudTuning, now: Instant) -> NodeID? {
        guard let leader = best(leaders), hasRested || failures(leader) == 0, attempt < Self.attemptsMax else {
            state = .resting(until: now + tuning.restInterval)
            return nil
        }
        if !hasAsked(leader) {
            if asked.count == Self.leadersMax { asked.removeFirst() }
            asked.append(Asked(leader: leader, failures: 0))
        }
        attempt += 1
        state = .asking(leader, parts: parts, sends: 1, due: now + tuning.requestTimeout)
        return leader
    }

    /// The due time of a request has passed. The leader to send the same request to once more, or nil: given up.
    mutating func silence(tuning: CloudTuning, now: Instant) -> NodeID? {
        switch state {
        case .settled, .resting: return nil
        case .asking(let leader, let parts, let sends, _):
            guard sends < tuning.requestSendsMax else {
                disappoint(leader)
                return nil
            }
            state = .asking(leader, parts: parts, sends: sends + 1, due: now + tuning.requestTimeout)
            return leader
        case .pending(let leader, let parts, _):
            state = .asking(leader, parts: parts, sends: tuning.requestSendsMax, due: now + tuning.requestTimeout)
            return leader
        }
    }

    /// A match to the latest request. `parts` have not been placed yet; the leader still seeks `pending` of them.
    mutating func matched(by leader: NodeID, attempt: UInt8, parts: Int, pending: Int, tuning: CloudTuning, now: Instant) {
        guard attempt == self.attempt else { return }
        switch state {
        case .settled, .resting: return
        case .asking(let asked, _, _, _), .pending(let asked, _, _):
            guard asked == leader else { return }
            if parts == 0 {
                state = .settled
            } else if pending > 0 {
                state = .pending(leader, parts: min(parts, pending), due: now + tuning.pendingTimeout)
            } else {
                disappoint(leader)
            }
        }
    }

    private mutating func disappoint(_ leader: NodeID) {
        for index in asked.indices where asked[index].leader == leader { asked[index].failures += 1 }
        state = .settled
    }

    private func failures(_ leader: NodeID) -> Int { asked.first { $0.leader == leader }?.failures ?? 0 }

    private func best(_ leaders: [NodeID]) -> NodeID? {
        leaders.min { failures($0) < failures($1) }
    }
}
