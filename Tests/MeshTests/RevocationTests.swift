import SkeinSeal
import SkeinWire
import Testing

@testable import SkeinPeer

/// Who belongs to the fleet, as it goes round in a swarm: thrown out, brought in, keys rolled.
struct RevocationTests {
    /// Two robots abreast every 20 m of a corridor, 13 of them: 12 hops from end to end, and nobody's loss cuts it.
    private static let rows = 13
    private static let authority = SigningKey(seed: [UInt8](repeating: 0xA0, count: SigningKey.seedBytes))

    private static var corridor: Layout {
        var layout = Layout(line: rows * 2, spacingMeters: 0)
        for robot in 0..<rows * 2 {
            layout.x[robot] = Double(robot / 2) * 20
            layout.y[robot] = Double(robot % 2) * 6
        }
        return layout
    }

    private static func roster(_ count: Int) -> Roster {
        Roster(
            members: (0..<count).map { robot in
                Member(
                    id: NodeID(UInt16(robot)), key: Swarm.signingKey(robot).publicKey,
                    roles: TrustRoles.all.subtracting(.enroll), expiresAtSeconds: nil, name: "r\(robot)",
                    membershipNumber: 0)
            }, authority: authority.publicKey, entries: [])
    }

    private static func entry(_ number: UInt32, _ content: TrustEntry.Content) -> TrustEntry {
        var entry = TrustEntry(issuer: .none, number: number, issuedAtSeconds: 1_000, content: content)
        entry.signature = authority.signature(
            over: Statement.bytes(.trust, fleet: Swarm.key.fleet, entry.statedBytes))
        return entry
    }

    private static func revocation(of robot: Int, number: UInt32) -> TrustEntry {
        entry(
            number,
            .revocation(
                Revocation(
                    robot: NodeID(UInt16(robot)), key: Swarm.signingKey(robot).publicKey.bytes, entriesStand: 0)))
    }

    /// The next shared key, a share for each robot but those left out.
    private static func roll(to keyNumber: UInt16, of count: Int, without: [Int], from number: UInt32) -> [TrustEntry] {
        let secret = [UInt8](repeating: UInt8(keyNumber), count: FleetKey.byteCount)
        return (0..<count).filter { !without.contains($0) }.enumerated().compactMap { place, robot in
            SealedBox.close(secret, to: Swarm.signingKey(robot).publicKey).map { sealed in
                entry(
                    number + UInt32(place),
                    .fleetKey(FleetKeyShare(keyNumber: keyNumber, robot: NodeID(UInt16(robot)), sealed: sealed)))
            }
        }
    }

    private static func swarm(seed: UInt64, loss: Double, absent: [Int] = []) -> Swarm {
        let swarm = Swarm(
            corridor, conditions: .init(loss: loss, repeats: loss / 2), seed: seed, absent: absent,
            roster: roster(rows * 2))
        swarm.run(seconds: 1)
        swarm.command(.organise(launches: false), at: 0)
        swarm.run(seconds: 10)
        return swarm
    }

    private static func isOut(_ victim: Int, at robot: Int, _ swarm: Swarm) -> Bool {
        guard let peer = swarm.peers[robot] else { return true }
        return peer.seal.trust.isRevoked(NodeID(UInt16(victim))) && peer.neighbours[NodeID(UInt16(victim))] == nil
    }

    @Test(arguments: [0.0, 0.2], 1...4 as ClosedRange<UInt64>)
    func `a revoked robot is out at its neighbours within a second, and six hops on within three`(
        loss: Double, seed: UInt64
    ) {
        let swarm = Self.swarm(seed: seed, loss: loss)
        let victim = Self.rows
        let beside = victim ^ 1
        let start = swarm.now
        swarm.command(.admit([Self.revocation(of: victim, number: 1)]), at: beside)
        var outAt = [Double?](repeating: nil, count: Self.rows * 2)
        while swarm.now < start + .seconds(5) {
            swarm.run(seconds: 0.01)
            for robot in outAt.indices where robot != victim && outAt[robot] == nil {
                if Self.isOut(victim, at: robot, swarm) { outAt[robot] = (swarm.now - start).inSeconds }
            }
        }
        for robot in outAt.indices where robot != victim {
            let rows = abs(robot / 2 - victim / 2)
            let limit = rows <= 1 ? 1.0 : 3.0
            #expect(
                (outAt[robot] ?? 99) <= limit, "loss \(loss), seed \(seed), \(rows) rows away: \(outAt[robot] ?? 99) s")
        }
        // It has heard so itself, stands, and is silent; nothing it had in the air is taken any more.
        #expect(swarm.peers[victim]?.hasLeft == true)
        let late = swarm.seal(victim, epoch: Epoch(1)).closedBeacon()
        let before = swarm.status(beside)?.drops[.revoked] ?? 0
        swarm.inject(late, at: beside)
        #expect(swarm.status(beside)?.drops[.revoked] == before + 1)
        swarm.run(seconds: 5)
        #expect(swarm.living.filter { $0 != victim }.allSatisfy(swarm.isCovered))
    }

    @Test(arguments: 1...3 as ClosedRange<UInt64>)
    func `what each half has thrown out is out in both when they meet, and with a robot that was off`(seed: UInt64) {
        let swarm = Self.swarm(seed: seed, loss: 0.1)
        let off = 20
        swarm.kill(off)
        for robot in swarm.side.indices where robot >= Self.rows { swarm.side[robot] = 1 }
        swarm.run(seconds: 8)
        swarm.command(.admit([Self.revocation(of: 5, number: 1)]), at: 0)
        swarm.command(.admit([Self.revocation(of: 18, number: 1)]), at: 25)
        swarm.run(seconds: 3)
        #expect(!Self.isOut(18, at: 2, swarm) && !Self.isOut(5, at: 22, swarm))
        for robot in swarm.side.indices { swarm.side[robot] = 0 }
        swarm.boot(off)
        swarm.run(seconds: 20)
        let inside = swarm.living.filter { $0 != 5 && $0 != 18 }
        #expect(inside.allSatisfy { Self.isOut(5, at: $0, swarm) && Self.isOut(18, at: $0, swarm) })
        let digests = inside.compactMap { swarm.peers[$0]?.seal.trust.digest }
        #expect(digests.count == inside.count && digests.allSatisfy { $0 == digests[0] })
    }

    @Test(arguments: 1...2 as ClosedRange<UInt64>)
    func `a new shared key goes round, deafens nobody, and whoever was away gets it afterwards`(seed: UInt64) {
        let swarm = Self.swarm(seed: seed, loss: 0.05)
        let (off, thief) = (24, 10)
        swarm.kill(off)
        let entries =
            [Self.revocation(of: thief, number: 1)]
            + Self.roll(to: 2, of: Self.rows * 2, without: [thief], from: 2)
        swarm.command(.admit(entries), at: 0)
        let within = swarm.living.filter { $0 != thief }
        let wrong = within.map { swarm.status($0)?.drops[.wrongTag] ?? 0 }
        swarm.run(seconds: 12)
        #expect(within.allSatisfy { swarm.peers[$0]?.seal.keyring.newest == 2 })
        #expect(within.map { swarm.status($0)?.drops[.wrongTag] ?? 0 } == wrong, "somebody was deaf meanwhile")
        #expect(swarm.peers[thief]?.seal.keyring.newest == 1)
        // Longer than the old key is taken from anybody.
        swarm.run(seconds: 70)
        swarm.boot(off)
        swarm.run(seconds: 15)
        #expect(swarm.peers[off]?.seal.keyring.newest == 2)
        #expect(swarm.peers[off]?.neighbours.all.isEmpty == false && swarm.isCovered(off))
    }

    @Test func `a robot that hears its own key say what it has not said tells so, and a stranger's copy does not`() {
        let swarm = Self.swarm(seed: 1, loss: 0)
        func doubled() -> Int { swarm.events(since: .zero) { $0 == .keyDoubled(NodeID(4)) } }
        var own: [[UInt8]] = []
        swarm.tap = { robot, transmission in if robot == 4 { own.append(transmission.datagram) } }
        swarm.run(seconds: 2)
        for datagram in own { swarm.inject(datagram, at: 4) }
        #expect(doubled() == 0)
        swarm.inject(swarm.seal(4, epoch: Epoch(2)).closedBeacon(), at: 4)
        #expect(doubled() == 1)
    }
}

extension Seal {
    /// A beacon of whoever holds this seal's key.
    fileprivate func closedBeacon() -> [UInt8] {
        var seal = self
        return seal.close(
            .beacon(Beacon.sample(interval: 500, hears: [])), to: .none, via: .none, next: .none, timeToLive: 1)
    }
}
