import SkeinWire

// What operators ask of the book of jobs.

extension JobBook {
    var keys: [TaskKey] { (entries.map(\.key) + streams.map(\.order.key)).sorted() }

    func state(of key: TaskKey) -> JobState {
        if streams.contains(where: { $0.order.key == key }) { return .running(done: 0, atWork: 0, of: 0) }
        guard let entry = entries.first(where: { $0.key == key }) else { return .unknown }
        switch entry.phase {
        case .keeping, .accepting: return .unknown
        case .waiting: return .accepted
        case .running, .saving, .ending, .telling:
            let units = entry.run?.units ?? []
            return .running(
                done: units.count { $0.output != nil }, atWork: entry.run?.atWork ?? 0,
                of: entry.order?.units.count ?? 0)
        case .ended(let report), .forgetting(_, let report): return .ended(report)
        }
    }

    /// Some of a job's notes, as many as one answer takes.
    func notes(of key: TaskKey, from: Int) -> JobReply {
        guard let entry = entries.first(where: { $0.key == key }) else { return .notes(key, nil, of: 0) }
        let notes = entry.run?.notes ?? entry.notes
        let count = entry.run.map { $0.notesDropped + $0.notes.count } ?? entry.notesCount
        let first = max(0, from - (count - notes.count))
        return .notes(key, Array(notes.dropFirst(first).prefix(Self.notesAtOnceMax)), of: count)
    }

    private static let notesAtOnceMax = 256

    // MARK: - Submit

    mutating func submit(
        _ order: JobOrder, ticket: UInt32, _ store: inout ObjectStore, context: JobContext
    ) -> [JobAction] {
        func refused(_ refusal: JobRefusal) -> [JobAction] { [.reply(.refused(order.key, refusal), ticket: ticket)] }
        guard !hasLeft else { return refused(.left) }
        if let refusal = order.invalidity { return refused(refusal) }
        if let index = entries.firstIndex(where: { $0.key == order.key }) {
            return repeated(order, index, ticket: ticket)
        }
        guard !streams.contains(where: { $0.order.key == order.key }) else { return refused(.otherOrder) }
        for (unit, inputs) in order.units.map(\.inputs).enumerated() {
            for case .object(let id, let bytes) in inputs where store.byteCount(of: id) != bytes {
                return refused(.noObject(unit: unit))
            }
        }
        guard openCount < Self.openMax else { return refused(.tooManyOpen) }
        var actions: [JobAction] = []
        guard let slot = place(&store, actions: &actions) else { return refused(.tooManyOpen) }
        serialLast += 1
        var entry = Entry(
            key: order.key, slot: slot, serial: serialLast, digest: JobRecord.digest(of: order),
            isDurable: order.isDurable, order: order, phase: .waiting, tickets: [ticket])
        entry.number = nextNumber()
        let inputs = order.objects
        for input in inputs { store.hold(input, for: .job(entry.number)) }
        guard order.isDurable else {
            entries.append(entry)
            actions.append(.reply(.accepted(order.key), ticket: ticket))
            begin(entries.count - 1, &store, context: context, actions: &actions)
            settle(&store, context: context, actions: &actions)
            return actions
        }
        entry.phase = .keeping(inputs)
        entries.append(entry)
        for input in inputs {
            guard let bytes = store.use(input) else { continue }
            actions.append(.keep(input, bytes))
        }
        if inputs.isEmpty { accept(entries.count - 1, actions: &actions) }
        return actions
    }

    /// The order is known, or another has its key.
    private mutating func repeated(_ order: JobOrder, _ index: Int, ticket: UInt32) -> [JobAction] {
        guard entries[index].digest == JobRecord.digest(of: order) else {
            return [.reply(.refused(order.key, .otherOrder), ticket: ticket)]
        }
        switch entries[index].phase {
        case .keeping, .accepting:
            listen(index, ticket)
            return []
        case .waiting, .running, .saving, .ending, .telling:
            listen(index, ticket)
            return [.reply(.accepted(order.key), ticket: ticket)]
        case .ended(let report):
            return [
                .reply(.accepted(order.key), ticket: ticket), .reply(.ended(order.key, report), ticket: ticket),
            ]
        // A moment later the key is free.
        case .forgetting: return [.reply(.refused(order.key, .stillOpen), ticket: ticket)]
        }
    }

    private mutating func listen(_ index: Int, _ ticket: UInt32) {
        guard !entries[index].tickets.contains(ticket) else { return }
        if entries[index].tickets.count == Self.ticketsMax { entries[index].tickets.removeFirst() }
        entries[index].tickets.append(ticket)
    }

    /// A slot for a new job. Nil: all are taken by jobs that are still wanted.
    private mutating func place(_ store: inout ObjectStore, actions: inout [JobAction]) -> Int? {
        if let free = (0..<Self.slotsMax).first(where: { slot in !entries.contains { $0.slot == slot } }) {
            return free
        }
        func isEnded(_ entry: Entry) -> Bool {
            switch entry.phase {
            case .ended: true
            case .keeping, .accepting, .waiting, .running, .saving, .ending, .telling, .forgetting: false
            }
        }
        let oldest = entries.firstIndex { isEnded($0) && !$0.isDurable } ?? entries.firstIndex(where: isEnded)
        guard let oldest else { return nil }
        let slot = entries[oldest].slot
        if entries[oldest].isDurable { actions.append(write(slot, nil).action) }
        retire(oldest, &store, actions: &actions)
        return slot
    }

    /// Nobody asks for it any more: its objects go.
    mutating func retire(_ index: Int, _ store: inout ObjectStore, actions: inout [JobAction]) {
        let entry = entries.remove(at: index)
        store.release(.job(entry.number))
        if entry.isDurable { discard(objects(of: entry), actions: &actions) }
    }

    // MARK: - Cancel, forget

    mutating func cancel(
        _ key: TaskKey, ticket: UInt32, _ store: inout ObjectStore, context: JobContext
    ) -> [JobAction] {
        var actions: [JobAction] = []
        if let index = streams.firstIndex(where: { $0.order.key == key }) {
            streams[index].tickets.append(ticket)
            updateStream(index, &store, context: context, actions: &actions) { stream, store, context, actions in
                stream.end(.cancelled, context: context, actions: &actions)
            }
            settle(&store, context: context, actions: &actions)
            return actions
        }
        guard let index = entries.firstIndex(where: { $0.key == key }) else {
            return [.reply(.refused(key, .unknownKey), ticket: ticket)]
        }
        switch entries[index].phase {
        case .ended(let report), .forgetting(_, let report): return [.reply(.ended(key, report), ticket: ticket)]
        case .keeping, .accepting, .waiting, .running:
            listen(index, ticket)
            entries[index].isCancelled = true
            settle(&store, context: context, actions: &actions)
            return actions
        case .saving, .ending, .telling:
            listen(index, ticket)
            return []
        }
    }

    mutating func forget(_ key: TaskKey, ticket: UInt32, _ store: inout ObjectStore) -> [JobAction] {
        guard !streams.contains(where: { $0.order.key == key }) else {
            return [.reply(.refused(key, .stillOpen), ticket: ticket)]
        }
        guard let index = entries.firstIndex(where: { $0.key == key }) else {
            return [.reply(.forgotten(key), ticket: ticket)]
        }
        switch entries[index].phase {
        case .keeping, .accepting, .waiting, .running, .saving, .ending, .telling:
            return [.reply(.refused(key, .stillOpen), ticket: ticket)]
        case .forgetting:
            listen(index, ticket)
            return []
        case .ended(let report):
            guard entries[index].isDurable else {
                var actions: [JobAction] = []
                retire(index, &store, actions: &actions)
                return actions + [.reply(.forgotten(key), ticket: ticket)]
            }
            let write = write(entries[index].slot, nil)
            entries[index].phase = .forgetting(write.id, report)
            entries[index].tickets = [ticket]
            return [write.action]
        }
    }

    // MARK: - Pieces

    /// A piece of an object in memory, or of a job's output on the disk.
    mutating func fetch(
        _ object: ObjectID, piece: Int, ticket: UInt32, _ store: inout ObjectStore
    ) -> [JobAction] {
        if let bytes = store.use(object) { return [.reply(Self.piece(piece, of: object, bytes), ticket: ticket)] }
        let isOnDisk = entries.contains { $0.isDurable && objects(of: $0).contains(object) }
        guard isOnDisk, wanted.count < Self.wantedMax else {
            return [.reply(.piece(object, index: piece, nil), ticket: ticket)]
        }
        let isAsked = wanted.contains { $0.object == object }
        wanted.append(Wanted(object: object, piece: piece, ticket: ticket))
        return isAsked ? [] : [.load(object)]
    }

    static func piece(_ index: Int, of object: ObjectID, _ bytes: ObjectBytes) -> JobReply {
        // An empty object has one piece, an empty one.
        if bytes.count == 0, index == 0 { return .piece(object, index: 0, []) }
        return .piece(object, index: index, bytes.pieces.indices.contains(index) ? bytes.pieces[index] : nil)
    }

    // MARK: - Streams

    mutating func open(
        _ order: StreamOrder, ticket: UInt32, _ store: inout ObjectStore, context: JobContext
    ) -> [JobAction] {
        func refused(_ refusal: JobRefusal) -> [JobAction] { [.reply(.refused(order.key, refusal), ticket: ticket)] }
        guard !hasLeft else { return refused(.left) }
        if let refusal = order.invalidity { return refused(refusal) }
        if let index = streams.firstIndex(where: { $0.order.key == order.key }) {
            guard streams[index].order == order else { return refused(.otherOrder) }
            streams[index].tickets.append(ticket)
            return [.reply(.accepted(order.key), ticket: ticket)]
        }
        guard !entries.contains(where: { $0.key == order.key }) else { return refused(.otherOrder) }
        guard streams.count < Self.streamsMax else { return refused(.tooManyOpen) }
        let id = TaskID(requester: us, number: nextNumber())
        streams.append(JobStream(order, id: id, askNumber: nextNumber(), ticket: ticket, context: context))
        var actions: [JobAction] = [
            .reply(.accepted(order.key), ticket: ticket), .record(.started(order.key, job: id.number, units: 0)),
        ]
        updateStream(streams.count - 1, &store, context: context, actions: &actions) { _, _, _, _ in }
        settle(&store, context: context, actions: &actions)
        return actions
    }

    mutating func feed(
        _ key: TaskKey, number: UInt32, _ bytes: [UInt8], ticket: UInt32, _ store: inout ObjectStore,
        context: JobContext
    ) -> [JobAction] {
        guard let index = streams.firstIndex(where: { $0.order.key == key }) else {
            return [.reply(.refused(key, .unknownKey), ticket: ticket)]
        }
        var actions: [JobAction] = []
        updateStream(index, &store, context: context, actions: &actions) { stream, store, context, actions in
            stream.feed(number, bytes, ticket: ticket, &store, context: context, actions: &actions)
        }
        settle(&store, context: context, actions: &actions)
        return actions
    }

    mutating func close(
        _ key: TaskKey, ticket: UInt32, _ store: inout ObjectStore, context: JobContext
    ) -> [JobAction] {
        guard let index = streams.firstIndex(where: { $0.order.key == key }) else {
            return [.reply(.refused(key, .unknownKey), ticket: ticket)]
        }
        streams[index].tickets.append(ticket)
        streams[index].isClosing = true
        var actions: [JobAction] = []
        settle(&store, context: context, actions: &actions)
        return actions
    }

    mutating func updateStream(
        _ index: Int, _ store: inout ObjectStore, context: JobContext, actions: inout [JobAction],
        _ body: (inout JobStream, inout ObjectStore, JobContext, inout [JobAction]) -> Void
    ) {
        let context = completed(context, besides: streams[index].atHome)
        var mine: [JobAction] = []
        body(&streams[index], &store, context, &mine)
        streams[index].advance(&store, context: context, actions: &mine)
        if streams[index].askNumber == context.freshNumber { _ = nextNumber() }
        note(mine, now: context.now, actions: &actions)
    }
}

extension JobOrder {
    /// Why it cannot be taken; nil: it can, if its objects are here.
    package var invalidity: JobRefusal? {
        guard (1...Self.unitsMax).contains(units.count) else { return .units(count: units.count) }
        guard span >= Self.spanMin, span <= Self.spanMax else { return .span(span) }
        guard cost > .zero, cost <= Self.costMax else { return .cost(cost) }
        var inputs = 0
        for (unit, wanted) in units.map(\.inputs).enumerated() {
            inputs += wanted.count
            guard (1...JobUnit.inputsMax).contains(wanted.count), inputs <= Self.inputsMax else {
                return .inputs(unit: unit)
            }
            for input in wanted {
                switch input {
                case .object(_, let bytes):
                    guard (0...ObjectBytes.countMax).contains(bytes) else { return .inputs(unit: unit) }
                case .output(let other):
                    guard (0..<unit).contains(other) else { return .inputs(unit: unit) }
                }
            }
        }
        return nil
    }

    /// Distinct ones that have been given for it, ascending.
    var objects: [ObjectID] {
        var all: [ObjectID] = []
        for unit in units {
            for case .object(let id, _) in unit.inputs { all.append(id) }
        }
        all.sort()
        var distinct: [ObjectID] = []
        for id in all where distinct.last != id { distinct.append(id) }
        return distinct
    }
}

extension StreamOrder {
    package var invalidity: JobRefusal? {
        guard period >= Self.periodMin, period <= Self.periodMax else { return .period(period) }
        guard unitSpan >= Self.periodMin, unitSpan <= Self.periodMax else { return .span(unitSpan) }
        guard cost > .zero, cost <= JobOrder.costMax else { return .cost(cost) }
        return nil
    }
}
