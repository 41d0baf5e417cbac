import SkeinPeer
import SkeinWire

extension StopStatement.Name: Coded {
    package func write(to writer: inout ByteWriter) {
        writer.node(issuer)
        writer.u32(number)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(issuer: try reader.node(), number: try reader.u32())
    }
}

extension SafetyReport.Robot: Coded {
    package func write(to writer: inout ByteWriter) {
        writer.node(id)
        writer.text(name)
        writer.raw(answer)
        writer.optional(after)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(
            id: try reader.node(), name: try reader.text(), answer: try reader.raw(SafetyReport.Answer.self),
            after: try reader.optional(Duration.self))
    }
}

extension SafetyReport.Issued: Coded {
    package func write(to writer: inout ByteWriter) {
        name.write(to: &writer)
        writer.flag(isRelease)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(name: try StopStatement.Name(reading: &reader), isRelease: try reader.flag())
    }
}

extension SafetyReport: Coded {
    package func write(to writer: inout ByteWriter) {
        writer.node(robot)
        writer.flag(isStopped)
        writer.flag(isPersisted)
        writer.u32(numberMax)
        writer.list(Array(active.prefix(Self.activeMax)), limit: Self.activeMax)
        writer.optional(issued)
        writer.list(Array(robots.prefix(Self.robotsMax)), limit: Self.robotsMax)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(
            robot: try reader.node(), isStopped: try reader.flag(), isPersisted: try reader.flag(),
            numberMax: try reader.u32(), active: try reader.list(of: StopStatement.Name.self, limit: Self.activeMax),
            issued: try reader.optional(Issued.self), robots: try reader.list(of: Robot.self, limit: Self.robotsMax))
    }
}
