import Foundation
import SkeinSeal
import SkeinWire
import Testing

@testable import SkeinFiles

@Suite struct RosterFileTests {
    private static func key(_ fill: UInt8) -> SigningKey { SigningKey(seed: [UInt8](repeating: fill, count: 32)) }
    private static let authority = key(1)

    private static func issuer(_ names: [String] = ["alpha", "bravo", "charlie"]) throws -> TrustIssuer {
        var issuer = TrustIssuer(issuer: .none, key: authority, authority: authority.publicKey, entries: [])
        for (index, name) in names.enumerated() {
            _ = try issuer.enroll(
                name: name, key: key(UInt8(index + 10)).publicKey, roles: index == 1 ? [.lead, .enroll] : .lead,
                expiresAtSeconds: 2_000_000_000, now: 1_800_000_000)
        }
        return issuer
    }

    private static func text(_ entries: [TrustEntry]) -> String {
        RosterFile.text(authority: authority.publicKey, entries: entries)
    }

    private func message(_ text: String) -> String? {
        complaint { () throws(FileError) in _ = try RosterFile(text: text, path: "f.toml") }
    }

    @Test func `what is written reads back, with who is out`() throws {
        var issuer = try Self.issuer()
        _ = try issuer.revoke("charlie", disowning: false, now: 1_800_000_001)
        let text = Self.text(issuer.entries)
        let read = try RosterFile(text: text, path: "f.toml")
        #expect(read.entries == issuer.entries && read.authority == Self.authority.publicKey)
        #expect(read.members.map(\.name) == ["alpha", "bravo"])
        #expect(read.standings.map(\.isRevoked) == [false, false, true])
        #expect(read.roster.members == [NodeID(0), NodeID(1)] && read.roster.entries == issuer.entries)
        #expect(text.contains("# authority 1, 2027-01-15: member alpha (r0), may lead, until 2033-05-18\n"))
        #expect(text.contains("# authority 4, 2027-01-15: r2 is out\n"))
    }

    @Test func `a robot's own entries hold by its key, once the authority has said that it enrolls`() throws {
        let fleet = try Self.issuer()
        var bravo = TrustIssuer(
            issuer: NodeID(1), key: Self.key(11), authority: Self.authority.publicKey, entries: fleet.entries)
        _ = try bravo.enroll(
            name: "delta", key: Self.key(20).publicKey, roles: [], expiresAtSeconds: nil, now: 1_800_000_000)
        #expect(try RosterFile(text: Self.text(bravo.entries), path: "f.toml").members.count == 4)
        let alone = Self.text(bravo.entries.filter { $0.number != 2 || !$0.isByAuthority })
        #expect(
            message(alone) == "f.toml:8:3: [fleet] entries[2]: r1 1: the authority has not made r1 one that enrolls")
    }

    @Test func `a line that was forged, damaged, moved or doubled is named`() throws {
        let entries = try Self.issuer().entries
        let lines = Self.text(entries).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        func changed(_ change: (inout [String]) -> Void) -> String? {
            var copy = lines
            change(&copy)
            return message(copy.joined(separator: "\n"))
        }
        #expect(message(lines.joined(separator: "\n")) == nil)
        var forged = entries[1]
        guard case .membership(var membership) = forged.content else { return }
        membership.roles = .all
        forged.content = .membership(membership)
        func line(_ entry: TrustEntry) -> String { "  \"\(KeyText.base64(of: entry.bytes))\"," }
        #expect(
            changed { $0[6] = line(forged) }
                == "f.toml:7:3: [fleet] entries[1]: the signature of authority 2 does not hold: the line was forged or "
                + "damaged, or is another fleet's")
        #expect(
            changed { $0.swapAt(5, 6) }
                == "f.toml:7:3: [fleet] entries[1]: authority 1 stands after authority 2: lines were moved or put in")
        #expect(changed { $0.insert($0[6], at: 6) } == "f.toml:8:3: [fleet] entries[2]: authority 2 stands here twice")
        #expect(
            changed { $0[7] = "  \"AQID\"," }?
                .hasPrefix("f.toml:8:3: [fleet] entries[2]: expected an entry, found bytes that are none") == true)
        #expect(
            changed { $0[7] = "  \"?\"," }
                == "f.toml:8:3: [fleet] entries[2]: expected an entry in base64, found other text")
        #expect(
            changed { $0[7] = "  7," }?.hasPrefix("f.toml:5:1: [fleet] entries: expected a list of strings") == true)
        // Taken away, a line is only missing; the robots tell each other what it said.
        #expect(changed { $0.remove(at: 7) } == nil)
        let demotion = TrustEntry(
            issuer: NodeID(0), number: 1, issuedAtSeconds: 1,
            content: .demotion(
                .init(
                    accused: NodeID(1), membershipNumber: 2,
                    evidence: .brokenRule([UInt8](repeating: 0, count: 200)))))
        #expect(
            changed { $0[7] = line(demotion) }
                == "f.toml:8:3: [fleet] entries[2]: a demotion is kept by the robots, not in this file")
        #expect(!Self.text(entries + [demotion]).contains("leads no more"))
    }

    @Test func `another authority's key makes every line a forged one`() throws {
        let text = RosterFile.text(authority: Self.key(2).publicKey, entries: try Self.issuer().entries)
        #expect(message(text)?.contains("entries[0]: the signature of authority 1 does not hold") == true)
    }

    @Test func `what is missing or wrong in the table is named`() {
        #expect(message("") == "f.toml: no [fleet] table with authority, a string")
        #expect(message("[fleet]\nauthority = \"AAAz\"\nentries = []")?.contains("expected 32 bytes in base64") == true)
        let key = KeyText.base64(of: Self.authority.publicKey.bytes)
        #expect(
            message("[fleet]\nauthority = \"\(key)\"\nentries = []")
                == "f.toml:3:1: [fleet] entries: nobody is a member")
        #expect(message("[fleet]\nautority = \"\(key)\"")?.contains("did you mean \"authority\"") == true)
        #expect(message("[[robot]]\nname = \"a\"")?.contains("unknown table \"robot\"") == true)
    }

    @Test func `hostile texts are refused, and none brings the reader down`() throws {
        let entries = try Self.issuer().entries
        let bytes = Array(Self.text(entries).utf8)
        var state: UInt64 = 9
        func draw(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        for _ in 0..<400 {
            var copy = bytes
            for _ in 0...draw(3) { copy[draw(copy.count)] = UInt8(32 + draw(95)) }
            if let read = try? RosterFile(text: String(decoding: copy, as: UTF8.self), path: "f.toml") {
                // A line that has become a comment is missing; none has become another.
                #expect(read.entries.allSatisfy(entries.contains))
            }
        }
    }

    @Test func `three hundred robots fit, and dates are the calendar's`() throws {
        var issuer = TrustIssuer(
            issuer: .none, key: Self.authority, authority: Self.authority.publicKey, entries: [])
        for number in 0..<300 {
            let seed = [UInt8(number >> 8), UInt8(number & 0xFF)] + [UInt8](repeating: 3, count: 30)
            _ = try issuer.enroll(
                name: "robot-with-quite-a-long-name\(number)", key: SigningKey(seed: seed).publicKey, roles: .lead,
                expiresAtSeconds: nil, now: 1)
        }
        #expect(try RosterFile(text: Self.text(issuer.entries), path: "f.toml").members.count == 300)
        for (seconds, date) in [
            (0, "1970-01-01"), (951_782_400, "2000-02-29"), (1_709_164_800, "2024-02-29"),
            (4_107_542_399, "2100-02-28"),
            (4_107_542_400, "2100-03-01"), (253_402_300_799, "9999-12-31"),
        ] as [(UInt64, String)] {
            #expect(EntryText.date(seconds) == date)
        }
    }
}
