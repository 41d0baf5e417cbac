import SkeinSeal
import SkeinWire
import Testing

/// What a robot keeps about the fleet is bounded, and nobody can push out what matters.
struct TrustBoundsTests {
    private let trust = TrustFleet()

    /// A book that is full but for `room` entries, `entries` of them by robot 1.
    private func full(but room: Int, issuer entries: Int) -> TrustBook {
        let founding = [trust.member(1, roles: [.lead, .enroll], number: 1)]
        var book = trust.book(founding)
        // Restored, so that no signature is looked at: there are thousands.
        let robots = (0..<entries).map { unsigned(by: NodeID(1), number: UInt32($0 + 1)) }
        let others = TrustBook.entriesMax - room - entries - founding.count
        book.restore(robots + (0..<others).map { unsigned(by: .none, number: UInt32($0 + 10)) })
        return book
    }

    private func unsigned(by issuer: NodeID, number: UInt32) -> TrustEntry {
        TrustEntry(
            issuer: issuer, number: number, issuedAtSeconds: 1,
            content: .fleetKey(
                FleetKeyShare(
                    keyNumber: 1, robot: NodeID(7), sealed: [UInt8](repeating: 0, count: FleetKeyShare.sealedBytes))))
    }

    @Test func `a robot's issuer fills its own share and no more`() {
        var book = full(but: TrustBook.entriesMax - 1 - TrustBook.issuerEntriesMax, issuer: TrustBook.issuerEntriesMax)
        #expect(trust.admit(trust.member(9, roles: .lead, number: 9_999, by: 1), to: &book) == .full)
        #expect(trust.admit(trust.member(9, number: 2), to: &book) == nil)
    }

    @Test func `a full book takes the authority's entries in place of a robot's, and only true ones`() {
        var book = full(but: 0, issuer: 3)
        #expect(book.entryCount == TrustBook.entriesMax)
        let digest = book.digest
        #expect(trust.admit(trust.member(9, roles: .lead, number: 9_999, by: 1), to: &book) == .full)
        var forged = trust.revocation(1, number: 8_000)
        forged.signature[0] ^= 1
        #expect(trust.admit(forged, to: &book) == .wrongSignature)
        #expect(book.digest == digest && book.entryCount == TrustBook.entriesMax, "a forgery makes nothing go")
        for number: UInt32 in 1...3 {
            #expect(trust.admit(trust.member(20 + UInt16(number), number: 8_000 + number), to: &book) == nil)
            #expect(book.entryCount == TrustBook.entriesMax)
        }
        #expect(trust.admit(trust.member(30, number: 8_010), to: &book) == .full)
        #expect(book.isEnrolled(NodeID(21)) && book.isEnrolled(NodeID(23)) && !book.isEnrolled(NodeID(30)))
        let recounted = book.summary.digests.reduce(0, ^)
        #expect(recounted == book.digest)
        let known = book
        #expect(book.entries.allSatisfy(known.knows))
    }

    @Test func `demotions are bounded`() {
        let names = (0..<300).map { trust.member(UInt16($0), number: UInt32($0 + 1)) }
        var book = trust.book(names)
        var taken = 0
        for robot: UInt16 in 0..<300 where trust.admit(trust.demotion(robot, of: UInt32(robot) + 1), to: &book) == nil {
            taken += 1
        }
        #expect(taken == TrustBook.demotionsMax)
    }
}
