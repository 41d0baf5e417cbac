import CSkeinLinux
import Glibc
import SkeinPeer
import SkeinTasks
import SkeinWire
import Synchronization

/// What a worker thread does next.
enum WorkerJob: Sendable {
    case unit(Kernel, input: [UInt8])
    case plan(PlanGraph, PlanStrategy, previousLeaders: [Int]?)
}

/// What came of it, and when on the daemon's clock it began and ended.
struct WorkerResult: Sendable {
    enum Value: Sendable {
        case unit(output: [UInt8]?)
        case plan(Plan)
    }

    var thread: Int
    var id: ComputationID
    var value: Value
    var begunAt: Instant
    var endedAt: Instant
}

/// Results on their way from the worker threads to the loop; its descriptor is readable while there are some. Bounded by
/// the threads: each brings one and gets no next job before it has been taken.
final class WorkerOutbox: Sendable {
    let descriptor: Descriptor
    private let results = Mutex<[WorkerResult]>([])

    init() throws(SystemError) {
        descriptor = try Descriptor(
            eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK)), from: "eventfd", "worker pool")
    }

    func put(_ result: WorkerResult) {
        results.withLock { $0.append(result) }
        signal()
    }

    /// Makes the descriptor readable.
    func signal() { eventfd_write(descriptor.number, 1) }

    func takeAll() -> [WorkerResult] {
        // Cleared first: a result that comes between the two is told once too often, never lost.
        var count: eventfd_t = 0
        eventfd_read(descriptor.number, &count)
        return results.withLock { results in
            defer { results = [] }
            return results
        }
    }
}

/// A thread that runs one job after the other and sleeps in a read between them (eventfd(2)): no job, no wake-up.
///
/// Unit threads run at SCHED_IDLE (sched(7)), weight 3 where nice 19 has 15 and an ordinary thread 1024, so beside a busy
/// ordinary thread on one core a unit gets 0.3 % and not 1.5 %. Measured on two cores with four spinning threads: an
/// ordinary thread with a 2 ms timer woke up late by 7.4 ms (99th percentile) beside ordinary ones and by 0.1 ms beside
/// either of the two low ones. No privilege is needed. Where a sandbox forbids it, nice 19 is what remains.
///
/// What it costs: a unit thread that loses its core while it holds the allocator's lock holds up whoever wants that lock
/// until it runs again, which is at once unless ordinary threads keep every core busy. Then nothing is lent
/// (`ProcessorLoad`), so it can only meet a unit that had begun before.
final class WorkerThread {
    enum Priority { case normal, lowest }

    typealias Work = @Sendable (WorkerJob) -> WorkerResult.Value

    /// Shared with the thread: what it shall do, and a bell.
    private final class Mailbox: Sendable {
        enum Order: Sendable {
            case none
            case job(ComputationID, WorkerJob)
            case stop
        }

        let order = Mutex<Order>(.none)
        let bell: Descriptor

        init() throws(SystemError) {
            bell = try Descriptor(eventfd(0, Int32(EFD_CLOEXEC)), from: "eventfd", "worker thread")
        }

        func post(_ next: Order) {
            order.withLock { $0 = next }
            eventfd_write(bell.number, 1)
        }

        /// Sleeps until there is an order.
        func next() -> Order {
            var count: eventfd_t = 0
            while eventfd_read(bell.number, &count) != 0 {
                precondition(errno == EINTR, "a worker's eventfd cannot be read: \(SystemError.text(errno))")
            }
            return order.withLock { order in
                let taken = order
                order = .none
                return taken
            }
        }
    }

    /// What the thread gets to keep.
    private final class Life: Sendable {
        let mailbox: Mailbox
        let outbox: WorkerOutbox
        let index: Int
        let priority: Priority
        let work: Work

        init(_ mailbox: Mailbox, _ outbox: WorkerOutbox, index: Int, priority: Priority, work: @escaping Work) {
            self.mailbox = mailbox
            self.outbox = outbox
            self.index = index
            self.priority = priority
            self.work = work
        }

        func run() {
            if priority == .lowest { WorkerThread.yieldToAllOthers() }
            while true {
                switch mailbox.next() {
                case .none: continue
                case .stop: return
                case .job(let id, let job):
                    let begunAt = MonotonicClock.now()
                    let value = work(job)
                    outbox.put(
                        WorkerResult(
                            thread: index, id: id, value: value, begunAt: begunAt, endedAt: MonotonicClock.now()))
                }
            }
        }
    }

    /// Enough for kernels and the planner many times over, whatever the shell's `ulimit -s` says.
    private static let stackBytes = 2 << 20

    private let mailbox: Mailbox
    private let thread: pthread_t
    private let clock: clockid_t
    /// From `give` until the pool has taken its result.
    private(set) var isBusy = false

    init(index: Int, priority: Priority, outbox: WorkerOutbox, work: @escaping Work) throws(SystemError) {
        mailbox = try Mailbox()
        let life = Unmanaged.passRetained(
            Life(mailbox, outbox, index: index, priority: priority, work: work))
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setstacksize(&attributes, Self.stackBytes)
        var thread = pthread_t()
        let status = Self.withSignalsBlocked {
            pthread_create(
                &thread, &attributes,
                { life in
                    if let life { Unmanaged<Life>.fromOpaque(life).takeRetainedValue().run() }
                    return nil
                }, life.toOpaque())
        }
        pthread_attr_destroy(&attributes)
        guard status == 0 else {
            life.release()
            throw SystemError("pthread_create", "worker thread \(index)", number: status)
        }
        self.thread = thread
        var clock = clockid_t()
        let clockStatus = pthread_getcpuclockid(thread, &clock)
        precondition(clockStatus == 0, "a thread has no clock: \(SystemError.text(clockStatus))")
        self.clock = clock
    }

    /// Processor time of this thread so far, the job it is at included.
    var used: Duration {
        var time = timespec()
        guard clock_gettime(clock, &time) == 0 else { return .zero }
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    func give(_ job: WorkerJob, _ id: ComputationID) {
        precondition(!isBusy, "a second job for a busy thread")
        isBusy = true
        mailbox.post(.job(id, job))
    }

    func resultTaken() { isBusy = false }

    /// Ends the thread after the job it is at. Call once, and do nothing with it afterwards.
    func stop() {
        // What it is at shall not take for ever beside a busy robot; refused, it takes longer.
        var parameters = sched_param()
        pthread_setschedparam(thread, SCHED_OTHER, &parameters)
        mailbox.post(.stop)
    }

    func join() { pthread_join(thread, nil) }

    /// SCHED_IDLE of linux/sched.h, which module Glibc leaves out.
    private static let schedIdle: Int32 = 5
    private static let niceMax: Int32 = 19

    private static func yieldToAllOthers() {
        var parameters = sched_param()
        if sched_setscheduler(0, schedIdle, &parameters) != 0 {
            // Who 0 is this thread on Linux, not the process (setpriority(2), differences).
            setpriority(Int32(PRIO_PROCESS.rawValue), 0, niceMax)
        }
    }

    /// A thread inherits its maker's mask. Signals are the loop's business (signalfd), but for those that a thread causes
    /// itself.
    private static func withSignalsBlocked<Result>(_ body: () -> Result) -> Result {
        var all = sigset_t()
        sigfillset(&all)
        for own in [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT] { sigdelset(&all, own) }
        var before = sigset_t()
        pthread_sigmask(SIG_BLOCK, &all, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        return body()
    }
}
