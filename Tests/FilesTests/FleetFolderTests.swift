import Foundation
import SkeinWire
import Testing

@testable import SkeinFiles

@Suite struct FleetFolderTests {
    private func inFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "skein-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder.path)
    }

    private func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    private static let terms = FleetFolder.Terms(roles: [.lead, .enroll], expiresAtSeconds: nil, now: 1_800_000_000)

    private func make(_ path: String, _ names: [String]) throws(FileError) -> FleetFolder {
        try FleetFolder.make(at: path, names: names, terms: Self.terms, config: FleetConfig.text)
    }

    /// As an operator would complete it.
    private func complete(_ path: String, name: String? = nil) -> PeerReading {
        let words =
            ["robot.start_x_m=1", "robot.start_y_m=1", "robot.start_heading_deg=0"]
            + ["control", "data"].flatMap { ["radio.\($0).transport=ipv6", "radio.\($0).interface=lo"] }
            + (name.map { ["robot.name=\($0)"] } ?? [])
        return .read(.init(configFile: path, environment: [:], flags: words, places: .system))
    }

    @Test func `every robot's folder is complete, private and its own`() throws {
        try inFolder { folder in
            let made = try make("\(folder)/f", ["a", "b"])
            #expect(made.robots.map(\.name) == ["a", "b"] && made.robots.map(\.id) == [NodeID(0), NodeID(1)])
            #expect(try mode(made.path) == 0o700)
            for robot in made.robots {
                let own = made.folder(of: robot)
                #expect(try mode(own) == 0o700)
                for file in ["robot.key", "robot.pub", "fleet.key", "fleet.toml", "peer.toml"] {
                    #expect(try mode("\(own)/\(file)") == 0o600)
                }
                let identity = try PeerIdentity.read(complete("\(own)/peer.toml"))
                #expect(identity.id == robot.id && identity.name == robot.name)
                #expect(identity.key.publicKey == robot.key)
                #expect(try KeyFile.publicKey("\(own)/robot.pub") == robot.key)
                #expect(identity.keyring.fleet == made.fleet && identity.keyring.newest == 1)
                #expect(identity.roster.members == made.robots)
                #expect(identity.roster.roster.authority == made.authority)
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["f"])
        }
    }

    @Test func `nothing is overwritten, and an empty folder is taken`() throws {
        try inFolder { folder in
            let first = try make("\(folder)/f/", ["a"])
            let key = try InputFile.bytes(of: "\(folder)/f/a/robot.key")
            let message = complaint { () throws(FileError) in
                _ = try make("\(folder)/f", ["a"])
            }
            #expect(
                message == "\(folder)/f: is not empty: a fleet's keys are never overwritten; name another folder")
            #expect(try InputFile.bytes(of: "\(folder)/f/a/robot.key") == key)
            mkdir("\(folder)/empty", 0o755)
            let second = try make("\(folder)/empty", ["a"])
            #expect(second.fleet != first.fleet)
            #expect(try mode("\(folder)/empty") == 0o700)
        }
    }

    @Test func `what cannot be made leaves nothing behind`() throws {
        try inFolder { folder in
            for (path, names) in [
                ("\(folder)/f", ["a", "a"]), ("\(folder)/f", []), ("\(folder)/f", ["a", ""]), ("\(folder)/f", ["../x"]),
                ("\(folder)/no/f", ["a"]), ("", ["a"]), ("/proc/f", ["a"]),
            ] {
                #expect(throws: FileError.self) {
                    try make(path, names)
                }
            }
            let left = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(left.isEmpty)
        }
    }

    @Test func `an identity that does not agree is refused`() throws {
        try inFolder { folder in
            let made = try make("\(folder)/f", ["alpha", "beta"])
            let config = "\(made.path)/alpha/peer.toml"
            func faults(_ reading: PeerReading) -> String? {
                do throws(FileErrors) {
                    _ = try PeerIdentity.read(reading)
                    return nil
                } catch { return error.description }
            }
            #expect(
                faults(complete(config, name: "alpah"))
                    == "--set robot.name=alpah: [robot] name: unknown robot \"alpah\" (did you mean \"alpha\"?) in "
                    + "\(made.path)/alpha/fleet.toml")
            #expect(
                faults(complete(config, name: "beta"))
                    == "\(config):9:1: [robot] id: expected 1, which beta has in \(made.path)/alpha/fleet.toml, found 0"
            )
            unlink("\(made.path)/alpha/robot.key")
            link("\(made.path)/beta/robot.key", "\(made.path)/alpha/robot.key")
            #expect(
                faults(complete(config))
                    == "\(made.path)/alpha/robot.key: not alpha's key: \(made.path)/alpha/fleet.toml has "
                    + "it as beta's")
            unlink("\(made.path)/alpha/robot.key")
            unlink("\(made.path)/alpha/fleet.key")
            #expect(faults(complete(config))?.split(separator: "\n").count == 2)
        }
    }
}
