import SkeinWire

/// What a member of the load test writes into all it says: who, a number, and when. The rest is filling.
///
///     sender u16 | number u32 | said u64 (ns of the clock that all members of a machine share) | filling
package struct LoadStamp: Hashable, Sendable {
    package var sender: Int
    package var number: Int
    package var said: Instant

    package init(sender: Int, number: Int, said: Instant) {
        self.sender = sender
        self.number = number
        self.said = said
    }

    package func bytes(filledTo count: Int) -> [UInt8] {
        precondition(count >= LoadPlan.stampBytes && said >= .zero, "a stamp in \(count) bytes")
        var writer = ByteWriter(capacity: count)
        writer.u16(UInt16(sender))
        writer.u32(UInt32(number))
        writer.u64(UInt64(said.nanoseconds))
        writer.raw((LoadPlan.stampBytes..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ number) })
        return writer.bytes
    }

    /// Nil: too short, or of no time that there is.
    package init?(_ bytes: ArraySlice<UInt8>) {
        var reader = ByteReader(bytes)
        guard let sender = try? reader.u16(), let number = try? reader.u32(), let said = try? reader.u64(),
            said <= UInt64(Int64.max)
        else { return nil }
        self.init(sender: Int(sender), number: Int(number), said: Instant(nanoseconds: Int64(said)))
    }
}
