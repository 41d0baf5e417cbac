import Foundation
import SkeinFiles
import Testing

/// The daemon and its tools as people meet them.
@Suite struct DaemonTests {
    @Test(arguments: [
        ["status"], ["peers"], ["links"], ["neighbours"], ["topology"], ["routes"], ["tasks"], ["events"],
        ["why", "leader"], ["why", "route", "bravo"], ["why", "failure"], ["ping", "bravo"], ["mission", "run"],
        ["mission", "stop"],
        ["task", "status", "7"], ["task", "status"], ["task", "list"], ["task", "forget", "7"],
        ["task", "cancel", "7"],
        ["task", "kernels"], ["task", "fetch", "7", "--out", "no-such-folder"], ["why", "placement", "7"], ["stop"],
        ["stop", "--status"],
    ])
    func `a tool without a daemon exits 3 and names the socket`(_ tool: [String]) throws {
        let outcome = Program.finish(try Program.start(tool + ["--socket", "/no-such-folder/peer.sock"]))
        #expect(outcome.code == 3)
        #expect(outcome.output.isEmpty)
        #expect(outcome.talk.hasPrefix("/no-such-folder/peer.sock: no skein peer answers"), "\(outcome.talk)")
    }

    @Test func `a task without a daemon exits 3, and 2 if its input is not there`() throws {
        try Program.inFolder { folder in
            let input = folder.appending(path: "part").path
            let words = ["task", "run", "pso", "--key", "1", "--socket", "/no-such-folder/peer.sock", "--input", input]
            #expect(Program.finish(try Program.start(words)).code == 2)
            try OutputFile.write([0], to: input)
            #expect(Program.finish(try Program.start(words)).code == 3)
        }
    }

    @Test func `tools ask the daemon, and a robot that the roster does not have exits 4`() throws {
        try Program.inFolder { folder in
            let robot = try Robot(in: folder)
            try robot.start()
            let status = try Program.run("status", "--socket", robot.socket, "--json")
            #expect(status.code == 0, "\(status.talk)")
            #expect(status.json?["name"] == .string("alpha"))
            #expect(status.json?["epoch"] != .null && status.json?["epoch"] != nil)
            let links = try Program.run("links", "--socket", robot.socket)
            #expect(links.code == 0 && links.output == "no neighbours\n", "\(links)")
            let ping = try Program.run("ping", "charlie", "--socket", robot.socket)
            #expect(ping.code == 4)
            #expect(ping.talk.contains("charlie") && ping.talk.contains("bravo"), "\(ping.talk)")
            let task = try Program.run("task", "status", "7", "--socket", robot.socket)
            #expect(task.code == 4 && task.talk == "no task 7\n", "\(task)")
            let left = try robot.end()
            #expect(left.code == 0, "\(left)")
        }
    }

    @Test func `a task is computed once, remembered under its key, and forgotten when told`() throws {
        try Program.inFolder { folder in
            let robot = try Robot(in: folder)
            try robot.start()
            let input = folder.appending(path: "island").path
            try OutputFile.write(Self.island, to: input)
            let order = ["--input", input, "--key", "7", "--deadline", "30", "--durable", "--socket", robot.socket]
            let first = Program.finish(try Program.start(["task", "run", "pso"] + order))
            #expect(first.code == 0, "\(first)")
            #expect(FileManager.default.fileExists(atPath: input + ".result"))
            let again = Program.finish(try Program.start(["task", "run", "pso"] + order))
            #expect(again.output == first.output)
            #expect(try Program.run("task", "list", "--socket", robot.socket).output == "7\n")
            #expect(try Program.run("task", "forget", "7", "--socket", robot.socket).code == 0)
            #expect(try Program.run("task", "status", "7", "--socket", robot.socket).code == 4)
            _ = try robot.end()
        }
    }

    @Test func `a second daemon on the same state folder exits 1 and names the process that holds it`() throws {
        try Program.inFolder { folder in
            let robot = try Robot(in: folder)
            try robot.start()
            let process = try #require(robot.daemon?.process.processIdentifier)
            let second = try Program.run("peer", "--config", robot.configFile)
            #expect(second.code == 1)
            #expect(second.talk.contains("/lock: held by another skein peer (process \(process))"), "\(second.talk)")
            let elsewhere = folder.appending(path: "state2").path
            let third = try Program.run("peer", "--config", robot.configFile, "--set", "state.folder=\(elsewhere)")
            #expect(third.code == 1)
            #expect(third.talk.contains("p.sock: another skein peer listens here"), "\(third.talk)")
            #expect(try robot.end().code == 0)
        }
    }

    @Test func `a reload says what needs a restart, and a faulty one changes nothing`() throws {
        try Program.inFolder { folder in
            let robot = try Robot(in: folder)
            try robot.start()
            let daemon = try #require(robot.daemon)
            try robot.write("[cpu]\nneeded_percent = 99\n")
            kill(daemon.process.processIdentifier, SIGHUP)
            try daemon.wait(for: "needs a restart: cpu.needed_percent\n")
            daemon.hush()
            let line = try robot.write("[cpu]\nneeded_percents = 99\n") + 1
            kill(daemon.process.processIdentifier, SIGHUP)
            try daemon.wait(for: "not reloaded: \(robot.configFile):\(line):1: [cpu] unknown key \"needed_percents\"")
            #expect(try robot.end().code == 0)
        }
    }

    @Test func `a recording replays to the same decisions, a changed one does not, a cut one as far as it goes`() throws
    {
        try Program.inFolder { folder in
            let robot = try Robot(in: folder)
            let file = folder.appending(path: "flight.rec").path
            try robot.start("--record", file)
            // What it decides over a while: a mission's start, an echo that nobody answers.
            #expect(try Program.run("mission", "run", "--organise-only", "--socket", robot.socket).code == 0)
            #expect(try Program.run("ping", "bravo", "--socket", robot.socket).code == 1)
            let left = try robot.end()
            #expect(left.code == 0 && left.talk.contains("recorded"), "\(left.talk)")

            let replay = try Program.run("sim", "replay", file, "--json", "-")
            #expect(replay.code == 0, "\(replay.talk)")
            #expect(replay.json?["agrees"] == .bool(true))
            #expect(replay.json?["ending"] == .string("closed"))

            let bytes = try InputFile.bytes(of: file)
            var changed = bytes
            changed[bytes.count / 2] ^= 1
            let other = folder.appending(path: "other.rec").path
            try OutputFile.write(changed, to: other)
            let outcome = try Program.run("sim", "replay", other)
            #expect([1, 2].contains(outcome.code))
            #expect(outcome.talk.contains("entry"), "\(outcome.talk)")

            try OutputFile.write(Array(bytes.prefix(bytes.count * 2 / 3)), to: other)
            #expect(try Program.run("sim", "replay", other).code == 0)

            let refused = try Program.run("peer", "--config", robot.configFile, "--record", file)
            #expect(refused.code == 2 && refused.talk.contains("\(file): "), "\(refused)")
            #expect(try InputFile.bytes(of: file) == bytes)
        }
    }

    /// An input of the kernel pso (`PsoIsland`): seed, island, box of the search, no guess, one sample.
    static let island: [UInt8] = {
        var bytes: [UInt8] = []
        func add<Number: FixedWidthInteger>(_ number: Number) {
            withUnsafeBytes(of: number.bigEndian) { bytes += Array($0) }
        }
        add(UInt64(1))
        add(UInt8(0))
        for edge in [0.0, 0, 100, 100] { add(edge.bitPattern) }
        add(UInt8(0))
        add(UInt8(1))
        for value in [20 as Float, 30, 0.02] { add(value.bitPattern) }
        return bytes
    }()
}
