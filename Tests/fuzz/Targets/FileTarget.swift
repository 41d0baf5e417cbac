import SkeinPeer
import SkeinSeal
import SkeinWire
import WireSamples

@testable import SkeinFiles

/// Files that a person edits or another machine has written: keys and JSON. Read, or refused with a place and a reason.
///
///     what u8 | text
enum FileTarget: FuzzTarget {
    static let name = "files"
    static let path = "file"
    private static let placeMax = 1 << 20

    static func run(_ bytes: [UInt8]) {
        guard let what = bytes.first else { return }
        let body = Array(bytes.dropFirst())
        guard let text = String(validating: body, as: UTF8.self) else { return }
        do throws(FileError) {
            switch what % 4 {
            case 0: _ = try KeyFile.secretKey(text: text, path: path)
            case 1: _ = try KeyFile.publicKey(text: text, path: path)
            case 2: try fleetKeys(text)
            default: _ = try JSONReader.read(text, file: path)
            }
        } catch { complaint(error) }
    }

    static func complaint(_ error: FileError) {
        must(!error.message.isEmpty, "a complaint about nothing")
        guard let position = error.position else { return }
        must(
            (1...placeMax).contains(position.line) && (1...placeMax).contains(position.column),
            "a complaint about line \(position.line), column \(position.column)")
    }

    private static func fleetKeys(_ text: String) throws(FileError) {
        let secrets = try FleetKeyFile.secrets(text: text, path: path)
        must(
            (try? FleetKeyFile.secrets(text: FleetKeyFile.text(secrets), path: path)) == secrets,
            "keys are not written as they were read")
    }

    static var seeds: [Seed] {
        let key = MinisignKey(seed: [UInt8](repeating: 7, count: SigningKey.seedBytes))
        let secrets = [1, 2].map {
            FleetSecret(number: $0, bytes: [UInt8](repeating: UInt8($0), count: FleetKey.byteCount))
        }
        let texts: [(String, UInt8, String)] = [
            ("secret-key", 0, KeyFile.secretText(key, of: "alpha")),
            ("public-key", 1, KeyFile.publicText(key, of: "alpha")),
            ("fleet-keys", 2, FleetKeyFile.text(secrets)),
            ("json", 3, #"{"a": [1, -2.5e3, true, null, "é\u00e9\n"], "b": {}}"#),
        ]
        return texts.map { Seed(name: $0.0, bytes: [$0.1] + Array($0.2.utf8)) }
    }
}
