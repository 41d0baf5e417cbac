import CSkeinLinux
import Glibc
import SkeinPeer
import SkeinWire

/// Computes units of the user's own kernels, each in a process of its own. All of it belongs to the loop's thread.
///
///     submit ──▶ waiting ──▶ a process: warm, or started now ──▶ descriptor readable ──▶ takeFinished
///
/// Rules.
/// - One unit a process. It gets its input, then the end of file; what it wrote is the result if it ends with 0.
/// - `processesMax` units are computed at once, of each kernel no more than it says; `unitsMax` and `waitingBytesMax` wait,
///   in order; more fail at once.
/// - For each kernel processes are started ahead (`KernelShelf`), confined already and waiting for input. A warm process that
///   has ended meanwhile costs a unit nothing: the next one, or a new one, takes it.
/// - A unit is ended at its deadline, or when it has had its kernel's longest span, or at its first byte too many. It is
///   told of when its process is gone, and with it all processes of its box (`BoxCommand`); `killPatience` later at the
///   latest, should the system not let go of one.
/// - Whether the machine can confine is tried at the start, and again every `trialInterval` while it cannot. Until it is
///   known, units wait.
/// - The loop calls `takeFinished` when `descriptor` is readable and `advance` when `nextDeadline` has passed; early and late
///   calls are ordinary.
/// - `shutdown` ends everything and waits for that, at most `shutdownMax`. If the daemon dies its processes die too.
package final class KernelHost {
    package struct Config: Sendable {
        package var kernels: [KernelSpec]
        /// Nil: as many as there are cores.
        package var processesMax: Int?
        /// Files and folders that no confined program may see, whatever folders it has: keys.
        package var hidden: [String]

        package init(kernels: [KernelSpec], processesMax: Int? = nil, hidden: [String] = []) {
            self.kernels = kernels
            self.processesMax = processesMax
            self.hidden = hidden
        }
    }

    package static let unitsMax = 64
    package static let waitingBytesMax = 256 << 20
    static let killPatience: Duration = .milliseconds(500)
    static let shutdownMax: Duration = .seconds(2)
    static let trialMax: Duration = .seconds(5)
    static let trialInterval: Duration = .seconds(60)
    /// How often it is looked whether what was missing has come.
    static let examineInterval: Duration = .seconds(10)

    struct Unit {
        var id: ComputationID
        var shelf: Int
        var input: ObjectBytes
        var deadline: Instant
        var submittedAt: Instant
    }

    /// A unit in a process.
    struct Run {
        var id: ComputationID
        var shelf: Int
        var queued: Duration
        var givenAt: Instant
        var deadline: Instant
        /// Why it was killed, and whether that has been told.
        var ending: (failure: ProgramFailure, at: Instant, isTold: Bool)?
    }

    enum Purpose {
        case trial(until: Instant)
        case warm(shelf: Int, since: Instant)
        case unit(Run)
        /// Killed and wanted by nobody.
        case dismissed(at: Instant)
    }

    enum Box {
        case untried
        case trying
        case works
        case fails(KernelObstacle, triedAt: Instant)
    }

    static let processArea: UInt32 = 1
    static let bellArea: UInt32 = 2

    let config: Config
    let processesMax: Int
    let reactor: Reactor
    private let bell: EventCounter
    var shelves: [KernelShelf]
    var waiting: [Unit] = []
    var processes: [UInt32: (process: BoxProcess, purpose: Purpose)] = [:]
    var box = Box.untried
    private var finished: [(id: ComputationID, outcome: KernelOutcome)] = []
    private var serial: UInt32 = 0
    private var isRunning = true
    private var examineAt: Instant
    private var told: [KernelObstacle?]
    private var endedTime: Duration = .zero
    var buffer = [UInt8](repeating: 0, count: 64 << 10)

    package init(_ config: Config, now: Instant) throws(SystemError) {
        precondition(config.kernels.count <= KernelSpec.kernelsMax, "\(config.kernels.count) kernels")
        self.config = config
        processesMax = max(1, config.processesMax ?? Int(clamping: sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        reactor = try Reactor()
        bell = try EventCounter()
        shelves = config.kernels.map { KernelShelf(BoxCommand(spec: $0, hidden: config.hidden), now: now) }
        told = shelves.map { _ in .untried }
        examineAt = now + Self.examineInterval
        // A program that does not read its input to the end is no reason to die.
        guard skein_ignore_signal(SIGPIPE) == 0 else { throw SystemError("signal", "SIGPIPE") }
        try reactor.add(bell.descriptor, Reactor.Token(area: Self.bellArea), for: .reading)
        advance(now: now)
    }

    deinit { shutdown() }

    /// Readable when there is something to be done here.
    package var descriptor: Descriptor { reactor.descriptor }

    /// When to call `advance`; nil: only what `descriptor` tells.
    package var nextDeadline: Instant? {
        var next = waiting.map(\.deadline).min() ?? .distantFuture
        for entry in processes.values {
            switch entry.purpose {
            case .trial(let until): next = min(next, until)
            case .warm(let shelf, let since):
                if shelves[shelf].crashes > 0 { next = min(next, since + KernelShelf.settleSpan) }
            case .unit(let run):
                guard let ending = run.ending else {
                    next = min(next, run.deadline)
                    continue
                }
                if !ending.isTold { next = min(next, ending.at + Self.killPatience) }
            case .dismissed: continue
            }
        }
        for index in shelves.indices
        where obstacleToStart(index) == nil && shelves[index].wanted(now: .distantFuture) > 0 {
            next = min(next, shelves[index].startsAt)
        }
        if case .fails(_, let triedAt) = box { next = min(next, triedAt + Self.trialInterval) }
        if shelves.contains(where: { $0.missing != nil }) { next = min(next, examineAt) }
        return next == .distantFuture ? nil : next
    }

    /// Every registered kernel, and why it cannot be computed now, if so.
    package var offers: [RegisteredKernel] {
        shelves.indices.map { RegisteredKernel(spec: shelves[$0].spec, obstacle: obstacle($0)) }
    }

    /// What has changed of the offers since the last call, for the log.
    package func takeNews() -> [String] {
        shelves.indices.compactMap { index in
            let now = obstacle(index)
            guard now != told[index], now != .untried else { return nil }
            told[index] = now
            let name = shelves[index].spec.name
            return now.map { "kernel \(name) is not offered: \($0)" } ?? "kernel \(name) is offered"
        }
    }

    /// Of all units' processes so far, those at work included: what `ProcessorLoad` does not count as load.
    package var processorTime: Duration {
        processes.values.reduce(endedTime) { $0 + $1.process.processorTime }
    }

    /// Of processes that are here, warm and at work.
    package var processCount: Int { processes.count }

    package func submit(
        id: ComputationID, kernel: KernelName, input: ObjectBytes, deadline: Instant, now: Instant
    ) {
        precondition(isRunning, "a unit for a host that has been shut down")
        guard let shelf = shelves.firstIndex(where: { $0.spec.name == kernel }) else {
            return finish(id, .unknown(kernel))
        }
        let bytes = waiting.reduce(input.count) { $0 + $1.input.count }
        guard waiting.count < Self.unitsMax, bytes <= Self.waitingBytesMax else { return finish(id, .busy) }
        waiting.append(Unit(id: id, shelf: shelf, input: input, deadline: deadline, submittedAt: now))
        advance(now: now)
    }

    /// The unit fails as cancelled, when its process is gone. One that has ended or was never here is none.
    package func cancel(_ id: ComputationID, now: Instant) {
        if let place = waiting.firstIndex(where: { $0.id == id }) {
            let unit = waiting.remove(at: place)
            return finish(id, .cancelled, queued: now - unit.submittedAt)
        }
        for serial in processes.keys {
            guard case .unit(let run)? = processes[serial]?.purpose, run.id == id else { continue }
            end(serial, .cancelled, now: now)
        }
    }

    /// What has ended since the last call, in the order in which it ended.
    package func takeFinished(now: Instant) -> [(id: ComputationID, outcome: KernelOutcome)] {
        reactor.wait(until: now) { attend($0, now: now) }
        advance(now: now)
        bell.take()
        defer { finished = [] }
        return finished
    }

    /// Ends what is due, starts what may start. `descriptor` becomes readable if something has finished.
    package func advance(now: Instant) {
        guard isRunning else { return }
        expire(now: now)
        if now >= examineAt {
            examineAt = now + Self.examineInterval
            for index in shelves.indices { shelves[index].missing = shelves[index].command.obstacle }
        }
        tryBox(now: now)
        startUnits(now: now)
        fillShelves(now: now)
    }

    /// Nothing is handed over any more.
    package func shutdown() {
        guard isRunning else { return }
        isRunning = false
        waiting = []
        let begin = MonotonicClock.now()
        for entry in processes.values { entry.process.kill() }
        var isUrgent = false
        while !processes.isEmpty, MonotonicClock.now() < begin + Self.shutdownMax {
            if !isUrgent, MonotonicClock.now() >= begin + Self.killPatience {
                isUrgent = true
                for entry in processes.values { entry.process.kill(isUrgent: true) }
            }
            reactor.wait(until: begin + (isUrgent ? Self.shutdownMax : Self.killPatience)) {
                attend($0, now: MonotonicClock.now())
            }
        }
        processes = [:]
        finished = []
    }

    // MARK: - For the other half

    func finish(_ id: ComputationID, _ failure: ProgramFailure, queued: Duration = .zero) {
        finish(
            id, KernelOutcome(result: .failure(failure), queued: queued, computed: .zero, processorTime: .zero))
    }

    func finish(_ id: ComputationID, _ outcome: KernelOutcome) {
        guard isRunning else { return }
        finished.append((id, outcome))
        bell.signal()
    }

    func count(_ span: Duration) { endedTime += span }

    /// Thirty bits, beside which a token has room for a stream; one that is still in use is passed over.
    func nextSerial() -> UInt32 {
        repeat { serial = (serial + 1) & 0x3FFF_FFFF } while processes[serial] != nil
        return serial
    }
}
