import RealModule
import SkeinTasks
import SkeinWire
import Testing

@testable import SkeinPeer

/// Where a robot goes by what it knows of the source, and where a camera robot goes that nobody helps.
@Suite struct SearchTests {
    private let tuning = MissionTuning()

    private func point(_ x: Double, _ y: Double) -> FieldPoint { FieldPoint(xMeters: x, yMeters: y) }

    private func localiser(at place: FieldPoint) -> Localiser {
        Localiser(
            start: StartPose(
                xMeters: place.xMeters, yMeters: place.yMeters, headingRadians: 0, positionSigmaMeters: 0.1,
                headingSigmaRadians: 0.01),
            tuning: tuning)
    }

    /// How much the directions of twenty steps agree, 0…1, for a robot that far west of a place of which somebody claims that
    /// the source is `claimedMeters` from it.
    private func agreement(metersFromGoal: Double, claimedMeters: Double) throws -> Double {
        let here = point(50 - metersFromGoal, 50)
        let localiser = localiser(at: here)
        var search = SourceSearch(tuning: tuning, random: PeerRandom(seed: 3))
        let picture = NeighbourPicture(tuning: tuning)
        // The own smell is no nearer than the claim, and contradicts it nowhere.
        search.smelled(perMeter: 1 / (1.2 * claimedMeters), interval: .milliseconds(200), localiser: localiser)
        search.heard(
            Smell(xMeters: 50, yMeters: 50, perMeter: Float(1 / claimedMeters)), localiser: localiser, picture: picture)
        try #require(search.held.map { abs($0.sigmaMeters - claimedMeters) < 0.1 } ?? false)
        var sum = FieldPoint.zero
        for _ in 0..<20 {
            search.stepBegan(localiser: localiser, picture: picture)
            let velocity = try #require(search.velocity(localiser: localiser))
            sum = sum + (1 / velocity.lengthMeters) * velocity
        }
        return sum.lengthMeters / 20
    }

    @Test func `nobody crowds round the best smell so far: near it, by its own measure, a robot looks elsewhere`()
        throws
    {
        // A tenth of 40 m is 4 m, and of 80 m no more than 5 m.
        let near = [(2.0, 40.0), (3.8, 40), (4.8, 80)]
        for (meters, claimed) in near {
            #expect(try agreement(metersFromGoal: meters, claimedMeters: claimed) < 0.6, "\(meters) of \(claimed) m")
        }
        let far = [(2.0, 16.0), (4.2, 40), (5.2, 80)]
        for (meters, claimed) in far {
            #expect(try agreement(metersFromGoal: meters, claimedMeters: claimed) > 0.99, "\(meters) of \(claimed) m")
        }
    }

    @Test func `where the source is known the way there is straight, wherever the robot smelled most before`() throws {
        var search = SourceSearch(tuning: tuning, random: PeerRandom(seed: 4))
        let picture = NeighbourPicture(tuning: tuning)
        // A gust has made the robot smell much in the north, 30 m from here.
        search.smelled(perMeter: 1 / 47.0, interval: .milliseconds(200), localiser: localiser(at: point(20, 80)))
        let here = localiser(at: point(20, 50))
        search.heard(Smell(xMeters: 70, yMeters: 50, perMeter: 0.5), localiser: here, picture: picture)
        try #require(search.held?.point.xMeters == 70)
        for _ in 0..<20 {
            search.stepBegan(localiser: here, picture: picture)
            let velocity = try #require(search.velocity(localiser: here))
            #expect(velocity.xMeters > 0 && abs(velocity.yMeters) < 0.01 * velocity.xMeters)
        }
    }

    // MARK: A camera robot that nobody helps

    /// One whose steps fail, or succeed, for so long, with a source that it has heard of; what it is told to drive.
    private func setpoint(failedSteps: Int, source: FieldPoint, isHelpedAfter: Bool = false) throws -> Setpoint {
        var runner = MissionRunner(
            id: NodeID(1), role: RobotRole(carriesCamera: true, carriesSatelliteReceiver: false),
            start: StartPose(
                xMeters: 50, yMeters: 50, headingRadians: 0, positionSigmaMeters: 0.1, headingSigmaRadians: 0.01),
            tuning: tuning, random: PeerRandom(seed: 7), now: .zero)
        var actions: [MissionAction] = []
        _ = runner.orderHeard(
            MissionOrder(revision: 2, command: .start, root: NodeID(0)), now: .zero, actions: &actions)
        let fields = BeaconFields(
            pose: PoseField(runner.localiser.estimate), speedMetersPerSecond: 0, turnRadiansPerSecond: 0,
            smellPerMeter: 0,
            best: Smell(xMeters: Float(source.xMeters), yMeters: Float(source.yMeters), perMeter: 1))
        runner.beaconHeard(from: NodeID(2), fields: fields, now: .zero)
        for second in 1...failedSteps {
            let isHelped = isHelpedAfter && second == failedSteps
            var answers = [[UInt8]?](repeating: nil, count: NavigationTask.partCount)
            for case .submit(_, let task) in actions where isHelped {
                answers = try task.split().map { try $0.kernel.run(input: $0.input) }
            }
            runner.taskEnded(
                step: runner.step, results: answers, completed: isHelped,
                now: .zero + .milliseconds(1_000 * Int64(second) - 500), actions: &actions)
            actions = []
            runner.deadlinePassed(now: .zero + .seconds(second), actions: &actions)
        }
        let submitted = actions
        let reading = SensorReading(
            interval: .milliseconds(200), speedMetersPerSecond: 0, turnRadiansPerSecond: 0, compassRadians: 0,
            satelliteMeters: nil, smellPerMeter: nil, detections: nil, target: nil)
        runner.sensed(reading, now: .zero + .milliseconds(1_000 * Int64(failedSteps) + 100), actions: &actions)
        try #require(submitted.contains { if case .submit = $0 { true } else { false } })
        for case .actuate(let setpoint) in actions.reversed() { return setpoint }
        throw Missing()
    }

    private struct Missing: Error {}

    @Test func `left alone it goes where helpers gather, whichever side that is`() throws {
        let ahead = try setpoint(failedSteps: 3, source: point(90, 50))
        #expect(ahead.speedMetersPerSecond == 6)
        #expect(abs(ahead.turnRadiansPerSecond) < 0.1)
        let left = try setpoint(failedSteps: 3, source: point(50, 90))
        #expect(left.turnRadiansPerSecond > 1)
        let right = try setpoint(failedSteps: 3, source: point(50, 10))
        #expect(right.turnRadiansPerSecond < -1)
    }

    @Test func `helped, or near the helpers already, it looks for the target wherever they are`() throws {
        let helped = try [point(50, 90), point(50, 10)].map {
            try setpoint(failedSteps: 4, source: $0, isHelpedAfter: true)
        }
        #expect(helped[0] == helped[1])
        let near = try [point(50, 59), point(50, 41)].map { try setpoint(failedSteps: 3, source: $0) }
        #expect(near[0] == near[1])
    }
}
