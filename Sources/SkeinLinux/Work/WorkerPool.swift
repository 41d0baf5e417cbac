import CSkeinLinux
import Glibc
import SkeinPeer
import SkeinTasks
import SkeinWire

/// Runs the peer's computations on threads beside the loop. All of it belongs to the loop's thread: the threads get one
/// job each and bring back one result, everything is decided here.
///
///     submit ──▶ a pacer's queue ──▶ a unit thread ──▶ descriptor readable ──▶ takeFinished
///            └─▶ plans, in order ──▶ the plan thread ─┘
///
/// Rules.
/// - Units run on as many threads as there are cores, at most `threadsMax`; when they start and when they are handed
///   over is the pacing's (`MeasuredPacer`, `DeclaredPacer`). At most `unitsMax` are here at once; more fail at once.
/// - Plans run at once on a thread of their own at ordinary priority, one at a time: they are this robot's own work.
/// - The loop calls `takeFinished` when `descriptor` is readable and `advance` when `nextDeadline` has passed; early and
///   late calls are ordinary. An idle pool wakes nobody.
/// - A cancelled computation is never handed over. Its thread goes on to its end, for a kernel cannot be stopped half way.
/// - `shutdown` waits for the jobs at work and drops everything else. A process that dies loses the lot; whoever asked
///   counts the time.
package final class WorkerPool {
    package typealias KernelRunner = @Sendable (Kernel, [UInt8]) -> [UInt8]?

    package static let threadsMax = 4
    package static let unitsMax = MeasuredPacer.unitsMax
    /// Plans waiting and running. A peer asks for one at a time.
    package static let plansMax = 16

    private enum Pacer {
        case measured(MeasuredPacer)
        case declared(DeclaredPacer)
    }

    private struct PlanOrder {
        var id: ComputationID
        var job: WorkerJob
    }

    private let outbox: WorkerOutbox
    private var threads: [WorkerThread] = []
    private let planThread: WorkerThread
    private var isRunning = true
    private var pacer: Pacer
    /// The laboratory's kernels that no thread has begun yet.
    private var kernels: [(id: ComputationID, job: WorkerJob)] = []
    /// The laboratory's kernel that each thread is at; nil: none, or nobody waits for it any more.
    private var kernelsAtWork: [ComputationID?] = []
    private var plans: [PlanOrder] = []
    private var planAtWork: ComputationID?
    private var finished: [(id: ComputationID, outcome: ComputationOutcome)] = []

    /// `threads`: nil is one for each core, at most `threadsMax`. `run`: for tests.
    package init(
        pacing: WorkerPacing, threads count: Int? = nil, now: Instant,
        run: @escaping KernelRunner = { kernel, input in try? kernel.run(input: input) }
    ) throws(SystemError) {
        let work: WorkerThread.Work = { job in
            switch job {
            case .unit(let kernel, let input): .unit(output: run(kernel, input))
            case .plan(let graph, let strategy, let previousLeaders):
                .plan(Planner.plan(graph, strategy: strategy, previousLeaders: previousLeaders))
            }
        }
        let outbox = try WorkerOutbox()
        self.outbox = outbox
        let cores = max(1, min(count ?? Self.cores, Self.threadsMax))
        // In the laboratory dozens of peers share the cores, and it is the declared cost that is to be felt.
        let priority: WorkerThread.Priority
        switch pacing {
        case .measured(let budgetPercent):
            pacer = .measured(
                MeasuredPacer(budgetPercent: budgetPercent, used: [.zero], now: now))
            priority = .lowest
        case .declared(let capacityPercent):
            pacer = .declared(DeclaredPacer(capacityPercent: capacityPercent))
            priority = .normal
        }
        planThread = try WorkerThread(index: Self.planIndex, priority: .normal, outbox: outbox, work: work)
        do throws(SystemError) {
            for index in 0..<cores {
                threads.append(try WorkerThread(index: index, priority: priority, outbox: outbox, work: work))
            }
        } catch {
            shutdown()
            throw error
        }
        kernelsAtWork = [ComputationID?](repeating: nil, count: cores)
    }

    deinit { shutdown() }

    /// Readable when something has finished.
    package var descriptor: Descriptor { outbox.descriptor }

    /// When to call `advance`; nil: only what `descriptor` tells.
    package var nextDeadline: Instant? {
        switch pacer {
        case .measured(let pacer): pacer.nextDeadline
        case .declared(let pacer): pacer.nextDeadline
        }
    }

    /// Processor time of all units so far, those at work included: what `ProcessorLoad` does not count as load.
    package var unitsTime: Duration { used.reduce(.zero, +) }

    /// From now on units may use this much of one core. Declared pacing has its capacity from the scenario and ignores it.
    package func setBudget(percent: Double, now: Instant) {
        switch pacer {
        case .measured(var pacer):
            pacer.setBudget(percent: percent, used: used, now: now)
            self.pacer = .measured(pacer)
        case .declared: return
        }
        startUnits(now: now)
    }

    package func submit(_ id: ComputationID, _ computation: Computation, now: Instant) {
        precondition(isRunning, "a computation for a pool that has been shut down")
        switch computation {
        case .plan(let graph, let strategy, let previousLeaders):
            precondition(plans.count < Self.plansMax, "\(plans.count) plans are waiting")
            plans.append(PlanOrder(id: id, job: .plan(graph, strategy, previousLeaders: previousLeaders)))
            startPlan()
        case .program(let kernel, _, _): preconditionFailure("\(kernel) for threads: programs run in boxes")
        case .unit(let kernel, let input, let cost, let sharePercent):
            let unit = MeasuredPacer.Unit(
                id: id, kernel: kernel, input: input, cost: cost, sharePercent: sharePercent, submittedAt: now)
            guard take(unit, now: now) else {
                finished.append((id, .unit(output: nil, queued: .zero, computed: .zero)))
                return outbox.signal()
            }
            startUnits(now: now)
        }
    }

    package func cancel(_ id: ComputationID, now: Instant) {
        finished.removeAll { $0.id == id }
        plans.removeAll { $0.id == id }
        // The thread goes on; nobody waits for it any more.
        if planAtWork == id { planAtWork = nil }
        kernels.removeAll { $0.id == id }
        switch pacer {
        case .measured(var pacer):
            pacer.cancel(id)
            self.pacer = .measured(pacer)
        case .declared(var pacer):
            pacer.cancel(id, now: now)
            self.pacer = .declared(pacer)
        }
        for thread in kernelsAtWork.indices where kernelsAtWork[thread] == id { kernelsAtWork[thread] = nil }
        startUnits(now: now)
    }

    /// What has ended since the last call, in the order in which it ended.
    package func takeFinished(now: Instant) -> [(id: ComputationID, outcome: ComputationOutcome)] {
        for result in outbox.takeAll() { take(result, now: now) }
        startPlan()
        startUnits(now: now)
        collectDone(now: now)
        defer { finished = [] }
        return finished
    }

    /// `nextDeadline` has passed: starts what may start and makes `descriptor` readable if something has finished.
    package func advance(now: Instant) {
        startUnits(now: now)
        collectDone(now: now)
        if !finished.isEmpty { outbox.signal() }
    }

    /// Joins all threads. Nothing is handed over any more.
    package func shutdown() {
        guard isRunning else { return }
        isRunning = false
        for thread in threads { thread.stop() }
        planThread.stop()
        for thread in threads { thread.join() }
        planThread.join()
    }

    // MARK: - Units

    private func take(_ unit: MeasuredPacer.Unit, now: Instant) -> Bool {
        switch pacer {
        case .measured(var pacer):
            defer { self.pacer = .measured(pacer) }
            return pacer.submit(unit)
        case .declared(var pacer):
            defer { self.pacer = .declared(pacer) }
            guard kernels.count < Self.unitsMax,
                pacer.submit(unit.id, cost: unit.cost, sharePercent: unit.sharePercent, now: now)
            else { return false }
            kernels.append((unit.id, .unit(unit.kernel, input: unit.input)))
            return true
        }
    }

    private func startUnits(now: Instant) {
        guard isRunning else { return }
        switch pacer {
        case .measured(var pacer):
            while let unit = pacer.start(on: freeThread, used: used, now: now) {
                guard let thread = freeThread else { preconditionFailure("a unit started on no thread") }
                threads[thread].give(.unit(unit.kernel, input: unit.input), unit.id)
            }
            self.pacer = .measured(pacer)
        case .declared:
            while let next = kernels.first, let thread = freeThread {
                kernels.removeFirst()
                kernelsAtWork[thread] = next.id
                threads[thread].give(next.job, next.id)
            }
        }
    }

    private func take(_ result: WorkerResult, now: Instant) {
        switch result.value {
        case .plan(let plan):
            planThread.resultTaken()
            if planAtWork == result.id { finished.append((result.id, .plan(plan))) }
            planAtWork = nil
        case .unit(let output):
            threads[result.thread].resultTaken()
            switch pacer {
            case .measured(var pacer):
                let unit = pacer.ended(on: result.thread)
                self.pacer = .measured(pacer)
                guard let unit else { return }
                let queued = max(.zero, result.begunAt - unit.submittedAt)
                let computed = result.endedAt - result.begunAt
                finished.append((unit.id, .unit(output: output, queued: queued, computed: computed)))
            case .declared(var pacer):
                let isWanted = kernelsAtWork[result.thread] == result.id
                kernelsAtWork[result.thread] = nil
                guard isWanted else { return }
                pacer.computed(result.id, output: output, now: now)
                self.pacer = .declared(pacer)
            }
        }
    }

    /// The laboratory's units whose time has passed.
    private func collectDone(now: Instant) {
        switch pacer {
        case .measured: return
        case .declared(var pacer):
            pacer.advance(now: now)
            for done in pacer.takeDone() {
                finished.append(
                    (done.id, .unit(output: done.output, queued: done.queued, computed: done.computed)))
            }
            self.pacer = .declared(pacer)
        }
    }

    private var used: [Duration] { threads.map(\.used) }

    private var freeThread: Int? { threads.firstIndex { !$0.isBusy } }

    // MARK: - Plans

    /// No thread's number.
    private static let planIndex = -1

    private func startPlan() {
        guard isRunning, !planThread.isBusy, !plans.isEmpty else { return }
        let next = plans.removeFirst()
        planAtWork = next.id
        planThread.give(next.job, next.id)
    }

    private static var cores: Int { Int(clamping: sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}
