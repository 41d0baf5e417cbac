/// "What time is it?", to a neighbour. The asker remembers when it asked.
///
///     number u32
package struct ClockQuestion: Hashable, Sendable {
    package var number: UInt32

    package init(number: UInt32) { self.number = number }

    func write(to writer: inout ByteWriter) { writer.u32(number) }

    init(reading reader: inout ByteReader) throws(WireError) { number = try reader.u32() }
}

/// The answer, with two of the four timestamps (RFC 5905 §8): when the question came and when this left, both in mesh time as
/// the answering robot knows it, and how wrong that may be at most.
///
///     number u32 | root u16 | term u32 | hops u8 | received i64 (ns) | sent i64 (ns) | bound u64 (ns)
///
/// `root` and `term` name the tree whose mesh time this is, `hops` how many exchanges it is away from its root.
package struct ClockAnswer: Hashable, Sendable {
    /// Eighteen years: what is further off is no time.
    package static let nanosecondsMax: Int64 = 1 << 59

    package var number: UInt32
    package var root: NodeID
    package var term: UInt32
    package var hops: UInt8
    package var receivedNanoseconds: Int64
    package var sentNanoseconds: Int64
    package var boundNanoseconds: UInt64

    package init(
        number: UInt32, root: NodeID, term: UInt32, hops: UInt8, receivedNanoseconds: Int64, sentNanoseconds: Int64,
        boundNanoseconds: UInt64
    ) {
        self.number = number
        self.root = root
        self.term = term
        self.hops = hops
        self.receivedNanoseconds = receivedNanoseconds
        self.sentNanoseconds = sentNanoseconds
        self.boundNanoseconds = boundNanoseconds
    }

    func write(to writer: inout ByteWriter) {
        writer.u32(number)
        writer.node(root)
        writer.u32(term)
        writer.u8(hops)
        writer.u64(UInt64(bitPattern: receivedNanoseconds))
        writer.u64(UInt64(bitPattern: sentNanoseconds))
        writer.u64(boundNanoseconds)
    }

    init(reading reader: inout ByteReader) throws(WireError) {
        number = try reader.u32()
        root = try reader.node()
        guard root != .none else { throw .invalid(.robot) }
        term = try reader.serial()
        hops = try reader.u8()
        receivedNanoseconds = Int64(bitPattern: try reader.u64())
        sentNanoseconds = Int64(bitPattern: try reader.u64())
        boundNanoseconds = try reader.u64()
        let limits = -Self.nanosecondsMax...Self.nanosecondsMax
        guard limits.contains(receivedNanoseconds), limits.contains(sentNanoseconds),
            sentNanoseconds >= receivedNanoseconds, boundNanoseconds <= UInt64(Self.nanosecondsMax)
        else { throw .invalid(.time) }
    }
}
