import Glibc
import SkeinPeer
import SkeinTasks
import SkeinWire
import Synchronization
import Testing

@testable import SkeinLinux

/// Computations beside the loop, on real threads, waited for with a bound.
@Suite(.serialized) struct WorkTests {
    /// Longer than any machine that is busy otherwise keeps threads of the lowest priority waiting.
    private static let patience: Duration = .seconds(60)

    private func id(_ number: UInt64) -> ComputationID { ComputationID(number) }

    private func unit(_ input: [UInt8] = [], cost: Duration = .milliseconds(5), share: Double = 20) -> Computation {
        .unit(.ekf, input: input, cost: cost, sharePercent: share)
    }

    /// Waits on the pool's descriptor and deadline as the loop does.
    private func collect(_ count: Int, from pool: WorkerPool, within span: Duration = patience)
        -> [(id: ComputationID, outcome: ComputationOutcome)]
    {
        var finished: [(id: ComputationID, outcome: ComputationOutcome)] = []
        let end = MonotonicClock.now() + span
        while finished.count < count, MonotonicClock.now() < end {
            wait(pool, until: min(pool.nextDeadline ?? end, end))
            pool.advance(now: MonotonicClock.now())
            finished += pool.takeFinished(now: MonotonicClock.now())
        }
        return finished
    }

    @discardableResult
    private func wait(_ pool: WorkerPool, until end: Instant) -> Bool {
        let span = max(0, (end - MonotonicClock.now()).nanoseconds)
        var descriptor = pollfd(fd: pool.descriptor.number, events: Int16(POLLIN), revents: 0)
        return poll(&descriptor, 1, Int32(clamping: (span + 999_999) / 1_000_000)) == 1
    }

    private func output(_ outcome: ComputationOutcome) -> [UInt8]? {
        switch outcome {
        case .unit(let output, _, _): output
        case .plan, .program: nil
        }
    }

    /// Uses this much processor time.
    private static func spin(_ span: Duration) {
        let end = threadTime() + span
        while threadTime() < end {}
    }

    private static func threadTime() -> Duration {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    /// A pool whose kernels stop at a gate until it is opened.
    private final class Gate: Sendable {
        private let begun: [Int32]
        private let opened: [Int32]
        let runs = Mutex<[[UInt8]]>([])

        init() {
            func makePipe() -> [Int32] {
                var ends: [Int32] = [0, 0]
                precondition(pipe(&ends) == 0, "no pipe")
                return ends
            }
            begun = makePipe()
            opened = makePipe()
        }

        deinit { for end in begun + opened { close(end) } }

        func run(_ input: [UInt8]) -> [UInt8]? {
            runs.withLock { $0.append(input) }
            var byte: UInt8 = 1
            write(begun[1], &byte, 1)
            read(opened[0], &byte, 1)
            return input
        }

        func waitForOne() {
            var byte: UInt8 = 0
            read(begun[0], &byte, 1)
        }

        func open(_ count: Int) {
            let bytes = [UInt8](repeating: 1, count: count)
            write(opened[1], bytes, count)
        }
    }

    // MARK: - A robot's units

    @Test func `a unit comes back with its output and the times it took`() throws {
        let pool = try WorkerPool(pacing: .measured(budgetPercent: 60), threads: 1, now: MonotonicClock.now()) {
            Self.spin(.milliseconds(2))
            return $1 + [UInt8($0.rawValue)]
        }
        pool.submit(id(7), unit([1, 2]), now: MonotonicClock.now())
        let finished = collect(1, from: pool)
        #expect(finished.map(\.id) == [id(7)])
        guard case .unit(let output, let queued, let computed) = finished.first?.outcome else {
            Issue.record("no unit")
            return
        }
        #expect(output == [1, 2, 1] && queued >= .zero && computed >= .milliseconds(2))
        #expect(pool.unitsTime >= .milliseconds(2))
    }

    @Test func `a kernel that refuses its input is an outcome without output`() throws {
        let pool = try WorkerPool(pacing: .measured(budgetPercent: 60), now: MonotonicClock.now())
        pool.submit(id(1), unit([255, 1]), now: MonotonicClock.now())
        let finished = collect(1, from: pool)
        #expect(finished.count == 1 && finished.allSatisfy { output($0.outcome) == nil })
    }

    @Test func `units use no more processor time than the budget, and that in any second`() throws {
        let pool = try WorkerPool(pacing: .measured(budgetPercent: 30), threads: 2, now: MonotonicClock.now()) {
            Self.spin(.milliseconds(5))
            return $1
        }
        let begin = MonotonicClock.now()
        let end = begin + .seconds(2)
        var submitted: UInt64 = 0
        var waiting = 0
        var marks: [(at: Instant, used: Duration)] = [(begin, pool.unitsTime)]
        while MonotonicClock.now() < end {
            while waiting < 16 {
                submitted += 1
                waiting += 1
                pool.submit(id(submitted), unit(share: 10), now: MonotonicClock.now())
            }
            wait(pool, until: min(pool.nextDeadline ?? end, end))
            pool.advance(now: MonotonicClock.now())
            waiting -= pool.takeFinished(now: MonotonicClock.now()).count
            marks.append((MonotonicClock.now(), pool.unitsTime))
        }
        let total = marks[marks.count - 1].used - marks[0].used
        let span = marks[marks.count - 1].at - begin
        #expect(total.inSeconds <= 0.3 * span.inSeconds * 1.1, "\(total) in \(span)")
        // What a bucket and one unit may add to any second.
        for first in marks {
            guard let last = marks.last(where: { $0.at <= first.at + .seconds(1) }) else { continue }
            let used = (last.used - first.used).inSeconds
            #expect(used <= 0.3 + 0.3 * 0.05 + 2 * 0.005, "\(used) s in a second")
        }
    }

    @Test func `unit threads yield to everything else, the plan's thread does not`() throws {
        let policies = Mutex<[Int32]>([])
        let pool = try WorkerPool(pacing: .measured(budgetPercent: 60), threads: 1, now: MonotonicClock.now()) {
            policies.withLock { $0.append(sched_getscheduler(0)) }
            return $1
        }
        pool.submit(id(1), unit(), now: MonotonicClock.now())
        _ = collect(1, from: pool)
        #expect(policies.withLock { $0 } == [5])
        let lab = try WorkerPool(pacing: .declared(capacityPercent: 60), threads: 1, now: MonotonicClock.now()) {
            policies.withLock { $0.append(sched_getscheduler(0)) }
            return $1
        }
        lab.submit(id(1), unit(), now: MonotonicClock.now())
        _ = collect(1, from: lab)
        #expect(policies.withLock { $0 } == [5, SCHED_OTHER])
    }

    @Test func `the unit above the most fails at once`() throws {
        let gate = Gate()
        let pool = try WorkerPool(pacing: .measured(budgetPercent: 60), threads: 1, now: MonotonicClock.now()) {
            gate.run($1)
        }
        for number in 1...UInt64(WorkerPool.unitsMax + 1) {
            pool.submit(id(number), unit(), now: MonotonicClock.now())
        }
        let refused = collect(1, from: pool)
        #expect(refused.map(\.id) == [id(UInt64(WorkerPool.unitsMax + 1))])
        #expect(refused.allSatisfy { output($0.outcome) == nil })
        gate.open(WorkerPool.unitsMax)
        #expect(collect(WorkerPool.unitsMax, from: pool).count == WorkerPool.unitsMax)
    }

    @Test(arguments: [WorkerPacing.measured(budgetPercent: 60), .declared(capacityPercent: 60)])
    func `a unit cancelled in the queue never runs, one cancelled at work is forgotten`(pacing: WorkerPacing) throws {
        let gate = Gate()
        let pool = try WorkerPool(pacing: pacing, threads: 1, now: MonotonicClock.now()) { gate.run($1) }
        for number in 1...3 as ClosedRange<UInt8> {
            pool.submit(id(UInt64(number)), unit([number]), now: MonotonicClock.now())
        }
        gate.waitForOne()
        pool.cancel(id(1), now: MonotonicClock.now())
        pool.cancel(id(2), now: MonotonicClock.now())
        gate.open(2)
        let finished = collect(1, from: pool)
        #expect(finished.map(\.id) == [id(3)])
        #expect(gate.runs.withLock { $0 } == [[1], [3]])
    }

    @Test func `nothing starts on a budget of nothing, and a budget starts what waits`() throws {
        let pool = try WorkerPool(pacing: .measured(budgetPercent: 0), threads: 1, now: MonotonicClock.now()) { $1 }
        pool.submit(id(1), unit(), now: MonotonicClock.now())
        #expect(pool.nextDeadline == nil && !wait(pool, until: MonotonicClock.now() + .milliseconds(50)))
        pool.setBudget(percent: 40, now: MonotonicClock.now())
        #expect(collect(1, from: pool).map(\.id) == [id(1)])
    }

    @Test func `an idle pool wakes nobody`() throws {
        let pool = try WorkerPool(pacing: .measured(budgetPercent: 60), now: MonotonicClock.now()) { $1 }
        pool.submit(id(1), unit(), now: MonotonicClock.now())
        _ = collect(1, from: pool)
        let used = pool.unitsTime
        #expect(pool.nextDeadline == nil && !wait(pool, until: MonotonicClock.now() + .milliseconds(200)))
        // Going to sleep costs a little after the result is out.
        #expect(pool.unitsTime - used < .milliseconds(1))
    }

    @Test func `a shutdown waits for what is at work and hands over nothing`() throws {
        let gate = Gate()
        let pool = try WorkerPool(pacing: .measured(budgetPercent: 60), threads: 1, now: MonotonicClock.now()) {
            gate.run($1)
        }
        pool.submit(id(1), unit([1]), now: MonotonicClock.now())
        pool.submit(id(2), unit([2]), now: MonotonicClock.now())
        gate.waitForOne()
        gate.open(1)
        pool.shutdown()
        pool.shutdown()
        #expect(gate.runs.withLock { $0 } == [[1]])
    }

    // MARK: - Plans

    private static let graph = PlanGraph(
        start: 0, idlePercent: [50, 50], control: [[], []], data: [[], []], bandwidthMHz: 20, rateMbpsPerPercent: 0.04)

    @Test func `a plan runs beside units that keep all their threads busy`() throws {
        let gate = Gate()
        let pool = try WorkerPool(pacing: .measured(budgetPercent: 100), threads: 1, now: MonotonicClock.now()) {
            gate.run($1)
        }
        pool.submit(id(1), unit(), now: MonotonicClock.now())
        gate.waitForOne()
        for number in [2, 3, 4] as [UInt64] {
            pool.submit(id(number), .plan(Self.graph, .skein, previousLeaders: nil), now: MonotonicClock.now())
        }
        pool.cancel(id(2), now: MonotonicClock.now())
        pool.cancel(id(3), now: MonotonicClock.now())
        let finished = collect(1, from: pool)
        #expect(finished.map(\.id) == [id(4)])
        guard case .plan(let plan) = finished.first?.outcome else {
            Issue.record("no plan")
            return
        }
        #expect(plan == Planner.plan(Self.graph, strategy: .skein))
        gate.open(1)
        _ = collect(1, from: pool)
    }

    // MARK: - The laboratory's units

    @Test func `in the laboratory a unit is handed over when its declared time has passed`() throws {
        let pool = try WorkerPool(pacing: .declared(capacityPercent: 50), threads: 1, now: .zero) { $1 }
        pool.submit(id(1), unit([9], cost: .milliseconds(20)), now: .zero)
        #expect(pool.nextDeadline == .zero + .milliseconds(40))
        #expect(wait(pool, until: MonotonicClock.now() + Self.patience))
        #expect(pool.takeFinished(now: .zero + .milliseconds(39)).isEmpty)
        pool.advance(now: .zero + .milliseconds(41))
        #expect(wait(pool, until: MonotonicClock.now()))
        let finished = pool.takeFinished(now: .zero + .milliseconds(41))
        guard case .unit(let output, let queued, let computed) = finished.first?.outcome else {
            Issue.record("no unit")
            return
        }
        #expect(output == [9] && queued == .zero && computed == .milliseconds(40) && pool.nextDeadline == nil)
    }

    @Test func `in the laboratory a robot without capacity refuses`() throws {
        let pool = try WorkerPool(pacing: .declared(capacityPercent: 0), threads: 1, now: .zero) { $1 }
        pool.submit(id(1), unit([9]), now: .zero)
        let finished = pool.takeFinished(now: .zero)
        #expect(finished.map(\.id) == [id(1)] && finished.allSatisfy { output($0.outcome) == nil })
    }
}
