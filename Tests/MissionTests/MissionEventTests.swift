import SkeinTasks
import SkeinWire
import Testing

@testable import SkeinPeer

/// What a robot tells of a mission with a plan: each thing once, when it happens.
@Suite struct MissionEventTests {
    private var plan: MissionPlan {
        let way = MissionPlan.Way(waypoints: [.init(point: FieldPoint(xMeters: 80, yMeters: 50))])
        var plan = MissionPlan(
            name: "patrol", revision: 1,
            roles: [
                MissionPlan.Role(name: "walker", count: 1, goal: .waypoints(way)),
                MissionPlan.Role(name: "guard", goal: .hold(area: 0)),
            ])
        plan.areas = [
            .init(
                name: "yard",
                shape: .polygon(
                    FieldPolygon(
                        low: FieldPoint(xMeters: 20, yMeters: 20), high: FieldPoint(xMeters: 30, yMeters: 30))))
        ]
        plan.field.exclusions = [
            .polygon(
                FieldPolygon(
                    low: FieldPoint(xMeters: 45, yMeters: 45), high: FieldPoint(xMeters: 55, yMeters: 55)))
        ]
        plan.rules.linkLoss = .returnHome
        plan.rules.linkLossAfter = .seconds(5)
        plan.rules.lowBattery = .stop
        plan.rules.lowBatteryFraction = 0.2
        plan.rules.fence = .returnHome
        plan.deadlineSeconds = 60
        return plan
    }

    /// A robot that hears nobody, at x m.
    private func runner(x: Double = 10) -> MissionRunner {
        MissionRunner(
            id: NodeID(1), role: RobotRole(carriesCamera: false, carriesSatelliteReceiver: false),
            start: StartPose(
                xMeters: x, yMeters: 50, headingRadians: 0, positionSigmaMeters: 0.1, headingSigmaRadians: 0.01),
            tuning: MissionTuning(), random: PeerRandom(seed: 7), now: .zero)
    }

    private func order(
        _ command: MissionOrder.Command, _ revision: UInt32, role: UInt8? = 0,
        reason: MissionBrief.Reason = .person
    ) -> MissionOrder {
        let name = MissionBrief.PlanName(
            object: ObjectID(hash: [UInt8](repeating: 1, count: 32))!, bytes: 9, revision: 1)
        let roles = role.map { [MissionBrief.Entry(robot: NodeID(1), role: $0)] } ?? []
        return MissionOrder(
            revision: revision, command: command, root: NodeID(7),
            brief: MissionBrief(run: 1, reason: reason, plan: name, roles: roles))
    }

    private func told(_ actions: [MissionAction]) -> [Event] {
        actions.compactMap { if case .record(let event) = $0 { event } else { nil } }
    }

    private func hear(_ order: MissionOrder, _ runner: inout MissionRunner, at seconds: Double) -> [Event] {
        var actions: [MissionAction] = []
        _ = runner.orderHeard(order, plan: plan, now: .zero + .fromSeconds(seconds), actions: &actions)
        return told(actions)
    }

    private func sense(_ runner: inout MissionRunner, battery: Double?, at seconds: Double) -> [Event] {
        var reading = SensorReading(
            interval: .milliseconds(200), speedMetersPerSecond: 0, turnRadiansPerSecond: 0, compassRadians: 0,
            satelliteMeters: nil, smellPerMeter: nil, detections: nil, target: nil)
        reading.batteryFraction = battery
        var actions: [MissionAction] = []
        runner.sensed(reading, now: .zero + .fromSeconds(seconds), actions: &actions)
        return told(actions)
    }

    @Test func `orders are told once: role, start, pause, going on, end and why`() {
        var runner = runner()
        #expect(hear(order(.organise, 1, role: nil), &runner, at: 0) == [])
        #expect(
            hear(order(.start, 2), &runner, at: 1)
                == [.mission(.roleTaken("walker", order: 2, by: NodeID(7))), .missionStarted])
        #expect(
            hear(order(.start, 3, role: 1), &runner, at: 2)
                == [.mission(.roleTaken("guard", order: 3, by: NodeID(7)))])
        #expect(
            hear(order(.pause, 4, role: 1, reason: .taskMissed), &runner, at: 3) == [.mission(.paused(.taskMissed))])
        // Roles told anew while it is paused.
        #expect(
            hear(order(.pause, 5, role: nil, reason: .taskMissed), &runner, at: 4)
                == [.mission(.roleTaken(nil, order: 5, by: NodeID(7)))])
        #expect(hear(order(.start, 6, role: nil), &runner, at: 5) == [.mission(.resumed)])
        #expect(
            hear(order(.stop, 7, role: nil, reason: .allArrived), &runner, at: 6) == [.mission(.ended(.allArrived))])
        #expect(hear(order(.stop, 8, role: nil, reason: .allArrived), &runner, at: 7) == [])
    }

    @Test func `the deadline is told by each robot itself, and the order that follows tells nothing more`() {
        var runner = runner()
        _ = hear(order(.start, 2), &runner, at: 0)
        #expect(!sense(&runner, battery: nil, at: 59).contains(.mission(.ended(.deadline))))
        #expect(sense(&runner, battery: nil, at: 61).contains(.mission(.ended(.deadline))))
        #expect(hear(order(.stop, 3, reason: .deadline), &runner, at: 62) == [])
    }

    @Test func `each rule is told when it fires and when it is over, and none without a mission`() {
        var runner = runner()
        #expect(sense(&runner, battery: 0.1, at: 0) == [])
        _ = hear(order(.start, 2), &runner, at: 1)
        #expect(sense(&runner, battery: 0.1, at: 1.2) == [.mission(.ruleFired(.lowBattery, .stop))])
        #expect(sense(&runner, battery: 0.1, at: 1.4) == [])
        #expect(sense(&runner, battery: 0.22, at: 1.6) == [])
        #expect(sense(&runner, battery: 0.3, at: 1.8) == [.mission(.ruleOver(.lowBattery))])
        #expect(sense(&runner, battery: 0.3, at: 2) == [])
        #expect(sense(&runner, battery: 0.3, at: 5.2) == [.mission(.ruleFired(.linkLoss, .returnHome))])
        runner.beaconHeard(
            from: NodeID(2), fields: runner.beaconFields(now: .zero + .fromSeconds(5.3)), now: .zero + .fromSeconds(5.3)
        )
        #expect(sense(&runner, battery: 0.3, at: 5.4) == [.mission(.ruleOver(.linkLoss))])
    }

    @Test func `a robot that finds itself in a no-go zone says so, once`() {
        var runner = runner(x: 50)
        _ = hear(order(.start, 2), &runner, at: 0)
        #expect(sense(&runner, battery: nil, at: 0.2).contains(.mission(.ruleFired(.fence, .returnHome))))
        #expect(!sense(&runner, battery: nil, at: 0.4).contains(.mission(.ruleFired(.fence, .returnHome))))
    }
}
