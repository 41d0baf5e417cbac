import SkeinTasks
import SkeinWire
import Testing

@testable import SkeinPeer

/// Plans as values: their bytes, their roles, one robot's part, and what the root judges.
@Suite struct PlanTests {
    private func point(_ x: Double, _ y: Double) -> FieldPoint { FieldPoint(xMeters: x, yMeters: y) }

    private var rich: MissionPlan {
        var plan = MissionPlan(
            name: "rich", revision: 7,
            roles: [
                MissionPlan.Role(name: "spot", count: 2, needs: .camera, goal: .target, speedMetersPerSecond: 2.5),
                MissionPlan.Role(name: "hold", count: 1, goal: .hold(area: 0)),
                MissionPlan.Role(
                    name: "way", count: 1, needs: .satellite,
                    goal: .waypoints(
                        .init(
                            waypoints: [
                                .init(point: point(1, 2), holdSeconds: 3, speedMetersPerSecond: 1.5),
                                .init(point: point(4.125, -5)),
                            ], laps: 0, returns: true))),
                MissionPlan.Role(name: "rest", needs: .nose, goal: .source),
            ])
        plan.origin = .init(latitudeDegrees: 52.5, longitudeDegrees: 13.4)
        plan.field.inclusions = [.circle(.init(centre: point(50, 50), radiusMeters: 60))]
        plan.field.exclusions = [
            .polygon(FieldPolygon(low: point(10, 10), high: point(20, 20)))
        ]
        plan.field.obstacles = [FieldPolygon(wallFrom: point(30, 30), to: point(40, 30), thicknessMeters: 0.5)]
        plan.areas = [.init(name: "yard", shape: .polygon(FieldPolygon(low: point(60, 60), high: point(90, 90))))]
        plan.rules.linkLoss = .returnHome
        plan.rules.lowBattery = .stop
        plan.partition = .init(robotsMin: 3, afterSeconds: 7)
        plan.target = point(70, 20)
        plan.rallyPoints = [point(5, 5), point(95, 95)]
        plan.tasks = [.init(name: "seen", role: 0, robots: 1, deadlineSeconds: 60, missed: .pause)]
        plan.end = .roleArrived(0)
        plan.deadlineSeconds = 300
        return plan
    }

    @Test func `a plan's bytes are read back the same, and no others are taken`() throws {
        #expect(rich.invalidity == nil)
        let bytes = MissionPlanBytes.bytes(of: rich)
        #expect(try MissionPlanBytes.plan(of: bytes) == rich)
        var dice = Dice(seed: 4)
        func below(_ bound: Int) -> Int { Int(dice.bits() % UInt64(bound)) }
        for _ in 0..<3_000 {
            var changed = bytes
            for _ in 0..<(1 + below(3)) { changed[below(changed.count)] = UInt8(below(256)) }
            if below(4) == 0 { changed.removeLast(1 + below(changed.count)) }
            guard let plan = try? MissionPlanBytes.plan(of: changed) else { continue }
            #expect(plan.invalidity == nil && MissionPlanBytes.bytes(of: plan) == changed)
        }
        for end in 0..<bytes.count {
            #expect(throws: WireError.self) { try MissionPlanBytes.plan(of: Array(bytes[..<end])) }
        }
    }

    // MARK: Roles

    private func candidates(_ count: Int, cameras: [Int], unfit: [Int] = [], missing: [Int] = [])
        -> [RoleAssignment.Candidate]
    {
        (0..<count).filter { !missing.contains($0) }.map { robot in
            .init(
                robot: NodeID(UInt16(robot)),
                state: .init(
                    carriesCamera: cameras.contains(robot), carriesSatelliteReceiver: robot == 0,
                    isUnfit: unfit.contains(robot)))
        }
    }

    private func places(_ candidates: [RoleAssignment.Candidate], before: [MissionBrief.Entry] = []) -> RoleAssignment {
        RoleAssignment(plan: rich, candidates: candidates, before: before)
    }

    @Test func `roles are filled by who can, up to their counts, and the rest is left`() {
        let roles = places(candidates(8, cameras: [1, 2, 3])).entries
        #expect(roles.filter { $0.role == 0 }.allSatisfy { [1, 2, 3].contains($0.robot.number) })
        #expect(roles.count { $0.role == 0 } == 2 && roles.count { $0.role == 1 } == 1)
        // The one that has the receiver serves the role that needs it.
        #expect(roles.first { $0.role == 2 }?.robot == NodeID(0))
        #expect(roles.filter { $0.role == 3 }.allSatisfy { $0.robot.number > 3 })
    }

    @Test func `who has a role keeps it, and of a role's dead or weary another takes the place`() {
        let before = places(candidates(9, cameras: [1, 2, 3])).entries
        #expect(places(candidates(9, cameras: [1, 2, 3]), before: before).entries == before)
        for gone in 0..<9 {
            for isDead in [true, false] {
                let now = places(
                    candidates(9, cameras: [1, 2, 3], unfit: isDead ? [] : [gone], missing: isDead ? [gone] : []),
                    before: before
                ).entries
                #expect(!now.contains { $0.robot == NodeID(UInt16(gone)) })
                let moved = before.filter { entry in
                    entry.robot != NodeID(UInt16(gone)) && !now.contains(entry)
                }
                // One steps in, out of a role that takes who is left; a robot that none can follow leaves a gap.
                #expect(moved.count <= 1 && moved.allSatisfy { $0.role == 3 }, "\(gone)")
            }
        }
    }

    @Test func `too many of a role after two swarms have met are the highest numbers`() {
        let both = (0..<4).map { MissionBrief.Entry(robot: NodeID(UInt16($0)), role: 0) }
        let now = places(candidates(6, cameras: [0, 1, 2, 3]), before: both).entries
        #expect(now.filter { $0.role == 0 }.map(\.robot.number) == [0, 1])
    }

    // MARK: A part

    private func part(_ goal: MissionPlan.Goal) -> MissionPart {
        var plan = rich
        plan.roles = [MissionPlan.Role(name: "it", goal: goal)]
        plan.tasks = []
        plan.end = .allArrived
        var part = MissionPart(plan: plan, home: point(0, 0))
        part.assigned([.init(robot: NodeID(1), role: 0)], us: NodeID(1))
        return part
    }

    private func at(_ seconds: Double) -> Instant { .zero + .fromSeconds(seconds) }

    @Test func `waypoints are gone to in turn, held as long as said, lap after lap, and then home`() {
        let way = MissionPlan.Way(
            waypoints: [.init(point: point(30, 80), holdSeconds: 2), .init(point: point(50, 80))], laps: 2,
            returns: true)
        var part = part(.waypoints(way))
        func aim(_ x: Double, _ y: Double) -> MissionPart.Aim {
            part.aim(from: point(x, y), targetAt: nil, sourceAt: nil)
        }
        for lap in 0..<2 {
            #expect(aim(20, 80) == .go(point(30, 80)), "lap \(lap)")
            part.advance(from: point(30, 80), sigmaMeters: 0.1, now: at(Double(lap) * 100 + 1))
            #expect(aim(30, 80) == .stand)
            part.advance(from: point(30, 80), sigmaMeters: 0.1, now: at(Double(lap) * 100 + 2.9))
            #expect(aim(30, 80) == .stand)
            part.advance(from: point(30, 80), sigmaMeters: 0.1, now: at(Double(lap) * 100 + 3.1))
            #expect(aim(30, 80) == .go(point(50, 80)))
            #expect(!part.isDone)
            part.advance(from: point(50, 80), sigmaMeters: 0.1, now: at(Double(lap) * 100 + 9))
        }
        #expect(part.isDone && aim(50, 80) == .go(point(95, 95)))
    }

    @Test func `an area is divided, and all of it is looked at`() {
        var plan = rich
        plan.roles = [MissionPlan.Role(name: "it", goal: .search(area: 0))]
        plan.tasks = []
        plan.end = .allArrived
        var seen: [FieldPoint] = []
        for robot in 0..<3 {
            var part = MissionPart(plan: plan, home: point(0, 0))
            part.assigned((0..<3).map { .init(robot: NodeID(UInt16($0)), role: 0) }, us: NodeID(UInt16(robot)))
            var clock = 0.0
            while case .go(let place) = part.aim(from: point(0, 0), targetAt: nil, sourceAt: nil) {
                clock += 1
                #expect(!seen.contains(place))
                seen.append(place)
                part.advance(from: place, sigmaMeters: 0.1, now: at(clock))
            }
            #expect(part.isDone)
        }
        #expect(seen.count == 64)
    }

    // MARK: The root's eye

    private func arrived(_ robots: [Int]) -> [RoleAssignment.Candidate] {
        (0..<4).map { robot in
            .init(
                robot: NodeID(UInt16(robot)),
                state: .init(carriesCamera: robot < 2, hasArrived: robots.contains(robot)))
        }
    }

    @Test func `a task is done when so many have arrived, missed when its time is over, and the end is judged`() {
        var plan = rich
        plan.tasks = [.init(name: "seen", role: 0, robots: 1, deadlineSeconds: 60, missed: .pause)]
        let roles: [MissionBrief.Entry] = [
            .init(robot: NodeID(0), role: 0), .init(robot: NodeID(1), role: 0), .init(robot: NodeID(2), role: 3),
        ]
        var watch = MissionWatch()
        func judge(_ seconds: Double, _ robots: [Int]) -> MissionWatch.Verdict {
            watch.judge(plan, run: 1, seconds: seconds, candidates: arrived(robots), roles: roles)
        }
        #expect(judge(59, []) == .goesOn)
        #expect(judge(60, []) == .pause(.taskMissed))
        #expect(watch.states(of: plan, run: 1) == [.missed])
        #expect(judge(61, [0]) == .goesOn)
        #expect(judge(61, [0, 1]) == .stop(.roleArrived))
        #expect(judge(300, []) == .stop(.deadline))
        plan.end = .allArrived
        #expect(judge(62, [0, 1]) == .goesOn)
        #expect(judge(62, [0, 1, 2]) == .stop(.allArrived))
        #expect(watch.judge(plan, run: 2, seconds: 1, candidates: arrived([1]), roles: roles) == .goesOn)
        #expect(watch.states(of: plan, run: 2) == [.done])
    }
}
