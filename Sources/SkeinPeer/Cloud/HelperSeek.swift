import SkeinWire

/// A task's search for helpers: which leader has been asked for how many parts, and how long to wait for it.
///
///     settled ──parts seek──▶ asking ──match, more to come──▶ pending
///        ▲                    │    │                            │
///        └───all placed───────┘    ├─silence──▶ the next leader;    └─silence──▶ the next leader
///                                  │            resting, if all were silent
///                                  └─none to be had──▶ resting
///
/// A request or its match lost: the same request again, which the leader answers as before. A leader that stays silent, or
/// is a helper and silent as such, comes after all others from then on. So does one without helpers, but after a rest:
/// it has asked the other leaders itself. The first request is sent twice to one leader; later ones, when time is short,
/// go on to the next at the first silence. The requester alone decides; a reservation that is never used expires.
struct HelperSeek {
    enum State: Hashable {
        case settled
        /// `parts` are those asked for and not yet placed.
        case asking(NodeID, parts: Int, sends: Int, due: Instant)
        /// The leader seeks `parts` more among others.
        case pending(NodeID, parts: Int, due: Instant)
        case resting(until: Instant)
    }

    /// Distinct requests of one task: more than fit in a step at the shortest timeouts, or in an order between its rests.
    static let attemptsMax: UInt8 = 250
    /// Leaders asked, and helpers that were silent, of one task.
    static let recordsMax = 32

    private struct Record {
        var leader: NodeID
        var failures = 0
    }

    private(set) var state: State = .settled
    /// Of the latest request.
    private(set) var attempt: UInt8 = 0
    /// A leader had less than was asked for: from then on nobody is spared.
    private(set) var hasComeShort = false
    private var records: [Record] = []

    func knows(_ leader: NodeID) -> Bool { records.contains { $0.leader == leader } }

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

    /// Who has not answered yet.
    var leaderAsked: NodeID? {
        switch state {
        case .asking(let leader, _, _, _): leader
        case .settled, .pending, .resting: nil
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
        note(leader, failures: 0)
        attempt += 1
        state = .asking(leader, parts: parts, sends: 1, due: now + tuning.requestTimeout)
        return leader
    }

    /// The due time of a request has passed. The leader to send the same request to once more, or nil: given up.
    mutating func silence(tuning: CloudTuning, now: Instant) -> NodeID? {
        switch state {
        case .settled, .resting: return nil
        case .asking(let leader, let parts, let sends, _):
            guard sends < (attempt == 1 ? tuning.requestSendsMax : 1) else {
                note(leader, failures: 1)
                state = .settled
                return nil
            }
            state = .asking(leader, parts: parts, sends: sends + 1, due: now + tuning.requestTimeout)
            return leader
        case .pending(let leader, _, _):
            // What it seeks it has not found in the time two claims take: another leader knows other neighbours.
            hasComeShort = true
            note(leader, failures: 1)
            state = .settled
            return nil
        }
    }

    /// A match to the latest request. `parts` have not been placed yet; the leader still seeks `pending` of them.
    mutating func matched(
        by leader: NodeID, attempt: UInt8, parts: Int, pending: Int, tuning: CloudTuning, now: Instant
    ) {
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
                hasComeShort = true
                note(leader, failures: 1)
                state = .resting(until: now + tuning.restInterval)
            }
        }
    }

    /// A helper did not answer; if it leads as well, others are asked first.
    mutating func distrust(_ robot: NodeID) { note(robot, failures: 1) }

    private mutating func note(_ leader: NodeID, failures: Int) {
        if let index = records.firstIndex(where: { $0.leader == leader }) {
            records[index].failures += failures
            return
        }
        if records.count == Self.recordsMax { records.removeFirst() }
        records.append(Record(leader: leader, failures: failures))
    }

    private func failures(_ leader: NodeID) -> Int { records.first { $0.leader == leader }?.failures ?? 0 }

    private func best(_ leaders: [NodeID]) -> NodeID? {
        leaders.min { failures($0) < failures($1) }
    }
}
