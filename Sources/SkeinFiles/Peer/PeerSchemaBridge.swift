import SkeinPeer

/// The tables that tell a peer of its motor controller and its satellite receiver.
extension PeerSchema {
    static let bridge = Section(
        "bridge", about: "The line to the motor controller: MAVLink 2, signed (docs/bridge.md).",
        keys: [
            .optionalText(
                "device", .path, \.bridge.device, .value("none: no motor controller"),
                about: "The serial line, as `/dev/serial0` or `/dev/ttyACM0`."),
            .integer(
                "baud", 9_600...1_000_000, \.bridge.baud,
                about: "Bits a second on the line, 8N1, no flow control; the same at the controller."),
            .text(
                "key_file", .path, \.bridge.keyFile, .value("`bridge.key` in the state folder"),
                about: "The key that robot and controller share; `skein bridge key` makes one."),
            .degrees(
                "north_deg", .atLeast(-360, through: 360), \.northRadians,
                about:
                    "Where north is in the field, from the x axis, counter-clockwise, degrees: of compass and satellites."
            ),
        ])

    static let gps = Section(
        "gps", about: "Places from satellites, as gpsd tells them.",
        keys: [
            PeerKey(
                name: "address", kind: .endpoint, change: .restart, about: "Where gpsd listens, on this machine.",
                preset: .value("none: gpsd is not asked; its port is 2947"),
                get: { $0.gps.address.map { .string("\($0)") } },
                set: { $0.gps.address = $1.asText.flatMap(Endpoint.init) }),
            coordinate(
                "origin_latitude_deg", 85, \.gps.originLatitudeDegrees, about: "The field's (0, 0), degrees north."),
            coordinate(
                "origin_longitude_deg", 180, \.gps.originLongitudeDegrees, about: "The field's (0, 0), degrees east."),
            .choice(
                "fix_min", \.gps.fixMin,
                about: "Less than this is not taken: a fix in the plane, in space, with differential corrections, RTK "
                    + "afloat, RTK."),
            .number(
                "sigma_max_m", .above(0, through: 100), \.gps.sigmaMetersMax,
                about: "What the receiver reckons to be farther off, one sigma along an axis, is not taken, metres."),
        ])

    private static func coordinate(
        _ name: String, _ bound: Double, _ field: any PeerKey.Field<Double?>, about: String
    ) -> PeerKey {
        PeerKey(
            name: name, kind: .atLeast(-bound, through: bound), change: .restart, about: about,
            preset: .value("none; `address` needs it"), get: { $0[keyPath: field].map { .number($0) } },
            set: { $0[keyPath: field] = $1.asNumber })
    }
}
