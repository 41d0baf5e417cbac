/// Names one try at one unit of a job: which robot's which job, its unit, and how often it has been offered before.
///
///     task | unit u16 | attempt u8
package struct JobUnitID: Hashable, Comparable, Sendable {
    /// In place of a unit: the job as a whole.
    package static let wholeJob: UInt16 = .max

    package var job: TaskID
    package var unit: UInt16
    package var attempt: UInt8

    package init(job: TaskID, unit: UInt16, attempt: UInt8) {
        self.job = job
        self.unit = unit
        self.attempt = attempt
    }

    package static func < (left: Self, right: Self) -> Bool {
        (left.job.requester.number, left.job.number, left.unit, left.attempt)
            < (right.job.requester.number, right.job.number, right.unit, right.attempt)
    }

    package func write(to writer: inout ByteWriter) {
        job.write(to: &writer)
        writer.u16(unit)
        writer.u8(attempt)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        job = try TaskID(reading: &reader)
        unit = try reader.u16()
        attempt = try reader.u8()
    }
}

/// One of the things that a unit is computed from, in the order in which the kernel reads them.
///
///     what u8 | [0: n u16 | n bytes] | [1: object 32 | bytes u32 | holder u16]
package enum JobInput: Hashable, Sendable {
    case inline([UInt8])
    /// An object, and a robot that has it.
    case object(ObjectID, bytes: UInt32, holder: NodeID)

    package static let inlineBytesMax = 900

    var byteCount: Int {
        switch self {
        case .inline(let bytes): 3 + bytes.count
        case .object: 1 + ObjectID.byteCount + 6
        }
    }

    func write(to writer: inout ByteWriter) {
        switch self {
        case .inline(let bytes):
            precondition(bytes.count <= Self.inlineBytesMax, "\(bytes.count) bytes inline")
            writer.u8(0)
            writer.u16(UInt16(bytes.count))
            writer.raw(bytes)
        case .object(let id, let bytes, let holder):
            writer.u8(1)
            id.write(to: &writer)
            writer.u32(bytes)
            writer.node(holder)
        }
    }

    init(reading reader: inout ByteReader) throws(WireError) {
        switch try reader.u8() {
        case 0:
            let count = Int(try reader.u16())
            guard count <= Self.inlineBytesMax else {
                throw .tooMany(.payload, count: count, limit: Self.inlineBytesMax)
            }
            self = .inline(try reader.bytes(count))
        case 1:
            let id = try ObjectID(reading: &reader)
            let bytes = try reader.u32()
            let holder = try reader.node()
            guard bytes <= UInt32(ObjectBytes.countMax) else { throw .invalid(.payload) }
            guard holder != .none else { throw .invalid(.robot) }
            self = .object(id, bytes: bytes, holder: holder)
        default: throw .unknown(.payload)
        }
    }
}

/// A unit of work for a registered kernel, on its way to a helper; without inputs, the question how it is getting on.
///
///     unit's id | flags u8 (1 = of a lease) | kernel | cost_ms u32 | deadline_ms u32 (left) | n u8 | n × input
package struct JobUnit: Hashable, Sendable {
    package static let inputsMax = 16
    /// All inputs as they are written.
    package static let inputBytesMax = 1_200

    package var id: JobUnitID
    package var isLeased: Bool
    package var kernel: KernelName
    /// Processor time the requester reckons with, on a whole core.
    package var costMilliseconds: UInt32
    package var deadlineMilliseconds: UInt32
    package var inputs: [JobInput]

    package init(
        id: JobUnitID, isLeased: Bool, kernel: KernelName, costMilliseconds: UInt32, deadlineMilliseconds: UInt32,
        inputs: [JobInput]
    ) {
        self.id = id
        self.isLeased = isLeased
        self.kernel = kernel
        self.costMilliseconds = costMilliseconds
        self.deadlineMilliseconds = deadlineMilliseconds
        self.inputs = inputs
    }

    package static func fits(_ inputs: [JobInput]) -> Bool {
        inputs.count <= inputsMax && inputs.reduce(0) { $0 + $1.byteCount } <= inputBytesMax
    }

    func write(to writer: inout ByteWriter) {
        precondition(Self.fits(inputs), "inputs of \(inputs.map(\.byteCount)) bytes")
        id.write(to: &writer)
        writer.u8(isLeased ? 1 : 0)
        kernel.write(to: &writer)
        writer.u32(costMilliseconds)
        writer.u32(deadlineMilliseconds)
        writer.count(inputs.count, limit: Self.inputsMax)
        for input in inputs { input.write(to: &writer) }
    }

    init(reading reader: inout ByteReader) throws(WireError) {
        id = try JobUnitID(reading: &reader)
        let flags = try reader.u8()
        guard flags <= 1 else { throw .invalid(.command) }
        isLeased = flags == 1
        kernel = try KernelName(reading: &reader)
        costMilliseconds = try reader.u32()
        deadlineMilliseconds = try reader.u32()
        inputs = []
        for _ in 0..<(try reader.count(.parts, limit: Self.inputsMax)) {
            inputs.append(try JobInput(reading: &reader))
        }
        guard Self.fits(inputs) else { throw .invalid(.payload) }
    }
}

/// Ends a unit, or with `JobUnitID.wholeJob` all of a job's at this helper; answered by a receipt.
///
///     unit's id
package struct JobCancel: Hashable, Sendable {
    package var id: JobUnitID

    package init(id: JobUnitID) { self.id = id }

    func write(to writer: inout ByteWriter) { id.write(to: &writer) }

    init(reading reader: inout ByteReader) throws(WireError) { id = try JobUnitID(reading: &reader) }
}

/// A requester asks a helper to keep room for a stream of units, one each period, for a while; again before it ends to go
/// on, with a span of 0 to end it. Answered by a receipt for the whole job.
///
///     task | attempt u8 | kernel | cost_ms u32 | period_ms u32 | span_ms u32
package struct JobLease: Hashable, Sendable {
    package var job: TaskID
    package var attempt: UInt8
    package var kernel: KernelName
    package var costMilliseconds: UInt32
    package var periodMilliseconds: UInt32
    package var spanMilliseconds: UInt32

    package init(
        job: TaskID, attempt: UInt8, kernel: KernelName, costMilliseconds: UInt32, periodMilliseconds: UInt32,
        spanMilliseconds: UInt32
    ) {
        self.job = job
        self.attempt = attempt
        self.kernel = kernel
        self.costMilliseconds = costMilliseconds
        self.periodMilliseconds = periodMilliseconds
        self.spanMilliseconds = spanMilliseconds
    }

    func write(to writer: inout ByteWriter) {
        job.write(to: &writer)
        writer.u8(attempt)
        kernel.write(to: &writer)
        writer.u32(costMilliseconds)
        writer.u32(periodMilliseconds)
        writer.u32(spanMilliseconds)
    }

    init(reading reader: inout ByteReader) throws(WireError) {
        job = try TaskID(reading: &reader)
        attempt = try reader.u8()
        kernel = try KernelName(reading: &reader)
        costMilliseconds = try reader.u32()
        periodMilliseconds = try reader.u32()
        spanMilliseconds = try reader.u32()
        guard periodMilliseconds > 0 else { throw .invalid(.interval) }
    }
}
