import SkeinPeer
import SkeinWire

/// The robot's side of the line to its motor controller: what is said to it and when, and what is made of what it says. A value
/// without a line: messages in, messages out. Times are this robot's clock's.
///
/// Rules (docs/bridge.md).
/// - A setpoint of the peer's goes out at once, and again each `setpointInterval` until it is older than `holdMax`. Then nothing
///   does: whatever has become of the peer, the controller's dead man's handle is let go.
/// - The controller is armed by the first setpoint that moves, with the order ahead of it, and disarmed when the robot has stood
///   for `standMax`. One that is not heard gets no setpoint that moves.
/// - While the peer stands for an emergency stop, the order to latch goes out until the controller says that it is latched, heard or
///   not, and no setpoint does. The release goes out once the peer stands no more, to a controller that is latched, and until it
///   says that it is not; a stop button that is still pressed ends that, and the next release of the fleet is needed.
/// - An order is given again each `orderInterval` until it is answered, one that was refused after `denialInterval`.
package struct BridgeHost {
    private struct Asked {
        var order: BridgeOrder
        var confirmation: UInt8 = 0
        var nextAt: Instant
    }

    /// For the robot's log.
    package struct Note: Hashable, Sendable {
        package var isTrouble: Bool
        package var text: String

        package init(isTrouble: Bool, text: String) {
            self.isTrouble = isTrouble
            self.text = text
        }
    }

    private static let notesMax = 8
    /// `skein_denial`: the stop button is pressed.
    private static let denialStopInput: Int32 = 2

    private var odometer: WheelOdometer
    private var outbox: [BridgeMessage] = []
    private var readings: [SensorReading] = []
    private var notes: [Note] = []

    private var isStopped = false
    /// The controller was latched by this robot, and has not been told otherwise. Is to be kept over restarts.
    package private(set) var owesRelease: Bool
    private var controller = BridgeMessage.ControllerState()
    private var heardAt: Instant?
    private var wasPresent = false
    private var health: BridgeMessage.Health?
    private var wish: (setpoint: Setpoint, at: Instant)?
    private var standsSince: Instant?
    private var setpointAt = Instant.distantFuture
    private var asked: Asked?
    private var heartbeatAt: Instant
    private var clockAt: Instant
    private var clockAsked: Instant?
    private var roundTrip: Duration?

    package init(northRadians: Double, owesRelease: Bool, now: Instant) {
        odometer = WheelOdometer(northRadians: northRadians)
        self.owesRelease = owesRelease
        heartbeatAt = now
        clockAt = now
    }

    // MARK: What came of it

    package mutating func takeMessages() -> [BridgeMessage] {
        defer { outbox.removeAll(keepingCapacity: true) }
        return outbox
    }

    package mutating func takeReadings() -> [SensorReading] {
        defer { readings.removeAll(keepingCapacity: true) }
        return readings
    }

    package mutating func takeNotes() -> [Note] {
        defer { notes.removeAll() }
        return notes
    }

    package func isPresent(now: Instant) -> Bool {
        heardAt.map { now - $0 <= BridgeTiming.silenceMax } ?? false
    }

    /// What it says of the controller; the line adds what it knows.
    package func describe(_ account: inout BridgeAccount, now: Instant) {
        account.isArmed = controller.isArmed
        account.isStopLatched = controller.isStopLatched
        account.isDeadMan = controller.isDeadMan
        account.heartbeatAge = heardAt.map { now - $0 }
        account.batteryFraction = health?.batteryFraction
        account.batteryVolts = health?.batteryVolts
        account.roundTrip = roundTrip
    }

    // MARK: The line

    /// Whoever is at its other end has not said so yet; it hears of us at once.
    package mutating func opened(now: Instant) {
        odometer.restart()
        heartbeatAt = now
        clockAt = now
        advance(now: now)
    }

    package mutating func closed() {
        heardAt = nil
        wasPresent = false
        asked = nil
        setpointAt = .distantFuture
        odometer.restart()
        outbox.removeAll()
    }

    // MARK: The peer

    package mutating func actuate(_ setpoint: Setpoint, now: Instant) {
        wish = (setpoint, now)
        if setpoint == .stop {
            if standsSince == nil { standsSince = now }
        } else {
            standsSince = nil
        }
        giveOrder(now: now)
        drive(now: now)
    }

    /// Whether the peer stands for an emergency stop; to be said after everything that it did.
    package mutating func stand(_ isStopped: Bool, now: Instant) {
        guard isStopped != self.isStopped else { return }
        self.isStopped = isStopped
        // From here on it may be latched, and stays so until told.
        owesRelease = true
        wish = nil
        setpointAt = .distantFuture
        giveOrder(now: now)
    }

    // MARK: The controller

    package mutating func take(_ message: BridgeMessage, now: Instant) {
        switch message {
        case .heartbeat(let state): take(state, now: now)
        case .health(let health):
            self.health = health
            odometer.take(health)
        case .attitude(let clock, let yaw, let rate):
            if let reading = odometer.take(clock: clock, yawRadians: yaw, yawRadiansPerSecond: rate) {
                readings.append(reading)
            }
        case .wheels(let pose): if let reading = odometer.take(pose) { readings.append(reading) }
        case .distance(let range): odometer.take(range)
        case .answer(let answer): take(answer, now: now)
        case .clock(let theirs, let ours):
            guard theirs != 0, let clockAsked, clockAsked.nanoseconds == ours else { return }
            roundTrip = now - clockAsked
            self.clockAsked = nil
        case .text(let severity, let text): note("controller: \(text)", isTrouble: severity <= 4)
        // These are ours to say.
        case .setpoint, .order: break
        }
    }

    private mutating func take(_ state: BridgeMessage.ControllerState, now: Instant) {
        let isNew = !isPresent(now: now)
        if isNew || state != controller {
            note("controller \(Self.words(state))", isTrouble: state.isStopLatched || state.isWatchdogReset)
        }
        if isNew { odometer.restart() }
        controller = state
        heardAt = now
        wasPresent = true
        if owesRelease, !isStopped, !state.isStopLatched { owesRelease = false }
        giveOrder(now: now)
    }

    private static func words(_ state: BridgeMessage.ControllerState) -> String {
        var words = [state.isArmed ? "armed" : "disarmed"]
        if state.isStopLatched { words.append("its emergency stop latched") }
        if state.isDeadMan { words.append("its motors held since setpoints ceased") }
        if state.isWatchdogReset { words.append("restarted by its watchdog") }
        if state.isEmulated { words.append("emulated") }
        return words.joined(separator: ", ")
    }

    private mutating func take(_ answer: BridgeAnswer, now: Instant) {
        guard var asked, asked.order.subject == answer.subject else { return }
        guard answer.isAccepted else {
            note("controller refuses to \(asked.order): denial \(answer.denial)", isTrouble: true)
            if asked.order == .release, answer.denial == Self.denialStopInput { owesRelease = false }
            asked.nextAt = now + BridgeTiming.denialInterval
            self.asked = asked
            return
        }
        // Its next heartbeat has the last word.
        switch asked.order {
        case .arm: controller.isArmed = true
        case .disarm: controller.isArmed = false
        case .stop:
            controller.isStopLatched = true
            controller.isArmed = false
        case .release:
            controller.isStopLatched = false
            owesRelease = false
        }
        self.asked = nil
        giveOrder(now: now)
    }

    private mutating func note(_ text: String, isTrouble: Bool) {
        if notes.count < Self.notesMax { notes.append(Note(isTrouble: isTrouble, text: text)) }
    }

    // MARK: Time

    package var nextDeadline: Instant {
        var next = min(heartbeatAt, clockAt, setpointAt)
        if let asked { next = min(next, asked.nextAt) }
        if let standsSince, asked == nil, wasPresent, !isStopped, controller.isArmed, !controller.isStopLatched {
            next = min(next, standsSince + BridgeTiming.standMax)
        }
        if wasPresent, let heardAt { next = min(next, heardAt + BridgeTiming.silenceMax + .milliseconds(1)) }
        return next
    }

    package mutating func advance(now: Instant) {
        if wasPresent, !isPresent(now: now) {
            wasPresent = false
            note("controller is silent", isTrouble: true)
        }
        if now >= heartbeatAt {
            heartbeatAt = now + BridgeTiming.heartbeatInterval
            outbox.append(.heartbeat(BridgeMessage.ControllerState()))
        }
        if now >= clockAt {
            clockAt = now + BridgeTiming.clockInterval
            clockAsked = now
            outbox.append(.clock(theirs: 0, ours: now.nanoseconds))
        }
        giveOrder(now: now)
        if now >= setpointAt { drive(now: now) }
    }

    // MARK: Orders and setpoints

    private func wanted(now: Instant) -> BridgeOrder? {
        let isPresent = isPresent(now: now)
        if isStopped { return isPresent && controller.isStopLatched ? nil : .stop }
        guard isPresent else { return nil }
        if controller.isStopLatched { return owesRelease ? .release : nil }
        if let wish, wish.setpoint != .stop, now - wish.at <= BridgeTiming.holdMax {
            return controller.isArmed ? nil : .arm
        }
        guard controller.isArmed, let standsSince, now - standsSince >= BridgeTiming.standMax else { return nil }
        return .disarm
    }

    private mutating func giveOrder(now: Instant) {
        guard let order = wanted(now: now) else {
            asked = nil
            return
        }
        var asked = self.asked ?? Asked(order: order, nextAt: now)
        if asked.order != order { asked = Asked(order: order, nextAt: now) }
        if now >= asked.nextAt {
            outbox.append(.order(order, confirmation: asked.confirmation))
            if asked.confirmation < .max { asked.confirmation += 1 }
            asked.nextAt = now + BridgeTiming.orderInterval
        }
        self.asked = asked
    }

    private mutating func drive(now: Instant) {
        setpointAt = .distantFuture
        guard !isStopped, let wish, now - wish.at <= BridgeTiming.holdMax else { return }
        let isPresent = isPresent(now: now)
        if wish.setpoint == .stop {
            // To one that is not heard, and may hear: standing is always right.
            guard !isPresent || controller.isArmed else { return }
        } else {
            guard isPresent, !controller.isStopLatched else { return }
        }
        outbox.append(.setpoint(wish.setpoint))
        setpointAt = now + BridgeTiming.setpointInterval
    }
}
