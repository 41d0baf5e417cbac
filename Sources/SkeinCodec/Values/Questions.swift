import SkeinPeer
import SkeinWire

// Questions about ways between robots, as tools ask them, and what came of them.

extension OperatorQuestion: Coded {
    private enum Kind: UInt8 { case way, echo, measure, giveUp }

    package func write(to writer: inout ByteWriter) {
        switch self {
        case .way(let robot, let target):
            writer.raw(Kind.way)
            writer.node(robot)
            writer.node(target)
        case .echo(let robot, let target):
            writer.raw(Kind.echo)
            writer.node(robot)
            writer.node(target)
        case .measure(let order):
            writer.raw(Kind.measure)
            order.write(to: &writer)
        case .giveUp(let ticket):
            writer.raw(Kind.giveUp)
            writer.u32(ticket)
        }
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        switch try reader.raw(Kind.self, .command) {
        case .way: self = .way(of: try reader.node(), to: try reader.node())
        case .echo: self = .echo(by: try reader.node(), of: try reader.node())
        case .measure: self = .measure(try SpeedOrder(reading: &reader))
        case .giveUp: self = .giveUp(ticket: try reader.u32())
        }
    }
}

extension SpeedOrder: Coded {
    package func write(to writer: inout ByteWriter) {
        writer.node(from)
        writer.node(to)
        bytes.write(to: &writer)
        seconds.write(to: &writer)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(
            from: try reader.node(), to: try reader.node(), bytes: try Int(reading: &reader),
            seconds: try Int(reading: &reader))
    }
}

extension QuestionReply: Coded {
    private enum Kind: UInt8 { case way, echoed, measured, failed }

    package func write(to writer: inout ByteWriter) {
        switch self {
        case .way(let robot, let way, let hops, let roundTrip):
            writer.raw(Kind.way)
            writer.node(robot)
            way.write(to: &writer)
            hops.write(to: &writer)
            writer.optional(roundTrip)
        case .echoed(let robot, let target, let hops, let roundTrip):
            writer.raw(Kind.echoed)
            writer.node(robot)
            writer.node(target)
            hops.write(to: &writer)
            roundTrip.write(to: &writer)
        case .measured(let report):
            writer.raw(Kind.measured)
            report.write(to: &writer)
        case .failed(let robot, let failure):
            writer.raw(Kind.failed)
            writer.node(robot)
            failure.write(to: &writer)
        }
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        switch try reader.raw(Kind.self) {
        case .way:
            self = .way(
                of: try reader.node(), try Answer.Way(reading: &reader), hops: try Int(reading: &reader),
                roundTrip: try reader.optional(Duration.self))
        case .echoed:
            self = .echoed(
                by: try reader.node(), of: try reader.node(), hops: try Int(reading: &reader),
                roundTrip: try Duration(reading: &reader))
        case .measured: self = .measured(try SpeedReport(reading: &reader))
        case .failed: self = .failed(try reader.node(), try QuestionFailure(reading: &reader))
        }
    }
}

extension QuestionFailure: Coded {
    private enum Kind: UInt8 { case silent, late, tooMany, senseless, refused }

    package func write(to writer: inout ByteWriter) {
        switch self {
        case .silent: writer.raw(Kind.silent)
        case .late: writer.raw(Kind.late)
        case .tooMany: writer.raw(Kind.tooMany)
        case .senseless: writer.raw(Kind.senseless)
        case .refused(let refusal):
            writer.raw(Kind.refused)
            writer.raw(refusal)
        }
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        switch try reader.raw(Kind.self) {
        case .silent: self = .silent
        case .late: self = .late
        case .tooMany: self = .tooMany
        case .senseless: self = .senseless
        case .refused: self = .refused(try reader.raw(Answer.Refusal.self))
        }
    }
}

extension SpeedReport: Coded {
    package func write(to writer: inout ByteWriter) {
        writer.node(from)
        writer.node(to)
        bytes.write(to: &writer)
        waited.write(to: &writer)
        took.write(to: &writer)
        writer.optional(sent)
        writer.optional(repeated)
        writer.double(allottedBitsPerSecond)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(
            from: try reader.node(), to: try reader.node(), bytes: try Int(reading: &reader),
            waited: try Duration(reading: &reader), took: try Duration(reading: &reader),
            sent: try reader.optional(Int.self), repeated: try reader.optional(Int.self),
            allottedBitsPerSecond: try reader.double())
    }
}
