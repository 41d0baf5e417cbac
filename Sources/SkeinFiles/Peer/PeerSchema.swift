import SkeinPeer
import SkeinWire

/// Every table and key of a peer's configuration. `docs/configuration.md` and `field-configs/peer.toml` print it; tests
/// hold them together. A key stands here only if something reads it.
package enum PeerSchema {
    static let variablePrefix = "SKEIN_"

    package struct Section: Sendable {
        package let name: String
        package let about: String
        package let keys: [PeerKey]

        init(_ name: String, about: String, keys: [PeerKey]) {
            self.name = name
            self.about = about
            self.keys = keys.map { key in
                var key = key
                key.section = name
                return key
            }
        }
    }

    package static let sections = [
        robot, fleet, state, local, radio, band("control", port: \.control), band("data", port: \.data), cpu, cloud,
        body, bridge, gps, mission, sensors, log, flightLog,
    ]

    package static let keys = sections.flatMap(\.keys)

    package static func key(_ path: String) -> PeerKey? { keys.first { $0.path == path } }

    private static let metersMax = 10_000.0

    private static let robot = Section(
        "robot", about: "Who the robot is, and where it was put down.",
        keys: [
            .text("name", .name, \.name, .needed, about: "Its name in the roster."),
            PeerKey(
                name: "id", kind: .integer(0...65_534), change: .restart, about: "Its number; the roster has the same.",
                preset: .value("as the roster says"), get: { $0.id.map { .integer(Int($0.number)) } },
                set: { settings, value in
                    if case .integer(let number) = value { settings.id = UInt16(exactly: number).map(NodeID.init) }
                }),
            .text("key_file", .path, \.robotKeyFile, .value("`robot.key` in the state folder"), about: "Its own key."),
            .flag("camera", \.role.carriesCamera, about: "Whether it carries a camera: then it asks for help."),
            .flag(
                "satellite_receiver", \.role.carriesSatelliteReceiver,
                about: "Whether it knows its place from satellites."),
            .number(
                "start_x_m", .atLeast(-metersMax, through: metersMax), \.start.xMeters, .needed,
                about: "Where it was put down, metres."),
            .number(
                "start_y_m", .atLeast(-metersMax, through: metersMax), \.start.yMeters, .needed,
                about: "The same along y, metres."),
            .degrees(
                "start_heading_deg", .atLeast(-360, through: 360), \.start.headingRadians, .needed,
                about: "From the x axis, counter-clockwise, degrees."),
            .number(
                "start_sigma_m", .atLeast(0, through: metersMax), \.start.positionSigmaMeters,
                about: "How well the place is known, one sigma, metres."),
            .degrees(
                "start_heading_sigma_deg", .atLeast(0, through: 180), \.start.headingSigmaRadians,
                about: "How well the heading is known, one sigma, degrees."),
        ])

    private static let fleet = Section(
        "fleet", about: "The fleet it belongs to. `skein fleet init` makes these files.",
        keys: [
            .text(
                "key_file", .path, \.fleetKeyFile, .value("`fleet.key` in the state folder"),
                about: "The key that all robots share."),
            .text(
                "roster_file", .path, \.rosterFile, .value("`fleet.toml` in the state folder"),
                about: "Who is enrolled, with what public key."),
        ])

    private static let state = Section(
        "state", about: "What must survive a power cut.",
        keys: [
            .text(
                "folder", .path, \.stateFolder,
                .value("`/var/lib/skein`; `$XDG_STATE_HOME/skein` for who is not root"),
                about: "The folder it is kept in.")
        ])

    private static let local = Section(
        "local", about: "The door for tools of the same machine.",
        keys: [
            .text(
                "socket", .path, \.socketPath,
                .value("`/run/skein/peer.sock`; `$XDG_RUNTIME_DIR/skein/peer.sock` for who is not root"),
                about: "A Unix socket, at most 107 bytes.")
        ])

    private static let radio = Section(
        "radio", about: "What the robots' radios have in common.",
        keys: [
            .converted(
                "range24_m", .above(1, through: 1_000), about: "Edge of a 2.4 GHz link, where −90 dBm arrive, metres.",
                get: { $0.config.radio.controlRangeMeters },
                set: { $0.config.radio = .init(controlRangeMeters: $1) })
        ])

    private static func band(
        _ name: String, port: any PeerKey.Field<BandSettings>
    ) -> Section {
        let settings = port
        let isControl = name == "control"
        return Section(
            "radio.\(name)",
            about: isControl
                ? "The far band: beacons, floods, leaders among each other. One interface may serve both bands."
                : "The near and fast band: work units and results.",
            keys: [
                PeerKey(
                    name: "transport", kind: .choice(BandTransport.allCases.map(\.rawValue)), change: .restart,
                    about: "UDP over IPv6 link-local multicast, UDP over IPv4 broadcast, or the laboratory's air.",
                    preset: .needed, get: { $0[keyPath: settings].transport.map { .string($0.rawValue) } },
                    set: { $0[keyPath: settings].transport = $1.asText.flatMap(BandTransport.init) }),
                PeerKey(
                    name: "interface", kind: .interface, change: .restart,
                    about: "The network interface, up and with an address of the transport's kind.",
                    preset: .value("none; `ipv6` and `ipv4` need it"),
                    get: { $0[keyPath: settings].interface.map { .string($0) } },
                    set: { $0[keyPath: settings].interface = $1.asText }),
                PeerKey(
                    name: "port", kind: .integer(1...65_535), change: .restart,
                    about: "UDP port of `ipv6` and `ipv4`, the same on every robot.", preset: .value(nil),
                    get: {
                        $0[keyPath: settings].transport == .medium ? nil : .integer(Int($0[keyPath: settings].port))
                    },
                    set: { settings_, value in
                        if case .integer(let number) = value, let port = UInt16(exactly: number) {
                            settings_[keyPath: settings].port = port
                        }
                    }),
                PeerKey(
                    name: "rate_mbps", kind: .atLeast(0.1, through: 100_000), change: .restart,
                    about: "What a link carries where no radio tells of it: a cable, a tunnel. Mb/s.",
                    preset: .value("none; links are judged by what gets through"),
                    get: { $0[keyPath: settings].rateMbps.map { .number($0) } },
                    set: { $0[keyPath: settings].rateMbps = $1.asNumber }),
                PeerKey(
                    name: "address", kind: .endpoint, change: .restart,
                    about: "Where the laboratory's medium listens, on this machine: 127.0.0.1.",
                    preset: .value("none; `medium` needs it"),
                    get: { $0[keyPath: settings].medium.map { .string("\($0)") } },
                    set: { $0[keyPath: settings].medium = $1.asText.flatMap(Endpoint.init) }),
            ])
    }

    private static let cpu = Section(
        "cpu", about: "The processor, in percent of one.",
        keys: [
            .choice(
                "mode", \.processor.mode,
                about: "Whether what it can lend is measured, or stated by `idle_percent` (laboratories)."),
            PeerKey(
                name: "idle_percent", kind: .atLeast(0, through: 100), change: .restart,
                about: "What it can lend, its own base load deducted.", preset: .value("none; `stated` needs it"),
                get: { $0.processor.idlePercent.map { .number($0) } }, set: { $0.processor.idlePercent = $1.asNumber }),
            .number(
                "needed_percent", .atLeast(0, through: 1_000), \.processor.neededPercent,
                about: "What its own task needs when it has one."),
            .number(
                "base_percent", .atLeast(0, through: 100), \.config.cloud.baseLoadPercent,
                about: "What its own housekeeping takes, and nobody is lent."),
            .number(
                "ceiling_percent", .above(0, through: 100), \.config.cloud.cpuCeilingPercent,
                about: "The processor never goes above this."),
        ])

    private static let cloud = Section(
        "cloud", about: "How idle processors are shared. The same on every robot of a fleet.",
        keys: [
            .choice("strategy", \.config.cloud.strategy, about: "How leaders share their band."),
            .number(
                "bandwidth_mhz", .above(0, through: 65), \.config.cloud.bandwidthMHz,
                about: "What a leader has to share on 5 GHz, MHz."),
            .number(
                "rate_mbps_per_percent", .above(0, through: 1_000), \.config.cloud.rateMbpsPerPercent,
                about: "Data rate that one lent percent needs (delta), Mb/s."),
            .seconds(
                "transfer_limit_s", .above(0, through: 10), \.config.cloud.transferMax,
                about: "A part must reach its helper within, seconds."),
            .seconds(
                "part_compute_s", .above(0, through: 0.9), \.config.cloud.computeWindow,
                about: "What a part takes at the share it asks for, seconds."),
            .choice("check", \.config.cloud.check, about: "How what others compute for a step is made sure of."),
            .number(
                "spot_check_fraction", .atLeast(0, through: 1), \.config.cloud.spotCheckFraction,
                about: "With `spot-check`: of parts that leave, so many are joined by one whose answer is known."),
        ])

    private static let body = Section(
        "body", about: "Motors and sensors.",
        keys: [
            .optionalText(
                "socket", .path, \.bodySocket, .value("none: what `[bridge]` has, else no motors, no sensors"),
                about: "The laboratory's arena, a Unix socket, at most 107 bytes.")
        ])

    private static let log = Section(
        "log", about: "What the daemon tells on stderr.",
        keys: [.choice("level", \.logLevel, .live, about: "This and worse.")])
}

extension TomlValue {
    var asText: String? {
        switch self {
        case .string(let text): text
        case .integer, .number, .bool, .moment, .array, .table: nil
        }
    }
}
