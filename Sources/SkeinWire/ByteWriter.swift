/// Appends big-endian fields. Values come from this robot's own state; one that does not fit is our bug and traps.
package struct ByteWriter {
    package private(set) var bytes: [UInt8] = []

    package init(capacity: Int = 256) { bytes.reserveCapacity(capacity) }

    package mutating func u8(_ value: UInt8) { bytes.append(value) }

    package mutating func u16(_ value: UInt16) {
        bytes.append(UInt8(truncatingIfNeeded: value >> 8))
        bytes.append(UInt8(truncatingIfNeeded: value))
    }

    package mutating func u32(_ value: UInt32) {
        u16(UInt16(truncatingIfNeeded: value >> 16))
        u16(UInt16(truncatingIfNeeded: value))
    }

    package mutating func u64(_ value: UInt64) {
        u32(UInt32(truncatingIfNeeded: value >> 32))
        u32(UInt32(truncatingIfNeeded: value))
    }

    package mutating func i16(_ value: Int16) { u16(UInt16(bitPattern: value)) }

    package mutating func f32(_ value: Float) {
        precondition(value.isFinite, "a field that travels must be finite, not \(value)")
        u32(value.bitPattern)
    }

    package mutating func f64(_ value: Double) {
        precondition(value.isFinite, "a field that travels must be finite, not \(value)")
        u64(value.bitPattern)
    }

    package mutating func node(_ id: NodeID) { u16(id.number) }

    package mutating func raw(_ more: [UInt8]) { bytes.append(contentsOf: more) }

    /// A list's length, one byte.
    package mutating func count(_ count: Int, limit: Int) {
        precondition(count <= limit && limit <= 255, "\(count) entries where \(limit) fit")
        bytes.append(UInt8(count))
    }
}
