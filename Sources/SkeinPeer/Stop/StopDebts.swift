import SkeinWire

/// Receipts that this robot owes to issuers of stops and releases that it has obeyed.
///
///     writing ──on the disk──▶ owed ──sent──▶ owed, later ──answered──▶ gone
///
/// - Nothing is receipted before it would survive a power cut. After a restart the stops in force are receipted again.
/// - A receipt is repeated with growing gaps until the issuer has answered. Of one issuer the newest statement counts.
/// - A lost receipt or answer is made good by the next. An issuer that is gone costs a receipt in `gapMax`, and that only
///   while a way to it is known; the first `searchesMax` times a way is searched for.
struct StopDebts {
    private enum Phase: Hashable {
        case writing(PersistID)
        case owed(dueAt: Instant)
    }

    private struct Debt: Hashable {
        var name: StopStatement.Name
        /// From whom this robot has it: the way back, if there is no better. `.none`: from its own disk.
        var from: NodeID
        var phase: Phase
        var tries = 0
        var searches = 0
    }

    /// A receipt to be sent now.
    struct Due: Hashable {
        var name: StopStatement.Name
        var from: NodeID
        /// Worth searching a way for.
        var maySearch: Bool
    }

    static let debtsMax = StopSet.statementsMax
    /// Of many debts the others wait for the next turn.
    static let turnMax = 4
    static let turnSpacing: Duration = .milliseconds(20)
    /// Receipts come in over this span for each member of the fleet, so that they do not meet at the issuer.
    static let spanPerMember: Duration = .milliseconds(7)
    static let gapMin: Duration = .milliseconds(350)
    static let gapMax: Duration = .seconds(10)
    /// Without a way: the first tries wait for one to show itself.
    static let searchAfterTries = 2
    static let searchesMax = 2
    /// After a restart, until neighbours are known.
    static let restartSpan: Duration = .seconds(2)

    private var debts: [Debt] = []
    private(set) var nextDeadline = Instant.distantFuture

    // MARK: What happens

    /// A statement of another robot's has been obeyed; `write` is what will have kept it.
    mutating func owe(_ name: StopStatement.Name, from sender: NodeID, write: PersistID) {
        debts.removeAll { $0.name.issuer == name.issuer }
        guard debts.count < Self.debtsMax else { return }
        debts.append(Debt(name: name, from: sender, phase: .writing(write)))
    }

    /// What the disk held at the start, or what an issuer asks for.
    mutating func owe(_ name: StopStatement.Name, from sender: NodeID, at due: Instant) {
        debts.removeAll { $0.name.issuer == name.issuer }
        guard debts.count < Self.debtsMax else { return }
        debts.append(Debt(name: name, from: sender, phase: .owed(dueAt: due)))
        settle()
    }

    mutating func persisted(_ id: PersistID, members: Int, now: Instant, random: inout PeerRandom) {
        for index in debts.indices where debts[index].phase == .writing(id) {
            let span = Self.spanPerMember * members
            debts[index].phase = .owed(dueAt: now + random.jitter(upTo: span))
        }
        settle()
    }

    mutating func answered(_ name: StopStatement.Name) {
        debts.removeAll { $0.name == name }
        settle()
    }

    /// What counts no more: the stop has been released, or its issuer is out.
    mutating func forget(where isOver: (StopStatement.Name) -> Bool) {
        debts.removeAll { isOver($0.name) }
        settle()
    }

    // MARK: What is to be done

    /// The issuers whose turn it is.
    func issuersDue(now: Instant) -> [NodeID] {
        debts.compactMap { debt in
            guard case .owed(let dueAt) = debt.phase, dueAt <= now else { return nil }
            return debt.name.issuer
        }
    }

    /// `reached`: the issuers that a way is known to now. A receipt without one waits, and is searched a way for now and then.
    mutating func due(reached: [NodeID], now: Instant, random: inout PeerRandom) -> [Due] {
        var due: [Due] = []
        for index in debts.indices {
            guard case .owed(let dueAt) = debts[index].phase, dueAt <= now else { continue }
            guard due.count < Self.turnMax else {
                debts[index].phase = .owed(dueAt: now + Self.turnSpacing)
                continue
            }
            let debt = debts[index]
            let isReached = reached.contains(debt.name.issuer)
            let maySearch = !isReached && debt.tries >= Self.searchAfterTries && debt.searches < Self.searchesMax
            if isReached || maySearch || debt.from != .none {
                due.append(Due(name: debt.name, from: debt.from, maySearch: maySearch))
            }
            if maySearch { debts[index].searches += 1 }
            debts[index].tries += 1
            let gap = min(Self.gapMax, Self.gapMin * (1 << min(debt.tries, 6)))
            debts[index].phase = .owed(dueAt: now + gap + random.jitter(upTo: gap / 2))
        }
        settle()
        return due
    }

    /// What is due waits for the disk, which says when it is ready (`persisted`).
    mutating func wait(now: Instant) {
        for index in debts.indices {
            guard case .owed(let dueAt) = debts[index].phase, dueAt <= now else { continue }
            debts[index].phase = .owed(dueAt: now + Self.turnSpacing)
        }
        settle()
    }

    private mutating func settle() {
        nextDeadline = .distantFuture
        for debt in debts {
            if case .owed(let dueAt) = debt.phase { nextDeadline = min(nextDeadline, dueAt) }
        }
    }
}
