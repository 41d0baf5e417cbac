import SkeinTasks
import SkeinWire

/// A person's orders by key, from submit to outcome, over power cuts.
///
///     submit → accepting ──on the disk──▶ waiting → running ──ended──▶ ending ──on the disk──▶ ended
///             (durable)                                      (durable)                          │
///                                                                    free ◀──on the disk── forgetting
///
/// Rules.
/// - Nothing is said of a durable order, or of its outcome, before it is on the disk. Order and outcome are one record in
///   one slot, the later in place of the earlier; at most one write of a slot matters at a time.
/// - A power cut finds an order accepted (it is waiting again, with its whole span, and begins when the robot knows a leader or
///   after `restartHoldMax`) or ended (it is told as it was). What had not reached the disk had been told to nobody.
/// - The same order under a known key is answered from where it stands; another one under that key is refused.
/// - A full book gives up the oldest ended order, those not durable first. If its record is overtaken by the same key anew in
///   another slot, the later acceptance (`serial`) counts at the next start.
/// - Tickets are those of this boot; each hears of acceptance and end.
struct OrderBook {
    /// Orders that have not ended.
    static let openMax = 16
    static let slotsMax = 64
    /// Clients waiting for one order; a further one takes the place of the first, which may ask.
    static let ticketsMax = 8
    /// After a start, until a leader is known.
    static let restartHoldMax: Duration = .seconds(10)

    private enum Phase {
        case accepting(PersistID, TaskOrder)
        case waiting(TaskOrder)
        case running(UInt32)
        case ending(PersistID, TaskReport)
        case ended(TaskReport)
        case forgetting(PersistID, TaskReport)
    }

    private struct Entry {
        let key: TaskKey
        let slot: Int
        let serial: UInt64
        let digest: UInt64
        let isDurable: Bool
        var phase: Phase
        var tickets: [UInt32]

        var isOpen: Bool {
            switch phase {
            case .accepting, .waiting, .running, .ending: true
            case .ended, .forgetting: false
            }
        }

        var isEnded: Bool {
            switch phase {
            case .ended: true
            case .accepting, .waiting, .running, .ending, .forgetting: false
            }
        }
    }

    private let epoch: Epoch
    /// Ascending by serial.
    private var entries: [Entry] = []
    private var serialLast: UInt64 = 0
    private var writes: UInt64 = 0
    private var begun: UInt32 = 0
    private var holdUntil: Instant
    /// Records that a later one of the same key has replaced, to be taken off the disk.
    private var stale: [Int] = []
    private var hasLeft = false

    init(epoch: Epoch, restored: [StateRecord], now: Instant) {
        self.epoch = epoch
        holdUntil = now + Self.restartHoldMax
        var records: [OrderRecord] = []
        var slots: [Int] = []
        // Of two records of one slot the newer counts, and only it.
        for record in restored.reversed() {
            guard let slot = StateKey.slot(record.key, of: .orders), slot < Self.slotsMax, !slots.contains(slot)
            else { continue }
            slots.append(slot)
            guard let bytes = record.bytes else { continue }
            if let read = OrderRecord(reading: bytes, slot: slot) { records.append(read) } else { stale.append(slot) }
        }
        records.sort { ($0.serial, $0.slot) < ($1.serial, $1.slot) }
        for (index, record) in records.enumerated() {
            let isReplaced = records[(index + 1)...].contains { $0.key == record.key }
            if isReplaced {
                stale.append(record.slot)
            } else {
                entries.append(
                    Entry(
                        key: record.key, slot: record.slot, serial: record.serial, digest: record.digest,
                        isDurable: true, phase: Self.phase(record.content), tickets: []))
            }
        }
        serialLast = records.last?.serial ?? 0
    }

    private static func phase(_ content: OrderRecord.Content) -> Phase {
        switch content {
        case .accepted(let order): .waiting(order)
        case .ended(let report): .ended(report)
        }
    }

    // MARK: - What is asked

    var keys: [TaskKey] { entries.map(\.key).sorted() }

    func state(of key: TaskKey) -> TaskState {
        guard let entry = entries.first(where: { $0.key == key }) else { return .unknown }
        switch entry.phase {
        case .accepting: return .unknown
        case .waiting: return .accepted
        case .running, .ending: return .running
        case .ended(let report), .forgetting(_, let report): return .ended(report)
        }
    }

    /// Nil: the ledger has it, or there is none.
    func content(of key: TaskKey) -> Content? {
        guard let entry = entries.first(where: { $0.key == key }) else { return nil }
        switch entry.phase {
        case .accepting(_, let order), .waiting(let order): return .waiting(order)
        case .running: return nil
        case .ending(_, let report), .ended(let report), .forgetting(_, let report): return .ended(report)
        }
    }

    var openCount: Int { entries.count { $0.isOpen } }

    mutating func submit(_ order: TaskOrder, ticket: UInt32) -> [OrderAction] {
        func refused(_ refusal: TaskRefusal) -> [OrderAction] { [.reply(.taskRefused(order.key, refusal), ticket)] }
        guard !hasLeft else { return refused(.left) }
        if let refusal = order.invalidity { return refused(refusal) }
        if let index = entries.firstIndex(where: { $0.key == order.key }) {
            return repeated(order, index, ticket: ticket)
        }
        guard openCount < Self.openMax else { return refused(.tooManyOpen) }
        guard let (slot, held) = place() else { return refused(.full) }
        serialLast += 1
        var entry = Entry(
            key: order.key, slot: slot, serial: serialLast, digest: order.digest, isDurable: order.isDurable,
            phase: .waiting(order), tickets: [ticket])
        guard order.isDurable else {
            entries.append(entry)
            return (held ? [erase(slot).action] : [])
                + [.reply(.taskAccepted(order.key), ticket), begin(entries.count - 1, order)]
        }
        let write = persist(entry, .accepted(order))
        entry.phase = .accepting(write.id, order)
        entries.append(entry)
        return [write.action]
    }

    /// The order is known, or another has its key.
    private mutating func repeated(_ order: TaskOrder, _ index: Int, ticket: UInt32) -> [OrderAction] {
        guard entries[index].digest == order.digest else {
            return [.reply(.taskRefused(order.key, .otherOrder), ticket)]
        }
        switch entries[index].phase {
        case .accepting:
            listen(index, ticket)
            return []
        case .waiting, .running, .ending:
            listen(index, ticket)
            return [.reply(.taskAccepted(order.key), ticket)]
        case .ended(let report):
            return [.reply(.taskAccepted(order.key), ticket), .reply(.taskEnded(order.key, report), ticket)]
        case .forgetting: return [.reply(.taskRefused(order.key, .forgetting), ticket)]
        }
    }

    private mutating func listen(_ index: Int, _ ticket: UInt32) {
        guard !entries[index].tickets.contains(ticket) else { return }
        if entries[index].tickets.count == Self.ticketsMax { entries[index].tickets.removeFirst() }
        entries[index].tickets.append(ticket)
    }

    /// A slot for a new order, and whether a record is in it. Nil: all are taken by orders that are still wanted.
    private mutating func place() -> (slot: Int, isHeld: Bool)? {
        if let free = (0..<Self.slotsMax).first(where: { slot in !entries.contains { $0.slot == slot } }) {
            let isHeld = stale.contains(free)
            stale.removeAll { $0 == free }
            return (free, isHeld)
        }
        let oldest =
            entries.firstIndex { $0.isEnded && !$0.isDurable } ?? entries.firstIndex { $0.isEnded }
        guard let oldest else { return nil }
        let entry = entries.remove(at: oldest)
        return (entry.slot, entry.isDurable)
    }

    mutating func forget(_ key: TaskKey, ticket: UInt32) -> [OrderAction] {
        guard let index = entries.firstIndex(where: { $0.key == key }) else { return [.reply(.done, ticket)] }
        switch entries[index].phase {
        case .accepting, .waiting, .running, .ending: return [.reply(.taskRefused(key, .stillOpen), ticket)]
        case .forgetting:
            listen(index, ticket)
            return []
        case .ended(let report):
            guard entries[index].isDurable else {
                entries.remove(at: index)
                return [.reply(.done, ticket)]
            }
            let write = erase(entries[index].slot)
            entries[index].phase = .forgetting(write.id, report)
            entries[index].tickets = [ticket]
            return [write.action]
        }
    }

    // MARK: - What happens

    mutating func persisted(_ id: PersistID) -> [OrderAction] {
        for index in entries.indices {
            let (key, tickets) = (entries[index].key, entries[index].tickets)
            switch entries[index].phase {
            case .accepting(id, let order):
                entries[index].phase = .waiting(order)
                let told = tickets.map { OrderAction.reply(.taskAccepted(key), $0) }
                return hasLeft ? told : told + [begin(index, order)]
            case .ending(id, let report):
                entries[index].phase = .ended(report)
                entries[index].tickets = []
                return tickets.map { .reply(.taskEnded(key, report), $0) }
            case .forgetting(id, _):
                entries.remove(at: index)
                return tickets.map { .reply(.done, $0) }
            case .accepting, .waiting, .running, .ending, .ended, .forgetting: continue
            }
        }
        return []
    }

    /// The ledger's last word on an order's task.
    mutating func ended(_ key: TaskKey, _ outcome: TaskOutcome) -> [OrderAction] {
        guard let index = entries.firstIndex(where: { $0.key == key }) else { return [] }
        switch entries[index].phase {
        case .running(outcome.number): break
        case .accepting, .waiting, .running, .ending, .ended, .forgetting: return []
        }
        // A durable order that is cut short by this robot's leaving goes on at its next start.
        guard !(hasLeft && entries[index].isDurable) else { return [] }
        let parts = zip(outcome.results, outcome.troubles).map { result, trouble in
            result.map { TaskReport.Part.done($0) } ?? .missing(trouble)
        }
        return end(index, TaskReport(parts: parts, took: outcome.took))
    }

    private mutating func end(_ index: Int, _ report: TaskReport) -> [OrderAction] {
        let key = entries[index].key
        guard entries[index].isDurable else {
            let tickets = entries[index].tickets
            entries[index].phase = .ended(report)
            entries[index].tickets = []
            return tickets.map { .reply(.taskEnded(key, report), $0) }
        }
        let write = persist(entries[index], .ended(report))
        entries[index].phase = .ending(write.id, report)
        return [write.action]
    }

    /// What a restart has left to do.
    var nextDeadline: Instant {
        guard !hasLeft else { return .distantFuture }
        if !stale.isEmpty { return .zero }
        return hasWaiting && runningCount < Self.openMax ? holdUntil : .distantFuture
    }

    /// In the ledger, which takes no more than `openMax`: records of another make may say that more were accepted.
    private var runningCount: Int {
        entries.count { entry in
            switch entry.phase {
            case .running: true
            case .accepting, .waiting, .ending, .ended, .forgetting: false
            }
        }
    }

    private var hasWaiting: Bool {
        entries.contains { entry in
            switch entry.phase {
            case .waiting: true
            case .accepting, .running, .ending, .ended, .forgetting: false
            }
        }
    }

    /// Looked at when the house is kept, and at `nextDeadline`: begins what a restart has left waiting.
    mutating func begin(knowsLeader: Bool, now: Instant) -> [OrderAction] {
        guard !hasLeft else { return [] }
        var actions = stale.map { erase($0).action }
        stale = []
        guard knowsLeader || now >= holdUntil else { return actions }
        for index in entries.indices {
            switch entries[index].phase {
            case .waiting(let order):
                if order.invalidity == nil {
                    if runningCount < Self.openMax { actions.append(begin(index, order)) }
                } else {
                    // A newer program does not compute it any more.
                    actions += end(
                        index, TaskReport(parts: order.inputs.map { _ in .missing(.invalidResult) }, took: .zero))
                }
            case .accepting, .running, .ending, .ended, .forgetting: continue
            }
        }
        return actions
    }

    /// From now on nothing begins, and what ends durably does not end.
    mutating func leave() { hasLeft = true }

    // MARK: - Numbers

    private mutating func begin(_ index: Int, _ order: TaskOrder) -> OrderAction {
        begun &+= 1
        let number = epoch.number << 20 | Self.numberBit | begun & (Self.numberBit - 1)
        entries[index].phase = .running(number)
        return .begin(order, number: number)
    }

    /// Tells an order's task number from a step's.
    static let numberBit: UInt32 = 1 << 19

    private mutating func persist(_ entry: Entry, _ content: OrderRecord.Content) -> (
        id: PersistID, action: OrderAction
    ) {
        let record = OrderRecord(
            slot: entry.slot, key: entry.key, serial: entry.serial, digest: entry.digest, content: content)
        return write(entry.slot, record.bytes)
    }

    private mutating func erase(_ slot: Int) -> (id: PersistID, action: OrderAction) { write(slot, nil) }

    private mutating func write(_ slot: Int, _ bytes: [UInt8]?) -> (id: PersistID, action: OrderAction) {
        writes += 1
        let id = PersistID(StateKey.key(.orders, slot: 0) | writes)
        return (id, .persist(id, StateRecord(key: StateKey.key(.orders, slot: slot), bytes: bytes)))
    }
}
