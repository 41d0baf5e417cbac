import SkeinSeal
import SkeinWire

/// A fleet with an authority, and entries signed as a test wants them, allowed or not.
struct TrustFleet {
    static let authorityKey = SigningKey(seed: [UInt8](repeating: 0xA0, count: SigningKey.seedBytes))

    let fleet: FleetID
    let verifier = SodiumVerifier()

    init() { fleet = FleetID(authority: Self.authorityKey.publicKey) }

    /// A robot's key: its first, or one of those after a loss.
    static func key(_ robot: UInt16, generation: UInt8 = 0) -> SigningKey {
        var seed = [UInt8](repeating: generation, count: SigningKey.seedBytes)
        seed[0] = UInt8(truncatingIfNeeded: robot)
        seed[1] = UInt8(truncatingIfNeeded: robot >> 8)
        seed[2] = 0x77
        return SigningKey(seed: seed)
    }

    /// Signed by the authority, or by the robot `issuer` with its key of that generation.
    func entry(
        _ content: TrustEntry.Content, number: UInt32, at seconds: UInt64 = 1_000, by issuer: UInt16? = nil,
        generation: UInt8 = 0
    ) -> TrustEntry {
        var entry = TrustEntry(
            issuer: issuer.map { NodeID($0) } ?? .none, number: number, issuedAtSeconds: seconds, content: content)
        let key = issuer.map { Self.key($0, generation: generation) } ?? Self.authorityKey
        entry.signature = key.signature(over: Statement.bytes(.trust, fleet: fleet, entry.statedBytes))
        return entry
    }

    func member(
        _ robot: UInt16, key generation: UInt8 = 0, roles: TrustRoles = [.lead, .releaseStops], expires: UInt64? = nil,
        number: UInt32, at seconds: UInt64 = 1_000, by issuer: UInt16? = nil, issuerKey: UInt8 = 0
    ) -> TrustEntry {
        entry(
            .membership(
                Membership(
                    robot: NodeID(robot), key: Self.key(robot, generation: generation).publicKey.bytes, roles: roles,
                    expiresAtSeconds: expires, name: "robot-\(robot)")),
            number: number, at: seconds, by: issuer, generation: issuerKey)
    }

    func revocation(
        _ robot: UInt16, key generation: UInt8 = 0, entriesStand: UInt32 = 0, number: UInt32,
        at seconds: UInt64 = 1_000, by issuer: UInt16? = nil, issuerKey: UInt8 = 0
    ) -> TrustEntry {
        entry(
            .revocation(
                Revocation(
                    robot: NodeID(robot), key: Self.key(robot, generation: generation).publicKey.bytes,
                    entriesStand: entriesStand)),
            number: number, at: seconds, by: issuer, generation: issuerKey)
    }

    func demotion(_ robot: UInt16, of membership: UInt32, number: UInt32 = 1, by issuer: UInt16 = 9) -> TrustEntry {
        let evidence = [UInt8](repeating: 1, count: Envelope.headerBytes + Envelope.signatureBytes + 1)
        return entry(
            .demotion(
                Demotion(accused: NodeID(robot), membershipNumber: membership, evidence: .brokenRule(evidence))),
            number: number, by: issuer)
    }

    /// A book of a robot that started with these entries.
    func book(_ entries: [TrustEntry] = []) -> TrustBook {
        TrustBook(roster: Roster(authority: Self.authorityKey.publicKey, entries: entries), fleet: fleet)
    }

    /// Takes an entry; any evidence proves what it says.
    func admit(_ entry: TrustEntry, to book: inout TrustBook) -> TrustBook.Refusal? {
        book.admit(entry, verifier: verifier) { demotion, member in demotion.accused == member.id }
    }

    /// Takes what can be taken, again and again, as neighbours tell it again and again.
    func admit(_ entries: [TrustEntry], to book: inout TrustBook) {
        var left = entries
        while true {
            let before = left.count
            left.removeAll { admit($0, to: &book) == nil }
            if left.count == before { return }
        }
    }

    /// A robot whose neighbours have all proved their fifth boot.
    func station(
        _ robot: UInt16, entries: [TrustEntry], verifier: any Verifier = SodiumVerifier()
    ) -> Station {
        let roster = Roster(authority: Self.authorityKey.publicKey, entries: entries)
        let key = FleetKey(bytes: (0..<32).map { 0x60 + $0 }, fleet: fleet)
        let station = Station(
            Seal(
                id: NodeID(robot), epoch: Epoch(SealFleet.epoch), keyring: FleetKeyring([key]), roster: roster,
                signer: KeySigner(Self.key(robot)), verifier: verifier, opener: nil))
        for number in SealFleet.members where number != robot { station.prove(number, epoch: SealFleet.epoch) }
        return station
    }
}
