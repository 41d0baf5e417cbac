import SkeinSeal
import SkeinWire
import Testing
import WireSamples

/// What a set of entries means does not depend on the order it came in, nor on who brought which.
struct TrustSetTests {
    private let trust = TrustFleet()
    private static let robots: [UInt16] = Array(0..<12)
    /// The authority makes these enroll, now and then.
    private static let enrollers: [UInt16] = [0, 1, 2]

    /// Each order and each meeting checks every signature: some seconds for all of these.
    #if DEBUG
        private static let seeds = 0..<16
    #else
        private static let seeds = 0..<200
    #endif

    /// Everything that issuers may say and may not, with renewals, revocations and returns.
    private func history(_ random: inout SplitMix) -> [TrustEntry] {
        var entries: [TrustEntry] = []
        for robot in Self.enrollers {
            entries.append(trust.member(robot, roles: [.lead, .enroll], number: UInt32(entries.count + 1)))
        }
        for number in 0..<40 {
            let issuer = Bool.random(using: &random) ? nil : Self.enrollers.randomElement(using: &random)
            let robot = Self.robots.randomElement(using: &random) ?? 0
            let generation = UInt8.random(in: 0...1, using: &random)
            let issuerKey: UInt8 = Int.random(in: 0..<6, using: &random) == 0 ? 1 : 0
            let seconds = UInt64.random(in: 900...1_100, using: &random)
            let serial = UInt32(issuer == nil ? number + 10 : Int.random(in: 1...20, using: &random))
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<6:
                entries.append(
                    trust.member(
                        robot, key: generation, roles: TrustRoles(rawValue: UInt8.random(in: 0...31, using: &random)),
                        expires: Bool.random(using: &random) ? nil : .random(in: 950...1_200, using: &random),
                        number: serial, at: seconds, by: issuer, issuerKey: issuerKey))
            case 6..<9:
                entries.append(
                    trust.revocation(
                        robot, key: generation, entriesStand: UInt32.random(in: 0...20, using: &random), number: serial,
                        at: seconds, by: issuer, issuerKey: issuerKey))
            default:
                // Of a membership that there is, whoever gave it.
                let given = entries.filter { $0.robot == NodeID(robot) && $0.bytes[0] == 1 }.randomElement(
                    using: &random)
                entries.append(trust.demotion(robot, of: given?.number ?? 99))
            }
        }
        return entries
    }

    private func expectSame(_ one: TrustBook, _ other: TrustBook, _ comment: String) {
        #expect(one.digest == other.digest, "\(comment)")
        #expect(one.members == other.members, "\(comment)")
        for robot in Self.robots.map({ NodeID($0) }) {
            #expect(one.isEnrolled(robot) == other.isEnrolled(robot), "\(comment): \(robot)")
            guard one.isEnrolled(robot) else { continue }
            #expect(one.member(robot) == other.member(robot), "\(comment): \(robot)")
            #expect(one.mayLead(robot) == other.mayLead(robot), "\(comment): \(robot)")
        }
    }

    /// As neighbours do: each sends the other what its summary shows that it lacks, until neither has anything.
    private func unite(_ one: inout TrustBook, _ other: inout TrustBook) {
        for _ in 0..<50 where one.digest != other.digest {
            let (toOther, toOne) = (one.entries(lackedBy: other.summary), other.entries(lackedBy: one.summary))
            for entry in toOther { _ = trust.admit(entry, to: &other) }
            for entry in toOne { _ = trust.admit(entry, to: &one) }
        }
    }

    @Test(arguments: Self.seeds)
    func `every order of the same entries makes the same members and the same digest`(_ seed: Int) {
        var random = SplitMix(seed: 0x7121 + UInt64(seed))
        let entries = history(&random)
        var first = trust.book()
        trust.admit(entries, to: &first)
        for round in 0..<4 {
            var book = trust.book()
            trust.admit(entries.shuffled(using: &random), to: &book)
            expectSame(first, book, "order \(round) of seed \(seed)")
        }
        // A robot that starts with what another has learned.
        expectSame(first, trust.book(first.entries), "the start of seed \(seed)")
    }

    @Test(arguments: Self.seeds)
    func `parts of a fleet that meet again come to the same`(_ seed: Int) {
        var random = SplitMix(seed: 0x9A27 + UInt64(seed))
        let entries = history(&random)
        let founding = Array(entries.prefix(3))
        let places = 5
        var books = (0..<places).map { place in
            place == 0 ? trust.book(entries.filter(\.isByAuthority)) : trust.book(founding)
        }
        for entry in entries {
            for place in 0..<places where Int.random(in: 0..<3, using: &random) == 0 {
                _ = trust.admit(entry, to: &books[place])
            }
        }
        for _ in 0..<4 * places {
            let one = Int.random(in: 0..<places, using: &random)
            let other = (one + Int.random(in: 1..<places, using: &random)) % places
            var (left, right) = (books[one], books[other])
            unite(&left, &right)
            (books[one], books[other]) = (left, right)
        }
        for place in 1..<places {
            var (left, right) = (books[0], books[place])
            unite(&left, &right)
            (books[0], books[place]) = (left, right)
        }
        for place in 1..<places {
            var (left, right) = (books[0], books[place])
            unite(&left, &right)
            expectSame(left, right, "place \(place) of seed \(seed)")
        }
    }

    @Test func `the histories have in them what they are to have`() {
        var (revoked, demoted, beyond, back) = (0, 0, 0, 0)
        for seed in Self.seeds {
            var random = SplitMix(seed: 0x7121 + UInt64(seed))
            let entries = history(&random)
            var book = trust.book()
            trust.admit(entries, to: &book)
            revoked += book.standings.count(where: \.isRevoked)
            demoted += Self.robots.count { book.isDemoted(NodeID($0)) }
            beyond += book.entryCount - entries.count { entry in entry.isByAuthority }
            back += book.members.count { book.key(of: $0) == TrustFleet.key($0.number, generation: 1).publicKey }
        }
        #expect([revoked, demoted, beyond, back].allSatisfy { $0 > 5 }, "\(revoked) \(demoted) \(beyond) \(back)")
    }
}
