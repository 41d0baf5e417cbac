import SkeinWire

/// How what is new about the fleet goes round. Entries prove themselves, so whoever learns one says it in its own name.
///
/// - Learned: broadcast at once and twice more (`repeats`), so that it crosses a hop in some 20 ms, and a lost frame costs 150.
/// - Every beacon carries a digest of all that its sender knows. Where two disagree for longer than a spread lasts, each sends
///   the other a summary, and gets what it lacks: after a partition, or a robot's absence.
/// - A robot that still uses an old key of the fleet hears nobody. Who hears its beacon sends it, under that old key, its share
///   of the new ones and who is out.
/// - Bounded in entries waiting, and in how often one neighbour is answered; what is dropped comes by a later summary.
struct TrustSpread {
    static let waitingMax = 256
    static let jitterMax: Duration = .milliseconds(15)
    static let repeats: [Duration] = [.zero, .milliseconds(150), .milliseconds(450)]
    static let summaryDelay: Duration = .milliseconds(100)
    static let summaryGap: Duration = .seconds(2)
    static let answerGap: Duration = .seconds(1)
    static let answerEntriesMax = 96
    static let helpGap: Duration = .seconds(5)
    private static let neighboursMax = 64

    private struct Waiting {
        var entry: TrustEntry
        var turn: Int
        var dueAt: Instant
    }

    private struct Contact {
        var robot: NodeID
        var summaryAt: Instant?
        var summaryAgainAt: Instant
        var answerAgainAt: Instant
        var helpAgainAt: Instant
    }

    private var waiting: [Waiting] = []
    private var contacts: [Contact] = []
    private var quietUntil = Instant.zero

    var nextDeadline: Instant {
        let next = waiting.reduce(Instant.distantFuture) { min($0, $1.dueAt) }
        return contacts.reduce(next) { min($0, $1.summaryAt ?? .distantFuture) }
    }

    mutating func learned(_ entry: TrustEntry, now: Instant, random: inout PeerRandom) {
        guard waiting.count < Self.waitingMax else { return }
        let dueAt = now + random.jitter(upTo: Self.jitterMax)
        // Those learned together are told together.
        let together = waiting.first { $0.turn == 0 && $0.dueAt >= now }?.dueAt ?? dueAt
        waiting.append(Waiting(entry: entry, turn: 0, dueAt: together))
        quietUntil = now + .milliseconds(600)
    }

    /// Entries to be broadcast now.
    mutating func due(now: Instant) -> [TrustEntry] {
        let due = waiting.filter { $0.dueAt <= now }.map(\.entry)
        for index in waiting.indices where waiting[index].dueAt <= now {
            waiting[index].turn += 1
            if waiting[index].turn < Self.repeats.count {
                waiting[index].dueAt = now + (Self.repeats[waiting[index].turn] - Self.repeats[waiting[index].turn - 1])
            }
        }
        waiting.removeAll { $0.turn == Self.repeats.count }
        return due
    }

    /// A neighbour's beacon has shown whether it knows the same.
    mutating func compared(with robot: NodeID, agrees: Bool, now: Instant, random: inout PeerRandom) {
        if agrees {
            if let index = contacts.firstIndex(where: { $0.robot == robot }) { contacts[index].summaryAt = nil }
            return
        }
        guard now >= quietUntil else { return }
        let index = contact(robot)
        guard contacts[index].summaryAt == nil, now >= contacts[index].summaryAgainAt else { return }
        contacts[index].summaryAt = now + Self.summaryDelay + random.jitter(upTo: Self.summaryDelay)
    }

    /// Neighbours to send a summary to now.
    mutating func summariesDue(now: Instant) -> [NodeID] {
        var due: [NodeID] = []
        for index in contacts.indices {
            guard let at = contacts[index].summaryAt, at <= now else { continue }
            contacts[index].summaryAt = nil
            contacts[index].summaryAgainAt = now + Self.summaryGap
            due.append(contacts[index].robot)
        }
        return due
    }

    mutating func mayAnswer(_ robot: NodeID, now: Instant) -> Bool {
        let index = contact(robot)
        guard now >= contacts[index].answerAgainAt else { return false }
        contacts[index].answerAgainAt = now + Self.answerGap
        return true
    }

    mutating func mayHelp(_ robot: NodeID, now: Instant) -> Bool {
        let index = contact(robot)
        guard now >= contacts[index].helpAgainAt else { return false }
        contacts[index].helpAgainAt = now + Self.helpGap
        return true
    }

    private mutating func contact(_ robot: NodeID) -> Int {
        if let index = contacts.firstIndex(where: { $0.robot == robot }) { return index }
        if contacts.count == Self.neighboursMax { contacts.removeFirst() }
        contacts.append(
            Contact(
                robot: robot, summaryAt: nil, summaryAgainAt: .zero, answerAgainAt: .zero, helpAgainAt: .zero))
        return contacts.count - 1
    }
}
