import SkeinWire
import Testing

@testable import SkeinPeer

/// Jobs in a field of robots, over many seeds: what is accepted ends, once, with the outputs that its kernel makes, and nothing
/// is left anywhere.
struct JobFieldTests {
    /// Of each test here.
    private static let seeds: UInt64 = 200

    private func load(
        _ seed: UInt64, _ change: (inout JobField.Conditions) -> Void = { _ in }
    ) -> JobLoad {
        var conditions = JobField.Conditions()
        change(&conditions)
        return JobLoad(field: JobField(conditions, seed: seed))
    }

    @Test func `a job's units go round the neighbours, and their outputs come home`() {
        for seed in UInt64(1)...20 {
            var load = load(seed)
            load.add(5, units: 24, at: .zero)
            load.field.run()
            let (done, missing) = load.check(seed)
            #expect(done == 24 && missing == 0, "seed \(seed)")
            let report = load.report(load.jobs[0])
            let helpers = Set(
                (report?.units ?? []).compactMap { unit -> NodeID? in
                    if case .done(let output) = unit { return output.computedBy }
                    return nil
                })
            #expect(helpers.count >= 3, "seed \(seed): \(helpers)")
            #expect((report?.took ?? .zero) < .seconds(4), "seed \(seed): \(String(describing: report?.took))")
        }
    }

    @Test func `with a twentieth of everything lost every job is done`() {
        var (done, missing, hedged) = (0, 0, 0)
        for seed in UInt64(1)...Self.seeds {
            var load = load(seed) {
                $0.loss = 0.05
                $0.repeats = 0.02
                $0.objectLoss = 0.05
            }
            for job in 0..<3 { load.add(3 + job, units: 10, at: .zero + .milliseconds(70 * job), isHedged: job == 2) }
            load.field.run()
            let count = load.check(seed)
            done += count.done
            missing += count.missing
            hedged += load.field.events.count { event in
                if case .offered(_, _, _, _, isHedge: true) = event.event { return true }
                return false
            }
        }
        #expect(missing == 0 && done == 30 * Int(Self.seeds), "\(missing) of \(done + missing)")
        #expect(hedged > Int(Self.seeds))
    }

    @Test func `helpers and leaders die, and every job of the living is done`() {
        var (done, missing) = (0, 0)
        for seed in UInt64(1)...Self.seeds {
            var load = load(seed) {
                $0.loss = 0.05
                $0.objectLoss = 0.05
            }
            for job in 0..<3 { load.add(2 + job, units: 12, at: .zero + .milliseconds(50 * job)) }
            for victim in [5, 6, 7, Int(seed % 2)] {
                load.field.queue.add(.death(victim), at: .zero + load.field.random.jitter(upTo: .seconds(1)))
            }
            load.field.run()
            let count = load.check(seed)
            done += count.done
            missing += count.missing
        }
        #expect(missing == 0 && done == Int(Self.seeds) * 36, "\(missing) of \(done + missing)")
    }

    @Test func `durable jobs go on after their robot's power cuts, whenever they come`() {
        var (done, missing, kept) = (0, 0, 0)
        for seed in UInt64(1)...Self.seeds {
            var load = load(seed) {
                $0.loss = 0.05
                $0.objectLoss = 0.05
            }
            load.add(4, units: 12, at: .zero, isDurable: true)
            load.add(5, units: 6, at: .zero)
            for _ in 0..<2 {
                let at: Instant = .zero + load.field.random.jitter(upTo: .milliseconds(1_500))
                load.field.queue.add(.death(4), at: at)
                load.field.queue.add(.boot(4), at: at + .milliseconds(400))
            }
            load.field.run()
            let count = load.check(seed)
            done += count.done
            missing += count.missing
            if load.report(load.jobs[0]) != nil { kept += 1 }
        }
        #expect(missing == 0, "\(missing) of \(done + missing)")
        #expect(kept > Int(Self.seeds) * 9 / 10)
    }

    @Test func `a cancelled job is gone everywhere when its end is told`() {
        var cancelled = 0
        for seed in UInt64(1)...Self.seeds {
            var load = load(seed) { $0.loss = 0.05 }
            load.add(4, units: 30, at: .zero, isDurable: seed % 3 == 0)
            load.add(5, units: 6, at: .zero)
            let at: Instant = .zero + load.field.random.jitter(upTo: .milliseconds(800))
            load.field.order(4, .cancel(load.jobs[0].order.key), at: at)
            load.field.run()
            _ = load.check(seed)
            guard let report = load.report(load.jobs[0]), report.units.contains(.missing(.cancelled)) else { continue }
            cancelled += 1
            let told = load.field.replies.first { reply in
                if case .ended(load.jobs[0].order.key, _) = reply.reply { return true }
                return false
            }
            // Told again until heard: with a twentieth lost, within a second.
            #expect(told.map { $0.at < at + .seconds(1) } == true, "seed \(seed)")
        }
        #expect(cancelled > Int(Self.seeds) * 3 / 4)
    }

    @Test func `without helpers a robot computes its job itself, and without the kernel it says why not`() {
        var alone = load(1) { $0.kernels = 3 }
        for victim in [0, 1] { alone.field.queue.add(.death(victim), at: .zero) }
        alone.add(2, units: 6, at: .zero + .seconds(1), span: .seconds(10))
        alone.add(5, units: 2, at: .zero + .seconds(1), span: .seconds(10))
        alone.field.queue.add(.death(2), at: .zero + .seconds(60))
        alone.field.run(until: .zero + .seconds(50))
        #expect(alone.report(alone.jobs[0])?.units.allSatisfy { if case .done = $0 { true } else { false } } == true)
        var nobody = load(1) { $0.kernels = 0 }
        nobody.add(5, units: 2, at: .zero, span: .seconds(3))
        nobody.field.run()
        #expect(nobody.report(nobody.jobs[0])?.units == [.missing(.noHelper), .missing(.noHelper)])
    }

    @Test func `a program that fails is tried three times, and its last words are told`() {
        var load = load(3) { $0.failures = 1 }
        load.add(4, units: 1, at: .zero)
        load.field.run()
        guard case .missing(.program(.exited, _, "by chance"))? = load.report(load.jobs[0])?.units.first else {
            Issue.record("\(String(describing: load.report(load.jobs[0])))")
            return
        }
        let runs = load.field.events.count { event in
            if case .failed = event.event { return true }
            return false
        }
        #expect(runs == 3)
    }

    @Test func `what is known is not computed again`() {
        var load = load(4)
        load.add(4, units: 5, at: .zero)
        load.field.run(until: .zero + .seconds(20))
        let first = load.jobs[0].order
        let again = JobOrder(
            key: TaskKey(99), kernel: first.kernel, units: first.units, cost: first.cost, span: first.span,
            isDurable: false, isHedged: false)
        load.field.order(4, .submit(again), at: .zero + .seconds(21))
        load.field.run(until: .zero + .seconds(22))
        guard case .ended(let report) = load.field.robots[4].book.state(of: TaskKey(99)) else {
            Issue.record("not ended")
            return
        }
        #expect(report.units.allSatisfy { if case .done(let output) = $0 { output.wasKnown } else { false } })
        #expect(report.took == .zero)
    }
}
