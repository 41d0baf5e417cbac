import Foundation
import SkeinFiles
import Testing

/// A simulation that is asked while it runs, as people meet it.
@Suite struct ServedTests {
    /// Looks until it is so, half a minute at most.
    private static func waits(until isSo: () throws -> Bool) rethrows -> Bool {
        for _ in 0..<600 {
            if try isSo() { return true }
            usleep(50_000)
        }
        return try isSo()
    }

    @Test func `tools ask any robot of a running simulation, and the run is the one that nobody asks`() throws {
        try Program.inFolder { folder in
            let socket = folder.appending(path: "s").path
            let served = try Program.start(
                ["sim", "run", Program.field, "--seed", "3", "--json", "-", "--serve", "--socket", socket]
                    + ["--speed", "max", "--hold"])
            defer { served.process.terminate() }
            let isUp = try Self.waits {
                try Program.run("status", "--socket", socket, "--robot", "r7", "--json").code == 0
            }
            #expect(isUp)
            for tool in [["status"], ["peers"], ["links"], ["neighbours"], ["routes"], ["events"], ["task", "list"]] {
                let outcome = Program.finish(try Program.start(tool + ["--socket", socket, "--robot", "r7"]))
                #expect(outcome.code == 0, "\(tool): \(outcome.talk)")
            }
            let status = try Program.run("status", "--socket", socket, "--robot", "r1", "--json")
            #expect(status.json?["name"] == .string("r1"))
            let whole = try Program.run("status", "--socket", socket)
            #expect(whole.code == 2 && whole.talk.contains("--robot"), "\(whole.talk)")
            let nobody = try Program.run("status", "--socket", socket, "--robot", "zulu")
            #expect(nobody.code == 4 && nobody.talk.contains("zulu"), "\(nobody.talk)")
            let stop = try Program.run("stop", "--socket", socket, "--robot", "r7")
            #expect(stop.code == 1 && stop.talk.contains("looked at, not steered"), "\(stop.talk)")

            let top = try Program.run("top", "--socket", socket, "--json")
            #expect(top.code == 0, "\(top.talk)")
            #expect(top.json?["mode"] == .string("simulation") && top.json?["robots"]?.count == 20)
            #expect(top.json?["me"] == .null && (top.json?["links"]?.count ?? 0) > 20)
            let eyes = try Program.run("top", "--socket", socket, "--robot", "r7")
            #expect(eyes.code == 0 && eyes.output.contains("r7") && !eyes.output.contains("\u{1B}"), "\(eyes)")

            served.process.interrupt()
            let outcome = Program.finish(served)
            let alone = try Program.run("sim", "run", Program.field, "--seed", "3", "--json", "-")
            #expect(outcome.code == 0, "\(outcome.talk)")
            #expect(outcome.json?.timeless() == alone.json?.timeless())
            #expect(!FileManager.default.fileExists(atPath: socket))
        }
    }

    @Test func `top streams a line of JSON at every interval, until whoever reads has gone`() throws {
        try Program.inFolder { folder in
            let robot = try Robot(in: folder)
            try robot.start()
            let stream = try Program.start(["top", "--socket", robot.socket, "--stream", "--interval", "0.2"])
            var bytes: [UInt8] = []
            while bytes.count(where: { $0 == 10 }) < 3 {
                let more = stream.output.fileHandleForReading.availableData
                guard !more.isEmpty else { break }
                bytes += more
            }
            let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
            for line in lines.prefix(3) {
                let value = try JSONReader.read(String(line), file: "line")
                #expect(value["version"] == .integer(1) && value["mode"] == .string("live"))
                #expect(value["me"]?["name"] == .string("alpha"))
            }
            #expect(lines.count >= 3)
            stream.process.terminate()
            stream.process.waitUntilExit()
            _ = try robot.end()
        }
    }

    @Test func `top without anybody to look at exits 3 and says where it looked`() throws {
        try Program.inFolder { folder in
            let outcome = try Program.run("top", "--lab", folder.path)
            #expect(outcome.code == 3 && outcome.talk.contains(folder.path), "\(outcome)")
            let last = try Program.run("top", "--socket", folder.path)
            #expect(last.code == 3)
            #expect(try Program.run("top", "--lab", "x", "--socket", "y").code == 2)
            #expect(try Program.run("top", "--speed", "2").code == 2)
        }
    }
}
