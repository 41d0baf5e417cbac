import Foundation
import SkeinFiles
import Testing

/// From an empty folder to a configuration that a daemon takes.
@Suite struct SetUpTests {
    @Test func `a fleet's folders are for their owner only, and are never overwritten`() throws {
        try Program.inFolder { folder in
            let fleet = folder.appending(path: "fleet").path
            let made = try Program.run("fleet", "init", fleet, "--robots", "alpha,bravo")
            #expect(made.code == 0, "\(made.talk)")
            for (name, mode) in [("alpha", 0o700), ("alpha/robot.key", 0o600), ("bravo/fleet.key", 0o600)] {
                let attributes = try FileManager.default.attributesOfItem(atPath: "\(fleet)/\(name)")
                #expect(attributes[.posixPermissions] as? Int == mode, "\(name)")
            }
            let key = try InputFile.bytes(of: "\(fleet)/fleet.key")
            let again = try Program.run("fleet", "init", fleet, "--robots", "alpha,bravo")
            #expect(again.code == 2 && again.talk.hasPrefix("\(fleet): "), "\(again)")
            #expect(try InputFile.bytes(of: "\(fleet)/fleet.key") == key)
        }
    }

    @Test func `a template that was not completed says all that is missing, with its place`() throws {
        try Program.inFolder { folder in
            let fleet = folder.appending(path: "fleet").path
            _ = try Program.run("fleet", "init", fleet, "--robots", "alpha")
            let outcome = try Program.run("config", "check", "--config", "\(fleet)/alpha/peer.toml")
            #expect(outcome.code == 2 && outcome.output.isEmpty)
            for key in ["start_x_m", "start_y_m", "start_heading_deg", "transport"] {
                #expect(outcome.talk.contains("] \(key) is missing: expected"), "\(key)")
            }
            let lines = outcome.talk.split(separator: "\n")
            #expect(lines.allSatisfy { $0.hasPrefix("\(fleet)/alpha/peer.toml:") }, "\(outcome.talk)")
        }
    }

    @Test func `an unknown key stops the daemon, which names file, line, column and the nearest key`() throws {
        try Program.inFolder { folder in
            let robot = try Robot(in: folder)
            let line = try robot.write("[cpu]\nneeded_percents = 100\n") + 1
            for command in [["peer"], ["config", "check"]] {
                let outcome = Program.finish(try Program.start(command + ["--config", robot.configFile]))
                #expect(outcome.code == 2, "\(command)")
                let expected =
                    "\(robot.configFile):\(line):1: [cpu] unknown key \"needed_percents\" (did you mean \"needed_percent\"?)\n"
                #expect(outcome.talk == expected)
            }
        }
    }

    @Test func `a key file that others can read stops the daemon, which says what mends it`() throws {
        try Program.inFolder { folder in
            let robot = try Robot(in: folder)
            chmod(robot.keyFile, 0o644)
            let outcome = try Program.run("peer", "--config", robot.configFile)
            #expect(outcome.code == 2)
            #expect(outcome.talk.contains("robot.key: mode 0644"), "\(outcome.talk)")
            #expect(outcome.talk.hasSuffix("chmod 600 \(robot.keyFile)\n"), "\(outcome.talk)")
            #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "state").path))
        }
    }

    @Test func `a good configuration is shown with its origins; an interface that is not there is named`() throws {
        try Program.inFolder { folder in
            let robot = try Robot(in: folder)
            let check = try Program.run("config", "check", "--config", robot.configFile)
            #expect(check.code == 0 && check.output.hasPrefix("ok: alpha, "), "\(check)")
            let show = try Program.run(
                "config", "show", "--effective", "--json", "--config", robot.configFile, "--set", "log.level=debug")
            #expect(show.code == 0)
            #expect(show.output.contains("\"--set log.level=debug\""), "\(show.output)")
            let absent = ["--config", robot.configFile, "--set", "radio.control.interface=no-such0"]
            let outcome = Program.finish(try Program.start(["config", "check"] + absent))
            #expect(outcome.code == 2 && outcome.talk.contains("\"no-such0\" is not there"), "\(outcome)")
            #expect(Program.finish(try Program.start(["config", "check", "--elsewhere"] + absent)).code == 0)
        }
    }

    @Test func `the doctor's exit code is 1 exactly if a check fails, and a fix stands beside each that does not pass`()
        throws
    {
        try Program.inFolder { folder in
            let robot = try Robot(in: folder)
            for mode: mode_t in [0o600, 0o644] {
                chmod(robot.keyFile, mode)
                let outcome = try Program.run("doctor", "--json", "--config", robot.configFile)
                guard case .array(let checks)? = outcome.json?["checks"] else {
                    Issue.record("no checks: \(outcome)")
                    return
                }
                let failed = checks.contains { $0["status"] == .string("fail") }
                #expect(outcome.code == (failed ? 1 : 0))
                if mode == 0o644 { #expect(failed) }
                for check in checks where check["status"] != .string("pass") { #expect(check["fix"] != .null) }
            }
        }
    }
}
