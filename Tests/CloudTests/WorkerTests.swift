import SkeinPeer
import SkeinTasks
import SkeinWire
import Testing

/// A helper's rules, one by one. Robot 1 asks.
@Suite struct WorkerTests {
    private static let tuning = CloudTuning()

    private func milliseconds(_ count: Int) -> Instant { .zero + .milliseconds(count) }

    private func worker(idle: Double) -> Worker {
        var worker = Worker(tuning: Self.tuning, now: .zero)
        worker.setIdle(percent: idle, now: .zero)
        return worker
    }

    private func unit(
        _ part: UInt8, attempt: UInt8 = 1, deadline: UInt16 = 950, kernel: UInt8 = Kernel.ekf.rawValue,
        version: UInt8 = Kernel.version, cost: UInt16 = 120, input: [UInt8] = [1, 2, 3]
    ) -> WorkUnit {
        WorkUnit(
            task: TaskID(requester: NodeID(1), number: 7), part: part, attempt: attempt, kernel: kernel,
            kernelVersion: version, costMilliseconds: cost, deadlineMilliseconds: deadline, input: input)
    }

    private func key(_ part: UInt8) -> UnitKey {
        UnitKey(task: TaskID(requester: NodeID(1), number: 7), part: part, attempt: 1)
    }

    /// The verdict, with the milliseconds expected.
    private func verdict(_ actions: [WorkerAction]) -> String {
        for case .receipt(let receipt, NodeID(1)) in actions {
            return receipt.verdict == .accepted ? "accepted \(receipt.expectedMilliseconds)" : "\(receipt.verdict)"
        }
        return "none"
    }

    @Test(arguments: [(0.0, 0), (19.9, 0), (20, 1), (39.9, 1), (40, 2), (70, 3), (100, 5)])
    func `an idle share has a slot for each whole part`(idle: Double, slots: Int) {
        #expect(worker(idle: idle).slots == slots)
    }

    @Test func `a helper promises what it can keep if one more unit comes, and units share its idle share evenly`() {
        var worker = worker(idle: 60)
        let first = worker.receive(unit(0), now: .zero)
        #expect(verdict(first) == "accepted 400", "200 alone")
        #expect(
            first.last
                == .compute(
                    key(0), .ekf, input: [1, 2, 3], cost: .milliseconds(120), sharePercent: 20))
        #expect(verdict(worker.receive(unit(1), now: milliseconds(100))) == "accepted 500", "300 beside the first")
        #expect(
            verdict(worker.receive(unit(0), now: milliseconds(100))) == "accepted 300", "100 ms later, as promised")
        #expect(worker.busyParts == 2)
    }

    @Test func `beyond its slots a helper is busy`() {
        var worker = worker(idle: 45)
        for part in 0..<2 as Range<UInt8> {
            #expect(verdict(worker.receive(unit(part), now: .zero)) == "accepted 533")
        }
        let third = worker.receive(unit(2), now: .zero)
        #expect(verdict(third) == "busy")
        #expect(
            third.last == .record(.unitRefused(task: TaskID(requester: NodeID(1), number: 7), part: 2, .busy)))
    }

    @Test func `a unit that cannot be done by its deadline is too late`() {
        var worker = worker(idle: 40)
        #expect(verdict(worker.receive(unit(0, deadline: 299), now: .zero)) == "tooLate")
        #expect(
            verdict(worker.receive(unit(0, deadline: 301), now: .zero)) == "accepted 301", "it ends it, whatever comes")
    }

    @Test func `a unit that would make another late is refused`() {
        var worker = worker(idle: 40)
        _ = worker.receive(unit(0, deadline: 310), now: .zero)
        #expect(verdict(worker.receive(unit(1), now: .zero)) == "busy")
        #expect(worker.busyParts == 1)
    }

    @Test func `unknown kernels and versions are declined`() {
        var worker = worker(idle: 50)
        #expect(verdict(worker.receive(unit(0, kernel: 77), now: .zero)) == "unknownKernel")
        #expect(verdict(worker.receive(unit(0, version: Kernel.version + 1), now: .zero)) == "unknownKernel")
        #expect(worker.busyParts == 0)
    }

    @Test func `the same unit again is answered again and computed once`() {
        var worker = worker(idle: 50)
        _ = worker.receive(unit(0), now: .zero)
        let again = worker.receive(unit(0), now: milliseconds(50))
        #expect(again.count == 1 && verdict(again) == "accepted 380")
        let done = worker.finished(
            key(0), output: [9], queued: .zero, computed: .milliseconds(240), now: milliseconds(240))
        guard case .result(let result, NodeID(1))? = done.first else {
            Issue.record("no result in \(done)")
            return
        }
        #expect(result.output == [9] && !result.failed && result.computeMilliseconds == 240)
        #expect(worker.receive(unit(0), now: milliseconds(300)) == done)
        #expect(worker.receive(unit(0, input: []), now: milliseconds(300)) == done, "the bare question too")
    }

    @Test func `a question for a unit unknown here is answered busy`() {
        var worker = worker(idle: 50)
        #expect(verdict(worker.receive(unit(0, input: []), now: .zero)) == "busy")
    }

    @Test func `another attempt is another unit`() {
        var worker = worker(idle: 50)
        _ = worker.receive(unit(0), now: .zero)
        _ = worker.receive(unit(0, attempt: 2), now: .zero)
        #expect(worker.busyParts == 2)
    }

    @Test func `a kernel's refusal is an answer`() {
        var worker = worker(idle: 50)
        _ = worker.receive(unit(0), now: .zero)
        let done = worker.finished(key(0), output: nil, queued: .zero, computed: .zero, now: milliseconds(10))
        guard case .result(let result, _)? = done.first else {
            Issue.record("no result in \(done)")
            return
        }
        #expect(result.failed && result.output.isEmpty)
    }

    @Test func `a unit not done by its deadline is cancelled, and its late end is nothing`() {
        var worker = worker(idle: 50)
        _ = worker.receive(unit(0, deadline: 400), now: .zero)
        #expect(worker.nextDeadline == milliseconds(400))
        #expect(worker.deadlinePassed(now: milliseconds(399)).isEmpty)
        #expect(worker.deadlinePassed(now: milliseconds(400)) == [.cancel(key(0))])
        #expect(worker.finished(key(0), output: [9], queued: .zero, computed: .zero, now: milliseconds(401)).isEmpty)
        #expect(worker.busyParts == 0 && worker.nextDeadline == .distantFuture)
    }

    @Test func `units go on when the idle share falls, and no others are taken`() {
        var worker = worker(idle: 60)
        _ = worker.receive(unit(0), now: .zero)
        worker.setIdle(percent: 30, now: milliseconds(100))
        #expect(verdict(worker.receive(unit(0), now: milliseconds(100))) == "accepted 200")
        #expect(verdict(worker.receive(unit(1), now: milliseconds(100))) == "busy")
        worker.setIdle(percent: 0, now: milliseconds(150))
        #expect(worker.slots == 0 && worker.busyParts == 1)
    }

    @Test func `a unit priced at nothing or at a minute breaks nothing`() {
        var worker = worker(idle: 50)
        #expect(verdict(worker.receive(unit(0, cost: 0), now: .zero)).hasPrefix("accepted"))
        #expect(verdict(worker.receive(unit(1, deadline: 65_535, cost: 65_535), now: .zero)) == "tooLate")
    }

    @Test func `no more than so many results are remembered`() {
        var worker = worker(idle: 100)
        for number in 0..<70 as Range<UInt32> {
            let task = TaskID(requester: NodeID(1), number: number)
            var next = unit(0)
            next.task = task
            _ = worker.receive(next, now: .zero)
            _ = worker.finished(
                UnitKey(task: task, part: 0, attempt: 1), output: [1], queued: .zero, computed: .zero, now: .zero)
        }
        var first = unit(0)
        first.task = TaskID(requester: NodeID(1), number: 0)
        #expect(verdict(worker.receive(first, now: .zero)).hasPrefix("accepted"), "forgotten")
        first.task.number = 69
        #expect(verdict(worker.receive(first, now: .zero)) == "none", "answered by its result")
    }
}
