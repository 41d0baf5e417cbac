import RealModule
import SkeinPeer
import SkeinWire

/// The motor controller's side, as the laboratory's arena plays it: the firmware's rules (docs/firmware.md) without wheels. Its
/// times are the controller's own clock's.
///
/// disarmed → armed by the order, unless the stop is latched. armed: a setpoint drives; none for `deadManMax`, and the motors stand;
/// none for `disarmAfter`, and it is disarmed. latched by the order, in every state; only the release ends it, disarmed.
package struct BridgeController {
    /// MAVLink's directions around the vertical: what more sensors say does not fit.
    package static let directionsMax = 8

    private var outbox: [BridgeMessage] = []
    private var state = BridgeMessage.ControllerState()
    private var told: BridgeMessage.ControllerState?
    private var heartbeatAt: Instant
    /// The last setpoint, or when it was armed.
    private var drivenAt: Instant?
    private var northMeters = 0.0
    private var eastMeters = 0.0
    /// The wheels' heading, clockwise from north.
    private var yawRadians: Double
    private var isSettled = false
    private var clock: Duration = .zero

    package init(now: Instant) {
        heartbeatAt = now
        yawRadians = 0
        state.isEmulated = true
    }

    package var isArmed: Bool { state.isArmed }
    package var isStopLatched: Bool { state.isStopLatched }

    package mutating func takeMessages() -> [BridgeMessage] {
        defer { outbox.removeAll(keepingCapacity: true) }
        return outbox
    }

    package var nextDeadline: Instant {
        guard let drivenAt, state.isArmed else { return heartbeatAt }
        let span = state.isDeadMan ? BridgeTiming.disarmAfter : BridgeTiming.deadManMax
        return min(heartbeatAt, drivenAt + span)
    }

    /// What the motors do from now on; nil: what they did.
    package mutating func advance(now: Instant) -> Setpoint? {
        var setpoint: Setpoint?
        if state.isArmed, let drivenAt {
            if now - drivenAt >= BridgeTiming.deadManMax, !state.isDeadMan {
                state.isDeadMan = true
                setpoint = .stop
            }
            if now - drivenAt >= BridgeTiming.disarmAfter { disarm() }
        }
        speak(now: now)
        return setpoint
    }

    /// The same, of what the peer says.
    package mutating func take(_ message: BridgeMessage, now: Instant) -> Setpoint? {
        var setpoint: Setpoint?
        switch message {
        case .setpoint(let wish):
            guard state.isArmed, !state.isStopLatched else { break }
            drivenAt = now
            state.isDeadMan = false
            setpoint = wish
        case .order(let order, _): setpoint = obey(order, now: now)
        case .clock(0, let ours): outbox.append(.clock(theirs: max(1, now.nanoseconds), ours: ours))
        case .clock, .heartbeat, .health, .attitude, .wheels, .distance, .answer, .text: break
        }
        speak(now: now)
        return setpoint
    }

    private mutating func obey(_ order: BridgeOrder, now: Instant) -> Setpoint? {
        var denial: Int32 = 0
        var setpoint: Setpoint?
        switch order {
        case .arm where state.isStopLatched: denial = 1
        case .arm:
            if !state.isArmed { drivenAt = now }
            state.isArmed = true
        case .disarm:
            disarm()
            setpoint = .stop
        case .stop:
            disarm()
            state.isStopLatched = true
            setpoint = .stop
        case .release: state.isStopLatched = false
        }
        outbox.append(.answer(BridgeAnswer(subject: order.subject, isAccepted: denial == 0, denial: denial)))
        return setpoint
    }

    private mutating func disarm() {
        state.isArmed = false
        state.isDeadMan = false
        drivenAt = nil
    }

    /// A heartbeat each second, and at once when something has changed.
    private mutating func speak(now: Instant) {
        guard now >= heartbeatAt || state != told else { return }
        told = state
        heartbeatAt = now + BridgeTiming.heartbeatInterval
        outbox.append(.heartbeat(state))
        outbox.append(.health(.init(isCompassGood: true, batteryVolts: 12.4, batteryFraction: 0.9)))
    }

    /// What wheels, compass and distances have said; of the rest a controller knows nothing. North is the field's y axis.
    /// Its own clock goes by the readings' intervals, so that being late makes no turn wrong.
    package mutating func report(_ reading: SensorReading) {
        clock += reading.interval
        let seconds = reading.interval.inSeconds
        let yaw = reading.compassRadians.map { WheelOdometer.wrapped(.pi / 2 - $0) } ?? yawRadians
        if !isSettled {
            // The wheels' heading begins as the compass has it.
            isSettled = true
            yawRadians = yaw
        }
        let turned = -reading.turnRadiansPerSecond * seconds
        let half = turned / 2
        let chord = abs(half) < 1e-6 ? 1 : Double.sin(half) / half
        let way = reading.speedMetersPerSecond * seconds * chord
        northMeters += way * Double.cos(yawRadians + half)
        eastMeters += way * Double.sin(yawRadians + half)
        yawRadians = WheelOdometer.wrapped(yawRadians + turned)
        let ranges = reading.ranges ?? []
        if ranges.count <= Self.directionsMax { outbox += ranges.map { .distance($0) } }
        outbox.append(
            .attitude(clock: clock, yawRadians: yaw, yawRadiansPerSecond: -reading.turnRadiansPerSecond))
        outbox.append(
            .wheels(
                BridgeMessage.WheelPose(
                    clock: clock, northMeters: northMeters, eastMeters: eastMeters,
                    northMetersPerSecond: reading.speedMetersPerSecond * Double.cos(yawRadians),
                    eastMetersPerSecond: reading.speedMetersPerSecond * Double.sin(yawRadians))))
    }
}
