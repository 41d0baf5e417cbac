/// Reads big-endian fields from bytes that somebody else wrote. Never traps: a short buffer throws.
package struct ByteReader {
    private let bytes: ArraySlice<UInt8>
    private var position: Int

    package init(_ bytes: [UInt8]) { self.init(bytes[...]) }

    package init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    package var remaining: Int { bytes.endIndex - position }

    package mutating func u8() throws(WireError) -> UInt8 {
        guard position < bytes.endIndex else { throw .truncated }
        defer { position += 1 }
        return bytes[position]
    }

    package mutating func u16() throws(WireError) -> UInt16 {
        guard remaining >= 2 else { throw .truncated }
        defer { position += 2 }
        return UInt16(bytes[position]) << 8 | UInt16(bytes[position + 1])
    }

    package mutating func u32() throws(WireError) -> UInt32 {
        UInt32(try u16()) << 16 | UInt32(try u16())
    }

    package mutating func u64() throws(WireError) -> UInt64 {
        UInt64(try u32()) << 32 | UInt64(try u32())
    }

    /// A number that its receiver may have to top by one: a term, a revision. The upper half of the field is refused, so
    /// that nobody can say the last number there is, which could be neither topped nor counted past.
    package mutating func serial() throws(WireError) -> UInt32 {
        let value = try u32()
        guard value <= Self.serialMax else { throw .invalid(.serial) }
        return value
    }

    /// Who tops others' numbers must stay below it, or nobody reads what it says.
    package static let serialMax = UInt32.max / 2

    package mutating func i16() throws(WireError) -> Int16 { Int16(bitPattern: try u16()) }

    /// Beyond this no float is anybody's measurement, in any unit that travels. Four such multiplied still fit a Float,
    /// so that arithmetic on what others say cannot reach an infinity that this robot would then have to send.
    package static let magnitudeMax: Float = 1e9

    /// A float that somebody may have measured: no NaN, no infinity, nothing beyond `magnitudeMax`.
    package mutating func f32(_ field: WireError.Field) throws(WireError) -> Float {
        let value = Float(bitPattern: try u32())
        guard abs(value) <= Self.magnitudeMax else { throw .invalid(field) }
        return value
    }

    package mutating func f64(_ field: WireError.Field) throws(WireError) -> Double {
        let value = Double(bitPattern: try u64())
        guard value.isFinite else { throw .invalid(field) }
        return value
    }

    package mutating func node() throws(WireError) -> NodeID { NodeID(try u16()) }

    /// The next `count` bytes, copied.
    package mutating func bytes(_ count: Int) throws(WireError) -> [UInt8] {
        guard count >= 0, remaining >= count else { throw .truncated }
        defer { position += count }
        return Array(bytes[position..<position + count])
    }

    /// A list's length, one byte, checked against its bound before anything is allocated.
    package mutating func count(_ field: WireError.Field, limit: Int) throws(WireError) -> Int {
        let count = Int(try u8())
        guard count <= limit else { throw .tooMany(field, count: count, limit: limit) }
        return count
    }

    /// Call last: what is left over was not ours.
    package func finish() throws(WireError) {
        guard remaining == 0 else { throw .trailing }
    }
}
