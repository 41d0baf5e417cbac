import SkeinPeer
import SkeinTasks
import SkeinWire
import Testing

@testable import SkeinLinux

/// The pacers and the budget's book, in virtual time.
@Suite struct PacerTests {
    private func at(_ milliseconds: Int) -> Instant { .zero + .milliseconds(milliseconds) }

    private func unit(_ number: UInt64, cost: Int = 20, share: Double = 20) -> MeasuredPacer.Unit {
        MeasuredPacer.Unit(
            id: ComputationID(number), kernel: .ekf, input: [], cost: .milliseconds(cost), sharePercent: share,
            submittedAt: .zero)
    }

    private func submit(_ units: [MeasuredPacer.Unit], to pacer: inout MeasuredPacer) {
        for unit in units {
            let isTaken = pacer.submit(unit)
            #expect(isTaken)
        }
    }

    @Test func `the laboratory agrees with the simulator's processor however late it wakes`() {
        var processor = Processor(capacityPercent: 60)
        var pacer = DeclaredPacer(capacityPercent: 60)
        var expected: [Processor.Finished] = []
        for number in 0..<12 {
            let id = ComputationID(UInt64(number))
            let now = at(number * 30)
            while let end = processor.nextEnd, end <= now.nanoseconds { expected += processor.takeFinished(now: end) }
            let share = Double(10 + number * 3)
            let cost: Duration = .milliseconds(10 + number * 7 % 40)
            let isTaken = processor.submit(
                id, output: nil, cost: cost, sharePercent: share, now: now.nanoseconds)
            let isTakenToo = pacer.submit(id, cost: cost, sharePercent: share, now: now)
            #expect(isTaken && isTakenToo)
            pacer.computed(id, output: [UInt8(number)], now: now)
        }
        while let end = processor.nextEnd { expected += processor.takeFinished(now: end) }
        pacer.advance(now: at(60_000))
        let done = pacer.takeDone()
        #expect(done.map(\.id) == expected.map(\.id) && done.count == 12)
        #expect(done.map(\.queued) == expected.map(\.queued) && done.map(\.computed) == expected.map(\.computed))
        #expect(done.allSatisfy { $0.output == [UInt8($0.id.number)] })
    }

    @Test func `a kernel slower than declared is handed over late and says so, and holds nobody up`() {
        var pacer = DeclaredPacer(capacityPercent: 20)
        for number in [1, 2] as [UInt64] {
            let isTaken = pacer.submit(
                ComputationID(number), cost: .milliseconds(10), sharePercent: 20, now: .zero)
            #expect(isTaken)
        }
        pacer.computed(ComputationID(2), output: [2], now: at(10))
        pacer.advance(now: at(120))
        #expect(pacer.takeDone().map(\.id) == [ComputationID(2)])
        pacer.computed(ComputationID(1), output: [1], now: at(130))
        let late = pacer.takeDone()
        #expect(late.map(\.id) == [ComputationID(1)] && late.map(\.computed) == [.milliseconds(130)])
    }

    @Test func `a unit whose share does not fit waits for one that runs, however full the bucket`() {
        var pacer = MeasuredPacer(budgetPercent: 50, used: [.zero, .zero], now: .zero)
        submit([unit(1, cost: 0, share: 30), unit(2, cost: 0, share: 30)], to: &pacer)
        let used: [Duration] = [.zero, .zero]
        #expect(pacer.start(on: 0, used: used, now: .zero)?.id == ComputationID(1))
        #expect(pacer.start(on: 1, used: used, now: .zero) == nil && pacer.nextDeadline == nil)
        #expect(pacer.ended(on: 0)?.id == ComputationID(1))
        #expect(pacer.start(on: 0, used: used, now: .zero)?.id == ComputationID(2))
    }

    @Test func `a share larger than the budget runs alone`() {
        var pacer = MeasuredPacer(budgetPercent: 10, used: [.zero], now: .zero)
        submit([unit(1, share: 80)], to: &pacer)
        #expect(pacer.start(on: 0, used: [.zero], now: .zero)?.id == ComputationID(1))
    }

    @Test func `a debt is paid before the next unit starts, and the loop is told when that is`() {
        var pacer = MeasuredPacer(budgetPercent: 50, used: [.zero], now: .zero)
        submit([unit(1, cost: 100), unit(2, cost: 100)], to: &pacer)
        #expect(pacer.start(on: 0, used: [.zero], now: .zero) != nil)
        _ = pacer.ended(on: 0)
        // 25 ms were there, 50 ms came in, 100 ms are gone.
        #expect(pacer.start(on: 0, used: [.milliseconds(100)], now: at(100)) == nil)
        guard let deadline = pacer.nextDeadline else {
            Issue.record("no deadline")
            return
        }
        #expect(deadline > at(150) && deadline < at(151))
        #expect(pacer.start(on: 0, used: [.milliseconds(100)], now: deadline)?.id == ComputationID(2))
    }

    @Test func `a second unit starts beside the first only when what that expects to use is paid for`() {
        var pacer = MeasuredPacer(budgetPercent: 100, used: [.zero, .zero], now: .zero)
        submit([unit(1, cost: 80), unit(2, cost: 80)], to: &pacer)
        #expect(pacer.start(on: 0, used: [.zero, .zero], now: .zero) != nil)
        #expect(pacer.start(on: 1, used: [.zero, .zero], now: .zero) == nil)
        #expect(pacer.nextDeadline == at(30) + .nanoseconds(1))
        #expect(pacer.start(on: 1, used: [.milliseconds(31), .zero], now: at(31)) != nil)
    }

    @Test func `units that never cease use the whole budget and no more`() {
        var pacer = MeasuredPacer(budgetPercent: 40, used: [.zero], now: .zero)
        var used: Duration = .zero
        var now = Instant.zero
        var number: UInt64 = 0
        while now < at(60_000) {
            number += 1
            submit([unit(number, cost: 120)], to: &pacer)
            while pacer.start(on: 0, used: [used], now: now) == nil { now = pacer.nextDeadline ?? .distantFuture }
            // Cheaper than declared, as most are.
            used += .milliseconds(7)
            now += .milliseconds(7)
            _ = pacer.ended(on: 0)
        }
        #expect(abs(used.inSeconds - 0.4 * now.seconds) < 0.04, "\(used) of \(now)")
    }

    @Test func `a kernel that ran away costs a second of the budget at most`() {
        var budget = LendingBudget(percent: 50, used: .zero, now: .zero)
        budget.settle(used: .seconds(100), now: at(1_000))
        #expect(!budget.allowsStart(reserved: .zero))
        budget.settle(used: .seconds(100), now: at(3_001))
        #expect(budget.allowsStart(reserved: .zero))
    }
}
