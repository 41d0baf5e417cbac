import Foundation
import SkeinSeal
import SkeinWire
import Testing

@testable import SkeinFiles

/// What is issued where, and what a robot keeps of what it was given.
@Suite struct FleetOfficeTests {
    private func inFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "skein-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder.path)
    }

    private static let now: UInt64 = 1_800_000_000

    private func fleet(_ folder: String) throws -> FleetFolder {
        try FleetFolder.make(
            at: "\(folder)/f", names: ["alpha", "bravo"],
            terms: .init(roles: .all, expiresAtSeconds: nil, now: Self.now), config: FleetConfig.text)
    }

    @Test func `what the authority issues is in its folder when the call returns`() throws {
        try inFolder { folder in
            let made = try fleet(folder)
            let office = try FleetOffice.authority(folder: made.path)
            let (number, issued) = try office.issue { books throws(TrustIssuer.Refusal) in
                _ = try books.issuer.revoke("bravo", disowning: false, now: Self.now)
                return try books.roll(now: Self.now).number
            }
            #expect(number == 2 && issued.count == 2)
            let roster = try RosterFile.read("\(made.path)/fleet.toml")
            #expect(roster.entries.suffix(2) == issued && roster.members.map(\.name) == ["alpha"])
            #expect(try FleetKeyFile.read("\(made.path)/fleet.key").map(\.number) == [1, 2])
            let mode = try FileManager.default.attributesOfItem(atPath: "\(made.path)/fleet.key")[.posixPermissions]
            #expect(mode as? Int == 0o600)
            let left = try FileManager.default.contentsOfDirectory(atPath: made.path).filter { $0.contains("part") }
            #expect(left.isEmpty)
        }
    }

    @Test func `what is refused changes no file`() throws {
        try inFolder { folder in
            let made = try fleet(folder)
            let office = try FleetOffice.authority(folder: made.path)
            let before = try InputFile.bytes(of: "\(made.path)/fleet.toml")
            #expect(throws: FleetOffice.Failure.self) {
                try office.issue { books throws(TrustIssuer.Refusal) in
                    _ = try books.issuer.revoke("alpha", disowning: false, now: Self.now)
                    _ = try books.issuer.revoke("nobody", disowning: false, now: Self.now)
                }
            }
            #expect(try InputFile.bytes(of: "\(made.path)/fleet.toml") == before)
        }
    }

    @Test func `another fleet's authority is not this one's`() throws {
        try inFolder { folder in
            let made = try fleet(folder)
            unlink("\(made.path)/authority.key")
            try SecretFile.make(
                KeyFile.secretText(MinisignKey(seed: [UInt8](1...32)), of: "x"), at: "\(made.path)/authority.key")
            let message = complaint { () throws(FileError) in _ = try FleetOffice.authority(folder: made.path) }
            #expect(
                message == "\(made.path)/authority.key: not the key of the authority that \(made.path)/fleet.toml names"
            )
        }
    }

    @Test func `two that issue at once give no number twice`() throws {
        try inFolder { folder in
            let office = try FleetOffice.authority(folder: try fleet(folder).path)
            DispatchQueue.concurrentPerform(iterations: 8) { index in
                _ = try? office.issue { books throws(TrustIssuer.Refusal) in
                    let key = SigningKey(seed: [UInt8](repeating: UInt8(index + 1), count: 32)).publicKey
                    _ = try books.issuer.enroll(
                        name: "r\(index)", key: key, roles: [], expiresAtSeconds: nil, now: Self.now)
                }
            }
            let books = try office.books()
            #expect(books.issuer.entries.map(\.number) == Array(1...10))
            #expect(books.issuer.standings.map(\.member.id.number) == Array(0..<10))
        }
    }

    private static func grant(_ made: FleetFolder, _ key: PublicKey) throws -> EnrolmentGrant {
        try FleetOffice.authority(folder: made.path).issue { books throws(TrustIssuer.Refusal) in
            let member = try books.issuer.enroll(
                name: "delta", key: key, roles: .lead, expiresAtSeconds: nil, now: now)
            return books.grant(to: member)
        }.result
    }

    @Test func `a robot that joins has what a robot of the first day has, and keeps its own peer file`() throws {
        try inFolder { folder in
            let made = try fleet(folder)
            let home = try JoinFolder(path: "\(folder)/new/")
            let (key, isNew) = try home.key()
            #expect(isNew)
            #expect(try !home.key().isNew)
            #expect(try KeyFile.publicKey("\(folder)/new/robot.pub") == key.key.publicKey)
            let (member, keptConfig) = try home.accept(try Self.grant(made, key.key.publicKey), key: key)
            #expect(member.id == NodeID(2) && member.name == "delta" && !keptConfig)
            for file in ["robot.key", "fleet.key", "fleet.toml", "peer.toml"] {
                let mode = try FileManager.default.attributesOfItem(atPath: "\(folder)/new/\(file)")[.posixPermissions]
                #expect(mode as? Int == 0o600, "\(file)")
            }
            let words =
                ["robot.start_x_m=1", "robot.start_y_m=1", "robot.start_heading_deg=0"]
                + ["control", "data"].flatMap { ["radio.\($0).transport=ipv6", "radio.\($0).interface=lo"] }
            let identity = try PeerIdentity.read(
                .read(.init(configFile: "\(folder)/new/peer.toml", environment: [:], flags: words, places: .system)))
            #expect(identity.id == NodeID(2) && identity.keyring.newest == 1)
            // In a fleet now: nothing is overwritten by another try.
            #expect(throws: FileError.self) { try JoinFolder(path: "\(folder)/new") }
        }
    }

    @Test func `an answer that does not make this robot a member is not written`() throws {
        try inFolder { folder in
            let made = try fleet(folder)
            let home = try JoinFolder(path: "\(folder)/new")
            let (key, _) = try home.key()
            let grant = try Self.grant(made, SigningKey(seed: [UInt8](1...32)).publicKey)
            var forged = grant
            forged.entries.removeAll { $0.number == 1 }
            forged.authority = key.key.publicKey
            for bad in [grant, forged] {
                #expect(throws: FileError.self) { try home.accept(bad, key: key) }
            }
            let left = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/new").sorted()
            #expect(left == ["robot.key", "robot.pub"])
        }
    }

    @Test func `a code under way survives, and another file in its place is named`() throws {
        try inFolder { folder in
            let home = try JoinFolder(path: folder)
            #expect(try home.pending() == nil)
            let pending = JoinFolder.Pending(code: .fresh(), tries: 3)
            try home.keep(pending)
            #expect(try home.pending() == pending)
            home.forgetCode()
            try SecretFile.make("else\n", at: "\(folder)/join.code")
            let message = complaint { () throws(FileError) in _ = try home.pending() }
            #expect(message?.hasPrefix("\(folder)/join.code: expected a code under way") == true)
        }
    }

    @Test func `rosters of two offices unite in both, and what nobody signed stays out`() throws {
        try inFolder { folder in
            let made = try fleet(folder)
            let settings =
                ["robot.start_x_m=1", "robot.start_y_m=1", "robot.start_heading_deg=0"]
                + ["control", "data"].flatMap { ["radio.\($0).transport=ipv6", "radio.\($0).interface=lo"] }
            let reading = PeerReading.read(
                .init(
                    configFile: "\(made.path)/alpha/peer.toml", environment: [:], flags: settings, places: .system))
            let robot = FleetOffice.robot(try PeerIdentity.read(reading), reading.settings)
            let authority = try FleetOffice.authority(folder: made.path)
            _ = try robot.issue { books throws(TrustIssuer.Refusal) in
                _ = try books.issuer.enroll(
                    name: "delta", key: SigningKey(seed: [UInt8](1...32)).publicKey, roles: [], expiresAtSeconds: nil,
                    now: Self.now)
            }
            let (secret, _) = try authority.issue { books throws(TrustIssuer.Refusal) in try books.roll(now: Self.now) }
            var forged = try robot.books().issuer.entries[0]
            forged.number = 99
            #expect(try authority.merge(try robot.books().issuer.entries + [forged]).count == 1)
            #expect(try robot.merge(try authority.books().issuer.entries).count == 2)
            #expect(try robot.books().issuer.entries == (try authority.books().issuer.entries))
            // The share that came with it is opened: the robot's own file has the new key.
            #expect(try FleetKeyFile.read("\(made.path)/alpha/fleet.key").last == secret)
        }
    }
}
