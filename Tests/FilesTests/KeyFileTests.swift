import Foundation
import SkeinSeal
import SkeinWire
import Testing

@testable import SkeinFiles

@Suite struct KeyFileTests {
    private func inFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "skein-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder.path)
    }

    private static let key = MinisignKey(seed: [UInt8](1...32))
    private static let secretText = KeyFile.secretText(key, of: "alpha")
    private static let publicText = KeyFile.publicText(key, of: "alpha")
    private static let keyLine = String(secretText.split(separator: "\n")[1])

    @Test func `a key that is made reads back, and so does its public half`() throws {
        try inFolder { folder in
            let path = "\(folder)/robot.key"
            try SecretFile.make(Self.secretText, at: path)
            #expect(try KeyFile.secretKey(path).key.publicKey == Self.key.key.publicKey)
            try OutputFile.write(Array(Self.publicText.utf8), to: "\(folder)/robot.pub")
            #expect(try KeyFile.publicKey("\(folder)/robot.pub") == Self.key.key.publicKey)
            let windows = Self.secretText.replacingOccurrences(of: "\n", with: "\r\n")
            #expect(try KeyFile.secretKey(text: windows, path: "k").seed == Self.key.seed)
        }
    }

    /// Another program's opinion of our keys, and ours of its signatures and keys. Debian's package minisign.
    @Test(.enabled(if: Minisign.isThere, "minisign is not installed"))
    func `minisign signs with a robot's key, and we agree; and takes no other key for it`() throws {
        try inFolder { folder in
            try SecretFile.make(Self.secretText, at: "\(folder)/robot.key")
            try OutputFile.write(Array(Self.publicText.utf8), to: "\(folder)/robot.pub")
            try OutputFile.write(Array("mission".utf8), to: "\(folder)/m")
            let signed = Minisign.run("-S", "-l", "-W", "-s", "\(folder)/robot.key", "-m", "\(folder)/m")
            #expect(signed == 0)
            #expect(Minisign.run("-V", "-p", "\(folder)/robot.pub", "-m", "\(folder)/m") == 0)
            // "Ed", the key's number, and the signature itself: the first format is Ed25519 over the file.
            let lines = try InputFile.text(of: "\(folder)/m.minisig").split(separator: "\n")
            let line = try #require(KeyText.bytes(of: String(lines[1]), bytesMax: 128))
            #expect(line.count == 74 && Array(line[2..<10]) == Self.key.number)
            #expect(Self.key.key.publicKey.verifies(Array(line[10...]), over: Array("mission".utf8)))
            #expect(Self.key.key.signature(over: Array("mission".utf8)) == Array(line[10...]))
            let other = MinisignKey(seed: [UInt8](2...33))
            try OutputFile.write(Array(KeyFile.publicText(other, of: "b").utf8), to: "\(folder)/b.pub")
            #expect(Minisign.run("-V", "-p", "\(folder)/b.pub", "-m", "\(folder)/m") != 0)
        }
    }

    @Test(.enabled(if: Minisign.isThere, "minisign is not installed"))
    func `a key that minisign made is a robot's key, and gives the public key that minisign made`() throws {
        try inFolder { folder in
            #expect(Minisign.run("-G", "-W", "-s", "\(folder)/m.key", "-p", "\(folder)/m.pub") == 0)
            chmod("\(folder)/m.key", 0o600)
            let key = try KeyFile.secretKey("\(folder)/m.key")
            #expect(try KeyFile.publicKey("\(folder)/m.pub") == key.key.publicKey)
            let theirs = try InputFile.text(of: "\(folder)/m.pub").split(separator: "\n")
            #expect(KeyFile.publicText(key, of: "x").split(separator: "\n")[1] == theirs[1])
            // And it takes back what we write of it.
            try SecretFile.make(KeyFile.secretText(key, of: "x"), at: "\(folder)/ours.key")
            #expect(Minisign.run("-R", "-W", "-s", "\(folder)/ours.key", "-p", "\(folder)/again.pub") == 0)
            #expect(try InputFile.text(of: "\(folder)/again.pub").split(separator: "\n")[1] == theirs[1])
        }
    }

    @Test func `a key file is made private and is never overwritten`() throws {
        try inFolder { folder in
            let path = "\(folder)/robot.key"
            let mask = umask(0)
            defer { umask(mask) }
            try SecretFile.make("x", at: path)
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            #expect(throws: FileError.self) { try SecretFile.make("y", at: path) }
            #expect(try SecretFile.text(of: path) == "x")
        }
    }

    @Test(arguments: [0o640, 0o604, 0o660, 0o610, 0o601, 0o777])
    func `a key that others may use is refused with the mode and the remedy`(_ mode: Int) throws {
        try inFolder { folder in
            let path = "\(folder)/robot.key"
            try SecretFile.make(Self.secretText, at: path)
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
            let message = complaint { () throws(FileError) in _ = try KeyFile.secretKey(path) }
            #expect(
                message
                    == "\(path): mode 0\(String(mode, radix: 8)): group or others may use this secret; expected 0600: "
                    + "chmod 600 \(path)")
        }
    }

    @Test func `a link, a pipe, a folder and nothing are refused without waiting`() throws {
        try inFolder { folder in
            try SecretFile.make(Self.secretText, at: "\(folder)/robot.key")
            symlink("\(folder)/robot.key", "\(folder)/link")
            mkfifo("\(folder)/pipe", 0o600)
            mkdir("\(folder)/folder", 0o700)
            for (name, expected) in [
                ("link", "expected the key file itself, found a symbolic link"), ("pipe", "found no plain file"),
                ("folder", "found no plain file"), ("nothing", "cannot read: No such file or directory"),
            ] {
                let message = complaint { () throws(FileError) in _ = try KeyFile.secretKey("\(folder)/\(name)") }
                #expect(message?.contains(expected) == true, "\(message ?? "none")")
            }
        }
    }

    @Test(.enabled(if: geteuid() == 0))
    func `another user's key is refused`() throws {
        try inFolder { folder in
            let path = "\(folder)/robot.key"
            try SecretFile.make(Self.secretText, at: path)
            #expect(chown(path, 1_000, 1_000) == 0)
            let message = complaint { () throws(FileError) in _ = try KeyFile.secretKey(path) }
            #expect(message?.hasPrefix("\(path): owned by user 1000, expected 0") == true)
        }
    }

    private static let head = "untrusted comment: x"
    private static let secret = "expected a minisign secret key"

    @Test(arguments: [
        ("", "k:1:1: \(secret), which begins with \"untrusted comment: \", found another kind of file"),
        ("skein-robot-key 1\n\(keyLine)", "k:1:1: \(secret), which begins with"),
        ("skein-fleet-key 2\n1 x", "k:1:1: \(secret), which begins with \"untrusted comment: \", found a fleet key"),
        (head, "k:2:1: expected the key, found nothing"),
        ("\(head)\n\n\(keyLine)", "k:2:1: expected the key, found nothing"),
        ("\(head)\nAAAz", "k:2:1: \(secret) of 158 bytes, found 3"),
        ("\(head)\n\(keyLine.dropLast())", "k:2:1: \(secret) in base64, found other text"),
        ("\(head)\n \(keyLine)", "k:2:1: \(secret) in base64, found other text"),
        ("\(head)\n\(keyLine)AAAA", "k:2:1: \(secret) in base64, found other text"),
        ("\(head)\n\(publicText.split(separator: "\n")[1])", "k:2:1: \(secret), found a public one"),
        ("\(head)\n\(keyLine)\nmore", "k:3:1: expected nothing after the key"),
        ("\(head)\n\(encrypted)", "k:2:1: a password protects this key, and a robot has nobody to type it"),
        ("\(head)\n\(damaged)", "k:2:1: the key does not fit its checksum: the file is damaged"),
    ])
    func `a wrong key file is refused by place, and its secret is not told`(_ text: String, _ expected: String) throws {
        let message = complaint { () throws(FileError) in _ = try KeyFile.secretKey(text: text, path: "k") }
        #expect(message?.hasPrefix(expected) == true, "\(message ?? "none")")
        #expect(message?.contains(KeyText.base64(of: Self.key.seed).prefix(8)) == false)
    }

    private static func changed(_ change: (inout [UInt8]) -> Void) -> String {
        var bytes = key.secretFileBytes
        change(&bytes)
        return KeyText.base64(of: bytes)
    }

    private static let encrypted = changed { $0[2...3] = [0x53, 0x63] }
    private static let damaged = changed { $0[62] ^= 1 }

    @Test func `a wrong public key file is refused by place, and a secret one is not read out`() throws {
        func message(_ text: String) -> String? {
            complaint { () throws(FileError) in _ = try KeyFile.publicKey(text: text, path: "k") }
        }
        #expect(
            message(Self.secretText)?.hasPrefix("k:2:1: expected a minisign public key, found a secret one") == true)
        #expect(message(Self.publicText) == nil)
        #expect(message("\(Self.head)\nAAAz") == "k:2:1: expected a minisign public key of 42 bytes, found 3")
        #expect(message("ssh-ed25519 AAAA")?.hasPrefix("k:1:1: expected a minisign public key") == true)
    }

    @Test func `new secrets differ`() {
        #expect(NewSecret.bytes(count: 32) != NewSecret.bytes(count: 32))
        #expect(NewSecret.bytes(count: 32).count == 32)
    }
}

/// Debian's minisign, if it is there.
enum Minisign {
    static let path = "/usr/bin/minisign"
    static var isThere: Bool { access(path, X_OK) == 0 }

    static func run(_ arguments: String...) -> Int32? {
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        process.waitUntilExit()
        return process.terminationStatus
    }
}

@Suite struct FleetKeyFileTests {
    private static let secrets = [
        FleetSecret(number: 1, bytes: [UInt8](1...32)), FleetSecret(number: 7, bytes: [UInt8](2...33)),
    ]

    @Test func `keys read back by their numbers, from base64 and from hexadecimal`() throws {
        let text = FleetKeyFile.text(Self.secrets)
        #expect(try FleetKeyFile.secrets(text: text, path: "k") == Self.secrets)
        let digits = (1...32).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        #expect(
            try FleetKeyFile.secrets(text: "skein-fleet-key 2\r\n1 \(digits)\r\n", path: "k") == [Self.secrets[0]])
    }

    private static let key = KeyText.base64(of: [UInt8](1...32))
    private static let head = "skein-fleet-key 2\n"

    @Test(arguments: [
        ("", "k:1:1: expected \"skein-fleet-key 2\", found another kind of file"),
        ("skein-fleet-key 1\n\(key)", "k:1:1: expected version 2 of skein-fleet-key, found another"),
        (head, "k:2:1: expected a key, found nothing"),
        ("\(head)\(key)", "k:2:1: expected a key's number 1…65535, a blank, and the key"),
        ("\(head)0 \(key)", "k:2:1: expected a key's number 1…65535, a blank, and the key"),
        ("\(head)65536 \(key)", "k:2:1: expected a key's number 1…65535, a blank, and the key"),
        ("\(head)1  \(key)", "k:2:1: expected a key's number 1…65535, a blank, and the key"),
        ("\(head)1 AAAz", "k:2:1: expected a key of 32 bytes, found 3"),
        ("\(head)1 \(key.dropLast())", "k:2:1: expected a key of 32 bytes in base64 or hexadecimal, found other text"),
        ("\(head)1 \(key)\n\n1 \(key)", "k:4:1: key 1 stands after key 1: expected them ascending"),
        (head + (1...17).map { "\($0) \(key)\n" }.joined(), "k:18:1: expected at most 16 keys, found more"),
    ])
    func `a wrong file is refused by place, and its keys are not told`(_ text: String, _ expected: String) throws {
        let message = complaint { () throws(FileError) in _ = try FleetKeyFile.secrets(text: text, path: "k") }
        #expect(message?.hasPrefix(expected) == true, "\(message ?? "none")")
        #expect(message?.contains(Self.key.prefix(8)) == false)
    }
}
