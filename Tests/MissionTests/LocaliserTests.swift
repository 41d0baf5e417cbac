import SkeinTasks
import SkeinWire
import Testing

@testable import SkeinPeer

@Suite struct LocaliserTests {
    private func localiser(heading: Double = 0) -> Localiser {
        Localiser(
            start: StartPose(
                xMeters: 10, yMeters: 20, headingRadians: heading, positionSigmaMeters: 0.5,
                headingSigmaRadians: 0.05),
            tuning: MissionTuning())
    }

    private func reading(
        speed: Double = 6, turn: Double = 0, compass: Double? = nil, satellite: (x: Double, y: Double)? = nil
    ) -> SensorReading {
        SensorReading(
            interval: .milliseconds(200), speedMetersPerSecond: speed, turnRadiansPerSecond: turn,
            compassRadians: compass, satelliteMeters: satellite, smellPerMeter: nil, detections: nil, target: nil)
    }

    @Test func `a result that comes late counts as if it had been in time`() throws {
        var late = localiser()
        late.frameTaken()
        let begun = late.taskBegins()
        var posterior = try #require(begun).estimate
        posterior.pose.xMeters += 0.7
        posterior.covariance = 0.25 * posterior.covariance
        var intime = late
        let isMergedInTime = intime.taskMerged(posterior)
        #expect(isMergedInTime)
        for index in 0..<8 {
            let next = reading(turn: 0.3, compass: 0.06 * Double(index + 1))
            late.sensed(next)
            intime.sensed(next)
        }
        #expect(late.estimate != intime.estimate)
        let isMerged = late.taskMerged(posterior)
        #expect(isMerged)
        #expect(late.estimate == intime.estimate)
    }

    @Test func `a result that comes before the next reading counts as well`() throws {
        var localiser = localiser()
        localiser.sensed(reading())
        localiser.frameTaken()
        let begun = localiser.taskBegins()
        var posterior = try #require(begun).estimate
        posterior.pose.xMeters += 0.7
        let isMerged = localiser.taskMerged(posterior)
        #expect(isMerged)
        #expect(localiser.estimate == posterior)
        localiser.sensed(reading())
        #expect(abs(localiser.position.xMeters - posterior.pose.xMeters - 1.2) < 1e-9)
    }

    @Test func `the next frame stands on the late result`() throws {
        var localiser = localiser()
        localiser.frameTaken()
        let begun = localiser.taskBegins()
        var posterior = try #require(begun).estimate
        posterior.pose.yMeters += 1
        localiser.sensed(reading())
        localiser.frameTaken()
        localiser.sensed(reading())
        let isMerged = localiser.taskMerged(posterior)
        #expect(isMerged)
        let later = localiser.taskBegins()
        let next = try #require(later).estimate
        #expect(abs(next.pose.yMeters - 21) < 1e-9)
        #expect(abs(next.pose.xMeters - 11.2) < 1e-9)
    }

    @Test func `a log that outgrows its bound costs the result, not the estimate`() throws {
        var localiser = localiser()
        localiser.frameTaken()
        let begun = localiser.taskBegins()
        let posterior = try #require(begun).estimate
        for _ in 0...LocaliserLog.entriesMax { localiser.sensed(reading(speed: 1)) }
        let isMerged = localiser.taskMerged(posterior)
        #expect(!isMerged)
        #expect(localiser.estimate.isSane)
    }

    @Test func `the compass is taken across the cut of the circle`() {
        var localiser = localiser(heading: 3.12)
        for _ in 0..<50 { localiser.sensed(reading(speed: 0, compass: -3.13)) }
        #expect(abs(Pose.wrapped(localiser.headingRadians + 3.13)) < 0.02)
    }

    @Test func `a satellite receiver knows where it is`() {
        var localiser = localiser()
        localiser.sensed(reading(speed: 0, satellite: (x: 10.4, y: 19.7)))
        #expect(abs(localiser.position.xMeters - 10.4) < 0.02)
        #expect(localiser.positionSigmaMeters < 0.03)
    }

    @Test func `numbers that no sensor means change nothing`() {
        var localiser = localiser()
        let before = localiser.estimate
        localiser.sensed(reading(speed: .nan, turn: .infinity, compass: .nan, satellite: (x: .nan, y: 1e300)))
        #expect(localiser.estimate == before)
    }

    @Test func `a pose survives the air`() throws {
        var localiser = localiser()
        for _ in 0..<20 { localiser.sensed(reading(turn: 0.5, compass: localiser.headingRadians)) }
        let heard = try #require(PoseField(localiser.estimate).estimate)
        #expect(abs(heard.pose.xMeters - localiser.position.xMeters) < 1e-4)
    }

    @Test func `a fix moves a robot that knows less, and a far one is refused`() {
        var localiser = localiser()
        let sharp = Symmetric2(xx: 0.01, xy: 0, yy: 0.01)
        let near = PositionFix(xMeters: 10.5, yMeters: 20.2, covariance: sharp)
        let nearby = localiser.fixHeard(near)
        #expect(nearby != .uninformative)
        #expect(abs(localiser.position.xMeters - 10.5) < 0.1)
        let after = localiser.estimate
        let far = PositionFix(xMeters: 60, yMeters: 20, covariance: Symmetric2(xx: 1e-4, xy: 0, yy: 1e-4))
        let distant = localiser.fixHeard(far)
        #expect(distant == .gatedOut)
        #expect(localiser.estimate == after)
    }
}
