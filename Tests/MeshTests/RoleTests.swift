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

    // MARK: Memberships that change

    private static let authority = SigningKey(seed: [UInt8](repeating: 77, count: SigningKey.seedBytes))

    private static func membership(_ robot: Int, _ roles: TrustRoles, number: UInt32, at seconds: UInt64) -> TrustEntry
    {
        let membership = Membership(
            robot: NodeID(UInt16(robot)), key: Swarm.signingKey(robot).publicKey.bytes, roles: roles,
            expiresAtSeconds: nil, name: "r\(robot)")
        var entry = TrustEntry(
            issuer: .none, number: number, issuedAtSeconds: seconds, content: .membership(membership))
        entry.signature = authority.signature(
            over: Statement.bytes(.trust, fleet: Swarm.key.fleet, entry.statedBytes))
        return entry
    }

    private static func enrolled(_ layout: Layout, seed: UInt64) -> Swarm {
        let entries = layout.x.indices.map { membership($0, everything, number: UInt32($0 + 1), at: 1_000) }
        return Swarm(layout, seed: seed, roster: Roster(authority: authority.publicKey, entries: entries))
    }

    @Test(arguments: [1, 2] as [UInt64])
    func `a root that loses the role is nobody's root within a second, and another is`(seed: UInt64) {
        var dice = Dice(seed: seed)
        let layout = Layout.connected(count: 16, sideMeters: 40, dice: &dice)
        let swarm = Self.enrolled(layout, seed: seed)
        swarm.run(seconds: 1)
        swarm.command(.organise(launches: false), at: 0)
        swarm.run(seconds: 10)
        #expect(swarm.misplaced(root: 0).isEmpty && swarm.isLeading(0))
        let less = Self.membership(0, [.commandMissions], number: 100, at: 2_000)
        swarm.command(.admit([less]), at: 5)
        let gone = swarm.run(atMost: 3) { swarm.living.allSatisfy { swarm.status($0)?.root != NodeID(0) } }
        #expect(gone.map { $0 <= 1 } == true, "seed \(seed): \(gone ?? -1) s")
        let whole = swarm.run(atMost: 20) { ByzantineTests.isWhole(swarm, without: 0) }
        #expect(whole != nil && swarm.isCovered(0), "seed \(seed)")
        swarm.command(.organise(launches: false), at: 0)
        guard case .refused(.role(.lead))? = swarm.replies.last?.reply else {
            Issue.record("\(String(describing: swarm.replies.last))")
            return
        }
        #expect(ByzantineTests.demotions(in: swarm) == 0)
    }

    @Test func `a later membership pardons who was demoted`() {
        var dice = Dice(seed: 4)
        let layout = Layout.connected(count: 16, sideMeters: 40, dice: &dice)
        let swarm = Self.enrolled(layout, seed: 4)
        swarm.run(seconds: 1)
        let forger = Forger(robot: 0)
        swarm.forge = { sender, receiver, transmission in
            sender == 0
                ? ByzantineTests.Crime.grantsTwice.forged(transmission.datagram, by: forger, to: receiver) : nil
        }
        swarm.command(.organise(launches: false), at: 0)
        let demoted = swarm.run(atMost: 6) { ByzantineTests.isDemoted(0, in: swarm) }
        #expect(demoted != nil)
        swarm.forge = { _, _, _ in nil }
        swarm.run(seconds: 5)
        #expect(!swarm.isLeading(0) && swarm.status(3)?.root != NodeID(0))
        // Not by the robot's own word, nor by its old membership.
        swarm.command(.admit([Self.membership(0, Self.everything, number: 1, at: 1_000)]), at: 3)
        swarm.run(seconds: 1)
        #expect(ByzantineTests.isDemoted(0, in: swarm))
        swarm.command(.admit([Self.membership(0, Self.everything, number: 200, at: 3_000)]), at: 3)
        swarm.run(seconds: 3)
        #expect(swarm.living.allSatisfy { swarm.peers[$0]?.seal.trust.mayLead(NodeID(0)) == true })
        swarm.command(.organise(launches: false), at: 0)
        let back = swarm.run(atMost: 12) { swarm.misplaced(root: 0).isEmpty }
        #expect(back != nil)
    }

    @Test func `a robot that was away learns who leads no more before it follows anybody`() {
        var dice = Dice(seed: 9)
        let layout = Layout.connected(count: 16, sideMeters: 40, dice: &dice)
        let away = layout.x.indices.last { out in
            out != 0 && layout.depths(from: 0, isUp: { $0 != out && $1 != out }).count { $0 < 0 } == 1
        }
        guard let away else { return }
        let swarm = Swarm(layout, seed: 9)
        swarm.run(seconds: 1)
        swarm.side[away] = 1
        let forger = Forger(robot: 0)
        swarm.forge = { sender, receiver, transmission in
            sender == 0
                ? ByzantineTests.Crime.overGrants.forged(transmission.datagram, by: forger, to: receiver) : nil
        }
        swarm.command(.organise(launches: false), at: 0)
        swarm.run(seconds: 10)
        swarm.forge = { _, _, _ in nil }
        swarm.side[away] = 0
        let learned = swarm.run(atMost: 10) { ByzantineTests.isDemoted(0, in: swarm) }
        #expect(learned != nil, "by comparing what each knows")
        // Switched off and on, it still knows.
        swarm.kill(away)
        swarm.boot(away)
        #expect(swarm.peers[away]?.seal.trust.isDemoted(NodeID(0)) == true)
    }
}
