import SkeinWire
import Testing

@testable import SkeinPeer
@testable import SkeinSeal

/// Evidence against those who lead: what proves, and what never does.
struct DemotionTests {
    private static let fleet = Swarm.key.fleet
    private static let cloud = CloudTuning()
    private let verifier = SodiumVerifier()

    private func member(_ robot: Int) -> Member {
        Member(
            id: NodeID(UInt16(robot)), key: Swarm.signingKey(robot).publicKey, roles: .all, expiresAtSeconds: nil,
            name: "r\(robot)", membershipNumber: 0)
    }

    private func seal(_ robot: Int, epoch: UInt32 = 1, key: FleetKey = Swarm.key) -> Seal {
        Seal(
            id: NodeID(UInt16(robot)), epoch: Epoch(epoch), fleetKey: key,
            roster: Roster((0..<4).map { (NodeID(UInt16($0)), Swarm.signingKey($0).publicKey) }),
            signer: KeySigner(Swarm.signingKey(robot)), verifier: verifier)
    }

    private func sealed(_ message: Message, by seal: inout Seal) -> [UInt8] {
        seal.close(message, to: .none, via: .none, next: .none, timeToLive: 8)
    }

    private func digest(_ datagram: [UInt8]) -> SignedDigest {
        guard let digest = SignedDigest(of: datagram) else { preconditionFailure("no digest of a datagram") }
        return digest
    }

    private func proves(_ evidence: Demotion.Evidence, of accused: Int = 1, against robot: Int = 1) -> Bool {
        let demotion = Demotion(accused: NodeID(UInt16(accused)), membershipNumber: 0, evidence: evidence)
        return LeaderRules.proves(
            demotion, against: member(robot), fleet: Self.fleet, cloud: Self.cloud, verifier: verifier)
    }

    private func plan(
        _ root: UInt16 = 1, number: UInt32 = 1, part: UInt8 = 0, leaders: [UInt16] = [1, 2],
        entries: [(UInt16, UInt8)] = [(1, 0), (2, 1), (3, 1)]
    ) -> Message {
        .plan(
            PlanPart(
                root: NodeID(root), plan: PlanNumber(term: 1, number: number), part: part, parts: 2,
                leaders: leaders.map {
                    PlanPart.Leader(id: NodeID($0), efficiency: EfficiencyField(bitsPerSecondPerHz: 5))
                },
                entries: entries.map { PlanPart.Entry(robot: NodeID($0.0), owner: $0.1) }))
    }

    private func order(_ revision: UInt32, _ command: MissionOrder.Command, root: UInt16 = 1) -> Message {
        .mission(MissionOrder(revision: revision, command: command, root: NodeID(root)))
    }

    private func grant(_ member: UInt16, kHz: UInt16) -> Hello.Grant {
        Hello.Grant(member: NodeID(member), granted: PercentField(percent: 10), shareKHz: kHz, parts: 0)
    }

    private func hello(_ grants: [Hello.Grant], leader: UInt16 = 1, isLeader: Bool = true) -> Message {
        .hello(.sample(leader: NodeID(leader), isLeader: isLeader, grants: grants))
    }

    // MARK: Two faces

    @Test func `two contents under one counter are two faces`() {
        var seal = seal(1)
        let one = sealed(plan(), by: &seal)
        let other = Forger(robot: 1).resigned(one, plan(number: 9))
        #expect(proves(.twoFaces(digest(one), digest(other))))
        #expect(proves(.twoFaces(digest(other), digest(one))))
    }

    @Test func `two parts of one place in one plan are two faces, also under two counters`() {
        var seal = seal(1)
        let one = sealed(plan(), by: &seal)
        let other = sealed(plan(entries: [(1, 0), (2, 1), (3, 0)]), by: &seal)
        #expect(proves(.twoFaces(digest(one), digest(other))))
        let next = sealed(plan(part: 1, entries: []), by: &seal)
        #expect(!proves(.twoFaces(digest(one), digest(next))), "another part")
        let later = sealed(plan(number: 2, entries: []), by: &seal)
        #expect(!proves(.twoFaces(digest(one), digest(later))), "another plan")
    }

    @Test func `two orders of one revision are two faces`() {
        var seal = seal(1)
        let one = sealed(order(4, .start), by: &seal)
        let other = sealed(order(4, .organise), by: &seal)
        let stop = sealed(order(5, .stop), by: &seal)
        #expect(proves(.twoFaces(digest(one), digest(other))))
        #expect(!proves(.twoFaces(digest(one), digest(stop))))
    }

    @Test func `what an honest robot sends again proves nothing`() {
        var seal = seal(1)
        let one = sealed(plan(), by: &seal)
        let again = sealed(plan(), by: &seal)
        #expect(!proves(.twoFaces(digest(one), digest(one))), "a copy")
        #expect(!proves(.twoFaces(digest(one), digest(seal.relayed(one, next: NodeID(3), hop: 4)))), "relayed")
        #expect(!proves(.twoFaces(digest(one), digest(again))), "the same part under a new counter")
    }

    @Test func `after a restart the same numbers may be given anew`() {
        var before = seal(1, epoch: 1)
        var after = seal(1, epoch: 2)
        let one = sealed(plan(), by: &before)
        let other = sealed(plan(entries: [(1, 0)]), by: &after)
        #expect(!proves(.twoFaces(digest(one), digest(other))))
    }

    @Test func `in another class the same counter is another number`() {
        var seal = seal(1)
        let one = sealed(hello([]), by: &seal)
        let other = sealed(plan(), by: &seal)
        #expect(digest(one).header[20..<24] == digest(other).header[20..<24])
        #expect(!proves(.twoFaces(digest(one), digest(other))))
    }

    // MARK: Forged evidence

    @Test func `no altered byte of the evidence is believed`() {
        var seal = seal(1)
        let one = sealed(plan(), by: &seal)
        let other = sealed(plan(entries: [(1, 0)]), by: &seal)
        let (left, right) = (digest(one), digest(other))
        #expect(proves(.twoFaces(left, right)))
        for index in left.header.indices {
            var forged = left
            forged.header[index] ^= 1
            #expect(!proves(.twoFaces(forged, right)), "header byte \(index)")
        }
        for index in left.head.indices {
            var forged = left
            forged.head[index] ^= 1
            #expect(!proves(.twoFaces(forged, right)), "head byte \(index)")
        }
        for index in [0, 31] {
            var forged = left
            forged.hash[index] ^= 1
            #expect(!proves(.twoFaces(forged, right)), "hash byte \(index)")
        }
        var forged = left
        forged.signature[5] ^= 1
        #expect(!proves(.twoFaces(forged, right)), "signature")
        let message = Evidence.bytes(of: sealed(hello([grant(2, kHz: 30_000)]), by: &seal))
        #expect(proves(.brokenRule(message)))
        for index in message.indices where !(28..<33).contains(index) {
            var forged = message
            forged[index] ^= 1
            #expect(!proves(.brokenRule(forged)), "message byte \(index)")
        }
        for count in [0, 32, 33, 96, 97, message.count - 1] {
            #expect(!proves(.brokenRule(Array(message.prefix(count)))), "\(count) bytes")
        }
    }

    @Test func `another's messages, key, fleet or accusation prove nothing`() {
        var one = seal(1)
        var two = seal(2)
        let own = sealed(plan(), by: &one)
        let other = sealed(plan(2, leaders: [2]), by: &two)
        #expect(!proves(.twoFaces(digest(own), digest(other))), "two robots")
        let faces = Demotion.Evidence.twoFaces(digest(own), digest(sealed(plan(entries: []), by: &one)))
        #expect(proves(faces))
        #expect(!proves(faces, of: 2, against: 2), "of another")
        #expect(!proves(faces, of: 1, against: 2) && !proves(faces, of: 2, against: 1))
        let stranger = FleetKey(bytes: [UInt8](repeating: 8, count: FleetKey.byteCount))
        var elsewhere = seal(1, key: stranger)
        let there = (sealed(plan(), by: &elsewhere), sealed(plan(entries: []), by: &elsewhere))
        #expect(!proves(.twoFaces(digest(there.0), digest(there.1))), "in another fleet")
        var newKey = member(1)
        newKey.key = Swarm.signingKey(3).publicKey
        let demotion = Demotion(accused: NodeID(1), membershipNumber: 0, evidence: faces)
        #expect(
            !LeaderRules.proves(
                demotion, against: newKey, fleet: Self.fleet, cloud: Self.cloud, verifier: verifier),
            "what a robot's former key has signed")
    }

    // MARK: Rules of one message

    private func isBroken(_ message: Message, by robot: Int = 1) -> Bool {
        var seal = seal(robot)
        let isBroken = LeaderRules.isBroken(by: message, of: NodeID(UInt16(robot)), cloud: Self.cloud)
        let bytes = Evidence.bytes(of: sealed(message, by: &seal))
        #expect(proves(.brokenRule(bytes), of: robot, against: robot) == isBroken, "\(message)")
        return isBroken
    }

    @Test func `a hello promises no more than the band, nobody twice, and only a leader's own`() {
        #expect(!isBroken(hello([grant(2, kHz: 12_000), grant(3, kHz: 8_000)])))
        #expect(!isBroken(hello([])))
        #expect(!isBroken(hello([], leader: 2, isLeader: false)))
        #expect(isBroken(hello([grant(2, kHz: 12_000), grant(3, kHz: 8_010)])), "more than 20 MHz")
        #expect(isBroken(hello([grant(2, kHz: 1_000), grant(3, kHz: 1_000), grant(2, kHz: 1_000)])), "twice")
        #expect(isBroken(hello([grant(2, kHz: 1_000)], leader: 2, isLeader: false)), "without leading")
        #expect(isBroken(hello([], leader: 2, isLeader: true)), "in another's name")
        #expect(isBroken(hello([], leader: 1, isLeader: false)), "its own leader, and none")
    }

    @Test func `a narrower band than others' makes nobody an accuser, a wider one excuses`() {
        var narrow = CloudTuning()
        narrow.bandwidthMHz = 5
        var wide = CloudTuning()
        wide.bandwidthMHz = 40
        let message = hello([grant(2, kHz: 20_000)])
        #expect(!LeaderRules.isBroken(by: message, of: NodeID(1), cloud: narrow))
        let more = hello([grant(2, kHz: 39_000)])
        #expect(LeaderRules.isBroken(by: more, of: NodeID(1), cloud: narrow))
        #expect(!LeaderRules.isBroken(by: more, of: NodeID(1), cloud: wide))
    }

    @Test func `a plan is its root's own, names everybody once, and puts no leader under another`() {
        #expect(!isBroken(plan()))
        #expect(!isBroken(plan(entries: [])))
        #expect(isBroken(plan(2)), "in another's name")
        #expect(isBroken(plan(leaders: [2, 1])), "the root is not its first leader")
        #expect(isBroken(plan(leaders: [], entries: [])), "nobody leads")
        #expect(isBroken(plan(leaders: [1, 2, 2])), "a leader twice")
        #expect(isBroken(plan(entries: [(1, 0), (3, 0), (3, 1)])), "a robot under two")
        #expect(isBroken(plan(entries: [(1, 0), (2, 0)])), "a leader under another")
        #expect(isBroken(order(3, .start, root: 2)), "an order in another's name")
        #expect(!isBroken(order(3, .start)))
    }

    @Test func `nobody is condemned by messages that no rule speaks of`() {
        #expect(!isBroken(.beacon(.sample(leader: NodeID(3)))))
        #expect(!isBroken(.sighting(Sighting(revision: 1, xMeters: 0, yMeters: 0, sigmaMeters: 1))))
    }
}
