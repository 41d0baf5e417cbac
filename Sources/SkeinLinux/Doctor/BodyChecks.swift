import SkeinPeer
import SkeinWire

/// Whether motor controller and satellite receiver are there: only the running daemon knows, since it holds the line.
struct BodyChecks {
    let subject: DoctorSubject

    /// Charge below which a robot should not set out.
    private static let batteryFractionMin = 0.2

    func findings() -> [DoctorFinding] {
        guard let body = subject.body else {
            guard let device = subject.serialPort else { return [] }
            return [
                .warn(
                    "controller", device, "no daemon runs here that could ask it", fix: "systemctl start skein-peer")
            ]
        }
        return (body.bridge.map(controller) ?? []) + (body.gps.map { [satellites($0)] } ?? [])
    }

    private func controller(_ bridge: BridgeAccount) -> [DoctorFinding] {
        let name = "controller"
        switch bridge.state {
        case .closed:
            return [.fail(name, bridge.device, "the daemon cannot open the line", fix: "skein status says why")]
        case .silent: return [.fail(name, bridge.device, Self.silence(bridge), fix: Self.silenceFix(bridge))]
        case .present: break
        }
        let age = bridge.heartbeatAge.map { "\($0.inSeconds.tenths) s" } ?? "–"
        var found = "answers, last heartbeat \(age) ago, \(bridge.isArmed ? "armed" : "disarmed")"
        if let volts = bridge.batteryVolts { found += ", \(volts.tenths) V" }
        if bridge.isStopLatched {
            return [
                .warn(
                    name, bridge.device, found + ", its emergency stop latched",
                    fix: "skein stop --status; then skein stop --release N")
            ]
        }
        if let fraction = bridge.batteryFraction, fraction < Self.batteryFractionMin {
            return [.warn(name, bridge.device, found + ", battery low", fix: "charge it")]
        }
        return [.pass(name, bridge.device, found)]
    }

    private static func silence(_ bridge: BridgeAccount) -> String {
        let refused = BridgeDrop.allCases.filter { bridge.drops[Int($0.rawValue)] > 0 }
            .map { "\($0) \(bridge.drops[Int($0.rawValue)])" }
        return refused.isEmpty
            ? "nothing comes over the line" : "nothing that can be taken: \(refused.joined(separator: ", "))"
    }

    private static func silenceFix(_ bridge: BridgeAccount) -> String {
        if bridge.drops[Int(BridgeDrop.signature.rawValue)] > 0 { return "the same key at both ends: skein bridge key" }
        if bridge.drops.contains(where: { $0 > 0 }) { return "the same baud at both ends" }
        return "cable, supply, crossed RX and TX"
    }

    private func satellites(_ gps: GpsAccount) -> DoctorFinding {
        let found = "\(gps.satellites) satellites" + (gps.sigmaMeters.map { ", sigma \($0.tenths) m" } ?? "")
        switch gps.state {
        case .away: return .fail("gps", "gpsd", "not reached", fix: "systemctl start gpsd")
        case .noFix: return .warn("gps", "gpsd", "no fix, \(found)", fix: "sky above the antenna; cgps shows it")
        case .poor:
            return .warn(
                "gps", "gpsd", "a fix that is not taken, \(found)", fix: "corrections, or [gps] fix_min and sigma_max_m"
            )
        case .good: return .pass("gps", "gpsd", found)
        }
    }
}

extension Double {
    fileprivate var tenths: String {
        let tenths = Int64((self * 10).rounded())
        return "\(tenths / 10).\(abs(tenths % 10))"
    }
}
