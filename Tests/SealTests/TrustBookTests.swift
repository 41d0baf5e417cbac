import SkeinSeal
import SkeinWire
import Testing

/// What a robot takes of what others say about the fleet, and what it means from then on.
struct TrustBookTests {
    private let trust = TrustFleet()

    /// Robot 1 enrolls and may lead and release; robots 2 and 3 belong.
    private var founding: [TrustEntry] {
        [
            trust.member(1, roles: [.lead, .releaseStops, .enroll], number: 1), trust.member(2, number: 2),
            trust.member(3, number: 3),
        ]
    }

    @Test func `who belongs is whoever the authority has named`() {
        var book = trust.book()
        #expect(book.members.isEmpty)
        for entry in founding { #expect(trust.admit(entry, to: &book) == nil) }
        #expect(book.members == [NodeID(1), NodeID(2), NodeID(3)])
        #expect(book.key(of: NodeID(2)) == TrustFleet.key(2).publicKey)
        #expect(book.mayLead(NodeID(2)) && book.may(.releaseStops, NodeID(2)) && !book.may(.enroll, NodeID(2)))
        #expect(!book.may(.commandMissions, NodeID(1)) && !book.isEnrolled(NodeID(4)) && !book.isEnrolled(.none))
        #expect(trust.admit(founding[0], to: &book) == .known && book.entryCount == 3)
        let started = trust.book(founding)
        #expect(started.members == book.members && started.digest == book.digest)
    }

    @Test func `an entry that its issuer has not signed is refused`() {
        var book = trust.book(founding)
        var forged = trust.revocation(2, number: 9)
        forged.signature[5] ^= 1
        #expect(trust.admit(forged, to: &book) == .wrongSignature)
        var altered = trust.member(5, number: 9)
        altered.number = 10
        #expect(trust.admit(altered, to: &book) == .wrongSignature)
        // Another fleet's authority, with the same key for a member.
        let statement = Statement.bytes(.trust, fleet: FleetID(7), forged.statedBytes)
        forged.signature = TrustFleet.authorityKey.signature(over: statement)
        #expect(trust.admit(forged, to: &book) == .wrongSignature)
        // As a stop, by the right key.
        forged.signature = TrustFleet.authorityKey.signature(
            over: Statement.bytes(.stop, fleet: trust.fleet, forged.statedBytes))
        #expect(trust.admit(forged, to: &book) == .wrongSignature)
        #expect(book.members.count == 3 && book.entryCount == 3)
    }

    @Test func `only who enrolls issues`() {
        var book = trust.book(founding)
        #expect(trust.admit(trust.member(5, number: 1, by: 2), to: &book) == .unknownIssuer)
        #expect(trust.admit(trust.member(5, number: 1, by: 77), to: &book) == .unknownIssuer)
        #expect(trust.admit(trust.member(5, roles: .lead, number: 1, by: 1), to: &book) == nil)
        #expect(book.isEnrolled(NodeID(5)) && book.mayLead(NodeID(5)))
        // Signed by robot 2, in robot 1's name.
        var forged = trust.member(6, number: 2, by: 2)
        forged.issuer = NodeID(1)
        forged.signature = TrustFleet.key(2).signature(
            over: Statement.bytes(.trust, fleet: trust.fleet, forged.statedBytes))
        #expect(trust.admit(forged, to: &book) == .wrongSignature)
    }

    @Test func `a robot grants what it has, never to enroll, and touches nobody who enrolls`() {
        let second = trust.member(4, roles: [.lead, .enroll], number: 4)
        var book = trust.book(founding + [second])
        let overreaching = [
            trust.member(5, roles: [.lead, .commandMissions], number: 1, by: 1),
            trust.member(6, roles: [.enroll], number: 2, by: 1),
            trust.member(4, key: 1, roles: [], number: 3, at: 5_000, by: 1),
            trust.member(1, roles: [.lead, .releaseStops, .commandMissions], number: 4, at: 5_000, by: 1),
            trust.revocation(4, number: 5, by: 1),
        ]
        for entry in overreaching { #expect(trust.admit(entry, to: &book) == nil, "kept, so that all keep the same") }
        #expect(!book.isEnrolled(NodeID(5)) && !book.isEnrolled(NodeID(6)))
        #expect(book.isEnrolled(NodeID(4)) && book.key(of: NodeID(4)) == TrustFleet.key(4).publicKey)
        #expect(book.may(.enroll, NodeID(4)) && book.may(.enroll, NodeID(1)) && !book.may(.commandMissions, NodeID(1)))
        #expect(trust.admit(trust.revocation(2, number: 6, by: 1), to: &book) == nil)
        #expect(book.isRevoked(NodeID(2)) && !book.isEnrolled(NodeID(2)) && !book.mayLead(NodeID(2)))
    }

    @Test func `a revoked key is out for good, and its robot comes back with another`() {
        var book = trust.book(founding)
        #expect(trust.admit(trust.revocation(2, number: 4), to: &book) == nil)
        #expect(book.isRevoked(NodeID(2)) && book.members == [NodeID(1), NodeID(3)])
        #expect(trust.admit(trust.member(2, number: 5, at: 9_000), to: &book) == nil)
        #expect(book.isRevoked(NodeID(2)), "the same key again is no way back")
        #expect(trust.admit(trust.member(2, key: 1, roles: [], number: 6, at: 9_001), to: &book) == nil)
        #expect(book.isEnrolled(NodeID(2)) && book.key(of: NodeID(2)) == TrustFleet.key(2, generation: 1).publicKey)
        #expect(!book.mayLead(NodeID(2)))
    }

    @Test func `of several memberships the latest issued counts, at one time the authority's`() {
        var book = trust.book(founding)
        #expect(trust.admit(trust.member(2, roles: .lead, number: 1, at: 3_000, by: 1), to: &book) == nil)
        #expect(!book.may(.releaseStops, NodeID(2)))
        #expect(trust.admit(trust.member(2, roles: [], number: 9, at: 2_000), to: &book) == nil)
        #expect(book.mayLead(NodeID(2)), "issued before")
        #expect(trust.admit(trust.member(2, roles: .commandMissions, number: 10, at: 3_000), to: &book) == nil)
        #expect(book.may(.commandMissions, NodeID(2)) && !book.mayLead(NodeID(2)))
    }

    @Test func `of a revoked issuer the entries stand that its revocation lets stand`() {
        var book = trust.book(founding)
        for number: UInt32 in 1...4 {
            #expect(
                trust.admit(trust.member(10 + UInt16(number), roles: .lead, number: number, by: 1), to: &book) == nil)
        }
        #expect(book.members.count == 7)
        #expect(trust.admit(trust.revocation(1, entriesStand: 2, number: 4), to: &book) == nil)
        #expect(book.members == [NodeID(2), NodeID(3), NodeID(11), NodeID(12)])
        // What it says now is kept like all that bears its signature, and means nothing.
        #expect(trust.admit(trust.member(20, roles: .lead, number: 5, by: 1), to: &book) == nil)
        #expect(!book.isEnrolled(NodeID(20)))
    }

    @Test func `who was brought in by an issuer that is disowned is out, though the roster of the start names it`() {
        let brought = trust.member(10, roles: .lead, number: 1, by: 1)
        var started = trust.book(founding + [brought])
        #expect(started.isEnrolled(NodeID(10)))
        #expect(trust.admit(trust.revocation(1, entriesStand: 0, number: 4), to: &started) == nil)
        #expect(!started.isEnrolled(NodeID(10)) && started.isRevoked(NodeID(10)))
        var learned = trust.book(founding)
        trust.admit([brought, trust.revocation(1, entriesStand: 0, number: 4)], to: &learned)
        #expect(started.members == learned.members && started.digest == learned.digest)
    }

    @Test func `whoever has the old key of one that enrolls does not enroll in the name of its new one`() {
        var book = trust.book(founding)
        #expect(trust.admit(trust.revocation(1, entriesStand: 3, number: 4), to: &book) == nil)
        let back = trust.member(1, key: 1, roles: [.lead, .releaseStops, .enroll], number: 5, at: 9_000)
        #expect(trust.admit(back, to: &book) == nil)
        #expect(book.isEnrolled(NodeID(1)))
        _ = trust.admit(trust.member(66, roles: .lead, number: 100, at: 9_500, by: 1), to: &book)
        #expect(!book.isEnrolled(NodeID(66)))
        // A robot that was no issuer when its key was lost may become one with the next.
        trust.admit(
            [
                trust.revocation(2, number: 6),
                trust.member(2, key: 1, roles: [.lead, .enroll], number: 7, at: 9_000),
                trust.member(67, roles: .lead, number: 1, at: 9_500, by: 2, issuerKey: 1),
            ], to: &book)
        #expect(book.isEnrolled(NodeID(67)))
    }

    @Test func `a membership runs out by the latest signed time or the clock, never by an issuer's word`() {
        var book = trust.book(founding + [trust.member(4, expires: 2_000, number: 4)])
        #expect(book.isEnrolled(NodeID(4)) && book.secondsAtLeast == 1_000)
        #expect(trust.admit(trust.member(10, roles: [], number: 1, at: 50_000, by: 1), to: &book) == nil)
        #expect(book.isEnrolled(NodeID(4)), "a robot's clock is not the fleet's")
        book.clockSays(1_999)
        #expect(book.isEnrolled(NodeID(4)))
        #expect(trust.admit(trust.member(11, number: 5, at: 2_000), to: &book) == nil)
        #expect(!book.isEnrolled(NodeID(4)) && book.isExpired(NodeID(4)) && !book.isRevoked(NodeID(4)))
        book.clockSays(5)
        #expect(book.isExpired(NodeID(4)), "time does not run backwards")
        book.clockSays(.max)
        #expect(book.secondsAtLeast == TrustEntry.secondsMax)
        let started = trust.book(founding + [trust.member(12, roles: [], number: 1, at: 70_000, by: 1)])
        #expect(started.secondsAtLeast == 1_000, "nor at the start")
    }

    @Test func `a demotion is of one membership, is said once, and a later membership pardons`() {
        var book = trust.book(founding)
        #expect(trust.admit(trust.demotion(2, of: 9), to: &book) == .notAllowed, "no such membership")
        var blind = book
        let entry = trust.demotion(2, of: 2)
        #expect(blind.admit(entry, verifier: trust.verifier) { _, _ in false } == .notAllowed)
        #expect(trust.admit(entry, to: &book) == nil)
        #expect(book.isDemoted(NodeID(2)) && book.isEnrolled(NodeID(2)) && !book.mayLead(NodeID(2)))
        #expect(trust.admit(trust.demotion(2, of: 2, number: 5, by: 3), to: &book) == .known, "another's proof of it")
        var other = blind
        #expect(trust.admit(trust.demotion(2, of: 2, number: 5, by: 3), to: &other) == nil)
        #expect(other.digest == book.digest, "whoever proved it")
        let pardon = trust.member(2, number: 7, at: 2_000)
        #expect(trust.admit(pardon, to: &book) == nil)
        #expect(book.mayLead(NodeID(2)))
        // Who knows the pardon first comes to know the same.
        #expect(trust.admit(pardon, to: &blind) == nil && trust.admit(entry, to: &blind) == nil)
        #expect(blind.digest == book.digest && blind.mayLead(NodeID(2)))
    }

    @Test func `a fleet without authority takes nobody in and throws nobody out`() {
        var book = TrustBook(roster: SealFleet().roster, fleet: trust.fleet)
        #expect(trust.admit(trust.member(20, number: 1), to: &book) == .unknownIssuer)
        #expect(trust.admit(trust.revocation(1, number: 1), to: &book) == .unknownIssuer)
        #expect(book.members.count == 9 && book.mayLead(NodeID(1)) && !book.may(.enroll, NodeID(1)))
    }

    @Test func `what was taken in an earlier boot is taken again unseen`() {
        var book = trust.book(founding)
        book.restore([trust.revocation(2, number: 4)])
        #expect(book.isRevoked(NodeID(2)))
        var live = trust.book(founding)
        #expect(trust.admit(trust.revocation(2, number: 4), to: &live) == nil)
        #expect(book.digest == live.digest)
    }
}
