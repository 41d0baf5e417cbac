import SkeinTasks
import SkeinWire
import Testing

@testable import SkeinPeer

/// What comes late counts for when it was measured.
@Suite struct LateMeasurementTests {
    private func localiser() -> Localiser {
        Localiser(
            start: StartPose(
                xMeters: 10, yMeters: 20, headingRadians: 0.1, positionSigmaMeters: 0.5, headingSigmaRadians: 0.05),
            tuning: MissionTuning())
    }

    private func reading(
        compass: Double? = nil, compassAge: Double = 0, satellite: (x: Double, y: Double)? = nil,
        satelliteAge: Double = 0
    ) -> SensorReading {
        var reading = SensorReading(
            interval: .milliseconds(200), speedMetersPerSecond: 5, turnRadiansPerSecond: 0.2, compassRadians: compass,
            satelliteMeters: satellite, smellPerMeter: nil, detections: nil, target: nil)
        reading.compassAge = .fromSeconds(compassAge)
        reading.satelliteAge = .fromSeconds(satelliteAge)
        return reading
    }

    private func differ(_ one: PoseEstimate, _ other: PoseEstimate) -> Double {
        let p = one.covariance
        let q = other.covariance
        return [
            one.pose.xMeters - other.pose.xMeters, one.pose.yMeters - other.pose.yMeters,
            one.pose.headingRadians - other.pose.headingRadians, p.xx - q.xx, p.xy - q.xy, p.xh - q.xh, p.yy - q.yy,
            p.yh - q.yh, p.hh - q.hh,
        ].map(abs).max() ?? 0
    }

    @Test func `measurements out of order make the estimate that they make in order`() {
        var late = localiser()
        var intime = localiser()
        intime.sensed(reading(compass: 0.15))
        intime.sensed(reading(satellite: (x: 12.1, y: 20.3)))
        intime.sensed(reading(compass: 0.21))
        intime.sensed(reading())
        late.sensed(reading())
        late.sensed(reading())
        late.sensed(reading(compass: 0.21))
        late.sensed(reading(compass: 0.15, compassAge: 0.6, satellite: (x: 12.1, y: 20.3), satelliteAge: 0.4))
        #expect(differ(late.estimate, intime.estimate) < 1e-12)
        #expect(differ(late.alone.estimate, intime.alone.estimate) < 1e-12)
    }

    @Test func `a measurement in the middle of a motion divides it`() {
        var late = localiser()
        var intime = localiser()
        for _ in 0..<3 {
            late.sensed(reading())
            intime.sensed(reading())
        }
        // At 5 m/s half a metre after the second reading.
        let then = intime.estimate
        late.sensed(reading(satellite: (x: then.pose.xMeters, y: then.pose.yMeters), satelliteAge: 0.2))
        let boundary = late.estimate
        var middle = localiser()
        for _ in 0..<4 { middle.sensed(reading()) }
        var half = then
        half = half.propagated(
            Motion(
                speedMetersPerSecond: 5, turnRadiansPerSecond: 0.2, durationSeconds: 0.1, speedVariance: 0,
                turnVariance: 0))
        middle.sensed(
            reading(satellite: (x: half.pose.xMeters, y: half.pose.yMeters), satelliteAge: 0.3))
        #expect(abs(middle.position.xMeters - boundary.pose.xMeters - 1) < 0.05)
        #expect(middle.positionSigmaMeters < 0.2)
    }

    @Test func `DGPS that is late by 0.4 s is as good as it was, and not 2 m behind`() {
        var robot = LoneRobot(seed: 4)
        robot.speed = 5
        robot.satelliteDelay = 2
        robot.drive(seconds: 10)
        var worst = 0.0
        for _ in 0..<200 {
            robot.step()
            worst = max(worst, robot.errorMeters)
        }
        #expect(worst < 0.5)
        #expect(robot.localiser.report[.satellite].gatedOut <= 3)
        #expect(robot.events.isEmpty)
    }

    @Test func `what is older than two seconds is counted and left out`() {
        var localiser = localiser()
        for _ in 0..<20 { localiser.sensed(reading()) }
        var without = localiser
        without.sensed(reading())
        localiser.sensed(reading(compass: 0.5, compassAge: 2.5, satellite: (x: 0, y: 0), satelliteAge: 3))
        #expect(localiser.estimate == without.estimate)
        #expect(localiser.report[.compass].tooOld == 1 && localiser.report[.satellite].tooOld == 1)
        let fix = PositionFix(xMeters: 12, yMeters: 20, covariance: Symmetric2(xx: 0.01, xy: 0, yy: 0.01))
        let reception = localiser.fixHeard(fix, from: NodeID(3), age: .seconds(9))
        #expect(reception == .uninformative && localiser.report[.fixes].tooOld == 1)
        #expect(localiser.estimate == without.estimate)
    }

    @Test func `a fix counts for when its frame was taken`() {
        var late = localiser()
        var intime = localiser()
        let fix = PositionFix(xMeters: 11.3, yMeters: 20.4, covariance: Symmetric2(xx: 0.01, xy: 0, yy: 0.01))
        for index in 0..<6 {
            late.sensed(reading())
            intime.sensed(reading())
            if index == 0 { _ = intime.fixHeard(fix, from: NodeID(3)) }
        }
        _ = late.fixHeard(fix, from: NodeID(3), age: .seconds(1))
        #expect(differ(late.estimate, intime.estimate) < 1e-12)
    }

    @Test func `a fix from before the last merged frame is carried along by odometry`() throws {
        var localiser = localiser()
        localiser.sensed(reading())
        let before = localiser.position
        localiser.sensed(reading())
        localiser.frameTaken()
        let begun = localiser.taskBegins()
        let posterior = try #require(begun).estimate
        localiser.sensed(reading())
        let isMerged = localiser.taskMerged(posterior)
        #expect(isMerged)
        let here = localiser.position
        let fix = PositionFix(
            xMeters: before.xMeters, yMeters: before.yMeters + 0.3, covariance: Symmetric2(xx: 0.01, xy: 0, yy: 0.01))
        let reception = localiser.fixHeard(fix, from: NodeID(3), age: .milliseconds(400))
        guard case .fused = reception else {
            Issue.record("\(reception)")
            return
        }
        #expect(abs(localiser.position.yMeters - here.yMeters - 0.3) < 0.1)
        #expect(abs(localiser.position.xMeters - here.xMeters) < 0.1)
    }

    @Test func `the log stays bounded however many measurements come late`() {
        var robot = LoneRobot(seed: 9)
        robot.satelliteDelay = 5
        robot.compassDelay = 3
        robot.drive(seconds: 60)
        for round in 0..<2_000 { robot.fixHeard(metersEast: 0, sigma: 0.01, from: UInt16(round % 7), age: 1.1) }
        robot.drive(seconds: 4)
        #expect(robot.localiser.estimate.isSane)
        #expect(robot.localiser.logCount <= LocaliserLog.entriesMax)
    }
}
