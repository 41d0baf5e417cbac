import SkeinPeer
import SkeinTasks
import SkeinWire

// What a person has computed.

extension TaskKey: Coded {
    package func write(to writer: inout ByteWriter) { writer.u64(number) }
    package init(reading reader: inout ByteReader) throws(WireError) { self.init(try reader.u64()) }
}

extension TaskOrder: Coded {
    /// Wider than what a peer takes, so that it can say itself which part is too long: what is longer still is cut to this,
    /// and refused just so. More parts than a peer takes are not even written; their count is refused by any reader.
    package static let inputBytesMax = 3_000

    package func write(to writer: inout ByteWriter) {
        key.write(to: &writer)
        writer.raw(kernel)
        writer.u16(UInt16(clamping: inputs.count))
        for input in inputs.prefix(Self.partsMax) {
            writer.blob(Array(input.prefix(Self.inputBytesMax)), limit: Self.inputBytesMax)
        }
        span.write(to: &writer)
        writer.flag(isDurable)
        check.write(to: &writer)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        let key = try TaskKey(reading: &reader)
        let kernel = try reader.raw(Kernel.self, .kernel)
        let count = Int(try reader.u16())
        guard count <= Self.partsMax else { throw .tooMany(.parts, count: count, limit: Self.partsMax) }
        var inputs: [[UInt8]] = []
        for _ in 0..<count { inputs.append(try reader.blob(limit: Self.inputBytesMax)) }
        self.init(
            key: key, kernel: kernel, inputs: inputs, span: try Duration(reading: &reader),
            isDurable: try reader.flag(), check: try ResultCheck(reading: &reader))
    }
}

extension ResultCheck: Coded {
    package func write(to writer: inout ByteWriter) { writer.u64(code) }

    package init(reading reader: inout ByteReader) throws(WireError) {
        guard let check = Self(code: try reader.u64()) else { throw .unknown(.kind) }
        self = check
    }
}

extension TaskRefusal: Coded {
    /// Part of every conversation with a tool: a number is never used again.
    private enum Kind: UInt8 {
        case parts = 1
        case input = 2
        case span = 3
        case otherOrder = 4
        case tooManyOpen = 5
        case full = 6
        case stillOpen = 7
        case forgetting = 8
        case left = 9
    }

    package func write(to writer: inout ByteWriter) {
        switch self {
        case .parts(let count):
            writer.raw(Kind.parts)
            count.write(to: &writer)
        case .input(let part):
            writer.raw(Kind.input)
            part.write(to: &writer)
        case .span(let span):
            writer.raw(Kind.span)
            span.write(to: &writer)
        case .otherOrder: writer.raw(Kind.otherOrder)
        case .tooManyOpen: writer.raw(Kind.tooManyOpen)
        case .full: writer.raw(Kind.full)
        case .stillOpen: writer.raw(Kind.stillOpen)
        case .forgetting: writer.raw(Kind.forgetting)
        case .left: writer.raw(Kind.left)
        }
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        switch try reader.raw(Kind.self) {
        case .parts: self = .parts(count: try Int(reading: &reader))
        case .input: self = .input(part: try Int(reading: &reader))
        case .span: self = .span(try Duration(reading: &reader))
        case .otherOrder: self = .otherOrder
        case .tooManyOpen: self = .tooManyOpen
        case .full: self = .full
        case .stillOpen: self = .stillOpen
        case .forgetting: self = .forgetting
        case .left: self = .left
        }
    }
}

extension TaskReport.Part: Coded {
    private enum Kind: UInt8 { case done, missing }

    package func write(to writer: inout ByteWriter) {
        switch self {
        case .done(let result):
            writer.raw(Kind.done)
            writer.blob(result.output, limit: Kernel.resultBytesMax)
            writer.node(result.computedBy)
            result.queued.write(to: &writer)
            result.computed.write(to: &writer)
        case .missing(let trouble):
            writer.raw(Kind.missing)
            writer.raw(trouble)
        }
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        switch try reader.raw(Kind.self) {
        case .done:
            self = .done(
                PartResult(
                    output: try reader.blob(limit: Kernel.resultBytesMax), computedBy: try reader.node(),
                    queued: try Duration(reading: &reader), computed: try Duration(reading: &reader)))
        case .missing: self = .missing(try reader.raw(PartTrouble.self))
        }
    }
}

extension TaskReport: Coded {
    package func write(to writer: inout ByteWriter) {
        writer.list(parts, limit: TaskOrder.partsMax)
        took.write(to: &writer)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(
            parts: try reader.list(of: Part.self, limit: TaskOrder.partsMax), took: try Duration(reading: &reader))
    }
}

extension TaskState: Coded {
    private enum Kind: UInt8 { case unknown, accepted, running, ended }

    package func write(to writer: inout ByteWriter) {
        switch self {
        case .unknown: writer.raw(Kind.unknown)
        case .accepted: writer.raw(Kind.accepted)
        case .running: writer.raw(Kind.running)
        case .ended(let report):
            writer.raw(Kind.ended)
            report.write(to: &writer)
        }
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        switch try reader.raw(Kind.self) {
        case .unknown: self = .unknown
        case .accepted: self = .accepted
        case .running: self = .running
        case .ended: self = .ended(try TaskReport(reading: &reader))
        }
    }
}
