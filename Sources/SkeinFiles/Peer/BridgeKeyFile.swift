import SkeinSeal

/// The key that a robot and its motor controller share, as a file: MAVLink's signing key, 32 bytes in base64 or hexadecimal.
///
///     skein-bridge-key 1
///     JG5Lm8…=
package enum BridgeKeyFile {
    package static let byteCount = 32
    private static let head = "skein-bridge-key 1"

    package static func read(_ path: String) throws(FileError) -> [UInt8] {
        try bytes(text: try SecretFile.text(of: path), path: path)
    }

    package static func text(_ key: [UInt8]) -> String {
        precondition(key.count == byteCount, "a bridge key of \(key.count) bytes")
        return "\(head)\n\(KeyText.base64(of: key))\n"
    }

    /// Complaints never repeat the key.
    static func bytes(text: String, path: String) throws(FileError) -> [UInt8] {
        func fault(_ line: Int, _ message: String) -> FileError {
            FileError(file: path, position: .init(line: line, column: 1), message: message)
        }
        let lines = text.split(omittingEmptySubsequences: true, whereSeparator: \.isNewline)
        guard lines.first.map(String.init) == head else {
            throw fault(1, "expected \"\(head)\", found another kind of file")
        }
        guard lines.count == 2, let bytes = KeyText.bytes(of: String(lines[1]), bytesMax: 2 * byteCount),
            bytes.count == byteCount
        else { throw fault(2, "expected one key of \(byteCount) bytes in base64 or hexadecimal, found other text") }
        return bytes
    }
}
