import SkeinWire

/// Whoever takes robots in and throws them out: the fleet's authority, or a robot with the role `enroll` in its stead. It
/// holds the entries known to it, and adds its own, numbered from its last one. What it may not say it refuses to sign:
/// nobody would believe it.
package struct TrustIssuer: Sendable {
    /// Why an entry was not issued.
    package enum Refusal: Error, Hashable, Sendable {
        /// This robot does not enroll, or no more.
        case notEnrolling
        case nameTaken(by: NodeID)
        case keyTaken(by: String)
        case keyRevoked
        /// What the issuer has not itself, or `enroll`, which only the authority gives.
        case rolesBeyond(TrustRoles)
        /// Only the authority throws out who enrolls.
        case revokesEnroller
        case noSuchRobot
        case isRevoked
        /// Nothing can be sealed to this key.
        case badKey
        case full
    }

    /// Numbers that robots hand out begin here; below they are the authority's.
    private static let robotNumbersFrom: UInt16 = 256
    /// Robots that enroll in parts of the fleet that do not hear each other hand out numbers of their own: those equal to
    /// their own modulo this.
    private static let robotNumbersStride: UInt16 = 16

    /// `none`: the authority.
    package let issuer: NodeID
    package let authority: PublicKey
    package let fleet: FleetID
    private let key: SigningKey
    /// All known, in the order of `TrustSet.inOrder`, those issued now included.
    package private(set) var entries: [TrustEntry]
    /// What this issuer has said since it was made.
    package private(set) var issued: [TrustEntry] = []
    /// Of its own, the ones found included.
    private var ownCount: Int
    private var lastNumber: UInt32

    /// `entries` have been checked.
    package init(issuer: NodeID, key: SigningKey, authority: PublicKey, entries: [TrustEntry]) {
        precondition(issuer != .none || key.publicKey == authority, "not the authority's key")
        self.issuer = issuer
        self.key = key
        self.authority = authority
        fleet = FleetID(authority: authority)
        self.entries = TrustSet.inOrder(entries)
        let own = entries.filter { $0.issuer == issuer }
        ownCount = own.count
        lastNumber = own.map(\.number).max() ?? 0
    }

    package var standings: [TrustSet.Standing] { TrustSet.members(of: entries) }

    package func standing(_ name: String) -> TrustSet.Standing? {
        let named = standings.filter { $0.member.name == name }
        return named.first { !$0.isRevoked } ?? named.first
    }

    // MARK: - Members

    /// A robot that is not in the fleet yet.
    package mutating func enroll(
        name: String, key robotKey: PublicKey, roles: TrustRoles, expiresAtSeconds: UInt64?, now: UInt64
    ) throws(Refusal) -> Member {
        try checkOffice(granting: roles)
        let standings = standings
        if let other = standings.first(where: { $0.member.name == name && !$0.isRevoked }) {
            throw .nameTaken(by: other.member.id)
        }
        try checkKey(robotKey, standings, except: .none)
        guard let number = freeNumber(standings) else { throw .full }
        return try add(
            Membership(
                robot: number, key: robotKey.bytes, roles: roles, expiresAtSeconds: expiresAtSeconds, name: name),
            now: now)
    }

    /// A new membership in place of the one it has: other roles, another expiry, another key, a pardon after a demotion.
    package mutating func renew(
        _ name: String, key newKey: PublicKey?, roles: TrustRoles?, expiresAtSeconds: UInt64?, now: UInt64
    ) throws(Refusal) -> Member {
        guard let standing = standing(name) else { throw .noSuchRobot }
        let member = standing.member
        // A revoked robot comes back with another key, never with the one that is out.
        guard !standing.isRevoked || newKey != nil else { throw .isRevoked }
        try checkOffice(granting: roles ?? member.roles)
        if let newKey { try checkKey(newKey, standings, except: member.id) }
        return try add(
            Membership(
                robot: member.id, key: (newKey ?? member.key).bytes, roles: roles ?? member.roles,
                expiresAtSeconds: expiresAtSeconds, name: name), now: now)
    }

    /// Throws a robot out. Of what it issued itself nothing after now will count; with `disowning`, nothing at all.
    package mutating func revoke(_ name: String, disowning: Bool, now: UInt64) throws(Refusal) -> Member {
        try checkOffice(granting: [])
        guard let standing = standing(name) else { throw .noSuchRobot }
        guard !standing.isRevoked else { throw .isRevoked }
        let member = standing.member
        guard issuer == .none || !member.roles.contains(.enroll) else { throw .revokesEnroller }
        let last = entries.lazy.filter { $0.issuer == member.id }.map(\.number).max() ?? 0
        let revocation = Revocation(robot: member.id, key: member.key.bytes, entriesStand: disowning ? 0 : last)
        try sign(.revocation(revocation), now: now)
        return member
    }

    // MARK: - Keys

    /// The highest number that any key of the fleet bears, as far as this issuer knows.
    package func newestKeyNumber(_ held: [FleetSecret]) -> UInt16 {
        let shared = entries.lazy.compactMap { entry -> UInt16? in
            guard case .fleetKey(let share) = entry.content else { return nil }
            return share.keyNumber
        }
        return max(shared.max() ?? 0, held.map(\.number).max() ?? 0)
    }

    /// Hands a key to every member, each by a share that only it can open; or to one alone.
    package mutating func share(_ secret: FleetSecret, only: Member? = nil, now: UInt64) throws(Refusal) {
        try checkOffice(granting: [])
        let members = only.map { [$0] } ?? standings.filter { !$0.isRevoked }.map(\.member)
        for member in members {
            guard let sealed = SealedBox.close(secret.bytes, to: member.key) else { throw .badKey }
            try sign(.fleetKey(FleetKeyShare(keyNumber: secret.number, robot: member.id, sealed: sealed)), now: now)
        }
    }

    // MARK: - Signing

    /// Whether this issuer may issue at all, and what it may give.
    package func checkOffice() throws(Refusal) -> TrustRoles {
        try checkOffice(granting: [])
        guard issuer != .none else { return .all }
        let own = standings.first { $0.member.id == issuer }?.member.roles ?? []
        return own.subtracting(.enroll)
    }

    private func checkOffice(granting roles: TrustRoles) throws(Refusal) {
        guard issuer != .none else { return }
        guard let own = standings.first(where: { $0.member.id == issuer }), !own.isRevoked,
            own.member.roles.contains(.enroll), own.member.key == key.publicKey
        else { throw .notEnrolling }
        let beyond = roles.subtracting(own.member.roles.subtracting(.enroll))
        guard beyond.isEmpty else { throw .rolesBeyond(beyond) }
    }

    private func checkKey(
        _ key: PublicKey, _ standings: [TrustSet.Standing], except robot: NodeID
    ) throws(Refusal) {
        let isOut = entries.contains { entry in
            guard case .revocation(let revocation) = entry.content else { return false }
            return revocation.key == key.bytes
        }
        guard !isOut else { throw .keyRevoked }
        if let other = standings.first(where: { $0.member.key == key && $0.member.id != robot }) {
            throw .keyTaken(by: other.member.name)
        }
        guard SealedBox.close([0], to: key) != nil else { throw .badKey }
    }

    /// Numbers are never given twice: what was said of a robot stays said of its number.
    private func freeNumber(_ standings: [TrustSet.Standing]) -> NodeID? {
        let taken = Set(standings.map(\.member.id.number))
        let isRobot = issuer != .none
        var number: Int =
            isRobot
            ? Int(Self.robotNumbersFrom + issuer.number % Self.robotNumbersStride) : 0
        while number < Int(NodeID.none.number) {
            if !taken.contains(UInt16(number)) { return NodeID(UInt16(number)) }
            number += isRobot ? Int(Self.robotNumbersStride) : 1
        }
        return nil
    }

    private mutating func add(_ membership: Membership, now: UInt64) throws(Refusal) -> Member {
        // Of several memberships the latest counts, even if an earlier issuer's clock was ahead of ours.
        let earlier = entries.lazy.filter { entry in
            guard case .membership(let other) = entry.content else { return false }
            return other.robot == membership.robot
        }.map(\.issuedAtSeconds).max()
        let number = try sign(.membership(membership), now: max(now, earlier.map { $0 + 1 } ?? 0))
        guard let key = PublicKey(bytes: membership.key) else { throw .badKey }
        return Member(
            id: membership.robot, key: key, roles: membership.roles, expiresAtSeconds: membership.expiresAtSeconds,
            name: membership.name, membershipNumber: number)
    }

    @discardableResult
    private mutating func sign(_ content: TrustEntry.Content, now: UInt64) throws(Refusal) -> UInt32 {
        guard entries.count < TrustBook.entriesMax, issuer == .none || ownCount < TrustBook.issuerEntriesMax else {
            throw .full
        }
        ownCount += 1
        lastNumber += 1
        var entry = TrustEntry(
            issuer: issuer, number: lastNumber, issuedAtSeconds: min(now, TrustEntry.secondsMax), content: content)
        entry.signature = key.signature(over: Statement.bytes(.trust, fleet: fleet, entry.statedBytes))
        issued.append(entry)
        let place = entries.lastIndex { TrustSet.precedes($0, entry) }.map { $0 + 1 } ?? 0
        entries.insert(entry, at: place)
        return entry.number
    }
}

extension TrustSet {
    /// The authority's first, then by issuer; each issuer's by number. Who issues stands before what it issues.
    package static func inOrder(_ entries: [TrustEntry]) -> [TrustEntry] { entries.sorted(by: precedes) }

    package static func precedes(_ one: TrustEntry, _ other: TrustEntry) -> Bool {
        if one.isByAuthority != other.isByAuthority { return one.isByAuthority }
        if one.issuer != other.issuer { return one.issuer < other.issuer }
        if one.number != other.number { return one.number < other.number }
        return one.signature.lexicographicallyPrecedes(other.signature)
    }

    /// Both sets' entries, each once, in order.
    package static func united(_ one: [TrustEntry], _ other: [TrustEntry]) -> [TrustEntry] {
        var all: [TrustEntry] = []
        for entry in inOrder(one + other) where all.last != entry { all.append(entry) }
        return all
    }

    /// Whether an entry was signed by its issuer: the authority, or a robot that the authority has made one that enrolls,
    /// by any key that it had. `others` hold the authority's entries.
    package static func isSigned(_ entry: TrustEntry, authority: PublicKey, among others: [TrustEntry]) -> Bool {
        let statement = Statement.bytes(.trust, fleet: FleetID(authority: authority), entry.statedBytes)
        guard !entry.isByAuthority else { return authority.verifies(entry.signature, over: statement) }
        return others.contains { other in
            guard other.isByAuthority, case .membership(let membership) = other.content,
                membership.robot == entry.issuer, membership.roles.contains(.enroll),
                let key = PublicKey(bytes: membership.key)
            else { return false }
            return key.verifies(entry.signature, over: statement)
        }
    }
}
