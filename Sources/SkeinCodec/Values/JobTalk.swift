import SkeinPeer
import SkeinWire

// What operators ask about jobs, what they are told, and what is recorded of them.

extension JobCommand: Coded {
    /// Part of every conversation with a tool: a number is never used again.
    private enum Kind: UInt8 {
        case give = 1
        case fetch = 2
        case submit = 3
        case state = 4
        case list = 5
        case cancel = 6
        case forget = 7
        case plan = 8
        case explain = 9
        case kernels = 10
        case open = 11
        case feed = 12
        case close = 13
    }

    package func write(to writer: inout ByteWriter) {
        func put<Value: Coded>(_ kind: Kind, _ value: Value) {
            writer.raw(kind)
            value.write(to: &writer)
        }
        switch self {
        case .give(let piece): put(.give, piece)
        case .fetch(let object, let piece):
            put(.fetch, object)
            piece.write(to: &writer)
        case .submit(let order): put(.submit, order)
        case .state(let key): put(.state, key)
        case .list: writer.raw(Kind.list)
        case .cancel(let key): put(.cancel, key)
        case .forget(let key): put(.forget, key)
        case .plan(let kernel, let inputBytes, let cost, let span):
            put(.plan, kernel)
            inputBytes.write(to: &writer)
            cost.write(to: &writer)
            span.write(to: &writer)
        case .explain(let key, let from):
            put(.explain, key)
            from.write(to: &writer)
        case .kernels: writer.raw(Kind.kernels)
        case .open(let order): put(.open, order)
        case .feed(let key, let number, let input):
            put(.feed, key)
            writer.u32(number)
            writer.blob(input, limit: ObjectBytes.pieceBytes)
        case .close(let key): put(.close, key)
        }
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        switch try reader.raw(Kind.self, .command) {
        case .give: self = .give(try ObjectPiece(reading: &reader))
        case .fetch: self = .fetch(try ObjectID(reading: &reader), piece: try Int(reading: &reader))
        case .submit: self = .submit(try JobOrder(reading: &reader))
        case .state: self = .state(try TaskKey(reading: &reader))
        case .list: self = .list
        case .cancel: self = .cancel(try TaskKey(reading: &reader))
        case .forget: self = .forget(try TaskKey(reading: &reader))
        case .plan:
            self = .plan(
                try KernelName(reading: &reader), inputBytes: try Int(reading: &reader),
                cost: try Duration(reading: &reader), span: try Duration(reading: &reader))
        case .explain: self = .explain(try TaskKey(reading: &reader), from: try Int(reading: &reader))
        case .kernels: self = .kernels
        case .open: self = .open(try StreamOrder(reading: &reader))
        case .feed:
            self = .feed(
                try TaskKey(reading: &reader), number: try reader.u32(),
                try reader.blob(limit: ObjectBytes.pieceBytes))
        case .close: self = .close(try TaskKey(reading: &reader))
        }
    }
}

extension JobReply: Coded {
    /// Part of every conversation with a tool: a number is never used again.
    private enum Kind: UInt8 {
        case given = 1
        case objectRefused = 2
        case piece = 3
        case accepted = 4
        case refused = 5
        case ended = 6
        case state = 7
        case keys = 8
        case forgotten = 9
        case plan = 10
        case notes = 11
        case kernels = 12
        case streamed = 13
    }

    private static let keysMax = 4_096

    package func write(to writer: inout ByteWriter) {
        func put<First: Coded>(_ kind: Kind, _ first: First) {
            writer.raw(kind)
            first.write(to: &writer)
        }
        switch self {
        case .given(let object, let pieces):
            put(.given, object)
            pieces.write(to: &writer)
        case .objectRefused(let object, let refusal):
            put(.objectRefused, object)
            refusal.write(to: &writer)
        case .piece(let object, let index, let bytes):
            put(.piece, object)
            index.write(to: &writer)
            writer.flag(bytes != nil)
            if let bytes { writer.blob(bytes, limit: ObjectBytes.pieceBytes) }
        case .accepted(let key): put(.accepted, key)
        case .refused(let key, let refusal):
            put(.refused, key)
            refusal.write(to: &writer)
        case .ended(let key, let report):
            put(.ended, key)
            report.write(to: &writer)
        case .state(let key, let state):
            put(.state, key)
            state.write(to: &writer)
        case .keys(let keys):
            writer.raw(Kind.keys)
            writer.list(Array(keys.prefix(Self.keysMax)), limit: Self.keysMax)
        case .forgotten(let key): put(.forgotten, key)
        case .plan(let plan): put(.plan, plan)
        case .notes(let key, let notes, let count):
            put(.notes, key)
            writer.flag(notes != nil)
            if let notes { writer.list(Array(notes.prefix(PlacementNote.listMax)), limit: PlacementNote.listMax) }
            count.write(to: &writer)
        case .kernels(let kernels):
            writer.raw(Kind.kernels)
            writer.list(KernelAccount.fitting(kernels), limit: KernelAccount.listMax)
        case .streamed(let key, let number, let answer):
            put(.streamed, key)
            writer.u32(number)
            answer.write(to: &writer)
        }
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        switch try reader.raw(Kind.self) {
        case .given: self = .given(try ObjectID(reading: &reader), pieces: try Int(reading: &reader))
        case .objectRefused:
            self = .objectRefused(try ObjectID(reading: &reader), try JobRefusal(reading: &reader))
        case .piece:
            self = .piece(
                try ObjectID(reading: &reader), index: try Int(reading: &reader),
                try reader.flag() ? try reader.blob(limit: ObjectBytes.pieceBytes) : nil)
        case .accepted: self = .accepted(try TaskKey(reading: &reader))
        case .refused: self = .refused(try TaskKey(reading: &reader), try JobRefusal(reading: &reader))
        case .ended: self = .ended(try TaskKey(reading: &reader), try JobReport(reading: &reader))
        case .state: self = .state(try TaskKey(reading: &reader), try JobState(reading: &reader))
        case .keys: self = .keys(try reader.list(of: TaskKey.self, limit: Self.keysMax))
        case .forgotten: self = .forgotten(try TaskKey(reading: &reader))
        case .plan: self = .plan(try JobPlan(reading: &reader))
        case .notes:
            let key = try TaskKey(reading: &reader)
            let notes = try reader.flag() ? try reader.list(of: PlacementNote.self, limit: PlacementNote.listMax) : nil
            self = .notes(key, notes, of: try Int(reading: &reader))
        case .kernels: self = .kernels(try reader.list(of: KernelAccount.self, limit: KernelAccount.listMax))
        case .streamed:
            self = .streamed(
                try TaskKey(reading: &reader), number: try reader.u32(), try StreamAnswer(reading: &reader))
        }
    }
}

extension JobUnitID: Coded {}

extension JobEvent: Coded {
    /// Part of every recording: a number is never used again.
    private enum Kind: UInt8 {
        case started = 1
        case ended = 2
        case offered = 3
        case done = 4
        case failed = 5
        case refused = 6
        case objectReceived = 7
        case objectLost = 8
    }

    package func write(to writer: inout ByteWriter) {
        switch self {
        case .started(let key, let job, let units):
            writer.raw(Kind.started)
            key.write(to: &writer)
            writer.u32(job)
            units.write(to: &writer)
        case .ended(let key, let missing):
            writer.raw(Kind.ended)
            key.write(to: &writer)
            missing.write(to: &writer)
        case .offered(let job, let unit, let attempt, let helper, let isHedge):
            writer.raw(Kind.offered)
            writer.u32(job)
            writer.u16(unit)
            writer.u8(attempt)
            writer.node(helper)
            writer.flag(isHedge)
        case .done(let job, let unit, let robot):
            writer.raw(Kind.done)
            writer.u32(job)
            writer.u16(unit)
            writer.node(robot)
        case .failed(let job, let unit, let robot, let failure):
            writer.raw(Kind.failed)
            writer.u32(job)
            writer.u16(unit)
            writer.node(robot)
            writer.raw(failure)
        case .refused(let id, let verdict):
            writer.raw(Kind.refused)
            id.write(to: &writer)
            writer.raw(verdict)
        case .objectReceived(let object, let bytes, let robot):
            writer.raw(Kind.objectReceived)
            object.write(to: &writer)
            bytes.write(to: &writer)
            writer.node(robot)
        case .objectLost(let object, let robot):
            writer.raw(Kind.objectLost)
            object.write(to: &writer)
            writer.node(robot)
        }
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        switch try reader.raw(Kind.self) {
        case .started:
            self = .started(try TaskKey(reading: &reader), job: try reader.u32(), units: try Int(reading: &reader))
        case .ended: self = .ended(try TaskKey(reading: &reader), missing: try Int(reading: &reader))
        case .offered:
            self = .offered(
                job: try reader.u32(), unit: try reader.u16(), attempt: try reader.u8(), helper: try reader.node(),
                isHedge: try reader.flag())
        case .done: self = .done(job: try reader.u32(), unit: try reader.u16(), by: try reader.node())
        case .failed:
            self = .failed(
                job: try reader.u32(), unit: try reader.u16(), by: try reader.node(),
                try reader.raw(JobFailure.self))
        case .refused: self = .refused(try JobUnitID(reading: &reader), try reader.raw(JobReceipt.Verdict.self))
        case .objectReceived:
            self = .objectReceived(
                try ObjectID(reading: &reader), bytes: try Int(reading: &reader), from: try reader.node())
        case .objectLost: self = .objectLost(try ObjectID(reading: &reader), from: try reader.node())
        }
    }
}
