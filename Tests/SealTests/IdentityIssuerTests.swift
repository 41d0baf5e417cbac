import SkeinWire
import Testing

@testable import SkeinSeal

/// Who may take robots in and throw them out, and what comes of it.
@Suite struct IdentityIssuerTests {
    private static func key(_ fill: UInt8) -> SigningKey { SigningKey(seed: [UInt8](repeating: fill, count: 32)) }
    private static let authority = key(1)
    private static let usual: TrustRoles = [.lead, .releaseStops, .commandMissions]

    private static func fleet() -> TrustIssuer {
        var issuer = TrustIssuer(issuer: .none, key: authority, authority: authority.publicKey, entries: [])
        for (name, fill, roles) in [
            ("alpha", 10, usual), ("bravo", 11, usual.union(.enroll)), ("charlie", 12, []),
        ] as [(String, UInt8, TrustRoles)] {
            _ = try? issuer.enroll(
                name: name, key: key(fill).publicKey, roles: roles, expiresAtSeconds: nil, now: 1_000)
        }
        return issuer
    }

    private static func robot(_ number: UInt16, _ fill: UInt8, _ entries: [TrustEntry]) -> TrustIssuer {
        TrustIssuer(issuer: NodeID(number), key: key(fill), authority: authority.publicKey, entries: entries)
    }

    private func refusal(_ body: () throws(TrustIssuer.Refusal) -> Void) -> TrustIssuer.Refusal? {
        do throws(TrustIssuer.Refusal) {
            try body()
            return nil
        } catch { return error }
    }

    @Test func `members are numbered in their order, and every entry is signed`() {
        let fleet = Self.fleet()
        #expect(fleet.standings.map(\.member.id) == [NodeID(0), NodeID(1), NodeID(2)])
        #expect(fleet.entries.map(\.number) == [1, 2, 3] && fleet.issued == fleet.entries)
        for entry in fleet.entries {
            #expect(TrustSet.isSigned(entry, authority: Self.authority.publicKey, among: []))
            #expect(!TrustSet.isSigned(entry, authority: Self.key(2).publicKey, among: []))
        }
    }

    @Test func `a book takes all that is issued`() {
        var fleet = Self.fleet()
        #expect(throws: Never.self) {
            try fleet.share(.fresh(number: 2), now: 1_001)
            _ = try fleet.revoke("charlie", disowning: false, now: 1_002)
        }
        let roster = Roster(members: [], authority: Self.authority.publicKey, entries: [])
        var book = TrustBook(roster: roster, fleet: fleet.fleet)
        for entry in fleet.entries {
            #expect(book.admit(entry, verifier: SodiumVerifier(), isProof: { _, _ in false }) == nil)
        }
        #expect(book.members == [NodeID(0), NodeID(1)] && book.isRevoked(NodeID(2)))
    }

    @Test func `a robot that enrolls does so in numbers of its own, and within its own roles`() {
        let fleet = Self.fleet()
        var bravo = Self.robot(1, 11, fleet.entries)
        let member = try? bravo.enroll(
            name: "delta", key: Self.key(20).publicKey, roles: .lead, expiresAtSeconds: 5_000, now: 2_000)
        #expect(member?.id == NodeID(257) && member?.expiresAtSeconds == 5_000)
        #expect(TrustSet.isSigned(bravo.issued[0], authority: Self.authority.publicKey, among: fleet.entries))
        #expect(bravo.standings.count == 4)
        #expect(
            refusal { () throws(TrustIssuer.Refusal) in
                _ = try bravo.enroll(
                    name: "echo", key: Self.key(21).publicKey, roles: [.lead, .enroll], expiresAtSeconds: nil,
                    now: 2_000)
            } == .rolesBeyond(.enroll))
        #expect(
            refusal { () throws(TrustIssuer.Refusal) in
                _ = try bravo.enroll(
                    name: "echo", key: Self.key(21).publicKey, roles: .addKernels, expiresAtSeconds: nil, now: 2_000)
            } == .rolesBeyond(.addKernels))
        var alpha = Self.robot(0, 10, fleet.entries)
        #expect(
            refusal { () throws(TrustIssuer.Refusal) in
                _ = try alpha.enroll(
                    name: "echo", key: Self.key(21).publicKey, roles: [], expiresAtSeconds: nil, now: 2_000)
            } == .notEnrolling)
    }

    @Test func `names, keys and numbers are never given twice`() throws {
        var fleet = Self.fleet()
        func enroll(_ name: String, _ fill: UInt8) -> TrustIssuer.Refusal? {
            refusal { () throws(TrustIssuer.Refusal) in
                _ = try fleet.enroll(
                    name: name, key: Self.key(fill).publicKey, roles: [], expiresAtSeconds: nil, now: 2_000)
            }
        }
        #expect(enroll("alpha", 30) == .nameTaken(by: NodeID(0)))
        #expect(enroll("delta", 10) == .keyTaken(by: "alpha"))
        _ = try fleet.revoke("alpha", disowning: false, now: 2_000)
        #expect(enroll("delta", 10) == .keyRevoked)
        // The name is free again; the number is not.
        #expect(enroll("alpha", 30) == nil)
        #expect(fleet.standing("alpha")?.member.id == NodeID(3))
        #expect(fleet.standings[0].isRevoked)
    }

    @Test func `a revoked robot comes back with another key only`() throws {
        var fleet = Self.fleet()
        _ = try fleet.revoke("alpha", disowning: false, now: 2_000)
        func renew(_ key: PublicKey?) -> TrustIssuer.Refusal? {
            refusal { () throws(TrustIssuer.Refusal) in
                _ = try fleet.renew("alpha", key: key, roles: nil, expiresAtSeconds: nil, now: 1)
            }
        }
        #expect(
            refusal { () throws(TrustIssuer.Refusal) in _ = try fleet.revoke("alpha", disowning: false, now: 1) }
                == .isRevoked)
        #expect(renew(nil) == .isRevoked)
        #expect(renew(Self.key(10).publicKey) == .keyRevoked)
        #expect(renew(Self.key(12).publicKey) == .keyTaken(by: "charlie"))
        #expect(renew(Self.key(40).publicKey) == nil)
        let standing = try #require(fleet.standing("alpha"))
        #expect(!standing.isRevoked && standing.member.id == NodeID(0) && standing.member.roles == Self.usual)
    }

    @Test func `a renewed membership counts even where the first issuer's clock was ahead`() throws {
        var fleet = Self.fleet()
        _ = try fleet.renew("charlie", key: nil, roles: .lead, expiresAtSeconds: nil, now: 5)
        #expect(fleet.standing("charlie")?.member.roles == .lead)
        #expect(fleet.entries.last?.issuedAtSeconds == 1_001)
    }

    @Test func `only the authority throws out who enrolls`() throws {
        var fleet = Self.fleet()
        var bravo = Self.robot(1, 11, fleet.entries)
        #expect(
            refusal { () throws(TrustIssuer.Refusal) in _ = try bravo.revoke("bravo", disowning: false, now: 2_000) }
                == .revokesEnroller)
        _ = try bravo.revoke("charlie", disowning: false, now: 2_000)
        #expect(bravo.standing("charlie")?.isRevoked == true)
        // What bravo said before its own end stands, and nothing after.
        fleet = TrustIssuer(
            issuer: .none, key: Self.authority, authority: Self.authority.publicKey, entries: bravo.entries)
        _ = try fleet.revoke("bravo", disowning: false, now: 3_000)
        #expect(fleet.standing("charlie")?.isRevoked == true)
        var after = Self.robot(1, 11, fleet.entries)
        #expect(
            refusal { () throws(TrustIssuer.Refusal) in _ = try after.revoke("alpha", disowning: false, now: 3_001) }
                == .notEnrolling)
    }

    @Test func `a revocation that disowns undoes what the robot had said`() throws {
        var bravo = Self.robot(1, 11, Self.fleet().entries)
        _ = try bravo.revoke("charlie", disowning: false, now: 2_000)
        var fleet = TrustIssuer(
            issuer: .none, key: Self.authority, authority: Self.authority.publicKey, entries: bravo.entries)
        _ = try fleet.revoke("bravo", disowning: true, now: 3_000)
        #expect(fleet.standing("charlie")?.isRevoked == false)
    }

    @Test func `a key is shared with every member and nobody else`() throws {
        var fleet = Self.fleet()
        _ = try fleet.revoke("charlie", disowning: false, now: 2_000)
        #expect(fleet.newestKeyNumber([.fresh(number: 4)]) == 4)
        let secret = FleetSecret.fresh(number: 5)
        try fleet.share(secret, now: 2_001)
        #expect(fleet.newestKeyNumber([]) == 5)
        for (number, fill, isMember) in [(0, 10, true), (1, 11, true), (2, 12, false)] as [(UInt16, UInt8, Bool)] {
            let opener = KeyOpener(seed: [UInt8](repeating: fill, count: 32))
            let opened = FleetSecret.opened(fleet.entries, robot: NodeID(number), by: opener)
            #expect(opened == (isMember ? [secret] : []))
        }
    }

    @Test func `two sets unite to the same, whatever the order`() throws {
        let fleet = Self.fleet()
        var bravo = Self.robot(1, 11, fleet.entries)
        _ = try bravo.revoke("charlie", disowning: false, now: 2_000)
        var authority = fleet
        _ = try authority.renew("alpha", key: nil, roles: [], expiresAtSeconds: nil, now: 2_000)
        let one = TrustSet.united(bravo.entries, authority.entries)
        #expect(one == TrustSet.united(authority.entries, bravo.entries) && one.count == 5)
        #expect(one.last?.issuer == NodeID(1))
    }
}
