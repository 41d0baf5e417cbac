import Foundation
import SkeinFiles
import Testing

/// Who belongs to a fleet, as its operator has it.
@Suite struct FleetTests {
    private func fleet(_ folder: URL, _ more: String...) throws -> String {
        let path = folder.appending(path: "fleet").path
        let arguments = ["fleet", "init", path, "--robots", "alpha,bravo,charlie"] + more
        let made = Program.finish(try Program.start(arguments))
        try #require(made.code == 0, "\(made.talk)")
        return path
    }

    /// No daemon listens there.
    private func nowhere(_ folder: URL) -> [String] { ["--socket", folder.appending(path: "none").path] }

    private func run(_ arguments: [String]) throws -> Program.Outcome { Program.finish(try Program.start(arguments)) }

    @Test func `a fleet is made with its authority, and listed with what each robot is and may`() throws {
        try Program.inFolder { folder in
            let fleet = try fleet(folder, "--roles", "lead,enroll", "--expires", "30")
            let listed = try Program.run("fleet", "list", fleet, "--json")
            #expect(listed.code == 0 && listed.json?["robots"]?.count == 3)
            guard case .array(let robots)? = listed.json?["robots"] else { return }
            #expect(robots[1]["name"] == .string("bravo") && robots[1]["id"] == .integer(1))
            #expect(robots[1]["roles"] == .array([.string("lead"), .string("enroll")]))
            #expect(robots[1]["state"] == .string("member") && robots[1]["expires"] != .null)
            let text = try Program.run("fleet", "list", fleet)
            #expect(text.output.contains("SHA256:") && text.output.hasPrefix("fleet "))
            let never = try Program.run("fleet", "init", "\(fleet)2", "--robots", "a", "--expires", "never", "--json")
            guard case .array(let one)? = never.json?["robots"] else { return }
            #expect(one[0]["expires"] == .null)
            #expect(try Program.run("fleet", "init", "\(fleet)3", "--robots", "a", "--roles", "led").code == 2)
        }
    }

    @Test func `a robot joins by a stick: one step on each side, and back`() throws {
        try Program.inFolder { folder in
            let fleet = try fleet(folder)
            let stick = folder.appending(path: "stick").path
            let new = folder.appending(path: "new").path
            mkdir(stick, 0o755)
            let join = ["fleet", "join", "--folder", new, "--stick", stick, "--json"]
            let enroll = ["fleet", "enroll", "delta", "--stick", stick, "--authority", fleet] + nowhere(folder)
            #expect(try run(enroll + ["--code", "lusab-babad-lusab"]).code == 4)
            let asked = try run(join)
            #expect(asked.code == 4 && asked.output.isEmpty, "\(asked)")
            let code = try code(asked.talk)
            let wrong = try run(enroll + ["--code", "lusab-babad-lusab"])
            #expect(wrong.code == 5 && wrong.talk.contains("shows another code: SHA256:"), "\(wrong)")
            let enrolled = try run(enroll + ["--code", code, "--json"])
            #expect(enrolled.code == 0 && enrolled.json?["id"] == .integer(3), "\(enrolled)")
            let joined = try run(join)
            #expect(joined.code == 0 && joined.json?["name"] == .string("delta"), "\(joined)")
            #expect(joined.json?["fingerprint"] == enrolled.json?["fingerprint"])
            #expect(try FileManager.default.contentsOfDirectory(atPath: stick).isEmpty)
            // The code is spent and the robot is in a fleet.
            #expect(!FileManager.default.fileExists(atPath: "\(new)/join.code"))
            #expect(try run(join).code == 2)
            #expect(try run(enroll + ["--code", code]).code == 4)
            let here = try Program.run("fleet", "list", "\(new)/fleet.toml", "--json")
            #expect(here.json?["digest"] == (try Program.run("fleet", "list", fleet, "--json")).json?["digest"])
        }
    }

    private func code(_ talk: String) throws -> String {
        let line = try #require(talk.split(separator: "\n").first { $0.hasPrefix("  code") }, "\(talk)")
        return String(try #require(line.split(separator: " ").last))
    }

    @Test func `an answer made with another code is one try, and a few void the code`() throws {
        try Program.inFolder { folder in
            let stick = folder.appending(path: "stick").path
            mkdir(stick, 0o755)
            let join = [
                "fleet", "join", "--folder", folder.appending(path: "new").path, "--stick", stick,
            ]
            #expect(try run(join).code == 4)
            let name = try #require(try FileManager.default.contentsOfDirectory(atPath: stick).first)
            for attempt in 1...5 {
                let answer = "\(stick)/\(name.replacingOccurrences(of: ".request", with: ".answer"))"
                try Data([UInt8](repeating: 1, count: 300)).write(to: URL(filePath: answer))
                let outcome = try run(join)
                #expect(outcome.code == (attempt == 5 ? 5 : 4), "\(attempt): \(outcome)")
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: stick).isEmpty)
        }
    }

    @Test func `a robot joins over a link: both commands at once`() throws {
        try Program.inFolder { folder in
            let fleet = try fleet(folder)
            let link = [
                "--interface", "lo", "--ipv4", "--port", "\(20_000 + Int(getpid()) % 8_000)", "--seconds", "40",
            ]
            let joining = try Running(
                ["fleet", "join", "--folder", folder.appending(path: "new").path, "--json"] + link)
            try joining.wait(for: "fleet enroll NAME --code ")
            let code = try code(joining.said)
            let enrolled = try run(
                ["fleet", "enroll", "delta", "--code", code, "--authority", fleet, "--json"] + link + nowhere(folder))
            let joined = try joining.outcome()
            #expect(enrolled.code == 0 && enrolled.json?["confirmed"] == .bool(true), "\(enrolled)")
            #expect(joined.code == 0 && joined.json?["id"] == .integer(3), "\(joined)")
        }
    }

    @Test func `a taken name is refused on both sides`() throws {
        try Program.inFolder { folder in
            let fleet = try fleet(folder)
            let link = [
                "--interface", "lo", "--ipv4", "--port", "\(28_000 + Int(getpid()) % 1_000)", "--seconds", "40",
            ]
            let joining = try Running(["fleet", "join", "--folder", folder.appending(path: "new").path] + link)
            try joining.wait(for: "fleet enroll NAME --code ")
            let line = try #require(joining.said.split(separator: "\n").first { $0.contains("--code ") })
            let words = line.split(separator: " ")
            let code = String(words[try #require(words.firstIndex(of: "--code")) + 1])
            let enrolled = try run(
                ["fleet", "enroll", "alpha", "--code", code, "--authority", fleet] + link + nowhere(folder))
            #expect(enrolled.code == 5 && enrolled.talk.contains("the name is r0's already"), "\(enrolled)")
            #expect(try joining.outcome().code == 5)
        }
    }

    @Test func `a revocation without a daemon is stored and says that nobody knows of it`() throws {
        try Program.inFolder { folder in
            let fleet = try fleet(folder)
            let place = ["--authority", fleet] + nowhere(folder)
            let revoked = try run(["fleet", "revoke", "charlie", "--json"] + place)
            #expect(revoked.code == 6 && revoked.json?["key_number"] == .integer(2), "\(revoked)")
            #expect(revoked.json?["spreads"] == .bool(false) && revoked.json?["entries"] == .integer(3))
            #expect(try run(["fleet", "revoke", "charlie"] + place).code == 5)
            #expect(try run(["fleet", "revoke", "delta"] + place).code == 4)
            #expect(try run(["fleet", "rotate"] + place).code == 6)
            #expect(try run(["fleet", "renew", "bravo", "--roles", "none", "--expires", "never"] + place).code == 6)
            let listed = try Program.run("fleet", "list", fleet, "--json")
            #expect(listed.json?["key_number"] == .integer(3))
            guard case .array(let robots)? = listed.json?["robots"] else { return }
            #expect(robots.map { $0["state"] } == [.string("member"), .string("member"), .string("revoked")])
            #expect(robots[1]["roles"] == .array([]) && robots[1]["expires"] == .null)
        }
    }

    @Test func `a robot's key may throw out and bring in only with its role`() throws {
        try Program.inFolder { folder in
            let robot = try Robot(in: folder)
            let refused = try run(["fleet", "revoke", "bravo", "--config", robot.configFile] + nowhere(folder))
            #expect(refused.code == 5 && refused.talk.hasPrefix("refused: this robot has not the role enroll"))
            let enroll = ["fleet", "enroll", "x", "--code", "lusab-babad-lusab", "--stick", folder.path]
            #expect(try run(enroll + ["--config", robot.configFile] + nowhere(folder)).code == 5)
        }
    }

    @Test func `a daemon is handed what is issued, and lists it`() throws {
        try Program.inFolder { folder in
            let robot = try Robot(in: folder)
            try robot.start()
            let fleet = folder.appending(path: "fleet").path
            let revoked = try Program.run("fleet", "revoke", "bravo", "--authority", fleet, "--socket", robot.socket)
            #expect(revoked.code == 0, "\(revoked)")
            let listed = try Program.run("fleet", "list", "--socket", robot.socket, "--json")
            #expect(listed.code == 0 && listed.json?["entries"] == .integer(4), "\(listed)")
            #expect(listed.json?["digest"] == (try Program.run("fleet", "list", fleet, "--json")).json?["digest"])
            #expect(try robot.end().code == 0)
            // Carried by hand it is known already, and in the robot's own file from now on.
            let merged = try Program.run(
                "fleet", "merge", "\(fleet)/fleet.toml", "--config", robot.configFile, "--json")
            #expect(merged.code == 6 && merged.json?["new"] == .integer(2), "\(merged)")
        }
    }
}
