import SkeinSeal
import SkeinTasks
import SkeinWire
import Testing

@testable import SkeinPeer

/// Plans whose signer loses the right to command: nobody goes on by them.
@Suite struct PlanTrustTests {
    private static let authority = SigningKey(seed: [UInt8](repeating: 0xA0, count: SigningKey.seedBytes))
    private static let robots = 6
    private static let signer = 4
    private static let commander: TrustRoles = [.lead, .releaseStops, .commandMissions, .addKernels]

    private func swarm(seed: UInt64) -> Swarm {
        let roster = Roster(
            members: (0..<Self.robots).map { robot in
                Member(
                    id: NodeID(UInt16(robot)), key: Swarm.signingKey(robot).publicKey, roles: Self.commander,
                    expiresAtSeconds: nil, name: "r\(robot)", membershipNumber: 0)
            }, authority: Self.authority.publicKey, entries: [])
        return Swarm(
            Layout(line: Self.robots, spacingMeters: 9), conditions: .init(loss: 0.1), seed: seed, roster: roster)
    }

    private func entry(_ number: UInt32, _ content: TrustEntry.Content) -> TrustEntry {
        var entry = TrustEntry(issuer: .none, number: number, issuedAtSeconds: 1_000, content: content)
        entry.signature = Self.authority.signature(
            over: Statement.bytes(.trust, fleet: Swarm.key.fleet, entry.statedBytes))
        return entry
    }

    /// The signer's membership anew, with these roles.
    private func membership(_ roles: TrustRoles, number: UInt32) -> TrustEntry {
        entry(
            number,
            .membership(
                Membership(
                    robot: NodeID(UInt16(Self.signer)), key: Swarm.signingKey(Self.signer).publicKey.bytes,
                    roles: roles, expiresAtSeconds: nil, name: "r\(Self.signer)")))
    }

    private var revocation: TrustEntry {
        entry(
            1,
            .revocation(
                Revocation(
                    robot: NodeID(UInt16(Self.signer)), key: Swarm.signingKey(Self.signer).publicKey.bytes,
                    entriesStand: 0)))
    }

    private var plan: MissionPlan {
        let way = MissionPlan.Way(
            waypoints: [.init(point: FieldPoint(xMeters: 9, yMeters: 9))], laps: 0)
        var plan = MissionPlan(
            name: "patrol", revision: 1, roles: [MissionPlan.Role(name: "walker", goal: .waypoints(way))])
        plan.deadlineSeconds = 600
        return plan
    }

    private func report(_ robot: Int, _ swarm: Swarm) -> MissionReport? {
        swarm.peers[robot]?.missionReport(now: swarm.now)
    }

    private func flies(_ key: MinisignKey, seed: UInt64) -> Swarm {
        let swarm = swarm(seed: seed)
        swarm.run(seconds: 3)
        swarm.command(.mission(.run(plan: SignedPlan(plan, by: key).bytes, launches: true)), at: 0)
        let isFlying = swarm.run(atMost: 40) {
            swarm.living.allSatisfy { report($0, swarm)?.phase == .running && report($0, swarm)?.plan != nil }
        }
        #expect(isFlying != nil)
        return swarm
    }

    private func stands(_ robot: Int, _ swarm: Swarm) -> Bool {
        report(robot, swarm)?.phase == .stopped && report(robot, swarm)?.ended == .unvouched
    }

    private func told(_ swarm: Swarm, _ isWanted: (MissionEvent) -> Bool) -> Int {
        swarm.events(since: .zero) { if case .mission(let event) = $0 { isWanted(event) } else { false } }
    }

    @Test(arguments: [true, false], [21, 22] as [UInt64])
    func `who signed the plan is revoked, or may command no more: everybody stands, and says why`(
        isRevoked: Bool, seed: UInt64
    ) {
        let swarm = flies(MinisignKey(seed: Swarm.keySeed(Self.signer)), seed: seed)
        let entry = isRevoked ? revocation : membership([.lead], number: 1)
        swarm.command(.admit([entry]), at: 1)
        #expect(
            swarm.run(atMost: 20) {
                swarm.living.allSatisfy { $0 == Self.signer && isRevoked || stands($0, swarm) }
            } != nil, "\(swarm.living.map { report($0, swarm)?.phase })")
        // The keeper has said so to whoever comes later, and nobody gives the plan on.
        #expect(
            swarm.run(atMost: 10) {
                (0..<3).allSatisfy {
                    report($0, swarm)?.order?.command == .stop
                        && report($0, swarm)?.order?.brief?.reason == .unvouched
                }
            } != nil)
        let name = SignedPlan(plan, by: MinisignKey(seed: Swarm.keySeed(Self.signer)))
        for robot in 0..<3 {
            #expect(swarm.peers[robot]?.plans.book[name.object] == nil)
            #expect(report(robot, swarm)?.planState == .refused(.withdrawn))
        }
        #expect(told(swarm) { $0 == .planWithdrawn(name: "patrol", revision: 1, .robot(NodeID(4))) } >= 5)
        #expect(told(swarm) { $0 == .ended(.unvouched) } >= 5)
    }

    @Test func `the right given back moves nobody; the same plan run again does`() {
        let key = MinisignKey(seed: Swarm.keySeed(Self.signer))
        let swarm = flies(key, seed: 23)
        swarm.command(.admit([membership([.lead], number: 1)]), at: 1)
        #expect(swarm.run(atMost: 20) { swarm.living.allSatisfy { stands($0, swarm) } } != nil)
        swarm.command(.admit([membership(Self.commander, number: 2)]), at: 1)
        swarm.kill(5)
        swarm.boot(5)
        let since = swarm.now
        swarm.run(seconds: 20)
        #expect(swarm.living.allSatisfy { report($0, swarm)?.phase != .running })
        #expect(swarm.events(since: since) { $0 == .missionStarted } == 0)
        swarm.command(.mission(.run(plan: SignedPlan(plan, by: key).bytes, launches: true)), at: 0)
        #expect(
            swarm.run(atMost: 40) { swarm.living.allSatisfy { report($0, swarm)?.phase == .running } } != nil)
    }

    @Test func `the authority's plan goes on whatever becomes of a robot, and so does what another has signed`() {
        for key in [
            MinisignKey(seed: [UInt8](repeating: 0xA0, count: SigningKey.seedBytes)),
            MinisignKey(seed: Swarm.keySeed(2)),
        ] {
            let swarm = flies(key, seed: 24)
            swarm.command(.admit([membership([.lead], number: 1)]), at: 1)
            swarm.run(seconds: 10)
            #expect(swarm.living.allSatisfy { report($0, swarm)?.phase == .running })
            #expect(told(swarm) { if case .planWithdrawn = $0 { true } else { false } } == 0)
        }
    }

    @Test func `a robot that was off meanwhile does not begin by the plan on its disk`() {
        let swarm = flies(MinisignKey(seed: Swarm.keySeed(Self.signer)), seed: 25)
        swarm.kill(5)
        swarm.command(.admit([membership([.lead], number: 1)]), at: 1)
        #expect(swarm.run(atMost: 20) { swarm.living.allSatisfy { stands($0, swarm) } } != nil)
        swarm.boot(5)
        let since = swarm.now
        swarm.run(seconds: 15)
        #expect(report(5, swarm)?.phase != .running)
        #expect(swarm.log.count { $0.at >= since && $0.robot == 5 && $0.event == .missionStarted } == 0)
    }

    @Test func `taken back before the start, it does not begin, and nothing begins in its place`() {
        let swarm = swarm(seed: 26)
        swarm.run(seconds: 3)
        let signed = SignedPlan(plan, by: MinisignKey(seed: Swarm.keySeed(Self.signer)))
        swarm.command(.mission(.run(plan: signed.bytes, launches: true)), at: 0)
        swarm.command(.admit([membership([.lead], number: 1)]), at: 0)
        swarm.run(seconds: 20)
        #expect(swarm.events(since: .zero) { $0 == .missionStarted } == 0)
        #expect(swarm.living.allSatisfy { report($0, swarm)?.phase != .running })
    }
}
