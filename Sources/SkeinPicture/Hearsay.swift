import SkeinPeer
import SkeinSeal
import SkeinWire

/// What others say of a robot: of each kind of word the freshest.
struct Hearsay: Sendable {
    /// As a neighbour of somebody: who says so, and how old the robot's word to it is now.
    struct Sight: Sendable {
        var by: NodeID
        var neighbour: NeighbourAccount
        var age: Duration
    }

    let id: NodeID
    var sight: Sight?
    /// Of the eyes, or else of whoever was told last.
    var account: PeerAccount?
    var accountAge: Duration = .zero
    /// The way to it from the eyes.
    var route: RouteAccount?
    /// Its machine's key is used by two, somebody has found.
    var isDoubled = false
    /// It has computed wrongly for these.
    var shunnedBy: [NodeID] = []
    var lossLast: StandingLoss?
    /// A witness has had it as a neighbour, has no way to it now, and it has not said that it leaves.
    var isMissedBy: NodeID?
    /// The answer that whoever issued the stop has of it.
    var answer: SafetyReport.Robot?
    var answerAge: Duration = .zero
    var hasLeft = false

    init(id: NodeID) { self.id = id }

    /// Since its last word to anybody who tells; nil: nobody has heard it.
    var silence: Duration? {
        let byAccount = account?.contact.map { $0.silence + accountAge }
        guard let sight else { return byAccount }
        return byAccount.map { min($0, sight.age) } ?? sight.age
    }
}

/// Everybody somebody has a word about, with the words; ascending.
struct HearsayTable: Sendable {
    private(set) var rows: [Hearsay]
    private var places: [NodeID: Int]

    init(_ picture: SwarmPicture, at now: Instant) {
        var ids = Set(picture.roster)
        for witness in picture.witnesses {
            ids.insert(witness.id)
            ids.formUnion((witness.report?.neighbours ?? []).map(\.id))
            ids.formUnion(witness.accounts.map(\.robot))
        }
        ids.remove(.none)
        rows = ids.sorted().map { Hearsay(id: $0) }
        places = [NodeID: Int](minimumCapacity: rows.count)
        for (place, row) in rows.enumerated() { places[row.id] = place }
        for witness in picture.witnesses { take(witness, isEyes: witness.id == picture.eyes, at: now) }
    }

    subscript(robot: NodeID) -> Hearsay? { places[robot].map { rows[$0] } }

    private mutating func take(_ witness: Witness, isEyes: Bool, at now: Instant) {
        for neighbour in witness.report?.neighbours ?? [] {
            guard let place = places[neighbour.id] else { continue }
            let age = witness.age(of: neighbour.heardAt, at: now)
            // The eyes' own sight of it is what they see it by.
            let isBetter = rows[place].sight.map { age < $0.age } ?? true
            if isEyes || isBetter {
                rows[place].sight = .init(by: witness.id, neighbour: neighbour, age: age)
            }
        }
        if isEyes {
            for route in witness.report?.routes ?? [] {
                if let place = places[route.destination] { rows[place].route = route }
            }
        }
        let accountAge = now - witness.accountsAt
        for account in witness.accounts where account.robot != witness.id {
            guard let place = places[account.robot] else { continue }
            take(account, of: witness.id, age: accountAge, at: place, isEyes: isEyes)
        }
        for answer in witness.safety?.robots ?? [] where witness.safety?.issued != nil {
            guard let place = places[answer.id] else { continue }
            rows[place].answer = answer
            rows[place].answerAge = now - witness.safetyAt
        }
    }

    private mutating func take(
        _ account: PeerAccount, of witness: NodeID, age: Duration, at place: Int, isEyes: Bool
    ) {
        let silence = account.contact.map { $0.silence + age }
        let known = rows[place].account?.contact.map { $0.silence + rows[place].accountAge }
        let isBetter =
            rows[place].account == nil || silence.map { silence in known.map { silence < $0 } ?? true } ?? false
        if isEyes || isBetter {
            rows[place].account = account
            rows[place].accountAge = age
        }
        if account.isDoubled { rows[place].isDoubled = true }
        if account.hasLeft { rows[place].hasLeft = true }
        if case .shunned? = account.results?.trust {
            rows[place].shunnedBy.append(witness)
            rows[place].lossLast = account.results?.lossLast ?? rows[place].lossLast
        }
        let isMissed = account.contact != nil && !account.isNeighbour && account.next == .none && !account.hasLeft
        if isMissed, account.state != .revoked { rows[place].isMissedBy = witness }
    }
}
