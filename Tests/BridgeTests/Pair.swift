import SkeinPeer
import SkeinWire
import Testing

@testable import SkeinBridge

/// Both ends of a line in virtual time; what is on the way can be lost.
struct Pair {
    static let key = (0..<32).map { UInt8($0) }

    let hostLine = BridgeLine(key: key, side: .peer, stored: 0)
    let controllerLine = BridgeLine(key: key, side: .controller, stored: 0)
    var host: BridgeHost
    var controller: BridgeController
    var now: Instant
    /// What the motors do, and since when.
    var motors = Setpoint.stop
    var motorsAt: Instant
    /// The line is cut.
    var isCut = false
    /// Of so many bytes one is turned over; 0: none.
    var damageEvery = 0
    private var bytes = 0
    var readings: [SensorReading] = []
    /// Setpoints that the host has sent, and when.
    var setpoints: [(Setpoint, Instant)] = []
    var orders: [(BridgeOrder, Instant)] = []

    init(owesRelease: Bool = false, isLatched: Bool = false) {
        now = Instant(nanoseconds: 1_000_000_000)
        motorsAt = now
        host = BridgeHost(northRadians: .pi / 2, owesRelease: owesRelease, now: now)
        controller = BridgeController(now: now)
        if isLatched { _ = controller.take(.order(.stop, confirmation: 0), now: now) }
        host.opened(now: now)
        exchange()
    }

    /// The peer says this again at each tenth of a second, as it does with readings.
    mutating func run(_ span: Duration, wish: Setpoint? = nil) {
        let end = now + span
        var saysAt = now
        while now < end {
            if let wish, now >= saysAt {
                host.actuate(wish, now: now)
                saysAt = now + .milliseconds(100)
            }
            if now >= host.nextDeadline { host.advance(now: now) }
            if host.nextDeadline <= now { Issue.record("a deadline at \(host.nextDeadline) that nothing moves") }
            if let setpoint = controller.advance(now: now) { drive(setpoint) }
            exchange()
            now = now + .milliseconds(1)
        }
    }

    mutating func exchange() {
        for _ in 0..<4 {
            for message in host.takeMessages() {
                if case .setpoint(let setpoint) = message { setpoints.append((setpoint, now)) }
                if case .order(let order, _) = message { orders.append((order, now)) }
                guard let frame = Self.frame(message, hostLine), !isCut else { continue }
                let came = damaged(frame)
                var heard: [BridgeMessage] = []
                Self.take(came, controllerLine) { heard.append($0) }
                for message in heard {
                    if let setpoint = controller.take(message, now: now) { drive(setpoint) }
                }
            }
            for message in controller.takeMessages() {
                guard let frame = Self.frame(message, controllerLine), !isCut else { continue }
                let came = damaged(frame)
                var heard: [BridgeMessage] = []
                Self.take(came, hostLine) { heard.append($0) }
                for message in heard { host.take(message, now: now) }
            }
        }
        readings += host.takeReadings()
    }

    private mutating func drive(_ setpoint: Setpoint) {
        if setpoint != motors { motorsAt = now }
        motors = setpoint
    }

    private mutating func damaged(_ frame: [UInt8]) -> [UInt8] {
        guard damageEvery > 0 else { return frame }
        return frame.map { byte in
            bytes += 1
            return bytes % damageEvery == 0 ? byte ^ 0x10 : byte
        }
    }

    static func frame(_ message: BridgeMessage, _ line: BridgeLine) -> [UInt8]? {
        if let ticks = line.reservation { line.reserve(ticks) }
        return line.frame(message)
    }

    static func take(_ bytes: [UInt8], _ line: BridgeLine, _ handle: (BridgeMessage) -> Void) {
        line.take(bytes[...], handle)
        if let ticks = line.reservation {
            line.reserve(ticks)
            line.take(handle)
        }
    }
}
