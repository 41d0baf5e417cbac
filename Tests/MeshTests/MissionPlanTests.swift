import SkeinSeal
import SkeinTasks
import SkeinWire
import Testing

@testable import SkeinPeer

/// Plans in a swarm: who takes them, how they spread, who serves what, and what outlives whom.
@Suite struct MissionPlanTests {
    /// A line, so that most robots are not in the first one's range.
    private func layout(_ count: Int) -> Layout { Layout(line: count, spacingMeters: 9) }

    private func plan(revision: UInt32 = 1, walkers: Int = 2, name: String = "patrol") -> MissionPlan {
        let way = MissionPlan.Way(waypoints: [.init(point: FieldPoint(xMeters: 9, yMeters: 9))], laps: 1)
        return MissionPlan(
            name: name, revision: revision,
            roles: [
                MissionPlan.Role(name: "walker", count: walkers, goal: .waypoints(way)),
                MissionPlan.Role(name: "sniffer", count: 1, needs: .nose, goal: .source),
            ])
    }

    private func signed(_ plan: MissionPlan, by robot: Int = 0) -> [UInt8] {
        SignedPlan(plan, by: MinisignKey(seed: Swarm.keySeed(robot))).bytes
    }

    private func run(_ plan: [UInt8], at robot: Int, in swarm: Swarm) {
        swarm.command(.mission(.run(plan: plan, launches: true)), at: robot)
    }

    private func report(_ robot: Int, _ swarm: Swarm) -> MissionReport? {
        swarm.peers[robot]?.missionReport(now: swarm.now)
    }

    private func roles(_ robot: Int, _ swarm: Swarm) -> [MissionBrief.Entry] {
        report(robot, swarm)?.order?.brief?.roles ?? []
    }

    private func allRun(_ swarm: Swarm) -> Bool {
        swarm.living.allSatisfy { report($0, swarm)?.phase == .running && report($0, swarm)?.plan != nil }
    }

    private func lastReply(_ robot: Int, _ swarm: Swarm) -> MissionReply? {
        for entry in swarm.replies.reversed() where entry.robot == robot {
            if case .mission(let reply) = entry.reply { return reply }
        }
        return nil
    }

    @Test(arguments: [0.0, 0.3])
    func `every robot gets the plan and the same roles, over hops and with losses`(loss: Double) {
        let swarm = Swarm(layout(8), conditions: .init(loss: loss), seed: 3)
        swarm.run(seconds: 3)
        run(signed(plan()), at: 0, in: swarm)
        #expect(swarm.run(atMost: 40) { allRun(swarm) && roles(0, swarm).count == 3 } != nil)
        swarm.run(seconds: 8)
        let told = roles(0, swarm)
        #expect(told.count { $0.role == 0 } == 2 && told.count { $0.role == 1 } == 1)
        for robot in swarm.living { #expect(roles(robot, swarm) == told) }
    }

    @Test func `unsigned, wrongly signed, a stranger's and older plans are refused, each by its reason`() {
        let swarm = Swarm(layout(2), seed: 5)
        swarm.run(seconds: 2)
        run(MissionPlanBytes.bytes(of: plan()), at: 0, in: swarm)
        #expect(lastReply(0, swarm) == .refused(.unreadable))
        run(SignedPlan(plan(), by: MinisignKey(seed: [UInt8](repeating: 99, count: 32))).bytes, at: 0, in: swarm)
        #expect(lastReply(0, swarm) == .refused(.unknownSigner))
        let other = SignedPlan(plan(walkers: 1), by: MinisignKey(seed: Swarm.keySeed(0))).signature
        run(SignedPlan(plan(), signature: other).bytes, at: 0, in: swarm)
        #expect(lastReply(0, swarm) == .refused(.wrongSignature))
        run(signed(plan(revision: 5)), at: 0, in: swarm)
        swarm.run(seconds: 1)
        run(signed(plan(revision: 4)), at: 0, in: swarm)
        #expect(lastReply(0, swarm) == .refused(.older(than: 5)))
        run(signed(plan(revision: 5, walkers: 1)), at: 0, in: swarm)
        #expect(lastReply(0, swarm) == .refused(.otherPlan(revision: 5)))
        run(signed(plan(name: "else")), at: 0, in: swarm)
        swarm.run(seconds: 1)
        if case .report? = lastReply(0, swarm) {} else { Issue.record("another mission's revisions are its own") }
    }

    @Test func `what was taken outlives a restart, and so does what is older`() {
        let swarm = Swarm(layout(2), seed: 6)
        swarm.run(seconds: 2)
        run(signed(plan(revision: 5)), at: 0, in: swarm)
        swarm.run(seconds: 2)
        swarm.kill(0)
        swarm.boot(0)
        swarm.run(seconds: 1)
        run(signed(plan(revision: 4)), at: 0, in: swarm)
        #expect(lastReply(0, swarm) == .refused(.older(than: 5)))
    }

    @Test func `the operator's robot may die once a neighbour has heard, and who comes late comes right`() {
        let swarm = Swarm(layout(8), conditions: .init(loss: 0.1), seed: 9, absent: [7])
        swarm.run(seconds: 3)
        run(signed(plan()), at: 0, in: swarm)
        #expect(swarm.run(atMost: 40) { allRun(swarm) } != nil)
        swarm.kill(0)
        swarm.boot(7)
        #expect(swarm.run(atMost: 60) { allRun(swarm) } != nil)
        #expect(report(7, swarm)?.plan == MissionPlanBytes.bytes(of: plan()))
    }

    @Test func `a dead robot's role goes to the reserve, and nobody else's changes`() throws {
        let swarm = Swarm(layout(8), seed: 11)
        swarm.run(seconds: 3)
        run(signed(plan()), at: 0, in: swarm)
        #expect(swarm.run(atMost: 40) { allRun(swarm) && roles(0, swarm).count == 3 } != nil)
        swarm.run(seconds: 8)
        let before = roles(0, swarm)
        let victim = try #require(before.first { $0.robot != NodeID(0) })
        swarm.kill(Int(victim.robot.number))
        #expect(
            swarm.run(atMost: 60) {
                let now = roles(0, swarm)
                return now.count == 3 && !now.contains { $0.robot == victim.robot }
            } != nil)
        let now = roles(0, swarm)
        for entry in before where entry.robot != victim.robot { #expect(now.contains(entry)) }
        #expect(swarm.run(atMost: 10) { swarm.living.allSatisfy { roles($0, swarm) == now } } != nil)
    }

    @Test func `pause holds everybody, resume goes on with the same run, and time stands meanwhile`() throws {
        let swarm = Swarm(layout(6), conditions: .init(loss: 0.1), seed: 13)
        swarm.run(seconds: 3)
        run(signed(plan()), at: 0, in: swarm)
        #expect(swarm.run(atMost: 40) { allRun(swarm) } != nil)
        swarm.command(.mission(.pause), at: 3)
        #expect(swarm.run(atMost: 10) { swarm.living.allSatisfy { report($0, swarm)?.phase == .paused } } != nil)
        let run = try #require(report(2, swarm)?.order?.run)
        let seconds = try #require(report(2, swarm)?.seconds)
        swarm.run(seconds: 20)
        #expect(report(2, swarm)?.seconds == seconds)
        swarm.command(.mission(.pause), at: 3)
        #expect(lastReply(3, swarm) == .outOfTurn)
        swarm.command(.mission(.resume), at: 5)
        #expect(swarm.run(atMost: 10) { allRun(swarm) } != nil)
        for robot in swarm.living { #expect(report(robot, swarm)?.order?.run == run) }
    }

    @Test func `everybody stops by itself at the deadline, whoever is still heard`() {
        var plan = plan()
        plan.deadlineSeconds = 20
        let swarm = Swarm(layout(4), seed: 17)
        swarm.run(seconds: 3)
        run(signed(plan), at: 0, in: swarm)
        #expect(swarm.run(atMost: 40) { allRun(swarm) } != nil)
        swarm.side = [0, 1, 2, 3]
        swarm.run(seconds: 22)
        for robot in swarm.living {
            #expect(report(robot, swarm)?.phase == .stopped && report(robot, swarm)?.ended == .deadline)
        }
    }
}
