import SkeinWire

/// A requester's jobs and streams by key, from submit to outcome, over power cuts.
///
///     submit → keeping ──inputs on the disk──▶ accepting ──order on the disk──▶ running ──all units, deadline, cancel──▶ saving
///             (durable)                                    accepted                                                         │
///                                                                        ended ◀── telling ◀──outcome on the disk── ending ◀┘
///                                                                              (cancelled:                     outputs kept
///                                                                               helpers hear)
///
/// Rules.
/// - Nothing is said of a durable job, or of its outcome, before its order and inputs, or its outcome and outputs, are on the
///   disk. A job that is not durable goes from submit to running to ended.
/// - A power cut finds an accepted job without outcome: it is waiting again, with its whole span, keeps the outputs that had
///   reached the disk, and begins when the robot knows a leader, at the latest after `OrderBook.restartHoldMax`.
/// - The same order under a known key is answered from where it stands; another one under that key is refused.
/// - Jobs that have not ended are at most `openMax`, streams `streamsMax`, all known `slotsMax`: then the oldest ended one makes room,
///   or the newcomer is refused.
/// - What is cancelled is told to its helpers until they have heard it (`JobCancels`).
/// - Requester alone: whatever is lost on the way shows to it as silence (`JobOffer`, `HelperSeek`).
struct JobBook {
    /// Jobs that have not ended.
    static let openMax = 16
    static let streamsMax = 8
    static let slotsMax = 64
    /// Clients waiting for one job; a further one takes the place of the first, which may ask.
    static let ticketsMax = 8
    /// Pieces of outputs that are wanted and still on the disk.
    static let wantedMax = 32

    enum Phase: Hashable {
        case keeping([ObjectID])
        case accepting(PersistID)
        case waiting
        case running
        case saving
        case ending(PersistID, JobReport)
        case telling(JobReport)
        case ended(JobReport)
        case forgetting(PersistID, JobReport)
    }

    struct Entry {
        let key: TaskKey
        let slot: Int
        let serial: UInt64
        let digest: UInt64
        let isDurable: Bool
        /// Nil when it had ended before this start.
        var order: JobOrder?
        var phase: Phase
        var tickets: [UInt32]
        var run: JobRun?
        /// Of units done before this start.
        var done: [Int: JobReport.Output] = [:]
        /// Units with a record of their own on the disk.
        var unitRecords: [Int] = []
        /// Under which it holds objects in memory; 0: it has not begun.
        var number: UInt32 = 0
        var isCancelled = false
        var notes: [PlacementNote] = []
        var notesCount = 0
        /// As it had ended, told of when asked.
        var past: TaskAccount?
        /// Its outputs stay in memory until then.
        var heldUntil: Instant = .distantFuture
    }

    struct Wanted {
        let object: ObjectID
        let piece: Int
        let ticket: UInt32
    }

    let us: NodeID
    let epoch: Epoch
    let tuning: JobTuning
    /// Ascending by serial.
    var entries: [Entry] = []
    var streams: [JobStream] = []
    var serialLast: UInt64 = 0
    var writes: UInt64 = 0
    private var numbers: UInt32 = 0
    var holdUntil: Instant
    /// Records that nobody needs any more, by their slot.
    var stale: [Int] = []
    var hasLeft = false
    var intake = ObjectIntake()
    var cancels = JobCancels()
    var wanted: [Wanted] = []

    init(us: NodeID, epoch: Epoch, tuning: JobTuning = JobTuning(), restored: [StateRecord], now: Instant) {
        self.us = us
        self.epoch = epoch
        self.tuning = tuning
        holdUntil = now + OrderBook.restartHoldMax
        restore(restored)
    }

    // MARK: - What it takes

    /// Of jobs and streams, computed here now.
    var atHome: Int {
        entries.reduce(0) { $0 + ($1.run?.atHome ?? 0) } + streams.reduce(0) { $0 + $1.atHome }
    }

    /// What a restart has left, or a job that has just been accepted.
    var hasWaiting: Bool { entries.contains { $0.phase == .waiting } }

    /// Nothing is open, and nothing is left to be told.
    var isIdle: Bool { openCount == 0 && streams.isEmpty && cancels.isEmpty }

    var openCount: Int { entries.count { Self.isOpen($0.phase) } }

    static func isOpen(_ phase: Phase) -> Bool {
        switch phase {
        case .keeping, .accepting, .waiting, .running, .saving, .ending, .telling: true
        case .ended, .forgetting: false
        }
    }

    mutating func nextNumber() -> UInt32 {
        numbers &+= 1
        return JobNumber.make(epoch: epoch, count: numbers)
    }

    /// Kept in mind beside what the caller knows.
    func completed(_ context: JobContext, besides taken: Int) -> JobContext {
        var context = context
        context.homeTaken = atHome - taken
        context.freshNumber = JobNumber.make(epoch: epoch, count: numbers &+ 1)
        return context
    }

    // MARK: - Time

    var nextDeadline: Instant {
        guard !hasLeft else { return .distantFuture }
        if !stale.isEmpty { return .zero }
        var next = min(cancels.nextDeadline, intake.nextDeadline(tuning))
        for entry in entries {
            switch entry.phase {
            case .waiting: next = min(next, holdUntil)
            case .running:
                if let run = entry.run { next = min(next, run.nextDeadline(tuning: tuning)) }
            case .keeping, .accepting, .saving, .ending, .telling, .forgetting: continue
            case .ended: next = min(next, entry.heldUntil)
            }
        }
        for stream in streams { next = min(next, stream.nextDeadline(tuning: tuning)) }
        return next
    }

    mutating func deadlinePassed(_ store: inout ObjectStore, context: JobContext) -> [JobAction] {
        var actions: [JobAction] = []
        guard !hasLeft else { return [] }
        let now = context.now
        intake.expire(&store, tuning: tuning, now: now)
        begin(&store, context: context, actions: &actions)
        for index in entries.indices {
            let isDue = entries[index].run.map { $0.nextDeadline(tuning: tuning) <= now } ?? false
            if isDue {
                update(index, &store, context: context, actions: &actions) { run, store, context, actions in
                    run.deadlinePassed(&store, context: context, actions: &actions)
                }
            }
            if case .ended = entries[index].phase, entries[index].heldUntil <= now {
                entries[index].heldUntil = .distantFuture
                store.release(.job(entries[index].number))
            }
        }
        for index in streams.indices where streams[index].nextDeadline(tuning: tuning) <= now {
            updateStream(index, &store, context: context, actions: &actions) { stream, store, context, actions in
                stream.deadlinePassed(&store, context: context, actions: &actions)
            }
        }
        actions += cancels.due(tuning: tuning, now: now)
        settle(&store, context: context, actions: &actions)
        return actions
    }

    /// One job takes news, and goes on.
    mutating func update(
        _ index: Int, _ store: inout ObjectStore, context: JobContext, actions: inout [JobAction],
        _ body: (inout JobRun, inout ObjectStore, JobContext, inout [JobAction]) -> Void
    ) {
        guard entries[index].phase == .running, var run = entries[index].run else { return }
        let context = completed(context, besides: run.atHome)
        var mine: [JobAction] = []
        // Taken out, so that it is changed in place.
        entries[index].run = nil
        body(&run, &store, context, &mine)
        if context.now < run.deadline {
            run.advance(&store, context: context, actions: &mine)
            if run.askNumber == context.freshNumber { numbers &+= 1 }
        }
        entries[index].run = run
        note(mine, now: context.now, actions: &actions)
    }

    /// What is cancelled is told again until it is heard.
    mutating func note(_ mine: [JobAction], now: Instant, actions: inout [JobAction]) {
        for action in mine {
            if case .cancel(let cancel, let way) = action { cancels.add(cancel.id, way, tuning: tuning, now: now) }
            actions.append(action)
        }
    }

    // MARK: - Messages

    mutating func receive(
        _ match: Match, from leader: NodeID, _ store: inout ObjectStore, context: JobContext
    ) -> [JobAction] {
        var actions: [JobAction] = []
        guard match.task.requester == us else { return [] }
        for index in entries.indices where entries[index].run?.askNumber == match.task.number {
            update(index, &store, context: context, actions: &actions) { run, store, context, actions in
                run.receive(match, from: leader, &store, context: context, actions: &actions)
            }
        }
        for index in streams.indices where streams[index].askNumber == match.task.number {
            updateStream(index, &store, context: context, actions: &actions) { stream, store, context, actions in
                stream.receive(match, from: leader, context: context, actions: &actions)
            }
        }
        settle(&store, context: context, actions: &actions)
        return actions
    }

    mutating func receive(
        _ receipt: JobReceipt, from helper: NodeID, _ store: inout ObjectStore, context: JobContext
    ) -> [JobAction] {
        var actions: [JobAction] = []
        guard receipt.id.job.requester == us else { return [] }
        if receipt.verdict == .gone { cancels.isGone(receipt.id, at: helper) }
        if let index = entries.firstIndex(where: { $0.run?.id == receipt.id.job }) {
            update(index, &store, context: context, actions: &actions) { run, store, context, actions in
                run.receive(receipt, from: helper, context: context, actions: &actions)
            }
        } else if let index = streams.firstIndex(where: { $0.id == receipt.id.job }) {
            updateStream(index, &store, context: context, actions: &actions) { stream, store, context, actions in
                stream.receive(receipt, from: helper, &store, context: context, actions: &actions)
            }
        }
        settle(&store, context: context, actions: &actions)
        return actions
    }

    mutating func receive(
        _ result: JobResult, from helper: NodeID, _ store: inout ObjectStore, context: JobContext
    ) -> [JobAction] {
        var actions: [JobAction] = []
        guard result.id.job.requester == us else { return [] }
        if let index = entries.firstIndex(where: { $0.run?.id == result.id.job }) {
            update(index, &store, context: context, actions: &actions) { run, store, context, actions in
                run.receive(result, from: helper, &store, context: context, actions: &actions)
            }
        } else if let index = streams.firstIndex(where: { $0.id == result.id.job }) {
            updateStream(index, &store, context: context, actions: &actions) { stream, store, context, actions in
                stream.receive(result, from: helper, &store, context: context, actions: &actions)
            }
        }
        settle(&store, context: context, actions: &actions)
        return actions
    }

    mutating func arrived(
        _ object: ObjectID, _ bytes: ObjectBytes, _ store: inout ObjectStore, context: JobContext
    ) -> [JobAction] {
        everybody(&store, context: context) { run, store, context, actions in
            run.arrived(object, bytes, &store, context: context, actions: &actions)
        } streams: { stream, store, context, actions in
            stream.arrived(object, bytes, context: context, actions: &actions)
        }
    }

    mutating func fetchFailed(
        _ object: ObjectID, from helper: NodeID, _ store: inout ObjectStore, context: JobContext
    ) -> [JobAction] {
        everybody(&store, context: context) { run, store, context, actions in
            run.fetchFailed(object, from: helper, context: context, actions: &actions)
        } streams: { stream, store, context, actions in
            stream.fetchFailed(object, from: helper, context: context, actions: &actions)
        }
    }

    /// It has left the mesh, or lost its standing.
    mutating func lose(_ helper: NodeID, _ store: inout ObjectStore, context: JobContext) -> [JobAction] {
        cancels.left(helper)
        return everybody(&store, context: context) { run, store, context, actions in
            run.lose(helper, context: context, actions: &actions)
        } streams: { stream, store, context, actions in
            stream.lose(helper, &store, context: context, actions: &actions)
        }
    }

    private mutating func everybody(
        _ store: inout ObjectStore, context: JobContext,
        _ body: (inout JobRun, inout ObjectStore, JobContext, inout [JobAction]) -> Void,
        streams streamBody: (inout JobStream, inout ObjectStore, JobContext, inout [JobAction]) -> Void
    ) -> [JobAction] {
        var actions: [JobAction] = []
        for index in entries.indices {
            update(index, &store, context: context, actions: &actions, body)
        }
        for index in streams.indices {
            updateStream(index, &store, context: context, actions: &actions, streamBody)
        }
        settle(&store, context: context, actions: &actions)
        return actions
    }

    /// The body has finished what was computed here.
    mutating func finishedHere(
        _ key: JobUnitID, _ outcome: ProgramOutcome, _ store: inout ObjectStore, context: JobContext
    ) -> [JobAction] {
        var actions: [JobAction] = []
        if let index = entries.firstIndex(where: { $0.run?.id == key.job }) {
            update(index, &store, context: context, actions: &actions) { run, store, context, actions in
                let isDeterministic = context.offer(run.order.kernel)?.isDeterministic ?? false
                run.finishedHere(
                    key, outcome, isDeterministic: isDeterministic, &store, context: context, actions: &actions)
            }
        } else if let index = streams.firstIndex(where: { $0.id == key.job }) {
            updateStream(index, &store, context: context, actions: &actions) { stream, store, context, actions in
                stream.finishedHere(key, outcome, context: context, actions: &actions)
            }
        }
        // There is room for another's.
        for index in entries.indices where entries[index].run?.id != key.job {
            update(index, &store, context: context, actions: &actions) { _, _, _, _ in }
        }
        settle(&store, context: context, actions: &actions)
        return actions
    }
}
