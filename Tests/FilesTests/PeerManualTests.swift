import Foundation
import Testing

@testable import SkeinFiles

@Suite struct PeerManualTests {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    static let example = root.appending(path: "field-configs/peer.toml").path

    @Test func `the manual names every key with its default, kind, change and variable`() throws {
        let manual = try InputFile.text(of: Self.root.appending(path: "docs/configuration.md").path)
        for section in PeerSchema.sections {
            #expect(manual.contains(Self.table(section)), "should be:\n\(Self.table(section))")
        }
        let headings = manual.split(separator: "\n").filter { $0.hasPrefix("## `[") }
        #expect(
            headings.map(String.init)
                == PeerSchema.sections.map { "## `[\($0.name)]`" } + ["## `[[\(KernelSchema.section)]]`"])
        #expect(manual.contains(Self.kernelTable), "should be:\n\(Self.kernelTable)")
        #expect(manual.contains("UDP port \(BandSettings.controlPort), data \(BandSettings.controlPort + 1)"))
    }

    private static var kernelTable: String {
        var rows = [
            "## `[[\(KernelSchema.section)]]`", "", KernelSchema.about, "", "| key | default | takes | |",
            "| --- | --- | --- | --- |",
        ]
        for key in KernelSchema.keys {
            let preset = key.presetText ?? "must be said"
            rows.append("| `\(key.name)` | \(preset) | \(key.kind.expected) | \(key.about) |")
        }
        return rows.joined(separator: "\n")
    }

    private static func table(_ section: PeerSchema.Section) -> String {
        var rows = [
            "## `[\(section.name)]`", "", section.about, "", "| key | default | takes | changes | variable | |",
            "| --- | --- | --- | --- | --- | --- |",
        ]
        for key in section.keys {
            let change = key.change == .live ? "at once" : "restart"
            rows.append(
                "| `\(key.name)` | \(key.presetText) | \(key.kind.expected) | \(change) | `\(key.variable)` | \(key.about) |"
            )
        }
        return rows.joined(separator: "\n")
    }

    @Test func `the example has every key, and is a valid configuration`() throws {
        let text = try InputFile.text(of: Self.example)
        let should = PeerWriter.commented(heading: Self.heading, Self.words)
        #expect(text == should, "should be:\n\(should)")
        let settings = try PeerReading(text: text, path: Self.example, places: .system).valid()
        #expect(settings.name == "alpha")
    }

    private static let heading = [
        "A robot's configuration, with every key: docs/configuration.md says more. A key in a comment has the default.",
        "This one is a robot with two USB radios in ad hoc mode, 2.4 GHz on wlan1 and 5 GHz on wlan2.", "",
        "skein fleet init makes such a file for each robot of a fleet, with the keys beside it.",
    ]

    private static let words: [PeerWriter.Word] =
        [
            .init("robot.name", .string("alpha")), .init("robot.camera", .bool(true)),
            .init("robot.start_x_m", .number(12)), .init("robot.start_y_m", .number(3.5)),
            .init("robot.start_heading_deg", .number(90)), .init("radio.control.transport", .string("ipv6")),
            .init("radio.control.interface", .string("wlan1")), .init("radio.data.transport", .string("ipv6")),
            .init("radio.data.interface", .string("wlan2")),
        ] + FleetConfig.files

    @Test func `no default is out of its own range, and saying it changes nothing`() {
        let base = PeerSettings(places: .system)
        for key in PeerSchema.keys {
            guard let preset = key.presetValue else { continue }
            #expect(key.kind.complaint(about: preset) == nil, "\(key.path) = \(preset)")
            var settings = base
            key.set(&settings, preset)
            #expect(key.get(settings) == preset, "\(key.path)")
        }
    }

    @Test func `a defaults' file means what no file means`() throws {
        let said = PeerSchema.sections.map { section in
            (["[\(section.name)]"]
                + section.keys.compactMap { key in
                    key.presetValue.map { "\(key.name) = \($0.text)" }
                }).joined(separator: "\n")
        }.joined(separator: "\n")
        let reading = PeerReading(text: said, path: "p.toml", places: .system)
        #expect("\(reading.settings)" == "\(PeerSettings(places: .system))")
    }

    @Test func `keys and variables are one to one`() {
        #expect(Set(PeerSchema.keys.map(\.path)).count == PeerSchema.keys.count)
        #expect(Set(PeerSchema.keys.map(\.variable)).count == PeerSchema.keys.count)
    }

    @Test func `a new robot's file lacks only what its operator knows`() throws {
        let text = FleetConfig.text(name: "alpha", id: .init(3))
        let reading = PeerReading(text: text, path: "/c/peer.toml", places: .system)
        #expect(
            reading.errors.map { $0.message.components(separatedBy: " is missing")[0] } == [
                "[robot] start_x_m", "[robot] start_y_m", "[robot] start_heading_deg", "[radio.control] transport",
                "[radio.data] transport",
            ])
        #expect(reading.settings.robotKeyFile == "/c/robot.key")
    }
}
