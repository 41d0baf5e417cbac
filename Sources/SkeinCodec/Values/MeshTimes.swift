import SkeinPeer
import SkeinWire

extension MeshTime: Coded {
    package func write(to writer: inout ByteWriter) {
        writer.node(root)
        writer.u32(term)
        writer.i64(nanoseconds)
        writer.i64(boundNanoseconds)
        writer.flag(isOwn)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(
            root: try reader.node(), term: try reader.u32(), nanoseconds: try reader.i64(),
            boundNanoseconds: try reader.i64(), isOwn: try reader.flag())
        guard (-Self.nanosecondsMax...Self.nanosecondsMax).contains(nanoseconds),
            (0...Self.nanosecondsMax).contains(boundNanoseconds)
        else { throw .invalid(.time) }
    }
}

extension ClockStatus: Coded {
    package func write(to writer: inout ByteWriter) {
        local.write(to: &writer)
        writer.optional(time)
        hops.write(to: &writer)
        writer.node(source)
        writer.optional(sinceAnswer)
        answers.write(to: &writer)
        refusals.write(to: &writer)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(
            local: try Instant(reading: &reader), time: try reader.optional(MeshTime.self),
            hops: try Int(reading: &reader), source: try reader.node(),
            sinceAnswer: try reader.optional(Duration.self), answers: try Int(reading: &reader),
            refusals: try Int(reading: &reader))
    }
}
