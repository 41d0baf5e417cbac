import Foundation
import SkeinFiles
import SkeinWorld
import Testing

@testable import SkeinScenarios

@Suite struct ReferenceFileTests {
    private static let setup = """
        {"format": "cloud-navigation/1", "range24": 24.0, "range5": 16.0, "setups": [{"seed": 0, \
        "positions": [[1, 2], [3, 4.5], [50, 60]], "camera": [1], "start": 2, "physicalTarget": [10, 10], \
        "virtualTarget": [20, 20], "hops": [-1, 0, 1], "leaderCountReference": 2}]}
        """
    private static let instance = """
        {"format": "cloud-contribution/1", "bandwidthMHz": 20, "delta": 3.5, "range24": 24.0, "range5": 16.0, \
        "alpha": 3.6, "instances": [{"seed": 0, "positions": [[1, 2], [3, 4.5], [50, 60]], "camera": [1], \
        "idle": [40, 0, 55.5], "start": 0, "leadersReference": [0, 2], "links": [[0, 0, 14.5], [1, 0, 12], [2, 2, 9]], \
        "reference": {"equal": 10, "uoc": 20, "boundSameLeaderCountFullCoverage": 30, "minimumLeaders": 2}}]}
        """

    private func withFile<Value>(_ text: String, _ body: (String) throws -> Value) throws -> Value {
        let file = FileManager.default.temporaryDirectory.appending(path: "skein-\(UUID().uuidString).json").path
        try OutputFile.write(Array(text.utf8), to: file)
        defer { try? FileManager.default.removeItem(atPath: file) }
        return try body(file)
    }

    /// What is said of a changed file, without the file's name.
    private func setupFault(_ old: String, _ new: String) throws -> String? {
        try fault(Self.setup, old, new) { (file) throws(FileError) in _ = try Setup.readAll(file) }
    }

    private func instanceFault(_ old: String, _ new: String) throws -> String? {
        try fault(Self.instance, old, new) { (file) throws(FileError) in _ = try Instance.readAll(file) }
    }

    private func fault(
        _ text: String, _ old: String, _ new: String, _ read: (String) throws(FileError) -> Void
    ) throws -> String? {
        try #require(text.contains(old))
        return try withFile(text.replacing(old, with: new)) { file in
            let message = complaint { () throws(FileError) in try read(file) }
            return message.map { $0.hasPrefix("\(file): ") ? String($0.dropFirst(file.count + 2)) : $0 }
        }
    }

    @Test func `a set-up moves robots, cameras, start, targets and ranges`() throws {
        let setup = try withFile(Self.setup) { try Setup.read($0, index: 0) }
        let scenario = try Scenario(text: "[robots]\ncount = 9\ncameras = 9\n[radio]\nrange24_m = 30\n", path: "s")
        let config = try scenario.world(seed: 4, setup: setup)
        #expect(config.robots == 3)
        #expect(config.positions?.map(\.xMeters) == [1, 3, 50])
        #expect(config.cameras == .robots([1]))
        #expect(config.start == 2)
        #expect(config.physicalTarget?.xMeters == 10)
        #expect(config.virtualTarget?.xMeters == 20)
        #expect(abs(config.radio.controlRangeMeters - 24) < 1e-9)
        #expect(abs(config.radio.dataRangeMeters - 16) < 1e-9)
        #expect(config.peer.radio == config.medium.model)
        #expect(setup.hops == [-1, 0, 1])
        _ = Layout(config)
    }

    @Test func `an instance brings its links, shares, bandwidth and rate`() throws {
        let instance = try withFile(Self.instance) { try Instance.read($0, index: 0) }
        let config = instance.world(seed: 0)
        #expect(config.medium.table?.links.count == 3)
        #expect(config.idlePercent == [40, 0, 55.5])
        #expect(config.bandwidthMHz == 20)
        #expect(config.rateMbpsPerPercent == 3.5)
        #expect(instance.leadersReference == [0, 2])
        #expect(instance.reference.boundSameLeaderCountFullCoverage == 30)
        _ = Layout(config)
    }

    @Test func `a wrong set-up is named by index and key`() throws {
        #expect(
            try setupFault("cloud-navigation/1", "cloud-contribution/1")
                == "format: expected \"cloud-navigation/1\", found \"cloud-contribution/1\"")
        #expect(try setupFault("\"format\": \"cloud-navigation/1\", ", "") == "the key \"format\" is missing")
        #expect(try setupFault("[3, 4.5]", "[3]") == "setups[0].positions[1]: expected 2 coordinates, found 1")
        #expect(try setupFault("[3, 4.5]", "[3, \"a\"]") == "setups[0].positions[1][1]: expected a number, found \"a\"")
        #expect(
            try setupFault("\"camera\": [1]", "\"camera\": [1, 3]") == "setups[0].camera[1]: camera 3 outside 0..<3")
        #expect(
            try setupFault("\"camera\": [1]", "\"camera\": [1, 1]") == "setups[0].camera[1]: camera 1 is listed twice")
        #expect(try setupFault("\"start\": 2", "\"start\": -1") == "setups[0].start: start robot -1 outside 0..<3")
        #expect(
            try setupFault("\"start\": 2", "\"start\": 1.5") == "setups[0].start: expected a whole number, found 1.5")
        #expect(try setupFault("[-1, 0, 1]", "[0, 1]") == "setups[0].hops: expected 3 values, one per robot, found 2")
        #expect(
            try setupFault("\"range24\": 24.0", "\"range24\": -24.0")
                == "range24: expected a number above 1, at most 1000, found -24.0")
        #expect(try setupFault("\"range5\": 16.0", "\"range5\": 0")?.hasPrefix("range5: ") == true)
        #expect(
            try setupFault("\"virtualTarget\"", "\"virtualTargets\"")
                == "setups[0]: the key \"virtualTarget\" is missing")
        #expect(
            try setupFault("[[1, 2], [3, 4.5], [50, 60]]", "[]")?.hasPrefix("setups[0].positions: expected 1…") == true)
        #expect(try setupFault(Self.setup, "[1, 2]") == "expected an object, found an array of 2")
    }

    @Test func `a wrong instance is named by index and key`() throws {
        #expect(try instanceFault("[1, 0, 12]", "[1, 104, 12]") == "instances[0].links[1]: helper 104 outside 0..<3")
        #expect(try instanceFault("[1, 0, 12]", "[-1, 0, 12]") == "instances[0].links[1]: leader -1 outside 0..<3")
        #expect(
            try instanceFault("[1, 0, 12]", "[1, 0]")?.hasPrefix("instances[0].links[1]: expected 3 values") == true)
        #expect(
            try instanceFault("[1, 0, 12]", "[1, 0, 0]")
                == "instances[0].links[1][2]: expected a number above 0, at most 65, found 0")
        #expect(try instanceFault("[1, 0, 12]", "[0, 0, 12]")?.hasSuffix("is listed twice") == true)
        #expect(
            try instanceFault("[40, 0, 55.5]", "[40, 0]")?.hasPrefix("instances[0].idle: expected 3 idle shares")
                == true)
        #expect(
            try instanceFault("[40, 0, 55.5]", "[40, 0, 155]")
                == "instances[0].idle[2]: expected a number 0…100, found 155")
        #expect(
            try instanceFault("\"delta\": 3.5", "\"delta\": 0")
                == "delta: expected a number above 0, at most 1000, found 0")
        #expect(
            try instanceFault("\"leadersReference\": [0, 2]", "\"leadersReference\": [7]")
                == "instances[0].leadersReference[0]: leader 7 outside 0..<3")
        #expect(try instanceFault("\"delta\": 3.5", "\"delta\": NaN")?.contains(":1:") == true)
    }

    @Test func `every cut of a file is refused`() throws {
        for length in stride(from: 0, to: Self.setup.count - 1, by: 11) {
            try withFile(String(Self.setup.prefix(length))) { file in
                #expect(complaint { () throws(FileError) in _ = try Setup.readAll(file) } != nil)
            }
        }
    }

    @Test func `an index outside the file is refused`() throws {
        let message = try withFile(Self.setup) { file in
            complaint { () throws(FileError) in _ = try Setup.read(file, index: 1) }?.dropFirst(file.count)
        }
        #expect(message == ": --setup-index 1 outside 0..<1")
    }

    @Test func `a set-up that does not fit the scenario is refused`() throws {
        let setup = try withFile(Self.setup) { try Setup.read($0, index: 0) }
        let small = try Scenario(
            text: "[arena]\nwidth_m = 40\nheight_m = 40\n[robots]\ncount = 9\ncameras = 9\n", path: "s")
        let outside = complaint { () throws(FileError) in _ = try small.world(seed: 0, setup: setup) }
        #expect(outside?.hasSuffix("setups[0].positions[2]: [50, 60] outside the arena of s, 40 m × 40 m") == true)
        let faulty = try Scenario(
            text: "[robots]\ncount = 9\ncameras = 9\n[[fault]]\nat_s = 1\nkind = \"crash\"\ntarget = 8\n", path: "s")
        let absent = complaint { () throws(FileError) in _ = try faulty.world(seed: 0, setup: setup) }
        #expect(absent?.hasPrefix("s: [fault[0]] target: robot 8 outside the 0..<3 of ") == true)
    }

    @Test func `the shared reference files are read whole`() throws {
        let folder = ScenarioTests.folder.deletingLastPathComponent().appending(path: "instances")
        #expect(try Setup.readAll(folder.appending(path: "navigation_setups.json").path).count == 50)
        #expect(try Instance.readAll(folder.appending(path: "contribution_instances.json").path).count == 5)
    }
}
