import SkeinSeal

/// A robot's or an authority's key as a file, in minisign's own format (minisign(1)), so that what a fleet signs can be
/// checked, and what an operator signs made, with a tool that anybody has: a comment, and the key in base64.
///
///     untrusted comment: skein secret key of alpha
///     RWQAAEIyAAAA…
///
/// A secret key is without password: a robot boots alone. It is guarded by the file's mode.
package enum KeyFile {
    private static let commentHead = "untrusted comment: "
    private static let whatSecret = "a minisign secret key"
    private static let whatPublic = "a minisign public key"
    /// minisign's own bound is about a kilobyte a line.
    private static let publicFileBytesMax = 4_096

    package static func secretText(_ key: MinisignKey, of owner: String) -> String {
        "\(commentHead)skein secret key of \(owner): keep it on this machine\n"
            + "\(KeyText.base64(of: key.secretFileBytes))\n"
    }

    package static func publicText(_ key: MinisignKey, of owner: String) -> String {
        "\(commentHead)skein public key of \(owner), minisign \(key.numberText)\n"
            + "\(KeyText.base64(of: key.publicFileBytes))\n"
    }

    /// A key pair.
    package static func secretKey(_ path: String) throws(FileError) -> MinisignKey {
        try secretKey(text: try SecretFile.text(of: path), path: path)
    }

    /// Complaints never repeat what is on the second line.
    static func secretKey(text: String, path: String) throws(FileError) -> MinisignKey {
        let bytes = try keyBytes(text, path, expected: whatSecret, bytesMax: MinisignKey.secretBytes)
        do throws(MinisignKey.Refusal) {
            return try MinisignKey(secret: bytes)
        } catch {
            if bytes.count == MinisignKey.publicBytes {
                throw fault(path, 2, "expected \(whatSecret), found a public one")
            }
            throw fault(path, 2, complaint(error, expected: whatSecret, count: MinisignKey.secretBytes))
        }
    }

    package static func publicKey(_ path: String) throws(FileError) -> PublicKey {
        let bytes = try InputFile.bytes(of: path)
        guard bytes.count <= publicFileBytesMax, let text = String(validating: bytes, as: UTF8.self) else {
            throw FileError(file: path, message: "expected \(whatPublic), found another kind of file")
        }
        return try publicKey(text: text, path: path)
    }

    static func publicKey(text: String, path: String) throws(FileError) -> PublicKey {
        let bytes = try keyBytes(text, path, expected: whatPublic, bytesMax: MinisignKey.secretBytes)
        guard bytes.count != MinisignKey.secretBytes else {
            throw fault(
                path, 2, "expected \(whatPublic), found a secret one: name the .pub file, and show this one to nobody")
        }
        do throws(MinisignKey.Refusal) {
            return try MinisignKey.publicKey(of: bytes)
        } catch { throw fault(path, 2, complaint(error, expected: whatPublic, count: MinisignKey.publicBytes)) }
    }

    private static func fault(_ path: String, _ line: Int, _ message: String) -> FileError {
        FileError(file: path, position: .init(line: line, column: 1), message: message)
    }

    private static func keyBytes(
        _ text: String, _ path: String, expected: String, bytesMax: Int
    ) throws(FileError) -> [UInt8] {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        guard lines[0].hasPrefix(commentHead) else {
            let found =
                lines[0].split(separator: " ").first.flatMap { FleetKeyFile.isHead(String($0)) ? "a fleet key" : nil }
                ?? "another kind of file"
            throw fault(path, 1, "expected \(expected), which begins with \"\(commentHead)\", found \(found)")
        }
        guard lines.count >= 2, !lines[1].isEmpty else { throw fault(path, 2, "expected the key, found nothing") }
        guard let bytes = KeyText.bytes(of: String(lines[1]), bytesMax: bytesMax) else {
            throw fault(path, 2, "expected \(expected) in base64, found other text")
        }
        if let extra = lines.indices.dropFirst(2).first(where: { !lines[$0].isEmpty }) {
            throw fault(path, extra + 1, "expected nothing after the key")
        }
        return bytes
    }

    private static func complaint(_ refusal: MinisignKey.Refusal, expected: String, count: Int) -> String {
        switch refusal {
        case .length(let found): "expected \(expected) of \(count) bytes, found \(found)"
        case .algorithm: "expected an Ed25519 key, found another algorithm's"
        case .encrypted:
            "a password protects this key, and a robot has nobody to type it: take it off with minisign -C -W -s FILE"
        case .unknownDerivation: "expected a key of minisign's first version without password, found another"
        case .checksum: "the key does not fit its checksum: the file is damaged"
        case .halves: "its public half is another key's: the file is damaged"
        }
    }
}
