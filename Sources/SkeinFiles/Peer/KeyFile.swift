import SkeinSeal

/// A secret key as a file: its kind and format's version on the first line, the 32 bytes in base64 or hexadecimal on the
/// second. Base64 is what is written.
///
///     skein-robot-key 1
///     JG5Lm8…=
package enum KeyFile {
    package enum Kind: String, CaseIterable, Sendable {
        case robot = "skein-robot-key"
        case fleet = "skein-fleet-key"
    }

    static let version = "1"
    static let byteCount = 32

    /// A robot's own key pair.
    package static func robotKey(_ path: String) throws(FileError) -> SigningKey {
        SigningKey(seed: try secret(.robot, text: try SecretFile.text(of: path), path: path))
    }

    /// The key that a fleet's robots share.
    package static func fleetKey(_ path: String) throws(FileError) -> FleetKey {
        FleetKey(bytes: try secret(.fleet, text: try SecretFile.text(of: path), path: path))
    }

    package static func text(_ kind: Kind, secret: [UInt8]) -> String {
        precondition(secret.count == byteCount, "a secret of \(secret.count) bytes")
        return "\(kind.rawValue) \(version)\n\(KeyText.base64(of: secret))\n"
    }

    /// Complaints never repeat what is on the second line.
    static func secret(_ kind: Kind, text: String, path: String) throws(FileError) -> [UInt8] {
        func fault(_ line: Int, _ message: String) -> FileError {
            FileError(file: path, position: .init(line: line, column: 1), message: message)
        }
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        let head = lines[0].split(separator: " ")
        guard let found = head.first.flatMap({ Kind(rawValue: String($0)) }) else {
            throw fault(1, "expected \"\(kind.rawValue) \(version)\", found another kind of file")
        }
        guard found == kind else {
            throw fault(1, "expected \"\(kind.rawValue) \(version)\", found a \(found.rawValue)")
        }
        guard head.dropFirst() == [version[...]] else {
            throw fault(1, "expected version \(version) of \(kind.rawValue), found another")
        }
        guard lines.count >= 2, !lines[1].isEmpty else { throw fault(2, "expected the key, found nothing") }
        guard let bytes = KeyText.bytes(of: String(lines[1]), bytesMax: 2 * byteCount) else {
            throw fault(2, "expected a key of \(byteCount) bytes in base64 or hexadecimal, found other text")
        }
        guard bytes.count == byteCount else {
            throw fault(2, "expected a key of \(byteCount) bytes, found \(bytes.count)")
        }
        if let extra = lines.indices.dropFirst(2).first(where: { !lines[$0].isEmpty }) {
            throw fault(extra + 1, "expected nothing after the key")
        }
        return bytes
    }
}
