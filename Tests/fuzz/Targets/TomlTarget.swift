import SkeinPeer
import SkeinSeal
import SkeinWire

@testable import SkeinFiles

/// Files in TOML: rosters, as text and with entries signed by the authority, configurations, and missions. TOMLKit keeps the table of
/// every document it has read, and of every one that it has not what it found wrong; so this target alone may grow, and
/// `run` begins it anew now and then.
///
///     what u8 | text; or chunks of entries
enum TomlTarget: FuzzTarget {
    static let name = "toml"
    static let mayGrow = true
    private static let entriesMax = 16
    private static let missions: UInt8 = 250

    static func run(_ bytes: [UInt8]) {
        guard let what = bytes.first else { return }
        let body = Array(bytes.dropFirst())
        guard what < missions else { return String(validating: body, as: UTF8.self).map(FileTarget.mission) ?? () }
        if what % 3 == 2 { return signed(body) }
        guard let text = String(validating: body, as: UTF8.self) else { return }
        guard what % 3 == 0 else { return configuration(text) }
        do throws(FileError) { try roster(text) } catch { FileTarget.complaint(error) }
    }

    private static func roster(_ text: String) throws(FileError) {
        let file = try RosterFile(text: text, path: FileTarget.path)
        let again = try? RosterFile(
            text: RosterFile.text(authority: file.authority, entries: file.entries), path: FileTarget.path)
        must(again?.entries == file.entries, "a roster is not written as it was read")
        _ = file.roster
    }

    private static func signed(_ bytes: [UInt8]) {
        var input = FuzzInput(bytes)
        var entries: [TrustEntry] = []
        while !input.isEmpty, entries.count < entriesMax {
            let stated = input.chunk()
            let statement = Statement.bytes(.trust, fleet: TrustTarget.fleet, stated)
            let signature = TrustTarget.authority.signature(over: statement)
            if let entry = try? TrustEntry(bytes: (stated + signature)[...]) { entries.append(entry) }
        }
        let text = RosterFile.text(authority: TrustTarget.authority.publicKey, entries: entries)
        do throws(FileError) { try roster(text) } catch { FileTarget.complaint(error) }
    }

    private static func configuration(_ text: String) {
        let reading = PeerReading(text: text, path: FileTarget.path, places: .system)
        for error in reading.errors { FileTarget.complaint(error) }
    }

    static var seeds: [Seed] {
        let key = MinisignKey(seed: [UInt8](repeating: 7, count: SigningKey.seedBytes))
        let membership = TrustTarget.signed(
            .none, 1, 1_000,
            .membership(
                Membership(
                    robot: NodeID(1), key: key.key.publicKey.bytes, roles: .lead, expiresAtSeconds: nil, name: "alpha"))
        )
        let revocation = TrustTarget.signed(
            .none, 2, 2_000,
            .revocation(Revocation(robot: NodeID(1), key: key.key.publicKey.bytes, entriesStand: 0)))
        var chunks = ByteWriter()
        chunks.u8(2)
        for entry in [membership, revocation] { chunks.chunk(entry.statedBytes) }
        let texts: [(String, UInt8, String)] = [
            (
                "roster", 0,
                RosterFile.text(authority: TrustTarget.authority.publicKey, entries: [membership, revocation])
            ),
            (
                "configuration", 1,
                "[robot]\nname = \"alpha\"\nid = 3\n[radio.control]\ninterface = \"wlan0\"\nport = 4_711\n"
            ),
            ("mission", missions, FileTarget.missionText),
            ("toml", 1, "a = [1, 2.5, \"x\", {b = 1979-05-27}]\n[c.\"d e\"]\nf = '''\ng'''\n[[h]]\ni = 0x1F\n"),
        ]
        return texts.map { Seed(name: $0.0, bytes: [$0.1] + Array($0.2.utf8)) } + [
            Seed(name: "signed", bytes: chunks.bytes),
            Seed(name: "configuration-new", bytes: [1] + Array(FleetConfig.text(name: "alpha", id: NodeID(1)).utf8)),
        ]
    }
}
