import SkeinSeal
import SkeinWire
import Testing

@testable import SkeinPeer

/// Whole peers: questions about ways, each answered or failed once and in time, whatever is lost.
struct QuestionTests {
    @Test func `any robot tells of its way to any other, asked through any third`() {
        let swarm = Swarm.line(5, seed: 1)
        for asker in [0, 2, 4] {
            for robot in 0..<5 {
                for target in 0..<5 {
                    // A route request may have to find the way first.
                    _ = swarm.ask(.echo(by: swarm.node(robot), of: swarm.node(target)), at: asker)
                    let answer = swarm.ask(.way(of: swarm.node(robot), to: swarm.node(target)), at: asker)
                    guard case .way(let of, let way, let hops, let roundTrip)? = answer?.reply else {
                        Issue.record("r\(asker) asks r\(robot) about r\(target): \(String(describing: answer))")
                        continue
                    }
                    #expect(of == swarm.node(robot) && hops == abs(asker - robot) && roundTrip != nil)
                    if robot == target {
                        #expect(way == .itself)
                    } else {
                        #expect(way.next == swarm.node(target > robot ? robot + 1 : robot - 1))
                        #expect(way.hops == UInt8(abs(target - robot)), "r\(robot) to r\(target): \(way)")
                        #expect(way.basis == .measured && way.efficiency.bitsPerSecondPerHz > 0)
                    }
                }
            }
        }
    }

    @Test(arguments: [0.0, 0.1, 0.25], [1, 2, 3, 4, 5, 6] as [UInt64])
    func `on a lossy field every question ends once and in time, and an answer is true`(loss: Double, seed: UInt64) {
        var dice = Dice(seed: seed)
        let layout = Layout.connected(count: 16, sideMeters: 55, dice: &dice)
        let swarm = Swarm(layout, conditions: .init(loss: loss, repeats: 0.2), seed: seed)
        swarm.run(seconds: 1)
        swarm.command(.organise(launches: false), at: 0)
        swarm.run(seconds: 10)
        var answered = 0
        for turn in 0..<30 {
            let (asker, robot, target) = (dice.below(16), dice.below(16), dice.below(16))
            let question: OperatorQuestion =
                turn % 2 == 0
                ? .echo(by: swarm.node(robot), of: swarm.node(target))
                : .way(of: swarm.node(robot), to: swarm.node(target))
            let before = swarm.replies.count
            let answer = swarm.ask(question, at: asker)
            guard let answer else {
                Issue.record("loss \(loss), seed \(seed): \(question) through r\(asker) has no end")
                continue
            }
            switch answer.reply {
            case .echoed(let by, let of, let hops, _):
                answered += 1
                #expect(by == swarm.node(robot) && of == swarm.node(target))
                #expect(hops >= layout.depths(from: robot)[target])
            case .way(let of, let way, _, _):
                answered += 1
                #expect(of == swarm.node(robot))
                guard way.rule.hasNext else { continue }
                #expect(layout.powerDBm(robot, Int(way.next.number)) != nil, "\(way.next) is out of range of r\(robot)")
            case .failed(let by, _): #expect(by == swarm.node(robot))
            case .measured: Issue.record("nothing was measured")
            }
            swarm.run(seconds: 1)
            #expect(swarm.questionReplies(since: before).count == 1, "each ends once")
        }
        #expect(answered >= (loss < 0.2 ? 29 : 24), "loss \(loss), seed \(seed): \(answered) of 30")
    }

    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
    func `a relay that dies in the middle leaves no question open`(seed: UInt64) {
        let swarm = Swarm.line(5, loss: 0.05, seed: seed)
        var dice = Dice(seed: seed)
        let before = swarm.replies.count
        let begin = swarm.now
        for ticket in 0..<8 as Range<UInt32> {
            swarm.command(.question(.echo(by: swarm.node(3), of: swarm.node(4))), at: 0, ticket: ticket)
            swarm.command(.question(.way(of: swarm.node(4), to: swarm.node(0))), at: 0, ticket: 100 + ticket)
        }
        swarm.run(seconds: Double(dice.below(40)) * 1e-3)
        swarm.kill([1, 2, 3][dice.below(3)])
        let seconds = swarm.run(atMost: 13) { swarm.questionReplies(since: before).count == 16 }
        #expect(seconds != nil, "seed \(seed): \(swarm.questionReplies(since: before).count) of 16 have ended")
        #expect(swarm.peers[0]?.probing.questions.entries.isEmpty == true)
        swarm.run(until: begin + .seconds(40))
        #expect(swarm.questionReplies(since: before).count == 16)
        #expect(swarm.living.allSatisfy { swarm.peers[$0]?.probing.answers.cases.isEmpty == true })
    }

    @Test func `what comes twice is answered, and heard, once`() {
        let swarm = Swarm.line(4, repeats: 1, seed: 3)
        for (robot, target) in [(3, 0), (2, 3), (1, 1)] {
            let before = swarm.replies.count
            #expect(swarm.ask(.echo(by: swarm.node(robot), of: swarm.node(target)), at: 0) != nil)
            swarm.run(seconds: 12)
            #expect(swarm.questionReplies(since: before).count == 1)
        }
    }

    @Test func `an answer counts from who was asked alone, and if it is one to that question`() throws {
        let swarm = Swarm.line(3, seed: 4)
        // Robot 2 hears nothing of it.
        swarm.forge = { _, receiver, transmission in
            receiver == 2 && transmission.datagram[1] == MessageKind.question.rawValue ? [] : nil
        }
        let before = swarm.replies.count
        swarm.command(.question(.way(of: swarm.node(2), to: swarm.node(0))), at: 0)
        let number = try #require(swarm.peers[0]?.probing.questions.entries.first?.question.number)
        var liar = swarm.seal(1, epoch: Epoch(1))
        var asked = swarm.seal(2, epoch: Epoch(1))
        for _ in 0..<1_000 {
            // Past the counters that both have used.
            for place in [0, 1] {
                let echo = Message.echo(Echo(number: 0, isAnswer: true, hops: 0))
                _ =
                    place == 0
                    ? liar.close(echo, to: .none, via: .none, next: .none, timeToLive: 1)
                    : asked.close(echo, to: .none, via: .none, next: .none, timeToLive: 1)
            }
        }
        func say(_ body: Answer.Body, number: UInt64, by seal: inout Seal) {
            let answer = Message.answer(Answer(number: number, body: body))
            let datagram = seal.close(answer, to: swarm.node(0), via: .none, next: swarm.node(0), timeToLive: 8)
            swarm.hear(datagram, .sample(.control, from: 1), at: 0)
        }
        say(.way(.none), number: number, by: &liar)
        say(.echoed(hops: 1, roundTripMicroseconds: 5), number: number, by: &asked)
        say(.way(.none), number: number &+ 1, by: &asked)
        say(.atWork, number: number, by: &asked)
        #expect(swarm.questionReplies(since: before).isEmpty)
        say(.way(.none), number: number, by: &asked)
        #expect(swarm.questionReplies(since: before).count == 1)
    }

    @Test func `a flood of questions gets a bounded number of answers, and others are still answered`() {
        let swarm = Swarm.line(3, seed: 5)
        var answers = 0
        swarm.tap = { sender, transmission in
            if sender == 0, transmission.datagram[1] == MessageKind.answer.rawValue { answers += 1 }
        }
        var seal = swarm.seal(1, epoch: Epoch(1))
        for _ in 0..<1_000 {
            _ = seal.close(
                .echo(Echo(number: 0, isAnswer: true, hops: 0)), to: .none, via: .none, next: .none, timeToLive: 1)
        }
        for number in 0..<1_000 as Range<UInt64> {
            let subject: Question.Subject = number % 2 == 0 ? .way(to: swarm.node(2)) : .echo(of: NodeID(2))
            let datagram = seal.close(
                .question(Question(number: number, subject: subject)), to: swarm.node(0), via: .none,
                next: swarm.node(0), timeToLive: 8)
            swarm.hear(datagram, .sample(.control, from: 1), at: 0)
            if number % 200 == 199 { swarm.run(seconds: 1) }
            #expect(swarm.peers[0]?.probing.answers.cases.count ?? 0 <= AnswerBook.casesMax)
        }
        // Each echo that was taken is answered again when it is known.
        let most = Int(AnswerBudget.burst + 5 * AnswerBudget.perSecond)
        #expect(answers > 20 && answers <= 2 * most, "\(answers)")
        #expect(swarm.status(0)?.drops[.overBudget] ?? 0 > 500)
        let other = swarm.ask(.way(of: swarm.node(0), to: swarm.node(1)), at: 2)
        if case .way? = other?.reply {} else { Issue.record("\(String(describing: other))") }
    }

    @Test func `an own book that is full refuses at once`() {
        let swarm = Swarm.line(2, seed: 6)
        swarm.kill(1)
        for ticket in 0..<UInt32(QuestionBook.openMax + 3) {
            swarm.command(.question(.way(of: swarm.node(1), to: swarm.node(0))), at: 0, ticket: ticket)
        }
        let refused = swarm.questionReplies(since: 0)
        #expect(refused == [QuestionReply](repeating: .failed(swarm.node(1), .tooMany), count: 3))
        swarm.run(seconds: 6)
        #expect(swarm.questionReplies(since: 0).count == QuestionBook.openMax + 3)
    }

    @Test func `a robot that does not know questions is silent, and answers an echo`() {
        let swarm = Swarm.line(3, seed: 7)
        swarm.forge = { _, receiver, transmission in
            let kind = MessageKind(rawValue: transmission.datagram[1])
            return receiver == 1 && (kind == .question || kind == .answer) ? [1, 41, 2] : nil
        }
        for robot in [1, 2] {
            let answer = swarm.ask(.way(of: swarm.node(robot), to: swarm.node(0)), at: 0)
            #expect(answer?.reply == .failed(swarm.node(robot), .silent))
            #expect(answer.map { $0.took >= 5 && $0.took < 5.3 } == true)
            #expect(swarm.echo(from: 0, to: robot) == robot, "plain echoes are of every version")
        }
    }

    @Test func `a fleet that stands for an emergency stop answers as ever`() {
        let swarm = Swarm.line(4, seed: 8)
        swarm.command(.stop, at: 1)
        swarm.run(seconds: 2)
        let echo = swarm.ask(.echo(by: swarm.node(3), of: swarm.node(0)), at: 1)
        if case .echoed(_, _, 3, _)? = echo?.reply {} else { Issue.record("\(String(describing: echo))") }
        let order = SpeedOrder(from: swarm.node(1), to: swarm.node(3), bytes: 50_000, seconds: 20)
        if case .measured? = swarm.ask(.measure(order), at: 0, seconds: 20)?.reply {} else { Issue.record("no speed") }
    }

    @Test func `nobody to ask, nobody to ask about and whoever has left are said at once`() {
        let swarm = Swarm.line(3, seed: 9)
        let stranger = NodeID(77)
        #expect(
            swarm.ask(.way(of: stranger, to: swarm.node(0)), at: 0)?.reply
                == .failed(stranger, .refused(.noSuchRobot)))
        #expect(swarm.ask(.way(of: swarm.node(1), to: .none), at: 0)?.reply == .failed(swarm.node(1), .senseless))
        let echo = swarm.ask(.echo(by: swarm.node(1), of: stranger), at: 0)
        #expect(echo?.reply == .failed(swarm.node(1), .refused(.noSuchRobot)) && echo?.took ?? 9 < 0.5)
        swarm.leave(2)
        swarm.run(seconds: 1)
        #expect(
            swarm.ask(.way(of: swarm.node(2), to: swarm.node(0)), at: 1)?.reply
                == .failed(swarm.node(2), .refused(.unreachable)), "its neighbour has heard its word")
        swarm.command(.question(.way(of: swarm.node(1), to: swarm.node(0))), at: 0)
        let before = swarm.replies.count
        swarm.command(.leave, at: 0)
        #expect(swarm.replies.dropFirst(before - 1).contains { if case .left = $0.reply { true } else { false } })
    }
}
