import Foundation
import SkeinPeer
import SkeinWire
import Testing

@testable import SkeinFiles

@Suite struct PeerFileTests {
    static let places = PeerPlaces(configFile: "/c/peer.toml", stateFolder: "/s", socketPath: "/r/peer.sock")
    /// The smallest file that is valid.
    static let small = """
        [robot]
        name = "alpha"
        start_x_m = 1
        start_y_m = 2.5
        start_heading_deg = 90
        [radio.control]
        transport = "ipv6"
        interface = "wlan0"
        [radio.data]
        transport = "ipv6"
        interface = "wlan1"

        """

    private func read(_ text: String) -> PeerReading {
        PeerReading(text: text, path: "/c/peer.toml", places: Self.places)
    }

    private func messages(_ text: String) -> [String] { read(text).errors.map(\.description) }

    @Test func `the smallest file is valid and the rest are defaults`() throws {
        let settings = try read(Self.small).valid()
        #expect(settings.name == "alpha" && settings.id == nil)
        #expect(settings.start.xMeters == 1 && settings.start.yMeters == 2.5)
        #expect(settings.start.headingRadians == .pi / 2)
        #expect(settings.control.transport == .ipv6 && settings.control.interface == "wlan0")
        #expect(settings.control.port == 29_864 && settings.data.port == 29_865)
        #expect(settings.robotKeyFile == "/s/robot.key" && settings.rosterFile == "/s/fleet.toml")
        #expect(settings.socketPath == "/r/peer.sock" && settings.bodySocket == nil)
        #expect(settings.config.radio == PeerConfig().radio)
        #expect(settings.config.mission == PeerConfig().mission)
        #expect(settings.processor == ProcessorSettings() && settings.logLevel == .info)
    }

    @Test func `one interface may serve both bands`() throws {
        let settings = try read(Self.small.replacing("wlan1", with: "wlan0")).valid()
        #expect(settings.control.interface == settings.data.interface)
    }

    @Test func `all faults are told, in the file's order, each with its place`() {
        let text =
            "[robt]\n[robot]\nname = \"a b\"\nstart_x_m = \"1\"\nstart_y_m = 1\nstart_heading_deg = 0\nstrat = 1\n"
            + "[radio.controll]\n[radio.control]\nprot = 1\ntransport = \"ipv7\"\n"
            + "[radio.data]\ntransport = \"medium\"\naddress = \"localhost:1\"\n[log]\nlevel = \"warn\"\n"
        #expect(
            messages(text) == [
                "/c/peer.toml:1:1: unknown table \"robt\" (did you mean \"robot\"?)",
                "/c/peer.toml:3:1: [robot] name: expected a name of 1…32 letters, digits, - and _, found \"a b\"",
                "/c/peer.toml:4:1: [robot] start_x_m: expected a number -10000…10000, found \"1\"",
                "/c/peer.toml:7:1: [robot] unknown key \"strat\" (known: name, id, key_file, camera, satellite_receiver, "
                    + "start_x_m, start_y_m, start_heading_deg, start_sigma_m, start_heading_sigma_deg)",
                "/c/peer.toml:8:1: [radio] unknown table \"controll\" (did you mean \"control\"?)",
                "/c/peer.toml:10:1: [radio.control] unknown key \"prot\" (did you mean \"port\"?)",
                "/c/peer.toml:11:1: [radio.control] transport: unknown word \"ipv7\" (did you mean \"ipv6\"?)",
                "/c/peer.toml:14:1: [radio.data] address: expected an address and port as \"127.0.0.1:7000\", found "
                    + "\"localhost:1\"",
                "/c/peer.toml:16:1: [log] level: unknown word \"warn\" (known: error, warning, info, debug)",
            ])
    }

    @Test func `a missing transport is told with the machine's interfaces`() throws {
        let text = Self.small.replacing("transport = \"ipv6\"\ninterface = \"wlan1\"", with: "port = 4")
        let message = try #require(messages(text).first)
        let names = MachineInterfaces.names
        #expect(names.contains("lo"))
        #expect(
            message
                == "/c/peer.toml:9:1: [radio.data] transport is missing: expected \"ipv6\", \"ipv4\", \"medium\"; this "
                + "machine has \(names.joined(separator: ", "))")
        #expect(messages(text).count == 1)
    }

    @Test(arguments: [
        (
            "[radio.data]\ntransport = \"ipv4\"",
            ":10:1: [radio.data] interface is missing: transport \"ipv4\" needs one; "
        ),
        ("[radio.data]\ntransport = \"medium\"", ":10:1: [radio.data] address is missing: transport \"medium\" needs "),
        (
            "[radio.data]\ntransport = \"ipv6\"\ninterface = \"a\"\naddress = \"1.2.3.4:5\"",
            ":12:1: [radio.data] address: transport \"ipv6\" has none"
        ),
        (
            "[radio.data]\ntransport = \"medium\"\naddress = \"127.0.0.1:5\"\nport = 5",
            ":12:1: [radio.data] port: transport \"medium\" has none"
        ),
        (
            "[radio.data]\ntransport = \"medium\"\naddress = \"1.2.3.4:5\"",
            ":10:1: [radio.data] transport: one band on the medium and one not: they go together"
        ),
        (
            "[radio.data]\ntransport = \"ipv6\"\ninterface = \"a\"\nport = 29864",
            ":12:1: [radio.data] port: both bands have 29864; each needs one of its own"
        ),
        (
            "[radio.data]\ntransport = \"medium\"\naddress = \"1.2.3.4:5\"",
            ":11:1: [radio.data] address: expected 127.0.0.1, this machine, found 1.2.3.4:5"
        ),
        ("[cpu]\nmode = \"stated\"", ":13:1: [cpu] idle_percent is missing: mode \"stated\" needs it"),
        ("[cpu]\nidle_percent = 3", ":13:1: [cpu] idle_percent: mode \"measured\" has none"),
        ("[cpu]\nbase_percent = 95", ":13:1: [cpu] base_percent 95 is above ceiling_percent 90"),
        ("[mission]\narena_x_max_m = -1", ":13:1: [mission] arena_x_min_m 0 is not below arena_x_max_m -1"),
        ("[mission]\narena_y_min_m = 8", ":4:1: [robot] start_y_m 2.5 is outside the arena, 8…100"),
        ("[[cpu]]\nmode = \"stated\"", ":12:1: expected a table [cpu], found a list of 1"),
        ("[local]\nsocket = \"\"", ":13:1: [local] socket: expected a path, found \"\""),
        ("[local]\nsocket = \"/\(String(repeating: "x", count: 107))\"", ":13:1: [local] socket: expected at most 107"),
        ("[cpu", ":12:5: "), ("cpu = 3", ":12:1: [radio.data] unknown key \"cpu\""),
    ])
    func `what does not go together is refused by place`(_ text: String, _ expected: String) {
        let base = text.contains("[radio.data]") ? Self.small.components(separatedBy: "[radio.data]")[0] : Self.small
        let found = messages(base + text + "\n").map { $0.replacing("/c/peer.toml", with: "") }
        #expect(found.contains { $0.hasPrefix(expected) }, "\(found)")
    }

    @Test func `both bands on the medium have one address`() throws {
        let medium = Self.small.replacing(
            "transport = \"ipv6\"\ninterface = \"wlan0\"", with: "transport = \"medium\"\naddress = \"127.0.0.1:7000\""
        )
        .replacing(
            "transport = \"ipv6\"\ninterface = \"wlan1\"", with: "transport = \"medium\"\naddress = \"127.0.0.1:7000\"")
        let settings = try read(medium).valid()
        #expect(settings.control.medium == Endpoint(address: 0x7F00_0001, port: 7_000))
        let parted = medium.replacing(
            "[radio.data]\ntransport = \"medium\"\naddress = \"127.0.0.1:7000\"",
            with: "[radio.data]\ntransport = \"medium\"\naddress = \"127.0.0.1:7001\"")
        #expect(
            messages(parted) == [
                "/c/peer.toml:11:1: [radio.data] address: expected [radio.control]'s 127.0.0.1:7000, found 127.0.0.1:7001"
            ])
    }

    @Test(arguments: [
        "", "1.2.3.4", "1.2.3.4:", "1.2.3.4:0", "1.2.3.4:65536", "1.2.3:4", "1.2.3.4.5:6", "256.1.1.1:1", "01.2.3.4:5",
        "1.2.3.4:05", "+1.2.3.4:5", " 1.2.3.4:5", "1.2.3.4:5 ", "1.2.3.4:5:6", "[::1]:5", "1..3.4:5",
    ])
    func `what is no endpoint is none`(_ text: String) { #expect(Endpoint(text) == nil) }

    @Test func `an endpoint reads back as it is written`() {
        for text in ["0.0.0.0:1", "127.0.0.1:7000", "255.255.255.255:65535"] {
            #expect(Endpoint(text)?.description == text)
        }
    }

    @Test func `what is written reads back as the same settings`() throws {
        var settings = try read(Self.small).valid()
        let unchanged = try read(PeerWriter.text(of: settings)).valid()
        #expect(differing(settings, unchanged).isEmpty)
        settings.id = NodeID(65_534)
        settings.role = RobotRole(carriesCamera: true, carriesSatelliteReceiver: true)
        settings.start = StartPose(
            xMeters: 1.0 / 3, yMeters: 99.999, headingRadians: -1, positionSigmaMeters: 0.1,
            headingSigmaRadians: 0.123_456)
        settings.bodySocket = "/tmp/a \"quoted\" \\ name\u{7F}"
        settings.control = BandSettings(transport: .medium, port: 29_864, medium: Endpoint("127.0.0.1:7000"))
        settings.data = BandSettings(transport: .medium, port: 29_865, medium: Endpoint("127.0.0.1:7000"))
        settings.processor.mode = .stated
        settings.processor.idlePercent = 47.111_111_111_111_11
        settings.config.cloud.strategy = .uoc
        settings.config.cloud.transferMax = .milliseconds(37)
        settings.config.mission.turnRadiansPerSecondMax = 1
        settings.config.radio = .init(controlRangeMeters: 30)
        settings.logLevel = .debug
        let again = try read(PeerWriter.text(of: settings)).valid()
        #expect(differing(settings, again).isEmpty)
        #expect(again.start.xMeters == settings.start.xMeters)
        #expect(abs(again.start.headingRadians - settings.start.headingRadians) < 1e-12)
        #expect(again.config.cloud.transferMax == settings.config.cloud.transferMax)
        #expect(again.config.radio == settings.config.radio)
        #expect(PeerWriter.text(of: again) == PeerWriter.text(of: settings))
    }

    private func differing(_ left: PeerSettings, _ right: PeerSettings) -> [String] {
        PeerSchema.keys.filter { $0.get(left) != $0.get(right) }.map(\.path)
    }

    @Test func `every key that is set changes its own value and no other`() throws {
        let base = PeerSettings(places: Self.places)
        for key in PeerSchema.keys {
            let value = try #require(Self.sample(key, base), "\(key.path)")
            var settings = base
            key.set(&settings, value)
            #expect(key.get(settings) == value, "\(key.path)")
            let others = differing(base, settings).filter { $0 != key.path }
            #expect(others.isEmpty, "\(key.path) changes \(others)")
        }
    }

    /// A value that is not the default.
    private static func sample(_ key: PeerKey, _ base: PeerSettings) -> TomlValue? {
        switch key.kind {
        case .integer: .integer(4_711)
        case .atLeast(let low, let high), .above(let low, let high):
            .number((((low + min(high, low + 1)) / 2 + 0.125) * 1_000).rounded() / 1_000)
        case .flag: key.get(base) == .bool(true) ? .bool(false) : .bool(true)
        case .text, .path, .name, .interface: .string("other")
        case .endpoint: .string("10.0.0.1:9")
        case .choice(let words): words.filter { $0 != "medium" }.map { .string($0) }.last { $0 != key.get(base) }
        case .texts, .kernel, .variables, .point, .points, .place, .places, .numbers, .targets: nil
        }
    }

    @Test func `a reload says which keys count now and which with the next start`() throws {
        let old = try read(Self.small).valid()
        var new = old
        new.logLevel = .error
        new.processor.neededPercent = 80
        new.control.port = 5
        new.config.cloud.cpuCeilingPercent = 80
        let reload = PeerReload(from: old, to: new)
        #expect(reload.live == ["log.level"])
        #expect(reload.restart == ["radio.control.port", "cpu.needed_percent", "cpu.ceiling_percent"])
        #expect(
            "\(reload)"
                == "changed: log.level; needs a restart: radio.control.port, cpu.needed_percent, cpu.ceiling_percent")
        #expect("\(PeerReload(from: old, to: old))" == "nothing changed")
        #expect(PeerReload(from: old, to: old).isEmpty)
        #expect(PeerReload(from: old, to: old.reloaded(from: new)).live == reload.live)
        #expect(PeerReload(from: old.reloaded(from: new), to: new).live.isEmpty)
    }

    @Test func `what takes effect at once is exactly what the schema says`() throws {
        let base = PeerSettings(places: Self.places)
        for key in PeerSchema.keys {
            var other = base
            key.set(&other, try #require(Self.sample(key, base)))
            let applied = key.get(base.reloaded(from: other)) == key.get(other)
            #expect(applied == (key.change == .live), "\(key.path)")
        }
    }

    @Test func `no cut of a configuration traps`() throws {
        let text = try InputFile.text(of: PeerManualTests.example)
        for length in stride(from: 0, to: text.count, by: 97) { _ = messages(String(text.prefix(length))) }
        for length in 0..<Self.small.count { _ = messages(String(Self.small.prefix(length))) }
    }
}
