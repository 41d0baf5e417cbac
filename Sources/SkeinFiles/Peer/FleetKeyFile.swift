import SkeinSeal

/// The keys that a fleet's robots share, as a file: one a line behind its number, in base64 or hexadecimal, ascending. The
/// last one is in use; the ones before it are those that it was rolled from.
///
///     skein-fleet-key 2
///     1 JG5Lm8…=
///     2 1xQzRr…=
package enum FleetKeyFile {
    private static let head = "skein-fleet-key"
    private static let version = "2"

    static func isHead(_ word: String) -> Bool { word == head }

    package static func read(_ path: String) throws(FileError) -> [FleetSecret] {
        try secrets(text: try SecretFile.text(of: path), path: path)
    }

    package static func text(_ secrets: [FleetSecret]) -> String {
        precondition((1...FleetSecret.keptMax).contains(secrets.count), "\(secrets.count) fleet keys")
        return "\(head) \(version)\n"
            + secrets.map { "\($0.number) \(KeyText.base64(of: $0.bytes))\n" }.joined()
    }

    /// Complaints never repeat a key.
    static func secrets(text: String, path: String) throws(FileError) -> [FleetSecret] {
        func fault(_ line: Int, _ message: String) -> FileError {
            FileError(file: path, position: .init(line: line, column: 1), message: message)
        }
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        let words = lines[0].split(separator: " ")
        guard words.first == head[...] else {
            throw fault(1, "expected \"\(head) \(version)\", found another kind of file")
        }
        guard words.dropFirst() == [version[...]] else {
            throw fault(1, "expected version \(version) of \(head), found another")
        }
        var secrets: [FleetSecret] = []
        for (index, line) in lines.enumerated().dropFirst() where !line.isEmpty {
            let words = line.split(separator: " ", omittingEmptySubsequences: false)
            guard words.count == 2, let number = UInt16(words[0]), number > 0 else {
                throw fault(index + 1, "expected a key's number 1…65535, a blank, and the key")
            }
            guard let bytes = KeyText.bytes(of: String(words[1]), bytesMax: 2 * FleetKey.byteCount) else {
                throw fault(
                    index + 1,
                    "expected a key of \(FleetKey.byteCount) bytes in base64 or hexadecimal, found other text")
            }
            guard bytes.count == FleetKey.byteCount else {
                throw fault(index + 1, "expected a key of \(FleetKey.byteCount) bytes, found \(bytes.count)")
            }
            guard number > secrets.last?.number ?? 0 else {
                throw fault(
                    index + 1, "key \(number) stands after key \(secrets.last?.number ?? 0): expected them ascending")
            }
            secrets.append(FleetSecret(number: number, bytes: bytes))
            guard secrets.count <= FleetSecret.keptMax else {
                throw fault(
                    index + 1, "expected at most \(FleetSecret.keptMax) keys, found more: take the first lines out")
            }
        }
        guard !secrets.isEmpty else { throw fault(2, "expected a key, found nothing") }
        return secrets
    }
}
