/// A task of a requester: who asks, and its number with that robot. Its parts and their attempts hang on it.
///
///     requester u16 | number u32
package struct TaskID: Hashable, Sendable {
    package var requester: NodeID
    package var number: UInt32

    package init(requester: NodeID, number: UInt32) {
        self.requester = requester
        self.number = number
    }

    func write(to writer: inout ByteWriter) {
        writer.node(requester)
        writer.u32(number)
    }

    init(reading reader: inout ByteReader) throws(WireError) {
        requester = try reader.node()
        number = try reader.u32()
    }
}

/// "I need this many parts computed elsewhere": requester to its leader. Answered by matches, at once with what the
/// leader has and later with what other leaders lend. Asking again with another attempt is harmless.
///
///     task | attempt u8 | parts u8 (128 added: with work) | unit bytes u16 | deadline_ms u16 (left) | smell f32
///     | n u8 | n × excluded helper u16 | [128: kernel work]
package struct Request: Hashable, Sendable {
    package static let partsMax = 16
    package static let excludedMax = 16

    package var task: TaskID
    package var attempt: UInt8
    package var parts: UInt8
    /// The largest unit's encoded size: what the path is judged by.
    package var unitBytes: UInt16
    package var deadlineMilliseconds: UInt16
    package var smell: Float
    /// Helpers that have failed this task already.
    package var excluded: [NodeID]
    /// Nil: a mission's parts.
    package var work: KernelWork?

    package init(
        task: TaskID, attempt: UInt8, parts: UInt8, unitBytes: UInt16, deadlineMilliseconds: UInt16,
        smell: Float, excluded: [NodeID], work: KernelWork? = nil
    ) {
        self.task = task
        self.attempt = attempt
        self.parts = parts
        self.unitBytes = unitBytes
        self.deadlineMilliseconds = deadlineMilliseconds
        self.smell = smell
        self.excluded = excluded
        self.work = work
    }

    /// Added to the number of parts.
    static let workFlag: UInt8 = 128

    /// What is left until its deadline.
    package var left: Duration { .milliseconds(work?.deadlineMilliseconds ?? UInt32(deadlineMilliseconds)) }

    func write(to writer: inout ByteWriter) {
        task.write(to: &writer)
        writer.u8(attempt)
        writer.u8(parts | (work == nil ? 0 : Self.workFlag))
        writer.u16(unitBytes)
        writer.u16(deadlineMilliseconds)
        writer.f32(smell)
        writer.count(excluded.count, limit: Self.excludedMax)
        for helper in excluded { writer.node(helper) }
        work?.write(to: &writer)
    }

    init(reading reader: inout ByteReader) throws(WireError) {
        task = try TaskID(reading: &reader)
        attempt = try reader.u8()
        let count = try reader.u8()
        parts = count & ~Self.workFlag
        guard parts > 0, Int(parts) <= Self.partsMax else { throw .invalid(.parts) }
        unitBytes = try reader.u16()
        deadlineMilliseconds = try reader.u16()
        smell = try reader.f32(.position)
        excluded = []
        for _ in 0..<(try reader.count(.excluded, limit: Self.excludedMax)) { excluded.append(try reader.node()) }
        work = count & Self.workFlag == 0 ? nil : try KernelWork(reading: &reader)
    }
}

/// A leader asks another for parts its own subgroup lacks.
///
///     task | claim u16 | parts u8 (128 added: with work) | unit bytes u16 | deadline_ms u16 (left)
///     | n u8 | n × excluded helper u16 | [128: kernel work]
package struct Claim: Hashable, Sendable {
    package var task: TaskID
    package var claim: UInt16
    package var parts: UInt8
    package var unitBytes: UInt16
    package var deadlineMilliseconds: UInt16
    package var excluded: [NodeID]
    /// Nil: a mission's parts.
    package var work: KernelWork?

    package init(
        task: TaskID, claim: UInt16, parts: UInt8, unitBytes: UInt16, deadlineMilliseconds: UInt16,
        excluded: [NodeID], work: KernelWork? = nil
    ) {
        self.task = task
        self.claim = claim
        self.parts = parts
        self.unitBytes = unitBytes
        self.deadlineMilliseconds = deadlineMilliseconds
        self.excluded = excluded
        self.work = work
    }

    /// What is left until its deadline.
    package var left: Duration { .milliseconds(work?.deadlineMilliseconds ?? UInt32(deadlineMilliseconds)) }

    func write(to writer: inout ByteWriter) {
        task.write(to: &writer)
        writer.u16(claim)
        writer.u8(parts | (work == nil ? 0 : Request.workFlag))
        writer.u16(unitBytes)
        writer.u16(deadlineMilliseconds)
        writer.count(excluded.count, limit: Request.excludedMax)
        for helper in excluded { writer.node(helper) }
        work?.write(to: &writer)
    }

    init(reading reader: inout ByteReader) throws(WireError) {
        task = try TaskID(reading: &reader)
        claim = try reader.u16()
        let count = try reader.u8()
        parts = count & ~Request.workFlag
        guard parts > 0, Int(parts) <= Request.partsMax else { throw .invalid(.parts) }
        unitBytes = try reader.u16()
        deadlineMilliseconds = try reader.u16()
        excluded = []
        for _ in 0..<(try reader.count(.excluded, limit: Request.excludedMax)) {
            excluded.append(try reader.node())
        }
        work = count & Request.workFlag == 0 ? nil : try KernelWork(reading: &reader)
    }
}

/// A helper that has been reserved for a task: who, for how many parts, in whose subgroup, and on which share of the
/// band. Efficiency is that of the link leader → helper.
///
///     helper u16 | leader u16 | parts u8 | share u16 (kHz) | efficiency u16
package struct Placement: Hashable, Sendable {
    package static let helpersMax = 16

    package var helper: NodeID
    package var leader: NodeID
    package var parts: UInt8
    package var shareKHz: UInt16
    package var efficiency: EfficiencyField

    package init(helper: NodeID, leader: NodeID, parts: UInt8, shareKHz: UInt16, efficiency: EfficiencyField) {
        self.helper = helper
        self.leader = leader
        self.parts = parts
        self.shareKHz = shareKHz
        self.efficiency = efficiency
    }

    static func write(_ placements: [Placement], to writer: inout ByteWriter) {
        writer.count(placements.count, limit: helpersMax)
        for placement in placements {
            writer.node(placement.helper)
            writer.node(placement.leader)
            writer.u8(placement.parts)
            writer.u16(placement.shareKHz)
            writer.u16(placement.efficiency.thousandths)
        }
    }

    static func read(_ reader: inout ByteReader) throws(WireError) -> [Placement] {
        var placements: [Placement] = []
        for _ in 0..<(try reader.count(.helpers, limit: helpersMax)) {
            let placement = Placement(
                helper: try reader.node(), leader: try reader.node(), parts: try reader.u8(),
                shareKHz: try reader.u16(), efficiency: EfficiencyField(thousandths: try reader.u16()))
            guard placement.parts > 0 else { throw .invalid(.parts) }
            // Whoever is told to send work there would have nobody to send it to.
            guard placement.helper != .none else { throw .invalid(.helpers) }
            placements.append(placement)
        }
        return placements
    }
}

/// The other leader's answer to a claim; no helpers means it has none to lend.
///
///     task | claim u16 | n u8 | n × placement
package struct ClaimReply: Hashable, Sendable {
    package var task: TaskID
    package var claim: UInt16
    package var placements: [Placement]

    package init(task: TaskID, claim: UInt16, placements: [Placement]) {
        self.task = task
        self.claim = claim
        self.placements = placements
    }

    func write(to writer: inout ByteWriter) {
        task.write(to: &writer)
        writer.u16(claim)
        Placement.write(placements, to: &writer)
    }

    init(reading reader: inout ByteReader) throws(WireError) {
        task = try TaskID(reading: &reader)
        claim = try reader.u16()
        placements = try Placement.read(&reader)
    }
}

/// Leader to requester: these helpers are yours. `pending` parts are still being sought among other leaders; when it
/// is 0 and parts are missing, nobody has them.
///
///     task | attempt u8 | pending u8 | n u8 | n × placement
package struct Match: Hashable, Sendable {
    package var task: TaskID
    package var attempt: UInt8
    package var pending: UInt8
    package var placements: [Placement]

    package init(task: TaskID, attempt: UInt8, pending: UInt8, placements: [Placement]) {
        self.task = task
        self.attempt = attempt
        self.pending = pending
        self.placements = placements
    }

    func write(to writer: inout ByteWriter) {
        task.write(to: &writer)
        writer.u8(attempt)
        writer.u8(pending)
        Placement.write(placements, to: &writer)
    }

    init(reading reader: inout ByteReader) throws(WireError) {
        task = try TaskID(reading: &reader)
        attempt = try reader.u8()
        pending = try reader.u8()
        placements = try Placement.read(&reader)
    }
}
