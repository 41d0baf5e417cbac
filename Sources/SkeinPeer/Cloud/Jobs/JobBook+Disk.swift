import SkeinWire

// How jobs begin and end, and what of them lies on the disk.

extension JobBook {
    // MARK: - After a start

    /// Of two records of one slot the newer counts.
    mutating func restore(_ restored: [StateRecord]) {
        var slots: [Int] = []
        var heads: [(slot: Int, record: JobRecord)] = []
        var units: [(slot: Int, record: JobRecord)] = []
        for record in restored.reversed() {
            guard let slot = StateKey.slot(record.key, of: .jobs), !slots.contains(slot) else { continue }
            slots.append(slot)
            guard let bytes = record.bytes else { continue }
            guard let read = JobRecord(reading: bytes), slot >> 16 < Self.slotsMax else {
                stale.append(slot)
                continue
            }
            if case .unit = read.content { units.append((slot, read)) } else { heads.append((slot, read)) }
        }
        heads.sort { ($0.record.serial, $0.slot) < ($1.record.serial, $1.slot) }
        for (index, head) in heads.enumerated() {
            guard head.slot & 0xFFFF == 0, !heads[(index + 1)...].contains(where: { $0.record.key == head.record.key })
            else {
                stale.append(head.slot)
                continue
            }
            restore(head.record, slot: head.slot >> 16)
        }
        serialLast = heads.last?.record.serial ?? 0
        for unit in units.sorted(by: { $0.slot < $1.slot }) { restore(unit: unit.record, slot: unit.slot) }
        stale.sort()
    }

    private mutating func restore(_ record: JobRecord, slot: Int) {
        var entry = Entry(
            key: record.key, slot: slot, serial: record.serial, digest: record.digest, isDurable: true, order: nil,
            phase: .waiting, tickets: [])
        switch record.content {
        case .accepted(let order): entry.order = order
        case .ended(let report): entry.phase = .ended(report)
        case .unit: preconditionFailure("a unit's record is no job's")
        }
        entries.append(entry)
    }

    private mutating func restore(unit record: JobRecord, slot: Int) {
        guard case .unit(let unit, let output) = record.content, slot & 0xFFFF == unit + 1,
            let index = entries.firstIndex(where: { $0.slot == slot >> 16 && $0.serial == record.serial }),
            let order = entries[index].order, order.units.indices.contains(unit)
        else { return stale.append(slot) }
        entries[index].done[unit] = output
        entries[index].unitRecords.append(unit)
    }

    /// Those that a restart has left waiting, once a leader is known or has been waited for.
    mutating func begin(_ store: inout ObjectStore, context: JobContext, actions: inout [JobAction]) {
        for slot in stale { actions.append(writeRecord(slot, nil).action) }
        stale = []
        guard context.now >= holdUntil || !context.leaders.isEmpty else { return }
        for index in entries.indices where entries[index].phase == .waiting {
            begin(index, &store, context: context, actions: &actions)
        }
    }

    mutating func begin(_ index: Int, _ store: inout ObjectStore, context: JobContext, actions: inout [JobAction]) {
        guard let order = entries[index].order else { preconditionFailure("\(entries[index].key) has no order") }
        if entries[index].number == 0 { entries[index].number = nextNumber() }
        let id = TaskID(requester: us, number: entries[index].number)
        entries[index].run = JobRun(
            order, id: id, askNumber: nextNumber(), done: entries[index].done, context: context)
        entries[index].phase = .running
        entries[index].done = [:]
        actions.append(.record(.started(order.key, job: id.number, units: order.units.count)))
        update(index, &store, context: context, actions: &actions) { _, _, _, _ in }
    }

    // MARK: - The disk's answers

    mutating func persisted(_ id: PersistID, _ store: inout ObjectStore, context: JobContext) -> [JobAction] {
        var actions: [JobAction] = []
        for index in entries.indices {
            switch entries[index].phase {
            case .accepting(id):
                let key = entries[index].key
                actions += entries[index].tickets.map { .reply(.accepted(key), ticket: $0) }
                entries[index].phase = .waiting
                if !hasLeft { begin(index, &store, context: context, actions: &actions) }
                settle(&store, context: context, actions: &actions)
                return actions
            case .ending(id, let report):
                tellHelpersFirst(index, report, &store, context: context, actions: &actions)
                return actions
            case .forgetting(id, _):
                actions += entries[index].tickets.map { .reply(.forgotten(entries[index].key), ticket: $0) }
                retire(index, &store, actions: &actions)
                return actions
            case .keeping, .accepting, .waiting, .running, .saving, .ending, .telling, .ended, .forgetting: continue
            }
        }
        return []
    }

    mutating func kept(
        _ object: ObjectID, isKept: Bool, _ store: inout ObjectStore, context: JobContext
    ) -> [JobAction] {
        var actions: [JobAction] = []
        for index in entries.indices.reversed() where entries[index].isDurable {
            switch entries[index].phase {
            case .keeping(var left):
                guard let place = left.firstIndex(of: object) else { continue }
                guard isKept else {
                    let entry = entries[index]
                    actions += entry.tickets.map { .reply(.refused(entry.key, .disk), ticket: $0) }
                    retire(index, &store, actions: &actions)
                    continue
                }
                left.remove(at: place)
                entries[index].phase = .keeping(left)
                if left.isEmpty { accept(index, actions: &actions) }
            case .running, .saving: keptOutput(index, object, isKept: isKept, actions: &actions)
            case .accepting, .waiting, .ending, .telling, .ended, .forgetting: continue
            }
        }
        settle(&store, context: context, actions: &actions)
        return actions
    }

    /// All its inputs are on the disk: the order follows.
    mutating func accept(_ index: Int, actions: inout [JobAction]) {
        guard let order = entries[index].order else { preconditionFailure("\(entries[index].key) has no order") }
        let write = write(entries[index].slot, record(index, .accepted(order)))
        entries[index].phase = .accepting(write.id)
        actions.append(write.action)
    }

    private mutating func keptOutput(_ index: Int, _ object: ObjectID, isKept: Bool, actions: inout [JobAction]) {
        guard let run = entries[index].run else { return }
        for unit in run.units.indices where run.units[unit].output?.object == object && !run.units[unit].isKept {
            guard let output = run.units[unit].output else { continue }
            guard isKept else {
                entries[index].run?.units[unit].finish(.failed(.storage))
                continue
            }
            entries[index].run?.units[unit].isKept = true
            entries[index].unitRecords.append(unit)
            actions.append(
                writeRecord(entries[index].slot << 16 | unit + 1, record(index, .unit(unit, output))).action)
        }
    }

    mutating func loaded(
        _ object: ObjectID, _ bytes: ObjectBytes?, _ store: inout ObjectStore, context: JobContext
    ) -> [JobAction] {
        var actions: [JobAction] = []
        for index in entries.indices {
            update(index, &store, context: context, actions: &actions) { run, store, context, actions in
                run.loaded(object, bytes, &store, context: context, actions: &actions)
            }
        }
        for item in wanted where item.object == object {
            let reply = bytes.map { Self.piece(item.piece, of: object, $0) } ?? .piece(object, index: item.piece, nil)
            actions.append(.reply(reply, ticket: item.ticket))
        }
        if wanted.contains(where: { $0.object == object }) {
            wanted.removeAll { $0.object == object }
            // The next pieces will be asked for.
            if let bytes { _ = store.put(object, bytes, for: nil) }
        }
        settle(&store, context: context, actions: &actions)
        return actions
    }

    // MARK: - Ends

    /// Jobs whose units are all over, or that are out of time, or cancelled, end; streams too.
    mutating func settle(_ store: inout ObjectStore, context: JobContext, actions: inout [JobAction]) {
        for index in entries.indices {
            switch entries[index].phase {
            case .waiting where entries[index].isCancelled:
                begin(index, &store, context: context, actions: &actions)
                conclude(index, &store, context: context, actions: &actions)
            case .running:
                guard let run = entries[index].run else { continue }
                guard run.isOver || run.deadline <= context.now || entries[index].isCancelled else { continue }
                conclude(index, &store, context: context, actions: &actions)
            case .saving: save(index, &store, context: context, actions: &actions)
            case .telling(let report): tellHelpersFirst(index, report, &store, context: context, actions: &actions)
            case .keeping, .accepting, .waiting, .ending, .ended, .forgetting: continue
            }
        }
        for index in streams.indices.reversed() where streams[index].isOver(cancels) {
            let stream = streams.remove(at: index)
            stream.say(&actions, now: context.now)
            store.release(.job(stream.id.number))
        }
    }

    private mutating func conclude(
        _ index: Int, _ store: inout ObjectStore, context: JobContext, actions: inout [JobAction]
    ) {
        var mine: [JobAction] = []
        let trouble: JobTrouble? = entries[index].isCancelled ? .cancelled : nil
        entries[index].run?.expire(trouble, now: context.now, actions: &mine)
        note(mine, now: context.now, actions: &actions)
        entries[index].phase = .saving
        save(index, &store, context: context, actions: &actions)
    }

    /// Once the outputs of a durable job are on the disk, its outcome follows.
    private mutating func save(
        _ index: Int, _ store: inout ObjectStore, context: JobContext, actions: inout [JobAction]
    ) {
        guard let run = entries[index].run else { preconditionFailure("\(entries[index].key) ends without a run") }
        let isDurable = entries[index].isDurable
        guard !isDurable || !run.units.contains(where: { $0.output != nil && !$0.isKept }) else { return }
        let report = JobReport(units: run.report, took: min(context.now, run.deadline) - run.acceptedAt)
        guard isDurable else { return tellHelpersFirst(index, report, &store, context: context, actions: &actions) }
        let write = write(entries[index].slot, record(index, .ended(report)))
        entries[index].phase = .ending(write.id, report)
        actions.append(write.action)
    }

    private mutating func tellHelpersFirst(
        _ index: Int, _ report: JobReport, _ store: inout ObjectStore, context: JobContext,
        actions: inout [JobAction]
    ) {
        let id = TaskID(requester: us, number: entries[index].number)
        if entries[index].isCancelled, cancels.isTelling(about: id), !hasLeft {
            entries[index].phase = .telling(report)
            return
        }
        let (key, tickets) = (entries[index].key, entries[index].tickets)
        entries[index].phase = .ended(report)
        entries[index].tickets = []
        if let run = entries[index].run {
            entries[index].notes = run.notes
            entries[index].notesCount = run.notesDropped + run.notes.count
            var past = run.account(phase: Self.phase(entries[index], report), key: key)
            past.took = report.took
            entries[index].past = past
        }
        entries[index].run = nil
        for unit in entries[index].unitRecords {
            actions.append(writeRecord(entries[index].slot << 16 | unit + 1, nil).action)
        }
        entries[index].unitRecords = []
        store.release(.job(entries[index].number))
        for case .done(let output) in report.units { store.hold(output.object, for: .job(entries[index].number)) }
        entries[index].heldUntil = context.now + tuning.outputHold
        // Outputs stay on the disk until the job is forgotten; inputs are not needed any more.
        if entries[index].isDurable, let order = entries[index].order {
            entries[index].order = nil
            discard(order.objects, actions: &actions)
        }
        let missing = report.units.count { unit in
            if case .missing = unit { return true }
            return false
        }
        actions.append(.record(.ended(key, missing: missing)))
        actions += tickets.map { .reply(.ended(key, report), ticket: $0) }
    }

    // MARK: - Objects on the disk

    /// What a durable job has there.
    func objects(of entry: Entry) -> [ObjectID] {
        var objects = entry.order?.objects ?? []
        for unit in entry.run?.units ?? [] {
            if let output = unit.output { objects.append(output.object) }
        }
        for unit in entry.unitRecords {
            if let output = entry.done[unit] { objects.append(output.object) }
        }
        switch entry.phase {
        case .ending(_, let report), .telling(let report), .ended(let report), .forgetting(_, let report):
            for case .done(let output) in report.units { objects.append(output.object) }
        case .keeping, .accepting, .waiting, .running, .saving: break
        }
        return objects
    }

    /// Those that no durable job has any more.
    func discard(_ objects: [ObjectID], actions: inout [JobAction]) {
        guard !objects.isEmpty else { return }
        let wanted = entries.filter(\.isDurable).flatMap { self.objects(of: $0) }.sorted()
        var gone: ObjectID?
        for object in objects.sorted() where object != gone && !wanted.contains(object) {
            gone = object
            actions.append(.discard(object))
        }
    }

    // MARK: - Writing

    private func record(_ index: Int, _ content: JobRecord.Content) -> [UInt8] {
        let entry = entries[index]
        return JobRecord(serial: entry.serial, key: entry.key, digest: entry.digest, content: content).bytes
    }

    /// A job's own record.
    mutating func write(_ slot: Int, _ bytes: [UInt8]?) -> (id: PersistID, action: JobAction) {
        writeRecord(slot << 16, bytes)
    }

    private mutating func writeRecord(_ slot: Int, _ bytes: [UInt8]?) -> (id: PersistID, action: JobAction) {
        writes += 1
        let id = PersistID(StateKey.key(.jobs, slot: 0) | writes)
        return (id, .persist(id, StateRecord(key: StateKey.key(.jobs, slot: slot), bytes: bytes)))
    }

    /// This robot leaves the mesh: what is not durable ends with what it has; durable jobs go on at the next start.
    mutating func leave(_ store: inout ObjectStore, context: JobContext) -> [JobAction] {
        var actions: [JobAction] = []
        for index in streams.indices { streams[index].end(.cancelled, context: context, actions: &actions) }
        for index in entries.indices {
            guard case .running = entries[index].phase else { continue }
            if !entries[index].isDurable { entries[index].isCancelled = true }
            entries[index].run?.expire(.cancelled, now: context.now, actions: &actions)
            if entries[index].isDurable { entries[index].phase = .waiting }
        }
        hasLeft = true
        cancels.clear()
        settle(&store, context: context, actions: &actions)
        return actions
    }
}
