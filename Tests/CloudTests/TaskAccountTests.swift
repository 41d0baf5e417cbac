import SkeinTasks
import SkeinWire
import Testing

@testable import SkeinPeer

/// What a requester tells of its tasks: where each unit is, and why, with the figures it was decided by.
@Suite struct TaskAccountTests {
    private static let tuning = CloudTuning()

    private func milliseconds(_ count: Int) -> Instant { .zero + .milliseconds(count) }

    private func submission(_ number: UInt32, _ purpose: TaskPurpose, parts: Int = 6, span: Duration = .seconds(1))
        -> TaskSubmission
    {
        TaskSubmission(
            number: number, purpose: purpose, parts: (0..<parts).map { TaskPart(kernel: .ekf, input: [UInt8($0), 1]) },
            span: span, smell: 0
        ) { $1 == [UInt8($0)] }
    }

    private func match(_ number: UInt32, _ helpers: [UInt16]) -> Match {
        Match(
            task: TaskID(requester: NodeID(1), number: number), attempt: 1, pending: 0,
            placements: helpers.map {
                Placement(
                    helper: NodeID($0), leader: NodeID(10), parts: 1, shareKHz: 5_000,
                    efficiency: EfficiencyField(bitsPerSecondPerHz: 8))
            })
    }

    private func receipt(_ number: UInt32, _ part: UInt8, _ verdict: UnitReceipt.Verdict = .accepted) -> UnitReceipt {
        UnitReceipt(
            task: TaskID(requester: NodeID(1), number: number), part: part, attempt: 1, verdict: verdict,
            expectedMilliseconds: 240)
    }

    private let led = LedgerContext(leaders: [NodeID(10)], neededPercent: 120)

    @Test func `a step that fits stays, and says what the processor would have borne`() throws {
        var ledger = Ledger(id: NodeID(1), tuning: Self.tuning)
        let easy = LedgerContext(leaders: [NodeID(10)], neededPercent: 48)
        _ = ledger.submit(submission(7, .step(3)), context: easy, now: .zero)
        let account = try #require(ledger.accounts(now: .zero).first)
        #expect(account.name == .step(3) && account.number == 7 && account.kernels == ["ekf"])
        #expect(account.phase == .running && account.count == 6 && account.elsewhere == 0)
        #expect(account.deadline == milliseconds(1_000) && account.startedAt == .zero && account.took == nil)
        guard case .belowLimit(let load)? = account.reason else {
            Issue.record("\(String(describing: account.reason))")
            return
        }
        #expect(abs(load.percent - 78) < 1e-9 && load.limitPercent == 90)
        #expect(account.units.allSatisfy { $0.phase == .here && $0.robot == NodeID(1) })
    }

    @Test func `of a step that does not fit each part says where it is, and by which load it left`() throws {
        var ledger = Ledger(id: NodeID(1), tuning: Self.tuning)
        _ = ledger.submit(submission(7, .step(3)), context: led, now: .zero)
        var account = try #require(ledger.accounts(now: .zero).first)
        #expect(account.reason == .aboveLimit(.init(percent: 150, limitPercent: 90)))
        #expect(account.units.map(\.phase) == [.here, .here, .here, .seeking, .seeking, .seeking])
        #expect(account.units[0].reason == .belowLimit(.init(percent: 90, limitPercent: 90)))
        #expect(account.units[3].reason == .aboveLimit(.init(percent: 110, limitPercent: 90)))
        _ = ledger.receive(match(7, [20, 21, 22]), from: NodeID(10), context: led, now: milliseconds(15))
        _ = ledger.receive(receipt(7, 3), from: NodeID(20), context: led, now: milliseconds(20))
        account = try #require(ledger.accounts(now: milliseconds(20)).first)
        #expect(account.units.map(\.phase) == [.here, .here, .here, .working, .offered, .offered])
        #expect(account.units[4].robot == NodeID(21) && account.units[4].leader == NodeID(10))
        #expect(account.elsewhere == 3 && account.done == 0)
        _ = ledger.receive(receipt(7, 4, .busy), from: NodeID(21), context: led, now: milliseconds(21))
        account = try #require(ledger.accounts(now: milliseconds(21)).first)
        #expect(account.units[4].phase == .seeking && account.units[4].trouble == .part(.refused))
    }

    @Test func `without a leader it says so, and what is computed here at last says that time was short`() throws {
        var ledger = Ledger(id: NodeID(1), tuning: Self.tuning)
        let alone = LedgerContext(leaders: [], neededPercent: 120)
        _ = ledger.submit(submission(7, .order(TaskKey(5)), parts: 16, span: .seconds(5)), context: alone, now: .zero)
        var account = try #require(ledger.accounts(now: .zero).first)
        #expect(account.name == .order(TaskKey(5)))
        #expect(account.units.map(\.reason).suffix(13) == Array(repeating: .noLeader, count: 13)[...])
        #expect(account.units[0].reason == .belowLimit(.init(percent: 90, limitPercent: 90)))
        #expect(account.reason == .aboveLimit(.init(percent: 350, limitPercent: 90)))
        var now = Instant.zero
        for part in 0..<3 as Range<UInt8> {
            _ = ledger.finishedLocally(
                task: 7, part: part, output: [part], queued: .zero, computed: .zero, context: alone, now: now)
        }
        while now < milliseconds(4_000) {
            now = max(now + .milliseconds(1), ledger.nextDeadline)
            _ = ledger.deadlinePassed(context: alone, now: now)
        }
        account = try #require(ledger.accounts(now: now).first)
        let here = account.units.filter { $0.phase == .here }
        #expect(!here.isEmpty)
        #expect(here.allSatisfy { if case .deadlineTooNear = $0.reason { true } else { false } }, "\(here)")
    }

    @Test func `the latest that have ended are told with what they took, steps not driving out orders`() throws {
        var ledger = Ledger(id: NodeID(1), tuning: Self.tuning)
        let easy = LedgerContext(leaders: [], neededPercent: 12)
        func finish(_ number: UInt32, at time: Int) {
            for part in 0..<6 as Range<UInt8> {
                _ = ledger.finishedLocally(
                    task: number, part: part, output: [part], queued: .zero, computed: .zero, context: easy,
                    now: milliseconds(time))
            }
        }
        _ = ledger.submit(submission(99, .order(TaskKey(5))), context: led, now: .zero)
        _ = ledger.deadlinePassed(context: led, now: milliseconds(1_000))
        for step in 1...20 {
            _ = ledger.submit(
                submission(UInt32(step), .step(UInt32(step))), context: easy, now: milliseconds(step * 1_000))
            finish(UInt32(step), at: step * 1_000 + 300)
        }
        let accounts = ledger.accounts(now: milliseconds(21_000))
        #expect(accounts.map(\.name) == [.order(TaskKey(5))] + (13...20).map { .step($0) })
        let order = try #require(accounts.first)
        #expect(order.phase == .failed && order.took == .seconds(1) && order.deadline == nil)
        #expect(order.units.last?.phase == .failed && order.units.last?.trouble == .part(.noMatch))
        let step = try #require(accounts.last)
        #expect(step.phase == .done && step.done == 6 && step.took == .milliseconds(300))
    }

    @Test func `what a helper computes for others is told with kernel and deadline`() throws {
        var worker = Worker(tuning: Self.tuning, now: .zero)
        worker.setIdle(percent: 60, now: .zero)
        let unit = WorkUnit(
            task: TaskID(requester: NodeID(4), number: 9), part: 2, attempt: 1, kernel: Kernel.pso.rawValue,
            kernelVersion: Kernel.version, costMilliseconds: 120, deadlineMilliseconds: 900, input: [1])
        _ = worker.receive(unit, now: .zero)
        let help = try #require(worker.accounts.first)
        #expect(
            help
                == HelpAccount(
                    kind: .part, requester: NodeID(4), task: 9, unit: 2, kernel: "pso", isFetching: false,
                    deadline: milliseconds(900)))
        _ = worker.finished(
            UnitKey(task: unit.task, part: 2, attempt: 1), output: [1], queued: .zero, computed: .zero,
            now: milliseconds(300))
        #expect(worker.accounts.isEmpty)
    }
}
