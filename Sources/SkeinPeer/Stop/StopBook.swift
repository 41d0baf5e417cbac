import SkeinWire

/// What a robot knows of emergency stops, keeps over power cuts, tells its neighbours, owes to issuers, and awaits from the
/// members if it has issued something itself. Who may say what is judged by the peer (PeerStop.swift); docs/stop.md has
/// the rules.
///
///     no stop in force ──a stop that is news──▶ stopped, latched ──releases that name every stop in force──▶ no stop in force
///
/// - A robot stands while the set holds a stop that no release names. No time passes in this.
/// - Each statement is one record in a slot of its own. What is taken counts at once; only a receipt waits for the disk. A
///   power cut before that loses what nobody was told; the neighbours tell it again.
/// - Numbers: one more than the highest that this robot has taken of anybody. A robot whose disk was lost may so bear a number
///   that is long released: if it stops the fleet, and nobody has shown to stand for it, a release that turns up is
///   older than the stop, and the stop is issued again above it.
struct StopBook {
    let us: NodeID
    let fleet: FleetID
    private(set) var known: StopSet
    var spread = StopSpread()
    var debts = StopDebts()
    private(set) var round: StopRound?
    private var writes: UInt64 = 0
    /// Under way to the disk. A body answers every write, so as many as there are.
    private var pending: [PersistID] = []
    /// Statements since the neighbours last all knew the same: told first.
    private var news: [StopStatement] = []
    private var stopTurn = 0
    private var releaseTurn = 0
    /// Issued in this boot, and nobody has shown yet that it stands for it.
    private var unconfirmed: StopStatement.Name?
    /// Restored as stopped, and the restart's work is still to be done.
    private(set) var isRestart: Bool

    init(us: NodeID, fleet: FleetID, restored: [StateRecord]) {
        self.us = us
        self.fleet = fleet
        var kept: [StopSet.Kept] = []
        var slots: [Int] = []
        // Of two records of one slot the newer counts, and only it.
        for record in restored.reversed() {
            guard let slot = StateKey.slot(record.key, of: .stops), slot < StopSet.statementsMax, !slots.contains(slot)
            else { continue }
            slots.append(slot)
            guard let bytes = record.bytes else { continue }
            var reader = ByteReader(bytes)
            guard let statement = try? StopStatement(reading: &reader), reader.remaining == 0 else { continue }
            kept.append(StopSet.Kept(statement: statement, slot: slot))
        }
        known = StopSet(kept.sorted { $0.slot < $1.slot })
        isRestart = known.digest != 0
    }

    // MARK: What is asked

    var isStopped: Bool { known.isStopped }
    var digest: UInt32 { known.digest }
    var isPersisted: Bool { pending.isEmpty }
    var ours: (digest: UInt32, isStopped: Bool) { (known.digest, known.isStopped) }
    /// The stop in force that a person names: the one with the highest number.
    var inForce: StopStatement.Name? { known.active.last }

    var nextDeadline: Instant {
        guard !isRestart else { return .zero }
        return min(spread.nextDeadline, debts.nextDeadline, round?.nextDeadline ?? .distantFuture)
    }

    /// What the next notice says. What is new comes first, and alone in the first notices: they are to be short. Later ones
    /// go through all that is known, stops in force first.
    mutating func notice() -> StopNotice {
        let all = known.kept.map(\.statement)
        let active = all.filter { $0.kind == .stop }.sorted { $0.name > $1.name }
        let told: [StopStatement]
        if spread.step < StopSpread.contactStep, !news.isEmpty {
            told = Self.fitting(news.reversed() + active.prefix(1).filter { !news.contains($0) }, after: [])
        } else {
            let releases = all.filter { $0.kind == .release }
            // A crowd of stops leaves room for the releases.
            let stopsMax = releases.isEmpty ? StopNotice.statementsMax : StopNotice.statementsMax / 2
            let stops = Self.fitting(Array(Self.rotated(active, stopTurn).prefix(stopsMax)), after: [])
            told = Self.fitting(Self.rotated(releases, releaseTurn), after: stops)
            stopTurn &+= stops.count
            releaseTurn &+= told.count - stops.count
        }
        return StopNotice(isStopped: known.isStopped, digest: known.digest, statements: told)
    }

    /// `told`, and of `wanted` as many as still fit, in order.
    private static func fitting(_ wanted: [StopStatement], after told: [StopStatement]) -> [StopStatement] {
        var told = told
        var bytes = told.reduce(noticeHeadBytes) { $0 + $1.byteCount }
        for statement in wanted where told.count < StopNotice.statementsMax {
            guard bytes + statement.byteCount <= Envelope.bodyBytesMax else { break }
            bytes += statement.byteCount
            told.append(statement)
        }
        return told
    }

    private static let briefMax = 4
    private static let noticeHeadBytes = 6

    private static func rotated(_ statements: [StopStatement], _ turn: Int) -> [StopStatement] {
        guard !statements.isEmpty else { return [] }
        let start = turn % statements.count
        return Array(statements[start...] + statements[..<start])
    }

    func report(members: [NodeID], name: (NodeID) -> String) -> SafetyReport {
        func own() -> SafetyReport.Robot {
            SafetyReport.Robot(
                id: us, name: name(us), answer: !isPersisted ? .waiting : isStopped ? .stands : .goesOn, after: nil)
        }
        var robots = [own()]
        for answer in round?.answers ?? [] {
            robots.append(
                SafetyReport.Robot(id: answer.id, name: name(answer.id), answer: answer.answer, after: answer.after))
        }
        robots.sort { $0.id < $1.id }
        return SafetyReport(
            robot: us, isStopped: isStopped, isPersisted: isPersisted, numberMax: known.numberMax, active: known.active,
            issued: round?.issued, robots: Array(robots.prefix(SafetyReport.robotsMax)))
    }

    // MARK: What is issued

    /// What this robot would say next, unsigned. Should somebody have spent more numbers than a fleet ever needs, a stop bears
    /// the next of this robot's own: only they are compared. Were it to top others' up to the last there is, that would be
    /// the last stop of this robot that counts.
    func draft(_ kind: StopStatement.Kind, names: [StopStatement.Name] = []) -> StopStatement {
        var number = min(known.numberMax, Self.numberLast - 1) + 1
        if kind == .stop, known.numberMax >= Self.numberLast / 2 {
            number = min(known.numberNext(of: us), Self.numberLast)
        }
        return StopStatement(kind: kind, issuer: us, number: number, names: names)
    }

    /// The highest that a receiver reads (`ByteReader.serial`).
    private static let numberLast = UInt32.max / 2

    /// A statement of this robot's own, taken: from now on its receipts are awaited.
    mutating func issued(_ statement: StopStatement, members: [NodeID], now: Instant) {
        let issued = SafetyReport.Issued(name: statement.name, isRelease: statement.kind == .release)
        round = StopRound(issued, us: us, members: members, now: now)
        unconfirmed = statement.kind == .stop ? statement.name : nil
    }

    // MARK: What happens

    /// Takes a statement that is news; what is to be written, in order. Nil: there is no place.
    mutating func take(_ statement: StopStatement, from sender: NodeID) -> [(id: PersistID, record: StateRecord)]? {
        guard let changes = known.take(statement) else { return nil }
        news.removeAll { $0.issuer == statement.issuer && $0.kind == statement.kind }
        if news.count == Self.briefMax { news.removeFirst() }
        news.append(statement)
        let records = changes.map { change -> (id: PersistID, record: StateRecord) in
            writes += 1
            let id = PersistID(StateKey.key(.stops, slot: 0) | writes)
            pending.append(id)
            switch change {
            case .write(let slot, let statement):
                var writer = ByteWriter()
                statement.write(to: &writer)
                return (id, StateRecord(key: StateKey.key(.stops, slot: slot), bytes: writer.bytes))
            case .erase(let slot): return (id, StateRecord(key: StateKey.key(.stops, slot: slot), bytes: nil))
            }
        }
        if statement.issuer != us, let write = records.first?.id {
            debts.owe(statement.name, from: sender, write: write)
        }
        if let round, !round.issued.isRelease, known.isReleased(round.issued.name) { self.round = nil }
        if let round, round.issued.isRelease, statement.kind == .stop, round.issued.name != statement.name {
            self.round = nil
        }
        return records
    }

    mutating func persisted(_ id: PersistID, members: Int, now: Instant, random: inout PeerRandom) {
        pending.removeAll { $0 == id }
        debts.persisted(id, members: members, now: now, random: &random)
    }

    /// All neighbours know what this robot knows: nothing is news any more.
    mutating func settled() { news = [] }

    /// Somebody stands with this robot, or has done for what it issued.
    mutating func confirmed() { unconfirmed = nil }

    /// A stop of this boot that turns out to be released, and nobody has stood for it: it is to be issued again.
    mutating func takeDisowned() -> Bool {
        guard let name = unconfirmed, known.isReleased(name) else { return false }
        unconfirmed = nil
        return true
    }

    mutating func answered(_ receipt: StopReceipt, by robot: NodeID, now: Instant) {
        if receipt.isStopped, receipt.name == unconfirmed { unconfirmed = nil }
        guard let issued = round?.issued, issued.name == receipt.name || receipt.digest == known.digest else { return }
        round?.answered(robot, isStopped: receipt.isStopped, now: now)
    }

    mutating func questions(members: [NodeID], reached: [NodeID], now: Instant) -> [StopRound.Question] {
        round?.sync(members)
        return round?.due(reached: reached, now: now) ?? []
    }

    /// The first work after a start with something on the disk: whoever issued a stop in force hears from this robot again, and
    /// if that was itself, it asks everybody.
    mutating func restart(members: [NodeID], now: Instant, random: inout PeerRandom) {
        isRestart = false
        for name in known.active {
            if name.issuer == us {
                round = StopRound(
                    SafetyReport.Issued(name: name, isRelease: false), us: us, members: members, now: now)
            } else {
                debts.owe(
                    name, from: .none, at: now + StopDebts.restartSpan + random.jitter(upTo: StopDebts.restartSpan))
            }
        }
    }
}

extension StopStatement {
    /// On the air.
    fileprivate var byteCount: Int { statedBytes.count + Self.signatureBytes }
}
