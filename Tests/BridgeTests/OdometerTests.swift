import SkeinPeer
import SkeinWire
import Testing

@testable import SkeinBridge

/// A body on exact arcs, told as a controller tells it.
@Suite struct OdometerTests {
    private struct Wheels {
        var controller = BridgeController(now: Instant(nanoseconds: 0))
        var odometer = WheelOdometer(northRadians: .pi / 2)
        var heading = 0.3
        var readings: [SensorReading] = []

        init() { odometer.take(.init(isCompassGood: true, batteryVolts: 12, batteryFraction: 0.5)) }

        mutating func drive(_ span: Duration, speed: Double, turn: Double, isLost: Bool = false) {
            heading += turn * span.inSeconds
            controller.report(
                SensorReading(
                    interval: span, speedMetersPerSecond: speed, turnRadiansPerSecond: turn, compassRadians: heading,
                    satelliteMeters: nil, smellPerMeter: nil, detections: nil, target: nil))
            for message in controller.takeMessages() where !isLost {
                switch message {
                case .attitude(let clock, let yaw, let rate):
                    if let reading = odometer.take(clock: clock, yawRadians: yaw, yawRadiansPerSecond: rate) {
                        readings.append(reading)
                    }
                case .wheels(let pose): if let reading = odometer.take(pose) { readings.append(reading) }
                default: break
                }
            }
        }

        var wayMeters: Double { readings.reduce(0) { $0 + $1.speedMetersPerSecond * $1.interval.inSeconds } }
        var turnedRadians: Double { readings.reduce(0) { $0 + $1.turnRadiansPerSecond * $1.interval.inSeconds } }
    }

    @Test func `way, turn and compass come through, forward and backward`() {
        var wheels = Wheels()
        wheels.drive(.milliseconds(50), speed: 0, turn: 0)
        for (speed, turn) in [(1.0, 0.0), (2, 1.5), (-1, 0.5), (-0.5, -2), (0, 3), (0, 0)] {
            let way = wheels.wayMeters
            let turned = wheels.turnedRadians
            for _ in 0..<20 { wheels.drive(.milliseconds(50), speed: speed, turn: turn) }
            #expect(abs(wheels.wayMeters - way - speed) < 1e-3, "\(speed), \(turn)")
            #expect(abs(wheels.turnedRadians - turned - turn) < 1e-5)
            let last = wheels.readings.last
            #expect(last.map { $0.interval >= WheelOdometer.spanMin } == true)
            let error = WheelOdometer.wrapped((last?.compassRadians ?? 9) - wheels.heading)
            #expect(abs(error) < 1e-5)
            #expect(speed != 0 || last?.speedMetersPerSecond == 0, "what stands, stands to the last bit")
        }
    }

    @Test func `frames that are lost lose no way`() {
        var wheels = Wheels()
        wheels.drive(.milliseconds(50), speed: 0, turn: 0)
        for step in 0..<100 { wheels.drive(.milliseconds(50), speed: 1, turn: 0, isLost: step % 3 == 1) }
        wheels.drive(.milliseconds(50), speed: 1, turn: 0)
        wheels.drive(.milliseconds(50), speed: 1, turn: 0)
        // A reading covers two frames at least.
        wheels.drive(.milliseconds(50), speed: 0, turn: 0)
        #expect(abs(wheels.wayMeters - 5.1) < 1e-3)
    }

    @Test func `a gap, a clock that steps back and a leap begin anew`() {
        var wheels = Wheels()
        wheels.drive(.milliseconds(100), speed: 0, turn: 0)
        wheels.drive(.milliseconds(100), speed: 1, turn: 0)
        let count = wheels.readings.count
        wheels.drive(.milliseconds(1_500), speed: 1, turn: 0)
        #expect(wheels.readings.count == count, "a second and a half without a word is not a reading")
        var back = wheels
        back.controller = BridgeController(now: Instant(nanoseconds: 0))
        back.drive(.milliseconds(100), speed: 1, turn: 0)
        #expect(back.readings.count == count)
        wheels.drive(.milliseconds(100), speed: 1_000, turn: 0)
        #expect(wheels.readings.count == count)
        wheels.drive(.milliseconds(100), speed: 1, turn: 0)
        #expect(wheels.readings.count == count + 1)
    }

    @Test func `without a healthy compass there is no compass`() {
        var wheels = Wheels()
        wheels.odometer.take(.init(isCompassGood: false, batteryVolts: nil, batteryFraction: nil))
        wheels.drive(.milliseconds(100), speed: 0, turn: 0)
        wheels.drive(.milliseconds(100), speed: 1, turn: 0)
        #expect(wheels.readings.count == 1 && wheels.readings[0].compassRadians == nil)
    }
}
