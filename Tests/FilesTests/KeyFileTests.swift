import Foundation
import SkeinSeal
import SkeinWire
import Testing

@testable import SkeinFiles

enum SkeinSealKey {
    static var any: PublicKey? { PublicKey(bytes: [UInt8](0..<32)) }
}

@Suite struct KeyFileTests {
    private func inFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "skein-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder.path)
    }

    private static let seed = [UInt8](1...32)

    @Test func `a key that is made reads back, from base64 and from hexadecimal`() throws {
        try inFolder { folder in
            let path = "\(folder)/robot.key"
            try SecretFile.make(KeyFile.text(.robot, secret: Self.seed), at: path)
            #expect(try KeyFile.robotKey(path).publicKey == SigningKey(seed: Self.seed).publicKey)
            let digits = Self.seed.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            for text in [digits, digits.uppercased()] {
                #expect(try KeyFile.secret(.robot, text: "skein-robot-key 1\n\(text)\n", path: "k") == Self.seed)
            }
            #expect(try KeyFile.secret(.robot, text: "skein-robot-key 1\r\n\(digits)\r\n", path: "k") == Self.seed)
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
            try SecretFile.make(KeyFile.text(.robot, secret: Self.seed), at: path)
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
            let message = complaint { () throws(FileError) in _ = try KeyFile.robotKey(path) }
            #expect(
                message
                    == "\(path): mode 0\(String(mode, radix: 8)): group or others may use this secret; expected 0600: "
                    + "chmod 600 \(path)")
        }
    }

    @Test func `a link, a pipe, a folder and nothing are refused without waiting`() throws {
        try inFolder { folder in
            try SecretFile.make(KeyFile.text(.robot, secret: Self.seed), at: "\(folder)/robot.key")
            symlink("\(folder)/robot.key", "\(folder)/link")
            mkfifo("\(folder)/pipe", 0o600)
            mkdir("\(folder)/folder", 0o700)
            for (name, expected) in [
                ("link", "expected the key file itself, found a symbolic link"), ("pipe", "found no plain file"),
                ("folder", "found no plain file"), ("nothing", "cannot read: No such file or directory"),
            ] {
                let message = complaint { () throws(FileError) in _ = try KeyFile.robotKey("\(folder)/\(name)") }
                #expect(message?.contains(expected) == true, "\(message ?? "none")")
            }
        }
    }

    @Test(.enabled(if: geteuid() == 0))
    func `another user's key is refused`() throws {
        try inFolder { folder in
            let path = "\(folder)/robot.key"
            try SecretFile.make(KeyFile.text(.robot, secret: Self.seed), at: path)
            #expect(chown(path, 1_000, 1_000) == 0)
            let message = complaint { () throws(FileError) in _ = try KeyFile.robotKey(path) }
            #expect(message?.hasPrefix("\(path): owned by user 1000, expected 0") == true)
        }
    }

    private static let key = KeyText.base64(of: seed)

    @Test(arguments: [
        ("", "k:1:1: expected \"skein-robot-key 1\", found another kind of file"),
        ("untrusted comment: x\n\(key)", "k:1:1: expected \"skein-robot-key 1\", found another kind of file"),
        ("skein-fleet-key 1\n\(key)", "k:1:1: expected \"skein-robot-key 1\", found a skein-fleet-key"),
        ("skein-robot-key 2\n\(key)", "k:1:1: expected version 1 of skein-robot-key, found another"),
        ("skein-robot-key\n\(key)", "k:1:1: expected version 1 of skein-robot-key, found another"),
        ("skein-robot-key 1", "k:2:1: expected the key, found nothing"),
        ("skein-robot-key 1\n\n\(key)", "k:2:1: expected the key, found nothing"),
        ("skein-robot-key 1\nAAAz", "k:2:1: expected a key of 32 bytes, found 3"),
        (
            "skein-robot-key 1\n\(key.dropLast())",
            "k:2:1: expected a key of 32 bytes in base64 or hexadecimal, found other text"
        ),
        ("skein-robot-key 1\n \(key)", "k:2:1: expected a key of 32 bytes in base64 or hexadecimal, found other text"),
        ("skein-robot-key 1\n\(String(repeating: "ab", count: 64))", "k:2:1: expected a key of 32 bytes, found 64"),
        ("skein-robot-key 1\n\(String(repeating: "ab", count: 65))", "k:2:1: expected a key of 32 bytes in base64"),
        ("skein-robot-key 1\n\(key)\nmore", "k:3:1: expected nothing after the key"),
    ])
    func `a wrong key file is refused by place, and its secret is not told`(_ text: String, _ expected: String) throws {
        let message = complaint { () throws(FileError) in _ = try KeyFile.secret(.robot, text: text, path: "k") }
        #expect(message?.hasPrefix(expected) == true, "\(message ?? "none")")
        #expect(message?.contains(Self.key.prefix(8)) == false)
    }

    @Test func `new secrets differ`() {
        #expect(NewSecret.bytes(count: 32) != NewSecret.bytes(count: 32))
        #expect(NewSecret.bytes(count: 32).count == 32)
    }
}

@Suite struct RosterFileTests {
    private static func text(_ robots: [(String, Int, String)]) -> String {
        robots.map { "[[robot]]\nname = \"\($0.0)\"\nid = \($0.1)\npublic_key = \"\($0.2)\"\n" }.joined()
    }

    private static func key(_ first: UInt8) -> String { KeyText.base64(of: [first] + [UInt8](1...31)) }

    private func message(_ text: String) -> String? {
        complaint { () throws(FileError) in _ = try RosterFile(text: text, path: "f.toml") }
    }

    @Test func `what is written reads back`() throws {
        let robots = (0..<3).map {
            RosterFile.Robot(
                name: "r\($0)", id: NodeID(UInt16($0 * 7)),
                publicKey: SigningKey(seed: NewSecret.bytes(count: 32)).publicKey)
        }
        let read = try RosterFile(text: RosterFile.text(of: robots), path: "f.toml")
        #expect(read.robots == robots)
        #expect(read.roster.members == robots.map(\.id))
        #expect(read.roster.key(of: NodeID(7)) == robots[1].publicKey)
    }

    @Test func `names, numbers and keys are unique and whole`() {
        let good = ("a", 0, Self.key(1))
        #expect(message(Self.text([good, ("b", 1, Self.key(2))])) == nil)
        #expect(
            message(Self.text([good, ("a", 1, Self.key(2))]))
                == "f.toml:6:1: [robot[1]] name: \"a\" is robot[0]'s already")
        #expect(
            message(Self.text([good, ("b", 0, Self.key(2))])) == "f.toml:7:1: [robot[1]] id: 0 is robot[0]'s already")
        #expect(
            message(Self.text([good, ("b", 1, Self.key(1))]))?.hasPrefix("f.toml:8:1: [robot[1]] public_key: is")
                == true)
        #expect(
            message(Self.text([("a", 0, "AAAz")])) == "f.toml:4:1: [robot[0]] public_key: expected 32 bytes, found 3")
        #expect(message(Self.text([("a", 0, "!")]))?.contains("in base64 or hexadecimal, found \"!\"") == true)
        #expect(
            message(Self.text([("a/b", 0, Self.key(1))]))?.hasPrefix("f.toml:2:1: [robot[0]] name: expected a name")
                == true)
        #expect(
            message(Self.text([("a", 65_535, Self.key(1))]))?.hasPrefix("f.toml:3:1: [robot[0]] id: expected") == true)
        #expect(message("") == "f.toml: no [[robot]] in the roster")
        #expect(
            message("[[robot]]\nname = \"a\"\nid = 1\npublic_kye = \"x\"")?.contains("did you mean \"public_key\"")
                == true)
    }

    @Test func `ten thousand robots fit`() throws {
        let robots = (0..<10_000).map { number -> RosterFile.Robot in
            var bytes = [UInt8](0..<32)
            bytes[0] = UInt8(number >> 8)
            bytes[1] = UInt8(number & 0xFF)
            let key = PublicKey(bytes: bytes)!
            return RosterFile.Robot(
                name: "robot-with-quite-a-long-name\(number)", id: NodeID(UInt16(number)), publicKey: key)
        }
        #expect(try RosterFile(text: RosterFile.text(of: robots), path: "f.toml").robots.count == 10_000)
    }
}
