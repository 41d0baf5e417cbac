import SkeinPeer
import SkeinWire

extension TaskAccount.Name: Coded {
    /// Part of every conversation with a tool: a number is never used again.
    private enum Kind: UInt8 {
        case step = 1
        case order = 2
        case job = 3
        case stream = 4
    }

    package func write(to writer: inout ByteWriter) {
        switch self {
        case .step(let step):
            writer.raw(Kind.step)
            writer.u32(step)
        case .order(let key):
            writer.raw(Kind.order)
            key.write(to: &writer)
        case .job(let key):
            writer.raw(Kind.job)
            key.write(to: &writer)
        case .stream(let key):
            writer.raw(Kind.stream)
            key.write(to: &writer)
        }
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        switch try reader.raw(Kind.self) {
        case .step: self = .step(try reader.u32())
        case .order: self = .order(try TaskKey(reading: &reader))
        case .job: self = .job(try TaskKey(reading: &reader))
        case .stream: self = .stream(try TaskKey(reading: &reader))
        }
    }
}

/// A kernel's name in a list of them.
private struct KernelText: Coded {
    var text: String

    func write(to writer: inout ByteWriter) { writer.text(text) }
    init(text: String) { self.text = text }
    init(reading reader: inout ByteReader) throws(WireError) { text = try reader.text() }
}

extension TaskAccount: Coded {
    package func write(to writer: inout ByteWriter) {
        name.write(to: &writer)
        writer.u32(number)
        writer.list(kernels.map { KernelText(text: $0) }, limit: Self.kernelsMax)
        writer.raw(phase)
        writer.u16(UInt16(clamping: count))
        writer.u16(UInt16(clamping: done))
        writer.u16(UInt16(clamping: elsewhere))
        writer.optional(reason)
        writer.optional(startedAt)
        writer.optional(deadline)
        writer.optional(took)
        writer.list(units, limit: PeerReport.unitsOfTaskMax)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        let name = try Name(reading: &reader)
        let number = try reader.u32()
        let kernels = try reader.list(of: KernelText.self, limit: Self.kernelsMax).map(\.text)
        let phase = try reader.raw(Phase.self)
        self.init(name: name, number: number, kernels: kernels, phase: phase, count: Int(try reader.u16()))
        done = Int(try reader.u16())
        elsewhere = Int(try reader.u16())
        reason = try reader.optional(PlacementReason.self)
        startedAt = try reader.optional(Instant.self)
        deadline = try reader.optional(Instant.self)
        took = try reader.optional(Duration.self)
        units = try reader.list(of: Unit.self, limit: PeerReport.unitsOfTaskMax)
    }
}

extension TaskAccount.Unit: Coded {
    package func write(to writer: inout ByteWriter) {
        writer.u16(UInt16(clamping: number))
        writer.raw(phase)
        writer.node(robot)
        writer.node(leader)
        writer.optional(reason)
        writer.optional(trouble)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(number: Int(try reader.u16()), phase: try reader.raw(Phase.self))
        robot = try reader.node()
        leader = try reader.node()
        reason = try reader.optional(PlacementReason.self)
        trouble = try reader.optional(UnitTrouble.self)
    }
}

extension UnitTrouble: Coded {
    private enum Kind: UInt8 {
        case part = 1
        case job = 2
    }

    package func write(to writer: inout ByteWriter) {
        switch self {
        case .part(let trouble):
            writer.raw(Kind.part)
            writer.raw(trouble)
        case .job(let trouble):
            writer.raw(Kind.job)
            trouble.write(to: &writer)
        }
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        switch try reader.raw(Kind.self) {
        case .part: self = .part(try reader.raw(PartTrouble.self))
        case .job: self = .job(try JobTrouble(reading: &reader))
        }
    }
}

extension PlacementReason.Load: Coded {
    package func write(to writer: inout ByteWriter) {
        writer.double(percent)
        writer.double(limitPercent)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(percent: try reader.double(), limitPercent: try reader.double())
    }
}

extension PlacementReason: Coded {
    /// Part of every conversation with a tool: a number is never used again.
    private enum Kind: UInt8 {
        case belowLimit = 1
        case aboveLimit = 2
        case noLeader = 3
        case noHelpers = 4
        case deadlineTooNear = 5
        case sooner = 6
        case offloaded = 7
        case hedged = 8
        case spotCheck = 9
        case known = 10
        case leased = 11
    }

    package func write(to writer: inout ByteWriter) {
        switch self {
        case .belowLimit(let load):
            writer.raw(Kind.belowLimit)
            load.write(to: &writer)
        case .aboveLimit(let load):
            writer.raw(Kind.aboveLimit)
            load.write(to: &writer)
        case .noLeader: writer.raw(Kind.noLeader)
        case .noHelpers: writer.raw(Kind.noHelpers)
        case .deadlineTooNear(let left):
            writer.raw(Kind.deadlineTooNear)
            left.write(to: &writer)
        case .sooner(let here, let there):
            writer.raw(Kind.sooner)
            here.write(to: &writer)
            writer.optional(there)
        case .offloaded(let here, let there):
            writer.raw(Kind.offloaded)
            writer.optional(here)
            there.write(to: &writer)
        case .hedged: writer.raw(Kind.hedged)
        case .spotCheck: writer.raw(Kind.spotCheck)
        case .known: writer.raw(Kind.known)
        case .leased: writer.raw(Kind.leased)
        }
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        switch try reader.raw(Kind.self) {
        case .belowLimit: self = .belowLimit(try Load(reading: &reader))
        case .aboveLimit: self = .aboveLimit(try Load(reading: &reader))
        case .noLeader: self = .noLeader
        case .noHelpers: self = .noHelpers
        case .deadlineTooNear: self = .deadlineTooNear(left: try Duration(reading: &reader))
        case .sooner:
            self = .sooner(here: try Duration(reading: &reader), there: try reader.optional(Duration.self))
        case .offloaded:
            self = .offloaded(here: try reader.optional(Duration.self), there: try Duration(reading: &reader))
        case .hedged: self = .hedged
        case .spotCheck: self = .spotCheck
        case .known: self = .known
        case .leased: self = .leased
        }
    }
}

extension HelpAccount: Coded {
    package func write(to writer: inout ByteWriter) {
        writer.raw(kind)
        writer.node(requester)
        writer.u32(task)
        writer.u16(UInt16(clamping: unit))
        writer.text(kernel)
        writer.flag(isFetching)
        deadline.write(to: &writer)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(
            kind: try reader.raw(Kind.self), requester: try reader.node(), task: try reader.u32(),
            unit: Int(try reader.u16()), kernel: try reader.text(), isFetching: try reader.flag(),
            deadline: try Instant(reading: &reader))
    }
}

extension TransferAccount: Coded {
    package func write(to writer: inout ByteWriter) {
        writer.flag(isSending)
        writer.node(robot)
        object.write(to: &writer)
        bytes.write(to: &writer)
        doneBytes.write(to: &writer)
        writer.raw(trafficClass)
        deadline.write(to: &writer)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(
            isSending: try reader.flag(), robot: try reader.node(), object: try ObjectID(reading: &reader),
            bytes: try Int(reading: &reader), doneBytes: try Int(reading: &reader),
            trafficClass: try reader.raw(TrafficClass.self), deadline: try Instant(reading: &reader))
        guard doneBytes <= bytes else { throw .invalid(.number) }
    }
}
