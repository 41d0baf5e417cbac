import SkeinTasks
import SkeinWire
import Testing

@testable import SkeinPeer

@Suite struct MissionRunnerTests {
    private var tuning: MissionTuning { MissionTuning() }

    private func runner(camera: Bool) -> MissionRunner {
        MissionRunner(
            id: NodeID(1), role: RobotRole(carriesCamera: camera, carriesSatelliteReceiver: false),
            start: StartPose(
                xMeters: 50, yMeters: 50, headingRadians: 0, positionSigmaMeters: 0.1, headingSigmaRadians: 0.01),
            tuning: tuning, random: PeerRandom(seed: 7), now: .zero)
    }

    private func order(_ command: MissionOrder.Command, _ revision: UInt32) -> MissionOrder {
        MissionOrder(revision: revision, command: command, root: NodeID(0))
    }

    private func reading(smell: Double? = nil) -> SensorReading {
        SensorReading(
            interval: .milliseconds(200), speedMetersPerSecond: 0, turnRadiansPerSecond: 0, compassRadians: 0,
            satelliteMeters: nil, smellPerMeter: smell, detections: nil, target: nil)
    }

    private func setpoint(_ actions: [MissionAction]) -> Setpoint? {
        for case .actuate(let setpoint) in actions.reversed() { return setpoint }
        return nil
    }

    private func submitted(_ actions: [MissionAction]) -> (step: UInt32, task: NavigationTask)? {
        for case .submit(let step, let task) in actions { return (step, task) }
        return nil
    }

    /// A camera robot under way to a sighted target, at the start of its first step.
    private func underWay() throws -> (runner: MissionRunner, task: NavigationTask) {
        var runner = runner(camera: true)
        var actions: [MissionAction] = []
        runner.sightingHeard(
            Sighting(revision: 1, xMeters: 90, yMeters: 50, sigmaMeters: 0.5), actions: &actions)
        let isTaken = runner.orderHeard(order(.start, 2), now: .zero, actions: &actions)
        #expect(isTaken)
        let first = try #require(submitted(actions))
        #expect(first.step == 1)
        return (runner, first.task)
    }

    private func answers(_ task: NavigationTask) throws -> [[UInt8]?] {
        try task.split().map { try $0.kernel.run(input: $0.input) }
    }

    @Test func `the higher revision wins, and of equal ones the stop`() {
        var runner = runner(camera: false)
        var actions: [MissionAction] = []
        func take(_ command: MissionOrder.Command, _ revision: UInt32) -> Bool {
            runner.orderHeard(order(command, revision), now: .zero, actions: &actions)
        }
        let before = [take(.organise, 1), take(.start, 1), take(.start, 2)]
        #expect(before == [true, false, true])
        #expect(runner.isRunning)
        let after = [take(.stop, 2), take(.start, 2), take(.stop, 2)]
        #expect(after == [true, false, false])
        #expect(!runner.isRunning)
        #expect(setpoint(actions) == .stop)
        let again = take(.start, 3)
        #expect(again && runner.isRunning)
    }

    @Test func `a robot moves at full speed from the first reading after the start`() throws {
        var (runner, _) = try underWay()
        var actions: [MissionAction] = []
        runner.sensed(reading(), now: .zero + .milliseconds(1), actions: &actions)
        #expect(setpoint(actions)?.speedMetersPerSecond == 6)
    }

    @Test func `before the start nothing drives`() {
        for camera in [false, true] {
            var runner = runner(camera: camera)
            var actions: [MissionAction] = []
            _ = runner.orderHeard(order(.organise, 1), now: .zero, actions: &actions)
            runner.sensed(reading(smell: 0.1), now: .zero, actions: &actions)
            #expect(setpoint(actions)?.speedMetersPerSecond == 0)
        }
    }

    @Test func `a failed step holds the robot for the next, a merged one frees it`() throws {
        var (runner, _) = try underWay()
        var actions: [MissionAction] = []
        runner.taskEnded(
            step: 1, results: Array(repeating: nil, count: NavigationTask.partCount), completed: false,
            now: .zero + .milliseconds(900), actions: &actions)
        runner.sensed(reading(), now: .zero + .milliseconds(950), actions: &actions)
        #expect(setpoint(actions)?.speedMetersPerSecond == 6)
        actions = []
        runner.deadlinePassed(now: .zero + .seconds(1), actions: &actions)
        let second = try #require(submitted(actions))
        runner.sensed(reading(), now: .zero + .milliseconds(1_150), actions: &actions)
        #expect(setpoint(actions) == .stop)
        runner.taskEnded(
            step: second.step, results: try answers(second.task), completed: true, now: .zero + .milliseconds(1_400),
            actions: &actions)
        runner.sensed(reading(), now: .zero + .milliseconds(1_500), actions: &actions)
        #expect(setpoint(actions) == .stop)
        runner.deadlinePassed(now: .zero + .seconds(2), actions: &actions)
        runner.sensed(reading(), now: .zero + .milliseconds(2_100), actions: &actions)
        #expect(setpoint(actions)?.speedMetersPerSecond == 6)
    }

    @Test func `no word about a step is a failed step, and a late word repairs it`() throws {
        var (runner, task) = try underWay()
        var actions: [MissionAction] = []
        runner.deadlinePassed(now: .zero + .seconds(1), actions: &actions)
        runner.sensed(reading(), now: .zero + .milliseconds(1_050), actions: &actions)
        #expect(setpoint(actions) == .stop)
        runner.taskEnded(
            step: 1, results: try answers(task), completed: true, now: .zero + .milliseconds(1_060), actions: &actions)
        runner.sensed(reading(), now: .zero + .milliseconds(1_100), actions: &actions)
        #expect(setpoint(actions)?.speedMetersPerSecond == 6)
    }

    @Test func `results that do not answer the task are a failed step`() throws {
        var (runner, task) = try underWay()
        var actions: [MissionAction] = []
        var results = try answers(task)
        results[0] = [1, 2, 3]
        runner.taskEnded(
            step: 1, results: results, completed: true, now: .zero + .milliseconds(400), actions: &actions)
        runner.deadlinePassed(now: .zero + .seconds(1), actions: &actions)
        runner.sensed(reading(), now: .zero + .milliseconds(1_100), actions: &actions)
        #expect(setpoint(actions) == .stop)
    }

    @Test func `readings that cease stop the robot`() throws {
        var (runner, _) = try underWay()
        var actions: [MissionAction] = []
        runner.sensed(reading(), now: .zero + .milliseconds(100), actions: &actions)
        let silent = Instant.zero + .milliseconds(100) + tuning.readingSilenceMax
        #expect(runner.nextDeadline <= silent)
        actions = []
        runner.deadlinePassed(now: silent, actions: &actions)
        #expect(setpoint(actions) == .stop)
    }

    @Test func `a nose within the radius stops, says so, and lends on`() {
        var runner = runner(camera: false)
        var actions: [MissionAction] = []
        _ = runner.orderHeard(order(.start, 1), now: .zero, actions: &actions)
        runner.sensed(reading(smell: 1 / 3.0), now: .zero, actions: &actions)
        #expect(runner.hasArrived)
        #expect(setpoint(actions) == .stop)
        #expect(actions.contains { if case .record(.arrived) = $0 { true } else { false } })
    }

    @Test func `a camera robot asks once a step until it has arrived`() throws {
        var (runner, _) = try underWay()
        #expect(runner.isRequester && !runner.lendsProcessor)
        var actions: [MissionAction] = []
        runner.sightingHeard(
            Sighting(revision: 2, xMeters: 52, yMeters: 50, sigmaMeters: 0.3), actions: &actions)
        runner.sensed(reading(), now: .zero + .milliseconds(100), actions: &actions)
        #expect(runner.hasArrived && runner.lendsProcessor)
        actions = []
        runner.deadlinePassed(now: .zero + .seconds(1), actions: &actions)
        #expect(submitted(actions) == nil)
    }

    @Test func `beacons that no robot sends leave no trace`() {
        var runner = runner(camera: true)
        let before = runner.beaconFields(now: .zero)
        let bad = PoseField(xMeters: 1e30, yMeters: 0, headingRadians: 0, covariance: [0, 9, 9, 0, 9, 0])
        runner.beaconHeard(
            from: NodeID(2),
            fields: BeaconFields(
                pose: bad, speedMetersPerSecond: 1e30, turnRadiansPerSecond: 0, smellPerMeter: -1,
                best: Smell(xMeters: -1e30, yMeters: 1e30, perMeter: 1e30)), now: .zero)
        #expect(runner.beaconFields(now: .zero) == before)
    }

    @Test func `the picture of a crowd is bounded and fades`() {
        var picture = NeighbourPicture(tuning: tuning)
        let pose = PoseField(runner(camera: false).localiser.estimate)
        let fields = BeaconFields(
            pose: pose, speedMetersPerSecond: 0, turnRadiansPerSecond: 0, smellPerMeter: 0.1, best: .none)
        for robot in 0..<200 as Range<UInt16> {
            picture.heard(NodeID(robot), fields: fields, now: .zero + .milliseconds(Int64(robot)))
        }
        #expect(picture.entries.count == NeighbourPicture.entriesMax)
        #expect(picture.entry(of: NodeID(199)) != nil)
        #expect(picture.entry(of: NodeID(0)) == nil)
        picture.forget(now: .zero + .seconds(20))
        #expect(picture.entries.isEmpty)
    }
}
