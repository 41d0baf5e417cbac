import Foundation
import SkeinFiles
import SkeinWorld
import Testing

@testable import SkeinLab

/// Real daemons on this machine; each run takes as long as its mission.
@Suite(.serialized) struct LabRunTests {
    private static func write(_ text: String, in folder: String) throws -> String {
        let path = "\(folder)/five.toml"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    private static func members(_ json: String) throws -> [JSONValue.Member] {
        guard case .object(let members) = try JSONReader.read(json, file: "stdout") else { return [] }
        return members
    }

    private static func member(_ members: [JSONValue.Member], _ key: String) -> JSONValue? {
        members.first { $0.key == key }?.value
    }

    @Test func `a mission of five daemons completes, says what the simulator says and more, and leaves nothing`() throws
    {
        try LabProgram.inFolder { folder in
            let path = try Self.write(Scenarios.five, in: folder)
            let lab = try LabProgram.start(["lab", "run", path, "--json", "-"], in: folder).finish()
            #expect(lab.code == 0, "\(lab.talk)")
            #expect(lab.talk.isEmpty)
            let sim = try LabProgram.start(["sim", "run", path, "--json", "-"], in: folder).finish()
            let (ours, theirs) = (try Self.members(lab.output), try Self.members(sim.output))
            let keys = ours.map(\.key)
            #expect(keys.starts(with: theirs.map(\.key)))
            for key in ["hops", "leaders", "owner", "positions", "camera", "idle_percent", "physical_target"] {
                #expect(Self.member(ours, key) == Self.member(theirs, key), "\(key)")
            }
            guard case .array(let processes)? = Self.member(ours, "processes") else {
                Issue.record("no processes")
                return
            }
            #expect(processes.count == 7)
            #expect(Self.member(ours, "events_lost") == .integer(0))
            #expect(Self.member(ours, "medium_malformed") == .integer(0))
            #expect(Self.member(ours, "medium_strangers") == .integer(0))
            #expect(LabProgram.runFolder(in: folder) == nil)
        }
    }

    @Test func `daemons that are killed, stopped, cut off and late do not keep the others from their targets`() throws {
        let faults =
            Scenarios.fault("late", at: 0.5, target: "[4]") + Scenarios.fault("restart", at: 0.5, more: "for_s = 1")
            + Scenarios.fault("pause", at: 1, target: "[3]", more: "for_s = 0.5")
            + Scenarios.fault("partition", at: 1, target: "[1]", more: "for_s = 0.5")
            + Scenarios.fault("jam", at: 2, target: "\"circle\"", more: "for_s = 0.5")
        try LabProgram.inFolder { folder in
            let path = try Self.write(Scenarios.five + faults, in: folder)
            var options = Laboratory.Options(worldArguments: [path])
            options.executable = LabProgram.executable
            let config = try Scenarios.world(faults, seed: 0)
            let result = try Laboratory(config, options: options).run()
            #expect(result.run.completed)
            #expect(result.folder == nil)
            let names = result.processes.filter { $0.part == .peer }.map(\.name).sorted()
            #expect(names == ["r0", "r1", "r2", "r2", "r3", "r4"])
            #expect(result.processes.allSatisfy { $0.residentBytes > 1_000_000 && $0.processorFraction < 1 })
        }
    }

    @Test func `a daemon that ends by itself ends the run, with its last words`() throws {
        try LabProgram.inFolder { folder in
            let path = try Self.write(Scenarios.five, in: folder)
            let script = "\(folder)/skein.sh"
            try """
            #!/bin/sh
            case "$1" in peer) echo "out of luck" >&2; exit 7;; esac
            exec '\(LabProgram.executable)' "$@"
            """.write(toFile: script, atomically: true, encoding: .utf8)
            chmod(script, 0o700)
            var options = Laboratory.Options(worldArguments: [path])
            options.executable = script
            let config = try Scenarios.world(seed: 0)
            let error = #expect(throws: LabError.self) {
                _ = try Laboratory(config, options: options).run()
            }
            guard case .ended(let name, let how, let lines)? = error else {
                Issue.record("\(error.map { "\($0)" } ?? "nothing")")
                return
            }
            #expect(name.hasPrefix("r"))
            #expect(how == "ended with code 7")
            #expect(lines == ["out of luck"])
        }
    }

    @Test func `a daemon that is killed ends the run, also for a supervisor that was started with children ignored`()
        throws
    {
        try LabProgram.inFolder { folder in
            let path = try Self.write(Scenarios.five, in: folder)
            let words = ["--ignore-signal=CHLD", LabProgram.executable, "lab", "run", path]
            let run = try LabProgram.start(words, in: folder, executable: "/usr/bin/env")
            var victim: Int32?
            #expect(
                LabProgram.waits {
                    victim = LabProgram.runFolder(in: folder).flatMap { Self.process(mentioning: "\($0)/r3.toml") }
                    return victim != nil
                })
            kill(try #require(victim), SIGKILL)
            let end = run.finish()
            #expect(end.code == 1)
            #expect(end.talk.contains("r3 was ended by signal 9"), "\(end.talk)")
            #expect(LabProgram.runFolder(in: folder) == nil)
        }
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGKILL])
    func `whatever ends the supervisor ends everybody and removes the folder`(signal: Int32) throws {
        try LabProgram.inFolder { folder in
            let path = try Self.write(Scenarios.five, in: folder)
            let run = try LabProgram.start(["lab", "run", path], in: folder)
            #expect(
                LabProgram.waits {
                    LabProgram.runFolder(in: folder).map { run in
                        (0..<5).allSatisfy { LabProgram.isReady("\(run)/r\($0).sock") }
                    } ?? false
                })
            kill(run.process.processIdentifier, signal)
            #expect(run.finish().code == 128 + signal)
            #expect(LabProgram.waits { LabProgram.runFolder(in: folder) == nil })
            #expect(LabProgram.waits { !Self.isAnybodyLeft(mentioning: folder) })
        }
    }

    /// The supervisor's death orphans the process group, and with a stopped process in it everybody gets SIGHUP.
    @Test func `a supervisor killed while a process is stopped leaves nothing either`() throws {
        try LabProgram.inFolder { folder in
            let path = try Self.write(Scenarios.five, in: folder)
            let run = try LabProgram.start(["lab", "run", path], in: folder)
            var (arena, cleaner): (Int32?, Int32?)
            #expect(
                LabProgram.waits {
                    guard let run = LabProgram.runFolder(in: folder), LabProgram.isReady("\(run)/r0.sock") else {
                        return false
                    }
                    arena = Self.process(mentioning: "arena\0--socket\0\(run)")
                    cleaner = Self.process(mentioning: "guard\0\(run)")
                    return arena != nil && cleaner != nil
                })
            kill(try #require(arena), SIGSTOP)
            // As the kernel does; when exactly it does is a matter of chance.
            kill(try #require(cleaner), SIGHUP)
            kill(run.process.processIdentifier, SIGKILL)
            _ = run.finish()
            #expect(LabProgram.waits { LabProgram.runFolder(in: folder) == nil })
            #expect(LabProgram.waits { !Self.isAnybodyLeft(mentioning: folder) })
        }
    }

    @Test func `a guard that is stopped does not keep the supervisor from ending`() throws {
        try LabProgram.inFolder { folder in
            let path = try Self.write(Scenarios.five, in: folder)
            let run = try LabProgram.start(["lab", "run", path], in: folder)
            var cleaner: Int32?
            #expect(
                LabProgram.waits {
                    cleaner = LabProgram.runFolder(in: folder).flatMap { Self.process(mentioning: "guard\0\($0)") }
                    return cleaner != nil
                })
            kill(try #require(cleaner), SIGSTOP)
            kill(run.process.processIdentifier, SIGTERM)
            #expect(LabProgram.waits { !run.process.isRunning })
            if run.process.isRunning { kill(try #require(cleaner), SIGCONT) }
            #expect(run.finish().code == 128 + SIGTERM)
            #expect(LabProgram.runFolder(in: folder) == nil)
        }
    }

    private static func isAnybodyLeft(mentioning folder: String) -> Bool { process(mentioning: folder) != nil }

    /// Who has this among its words; those that are dead and not yet waited for have none.
    private static func process(mentioning text: String) -> Int32? {
        let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return processes.compactMap { Int32($0) }.first { process in
            FileManager.default.contents(atPath: "/proc/\(process)/cmdline").map {
                String(decoding: $0, as: UTF8.self).contains(text)
            } ?? false
        }
    }

    @Test func `more robots than processes a machine should have are refused`() throws {
        let config = WorldConfig(seed: 0, robots: Laboratory.robotsMax + 1)
        #expect(throws: LabError.self) {
            _ = try Laboratory(config, options: .init(worldArguments: []))
        }
    }
}
