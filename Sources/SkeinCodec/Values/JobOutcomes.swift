import SkeinPeer
import SkeinWire

// What came of jobs, unit by unit.

extension JobTrouble: Coded {
    /// Part of every conversation with a tool: a number is never used again.
    private enum Kind: UInt8 {
        case dependency = 1
        case noLeader = 2
        case noHelper = 3
        case noReceipt = 4
        case refused = 5
        case noResult = 6
        case resultLost = 7
        case program = 8
        case deadline = 9
        case cancelled = 10
        case storage = 11
    }

    package func write(to writer: inout ByteWriter) {
        switch self {
        case .dependency(let unit):
            writer.raw(Kind.dependency)
            unit.write(to: &writer)
        case .noLeader: writer.raw(Kind.noLeader)
        case .noHelper: writer.raw(Kind.noHelper)
        case .noReceipt: writer.raw(Kind.noReceipt)
        case .refused(let verdict):
            writer.raw(Kind.refused)
            writer.raw(verdict)
        case .noResult: writer.raw(Kind.noResult)
        case .resultLost: writer.raw(Kind.resultLost)
        case .program(let failure, let robot, let words):
            writer.raw(Kind.program)
            writer.raw(failure)
            writer.node(robot)
            writer.text(words)
        case .deadline: writer.raw(Kind.deadline)
        case .cancelled: writer.raw(Kind.cancelled)
        case .storage: writer.raw(Kind.storage)
        }
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        switch try reader.raw(Kind.self) {
        case .dependency: self = .dependency(unit: try Int(reading: &reader))
        case .noLeader: self = .noLeader
        case .noHelper: self = .noHelper
        case .noReceipt: self = .noReceipt
        case .refused: self = .refused(try reader.raw(JobReceipt.Verdict.self))
        case .noResult: self = .noResult
        case .resultLost: self = .resultLost
        case .program:
            self = .program(try reader.raw(JobFailure.self), by: try reader.node(), try reader.text())
        case .deadline: self = .deadline
        case .cancelled: self = .cancelled
        case .storage: self = .storage
        }
    }
}

extension JobReport.Unit: Coded {
    private enum Kind: UInt8 { case done, missing }

    package func write(to writer: inout ByteWriter) {
        switch self {
        case .done(let output):
            writer.raw(Kind.done)
            output.object.write(to: &writer)
            output.bytes.write(to: &writer)
            writer.node(output.computedBy)
            output.queued.write(to: &writer)
            output.computed.write(to: &writer)
            writer.flag(output.wasKnown)
        case .missing(let trouble):
            writer.raw(Kind.missing)
            trouble.write(to: &writer)
        }
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        switch try reader.raw(Kind.self) {
        case .done:
            self = .done(
                JobReport.Output(
                    object: try ObjectID(reading: &reader), bytes: try Int(reading: &reader),
                    computedBy: try reader.node(), queued: try Duration(reading: &reader),
                    computed: try Duration(reading: &reader), wasKnown: try reader.flag()))
        case .missing: self = .missing(try JobTrouble(reading: &reader))
        }
    }
}

extension JobReport: Coded {
    package func write(to writer: inout ByteWriter) {
        writer.list(units, limit: JobOrder.unitsMax)
        took.write(to: &writer)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(
            units: try reader.list(of: Unit.self, limit: JobOrder.unitsMax), took: try Duration(reading: &reader))
    }
}

extension JobState: Coded {
    private enum Kind: UInt8 { case unknown, accepted, running, ended }

    package func write(to writer: inout ByteWriter) {
        switch self {
        case .unknown: writer.raw(Kind.unknown)
        case .accepted: writer.raw(Kind.accepted)
        case .running(let done, let atWork, let count):
            writer.raw(Kind.running)
            done.write(to: &writer)
            atWork.write(to: &writer)
            count.write(to: &writer)
        case .ended(let report):
            writer.raw(Kind.ended)
            report.write(to: &writer)
        }
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        switch try reader.raw(Kind.self) {
        case .unknown: self = .unknown
        case .accepted: self = .accepted
        case .running:
            self = .running(
                done: try Int(reading: &reader), atWork: try Int(reading: &reader), of: try Int(reading: &reader))
        case .ended: self = .ended(try JobReport(reading: &reader))
        }
    }
}

extension StreamAnswer: Coded {
    private enum Kind: UInt8 { case done, missing }
    /// A whole frame of the local socket holds it.
    static let outputBytesMax = 60_000

    package func write(to writer: inout ByteWriter) {
        switch self {
        case .done(let output, let robot, let took):
            writer.raw(Kind.done)
            writer.blob(output, limit: Self.outputBytesMax)
            writer.node(robot)
            took.write(to: &writer)
        case .missing(let trouble):
            writer.raw(Kind.missing)
            trouble.write(to: &writer)
        }
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        switch try reader.raw(Kind.self) {
        case .done:
            self = .done(
                try reader.blob(limit: Self.outputBytesMax), by: try reader.node(), took: try Duration(reading: &reader)
            )
        case .missing: self = .missing(try JobTrouble(reading: &reader))
        }
    }
}
