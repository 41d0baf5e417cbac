import SkeinSeal
import SkeinWire
import Testing

@testable import SkeinPeer

/// Robots whose memberships do not let them lead, or command.
struct RoleTests {
    /// A fleet whose memberships were granted to each by its number.
    private static func roster(_ count: Int, _ roles: (Int) -> TrustRoles) -> Roster {
        Roster(
            members: (0..<count).map { robot in
                Member(
                    id: NodeID(UInt16(robot)), key: Swarm.signingKey(robot).publicKey, roles: roles(robot),
                    expiresAtSeconds: nil, name: "r\(robot)", membershipNumber: 1)
            }, authority: nil, entries: [])
    }

    private static let everything: TrustRoles = [.lead, .releaseStops, .commandMissions, .addKernels]

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `in a swarm where one robot in two may lead only those do, and everybody they reach is covered`(seed: UInt64) {
        var dice = Dice(seed: seed)
        let layout = Layout.connected(count: 24, sideMeters: 45, dice: &dice)
        let swarm = Swarm(
            layout, seed: seed, roster: Self.roster(24) { $0 % 2 == 0 ? Self.everything : [.commandMissions] })
        swarm.run(seconds: 1)
        swarm.command(.organise(launches: false), at: 0)
        swarm.run(seconds: 14)
        #expect(swarm.misplaced(root: 0).isEmpty, "seed \(seed)")
        for robot in swarm.living {
            let isReached = stride(from: 0, to: 24, by: 2).contains {
                layout.distance(robot, $0) <= swarm.conditions.dataRangeMeters
            }
            #expect(!swarm.isLeading(robot) || robot % 2 == 0, "seed \(seed): r\(robot) leads")
            #expect(swarm.isCovered(robot) || !isReached, "seed \(seed): r\(robot) has nobody")
            #expect(isReached || swarm.leader(robot) == nil)
        }
        let settled = swarm.log.contains { if case .settled = $0.event { true } else { false } }
        #expect(settled, "seed \(seed)")
        // The root gone, it is one of those again.
        swarm.kill(0)
        swarm.run(seconds: 15)
        let roots = swarm.living.filter { swarm.peers[$0]?.tree.isRoot == true }
        #expect(!roots.isEmpty && roots.allSatisfy { $0 % 2 == 0 }, "seed \(seed): \(roots)")
        #expect(swarm.living.allSatisfy { !swarm.isLeading($0) || $0 % 2 == 0 })
        #expect(ByzantineTests.demotions(in: swarm) == 0)
    }

    @Test func `a robot that may not lead has no leader while it is alone, and takes the first it hears`() {
        let layout = Layout(line: 2, spacingMeters: 8)
        let swarm = Swarm(layout, seed: 5, roster: Self.roster(2) { $0 == 0 ? Self.everything : [] })
        swarm.side[0] = 1
        swarm.run(seconds: 20)
        #expect(swarm.leader(1) == nil && swarm.status(1)?.leaderReason == .alone)
        #expect(swarm.isLeading(0), "who may, leads itself")
        swarm.side[0] = 0
        swarm.run(seconds: 2)
        #expect(swarm.leader(1) == 0)
    }

    @Test func `orders are refused where they are given without the role, and where they come from without it`() {
        let layout = Layout(line: 3, spacingMeters: 8)
        let roles: [TrustRoles] = [Self.everything, [.lead], [.commandMissions]]
        let swarm = Swarm(layout, seed: 6, roster: Self.roster(3) { roles[$0] })
        swarm.run(seconds: 2)
        swarm.command(.organise(launches: false), at: 1)
        swarm.command(.organise(launches: false), at: 2)
        swarm.command(.stopMission, at: 1)
        let refusals = swarm.replies.map { reply -> CommandRefusal? in
            if case .refused(let why) = reply.reply { why } else { nil }
        }
        #expect(refusals == [.role(.commandMissions), .role(.lead), .role(.commandMissions)])
        #expect(swarm.living.allSatisfy { swarm.peers[$0]?.tree.isRoot == false })
        swarm.command(.stopMission, at: 2)
        swarm.run(seconds: 1)
        #expect(swarm.peers[0]?.bulletins.mission?.command == .stop)
        // A robot whose program is not ours orders all the same.
        var seal = swarm.seal(1, epoch: Epoch(1))
        for _ in 0..<300 {
            _ = seal.close(
                .sighting(Sighting(revision: 1, xMeters: 0, yMeters: 0, sigmaMeters: 1)), to: .none, via: .none,
                next: .none, timeToLive: 1)
        }
        let order = MissionOrder(revision: 9, command: .start, root: NodeID(1))
        let datagram = seal.close(.mission(order), to: .none, via: .none, next: .none, timeToLive: 8)
        swarm.hear(datagram, .sample(.control, from: 1), at: 0)
        #expect(swarm.peers[0]?.bulletins.missionRevision == 1)
        #expect(swarm.status(0)?.drops[.notAllowed] ?? 0 > 0)
    }

    @Test func `a robot that may not lead and says that it is the root is no root to anybody`() {
        let layout = Layout(line: 3, spacingMeters: 8)
        let swarm = Swarm(layout, seed: 7, absent: [2], roster: Self.roster(3) { $0 == 2 ? [] : Self.everything })
        swarm.run(seconds: 1)
        swarm.command(.organise(launches: false), at: 0)
        swarm.run(seconds: 4)
        var seal = swarm.seal(2, epoch: Epoch(1))
        for second in 0..<10 {
            let advert = TreeAdvert.at(0, root: 2, term: 50, sequence: UInt32(second + 1))
            let beacon = Message.beacon(.sample(tree: advert, hears: [0, 1]))
            let hello = Message.hello(.sample(leader: NodeID(2), isLeader: true))
            for message in [beacon, hello] {
                let datagram = seal.close(message, to: .none, via: .none, next: .none, timeToLive: 1)
                swarm.hear(datagram, .sample(message.kind == .beacon ? .control : .data, from: 2), at: 1)
            }
            swarm.run(seconds: 1)
        }
        #expect(swarm.living.allSatisfy { swarm.status($0)?.root == NodeID(0) })
        #expect(swarm.peers[1]?.tree.termMax == 1, "its terms are not heard")
        #expect(swarm.leader(1) != 2)
    }

    @Test func `no mission begins while an emergency stop is in force`() {
        let swarm = Swarm(Layout(line: 3, spacingMeters: 8), seed: 8)
        swarm.run(seconds: 2)
        swarm.command(.stop, at: 1)
        swarm.run(seconds: 1)
        let before = swarm.replies.count
        swarm.command(.organise(launches: true), at: 0)
        guard case .refused(.stopped(number: 1))? = swarm.replies.dropFirst(before).first?.reply else {
            Issue.record("\(swarm.replies.dropFirst(before))")
            return
        }
    }
}
