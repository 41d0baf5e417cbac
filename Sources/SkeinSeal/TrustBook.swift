import SkeinWire

/// What one robot knows of its fleet: the roster it started with, and every entry it has learned since. The set only grows;
/// what it amounts to is `TrustSet`'s.
///
/// - An entry is taken if its signature holds under a key that its issuer has, or had; who issues must be known first, so
///   what comes too early is dropped, and comes again: neighbours compare digests.
/// - Shares of the fleet's key that two later ones of the authority's have followed are dropped: the set grows with the fleet,
///   not with how often its key is rolled.
/// - A full book takes the authority's entries in place of a robot's issuer's, and nothing else.
/// - The time is the latest that the authority's entries or the system's clock say: a robot without a clock lets a
///   membership run out late, never early.
package struct TrustBook: Sendable {
    package static let entriesMax = 4_096
    /// Of one robot that enrolls.
    package static let issuerEntriesMax = 512
    package static let demotionsMax = 256

    package enum Refusal: Hashable, Sendable {
        case known
        /// Nobody who may issue, as far as this robot knows.
        case unknownIssuer
        case wrongSignature
        /// What it says its issuer may not say, or its evidence does not prove.
        case notAllowed
        case full
    }

    private struct Learned: Sendable {
        var entry: TrustEntry
        var digest: UInt32
    }

    package let roster: Roster
    package let fleet: FleetID
    private var learned: [Learned] = []
    /// Where the entries learned make a difference to the roster, ascending.
    private var changed: [TrustSet.Standing] = []
    private var demoted: [(robot: NodeID, membershipNumber: UInt32)] = []
    private var timeSeconds: UInt64
    private var shares: [UInt32]
    /// Shares of keys below it are over.
    private var keyFloor: UInt16 = 0

    package init(roster: Roster, fleet: FleetID) {
        self.roster = roster
        self.fleet = fleet
        timeSeconds = roster.entries.reduce(0) { $1.isByAuthority ? max($0, $1.issuedAtSeconds) : $0 }
        shares = [UInt32](repeating: 0, count: TrustSummary.shares)
        for entry in roster.entries { Self.add(TrustSet.digest(of: entry), to: &shares) }
        for entry in roster.entries { forgetOldKeys(after: entry) }
        recompute()
    }

    // MARK: - Who

    package func member(_ id: NodeID) -> Member? { standing(id)?.member }

    private func standing(_ id: NodeID) -> TrustSet.Standing? {
        if !changed.isEmpty, let standing = changed.first(where: { $0.member.id == id }) { return standing }
        return roster.member(id).map { TrustSet.Standing(member: $0, isRevoked: false) }
    }

    package func key(of id: NodeID) -> PublicKey? { member(id)?.key }

    package func isRevoked(_ id: NodeID) -> Bool { standing(id)?.isRevoked ?? false }

    package func isExpired(_ id: NodeID) -> Bool {
        guard let expiry = member(id)?.expiresAtSeconds else { return false }
        return timeSeconds >= expiry
    }

    package func isEnrolled(_ id: NodeID) -> Bool {
        guard let standing = standing(id), !standing.isRevoked else { return false }
        return standing.member.expiresAtSeconds.map { timeSeconds < $0 } ?? true
    }

    package func isDemoted(_ id: NodeID) -> Bool {
        guard !demoted.isEmpty, let member = member(id) else { return false }
        return demoted.contains { $0.robot == id && $0.membershipNumber == member.membershipNumber }
    }

    package func may(_ role: TrustRoles, _ id: NodeID) -> Bool {
        isEnrolled(id) && member(id)?.roles.isSuperset(of: role) == true
    }

    package func mayLead(_ id: NodeID) -> Bool { may(.lead, id) && !isDemoted(id) }

    /// All ever named, ascending: members, and those that are out.
    package var standings: [(member: Member, isRevoked: Bool)] {
        if changed.isEmpty {
            return roster.members.compactMap { id in roster.member(id).map { (member: $0, isRevoked: false) } }
        }
        var all = roster.members.compactMap { id in standing(id).map { ($0.member, $0.isRevoked) } }
        all += changed.filter { roster.member($0.member.id) == nil }.map { ($0.member, $0.isRevoked) }
        return all.sorted { $0.0.id < $1.0.id }.map { (member: $0.0, isRevoked: $0.1) }
    }

    /// Ascending.
    package var members: [NodeID] {
        if changed.isEmpty { return timeSeconds == 0 ? roster.members : roster.members.filter(isEnrolled) }
        return standings.map(\.member.id).filter(isEnrolled)
    }

    // MARK: - Time

    /// Seconds of UTC that it is at least.
    package var secondsAtLeast: UInt64 { timeSeconds }

    /// The system's clock, for what it is worth.
    package mutating func clockSays(_ seconds: UInt64) {
        timeSeconds = max(timeSeconds, min(seconds, TrustEntry.secondsMax))
    }

    // MARK: - Entries

    package var entryCount: Int { roster.entries.count + learned.count }

    /// The roster's, then those learned in their order.
    package var entries: [TrustEntry] { roster.entries.filter { !isOver($0) } + learned.map(\.entry) }

    package var digest: UInt32 { shares.reduce(0, ^) }

    package var summary: TrustSummary { TrustSummary(digests: shares) }

    /// What a neighbour that sent this may lack.
    package func entries(lackedBy summary: TrustSummary) -> [TrustEntry] {
        let differing = shares.indices.filter { shares[$0] != summary.digests[$0] }
        guard !differing.isEmpty else { return [] }
        return entries.filter { differing.contains(Self.share(of: TrustSet.digest(of: $0))) }
    }

    package func knows(_ entry: TrustEntry) -> Bool {
        learned.contains { $0.entry == entry } || roster.entries.contains(entry)
    }

    /// Nil: taken, and the book says what it means from now on. `verifier` checks signatures; `isProof` whether a demotion's
    /// evidence proves what it should against that member.
    package mutating func admit(
        _ entry: TrustEntry, verifier: any Verifier, isProof: (Demotion, Member) -> Bool
    ) -> Refusal? {
        guard !knows(entry), !isOver(entry) else { return .known }
        if case .demotion(let demotion) = entry.content { return admit(entry, demotion, isProof: isProof) }
        let keys = issuerKeys(entry)
        guard !keys.isEmpty else { return .unknownIssuer }
        let count = entry.isByAuthority ? 0 : learned.count { $0.entry.issuer == entry.issuer }
        guard count < Self.issuerEntriesMax, hasRoom(for: entry) else { return .full }
        let statement = Statement.bytes(.trust, fleet: fleet, entry.statedBytes)
        guard keys.contains(where: { verifier.isStated(statement, signature: entry.signature, by: $0) }) else {
            return .wrongSignature
        }
        makeRoom()
        add(entry)
        return nil
    }

    private mutating func admit(
        _ entry: TrustEntry, _ demotion: Demotion, isProof: (Demotion, Member) -> Bool
    ) -> Refusal? {
        let said = (demotion.accused, demotion.membershipNumber)
        guard !demoted.contains(where: { ($0.robot, $0.membershipNumber) == said }) else { return .known }
        guard demoted.count < Self.demotionsMax, entryCount < Self.entriesMax else { return .full }
        guard memberships(of: demotion).contains(where: { isProof(demotion, $0) }) else { return .notAllowed }
        add(entry)
        return nil
    }

    /// The membership it is about, whether or not a later one pardons the robot: who knows the pardon already must come to
    /// the same set as who learns it afterwards. Issuers number for themselves, so there may be several.
    private func memberships(of demotion: Demotion) -> [Member] {
        let ever = [roster.member(demotion.accused)] + entries.map(TrustSet.member)
        return ever.compactMap { $0 }.filter {
            $0.id == demotion.accused && $0.membershipNumber == demotion.membershipNumber
        }
    }

    /// Those that this robot has taken in an earlier boot; what they mean is looked at once.
    package mutating func restore(_ entries: [TrustEntry]) {
        for entry in entries where entryCount < Self.entriesMax && !knows(entry) && !isOver(entry) { keep(entry) }
        recompute()
    }

    /// A share of a key that two later ones of the authority's have followed: nobody needs it, and it makes room.
    private func isOver(_ entry: TrustEntry) -> Bool { Self.isOver(entry, below: keyFloor) }

    private static func isOver(_ entry: TrustEntry, below floor: UInt16) -> Bool {
        guard case .fleetKey(let share) = entry.content else { return false }
        return share.keyNumber < floor
    }

    private mutating func forgetOldKeys(after entry: TrustEntry) {
        guard entry.isByAuthority, case .fleetKey(let share) = entry.content, share.keyNumber > keyFloor + 1 else {
            return
        }
        let floor = share.keyNumber - 1
        keyFloor = floor
        learned.removeAll { Self.isOver($0.entry, below: floor) }
        shares = [UInt32](repeating: 0, count: TrustSummary.shares)
        for entry in roster.entries where !isOver(entry) { Self.add(TrustSet.digest(of: entry), to: &shares) }
        for entry in learned { Self.add(entry.digest, to: &shares) }
    }

    private mutating func add(_ entry: TrustEntry) {
        keep(entry)
        switch entry.content {
        case .membership, .revocation, .demotion: recompute()
        // Says nothing of who belongs, and there is one for each robot and key.
        case .fleetKey: break
        }
    }

    private mutating func keep(_ entry: TrustEntry) {
        let digest = TrustSet.digest(of: entry)
        learned.append(Learned(entry: entry, digest: digest))
        Self.add(digest, to: &shares)
        forgetOldKeys(after: entry)
        if entry.isByAuthority { clockSays(entry.issuedAtSeconds) }
    }

    private func hasRoom(for entry: TrustEntry) -> Bool {
        entryCount < Self.entriesMax || entry.isByAuthority && learned.contains { !$0.entry.isByAuthority }
    }

    /// Only once the new entry's signature has held: nobody else makes an old one go.
    private mutating func makeRoom() {
        guard entryCount >= Self.entriesMax, let place = learned.lastIndex(where: { !$0.entry.isByAuthority }) else {
            return
        }
        let out = learned.remove(at: place)
        Self.add(out.digest, to: &shares)
        recompute()
    }

    private mutating func recompute() {
        let all = entries
        demoted = Self.demotions(in: all)
        guard roster.authority != nil else { return }
        let base = roster.entries.isEmpty ? roster.members.compactMap { roster.member($0) } : []
        let standings = TrustSet.members(of: all, base: base)
        changed = standings.filter { standing in
            standing.isRevoked || roster.member(standing.member.id) != standing.member
        }
        // Whose issuer's word no longer stands is out, though the roster names it.
        guard !learned.isEmpty, !roster.entries.isEmpty else { return }
        let named = Set(standings.map(\.member.id))
        let fallen = roster.members.filter { !named.contains($0) }.compactMap { roster.member($0) }
        changed += fallen.map { TrustSet.Standing(member: $0, isRevoked: true) }
        changed.sort { $0.member.id < $1.member.id }
    }

    private func issuerKeys(_ entry: TrustEntry) -> [PublicKey] {
        guard !entry.isByAuthority else { return roster.authority.map { [$0] } ?? [] }
        return entries.compactMap { known -> PublicKey? in
            guard known.isByAuthority, case .membership(let membership) = known.content,
                membership.robot == entry.issuer, membership.roles.contains(.enroll)
            else { return nil }
            return PublicKey(bytes: membership.key)
        }
    }

    private static func demotions(in entries: [TrustEntry]) -> [(robot: NodeID, membershipNumber: UInt32)] {
        entries.compactMap { entry in
            switch entry.content {
            case .demotion(let demotion): (demotion.accused, demotion.membershipNumber)
            case .membership, .revocation, .fleetKey: nil
            }
        }
    }

    private static func share(of digest: UInt32) -> Int { Int(digest) & (TrustSummary.shares - 1) }

    private static func add(_ digest: UInt32, to shares: inout [UInt32]) { shares[share(of: digest)] ^= digest }
}
