import RealModule
import SkeinTasks
import SkeinWire
import Testing

@testable import SkeinPeer

/// What a gust may do to a nose, to a fit and to a crowd: an error that lasts, and that all noses of a place have in common.
@Suite struct GustTests {
    private static let seconds = 0.2
    private let error = SmellError(white: 0.1, gust: 0.3)

    private func point(_ x: Double, _ y: Double) -> FieldPoint { FieldPoint(xMeters: x, yMeters: y) }

    /// A gust that forgets itself in 2.5 s.
    private struct Gust {
        var now: Double
        let sigma: Double

        init(sigma: Double, dice: inout Dice) {
            self.sigma = sigma
            now = sigma * dice.bell()
        }

        mutating func blow(dice: inout Dice) {
            let kept = Double.exp(-GustTests.seconds / 2.5)
            now = kept * now + (1 - kept * kept).squareRoot() * sigma * dice.bell()
        }
    }

    private func smell(at meters: Double, _ gust: Gust, dice: inout Dice) -> Double {
        Double.exp(gust.now + error.white * dice.bell()) / meters
    }

    @Test(arguments: [1.0, 5, 30])
    func `a nose that stands in gusts is as wrong as it says, and on average not wrong`(standing: Double) {
        var dice = Dice(seed: 11)
        var sum = 0.0
        var squares = 0.0
        for _ in 0..<300 {
            var gust = Gust(sigma: error.gust, dice: &dice)
            var range = SmellRange(perMeter: smell(at: 5, gust, dice: &dice), error: error, track: .zero)
            for _ in 0..<Int(standing / Self.seconds) {
                gust.blow(dice: &dice)
                range.smelled(
                    perMeter: smell(at: 5, gust, dice: &dice), error: error, seconds: Self.seconds, track: .zero,
                    belief: nil)
            }
            let wrong = Double.log(range.rangeMeters / 5)
            sum += wrong
            squares += wrong * wrong / (range.sigmaFraction * range.sigmaFraction)
        }
        #expect(abs(sum / 300) < 0.05)
        #expect(squares / 300 < 1.4 && squares / 300 > 0.6)
    }

    @Test func `a reading that comes late has forgotten more of the gust`() {
        func sigma(seconds: Double) -> Double {
            var range = SmellRange(perMeter: 0.2, error: error, track: .zero)
            range.smelled(perMeter: 0.2, error: error, seconds: seconds, track: .zero, belief: nil)
            return range.sigmaFraction
        }
        #expect(sigma(seconds: 5) < 0.8 * sigma(seconds: 0.2))
    }

    @Test func `toward a place that is as wrong as far a move tells nothing`() {
        func sigma(beliefMeters: Double) -> Double {
            var range = SmellRange(perMeter: 0.2, error: error, track: .zero)
            range.smelled(
                perMeter: 0.2, error: error, seconds: Self.seconds, track: point(1.2, 0),
                belief: .init(offset: point(2, 0), sigmaMeters: beliefMeters))
            return range.sigmaMeters
        }
        #expect(sigma(beliefMeters: 2) > sigma(beliefMeters: 0.2))
    }

    /// Noses in half of a disc or in the whole of it, all told by the same gust.
    private func noses(_ count: Int, allRound: Bool, gust: Double, dice: inout Dice) -> [RangeSample] {
        (0..<count).map { _ in
            let angle = dice.uniform(0, allRound ? 2 * .pi : .pi / 2)
            let meters = dice.uniform(3, 12)
            let place = point(meters * Double.cos(angle), meters * Double.sin(angle))
            return RangeSample(
                point: place, rangeMeters: meters * Double.exp(gust + 0.1 * dice.bell()), sigmaFraction: 0.3,
                positionVariance: 0.01)
        }
    }

    private func errors(allRound: Bool) throws -> (rmsMeters: Double, perSigma: Double, sigmaMeters: Double) {
        var dice = Dice(seed: 12)
        var (squares, ratios, sigmas, count) = (0.0, 0.0, 0.0, 0.0)
        for _ in 0..<100 {
            let samples = noses(20, allRound: allRound, gust: 0.3 * dice.bell(), dice: &dice)
            // No fit is an answer; one that is surer than right is not.
            guard let fit = SourceFit(samples, gustFraction: 0.3) else { continue }
            squares += fit.point.lengthMeters * fit.point.lengthMeters
            ratios += fit.point.lengthMeters * fit.point.lengthMeters / (fit.sigmaMeters * fit.sigmaMeters)
            sigmas += fit.sigmaMeters
            count += 1
        }
        try #require(count >= 50)
        return ((squares / count).squareRoot(), ratios / count, sigmas / count)
    }

    @Test func `a gust over all noses shifts no fit by more than its sigma says`() throws {
        let oneSide = try errors(allRound: false)
        #expect(oneSide.perSigma < 1.5)
        let allRound = try errors(allRound: true)
        #expect(allRound.perSigma < 1.5)
        #expect(allRound.rmsMeters < 1)
        #expect(allRound.sigmaMeters < oneSide.sigmaMeters / 1.5)
    }

    @Test func `a nose at the rim closes up though it believes itself in the middle`() throws {
        func velocity(sensedMeters: Double?) -> FieldPoint? {
            Crowd.velocity(
                goal: point(2, 0), sensedMeters: sensedMeters, standoffMeters: 0, headingRadians: 0, proximity: .none,
                tuning: MissionTuning())
        }
        let inward = try #require(velocity(sensedMeters: 4.7))
        #expect(inward.xMeters > 0.5)
        #expect(velocity(sensedMeters: 2) == nil)
        #expect(velocity(sensedMeters: nil) == nil)
    }

    /// A ring that sees nobody.
    private func reading(smell: Double) -> SensorReading {
        var reading = SensorReading(
            interval: .milliseconds(200), speedMetersPerSecond: 0, turnRadiansPerSecond: 0, compassRadians: 0,
            satelliteMeters: nil, smellPerMeter: smell, detections: nil, target: nil)
        reading.ranges = (0..<36).map {
            let half = Double.pi / 36
            return SensorReading.Range(
                bearingRadians: Pose.wrapped(Double($0) * 2 * half), halfAngleRadians: half, meters: 5)
        }
        return reading
    }

    @Test
    func `an arrived robot drives on inward while its nose smells the rim, and stands where it smells the middle`() {
        for (meters, drives) in [(4.4, true), (2.0, false)] {
            var runner = MissionRunner(
                id: NodeID(1), role: RobotRole(carriesCamera: false, carriesSatelliteReceiver: false),
                start: StartPose(
                    xMeters: 50, yMeters: 50, headingRadians: 0, positionSigmaMeters: 0.1, headingSigmaRadians: 0.01),
                tuning: MissionTuning(), random: PeerRandom(seed: 7), now: .zero)
            var actions: [MissionAction] = []
            _ = runner.orderHeard(
                MissionOrder(revision: 1, command: .start, root: NodeID(0)), now: .zero, actions: &actions)
            // The swarm's place is 2 m ahead.
            let fields = BeaconFields(
                pose: PoseField(runner.localiser.estimate), speedMetersPerSecond: 0, turnRadiansPerSecond: 0,
                smellPerMeter: 0, best: Smell(xMeters: 52, yMeters: 50, perMeter: 2))
            for step in 0..<10 {
                let now = Instant.zero + .milliseconds(200 * Int64(step))
                actions = []
                runner.beaconHeard(from: NodeID(2), fields: fields, now: now)
                runner.sensed(reading(smell: 1 / meters), now: now, actions: &actions)
            }
            #expect(runner.hasArrived)
            var speed = 0.0
            for case .actuate(let setpoint) in actions { speed = setpoint.speedMetersPerSecond }
            #expect((speed > 0.5) == drives, "\(meters) m: \(speed) m/s")
        }
    }
}
