import SkeinWire

/// What lies on the disk of a durable job: the order as it was accepted, an output of a unit that is done, or how it ended. The
/// objects lie beside it, by their names.
///
///     version u8 | kind u8 | serial u64 | key u64 | digest u64 | body
///     accepted (0): kernel | cost_ns u64 | span_ns u64 | hedged u8 | n u16 | n × (m u8, m × (0 u8, object 32, bytes u32; 1 u8, unit u16))
///     ended (1): took_ns u64 | n u16 | n × (1 u8, output; 0 u8, trouble)
///     unit (2): unit u16 | output
///     output: object 32 | bytes u32 | by u16 | queued_ns u64 | computed_ns u64 | known u8
struct JobRecord: Hashable {
    enum Content: Hashable {
        case accepted(JobOrder)
        case ended(JobReport)
        case unit(Int, JobReport.Output)
    }

    private static let version: UInt8 = 1
    /// No book gets there by counting.
    private static let serialMax: UInt64 = 1 << 62

    var serial: UInt64
    var key: TaskKey
    var digest: UInt64
    var content: Content

    init(serial: UInt64, key: TaskKey, digest: UInt64, content: Content) {
        self.serial = serial
        self.key = key
        self.digest = digest
        self.content = content
    }

    /// Tells orders of one key apart: FNV-1a (Fowler, Noll, Vo), 64 bits, over all but the key.
    static func digest(of order: JobOrder) -> UInt64 {
        var writer = ByteWriter()
        write(order, to: &writer)
        writer.u8(order.isDurable ? 1 : 0)
        return writer.bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    }

    // MARK: - Writing

    var bytes: [UInt8] {
        var writer = ByteWriter(capacity: 512)
        writer.u8(Self.version)
        switch content {
        case .accepted: writer.u8(0)
        case .ended: writer.u8(1)
        case .unit: writer.u8(2)
        }
        writer.u64(serial)
        writer.u64(key.number)
        writer.u64(digest)
        switch content {
        case .accepted(let order): Self.write(order, to: &writer)
        case .ended(let report):
            writer.u64(UInt64(max(0, report.took.nanoseconds)))
            writer.u16(UInt16(report.units.count))
            for unit in report.units {
                switch unit {
                case .done(let output):
                    writer.u8(1)
                    Self.write(output, to: &writer)
                case .missing(let trouble):
                    writer.u8(0)
                    trouble.write(to: &writer)
                }
            }
        case .unit(let unit, let output):
            writer.u16(UInt16(unit))
            Self.write(output, to: &writer)
        }
        return writer.bytes
    }

    private static func write(_ order: JobOrder, to writer: inout ByteWriter) {
        order.kernel.write(to: &writer)
        writer.u64(UInt64(max(0, order.cost.nanoseconds)))
        writer.u64(UInt64(max(0, order.span.nanoseconds)))
        writer.u8(order.isHedged ? 1 : 0)
        writer.u16(UInt16(order.units.count))
        for unit in order.units {
            writer.count(unit.inputs.count, limit: JobUnit.inputsMax)
            for input in unit.inputs {
                switch input {
                case .object(let id, let bytes):
                    writer.u8(0)
                    id.write(to: &writer)
                    writer.u32(UInt32(bytes))
                case .output(let unit):
                    writer.u8(1)
                    writer.u16(UInt16(unit))
                }
            }
        }
    }

    private static func write(_ output: JobReport.Output, to writer: inout ByteWriter) {
        output.object.write(to: &writer)
        writer.u32(UInt32(output.bytes))
        writer.node(output.computedBy)
        writer.u64(UInt64(max(0, output.queued.nanoseconds)))
        writer.u64(UInt64(max(0, output.computed.nanoseconds)))
        writer.u8(output.wasKnown ? 1 : 0)
    }

    // MARK: - Reading

    /// Nil: not such a record, or one that this program cannot read any more.
    init?(reading bytes: [UInt8]) {
        guard let record = try? Self.read(bytes) else { return nil }
        self = record
    }

    private static func read(_ bytes: [UInt8]) throws(WireError) -> JobRecord {
        var reader = ByteReader(bytes)
        guard try reader.u8() == version else { throw .unknown(.version) }
        let kind = try reader.u8()
        let serial = try reader.u64()
        guard serial <= serialMax else { throw .invalid(.serial) }
        let key = TaskKey(try reader.u64())
        let digest = try reader.u64()
        let content: Content
        switch kind {
        case 0: content = .accepted(try order(key, &reader))
        case 1: content = .ended(try report(&reader))
        case 2: content = .unit(Int(try reader.u16()), try output(&reader))
        default: throw .unknown(.kind)
        }
        try reader.finish()
        return JobRecord(serial: serial, key: key, digest: digest, content: content)
    }

    private static func order(_ key: TaskKey, _ reader: inout ByteReader) throws(WireError) -> JobOrder {
        let kernel = try KernelName(reading: &reader)
        let (cost, span) = (try span(&reader), try span(&reader))
        let isHedged = try reader.u8() != 0
        let count = Int(try reader.u16())
        guard (1...JobOrder.unitsMax).contains(count) else {
            throw .tooMany(.parts, count: count, limit: JobOrder.unitsMax)
        }
        var units: [JobOrder.Unit] = []
        for unit in 0..<count {
            var inputs: [JobOrder.Input] = []
            for _ in 0..<(try reader.count(.parts, limit: JobUnit.inputsMax)) {
                guard try reader.u8() != 0 else {
                    let id = try ObjectID(reading: &reader)
                    let bytes = Int(try reader.u32())
                    guard bytes <= ObjectBytes.countMax else { throw .invalid(.payload) }
                    inputs.append(.object(id, bytes: bytes))
                    continue
                }
                let other = Int(try reader.u16())
                guard other < unit else { throw .invalid(.parts) }
                inputs.append(.output(of: other))
            }
            units.append(JobOrder.Unit(inputs: inputs))
        }
        return JobOrder(
            key: key, kernel: kernel, units: units, cost: cost, span: span, isDurable: true, isHedged: isHedged)
    }

    private static func report(_ reader: inout ByteReader) throws(WireError) -> JobReport {
        let took = try span(&reader)
        let count = Int(try reader.u16())
        guard count <= JobOrder.unitsMax else { throw .tooMany(.parts, count: count, limit: JobOrder.unitsMax) }
        var units: [JobReport.Unit] = []
        for _ in 0..<count {
            units.append(
                try reader.u8() == 1 ? .done(try output(&reader)) : .missing(try JobTrouble(reading: &reader)))
        }
        return JobReport(units: units, took: took)
    }

    private static func output(_ reader: inout ByteReader) throws(WireError) -> JobReport.Output {
        let object = try ObjectID(reading: &reader)
        let bytes = Int(try reader.u32())
        guard bytes <= ObjectBytes.countMax else { throw .invalid(.payload) }
        return JobReport.Output(
            object: object, bytes: bytes, computedBy: try reader.node(), queued: try span(&reader),
            computed: try span(&reader), wasKnown: try reader.u8() != 0)
    }

    private static func span(_ reader: inout ByteReader) throws(WireError) -> Duration {
        let nanoseconds = try reader.u64()
        guard nanoseconds <= UInt64(Int64.max) else { throw .invalid(.interval) }
        return .nanoseconds(Int64(nanoseconds))
    }
}

extension JobTrouble {
    /// As it lies on the disk.
    fileprivate func write(to writer: inout ByteWriter) {
        switch self {
        case .dependency(let unit):
            writer.u8(0)
            writer.u16(UInt16(clamping: unit))
        case .noLeader: writer.u8(1)
        case .noHelper: writer.u8(2)
        case .noReceipt: writer.u8(3)
        case .refused(let verdict):
            writer.u8(4)
            writer.u8(verdict.rawValue)
        case .noResult: writer.u8(5)
        case .resultLost: writer.u8(6)
        case .program(let failure, let robot, let text):
            writer.u8(7)
            writer.u8(failure.rawValue)
            writer.node(robot)
            let kept = Array(text.utf8.prefix(JobResult.textBytesMax))
            writer.count(kept.count, limit: JobResult.textBytesMax)
            writer.raw(kept)
        case .deadline: writer.u8(8)
        case .cancelled: writer.u8(9)
        case .storage: writer.u8(10)
        }
    }

    fileprivate init(reading reader: inout ByteReader) throws(WireError) {
        switch try reader.u8() {
        case 0: self = .dependency(unit: Int(try reader.u16()))
        case 1: self = .noLeader
        case 2: self = .noHelper
        case 3: self = .noReceipt
        case 4:
            guard let verdict = JobReceipt.Verdict(rawValue: try reader.u8()) else { throw .unknown(.kind) }
            self = .refused(verdict)
        case 5: self = .noResult
        case 6: self = .resultLost
        case 7:
            guard let failure = JobFailure(rawValue: try reader.u8()) else { throw .unknown(.kind) }
            let robot = try reader.node()
            let text = try reader.bytes(try reader.count(.text, limit: JobResult.textBytesMax))
            self = .program(failure, by: robot, String(decoding: text, as: UTF8.self))
        case 8: self = .deadline
        case 9: self = .cancelled
        case 10: self = .storage
        default: throw .unknown(.kind)
        }
    }
}
