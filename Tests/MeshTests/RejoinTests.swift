import SkeinWire
import Testing

@testable import SkeinPeer

/// Robots that are back within a second, with their next epoch.
struct RejoinTests {
    /// In the tree where breadth-first search puts it, with a leader that it hears and that grants it something, and the
    /// plan in force.
    private static func isFull(_ robot: Int, in swarm: Swarm, root: Int) -> Bool {
        guard let status = swarm.status(robot), let leader = swarm.leader(robot), swarm.isCovered(robot) else {
            return false
        }
        let depths = swarm.layout.depths(from: root) { swarm.peers[$0] != nil && swarm.peers[$1] != nil }
        let grants = swarm.peers[leader]?.grants ?? []
        // Alone on its band it has nobody to share it with.
        let isGranted =
            grants.contains { $0.member == NodeID(UInt16(robot)) && $0.granted.percent > 0 }
            || leader == robot && swarm.peers[robot]?.neighbours.all.contains(where: \.isDataLink) == false
        return status.root == NodeID(UInt16(root)) && status.hops == depths[robot] && status.plan != .none
            && isGranted
    }

    /// Seconds until every neighbour in range has sent two beacons since now, and whether the robot was full by then.
    private static func rejoin(_ robot: Int, in swarm: Swarm) -> (seconds: Double, isFull: Bool, two: Double) {
        let near = swarm.living.filter { $0 != robot && swarm.layout.powerDBm($0, robot) != nil }
        let before = near.map { swarm.beacons[$0] }
        let start = swarm.now
        var full: Double?
        var two: Double?
        while swarm.now < start + .seconds(12), full == nil || two == nil {
            swarm.run(seconds: 0.02)
            let elapsed = (swarm.now - start).inSeconds
            if full == nil, isFull(robot, in: swarm, root: 0) { full = elapsed }
            if two == nil, zip(near, before).allSatisfy({ swarm.beacons[$0] >= $1 + 2 }) { two = elapsed }
        }
        return (full ?? 99, (full ?? 99) <= (two ?? 0), two ?? 0)
    }

    @Test(arguments: LeaveTests.Victim.allCases, 1...8 as ClosedRange<UInt64>)
    func `a robot restarted within a second is a full member within two beacons of its neighbours`(
        kind: LeaveTests.Victim, seed: UInt64
    ) {
        let swarm = LeaveTests.settled(seed: seed)
        swarm.run(seconds: 5)
        var dice = Dice(seed: seed)
        for _ in 0..<4 {
            let victims = swarm.living.filter { robot in
                switch kind {
                case .member: robot != 0 && !swarm.isLeading(robot)
                case .leader: robot != 0 && swarm.isLeading(robot)
                case .root: robot == 0
                }
            }
            guard !victims.isEmpty else { return }
            let victim = victims[dice.below(victims.count)]
            swarm.kill(victim)
            swarm.run(seconds: dice.uniform(0, 0.9))
            swarm.boot(victim)
            let (seconds, isFull, two) = Self.rejoin(victim, in: swarm)
            #expect(isFull, "\(kind), seed \(seed), robot \(victim): \(seconds) s, two beacons took \(two) s")
            swarm.run(seconds: 6)
            #expect(
                swarm.misplaced(root: 0).isEmpty && swarm.living.allSatisfy(swarm.isCovered), "\(kind), seed \(seed)")
        }
    }

    @Test(arguments: 1...3 as ClosedRange<UInt64>)
    func `what its former self has in the air changes nothing`(seed: UInt64) {
        let swarm = LeaveTests.settled(seed: seed)
        let victim = 5
        var former: [Transmission] = []
        swarm.tap = { robot, transmission in if robot == victim { former.append(transmission) } }
        swarm.run(seconds: 2)
        // Sent and not yet heard by anybody when the power fails.
        swarm.side[victim] = 1
        swarm.run(seconds: 2)
        swarm.command(.leave, at: victim)
        swarm.side[victim] = 0
        swarm.tap = { _, _ in }
        swarm.kill(victim)
        swarm.boot(victim)
        let heardAt = swarm.now
        for delay in [0.0, 0.2, 0.3, 0.5] {
            swarm.run(until: heardAt + .fromSeconds(delay))
            for robot in swarm.living where robot != victim && swarm.layout.powerDBm(robot, victim) != nil {
                for frame in former {
                    swarm.hear(frame.datagram, .sample(frame.band, from: victim), at: robot)
                }
            }
        }
        swarm.run(until: heardAt + .seconds(3))
        #expect(former.count > 4 && Self.isFull(victim, in: swarm, root: 0), "seed \(seed)")
        #expect(LeaveTests.isWhole(swarm, without: 999), "seed \(seed)")
        let stale = swarm.living.reduce(0) { $0 + Int(swarm.status($1)?.drops[.staleEpoch] ?? 0) }
        #expect(stale > 0)
    }

    @Test func `a restarted root that finds its tree followed stands again, and keeps the swarm`() {
        let swarm = LeaveTests.settled(seed: 3)
        swarm.kill(0)
        swarm.run(seconds: 0.5)
        swarm.boot(0)
        let stood = swarm.run(atMost: 2) { swarm.peers[0]?.tree.isRoot == true }
        #expect(stood != nil)
        swarm.run(seconds: 8)
        #expect(swarm.misplaced(root: 0).isEmpty && swarm.living.allSatisfy(swarm.isCovered))
        #expect(swarm.living.allSatisfy { swarm.status($0)?.plan.term == 2 }, "and plans anew")
    }

    @Test func `durable orders go on after a restart, computed by neighbours as before`() {
        let swarm = LeaveTests.settled(seed: 3)
        let victim = 7
        let order = OrderCrashTests.order(9, parts: 8, span: .seconds(4))
        swarm.command(.submit(order), at: victim)
        swarm.run(seconds: 0.05)
        #expect(swarm.replies.contains { if case .taskAccepted(order.key) = $0.reply { true } else { false } })
        swarm.kill(victim)
        swarm.run(seconds: 0.5)
        swarm.boot(victim)
        swarm.run(seconds: 6)
        guard case .ended(let report)? = swarm.peers[victim]?.orders.state(of: order.key) else {
            Issue.record("the order has no outcome")
            return
        }
        #expect(report.missing == 0)
        let helpers = Set(
            report.parts.compactMap { part -> NodeID? in
                if case .done(let result) = part { result.computedBy } else { nil }
            })
        #expect(helpers.count > 1, "\(helpers)")
    }
}
