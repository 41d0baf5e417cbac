import SkeinPeer
import SkeinWire

// Numbers, times and names.

extension Double: Coded {
    package func write(to writer: inout ByteWriter) { writer.double(self) }
    package init(reading reader: inout ByteReader) throws(WireError) { self = try reader.double() }
}

extension Int: Coded {
    /// A count or an index, eight bytes: never negative, never past what fits memory.
    package func write(to writer: inout ByteWriter) { writer.i64(Int64(self)) }

    package init(reading reader: inout ByteReader) throws(WireError) {
        let value = try reader.i64()
        guard (0...Int64(UInt32.max)).contains(value) else { throw .invalid(.number) }
        self = Int(value)
    }
}

extension Duration: Coded {
    private static let attosecondsPerNanosecond: Int64 = 1_000_000_000

    /// Nanoseconds i64 | attoseconds beyond them u32: a setting of a third of a second comes back as that.
    package func write(to writer: inout ByteWriter) {
        writer.i64(nanoseconds)
        writer.u32(UInt32(truncatingIfNeeded: components.attoseconds % Self.attosecondsPerNanosecond))
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        let value = try reader.i64()
        let rest = Int64(try reader.u32())
        guard (0...CodedLimit.nanosecondsMax).contains(value), rest < Self.attosecondsPerNanosecond else {
            throw .invalid(.time)
        }
        let (seconds, nanoseconds) = value.quotientAndRemainder(dividingBy: 1_000_000_000)
        self.init(
            secondsComponent: seconds, attosecondsComponent: nanoseconds * Self.attosecondsPerNanosecond + rest)
    }
}

extension Instant: Coded {
    package func write(to writer: inout ByteWriter) { writer.i64(nanoseconds) }

    package init(reading reader: inout ByteReader) throws(WireError) {
        let value = try reader.i64()
        guard (0...CodedLimit.nanosecondsMax).contains(value) else { throw .invalid(.time) }
        self.init(nanoseconds: value)
    }
}

extension NodeID: Coded {
    package func write(to writer: inout ByteWriter) { writer.node(self) }
    package init(reading reader: inout ByteReader) throws(WireError) { self = try reader.node() }
}

extension PlanNumber: Coded {
    package func write(to writer: inout ByteWriter) {
        writer.u32(term)
        writer.u32(number)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(term: try reader.u32(), number: try reader.u32())
    }
}

extension TaskID: Coded {
    package func write(to writer: inout ByteWriter) {
        writer.node(requester)
        writer.u32(number)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(requester: try reader.node(), number: try reader.u32())
    }
}

extension ComputationID: Coded {
    package func write(to writer: inout ByteWriter) { writer.u64(number) }
    package init(reading reader: inout ByteReader) throws(WireError) { self.init(try reader.u64()) }
}

extension PersistID: Coded {
    package func write(to writer: inout ByteWriter) { writer.u64(number) }
    package init(reading reader: inout ByteReader) throws(WireError) { self.init(try reader.u64()) }
}

extension UInt8: Coded {
    package func write(to writer: inout ByteWriter) { writer.u8(self) }
    package init(reading reader: inout ByteReader) throws(WireError) { self = try reader.u8() }
}

extension UInt32: Coded {
    package func write(to writer: inout ByteWriter) { writer.u32(self) }
    package init(reading reader: inout ByteReader) throws(WireError) { self = try reader.u32() }
}

extension Bool: Coded {
    package func write(to writer: inout ByteWriter) { writer.flag(self) }
    package init(reading reader: inout ByteReader) throws(WireError) { self = try reader.flag() }
}

extension UInt16: Coded {
    package func write(to writer: inout ByteWriter) { writer.u16(self) }

    package init(reading reader: inout ByteReader) throws(WireError) { self = try reader.u16() }
}
