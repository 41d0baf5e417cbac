import SkeinPeer
import SkeinWire

// The motor controller and the satellite receiver, where a robot has them.

extension MetricFamily {
    static let body: [MetricFamily] = [
        bridge("skein_bridge_up", .gauge, unit: "0 or 1", "The motor controller answers.", healthy: "1") {
            $0.state == .present ? 1 : 0
        },
        bridge("skein_bridge_armed", .gauge, unit: "0 or 1", "Its motors are armed.", healthy: "1 while it drives") {
            $0.isArmed ? 1 : 0
        },
        bridge(
            "skein_bridge_stop_latched", .gauge, unit: "0 or 1", "Its emergency stop is latched.", healthy: "0"
        ) { $0.isStopLatched ? 1 : 0 },
        bridge(
            "skein_bridge_dead_man", .gauge, unit: "0 or 1", "It holds the motors since setpoints ceased.", healthy: "0"
        ) { $0.isDeadMan ? 1 : 0 },
        bridge(
            "skein_bridge_heartbeat_age_seconds", .gauge, unit: "s", "Since its last heartbeat.", healthy: "below 1.5"
        ) { $0.heartbeatAge?.inSeconds },
        bridge(
            "skein_bridge_battery_ratio", .gauge, unit: "0…1", "What its battery has left.", healthy: "above 0.2"
        ) { $0.batteryFraction },
        bridge("skein_bridge_battery_volts", .gauge, unit: "V", "Of its battery.", healthy: "–") { $0.batteryVolts },
        bridge(
            "skein_bridge_round_trip_seconds", .gauge, unit: "s", "Of the last exchange of clocks on the line.",
            healthy: "below 0.03"
        ) { $0.roundTrip?.inSeconds },
        bridge(
            "skein_bridge_received_frames_total", .counter, unit: "frames", "Frames taken from the line.",
            healthy: "rises"
        ) { Double($0.received) },
        bridge("skein_bridge_sent_frames_total", .counter, unit: "frames", "Frames sent.", healthy: "rises") {
            Double($0.sent)
        },
        bridge(
            "skein_bridge_lost_setpoints_total", .counter, unit: "setpoints",
            "Setpoints that found no line or no room.",
            healthy: "level"
        ) { Double($0.lostSetpoints) },
        bridge(
            "skein_bridge_openings_total", .counter, unit: "openings", "How often the line was opened.",
            healthy: "level"
        ) { Double($0.openings) },
        MetricFamily(
            "skein_bridge_dropped_total", .counter, unit: "frames", labels: ["reason"],
            "Frames from the line that were not taken; of garbage, bytes.", healthy: "level"
        ) { source in
            guard let bridge = source.body?.bridge else { return [] }
            return BridgeDrop.allCases.map {
                MetricSample([MetricText.snake("\($0)")], Double(bridge.drops[Int($0.rawValue)]))
            }
        },
        one("skein_gps_good", .gauge, unit: "0 or 1", "gpsd has a fix that is taken.", healthy: "1") {
            ($0.body?.gps).map { $0.state == .good ? 1 : 0 }
        },
        one("skein_gps_fix_age_seconds", .gauge, unit: "s", "Since the last fix that was taken.", healthy: "below 1.5")
        {
            $0.body?.gps?.fixAge?.inSeconds
        },
        one("skein_gps_sigma_meters", .gauge, unit: "m", "Of a fix, as its receiver reckons.", healthy: "below 0.05") {
            $0.body?.gps?.sigmaMeters
        },
        one("skein_gps_satellites", .gauge, unit: "satellites", "Satellites of the fix.", healthy: "at least 6") {
            ($0.body?.gps).map { Double($0.satellites) }
        },
    ]

    private static func bridge(
        _ name: String, _ kind: Kind, unit: String, _ help: String, healthy: String,
        value: @escaping @Sendable (BridgeAccount) -> Double?
    ) -> MetricFamily {
        one(name, kind, unit: unit, help, healthy: healthy) { ($0.body?.bridge).flatMap(value) }
    }
}
