import SkeinBench
import SkeinLinux
import SkeinWire

/// A member of the load test on LCM, as its users write one: a channel for statuses, one for each helper's tasks and one for
/// each requester's results. LCM signs nothing and repeats nothing.
final class LCMMember {
    private let plan: LoadPlan
    private let id: Int
    private let start: Instant
    private let link = LCMLink(hops: 1)
    private var tally: LoadTally
    private var schedule: LoadSchedule

    init(_ plan: LoadPlan, id: Int, start: Instant) {
        self.plan = plan
        self.id = id
        self.start = start
        tally = LoadTally(plan)
        schedule = LoadSchedule(plan, member: id)
    }

    func run() -> LoadTally {
        link.subscribe("status") { [unowned self] bytes in
            guard let stamp = LoadStamp(Array(bytes.prefix(LoadPlan.stampBytes))[...]), stamp.sender != id else {
                return
            }
            tally.status(stamp, from: stamp.sender, now: MonotonicClock.now())
        }
        if id >= plan.requesters {
            link.subscribe("task.\(id)") { [unowned self] bytes in take(task: bytes) }
        } else {
            link.subscribe("result.\(id)") { [unowned self] bytes in
                guard let stamp = LoadStamp(Array(bytes.prefix(LoadPlan.stampBytes))[...]) else { return }
                tally.result(of: stamp.number, now: MonotonicClock.now())
            }
        }
        let end = start + plan.end
        var now = MonotonicClock.now()
        while now < end {
            while let event = schedule.take(at: now - start) { say(event, now: now) }
            let next = schedule.next.map { start + $0 } ?? end
            link.handle(within: min(next, end) - now)
            now = MonotonicClock.now()
        }
        return tally
    }

    private func say(_ event: LoadSchedule.Event, now: Instant) {
        switch event {
        case .status(let number):
            tally.saidStatus()
            link.publish(stamp(number, now).bytes(filledTo: LoadPlan.statusBytes), on: "status")
        case .task(let number, let helper):
            tally.saidTask(number, at: now)
            link.publish(stamp(number, now).bytes(filledTo: plan.taskBytes), on: "task.\(helper)")
        }
    }

    private func take(task bytes: UnsafeRawBufferPointer) {
        let now = MonotonicClock.now()
        guard bytes.count == plan.taskBytes, let task = LoadStamp(Array(bytes.prefix(LoadPlan.stampBytes))[...]),
            tally.task(task, from: task.sender, now: now)
        else { return }
        link.publish(stamp(task.number, now).bytes(filledTo: LoadPlan.resultBytes), on: "result.\(task.sender)")
    }

    private func stamp(_ number: Int, _ now: Instant) -> LoadStamp { LoadStamp(sender: id, number: number, said: now) }
}
