import SkeinSeal
import SkeinWire
import Testing

@testable import SkeinPeer

/// Whole peers: measurements between two robots, ordered through a third; they end, and leave nothing.
struct SpeedTests {
    private static func order(
        _ swarm: Swarm, from: Int, to: Int, bytes: Int = 200_000, seconds: Int = 30
    ) -> OperatorQuestion {
        .measure(SpeedOrder(from: swarm.node(from), to: swarm.node(to), bytes: bytes, seconds: seconds))
    }

    @Test(arguments: [(0, 1), (0, 4), (4, 0), (2, 3), (3, 0)], [0.0, 0.1])
    func `an object goes the ordinary way, and how long it took is told`(_ ends: (from: Int, to: Int), loss: Double) {
        for seed in 1...3 as ClosedRange<UInt64> {
            let swarm = Swarm.line(5, loss: loss, seed: seed)
            // Frames that overtake each other look like lost ones.
            if loss == 0 { swarm.conditions.delayMax = swarm.conditions.delayMin + 1 }
            let answer = swarm.ask(Self.order(swarm, from: ends.from, to: ends.to), at: 0, seconds: 35)
            guard case .measured(let report)? = answer?.reply else {
                Issue.record("\(ends), loss \(loss), seed \(seed): \(String(describing: answer))")
                continue
            }
            #expect(report.from == swarm.node(ends.from) && report.to == swarm.node(ends.to))
            #expect(report.bytes == 200_000 && report.took > .zero && report.bitsPerSecond > 0)
            let chunks = (200_000 + ObjectBytes.chunkBytes - 1) / ObjectBytes.chunkBytes
            #expect(report.sent.map { $0 >= chunks } ?? true && (report.repeated ?? 0) <= (report.sent ?? 0))
            #expect(report.allottedBitsPerSecond > 0)
            #expect(loss > 0 || report.sent == chunks && report.repeated == 0, "\(report)")
            // No faster than allotted, but for what a bucket holds.
            #expect(report.bitsPerSecond < report.allottedBitsPerSecond * 1.2, "\(report)")
            swarm.run(seconds: 5)
            #expect(swarm.living.allSatisfy(swarm.isTidy), "\(ends), seed \(seed)")
        }
    }

    @Test func `one at a time has part in a measurement`() {
        let swarm = Swarm.line(4, seed: 2)
        let before = swarm.replies.count
        swarm.command(.question(Self.order(swarm, from: 0, to: 1, bytes: 16 << 20)), at: 0, ticket: 1)
        swarm.run(seconds: 0.2)
        swarm.command(.question(Self.order(swarm, from: 2, to: 3)), at: 0, ticket: 2)
        #expect(swarm.questionReplies(since: before) == [.failed(swarm.node(0), .tooMany)], "its asker has one")
        swarm.command(.question(Self.order(swarm, from: 2, to: 1)), at: 3, ticket: 3)
        swarm.run(seconds: 0.2)
        #expect(swarm.questionReplies(since: before).last == .failed(swarm.node(1), .refused(.busy)))
        swarm.command(.question(Self.order(swarm, from: 2, to: 3)), at: 3, ticket: 4)
        #expect(swarm.run(atMost: 60) { swarm.questionReplies(since: before).count == 4 } != nil)
        swarm.run(seconds: 5)
        #expect(swarm.living.allSatisfy(swarm.isTidy))
    }

    @Test(arguments: [0, 1, 2, 4], [1, 2, 3, 4] as [UInt64])
    func `whoever dies, it ends in time and everybody lets go`(_ victim: Int, seed: UInt64) {
        let swarm = Swarm.line(5, loss: 0.05, seed: seed)
        var dice = Dice(seed: seed)
        let before = swarm.replies.count
        // Robot 0 orders; 1 sends to 4, 2 is a relay.
        swarm.command(.question(Self.order(swarm, from: 1, to: 4, bytes: 8 << 20, seconds: 20)), at: 0)
        // The object takes longer than that.
        swarm.run(seconds: Double(dice.below(300)) * 1e-3)
        swarm.kill(victim)
        if victim != 0 {
            let ended = swarm.run(atMost: 32) { !swarm.questionReplies(since: before).isEmpty }
            #expect(ended != nil, "r\(victim) dead, seed \(seed): no end")
            guard case .failed? = swarm.questionReplies(since: before).first else {
                Issue.record("r\(victim), seed \(seed): \(swarm.questionReplies(since: before))")
                return
            }
        }
        swarm.run(seconds: 15)
        for robot in swarm.living { #expect(swarm.isTidy(robot), "r\(victim) dead, seed \(seed): r\(robot)") }
        #expect(swarm.questionReplies(since: before).count == (victim == 0 ? 0 : 1))
    }

    @Test func `a tool that goes ends it`() {
        let swarm = Swarm.line(3, seed: 3)
        let before = swarm.replies.count
        swarm.command(.question(Self.order(swarm, from: 0, to: 2, bytes: 16 << 20, seconds: 120)), at: 1, ticket: 9)
        #expect(swarm.run(atMost: 5) { swarm.peers[2]?.probing.taking != nil } != nil)
        swarm.run(seconds: 0.1)
        #expect(swarm.peers[0]?.probing.giving != nil && swarm.peers[2]?.probing.taking != nil)
        swarm.command(.question(.giveUp(ticket: 8)), at: 1)
        swarm.run(seconds: 0.1)
        #expect(swarm.peers[0]?.probing.giving != nil, "another's ticket")
        swarm.command(.question(.giveUp(ticket: 9)), at: 1)
        swarm.run(seconds: 0.3)
        #expect(swarm.living.allSatisfy(swarm.isTidy), "at once, not by the lease")
        swarm.run(seconds: 10)
        #expect(swarm.questionReplies(since: before).isEmpty)
    }

    @Test func `its time is over, it is late, and nothing is left`() {
        let swarm = Swarm.line(5, seed: 4)
        let answer = swarm.ask(Self.order(swarm, from: 0, to: 4, bytes: 16 << 20, seconds: 2), at: 2)
        guard case .failed(_, let why)? = answer?.reply else {
            Issue.record("\(String(describing: answer))")
            return
        }
        #expect(why == .late || why == .refused(.late))
        #expect(answer.map { $0.took <= 2.5 } == true)
        swarm.run(seconds: 5)
        #expect(swarm.living.allSatisfy(swarm.isTidy))
    }

    @Test func `without the role nobody is measured: by its own word, the sender's and the receiver's`() {
        let everything: TrustRoles = [.lead, .releaseStops, .commandMissions, .addKernels]
        let members = (0..<3).map { robot in
            Member(
                id: NodeID(UInt16(robot)), key: Swarm.signingKey(robot).publicKey,
                roles: robot == 1 ? [.lead] : everything,
                expiresAtSeconds: nil, name: "r\(robot)", membershipNumber: 1)
        }
        let swarm = Swarm.line(3, seed: 5, roster: Roster(members: members, authority: nil, entries: []))
        swarm.command(.question(Self.order(swarm, from: 0, to: 2)), at: 1)
        guard case .refused(.role(.commandMissions))? = swarm.replies.last?.reply else {
            Issue.record("\(String(describing: swarm.replies.last))")
            return
        }
        // A program that is not ours asks all the same.
        var answers: [Answer.Body] = []
        swarm.tap = { sender, transmission in
            guard sender == 0, transmission.datagram[1] == MessageKind.answer.rawValue else { return }
            let datagram = transmission.datagram
            let end = datagram.count - Envelope.signatureBytes - Envelope.tagBytes
            if case .answer(let answer)? = try? Message(.answer, body: datagram[Envelope.headerBytes..<end]) {
                answers.append(answer.body)
            }
        }
        var seal = swarm.seal(1, epoch: Epoch(1))
        for _ in 0..<1_000 {
            _ = seal.close(
                .echo(Echo(number: 0, isAnswer: true, hops: 0)), to: .none, via: .none, next: .none, timeToLive: 1)
        }
        guard let object = ObjectID(hash: [UInt8](repeating: 9, count: ObjectID.byteCount)) else { return }
        let subjects: [Question.Subject] = [
            .speed(to: swarm.node(2), bytes: 50_000, milliseconds: 9_000),
            .take(object, bytes: 50_000, from: swarm.node(2), milliseconds: 9_000), .way(to: swarm.node(2)),
        ]
        for (number, subject) in subjects.enumerated() {
            let question = Message.question(Question(number: UInt64(number), subject: subject))
            let datagram = seal.close(question, to: swarm.node(0), via: .none, next: swarm.node(0), timeToLive: 8)
            swarm.hear(datagram, .sample(.control, from: 1), at: 0)
        }
        #expect(answers.prefix(2) == [.refused(.notAllowed), .refused(.notAllowed)])
        if case .way? = answers.last {} else { Issue.record("a way is for every member: \(answers)") }
        #expect(swarm.isTidy(0))
    }

    @Test func `the object is for its receiver alone`() throws {
        let swarm = Swarm.line(3, seed: 6)
        swarm.command(.question(Self.order(swarm, from: 0, to: 2, bytes: 8 << 20, seconds: 60)), at: 0)
        swarm.run(seconds: 1)
        let giving = try #require(swarm.peers[0]?.probing.giving)
        let object = try #require(giving.id)
        #expect(swarm.peers[0]?.measuredObject(object, for: swarm.node(1)) == nil)
        #expect(swarm.peers[0]?.measuredObject(object, for: swarm.node(2))?.count == 8 << 20)
        #expect(ObjectID(hash: ObjectHash.of(giving.object.bytes)) == object)
    }

    @Test(arguments: [16_383, (16 << 20) + 1, 0, -5]) func `too little and too much to measure with is senseless`(
        bytes: Int
    ) {
        let swarm = Swarm.line(2, seed: 7)
        #expect(
            swarm.ask(Self.order(swarm, from: 0, to: 1, bytes: bytes), at: 0)?.reply
                == .failed(swarm.node(0), .senseless))
        #expect(swarm.ask(Self.order(swarm, from: 1, to: 1), at: 0)?.reply == .failed(swarm.node(0), .senseless))
    }
}
