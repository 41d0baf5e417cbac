import SkeinWire
import Testing

@testable import SkeinPeer

/// Robots that say that they leave, against robots that fall silent.
struct LeaveTests {
    enum Victim: CaseIterable {
        case member, leader, root
    }

    static func settled(_ count: Int = 24, side: Double = 55, seed: UInt64) -> Swarm {
        var dice = Dice(seed: seed)
        let layout = Layout.connected(count: count, sideMeters: side, dice: &dice)
        let swarm = Swarm(layout, seed: seed)
        swarm.run(seconds: 1)
        swarm.command(.organise(launches: false), at: 0)
        _ = swarm.run(atMost: 20) { swarm.log.contains { if case .settled = $0.event { true } else { false } } }
        swarm.run(seconds: 4)
        return swarm
    }

    /// A robot of this kind without which the others still form one mesh.
    static func victim(_ kind: Victim, in swarm: Swarm) -> Int? {
        swarm.living.first { robot in
            guard isSpare(robot, swarm) else { return false }
            return switch kind {
            case .member: robot != 0 && !swarm.isLeading(robot)
            case .leader:
                robot != 0 && swarm.isLeading(robot) && swarm.living.count { swarm.leader($0) == robot } > 1
            case .root: robot == 0
            }
        }
    }

    static func isSpare(_ robot: Int, _ swarm: Swarm) -> Bool {
        let depths = swarm.layout.depths(from: robot == 0 ? 1 : 0) { one, other in one != robot && other != robot }
        return depths.count { $0 < 0 } == 1
    }

    /// One root that all see, hops as in breadth-first search from it, everybody covered, and nobody has the robot left in
    /// its tables.
    static func isWhole(_ swarm: Swarm, without gone: Int) -> Bool {
        let roots = swarm.living.filter { swarm.peers[$0]?.tree.isRoot == true }
        guard roots.count == 1, swarm.misplaced(root: roots[0]).isEmpty else { return false }
        return swarm.living.allSatisfy { robot in
            swarm.isCovered(robot) && swarm.peers[robot]?.neighbours[NodeID(UInt16(gone))] == nil
        }
    }

    @Test(arguments: Victim.allCases)
    func `the hierarchy is whole again much sooner after a leave than after a silent death`(kind: Victim) throws {
        var leaves: [Double] = []
        var deaths: [Double] = []
        for seed in 1...8 as ClosedRange<UInt64> {
            for isLeave in [true, false] {
                let swarm = Self.settled(seed: seed)
                guard let victim = Self.victim(kind, in: swarm) else { continue }
                if isLeave { swarm.leave(victim) } else { swarm.kill(victim) }
                let start = swarm.now
                var whole: Double?
                while whole == nil, swarm.now < start + .seconds(30) {
                    swarm.run(seconds: 0.02)
                    if Self.isWhole(swarm, without: victim) { whole = (swarm.now - start).inSeconds }
                }
                let seconds = try #require(whole, "\(kind), seed \(seed), leave \(isLeave)")
                if isLeave { leaves.append(seconds) } else { deaths.append(seconds) }
            }
        }
        let (worst, mean) = (leaves.max() ?? 0, leaves.reduce(0, +) / Double(max(1, leaves.count)))
        let silent = deaths.reduce(0, +) / Double(max(1, deaths.count))
        #expect(leaves.count >= 4)
        #expect(mean < silent / 5, "\(kind): \(mean) s against \(silent) s")
        #expect(worst <= (kind == .root ? 1.5 : 0.5), "\(kind): \(worst) s")
    }

    @Test(arguments: Victim.allCases)
    func `if its word is lost on both bands, silence decides as before`(kind: Victim) throws {
        let swarm = Self.settled(seed: 2)
        let victim = try #require(Self.victim(kind, in: swarm))
        swarm.conditions.loss = 1
        swarm.leave(victim)
        swarm.conditions.loss = 0
        let whole = swarm.run(atMost: 20) { Self.isWhole(swarm, without: victim) }
        #expect(whole != nil, "\(kind)")
    }

    @Test func `it says so once on each band, stops, and says nothing more`() {
        let swarm = Self.settled(seed: 3)
        var sent: [(kind: MessageKind?, band: Band)] = []
        swarm.tap = { robot, transmission in
            if robot == 4 { sent.append((MessageKind(rawValue: transmission.datagram[1]), transmission.band)) }
        }
        swarm.command(.leave, at: 4)
        #expect(sent.count { $0.kind == .beacon && $0.band == .control } == 1)
        #expect(sent.count { $0.kind == .hello && $0.band == .data } == 1)
        let before = sent.count
        swarm.command(.echo(NodeID(5)), at: 4)
        swarm.command(.organise(launches: true), at: 4)
        swarm.command(.stopMission, at: 4)
        swarm.command(.leave, at: 4)
        swarm.run(seconds: 10)
        #expect(sent.count == before)
        #expect(swarm.peers[4]?.nextDeadline == .distantFuture)
        let words = swarm.replies.suffix(4).map { reply in
            switch reply.reply {
            case .echoFailed: "echoFailed"
            case .left: "left"
            case .mission: "mission"
            case .done: "done"
            case .status, .links, .echoed, .taskAccepted, .taskRefused, .taskEnded, .task, .tasks, .refused, .admitted,
                .entries, .trust, .safety, .peers, .job, .report, .question:
                "?"
            }
        }
        #expect(words == ["echoFailed", "left", "left", "done"])
        #expect(swarm.events(since: .zero) { $0 == .left } == 1)
    }

    @Test func `frames of that boot which come after its word put it into no table`() {
        let swarm = Self.settled(seed: 3)
        let neighbour = swarm.layout.x.indices.first { $0 != 4 && swarm.layout.powerDBm(4, $0) != nil } ?? 0
        var late: [Transmission] = []
        swarm.side[4] = 1
        swarm.tap = { robot, transmission in if robot == 4 { late.append(transmission) } }
        swarm.run(seconds: 1)
        swarm.tap = { _, _ in }
        swarm.side[4] = 0
        swarm.leave(4)
        swarm.run(seconds: 0.1)
        #expect(swarm.peers[neighbour]?.neighbours[NodeID(4)] == nil)
        for transmission in late {
            swarm.hear(transmission.datagram, .sample(transmission.band, from: 4), at: neighbour)
        }
        #expect(late.count > 2 && swarm.peers[neighbour]?.neighbours[NodeID(4)] == nil)
        swarm.boot(4)
        let back = swarm.run(atMost: 3) { swarm.peers[neighbour]?.neighbours[NodeID(4)]?.hearsUs == true }
        #expect(back != nil, "its next boot is welcome")
    }

    @Test func `only a robot itself can say that it leaves`() {
        let swarm = Self.settled(seed: 3)
        var word: [UInt8] = []
        swarm.tap = { robot, transmission in
            if robot == 4, transmission.band == .control, transmission.datagram[1] == MessageKind.beacon.rawValue {
                word = transmission.datagram
            }
        }
        swarm.run(seconds: 3)
        // The flags stand behind the header and the interval.
        word[Envelope.headerBytes + 2] |= 4
        for robot in swarm.living where robot != 4 {
            swarm.hear(word, .sample(.control, from: 4), at: robot)
            #expect(swarm.peers[robot]?.departures.contains(NodeID(4)) == false)
        }
    }

    @Test func `a root that left and comes back is no root until it is told`() {
        let swarm = Self.settled(seed: 2)
        swarm.leave(0)
        swarm.run(seconds: 0.5)
        swarm.boot(0)
        swarm.run(seconds: 8)
        let roots = swarm.living.filter { swarm.peers[$0]?.tree.isRoot == true }
        #expect(roots.count == 1 && roots != [0])
        #expect(roots.first.map { swarm.misplaced(root: $0).isEmpty } == true)
        swarm.command(.organise(launches: false), at: 0)
        let back = swarm.run(atMost: 8) { swarm.misplaced(root: 0).isEmpty }
        #expect(back != nil)
    }

    @Test func `departures are bounded, and a later boot ends one`() {
        var departures = Departures()
        for robot in 0..<200 as Range<UInt16> {
            let isNew = departures.note(NodeID(robot), Epoch(3))
            #expect(isNew)
        }
        #expect(!departures.contains(NodeID(135)) && departures.contains(NodeID(136)))
        let isNew = departures.note(NodeID(150), Epoch(3))
        #expect(!isNew)
        departures.heard(NodeID(150), Epoch(3))
        #expect(departures.contains(NodeID(150)))
        departures.heard(NodeID(150), Epoch(4))
        #expect(!departures.contains(NodeID(150)))
    }
}
