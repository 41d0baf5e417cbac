import Foundation
import SkeinFiles
import Testing

@Suite struct SimTests {
    static let runKeys = [
        "seed", "completed", "completion_s", "robots", "cameras", "robot_steps", "camera_steps", "failed_steps",
        "failure_fraction_robot_steps", "failure_fraction_camera_steps", "rebuild_failed_steps", "parts_offloaded",
        "service_gap_max_s", "max_hops", "subgroups", "contributed_percent", "control_bits_per_s_per_robot",
        "control_airtime_fraction_max", "wall_s",
    ]

    @Test func `a run prints its JSON alone on stdout, with every key, and the same on every run`() throws {
        let first = try Program.run("sim", "run", Program.field, "--seed", "3", "--json", "-")
        let second = try Program.run("sim", "run", Program.field, "--seed", "3", "--json", "-", "--watch")
        #expect(first.code == 0, "\(first.talk)")
        let run = try #require(first.json)
        for key in Self.runKeys { #expect(run.keys.contains(key), "\(key)") }
        #expect(run["robots"] == .integer(20))
        #expect(run["cameras"] == .integer(5))
        #expect(run["trajectories"]?.count == 20)
        #expect(second.json?.timeless() == run.timeless())
        #expect(second.talk.isEmpty, "off a terminal --watch says nothing")
    }

    @Test func `a run's report names its figures, and the file has them too`() throws {
        try Program.inFolder { folder in
            let file = folder.appending(path: "r.json").path
            let outcome = try Program.run("sim", "run", Program.field, "--json", file)
            #expect(outcome.output.contains("of robot-steps"))
            #expect(outcome.output.contains("of camera-steps"))
            #expect(try JSONReader.read(file: file)["completed"] == .bool(outcome.code == 0))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["r.json"])
        }
    }

    @Test func `a sweep's results do not depend on the number of jobs`() throws {
        let one = try Program.run("sim", "sweep", Program.field, "--seeds", "4", "--jobs", "1", "--json", "-")
        let three = try Program.run("sim", "sweep", Program.field, "--seeds", "4", "--jobs", "3", "--json", "-")
        #expect(one.code == 0)
        let sweep = try #require(one.json)
        #expect(three.json?.timeless() == sweep.timeless())
        let keys = [
            "runs", "completed_fraction", "completion_median_s", "failure_fraction_robot_steps",
            "failure_fraction_camera_steps", "rebuild_failed_steps", "wall_s", "results",
        ]
        for key in keys { #expect(sweep.keys.contains(key), "\(key)") }
        #expect(sweep["results"]?.count == 4)
        guard case .array(let results)? = sweep["results"] else { return }
        for key in Self.runKeys + ["setup_index"] { #expect(results[0].keys.contains(key), "\(key)") }
        #expect(results.map { $0["seed"] } == (0..<4).map { .integer($0) })
    }

    @Test func `an interrupted sweep keeps the missions that were flown`() throws {
        try Program.inFolder { folder in
            let file = folder.appending(path: "s.json").path
            let started = try Program.start(["sim", "sweep", Program.field, "--seeds", "100000", "--json", file])
            // The program says nothing until it ends, so it is given the time of some missions.
            let deadline = Date.now.addingTimeInterval(4)
            while Date.now < deadline { RunLoop.current.run(until: Date.now.addingTimeInterval(0.1)) }
            started.process.interrupt()
            let outcome = Program.finish(started)
            #expect(outcome.code == 6, "\(outcome.talk)")
            let sweep = try JSONReader.read(file: file)
            #expect(sweep["partial"] == .bool(true))
            #expect(sweep["results"]?.count ?? 0 > 0)
            #expect(sweep["runs"] == sweep["results"]?.count.map { .integer($0) })
        }
    }

    @Test func `a network has every key, one value per robot`() throws {
        let outcome = try Program.run("sim", "network", Program.field, "--json", "-")
        #expect(outcome.code == 0)
        let network = try #require(outcome.json)
        #expect(network["settled"] == .bool(true))
        for key in ["hops", "owner", "granted_percent", "granted_mhz"] { #expect(network[key]?.count == 20, "\(key)") }
        let keys = [
            "settle_s", "robots", "leaders", "contributed_percent", "strategy", "control_bits_per_s_per_robot",
            "plan_ms_max",
        ]
        for key in keys { #expect(network.keys.contains(key), "\(key)") }
    }

    @Test func `a network is built from an instance, with the strategy asked for`() throws {
        let file = Program.instances.appending(path: "contribution_instances.json").path
        let outcome = try Program.run(
            "sim", "network", "--instance", file, "--instance-index", "1", "--strategy", "uoc", "--json", "-")
        #expect(outcome.code == 0, "\(outcome.talk)")
        #expect(outcome.json?["strategy"] == .string("uoc"))
        #expect(outcome.json?["robots"] == .integer(100))
    }

    @Test func `results are drawn, or the missing gnuplot is named`() throws {
        try Program.inFolder { folder in
            let result = folder.appending(path: "n.json").path
            let out = folder.appending(path: "a/b").path
            _ = try Program.run("sim", "network", Program.field, "--json", result)
            let outcome = try Program.run("sim", "plot", result, "--out", out)
            guard outcome.code == 0 else {
                #expect(outcome.code == 1 && outcome.talk.contains("gnuplot"), "\(outcome.talk)")
                return
            }
            let drawn = try FileManager.default.contentsOfDirectory(atPath: out).sorted()
            #expect(drawn == ["contributed.svg", "hierarchy.svg", "hops.svg"])
            #expect(try InputFile.text(of: "\(out)/hops.svg").contains("</svg>"))
        }
    }
}
