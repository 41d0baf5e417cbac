import SkeinTasks
import SkeinWire
import Testing

@testable import SkeinPeer

/// Robots that tell each other for minutes where they are learn nothing from it but what somebody's sensors gave.
@Suite struct ExchangeTests {
    private static let seeds = 20

    /// The mean over runs of the robots' position NEES, two of an honest estimate, and the least variance of all.
    private func measure(
        satellite: Int?, seconds: Int
    ) throws -> (nees: Double, leastVariance: Double, sigmas: [Double], fused: Int) {
        var nees = 0.0
        var least = Double.infinity
        var sigmas: [Double] = []
        var fused = 0
        for seed in 0..<Self.seeds {
            var swarm = StandingSwarm(seed: UInt64(seed + 1), satellite: satellite)
            try swarm.stand(seconds: seconds)
            let count = Double(swarm.robots.count * Self.seeds)
            for index in swarm.robots.indices {
                nees += swarm.positionNees(index) / count
                least = min(least, swarm.leastVariance(index))
                if index != satellite { sigmas.append(swarm.robots[index].localiser.positionSigmaMeters) }
            }
            fused += swarm.fused
        }
        return (nees, least, sigmas, fused)
    }

    /// Chi-square's 97.5 % of forty degrees: the robots of a run may all err as one, two degrees in each of twenty runs.
    private static let neesMax = 59.34 / 20

    @Test func `without anybody who knows the field nobody becomes surer than the surest was`() throws {
        let surest = StandingSwarm.startSigmaMeters(0)
        for seconds in [20, 180] {
            let found = try measure(satellite: nil, seconds: seconds)
            #expect(found.leastVariance >= surest * surest * (1 - 1e-5), "after \(seconds) s")
            #expect(found.nees <= Self.neesMax, "after \(seconds) s")
            #expect(found.fused > 0)
        }
    }

    @Test(arguments: [0, 5])
    func `what one receiver gives everybody is believed, and not more`(satellite: Int) throws {
        // Five fixes a second for three minutes, each as good as the receiver is.
        let sigma = MissionTuning().satelliteSigmaMeters
        let given = sigma * sigma / (5 * 180)
        let found = try measure(satellite: satellite, seconds: 180)
        #expect(found.leastVariance >= given * (1 - 1e-3))
        #expect(found.nees <= Self.neesMax)
        // It does reach them.
        #expect(found.sigmas.allSatisfy { $0 < 0.3 })
    }

    @Test func `what a beacon has told is the robot's own no more`() throws {
        let tuning = MissionTuning()
        var localiser = Localiser(
            start: StartPose(
                xMeters: 0, yMeters: 0, headingRadians: 0, positionSigmaMeters: 0.1, headingSigmaRadians: 0.02),
            tuning: tuning)
        func independent() throws -> Symmetric3 {
            localiser.frameTaken()
            let begun = localiser.taskBegins()
            localiser.taskFailed()
            return try #require(begun).independent
        }
        let reading = SensorReading(
            interval: .milliseconds(200), speedMetersPerSecond: 1, turnRadiansPerSecond: 0.1, compassRadians: 0,
            satelliteMeters: nil, smellPerMeter: nil, detections: nil, target: nil)
        #expect(try independent() == .zero)
        localiser.sensed(reading)
        let driven = try independent()
        #expect(driven.xx > 0 && driven.hh > 0)
        localiser.beaconSent()
        #expect(try independent() == .zero)
        localiser.sensed(reading)
        let later = try independent()
        #expect(later.xx > 0 && later.xx <= driven.xx * 1.01)
    }

    @Test func `beacons of a robot without sensors do not fill its log`() {
        var localiser = Localiser(
            start: StartPose(
                xMeters: 0, yMeters: 0, headingRadians: 0, positionSigmaMeters: 0.1, headingSigmaRadians: 0.02),
            tuning: MissionTuning())
        for _ in 0..<2_000 { localiser.beaconSent() }
        #expect(localiser.logCount <= LocaliserLog.entriesMax)
    }
}
