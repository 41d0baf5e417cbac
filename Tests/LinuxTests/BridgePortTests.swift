import Glibc
import SkeinBridge
import SkeinPeer
import SkeinWire
import Testing

@testable import SkeinLinux

/// The port on a line without a wire, in real time: each wait is for an event, with a bound.
@Suite struct BridgePortTests {
    private static let key = (0..<32).map { UInt8($0) }
    private static let ahead = Setpoint(speedMetersPerSecond: 1, turnRadiansPerSecond: 0)
    private static let spanMax: Duration = .seconds(10)

    /// A port, and who plays its controller.
    private final class Stage {
        let reactor: Reactor
        let port: BridgePort
        let linePath: String
        var line: PlayedLine?
        var controller = BridgeController(now: MonotonicClock.now())
        var link = BridgeLine(key: BridgePortTests.key, side: .controller, stored: 0)
        var motors = Setpoint.stop
        var readings: [SensorReading] = []
        private var buffer = [UInt8](repeating: 0, count: 1_024)

        init(_ folder: String, key: [UInt8] = BridgePortTests.key) throws {
            linePath = "\(folder)/tty"
            reactor = try Reactor()
            port = try BridgePort(
                BridgeConfig(device: linePath, key: key, recordPath: "\(folder)/bridge"), reactor: reactor,
                serial: .init(area: 1), record: .init(area: 2), now: MonotonicClock.now())
        }

        /// Turns both until it holds; whether it did.
        func run(_ holds: (Stage) -> Bool) -> Bool {
            let end = MonotonicClock.now() + BridgePortTests.spanMax
            while MonotonicClock.now() < end {
                let limit = min(end, port.nextDeadline, MonotonicClock.now() + .milliseconds(2))
                reactor.wait(until: limit) { ready in
                    let now = MonotonicClock.now()
                    if ready.token.area == 1 { port.receive(now: now) { readings.append($0) } }
                    if ready.token.area == 2 { port.recorded(now: now) { readings.append($0) } }
                }
                let now = MonotonicClock.now()
                if now >= port.nextDeadline { port.deadlinePassed(now: now) }
                play(now: now)
                if holds(self) { return true }
            }
            return false
        }

        private func play(now: Instant) {
            guard let line else { return }
            if let setpoint = controller.advance(now: now) { motors = setpoint }
            while let count = line.read(into: &buffer) {
                take(buffer[..<count], now: now)
                take([], now: now)
            }
            for message in controller.takeMessages() {
                if let frame = link.frame(message) { line.write(frame) }
            }
        }

        private func take(_ bytes: ArraySlice<UInt8>, now: Instant) {
            if let ticks = link.reservation { link.reserve(ticks) }
            link.take(bytes) { if let setpoint = controller.take($0, now: now) { motors = setpoint } }
            if let ticks = link.reservation { link.reserve(ticks) }
        }
    }

    @Test func `a controller on the line is found, armed and driven, and found again after the plug was pulled`() throws
    {
        try TemporaryFolder.use { folder in
            let stage = try Stage(folder)
            defer { stage.port.close() }
            #expect(!stage.run { _ in true } || stage.port.trouble(now: MonotonicClock.now()) != nil)
            stage.line = try PlayedLine(path: stage.linePath)
            #expect(stage.run { $0.port.account(now: MonotonicClock.now()).state == .present })
            #expect(stage.port.trouble(now: MonotonicClock.now()) == nil)
            stage.port.actuate(Self.ahead, now: MonotonicClock.now())
            #expect(stage.run { $0.motors == Self.ahead })
            // Nobody says more: the controller's own handle.
            #expect(stage.run { $0.motors == .stop })

            stage.line = nil
            #expect(stage.run { $0.port.account(now: MonotonicClock.now()).state == .closed })
            stage.controller = BridgeController(now: MonotonicClock.now())
            stage.line = try PlayedLine(path: stage.linePath)
            #expect(stage.run { $0.port.account(now: MonotonicClock.now()).state == .present })
            stage.port.actuate(Self.ahead, now: MonotonicClock.now())
            #expect(stage.run { $0.motors == Self.ahead })
            let account = stage.port.account(now: MonotonicClock.now())
            #expect(account.openings == 2 && account.setpointDelay99 != nil)
        }
    }

    @Test func `odometry on the line is a reading`() throws {
        try TemporaryFolder.use { folder in
            let stage = try Stage(folder)
            defer { stage.port.close() }
            stage.line = try PlayedLine(path: stage.linePath)
            #expect(stage.run { $0.port.account(now: MonotonicClock.now()).state == .present })
            var reading = SensorReading(
                interval: .milliseconds(100), speedMetersPerSecond: 1, turnRadiansPerSecond: 0.5, compassRadians: 1,
                satelliteMeters: nil, smellPerMeter: nil, detections: nil, target: nil)
            reading.ranges = [.init(bearingRadians: 0, halfAngleRadians: 0.25, meters: 2)]
            stage.controller.report(reading)
            stage.controller.report(reading)
            #expect(stage.run { !$0.readings.isEmpty })
            let told = try #require(stage.readings.first)
            #expect(abs(told.speedMetersPerSecond - 1) < 0.02 && abs(told.turnRadiansPerSecond - 0.5) < 0.01)
            #expect(abs((told.compassRadians ?? 9) - 1) < 1e-5 && told.ranges == reading.ranges)
            #expect(told.batteryFraction == 0.9)
        }
    }

    @Test func `an emergency stop is latched, and its release is owed over a restart`() throws {
        try TemporaryFolder.use { folder in
            let first = try Stage(folder)
            first.line = try PlayedLine(path: first.linePath)
            #expect(first.run { $0.port.account(now: MonotonicClock.now()).state == .present })
            first.port.stand(true, now: MonotonicClock.now())
            #expect(first.run { $0.controller.isStopLatched })
            first.port.close()
            #expect(first.port.account(now: MonotonicClock.now()).state == .closed, "the line is let go")
            let kept = try #require(try BridgeRecord.read("\(folder)/bridge").record)
            #expect(kept.owesRelease && kept.ticks > 0)

            let second = try Stage(folder)
            defer { second.port.close() }
            second.controller = first.controller
            second.link = first.link
            second.line = first.line
            #expect(second.run { !$0.controller.isStopLatched })
        }
    }

    @Test func `another key is nobody`() throws {
        try TemporaryFolder.use { folder in
            let stage = try Stage(folder, key: [UInt8](repeating: 1, count: 32))
            defer { stage.port.close() }
            stage.line = try PlayedLine(path: stage.linePath)
            #expect(
                stage.run {
                    $0.port.account(now: MonotonicClock.now()).drops[Int(BridgeDrop.signature.rawValue)] > 0
                        && $0.link.drops[Int(BridgeDrop.signature.rawValue)] > 0
                })
            #expect(stage.port.account(now: MonotonicClock.now()).state == .silent)
        }
    }

    @Test func `a record that is damaged is told from none`() throws {
        try TemporaryFolder.use { folder in
            let path = "\(folder)/bridge"
            #expect(try BridgeRecord.read(path).record == nil && !BridgeRecord.read(path).isDamaged)
            let record = BridgeRecord(ticks: 12, owesRelease: true)
            try record.write(path)
            #expect(try BridgeRecord.read(path).record == record)
            try Folder.replace(path, with: Array("13 1 00000000\n".utf8))
            #expect(try BridgeRecord.read(path).record == nil && BridgeRecord.read(path).isDamaged)
        }
    }

    @Test func `what is no serial line is refused`() throws {
        try TemporaryFolder.use { folder in
            try Folder.replace("\(folder)/tty", with: [1])
            #expect(throws: SystemError.self) { try SerialLine(path: "\(folder)/tty", baud: 115_200) }
        }
    }
}

extension TemporaryFolder {
    fileprivate static func use(_ body: (String) throws -> Void) throws {
        let folder = try TemporaryFolder()
        try withExtendedLifetime(folder) { try body(folder.path) }
    }
}
