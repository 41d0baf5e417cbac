import Foundation
import SkeinFiles
import SkeinPeer
import SkeinWorld
import Testing

@testable import SkeinScenarios

@Suite struct ScenarioTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "sim/scenarios")

    static var shipped: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasSuffix(".toml") }.sorted()
    }

    private func message(_ text: String) -> String? {
        complaint { () throws(FileError) in _ = try Scenario(text: text, path: "s.toml") }
    }

    private let robots = "[robots]\ncount = 10\ncameras = 2\n"

    @Test func `every shipped scenario loads, says what it shows and makes a world`() throws {
        #expect(Self.shipped.count >= 8)
        for name in Self.shipped {
            let scenario = try Scenario.read(Self.folder.appending(path: name).path)
            #expect(!scenario.about.isEmpty, "\(name)")
            let layout = Layout(try scenario.world(seed: 3))
            #expect(layout.places.count == scenario.robots, "\(name)")
        }
    }

    @Test func `the reference scenario is the specification's`() throws {
        let scenario = try Scenario.read(Self.folder.appending(path: "mesh-cloud-100.toml").path)
        let config = try scenario.world(seed: 1)
        #expect(config.robots == 100)
        #expect(config.cameras == .count(25))
        #expect(config.arena.xMetersMax == 100 && config.arena.yMetersMax == 100)
        #expect(abs(config.radio.controlRangeMeters - 24) < 1e-9)
        #expect(config.medium.fadingSigmaDB == 0)
        #expect(config.medium.lossFraction == 0.01)
        #expect(config.rateMbpsPerPercent == 0.04)
        #expect(config.bandwidthMHz == 20)
        #expect(config.strategy == .skein)
        #expect(config.targetDistanceMeters == 25)
        let text = try InputFile.text(of: scenario.path)
        #expect(text.contains("\ncount = 100\ncameras = 25\n"))
    }

    @Test func `the manual names every key with its default and what it takes`() throws {
        let manual = try InputFile.text(of: Self.folder.appending(path: "README.md").path)
        for section in ScenarioSchema.whole.sections {
            if !section.name.isEmpty { #expect(manual.contains(Manual.heading(section)), "\(section.name)") }
            #expect(manual.contains(Manual.table(section)), "should be:\n\(Manual.table(section))")
        }
        #expect(manual.contains(Manual.kinds), "should be:\n\(Manual.kinds)")
        #expect(manual.contains(Manual.targets), "should be:\n\(Manual.targets)")
        for name in Self.shipped { #expect(manual.contains("`\(name)`"), "\(name)") }
    }

    @Test func `defaults that the manual names are those a world has`() throws {
        var text = ""
        for section in ScenarioSchema.whole.sections where !section.isList && !section.name.isEmpty {
            text += "[\(section.name)]\n"
            for key in section.keys {
                let value = section.name == "robots" && key.fallback == nil ? "10" : key.fallback ?? ""
                if value.first?.isNumber == true || value.hasPrefix("-") || value.hasPrefix("\"") {
                    text += "\(key.name) = \(value)\n"
                }
            }
        }
        let said = try Scenario(text: text, path: "s.toml").world(seed: 5)
        let unsaid = try Scenario(text: "[robots]\ncount = 10\ncameras = 10\n", path: "s.toml").world(seed: 5)
        #expect("\(said)" == "\(unsaid)")
    }

    @Test(arguments: [
        (
            "[robots]\ncount = 10\ncameras = 11",
            "s.toml:3:1: [robots] cameras: expected at most the 10 robots of count, found 11"
        ),
        ("[robots]\ncount = -1\ncameras = 0", "s.toml:2:1: [robots] count: expected a whole number 1…10000, found -1"),
        ("[robots]\ncount = 10\ncameras = 1\nstart = 10", "s.toml:4:1: [robots] start: robot 10 outside 0..<10"),
        (
            "[arena]\nwidth_m = 0\n[robots]\ncount = 10\ncameras = 1",
            "s.toml:2:1: [arena] width_m: expected a number 1…10000, found 0"
        ),
        (
            "[arena]\nwidth_m = 10\nheight_m = 10\n[robots]\ncount = 10\ncameras = 1",
            "s.toml: [mission] separation_m: 25 m do not fit into an arena of 10 m × 10 m"
        ),
        (
            "[robots]\ncount = 10\ncameras = 1\n[mission]\nvirtual_target = [101, 1]",
            "s.toml:5:1: [mission] virtual_target: [101, 1] outside the arena of 100 m × 100 m"
        ),
        (
            "[robots]\ncount = 10\ncameras = 1\n[radio]\nrange24_m = 0",
            "s.toml:5:1: [radio] range24_m: expected a number above 1, at most 1000, found 0"
        ),
        (
            "[robots]\ncount = 10\ncameras = 1\n[radio]\nnoise_min_dbm = -100",
            "s.toml:5:1: [radio] noise_min_dbm -100 is above noise_max_dbm -110"
        ),
        (
            "[robots]\ncount = 10\ncameras = 1\n[cpu]\nidle_sigma_percent = nan",
            "s.toml:5:1: [cpu] idle_sigma_percent: expected a number 0…100, found nan"
        ),
        (
            "[robots]\ncount = 10\ncameras = 1\n[radio]\npacket_los = 0.1",
            "s.toml:5:1: [radio] unknown key \"packet_los\" (did you mean \"packet_loss\"?)"
        ),
    ])
    func `impossible numbers and unknown keys are refused by place`(_ text: String, _ expected: String) {
        #expect(message(text) == expected)
    }

    @Test func `a fault is read with its kind's defaults`() throws {
        let text = """
            [[fault]]
            at_s = 5
            kind = "crash"
            target = "leader"
            [[fault]]
            at_s = 1
            kind = "restart"
            target = 3
            [[fault]]
            at_s = 2
            kind = "slow-link"
            target = [4, 3, 4]
            for_s = 7
            rate_factor = 0.5
            [[fault]]
            at_s = 3
            kind = "jam"
            target = "circle"
            radius_m = 9
            band = "5"
            """
        let config = try Scenario(text: robots + text, path: "s.toml").world(seed: 0)
        #expect(
            config.faults == [
                Fault(at: .seconds(5), kind: .crash, target: .leader),
                Fault(at: .seconds(1), kind: .restart(after: .seconds(3)), target: .robots([3])),
                Fault(at: .seconds(2), kind: .slowLink(factor: 0.5, .seconds(7)), target: .robots([3, 4])),
                Fault(
                    at: .seconds(3), kind: .jam(.data, .seconds(10)),
                    target: .circle(xMeters: 50, yMeters: 50, radiusMeters: 9)),
            ])
        for kind in FaultKind.allCases {
            #expect(message(robots + "[[fault]]\nat_s = 1\nkind = \"\(kind.rawValue)\"\ntarget = 0\n") == nil)
        }
    }

    @Test func `a fault that cannot be is refused`() {
        let fault = robots + "[[fault]]\nat_s = 1\nkind = \"crash\"\n"
        #expect(message(fault + "target = 10") == "s.toml:7:1: [fault[0]] target: robot 10 outside 0..<10")
        #expect(message(fault + "target = [1, \"leader\"]")?.contains("\"leader\" stands alone") == true)
        #expect(message(fault + "target = []")?.contains("found a list of 0") == true)
        #expect(message(fault + "target = 1\nfor_s = 3") == "s.toml:8:1: [fault[0]] for_s: a crash fault does not last")
        #expect(message(fault + "target = 1\nradius_m = 3")?.contains("only of the target \"circle\"") == true)
        #expect(
            message(robots + "[[fault]]\nat_s = -1\nkind = \"crash\"\ntarget = 1")?.hasPrefix("s.toml:5:1: ") == true)
        #expect(
            message(robots + "[[fault]]\nat_s = 1\nkind = \"crush\"\ntarget = 1")?.contains("did you mean \"crash\"")
                == true)
        #expect(message(robots + "[[fault]]\nkind = \"crash\"\ntarget = 1")?.contains("at_s is missing") == true)
        let many = String(repeating: "[[fault]]\nat_s = 1\nkind = \"crash\"\ntarget = 1\n", count: 65)
        #expect(message(robots + many)?.contains("65 faults, at most 64") == true)
    }

    @Test func `no cut of a shipped scenario traps`() throws {
        for name in Self.shipped {
            let text = try InputFile.text(of: Self.folder.appending(path: name).path)
            for length in stride(from: 0, to: text.count, by: 7) { _ = message(String(text.prefix(length))) }
        }
    }
}

/// The manual's tables as they should be.
enum Manual {
    static func heading(_ section: TomlSchema.Section) -> String {
        section.isList ? "## `[[\(section.name)]]`" : "## `[\(section.name)]`"
    }

    static func table(_ section: TomlSchema.Section) -> String {
        var rows = [section.about, "", "| key | default | takes | |", "| --- | --- | --- | --- |"]
        for key in section.keys {
            rows.append("| `\(key.name)` | \(key.fallback ?? "must be said") | \(key.kind.expected) | \(key.about) |")
        }
        return rows.joined(separator: "\n")
    }

    static var kinds: String {
        (["| kind | lasts | |", "| --- | --- | --- |"]
            + FaultKind.allCases.map { kind in
                "| `\(kind.rawValue)` | \(kind.secondsDefault.map { "\(Int($0)) s" } ?? "–") | \(kind.about) |"
            }).joined(separator: "\n")
    }

    static var targets: String {
        (["| target | |", "| --- | --- |"] + FaultTarget.allCases.map { "| `\"\($0.rawValue)\"` | \($0.about) |" })
            .joined(separator: "\n")
    }
}
