import SkeinPeer
import SkeinSeal
import SkeinWire
import WireSamples

@testable import SkeinFiles

/// Files that a person edits or another machine has written: rosters, keys, configurations, JSON. Read, or refused with a
/// place and a reason.
///
///     what u8 | text; or chunks of entries, signed by the authority and put into a roster
enum FileTarget: FuzzTarget {
    static let name = "files"
    private static let path = "file"
    private static let entriesMax = 16
    private static let placeMax = 1 << 20

    static func run(_ bytes: [UInt8]) {
        guard let what = bytes.first else { return }
        let body = Array(bytes.dropFirst())
        if what % 8 == 7 { return signed(body) }
        guard let text = String(validating: body, as: UTF8.self) else { return }
        do throws(FileError) {
            switch what % 8 {
            case 0: try roster(text)
            case 1: _ = try KeyFile.secretKey(text: text, path: path)
            case 2: _ = try KeyFile.publicKey(text: text, path: path)
            case 3: try fleetKeys(text)
            case 4: try json(text)
            default: configuration(text)
            }
        } catch { complaint(error) }
    }

    private static func complaint(_ error: FileError) {
        must(!error.message.isEmpty, "a complaint about nothing")
        guard let position = error.position else { return }
        must(
            (1...placeMax).contains(position.line) && (1...placeMax).contains(position.column),
            "a complaint about line \(position.line), column \(position.column)")
    }

    private static func roster(_ text: String) throws(FileError) {
        let file = try RosterFile(text: text, path: path)
        let again = try? RosterFile(text: RosterFile.text(authority: file.authority, entries: file.entries), path: path)
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
        do throws(FileError) { try roster(text) } catch { complaint(error) }
    }

    private static func fleetKeys(_ text: String) throws(FileError) {
        let secrets = try FleetKeyFile.secrets(text: text, path: path)
        must(
            (try? FleetKeyFile.secrets(text: FleetKeyFile.text(secrets), path: path)) == secrets,
            "keys are not written as they were read")
    }

    private static func json(_ text: String) throws(FileError) { _ = try JSONReader.read(text, file: path) }

    private static func configuration(_ text: String) {
        let reading = PeerReading(text: text, path: path, places: .system)
        for error in reading.errors { complaint(error) }
    }

    static var seeds: [Seed] {
        let key = MinisignKey(seed: [UInt8](repeating: 7, count: SigningKey.seedBytes))
        let membership = TrustTarget.signed(
            .none, 1, 1_000,
            .membership(
                Membership(
                    robot: NodeID(1), key: key.key.publicKey.bytes, roles: .lead, expiresAtSeconds: nil, name: "alpha")))
        let revocation = TrustTarget.signed(
            .none, 2, 2_000,
            .revocation(Revocation(robot: NodeID(1), key: key.key.publicKey.bytes, entriesStand: 0)))
        var chunks = ByteWriter()
        chunks.u8(7)
        for entry in [membership, revocation] { chunks.chunk(entry.statedBytes) }
        let secrets = [1, 2].map {
            FleetSecret(number: $0, bytes: [UInt8](repeating: UInt8($0), count: FleetKey.byteCount))
        }
        let texts: [(String, UInt8, String)] = [
            ("roster", 0, RosterFile.text(authority: TrustTarget.authority.publicKey, entries: [membership, revocation])),
            ("secret-key", 1, KeyFile.secretText(key, of: "alpha")), ("public-key", 2, KeyFile.publicText(key, of: "alpha")),
            ("fleet-keys", 3, FleetKeyFile.text(secrets)),
            ("json", 4, #"{"a": [1, -2.5e3, true, null, "é\u00e9\n"], "b": {}}"#),
            ("configuration", 5, FleetConfig.text(name: "alpha", id: NodeID(1))),
            ("configuration-small", 5, "[robot]\nid = 3\n[radio.control]\ninterface = \"wlan0\"\nport = 4_711\n"),
            ("toml", 5, "a = [1, 2.5, \"x\", {b = 1979-05-27}]\n[c.\"d e\"]\nf = '''\ng'''\n[[h]]\ni = 0x1F\n"),
        ]
        return texts.map { Seed(name: $0.0, bytes: [$0.1] + Array($0.2.utf8)) }
            + [Seed(name: "signed", bytes: chunks.bytes)]
    }
}
