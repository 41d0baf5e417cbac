import Foundation
import Testing

@testable import SkeinFiles

/// What is put into `/etc/skein` beside a robot's own file: of the Debian package, and of a site (`field-configs/pi`).
@Suite struct SiteFileTests {
    private static let configs = PeerManualTests.root.appending(path: "field-configs")

    private static func text(_ path: String) throws -> String {
        try InputFile.text(of: configs.appending(path: path).path)
    }

    @Test func `the package's configuration has every key, and starts nothing`() throws {
        let text = try Self.text("debian/peer.toml")
        let should = PeerWriter.commented(
            heading: [
                "This robot's configuration, with nothing said yet: skein peer refuses to start by it. `skein fleet init` makes one",
                "for each robot of a fleet, to be put in this one's place; what all robots have in common goes to conf.d/*.toml",
                "beside it.", "", "    skein config check        what is missing",
            ], FleetConfig.files)
        #expect(text == should, "should be:\n\(should)")
        let reading = PeerReading(text: text, path: "/etc/skein/peer.toml", places: .system)
        #expect(
            reading.errors.map { $0.message.components(separatedBy: " is missing")[0] } == [
                "[robot] name", "[robot] start_x_m", "[robot] start_y_m", "[robot] start_heading_deg",
                "[radio.control] transport", "[radio.data] transport",
            ])
    }

    /// A robot as its operator leaves it: what `skein fleet init` made, completed, and a site's file beside it.
    private func robot(at site: String, _ body: (PeerReading) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "skein-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: folder.appending(path: "conf.d"), withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let own = FleetConfig.text(name: "alpha", id: .init(3))
            .replacing("# start_x_m =", with: "start_x_m = 0.5").replacing("# start_y_m =", with: "start_y_m = 1")
            .replacing("# start_heading_deg =", with: "start_heading_deg = 0")
        let files = [
            ("peer.toml", own), ("conf.d/10-service.toml", try Self.text("debian/10-service.toml")),
            ("conf.d/20-site.toml", try Self.text("pi/\(site)/20-site.toml")),
        ]
        for (name, text) in files {
            try OutputFile.write(Array(text.utf8), to: folder.appending(path: name).path)
        }
        try body(
            PeerReading.read(
                .init(
                    configFile: folder.appending(path: "peer.toml").path, environment: [:], flags: [],
                    places: PeerFileTests.places, workingFolder: "/w")))
    }

    /// Path loss exponents, as the files' comments say them.
    @Test(arguments: [("indoor", 4.0), ("outdoor", 2.8), ("bench", 3.62)])
    func `a site's file completes a robot`(_ site: String, exponent: Double) throws {
        try robot(at: site) { reading in
            let settings = try reading.valid()
            #expect(settings.name == "alpha" && settings.stateFolder == "/var/lib/skein")
            #expect(settings.socketPath == "/run/skein/peer.sock")
            #expect(abs(settings.config.radio.pathLossExponent - exponent) < 0.01)
            for key in ["radio.control.interface", "radio.data.interface"] {
                #expect(reading.entry(key)?.origin.description.contains("conf.d/20-site.toml:") == true)
            }
        }
    }

    /// A cell's file, as systemd reads it: lines `NAME=VALUE`.
    private func cell(_ site: String, _ interface: String) throws -> (mode: String, options: [String: String]) {
        var mode = ""
        var options: [String: String] = [:]
        for line in try Self.text("pi/\(site)/\(interface).conf").split(separator: "\n") where !line.hasPrefix("#") {
            let parts = line.split(separator: "=", maxSplits: 1)
            try #require(parts.count == 2, "\(line)")
            guard parts[0] == "OPTIONS" else {
                try #require(parts[0] == "MODE", "\(line)")
                mode = String(parts[1])
                continue
            }
            let words = parts[1].dropFirst().dropLast().split(separator: " ")
            try #require(words.count.isMultiple(of: 2))
            for index in stride(from: 0, to: words.count, by: 2) {
                options[String(words[index])] = String(words[index + 1])
            }
        }
        return (mode, options)
    }

    @Test(arguments: ["indoor", "outdoor", "bench"])
    func `a site's cells are those of its file`(_ site: String) throws {
        try robot(at: site) { reading in
            let settings = try reading.valid()
            let far = try cell(site, "wlan1")
            let near = try cell(site, "wlan2")
            #expect(reading.entry("radio.control.interface")?.value?.text == "\"wlan1\"")
            #expect(reading.entry("radio.data.interface")?.value?.text == "\"wlan2\"")
            for (mode, options) in [far, near] {
                #expect(["ibss", "mesh"].contains(mode))
                #expect(options["--country"] == "DE")
                #expect(options["--width"] == "HT20" && settings.config.cloud.bandwidthMHz == 20)
            }
            let farMHz = try #require(far.options["--frequency"].flatMap { Int($0) })
            let nearMHz = try #require(near.options["--frequency"].flatMap { Int($0) })
            #expect([2412, 2437, 2462].contains(farMHz))
            // Between lie the channels that need radar detection, which no driver does in a cell.
            #expect((5180...5240).contains(nearMHz) || (5745...5825).contains(nearMHz))
            // Less an antenna of 3 dBi: what the rules of DE allow there.
            let limitDBm = farMHz < 3000 && nearMHz > 5700 ? [17, 11] : [17, 20]
            #expect(try #require(far.options["--power"].flatMap { Int($0) }) <= limitDBm[0])
            #expect(try #require(near.options["--power"].flatMap { Int($0) }) <= limitDBm[1])
        }
    }
}
