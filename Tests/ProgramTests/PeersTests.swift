import Foundation
import SkeinFiles
import Testing

/// Who is who, and who may not, as people meet it.
@Suite struct PeersTests {
    private func robots(_ outcome: Program.Outcome) throws -> [JSONValue] {
        guard case .array(let robots)? = outcome.json?["peers"] else { throw Missing() }
        return robots
    }

    private struct Missing: Error {}

    @Test func `all robots of the fleet are shown, this one too, by name`() throws {
        try Program.inFolder { folder in
            let robot = try Robot(in: folder)
            try robot.start()
            let table = try Program.run("peers", "--socket", robot.socket)
            #expect(table.code == 0 && table.talk.isEmpty, "\(table)")
            #expect(table.output.hasPrefix("alpha knows 2 robots: 1 not met\n"), "\(table.output)")
            let lines = table.output.split(separator: "\n")
            #expect(lines.count == 4 && lines[2].contains("this robot") && lines[3].contains("not met"))
            let json = try Program.run("peers", "--json", "--socket", robot.socket)
            #expect(json.json?["version"] == .integer(1) && json.json?["robot"] == .string("alpha"))
            #expect(json.json?["complete"] == .bool(true))
            let found = try robots(json)
            #expect(found.map { $0["name"] } == [.string("alpha"), .string("bravo")])
            #expect(found[0]["reach"] == .string("this_robot") && found[0]["epoch"] != .null)
            #expect(found[1]["reach"] == .string("unmet") && found[1]["epoch"] == .null)
            #expect(
                found[1].keys == [
                    "name", "id", "roles", "expires", "public_key", "fingerprint", "words", "state", "wrong",
                    "key_doubled", "epoch", "reach", "next", "links", "connected", "neighbour_since_s", "silence_s",
                    "left", "leader", "stopped", "results",
                ])
            _ = try robot.end()
        }
    }

    @Test func `a robot is named by a unique beginning or its number, and 4 says that there is none`() throws {
        try Program.inFolder { folder in
            let robot = try Robot(in: folder)
            try robot.start()
            for name in ["bravo", "br", "r1", "1"] {
                let one = try Program.run("peers", name, "--socket", robot.socket)
                #expect(one.code == 0 && one.output.hasPrefix("bravo (r1)\n"), "\(one)")
                #expect(one.output.contains("SHA256:") && !one.output.contains("alpha"))
            }
            let both = try Program.run("peers", "br", "alpha", "bravo", "--json", "--socket", robot.socket)
            #expect(try robots(both).count == 2)
            let none = try Program.run("peers", "charlie", "--socket", robot.socket)
            #expect(none.code == 4 && none.output.isEmpty && none.talk.contains("bravo"), "\(none)")
            _ = try robot.end()
        }
    }

    @Test func `what is wrong comes first`() throws {
        try Program.inFolder { folder in
            let robot = try Robot(in: folder)
            try robot.start()
            let fleet = folder.appending(path: "fleet").path
            let out = try Program.run("fleet", "revoke", "bravo", "--authority", fleet, "--socket", robot.socket)
            #expect(out.code == 0, "\(out)")
            let found = try robots(try Program.run("peers", "--json", "--socket", robot.socket))
            #expect(found.map { $0["name"] } == [.string("bravo"), .string("alpha")])
            #expect(found[0]["state"] == .string("revoked") && found[0]["wrong"] == .array([.string("revoked")]))
            let one = try Program.run("peers", "bravo", "--socket", robot.socket)
            #expect(one.output.contains("skein fleet join"), "\(one.output)")
            _ = try robot.end()
        }
    }

    @Test func `a robot that lacks the role refuses with 5, and names the role and what gives it`() throws {
        try Program.inFolder { folder in
            let robot = try Robot(in: folder, roles: "lead")
            try robot.start()
            for order in [["run", "--configured", "--yes"], ["stop"]] {
                let refused = Program.finish(try Program.start(["mission"] + order + ["--socket", robot.socket]))
                #expect(refused.code == 5 && refused.output.isEmpty, "\(refused)")
                #expect(
                    refused.talk.hasPrefix("alpha may not: its membership lacks the role command;"), "\(refused.talk)")
                #expect(refused.talk.contains("skein fleet renew"))
            }
            let stopped = try Program.run("stop", "--wait", "0", "--socket", robot.socket)
            #expect(stopped.code == 6, "\(stopped)")
            let release = try Program.run("stop", "--release", "1", "--socket", robot.socket)
            #expect(release.code == 5 && release.talk.contains("the role release"), "\(release)")
            _ = try robot.end()
        }
    }

    @Test func `a stop in force forbids a mission with 7, and names the stop and what ends it`() throws {
        try Program.inFolder { folder in
            let robot = try Robot(in: folder)
            try robot.start()
            #expect(try Program.run("stop", "--wait", "0", "--socket", robot.socket).code == 6)
            let forbidden = try Program.run("mission", "run", "--configured", "--yes", "--socket", robot.socket)
            #expect(forbidden.code == 7, "\(forbidden)")
            #expect(forbidden.talk.contains("the emergency stop 1 is in force; skein stop --release 1 ends it"))
            #expect(
                try robots(try Program.run("peers", "alpha", "--json", "--socket", robot.socket))[0]["stopped"]
                    == .bool(true))
            let other = try Program.run("stop", "--release", "9", "--socket", robot.socket)
            #expect(other.code == 7 && other.talk.contains("--release 1"), "\(other)")
            #expect(try Program.run("stop", "--release", "1", "--wait", "0", "--socket", robot.socket).code == 6)
            #expect(try Program.run("mission", "run", "--organise-only", "--socket", robot.socket).code == 0)
            _ = try robot.end()
        }
    }

    @Test func `what the daemon has heard is known to who issues next`() throws {
        try Program.inFolder { folder in
            let robot = try Robot(in: folder)
            let fleet = folder.appending(path: "fleet").path
            // A second office with the authority's key: what it issues the first has not in its folder.
            let copy = folder.appending(path: "copy").path
            try FileManager.default.copyItem(atPath: fleet, toPath: copy)
            try robot.start()
            let out = try Program.run("fleet", "revoke", "bravo", "--authority", copy, "--socket", robot.socket)
            #expect(out.code == 0, "\(out)")
            let again = try Program.run("fleet", "revoke", "bravo", "--authority", fleet, "--socket", robot.socket)
            #expect(again.code == 5 && again.talk.contains("revoked already"), "\(again)")
            _ = try robot.end()
        }
    }
}
