import SkeinWire

/// What the members of the fleet have said to a stop or a release that this robot has issued.
///
///     waiting ──its receipt──▶ answered        waiting ──`askAfter`──▶ asked ──`giveUpAfter`──▶ unreachable
///                                                                    ◀──────a late receipt──────┘
///
/// Only a member's own signed receipt counts. Who is silent is asked, once with a search for a way to it, and then shown
/// as unreachable; from then on it is asked now and then while a way is known, and a late receipt corrects what is shown.
/// After a restart of this robot the round begins anew, and everybody is asked again.
struct StopRound {
    private struct Entry: Hashable {
        let id: NodeID
        var hasAsked = false
        var isUnreachable = false
        var isStopped: Bool?
        var after: Duration?
        var dueAt: Instant
        var gap: Duration
    }

    /// A member to be asked now.
    struct Question: Hashable {
        var robot: NodeID
        var maySearch: Bool
    }

    static let askAfter: Duration = .seconds(3)
    static let giveUpAfter: Duration = .milliseconds(1_500)
    static let gapMin: Duration = .seconds(5)
    static let gapMax: Duration = .seconds(60)
    static let membersMax = 4_096
    static let turnMax = 8
    static let turnSpacing: Duration = .milliseconds(50)

    let issued: SafetyReport.Issued
    let begunAt: Instant
    private let us: NodeID
    /// Ascending.
    private var entries: [Entry] = []
    private(set) var nextDeadline = Instant.distantFuture

    init(_ issued: SafetyReport.Issued, us: NodeID, members: [NodeID], now: Instant) {
        self.issued = issued
        self.us = us
        begunAt = now
        sync(members)
    }

    // MARK: What happens

    /// Who belongs to the fleet may have changed.
    mutating func sync(_ members: [NodeID]) {
        let wanted = members.prefix(Self.membersMax).filter { $0 != us }
        guard wanted != entries.map(\.id) else { return }
        var place = 0
        entries = wanted.map { id in
            while place < entries.count, entries[place].id < id { place += 1 }
            if place < entries.count, entries[place].id == id { return entries[place] }
            return Entry(id: id, dueAt: begunAt + Self.askAfter, gap: Self.gapMin)
        }
        settle()
    }

    /// A member's receipt for what was issued here.
    mutating func answered(_ robot: NodeID, isStopped: Bool, now: Instant) {
        guard let index = entries.firstIndex(where: { $0.id == robot }) else { return }
        entries[index].isStopped = isStopped
        if entries[index].after == nil { entries[index].after = now - begunAt }
        entries[index].dueAt = .distantFuture
        settle()
    }

    /// Whose turn it is.
    func robotsDue(now: Instant) -> [NodeID] { entries.filter { $0.dueAt <= now }.map(\.id) }

    /// Who is to be asked now. `reached`: those that a way is known to.
    mutating func due(reached: [NodeID], now: Instant) -> [Question] {
        var questions: [Question] = []
        for index in entries.indices where entries[index].dueAt <= now {
            guard questions.count < Self.turnMax else {
                entries[index].dueAt = now + Self.turnSpacing
                continue
            }
            let entry = entries[index]
            if entry.hasAsked, !entry.isUnreachable {
                entries[index].isUnreachable = true
                entries[index].dueAt = now + entry.gap
                continue
            }
            let maySearch = !entry.hasAsked
            if maySearch || reached.contains(entry.id) {
                questions.append(Question(robot: entry.id, maySearch: maySearch))
            }
            if entry.hasAsked {
                entries[index].gap = min(Self.gapMax, entry.gap * 2)
                entries[index].dueAt = now + entries[index].gap
            } else {
                entries[index].hasAsked = true
                entries[index].dueAt = now + Self.giveUpAfter
            }
        }
        settle()
        return questions
    }

    private mutating func settle() {
        nextDeadline = entries.reduce(.distantFuture) { min($0, $1.dueAt) }
    }

    // MARK: What is known

    /// By a member's receipt; nil: none came.
    func saidStopped(_ robot: NodeID) -> Bool? { entries.first { $0.id == robot }?.isStopped }

    /// Ascending, without this robot itself.
    var answers: [(id: NodeID, answer: SafetyReport.Answer, after: Duration?)] {
        entries.map { entry in
            let answer: SafetyReport.Answer =
                switch entry.isStopped {
                case true?: .stands
                case false?: .goesOn
                case nil: entry.isUnreachable ? .unreachable : .waiting
                }
            return (entry.id, answer, entry.after)
        }
    }
}
