import SkeinWire
import Testing

@testable import SkeinPeer

/// Jobs of one seed for a field, what their outputs must be, and whether it all came out.
struct JobLoad {
    struct Job {
        let robot: Int
        let order: JobOrder
        /// By unit, as the kernel computes them.
        let outputs: [[UInt8]]
    }

    var field: JobField
    var jobs: [Job] = []

    /// A job of units in a few layers, each from given objects and earlier units' outputs, to be submitted at a time.
    mutating func add(
        _ robot: Int, units: Int, at: Instant, span: Duration = .seconds(30), inputMax: Int = 2_000,
        isDurable: Bool = false, isHedged: Bool = false
    ) {
        var outputs: [[UInt8]] = []
        var inputs: [JobOrder.Unit] = []
        for unit in 0..<units {
            let count = 1 + Int(field.random.next() % UInt64(inputMax))
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* (unit + 3) &+ jobs.count) }
            var read = [bytes]
            var names = [field.give(bytes, to: robot)]
            if unit > 0, field.random.unit() < 0.4 {
                let other = Int(field.random.next() % UInt64(unit))
                names.append(.output(of: other))
                read.append(outputs[other])
            }
            inputs.append(.init(inputs: names))
            outputs.append(JobField.mix(read, outputMax: field.conditions.outputMax))
        }
        let order = JobOrder(
            key: TaskKey(UInt64(jobs.count + 1)), kernel: JobField.kernel.name, units: inputs,
            cost: field.conditions.cost, span: span, isDurable: isDurable, isHedged: isHedged)
        jobs.append(Job(robot: robot, order: order, outputs: outputs))
        field.order(robot, .submit(order), at: at)
    }

    /// What each job's report says, nil where there is none.
    func report(_ job: Job) -> JobReport? {
        switch field.robots[job.robot].book.state(of: job.order.key) {
        case .ended(let report): report
        case .unknown, .accepted, .running: nil
        }
    }

    /// Every job that was accepted has ended once, with the outputs that its kernel makes; nothing is left anywhere. Returns
    /// how many units were done, and how many were not.
    func check(_ seed: UInt64, sourceLocation: SourceLocation = #_sourceLocation) -> (done: Int, missing: Int) {
        var (done, missing) = (0, 0)
        for job in jobs where field.robots[job.robot].isAlive {
            guard let report = report(job) else {
                let state = field.robots[job.robot].book.state(of: job.order.key)
                if state != .unknown || job.order.isDurable && isAccepted(job) {
                    Issue.record("seed \(seed): \(job.order.key) is \(state)", sourceLocation: sourceLocation)
                }
                continue
            }
            #expect(report.units.count == job.outputs.count, sourceLocation: sourceLocation)
            for (unit, end) in report.units.enumerated() {
                switch end {
                case .done(let output):
                    done += 1
                    #expect(
                        output.object == ObjectID(of: job.outputs[unit]), "seed \(seed): \(job.order.key) unit \(unit)",
                        sourceLocation: sourceLocation)
                    #expect(output.bytes == job.outputs[unit].count, sourceLocation: sourceLocation)
                case .missing: missing += 1
                }
            }
            let ended = field.replies.count { reply in
                if case .ended(job.order.key, _) = reply.reply { return reply.robot == job.robot }
                return false
            }
            #expect(ended <= 1 || isCancelled(job), "seed \(seed): told \(ended) times", sourceLocation: sourceLocation)
        }
        checkRest(seed, sourceLocation)
        return (done, missing)
    }

    private func isAccepted(_ job: Job) -> Bool {
        field.replies.contains { $0.robot == job.robot && $0.reply == .accepted(job.order.key) }
    }

    private func isCancelled(_ job: Job) -> Bool {
        guard let report = report(job) else { return false }
        return report.units.contains(.missing(.cancelled))
    }

    private func checkRest(_ seed: UInt64, _ sourceLocation: SourceLocation) {
        for (robot, store) in zip(field.robots, field.stores) where robot.isAlive {
            #expect(robot.book.isIdle, "seed \(seed): \(robot.id) has open jobs", sourceLocation: sourceLocation)
            #expect(robot.worker.isIdle, "seed \(seed): \(robot.id) has units", sourceLocation: sourceLocation)
            #expect(robot.worker.takenPercent == 0, sourceLocation: sourceLocation)
            #expect(robot.running.isEmpty, "seed \(seed): \(robot.id) computes", sourceLocation: sourceLocation)
            #expect(robot.fetching.isEmpty, "seed \(seed): \(robot.id) fetches", sourceLocation: sourceLocation)
            #expect(store.heldCount == 0, "seed \(seed): \(robot.id) holds", sourceLocation: sourceLocation)
            // Outputs of durable jobs, and nothing else, are on the disk.
            let wanted = Set(
                jobs.filter { $0.order.isDurable && field.robots[$0.robot].id == robot.id }.flatMap { job in
                    (report(job)?.units ?? []).compactMap { unit -> ObjectID? in
                        if case .done(let output) = unit { return output.object }
                        return nil
                    }
                })
            for object in wanted {
                #expect(robot.objects.contains { $0.id == object }, "seed \(seed)", sourceLocation: sourceLocation)
            }
            #expect(robot.records.count <= jobs.count, "seed \(seed)", sourceLocation: sourceLocation)
        }
    }
}
