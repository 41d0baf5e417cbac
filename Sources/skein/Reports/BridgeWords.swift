import SkeinFiles
import SkeinPeer
import SkeinWire

/// Motor controller and satellite receiver, as people and programs read of them.
enum BridgeWords {
    static func add(_ bridge: BridgeAccount, to table: inout TextTable) {
        table.add("controller", text(bridge))
        let drops = BridgeDrop.allCases.filter { bridge.drops[Int($0.rawValue)] > 0 }
            .map { "\(SharedJSON.snakeCase("\($0)")) \(bridge.drops[Int($0.rawValue)])" }
        if !drops.isEmpty { table.add("  not taken", drops.joined(separator: ", ")) }
    }

    private static func text(_ bridge: BridgeAccount) -> String {
        let age = bridge.heartbeatAge.map { "last heartbeat \($0.inSeconds.rounded(to: 1)) s ago" }
        switch bridge.state {
        case .closed: return "\(bridge.device) cannot be opened"
        case .silent: return ["SILENT on \(bridge.device)", age].compactMap { $0 }.joined(separator: ", ")
        case .present: break
        }
        var words = [bridge.isStopLatched ? "STOPPED, latched" : bridge.isArmed ? "armed" : "disarmed"]
        if bridge.isDeadMan { words.append("motors held since setpoints ceased") }
        if let fraction = bridge.batteryFraction { words.append("battery \(fraction.percent)") }
        if let volts = bridge.batteryVolts { words.append("\(volts.rounded(to: 1)) V") }
        if let age { words.append(age) }
        return words.joined(separator: ", ")
    }

    static func text(_ gps: GpsAccount) -> String {
        let state =
            switch gps.state {
            case .away: "gpsd is not reached"
            case .noFix: "no fix"
            case .poor: "a fix that is not taken"
            case .good: "good"
            }
        var words = [state]
        if gps.state != .away { words.append("\(gps.satellites) satellites") }
        if let sigma = gps.sigmaMeters { words.append("sigma \(sigma.rounded(to: 2)) m") }
        if let age = gps.fixAge { words.append("last fix \(age.inSeconds.rounded(to: 1)) s ago") }
        return words.joined(separator: ", ")
    }

    private static func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }

    static func value(_ bridge: BridgeAccount) -> JSONValue {
        [
            "device": .string(bridge.device), "state": .string("\(bridge.state)"), "armed": .bool(bridge.isArmed),
            "stop_latched": .bool(bridge.isStopLatched), "dead_man": .bool(bridge.isDeadMan),
            "heartbeat_age_s": number(bridge.heartbeatAge?.inSeconds),
            "battery_fraction": number(bridge.batteryFraction), "battery_v": number(bridge.batteryVolts),
            "round_trip_s": number(bridge.roundTrip?.inSeconds),
            "setpoint_delay_p99_s": number(bridge.setpointDelay99?.inSeconds),
            "received": .integer(Int(clamping: bridge.received)), "sent": .integer(Int(clamping: bridge.sent)),
            "lost_setpoints": .integer(Int(clamping: bridge.lostSetpoints)),
            "openings": .integer(Int(clamping: bridge.openings)),
            "drops": .object(
                BridgeDrop.allCases.map {
                    .init(SharedJSON.snakeCase("\($0)"), .integer(Int(clamping: bridge.drops[Int($0.rawValue)])))
                }),
        ]
    }

    static func value(_ gps: GpsAccount) -> JSONValue {
        [
            "state": .string(SharedJSON.snakeCase("\(gps.state)")), "fix_age_s": number(gps.fixAge?.inSeconds),
            "sigma_m": number(gps.sigmaMeters), "satellites": .integer(gps.satellites),
            "taken": .integer(Int(clamping: gps.taken)), "refused": .integer(Int(clamping: gps.refused)),
        ]
    }
}
