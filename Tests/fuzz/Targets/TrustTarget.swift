import SkeinSeal
import SkeinWire
import WireSamples

@testable import SkeinPeer

/// Entries about the fleet: as bytes, and as a book takes them. Two robots that are told the same in another order agree.
///
///     flags u8 | then, for each entry: signer u8 (its highest bit: spoiled) | chunk of its bytes without the signature
enum TrustTarget: FuzzTarget {
    static let name = "trust"
    static let authority = SigningKey(seed: [UInt8](repeating: 0xA0, count: SigningKey.seedBytes))
    static let fleet = FleetID(authority: authority.publicKey)
    private static let entriesMax = 12

    static func key(_ robot: UInt16) -> SigningKey {
        SigningKey(seed: [UInt8](repeating: UInt8(truncatingIfNeeded: robot), count: SigningKey.seedBytes))
    }

    private static let signers = [authority] + (0..<4).map { key($0) }

    private static let base: [TrustEntry] = (0..<4).map { number in
        signed(
            .none, UInt32(number + 1), 1_000,
            .membership(
                Membership(
                    robot: NodeID(number), key: key(number).publicKey.bytes,
                    roles: number == 1 ? .all : [.lead, .releaseStops], expiresAtSeconds: number == 3 ? 5_000 : nil,
                    name: "robot-\(number)")))
    }

    static func run(_ bytes: [UInt8]) {
        var input = FuzzInput(bytes)
        let startsWithBase = input.u8() & 1 == 0
        var entries: [TrustEntry] = []
        while !input.isEmpty, entries.count < entriesMax {
            let signer = input.u8()
            let stated = input.chunk()
            guard let entry = entry(stated, signer) else { continue }
            must(
                (try? TrustEntry(bytes: entry.bytes[...])) == entry, "an entry is not written as it was read")
            entries.append(entry)
        }
        let verifier = OnceVerifier()
        let one = book(entries, startsWithBase, verifier)
        let other = book(entries.reversed(), startsWithBase, verifier)
        guard one.entryCount < TrustBook.issuerEntriesMax else { return }
        must(text(one) == text(other), "what the book says depends on the order it was told in")
        must(one.digest == other.digest, "the digest depends on the order")
        ask(one, other)
    }

    private static func entry(_ stated: [UInt8], _ signer: UInt8) -> TrustEntry? {
        let none = [UInt8](repeating: 0, count: TrustEntry.signatureBytes)
        guard var entry = try? TrustEntry(bytes: (stated + none)[...]) else { return nil }
        let key = signers[Int(signer & 0x7F) % signers.count]
        entry.signature = key.signature(over: Statement.bytes(.trust, fleet: fleet, stated))
        if signer & 0x80 != 0 { entry.signature[0] ^= 1 }
        return entry
    }

    /// What can be taken, again and again, as neighbours tell it.
    private static func book(_ entries: [TrustEntry], _ hasBase: Bool, _ verifier: OnceVerifier) -> TrustBook {
        let roster = Roster(authority: authority.publicKey, entries: hasBase ? base : [])
        var book = TrustBook(roster: roster, fleet: fleet)
        var left = entries
        while true {
            let before = left.count
            left.removeAll { entry in
                book.admit(entry, verifier: verifier) { demotion, member in
                    LeaderRules.proves(
                        demotion, against: member, fleet: fleet, cloud: CloudTuning(), verifier: verifier)
                } == nil
            }
            if left.count == before { return book }
        }
    }

    private static func text(_ book: TrustBook) -> String {
        book.standings.map { "\($0.member) \($0.isRevoked) \(book.isDemoted($0.member.id))" }.joined(separator: "\n")
    }

    private static func ask(_ book: TrustBook, _ other: TrustBook) {
        must(book.entries(lackedBy: other.summary).isEmpty, "who agrees lacks something")
        for id in book.members { must(book.isEnrolled(id) && book.key(of: id) != nil, "\(id) is half a member") }
        for gossip in TrustGossip.messages(of: book.entries) {
            must(Message.trustGossip(gossip).bytes.count <= Envelope.bodyBytesMax, "gossip that does not fit")
        }
    }

    static func signed(
        _ issuer: NodeID, _ number: UInt32, _ seconds: UInt64, _ content: TrustEntry.Content
    ) -> TrustEntry {
        var entry = TrustEntry(issuer: issuer, number: number, issuedAtSeconds: seconds, content: content)
        let key = issuer == .none ? authority : key(issuer.number)
        entry.signature = key.signature(over: Statement.bytes(.trust, fleet: fleet, entry.statedBytes))
        return entry
    }

    static var seeds: [Seed] {
        func membership(_ robot: UInt16, roles: TrustRoles, of generation: UInt16 = 0) -> TrustEntry.Content {
            .membership(
                Membership(
                    robot: NodeID(robot), key: key(robot + 16 * generation).publicKey.bytes, roles: roles,
                    expiresAtSeconds: nil, name: "robot-\(robot)"))
        }
        func revocation(_ robot: UInt16, standing: UInt32) -> TrustEntry.Content {
            .revocation(
                Revocation(robot: NodeID(robot), key: key(robot).publicKey.bytes, entriesStand: standing))
        }
        let share = TrustEntry.Content.fleetKey(
            FleetKeyShare(keyNumber: 2, robot: NodeID(2), sealed: [UInt8](repeating: 3, count: 80)))
        let authority = NodeID.none
        let enroller = NodeID(1)
        let stories: [[(NodeID, TrustEntry.Content)]] = [
            [(authority, membership(5, roles: .lead)), (authority, revocation(5, standing: 0)), (authority, share)],
            [
                (enroller, membership(6, roles: .lead)), (enroller, membership(7, roles: [])),
                (authority, revocation(1, standing: 7)),
            ],
            [
                (authority, revocation(2, standing: 0)), (authority, membership(2, roles: .lead, of: 1)),
                (enroller, share),
            ],
            [
                (enroller, revocation(3, standing: 0)), (authority, membership(3, roles: .all)),
                (enroller, revocation(3, standing: 1)),
            ],
            [
                (enroller, membership(1, roles: .lead)), (authority, membership(1, roles: [], of: 1)),
                (enroller, membership(8, roles: [])),
            ],
        ]
        var all = stories.enumerated().map { number, story in
            var writer = ByteWriter()
            writer.u8(0)
            for (place, (issuer, content)) in story.enumerated() {
                let entry = TrustEntry(
                    issuer: issuer, number: UInt32(place + 6), issuedAtSeconds: 2_000 + UInt64(place), content: content)
                writer.u8(issuer == .none ? 0 : 1 + UInt8(issuer.number))
                writer.chunk(entry.statedBytes)
            }
            return Seed(name: "story-\(number)", bytes: writer.bytes)
        }
        for (number, entry) in GoldenMessage.trustEntries.enumerated() {
            var writer = ByteWriter()
            writer.raw([0, 0])
            writer.chunk(entry.statedBytes)
            all.append(Seed(name: "golden-\(number)", bytes: writer.bytes))
        }
        return all + [Seed(name: "two-faces", bytes: twoFaces)]
    }

    /// A leader that has signed two beacons under one counter.
    private static var twoFaces: [UInt8] {
        let digests = [UInt8(1), 2].map { face -> SignedDigest in
            var header = ByteWriter()
            Envelope(
                kind: .echo, trafficClass: .control, timeToLive: 1, sender: NodeID(2), fleet: fleet, epoch: Epoch(1),
                counter: 7, destination: .none, via: .none, relay: NodeID(0), next: NodeID(0), hop: 0
            ).write(bodyBytes: 6, to: &header)
            let none = [UInt8](repeating: 0, count: Envelope.signatureBytes + Envelope.tagBytes)
            let bytes = header.bytes + [UInt8](repeating: face, count: 6)
            guard var digest = SignedDigest(of: bytes + none) else { broken("no digest") }
            digest.signature = key(2).signature(over: digest.statement)
            return digest
        }
        let entry = TrustEntry(
            issuer: NodeID(0), number: 1, issuedAtSeconds: 3_000,
            content: .demotion(
                Demotion(accused: NodeID(2), membershipNumber: 3, evidence: .twoFaces(digests[0], digests[1]))))
        var writer = ByteWriter()
        writer.raw([0, 1])
        writer.chunk(entry.statedBytes)
        return writer.bytes
    }
}

/// libsodium's word, asked once for each statement of an input: both books look at the same ones.
final class OnceVerifier: Verifier {
    private let verifier = SodiumVerifier()
    private var known: [[UInt8]: Bool] = [:]

    func isSigned(_ datagram: [UInt8], signedCount: Int, by key: PublicKey) -> Bool {
        verifier.isSigned(datagram, signedCount: signedCount, by: key)
    }

    func isStated(_ bytes: [UInt8], signature: [UInt8], by key: PublicKey) -> Bool {
        let question = key.bytes + signature + bytes
        if let answer = known[question] { return answer }
        let answer = verifier.isStated(bytes, signature: signature, by: key)
        known[question] = answer
        return answer
    }
}
