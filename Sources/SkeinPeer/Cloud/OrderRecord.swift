import SkeinTasks
import SkeinWire

/// A durable order as it lies on the disk: accepted with all it takes to run it, or ended with all there is to tell.
///
///     version u8 | serial u64 | key u64 | digest u64 | state u8
///     accepted (0): kernel u8 | kernel version u8 | check u64 | span_ns u64 | n u8 | n × (count u16, bytes)
///     ended (1): took_ns u64 | n u8 | n × (what u8: 1 → by u16, queued_ns u64, computed_ns u64, count u16, bytes;
///                                          0 → trouble u8)
struct OrderRecord: Hashable {
    enum Content: Hashable {
        case accepted(TaskOrder)
        case ended(TaskReport)
    }

    private static let version: UInt8 = 2
    /// No book gets there by counting, so that counting on from a record never ends.
    private static let serialMax: UInt64 = 1 << 62

    let slot: Int
    let key: TaskKey
    /// Rises with each acceptance: of two records of one key the later counts.
    let serial: UInt64
    let digest: UInt64
    let content: Content

    init(slot: Int, key: TaskKey, serial: UInt64, digest: UInt64, content: Content) {
        self.slot = slot
        self.key = key
        self.serial = serial
        self.digest = digest
        self.content = content
    }

    var bytes: [UInt8] {
        var writer = ByteWriter(capacity: 512)
        writer.u8(Self.version)
        writer.u64(serial)
        writer.u64(key.number)
        writer.u64(digest)
        switch content {
        case .accepted(let order):
            writer.u8(0)
            writer.u8(order.kernel.rawValue)
            writer.u8(Kernel.version)
            writer.u64(order.check.code)
            writer.u64(UInt64(max(0, order.span.nanoseconds)))
            writer.count(order.inputs.count, limit: TaskOrder.partsMax)
            for input in order.inputs { Self.write(input, to: &writer) }
        case .ended(let report):
            writer.u8(1)
            writer.u64(UInt64(max(0, report.took.nanoseconds)))
            writer.count(report.parts.count, limit: TaskOrder.partsMax)
            for part in report.parts { Self.write(part, to: &writer) }
        }
        return writer.bytes
    }

    private static func write(_ bytes: [UInt8], to writer: inout ByteWriter) {
        writer.u16(UInt16(bytes.count))
        writer.raw(bytes)
    }

    private static func write(_ part: TaskReport.Part, to writer: inout ByteWriter) {
        switch part {
        case .done(let result):
            writer.u8(1)
            writer.node(result.computedBy)
            writer.u64(UInt64(max(0, result.queued.nanoseconds)))
            writer.u64(UInt64(max(0, result.computed.nanoseconds)))
            write(result.output, to: &writer)
        case .missing(let trouble):
            writer.u8(0)
            writer.u8(trouble.rawValue)
        }
    }

    /// Nil: not such a record, or one that this program cannot read any more.
    init?(reading bytes: [UInt8], slot: Int) {
        guard let record = try? Self.read(bytes, slot: slot) else { return nil }
        self = record
    }

    private static func read(_ bytes: [UInt8], slot: Int) throws(WireError) -> OrderRecord {
        var reader = ByteReader(bytes)
        guard try reader.u8() == version else { throw .unknown(.version) }
        let serial = try reader.u64()
        guard serial <= serialMax else { throw .invalid(.serial) }
        let key = TaskKey(try reader.u64())
        let digest = try reader.u64()
        let state = try reader.u8()
        guard state <= 1 else { throw .unknown(.kind) }
        let content = state == 0 ? try accepted(key, &reader) : .ended(try report(&reader))
        try reader.finish()
        return OrderRecord(slot: slot, key: key, serial: serial, digest: digest, content: content)
    }

    /// What this program does not compute any more has ended without results.
    private static func accepted(_ key: TaskKey, _ reader: inout ByteReader) throws(WireError) -> Content {
        let kernel = Kernel(rawValue: try reader.u8())
        let isKnown = try reader.u8() == Kernel.version
        guard let check = ResultCheck(code: try reader.u64()) else { throw .unknown(.kind) }
        let span = try span(&reader)
        var inputs: [[UInt8]] = []
        for _ in 0..<(try reader.count(.parts, limit: TaskOrder.partsMax)) {
            inputs.append(try payload(&reader, limit: Kernel.inputBytesMax))
        }
        guard let kernel, isKnown else {
            return .ended(TaskReport(parts: inputs.map { _ in .missing(.refused) }, took: .zero))
        }
        return .accepted(TaskOrder(key: key, kernel: kernel, inputs: inputs, span: span, isDurable: true, check: check))
    }

    private static func report(_ reader: inout ByteReader) throws(WireError) -> TaskReport {
        let took = try span(&reader)
        var parts: [TaskReport.Part] = []
        for _ in 0..<(try reader.count(.parts, limit: TaskOrder.partsMax)) {
            if try reader.u8() == 0 {
                guard let trouble = PartTrouble(rawValue: try reader.u8()) else { throw .unknown(.kind) }
                parts.append(.missing(trouble))
            } else {
                let helper = try reader.node()
                let (queued, computed) = (try span(&reader), try span(&reader))
                let output = try payload(&reader, limit: Kernel.resultBytesMax)
                parts.append(
                    .done(PartResult(output: output, computedBy: helper, queued: queued, computed: computed)))
            }
        }
        return TaskReport(parts: parts, took: took)
    }

    private static func payload(_ reader: inout ByteReader, limit: Int) throws(WireError) -> [UInt8] {
        let count = Int(try reader.u16())
        guard count <= limit else { throw .tooMany(.payload, count: count, limit: limit) }
        return try reader.bytes(count)
    }

    private static func span(_ reader: inout ByteReader) throws(WireError) -> Duration {
        let nanoseconds = try reader.u64()
        guard nanoseconds <= UInt64(Int64.max) else { throw .invalid(.interval) }
        return .nanoseconds(Int64(nanoseconds))
    }
}
