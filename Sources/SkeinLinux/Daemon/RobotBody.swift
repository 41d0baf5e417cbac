import SkeinBridge
import SkeinPeer
import SkeinWire

/// Motors and sensors as the loop has them: the motor controller on a serial line, the laboratory's arena, gpsd. Setpoints go to all
/// that move; readings come as one stream.
///
/// The stream is the motor controller's where there is one, since a reading says that somebody is there to hold the motors: what arena
/// and gpsd say besides waits for its next one and goes with it, the newest alone. Without a controller the arena's readings are
/// the stream, and satellites go with them.
final class RobotBody {
    /// Whose a token is.
    enum Part: UInt32, CaseIterable {
        case arena = 0, serial, record, gps
    }

    let arena: BodyPort?
    private let bridge: BridgePort?
    private let gps: GpsReceiver?
    private let log: (DaemonHooks.Level, String) -> Void
    /// What waits for the controller's next reading.
    private var extra: SensorReading?
    private var fix: (GpsFix, at: Instant)?
    /// As last logged.
    private var trouble: String?
    private var hasReported = false

    init(
        _ config: DaemonConfig, reactor: Reactor, token: (Part) -> Reactor.Token, now: Instant,
        log: @escaping (DaemonHooks.Level, String) -> Void
    ) throws(SystemError) {
        self.log = log
        arena = config.bodySocket.map {
            BodyPort(path: $0, robot: config.robot, reactor: reactor, token: token(.arena), now: now)
        }
        if let bridge = config.bridge {
            self.bridge = try BridgePort(
                bridge, reactor: reactor, serial: token(.serial), record: token(.record), now: now)
        } else {
            bridge = nil
        }
        if let gps = config.gps {
            let receiver = try GpsReceiver(gps)
            try reactor.add(receiver.descriptor, token(.gps), for: .reading)
            try receiver.start()
            self.gps = receiver
        } else {
            gps = nil
        }
    }

    var nextDeadline: Instant {
        var next = Instant.distantFuture
        if let arena { next = min(next, arena.nextDeadline) }
        if let bridge { next = min(next, bridge.nextDeadline) }
        return next
    }

    func deadlinePassed(now: Instant) {
        if let arena, now >= arena.nextDeadline { arena.deadlinePassed(now: now) }
        if let bridge, now >= bridge.nextDeadline { bridge.deadlinePassed(now: now) }
        tellNotes()
    }

    func ready(_ part: Part, now: Instant, _ take: (SensorReading) -> Void) {
        switch part {
        case .arena:
            arena?.receive(now: now) { reading in
                if bridge == nil { take(joined(reading, now: now)) } else { hold(reading) }
            }
        case .serial: bridge?.receive(now: now) { take(joined($0, now: now)) }
        case .record: bridge?.recorded(now: now) { take(joined($0, now: now)) }
        case .gps: if let news = gps?.take(now: now) { fix = news }
        }
        tellNotes()
    }

    func actuate(_ setpoint: Setpoint, now: Instant) {
        if let bridge { bridge.actuate(setpoint, now: now) } else { arena?.actuate(setpoint, now: now) }
    }

    /// Whether the peer stands for an emergency stop, after everything that it does.
    func stand(_ isStopped: Bool, now: Instant) { bridge?.stand(isStopped, now: now) }

    func close() {
        bridge?.close()
        gps?.close()
    }

    // MARK: One stream

    private func hold(_ reading: SensorReading) {
        var held = reading
        if let extra {
            if held.satelliteMeters == nil { held.satelliteMeters = extra.satelliteMeters }
            if held.smellPerMeter == nil { held.smellPerMeter = extra.smellPerMeter }
            if held.ranges == nil { held.ranges = extra.ranges }
            if held.detections == nil {
                held.detections = extra.detections
                held.target = extra.target
            }
        }
        extra = held
    }

    private func joined(_ reading: SensorReading, now: Instant) -> SensorReading {
        var reading = reading
        if let extra {
            reading.satelliteMeters = extra.satelliteMeters
            reading.smellPerMeter = extra.smellPerMeter
            reading.detections = extra.detections
            reading.target = extra.target
            reading.ranges = reading.ranges ?? extra.ranges
        }
        extra = nil
        if let (fix, at) = fix, now - at <= GpsReceiver.fixAgeMax {
            reading.satelliteMeters = (x: fix.xMeters, y: fix.yMeters)
            reading.satelliteSigmaMeters = fix.sigmaMeters
            reading.satelliteAge = now - at
        }
        fix = nil
        return reading
    }

    // MARK: What is told

    /// Once a second: what has changed.
    func report(now: Instant) {
        let trouble = self.trouble(now: now)
        guard !hasReported || trouble != self.trouble else { return }
        hasReported = true
        self.trouble = trouble
        if let trouble {
            log(.warning, "no body: \(trouble)")
        } else if let bridge {
            log(.info, "motor controller on \(bridge.device)")
        } else if let arena {
            log(.info, "body at \(arena.path)")
        }
    }

    /// Why there are no motors; nil: there are, or there should be none.
    func trouble(now: Instant) -> String? {
        if let bridge, let trouble = bridge.trouble(now: now) { return trouble }
        return arena?.trouble.map { "\($0)" }
    }

    func bridgeAccount(now: Instant) -> BridgeAccount? { bridge?.account(now: now) }

    func gpsAccount(now: Instant) -> GpsAccount? { gps?.account(now: now) }

    private func tellNotes() {
        for note in bridge?.takeNotes() ?? [] { log(note.isTrouble ? .warning : .info, "bridge: \(note.text)") }
    }
}
