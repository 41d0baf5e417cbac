import SkeinWire
import Testing

@testable import SkeinPeer

/// Streams of units under leases, each 20 to 50 ms.
struct JobStreamTests {
    private static let key = TaskKey(7)

    /// A stream from robot 6, which lacks the kernel where `isLocal` is false. By unit: its answer.
    private func run(
        _ seed: UInt64, period: Duration, units: Int, span: Duration = .milliseconds(250), isHedged: Bool = false,
        inputBytes: Int = 300, isLocal: Bool = false, loss: Double = 0, dies: Instant? = nil
    ) -> (answers: [StreamAnswer?], field: JobField) {
        var conditions = JobField.Conditions()
        conditions.loss = loss
        conditions.cost = .milliseconds(5)
        conditions.kernels = isLocal ? 8 : 6
        conditions.outputMax = 200
        var field = JobField(conditions, seed: seed)
        let order = StreamOrder(
            key: Self.key, kernel: JobField.kernel.name, cost: .milliseconds(5), period: period, unitSpan: span,
            isHedged: isHedged)
        field.order(6, .open(order), at: .zero)
        let begin: Instant = .zero + .milliseconds(200)
        for unit in 0..<units {
            let bytes = [UInt8](repeating: UInt8(truncatingIfNeeded: unit), count: inputBytes)
            field.order(6, .feed(Self.key, number: UInt32(unit), bytes), at: begin + period * unit)
        }
        field.order(6, .close(Self.key), at: begin + period * units)
        if let dies {
            field.run(until: dies)
            let helper = field.robots[6].book.streams.first?.leases.first?.way.helper
            if let helper { field.queue.add(.death(Int(helper.number)), at: dies) }
        }
        field.run()
        var answers = [StreamAnswer?](repeating: nil, count: units)
        for reply in field.replies {
            guard case .streamed(Self.key, let number, let answer) = reply.reply else { continue }
            #expect(answers[Int(number)] == nil, "seed \(seed): unit \(number) answered twice")
            answers[Int(number)] = answer
            guard case .done(let output, _, let took) = answer else { continue }
            let input = [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: inputBytes)
            #expect(output == JobField.mix([input], outputMax: 200))
            #expect(took <= span)
        }
        #expect(!answers.contains { $0 == nil }, "seed \(seed): a unit was never answered")
        for (robot, store) in zip(field.robots, field.stores) where robot.isAlive {
            #expect(robot.book.isIdle && robot.worker.isIdle && store.heldCount == 0, "seed \(seed)")
        }
        return (answers, field)
    }

    private func missing(_ answers: [StreamAnswer?]) -> Int {
        answers.count { answer in
            if case .missing? = answer { return true }
            return false
        }
    }

    @Test(arguments: [20, 33, 50]) func `each unit is answered within a few times its cost`(period: Int) {
        for seed in UInt64(1)...20 {
            let (answers, _) = run(seed, period: .milliseconds(period), units: 100)
            #expect(missing(answers) == 0, "seed \(seed)")
            let slowest = answers.compactMap { answer -> Duration? in
                if case .done(_, _, let took)? = answer { return took }
                return nil
            }.max()
            #expect(slowest.map { $0 < .milliseconds(60) } == true, "seed \(seed): \(String(describing: slowest))")
        }
    }

    @Test func `large units travel as objects`() {
        for seed in UInt64(1)...20 {
            let (answers, _) = run(seed, period: .milliseconds(50), units: 40, inputBytes: 9_000)
            #expect(missing(answers) == 0, "seed \(seed)")
        }
    }

    @Test func `with a twentieth of all messages lost nearly none is missing`() {
        var lost = 0
        for seed in UInt64(1)...20 {
            lost += missing(run(seed, period: .milliseconds(33), units: 100, loss: 0.05).answers)
        }
        #expect(lost <= 4, "\(lost) of 2000")
    }

    @Test func `a dead helper costs a few periods, and none where the kernel is at home`() {
        var (lost, lostAtHome, lostHedged) = (0, 0, 0)
        for seed in UInt64(1)...12 {
            let dies: Instant = .zero + .milliseconds(1_000 + 13 * Int(seed))
            lost += missing(
                run(seed, period: .milliseconds(40), units: 100, span: .milliseconds(200), dies: dies).answers)
            lostAtHome += missing(
                run(seed, period: .milliseconds(40), units: 100, span: .milliseconds(200), isLocal: true, dies: dies)
                    .answers)
            lostHedged += missing(
                run(seed, period: .milliseconds(40), units: 100, span: .milliseconds(200), isHedged: true, dies: dies)
                    .answers)
        }
        #expect(lost <= 12 * 4, "\(lost)")
        #expect(lostAtHome == 0, "\(lostAtHome)")
        #expect(lostHedged == 0, "\(lostHedged)")
    }

    @Test func `the window is full at thirty-two, and the next unit refused`() {
        var conditions = JobField.Conditions()
        conditions.kernels = 0
        var field = JobField(conditions, seed: 1)
        let order = StreamOrder(
            key: Self.key, kernel: JobField.kernel.name, cost: .milliseconds(5), period: .milliseconds(20),
            unitSpan: .seconds(5), isHedged: false)
        field.order(6, .open(order), at: .zero)
        for unit in 0..<40 { field.order(6, .feed(Self.key, number: UInt32(unit), [1]), at: .zero + .milliseconds(1)) }
        field.order(6, .close(Self.key), at: .zero + .milliseconds(2))
        field.run()
        let refused = field.replies.count { $0.reply == .refused(Self.key, .windowFull) }
        #expect(refused == 8)
        let answered = field.replies.count { reply in
            if case .streamed(_, _, .missing(.noHelper)) = reply.reply { return true }
            return false
        }
        #expect(answered == 32)
    }
}
