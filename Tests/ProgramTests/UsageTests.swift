import Foundation
import SkeinFiles
import Testing

@Suite struct UsageTests {
    @Test(arguments: [
        ["sim", "run"], ["sim", "run", "x", "--seed", "minus"], ["sim", "run", "x", "--seed", "-1"], ["nonsense"],
        ["sim", "sweep", "x", "--seeds", "0"], ["sim", "sweep", "x", "--seeds", "1", "--jobs", "0"],
        ["sim", "run", "x", "--setup-index", "1"], ["sim", "network", "x", "--instance", "y"],
        ["sim", "run", "x", "--strategy", "best"], ["sim", "run", "no-such-file.toml"],
        ["sim", "plot", "no-such.json", "--out", "x"], ["sim", "replay", "no-such.rec"], ["sim", "replay"],
        ["peer", "--config", "no-such.toml"], ["config", "check", "--config", "no-such.toml"], ["ping"],
        ["ping", "bravo", "--count", "0"], ["trace"], ["speed"], ["speed", "bravo", "--bytes", "16383"],
        ["speed", "bravo", "--bytes", "16777217"], ["speed", "bravo", "--seconds", "0"],
        ["speed", "bravo", "--seconds", "121"], ["metrics", "--every", "1"],
        ["metrics", "--textfile", "no-such-folder/x.prom"], ["metrics", "--textfile", "x", "--every", "0"],
        ["task", "run", "nonsense", "--input", "x", "--key", "1"],
        ["task", "run", "pso", "--key", "1"], ["task", "run", "pso", "--input", "x", "--key", "1", "--deadline", "0"],
        ["task", "run", "pso", "--input", "x"], ["task", "run", "pso", "--input", "x", "--key", "1", "--hedge"],
        ["task", "run", "blur"], ["task", "run", "Blur", "--input", "x"], ["task", "run", "blur@x", "--input", "x"],
        ["task", "run", "blur@70000", "--input", "x"], ["task", "run", "blur", "--input", "no-such-file"],
        ["task", "run", "blur", "--input", "x", "--units", "y", "--out", "z"],
        ["task", "run", "blur", "--units", "no-such-file.toml"],
        ["task", "run", "blur", "--units", "no-such-file.toml", "--out", "z"],
        ["task", "run", "blur", "--input", "x", "--input", "x"],
        ["task", "run", "blur", "--input", "x", "--input", "y", "--out", "-"],
        ["task", "run", "blur", "--input", "x", "--cost", "0"], ["task", "run", "blur", "--input", "x", "--key", "-1"],
        ["task", "run", "blur", "--input", "x", "--deadline", "86401"],
        ["task", "run", "blur", "--input", "x", "--intermediate"],
        ["task", "run", "blur", "--input", "x", "--out", "y", "--detach"],
        ["task", "run", "blur", "--input", "x", "--out", "-", "--json"],
        ["task", "stream", "blur"], ["task", "stream", "blur", "--period", "0", "--deadline", "1"],
        ["task", "stream", "blur", "--period", "1", "--deadline", "0"],
        ["task", "stream", "blur", "--period", "1", "--deadline", "1", "--json", "-"],
        ["task", "plan", "blur"], ["task", "plan", "blur", "--input", "no-such-file"],
        ["task", "fetch", "7"], ["task", "fetch", "7", "--out", "-", "--json"], ["task", "cancel"],
        ["why", "placement"], ["why", "placement", "x"], ["why", "nonsense"], ["why", "route"],
        ["topology", "--geojson"],
        ["topology", "--origin", "1"], ["topology", "--dot", "--json"], ["topology", "--folder", "x", "--all"],
        ["events", "--since", "0"], ["status", "--interval", "0"], ["bench", "questions", "--rounds", "0"],
        ["task", "status", "x"], ["fleet", "init", "x"], ["lab", "run"], ["lab", "run", "no-such-file.toml"],
        ["lab", "run", "x", "--kill", "3"], ["doctor", "--config", "no-such.toml"], ["stop", "--release", "0"],
        ["stop", "--release", "1", "--status"], ["stop", "--wait", "-1"], ["peers", "--only"],
        ["bench", "mesh-load", "--members", "3"], ["bench", "mesh-load", "--loss", "1"],
        ["bench", "mesh-load", "--rate", "6mb"], ["bench", "mesh-load", "--rate", "9kbit"],
        ["bench", "mesh-load", "--json", "no-such-directory/r.json"], ["bench", "lcm", "--seconds", "0"],
        ["bench", "member"], ["bench", "member", "0", "1", "1", "1", "0", "0", "20", "1"],
        ["bench", "member", "4", "4", "1", "1", "1", "1", "20", "1"], ["bench", "transfer", "--bytes", "0"],
        ["bench", "kernels", "--rounds", "0"], ["bench", "kernels", "--python", "no-such-python"],
        // SWARM_START is not set.
        ["bench", "member", "0", "4", "1", "1", "1", "1", "20", "1"], ["bench", "roundtrip", "--blocks", "0"],
        ["bench", "overload", "--factor", "101"], ["log", "info"], ["log", "info", "no-such.mcap"], ["log", "recover"],
        ["log", "recover", "no-such.mcap"], ["log", "merge", "x"], ["log", "merge", "x", "--out", "x"],
        ["log", "merge", "no-such.mcap", "--out", "x"], ["log", "export", "x"],
        ["log", "export", "x", "--json", "--csv", "report"], ["log", "export", "x", "--geojson"],
        ["log", "export", "x", "--geojson", "--origin", "91,0"], ["log", "export", "no-such.mcap", "--json"],
        ["log", "replay", "x", "--speed", "-1"], ["log", "replay", "no-such.mcap"],
        ["peer", "--attach", "no-such-file"],
    ])
    func `a usage error exits 2, says why on stderr and nothing on stdout`(_ arguments: [String]) throws {
        let outcome = Program.finish(try Program.start(arguments))
        #expect(outcome.code == 2)
        #expect(outcome.output.isEmpty)
        #expect(!outcome.talk.isEmpty)
    }

    @Test(arguments: [
        [], ["sim"], ["bench"], ["bench", "sim"], ["bench", "plan"], ["bench", "seal"], ["mission"], ["task"], ["why"],
        ["lab"], ["config"], ["fleet"], ["log"],
    ])
    func `every command explains itself`(_ command: [String]) throws {
        let outcome = Program.finish(try Program.start(command + ["--help"]))
        #expect(outcome.code == 0)
        #expect(outcome.output.contains("USAGE: skein"))
        #expect(outcome.talk.isEmpty)
    }

    @Test(arguments: [
        ["peer"], ["top"], ["status"], ["peers"], ["links"], ["neighbours"], ["topology"], ["routes"], ["tasks"],
        ["events"], ["why", "leader"], ["why", "route"], ["why", "failure"], ["bench", "questions"], ["ping"],
        ["trace"],
        ["speed"], ["metrics"], ["mission", "run"], ["mission", "stop"], ["mission", "check"],
        ["mission", "sign"], ["mission", "plan"], ["mission", "pause"], ["mission", "resume"], ["mission", "status"],
        ["mission", "import"], ["mission", "export"], ["why", "role"], ["task", "run"],
        ["task", "stream"], ["task", "plan"], ["task", "kernels"], ["task", "fetch"], ["task", "cancel"],
        ["why", "placement"], ["task", "status"], ["task", "list"], ["task", "forget"], ["sim", "run"],
        ["sim", "sweep"],
        ["sim", "network"], ["sim", "replay"], ["sim", "plot"], ["lab", "run"], ["config", "check"],
        ["config", "show"], ["fleet", "init"], ["fleet", "join"], ["fleet", "enroll"], ["fleet", "revoke"],
        ["fleet", "rotate"], ["fleet", "renew"], ["fleet", "merge"], ["fleet", "list"], ["stop"], ["doctor"],
        ["bench", "kernels"], ["bench", "transfer"], ["bench", "roundtrip"], ["bench", "mesh-load"], ["bench", "lcm"],
        ["bench", "member"],
        ["bench", "overload"], ["log", "info"], ["log", "recover"], ["log", "merge"], ["log", "export"],
        ["log", "replay"],
    ])
    func `every command that can end in more than one way says with which exit codes`(_ command: [String]) throws {
        let outcome = Program.finish(try Program.start(command + ["--help"]))
        #expect(outcome.code == 0)
        #expect(outcome.output.contains("USAGE: skein \(command.joined(separator: " "))"))
        // The help is broken into lines where the terminal ends.
        let words = outcome.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(words.contains("Exit codes: 0"), "\(outcome.output)")
        #expect(outcome.talk.isEmpty)
    }

    @Test func `the version is on stdout`() throws {
        let outcome = try Program.run("--version")
        #expect(outcome.code == 0)
        #expect(outcome.output.hasPrefix("skein "))
    }

    @Test func `a misspelt key is named with its place and the nearest known one, and nothing is written`() throws {
        try Program.inFolder { folder in
            let scenario = folder.appending(path: "s.toml").path
            let json = folder.appending(path: "r.json").path
            try OutputFile.write(Array("[robots]\ncount = 4\ncameras = 1\nstrat = 0\n".utf8), to: scenario)
            let outcome = try Program.run("sim", "run", scenario, "--json", json)
            #expect(outcome.code == 2)
            #expect(outcome.talk == "\(scenario):4:1: [robots] unknown key \"strat\" (did you mean \"start\"?)\n")
            #expect(!FileManager.default.fileExists(atPath: json))
        }
    }

    @Test func `a result that cannot be written is refused before the mission`() throws {
        let outcome = try Program.run("sim", "run", Program.field, "--json", "no-such-directory/r.json")
        #expect(outcome.code == 2)
        #expect(outcome.talk == "no-such-directory/r.json: cannot write: no directory no-such-directory\n")
    }

    @Test func `a foreign set-ups file is refused with the place`() throws {
        let file = Program.instances.appending(path: "contribution_instances.json").path
        let outcome = try Program.run("sim", "run", Program.field, "--setups", file)
        #expect(outcome.code == 2)
        #expect(outcome.talk == "\(file): format: expected \"cloud-navigation/1\", found \"cloud-contribution/1\"\n")
    }

    @Test func `a mission that does not complete exits 1 and says so`() throws {
        try Program.inFolder { folder in
            let scenario = folder.appending(path: "s.toml").path
            try OutputFile.write(
                Array("[robots]\ncount = 2\ncameras = 0\n[mission]\nlimit_s = 0.2\nspeed_m_per_s = 0.01\n".utf8),
                to: scenario)
            let outcome = try Program.run("sim", "run", scenario, "--json", "-")
            #expect(outcome.code == 1)
            #expect(outcome.json?["completed"] == .bool(false))
        }
    }
}
