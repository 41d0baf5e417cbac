import SkeinTasks
import SkeinWire
import Testing

@testable import SkeinPeer

/// What a stop does to one robot's part in the mission.
struct StoppedMissionTests {
    private static func runner() -> MissionRunner {
        MissionRunner(
            id: NodeID(1), role: RobotRole(carriesCamera: true, carriesSatelliteReceiver: true),
            start: StartPose(
                xMeters: 20, yMeters: 20, headingRadians: 0, positionSigmaMeters: 0.1, headingSigmaRadians: 0.01),
            tuning: MissionTuning(), random: PeerRandom(seed: 1), now: .zero)
    }

    private static func order(_ revision: UInt32, _ command: MissionOrder.Command) -> MissionOrder {
        MissionOrder(revision: revision, command: command, root: NodeID(0))
    }

    /// The setpoints of readings over some seconds.
    private static func drive(_ runner: inout MissionRunner, from start: Double, seconds: Double) -> [Setpoint] {
        var setpoints: [Setpoint] = []
        for tick in 0..<Int(seconds * 5) {
            var actions: [MissionAction] = []
            let now = Instant.zero + .fromSeconds(start + Double(tick) * 0.2)
            if runner.nextDeadline <= now { runner.deadlinePassed(now: now, actions: &actions) }
            runner.sensed(
                SensorReading(
                    interval: .milliseconds(200), speedMetersPerSecond: 0, turnRadiansPerSecond: 0, compassRadians: 0,
                    satelliteMeters: (x: 20, y: 20), smellPerMeter: nil, detections: [], target: nil),
                now: now, actions: &actions)
            for case .actuate(let setpoint) in actions { setpoints.append(setpoint) }
        }
        return setpoints
    }

    @Test func `nothing an order says moves a robot while a stop is in force`() {
        var runner = Self.runner()
        var actions: [MissionAction] = []
        _ = runner.orderHeard(Self.order(1, .start), now: .zero, actions: &actions)
        #expect(Self.drive(&runner, from: 0, seconds: 3).contains { $0 != .stop })
        runner.stopped(actions: &actions)
        for (place, command) in [MissionOrder.Command.organise, .start, .stop, .start].enumerated() {
            #expect(
                runner.orderHeard(
                    Self.order(UInt32(place + 2), command), now: .zero + .seconds(3), actions: &actions))
            let setpoints = Self.drive(&runner, from: 3 + Double(place), seconds: 1)
            #expect(!setpoints.isEmpty && setpoints.allSatisfy { $0 == .stop })
        }
    }

    @Test func `a release leaves it standing until the next order`() {
        var runner = Self.runner()
        var actions: [MissionAction] = []
        _ = runner.orderHeard(Self.order(1, .start), now: .zero, actions: &actions)
        runner.stopped(actions: &actions)
        _ = runner.orderHeard(Self.order(2, .start), now: .zero, actions: &actions)
        runner.released()
        #expect(Self.drive(&runner, from: 1, seconds: 3).allSatisfy { $0 == .stop })
        #expect(!runner.orderHeard(Self.order(2, .start), now: .zero + .seconds(4), actions: &actions))
        #expect(runner.orderHeard(Self.order(3, .start), now: .zero + .seconds(4), actions: &actions))
        #expect(Self.drive(&runner, from: 4, seconds: 3).contains { $0 != .stop })
    }

    @Test func `the stop is the first row of the table`() {
        #expect(Safety.table.first == Safety.Row(condition: .stopped, permission: .stand))
    }
}
