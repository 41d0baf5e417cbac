import RealModule
import SkeinTasks
import SkeinWire
import Testing

@testable import SkeinPeer

/// What others say of where a robot is, when they lie.
@Suite struct GateTests {
    private let tuning = MissionTuning()

    private func localiser() -> Localiser {
        Localiser(
            start: StartPose(
                xMeters: 10, yMeters: 20, headingRadians: 0, positionSigmaMeters: 0.5, headingSigmaRadians: 0.02),
            tuning: tuning)
    }

    private func reading(speed: Double = 6, satellite: (x: Double, y: Double)? = nil) -> SensorReading {
        SensorReading(
            interval: .milliseconds(200), speedMetersPerSecond: speed, turnRadiansPerSecond: 0, compassRadians: 0,
            satelliteMeters: satellite, smellPerMeter: nil, detections: nil, target: nil)
    }

    @Test func `fixes that pull again and again bring a robot no farther than its own errors explain`() {
        var localiser = localiser()
        var gatedOut = 0
        for _ in 0..<200 {
            localiser.sensed(reading(speed: 1))
            // Each just inside what the filter itself lets pass.
            let here = localiser.estimate
            let fix = PositionFix(
                xMeters: here.pose.xMeters + 3 * here.covariance.xx.squareRoot(), yMeters: here.pose.yMeters,
                covariance: 0.1 * here.covariance.position)
            if case .gatedOut = localiser.fixHeard(fix) { gatedOut += 1 }
            #expect(localiser.alone.explains(localiser.estimate, tuning: tuning))
        }
        #expect(gatedOut > 0, "the filter alone would have let all pass")
    }

    @Test func `the leash grows with the way and a satellite fix shortens it`() {
        var localiser = localiser()
        var far = localiser.estimate
        far.pose.xMeters += 4
        #expect(!localiser.alone.explains(far, tuning: tuning))
        for _ in 0..<100 { localiser.sensed(reading()) }
        far = localiser.estimate
        far.pose.xMeters += 4
        #expect(localiser.alone.explains(far, tuning: tuning), "after 120 m")
        localiser.sensed(reading(satellite: (x: localiser.position.xMeters, y: localiser.position.yMeters)))
        #expect(!localiser.alone.explains(far, tuning: tuning))
    }

    @Test func `a poisoned posterior is not taken`() throws {
        var localiser = localiser()
        localiser.frameTaken()
        let begun = localiser.taskBegins()
        var posterior = try #require(begun).estimate
        posterior.pose.xMeters += 30
        posterior.covariance = 1e-4 * posterior.covariance
        let before = localiser.estimate
        let isTaken = localiser.taskMerged(posterior)
        #expect(!isTaken && localiser.estimate == before)
    }

    private func rays(liars: [Int: Double], of count: Int) -> [EkfRay] {
        (0..<count).map { index in
            let bearing = -0.8 + 1.6 * Double(index) / Double(max(1, count - 1))
            let depth = 8.0
            let range = depth / Double.cos(bearing)
            let off = liars[index] ?? 0
            return EkfRay(
                node: NodeID(UInt16(100 + index)),
                estimate: PoseEstimate(
                    pose: Pose(
                        xMeters: 50 + range * Double.cos(bearing) + off, yMeters: 50 + range * Double.sin(bearing),
                        headingRadians: 0),
                    covariance: .diagonal(0.01, 0.01, 0.01)), motion: .none,
                detection: EkfDetection(
                    bearingRadians: bearing,
                    pixelHeight: tuning.camera.focalPixels * tuning.camera.bodyMeters / depth))
        }
    }

    private func believed(liars: [Int: Double], of count: Int) -> [Int] {
        let own = PoseEstimate(
            pose: Pose(xMeters: 50, yMeters: 50, headingRadians: 0), covariance: .diagonal(100, 100, 0.001))
        return Witnesses.credible(rays(liars: liars, of: count), own: own, camera: tuning.camera).map {
            Int($0.node.number) - 100
        }
    }

    @Test func `a witness whom the others contradict is left out, also where the own filter knows nothing`() {
        #expect(believed(liars: [:], of: 6) == [0, 1, 2, 3, 4, 5])
        #expect(believed(liars: [1: 100], of: 3) == [0, 2])
        #expect(believed(liars: [1: 3], of: 3) == [0, 2])
        #expect(believed(liars: [1: 5, 3: 5], of: 5) == [0, 2, 4], "two that lie alike")
        #expect(believed(liars: [1: 100], of: 2) == [0, 1], "of two nobody knows which")
        #expect(believed(liars: [1: 5, 3: 5], of: 4) == [], "without a majority nobody")
    }

    @Test func `a detection of nothing is no witness`() {
        var broken = rays(liars: [:], of: 3)
        broken[1].detection.pixelHeight = .nan
        let own = PoseEstimate(
            pose: Pose(xMeters: 50, yMeters: 50, headingRadians: 0), covariance: .diagonal(1, 1, 0.001))
        #expect(Witnesses.credible(broken, own: own, camera: tuning.camera).count == 2)
    }

    @Test func `one source is heard once a step`() {
        var sources = FixSources()
        var taken = 0
        for tick in 0..<50 {
            if sources.admit(NodeID(1), spacing: .milliseconds(800), now: .zero + .milliseconds(100 * tick)) {
                taken += 1
            }
        }
        #expect(taken == 7)
        for number in 0..<100 as Range<UInt16> {
            let isTaken = sources.admit(NodeID(number + 2), spacing: .seconds(1), now: .zero + .seconds(5))
            #expect(isTaken, "a full table forgets")
        }
    }

    // MARK: Whole swarms

    /// The worst error of honest robots at the end, of two runs: with liars, and without.
    private func errors(seed: UInt64, _ change: (inout Swarm.Noise) -> Void) -> (with: Double, without: Double) {
        func worst(_ noise: Swarm.Noise, except liars: [Int]) -> Double {
            var swarm = Swarm(layout: Layout.random(seed: seed, count: 60, cameras: 20), noise: noise, seed: seed)
            _ = swarm.fly()
            return swarm.bodies.indices.filter { !liars.contains($0) }.map { swarm.errorMeters($0) }.max() ?? 0
        }
        var noise = Swarm.Noise()
        change(&noise)
        let liars = noise.placeLiars + noise.fixLiars
        return (worst(noise, except: liars), worst(Swarm.Noise(), except: liars))
    }

    @Test(arguments: [(100.0, 0.0), (3, 0), (0, 0.3)])
    func `robots that lie about their place do not drag the honest ones`(meters: Double, metersPerSecond: Double) {
        for seed in 0..<6 as Range<UInt64> {
            let error = errors(seed: seed) {
                $0.placeLiars = [2, 25, 40]
                $0.lieMeters = meters
                $0.lieMetersPerSecond = metersPerSecond
            }
            // Who drifts slowly may be the only witness: then the leash holds, and only it.
            let bound = metersPerSecond > 0 ? 4 : 1.5
            withKnownIssue(
                "since fixes count for when they were true, lies of 3 m move honest robots by up to 1.6 m",
                isIntermittent: true
            ) {
                #expect(error.with <= error.without + bound, "seed \(seed): \(error)")
            } when: {
                meters == 3 && metersPerSecond == 0
            }
        }
    }

    @Test(arguments: [100.0, 1, 0.2])
    func `a camera robot that pulls everybody moves nobody beyond its own errors`(meters: Double) {
        for seed in 0..<6 as Range<UInt64> {
            let error = errors(seed: seed) {
                $0.fixLiars = [3]
                $0.fixMeters = meters
            }
            #expect(error.with <= error.without + 4, "seed \(seed): \(error)")
        }
    }
}
