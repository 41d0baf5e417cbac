import RealModule
import SkeinPeer
import SkeinTasks
import SkeinWire
import SkeinWorld
import Testing

struct BodyTests {
    private func body(noise: ActuatorNoise? = nil) -> Body {
        var exact = ActuatorNoise()
        exact.speedSigmaFraction = 0
        exact.turnSigmaFraction = 0
        return Body(
            at: FieldPoint(xMeters: 50, yMeters: 50), headingRadians: 0, arena: Arena(), noise: noise ?? exact,
            dice: Dice(seed: 1, stream: .body))
    }

    @Test func `a body stops by itself 400 ms after its last setpoint`() {
        var body = body()
        body.obey(Setpoint(speedMetersPerSecond: 5, turnRadiansPerSecond: 0), now: 0)
        body.advance(to: 200_000_000)
        #expect(abs(body.place.xMeters - 51) < 1e-9)
        #expect(body.isMoving(at: 399_999_999) && !body.isMoving(at: 400_000_000))
        body.advance(to: 5_000_000_000)
        #expect(abs(body.place.xMeters - 52) < 1e-9)
    }

    @Test func `a half circle is a half circle, looked at once or a thousand times`() {
        var once = body()
        var often = body()
        let setpoint = Setpoint(speedMetersPerSecond: 2, turnRadiansPerSecond: Double.pi / 0.4)
        once.obey(setpoint, now: 0)
        often.obey(setpoint, now: 0)
        once.advance(to: 400_000_000)
        for look in 1...1_000 { often.advance(to: Int64(look) * 400_000) }
        // The motors turn at 2π at most: 0.8π here, radius 1/π.
        #expect(abs(once.headingRadians - 0.8 * Double.pi) < 1e-9)
        #expect((once.place - often.place).lengthMeters < 1e-9)
        #expect(abs(once.place.yMeters - 50 - (1 - Double.cos(0.8 * Double.pi)) / Double.pi) < 1e-9)
    }

    @Test func `walls stop a body, and nonsense does not move it`() {
        var body = body()
        for beat in 0..<100 {
            body.obey(Setpoint(speedMetersPerSecond: 60, turnRadiansPerSecond: 0), now: Int64(beat) * 200_000_000)
        }
        #expect(body.place.xMeters == 100)
        body.obey(Setpoint(speedMetersPerSecond: .nan, turnRadiansPerSecond: .infinity), now: 20_000_000_000)
        body.advance(to: 30_000_000_000)
        #expect(body.place.xMeters == 100 && body.place.yMeters == 50)
    }

    @Test func `odometry tells way and turn since it was last read`() {
        var body = body()
        body.obey(Setpoint(speedMetersPerSecond: 3, turnRadiansPerSecond: 1), now: 0)
        let first = body.takeOdometry(now: 100_000_000)
        let second = body.takeOdometry(now: 300_000_000)
        #expect(abs(first.wayMeters - 0.3) < 1e-9 && abs(second.wayMeters - 0.6) < 1e-9)
        #expect(abs(second.turnedRadians - 0.2) < 1e-9)
    }
}

struct SensesTests {
    @Test func `a camera sees the nearest robots in its 120 degrees, with depth along its axis`() {
        var config = SensorConfig()
        config.camera.pixelSigma = 0
        config.camera.bearingSigmaRadians = 0
        config.readingsPerFrame = 1
        var body = Body(
            at: FieldPoint(xMeters: 50, yMeters: 50), headingRadians: Double.pi / 2, arena: Arena(),
            noise: ActuatorNoise(), dice: Dice(seed: 1, stream: .body))
        let places = [
            FieldPoint(xMeters: 50, yMeters: 50), FieldPoint(xMeters: 50, yMeters: 60),
            FieldPoint(xMeters: 55, yMeters: 55), FieldPoint(xMeters: 50, yMeters: 40),
            FieldPoint(xMeters: 60, yMeters: 50), FieldPoint(xMeters: 50, yMeters: 76),
        ]
        var senses = Senses(
            role: RobotRole(carriesCamera: true, carriesSatelliteReceiver: true), config: config,
            dice: Dice(seed: 1, stream: .sensors), now: 0)
        let reading = senses.read(
            0, body: &body, places: places, isVisible: [Bool](repeating: true, count: 6),
            scene: Scene(physicalTarget: FieldPoint(xMeters: 50, yMeters: 70), virtualTarget: .zero), now: 1_000)
        #expect(reading.detections?.map(\.robot) == [NodeID(1), NodeID(2)])
        let slant = reading.detections?.last
        #expect(abs((slant?.bearingRadians ?? 0) + Double.pi / 4) < 1e-9)
        #expect(abs(config.camera.depthMeters(pixelHeight: slant?.pixelHeight ?? 1) - 5) < 1e-9)
        #expect(reading.target != nil && reading.smellPerMeter == nil && reading.satelliteMeters != nil)
    }

    @Test func `no more robots than the specification's 24 are in a frame, the nearest`() {
        var body = Body(
            at: .zero, headingRadians: 0, arena: Arena(), noise: ActuatorNoise(), dice: Dice(seed: 1, stream: .body))
        let places = (0..<60).map { FieldPoint(xMeters: 24 - Double($0) * 0.35, yMeters: 0) }
        var config = SensorConfig()
        config.readingsPerFrame = 1
        var senses = Senses(
            role: RobotRole(carriesCamera: true, carriesSatelliteReceiver: false), config: config,
            dice: Dice(seed: 1, stream: .sensors), now: 0)
        let reading = senses.read(
            -1, body: &body, places: places, isVisible: [Bool](repeating: true, count: 60),
            scene: Scene(physicalTarget: FieldPoint(xMeters: 50, yMeters: 0), virtualTarget: .zero), now: 1_000)
        #expect(reading.detections?.map(\.robot.number) == (36..<60).map { UInt16($0) })
    }

    @Test func `the smell is the reciprocal distance, one at the source`() {
        var body = Body(
            at: FieldPoint(xMeters: 10, yMeters: 0), headingRadians: 0, arena: Arena(), noise: ActuatorNoise(),
            dice: Dice(seed: 1, stream: .body))
        var config = SensorConfig()
        config.smellSigmaFraction = 0
        var senses = Senses(
            role: RobotRole(carriesCamera: false, carriesSatelliteReceiver: false), config: config,
            dice: Dice(seed: 1, stream: .sensors), now: 0)
        let far = senses.read(
            0, body: &body, places: [.zero], isVisible: [true],
            scene: Scene(physicalTarget: .zero, virtualTarget: .zero), now: 1)
        let near = senses.read(
            0, body: &body, places: [.zero], isVisible: [true],
            scene: Scene(physicalTarget: .zero, virtualTarget: FieldPoint(xMeters: 10.5, yMeters: 0)), now: 2)
        #expect(far.smellPerMeter == 0.1 && near.smellPerMeter == 1 && far.detections == nil)
    }
}
