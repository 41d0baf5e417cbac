import CSodium
import SkeinWire

/// What a set of entries amounts to. A function of the set alone, whatever order it came in: two robots with the same
/// entries agree.
///
/// - The authority's word stands. A robot's stands if the authority has made it one that enrolls, and it is not revoked, or
///   the entry is among those that its revocation lets stand; it grants roles that it has itself, never `enroll`, and
///   neither revokes nor replaces anybody who enrolls.
/// - An entry does not say by which of its issuer's keys it was signed. So a number whose key was revoked while it enrolled
///   issues nothing more, under no key: whoever has the old one could go on in the name of the new.
/// - Of several memberships of one robot the latest issued counts; at one time the authority's, then the higher number.
/// - A revoked key is out, whatever memberships say. Another key of the same robot is not.
package enum TrustSet {
    package struct Standing: Hashable, Sendable {
        package var member: Member
        package var isRevoked: Bool
    }

    /// BLAKE2b, the first four bytes of 16, over the entry with its signature; of a demotion over what it says, whoever
    /// proved it and how: robots that know different proofs of one thing agree.
    package static func digest(of entry: TrustEntry) -> UInt32 {
        var bytes = entry.bytes
        if case .demotion(let demotion) = entry.content {
            var writer = ByteWriter()
            writer.u8(bytes[0])
            writer.node(demotion.accused)
            writer.u32(demotion.membershipNumber)
            bytes = writer.bytes
        }
        var hash = [UInt8](repeating: 0, count: 16)
        let status = crypto_generichash(&hash, hash.count, bytes, UInt64(bytes.count), nil, 0)
        precondition(status == 0, "no hash of an entry")
        return hash.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// All robots that any standing membership names, ascending; and those of `base`, which are members without an entry's
    /// saying so, as in a simulator.
    package static func members(of entries: [TrustEntry], base: [Member] = []) -> [Standing] {
        let byAuthority = standing(entries.filter(\.isByAuthority), base: base, above: [])
        return standing(entries, base: base, above: byAuthority)
    }

    /// Who may issue, by which key, as the authority's entries have it; and up to which number if its key is out.
    package static func issuers(of entries: [TrustEntry]) -> [Member] {
        standing(entries.filter(\.isByAuthority), base: [], above: []).map(\.member).filter {
            $0.roles.contains(.enroll)
        }
    }

    /// A membership and the entry that says it; nil: the base does, before all entries.
    private struct Candidate {
        var entry: TrustEntry?
        var member: Member
    }

    private static func standing(_ entries: [TrustEntry], base: [Member], above: [Standing]) -> [Standing] {
        let byAuthority = entries.filter(\.isByAuthority)
        let revocations = byAuthority.compactMap(revocation)
        let offices = byAuthority.compactMap(member).filter { $0.roles.contains(.enroll) }
        let closed = revocations.filter { out in offices.contains { $0.id == out.robot && $0.key.bytes == out.key } }
        var candidates = base.map { Candidate(entry: nil, member: $0) }
        var revoked = revocations.map(\.key)
        for entry in entries {
            guard entry.isByAuthority || mayIssue(entry, issuers: above, closed: closed) else { continue }
            switch entry.content {
            case .membership:
                if let member = member(entry) { candidates.append(Candidate(entry: entry, member: member)) }
            case .revocation(let revocation): if !entry.isByAuthority { revoked.append(revocation.key) }
            case .fleetKey, .demotion: continue
            }
        }
        candidates.sort(by: isEarlier)
        var standings: [Standing] = []
        for (index, candidate) in candidates.enumerated() {
            let isLast =
                index + 1 == candidates.count || candidates[index + 1].member.id != candidate.member.id
            guard isLast else { continue }
            standings.append(
                Standing(member: candidate.member, isRevoked: revoked.contains(candidate.member.key.bytes)))
        }
        return standings
    }

    /// What a membership says by itself; nil of other entries.
    static func member(_ entry: TrustEntry) -> Member? {
        switch entry.content {
        case .membership(let membership):
            PublicKey(bytes: membership.key).map { key in
                Member(
                    id: membership.robot, key: key, roles: membership.roles,
                    expiresAtSeconds: membership.expiresAtSeconds, name: membership.name,
                    membershipNumber: entry.number)
            }
        case .revocation, .fleetKey, .demotion: nil
        }
    }

    private static func revocation(_ entry: TrustEntry) -> Revocation? {
        switch entry.content {
        case .revocation(let revocation): revocation
        case .membership, .fleetKey, .demotion: nil
        }
    }

    private static func mayIssue(_ entry: TrustEntry, issuers: [Standing], closed: [Revocation]) -> Bool {
        guard let issuer = issuers.first(where: { $0.member.id == entry.issuer })?.member,
            issuer.roles.contains(.enroll), entry.issuedAtSeconds <= issuer.expiresAtSeconds ?? .max
        else { return false }
        if closed.contains(where: { $0.robot == entry.issuer && entry.number > $0.entriesStand }) { return false }
        switch entry.content {
        case .membership(let membership):
            return membership.roles.isSubset(of: issuer.roles.subtracting(.enroll))
                && !issuers.contains { $0.member.id == membership.robot && $0.member.roles.contains(.enroll) }
        case .revocation(let revocation):
            return !issuers.contains { $0.member.key.bytes == revocation.key && $0.member.roles.contains(.enroll) }
        case .fleetKey: return true
        case .demotion: return false
        }
    }

    private static func isEarlier(_ one: Candidate, _ other: Candidate) -> Bool {
        if one.member.id != other.member.id { return one.member.id < other.member.id }
        guard let first = one.entry, let second = other.entry else { return one.entry == nil && other.entry != nil }
        if first.issuedAtSeconds != second.issuedAtSeconds { return first.issuedAtSeconds < second.issuedAtSeconds }
        if first.isByAuthority != second.isByAuthority { return second.isByAuthority }
        if first.number != second.number { return first.number < second.number }
        if first.issuer != second.issuer { return first.issuer < second.issuer }
        return first.signature.lexicographicallyPrecedes(second.signature)
    }
}
