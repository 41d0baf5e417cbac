/// Appends MCAP's little-endian fields. What does not fit its length is our bug and traps.
struct LittleWriter {
    private(set) var bytes: [UInt8]

    init(capacity: Int = 256) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    mutating func clear() { bytes.removeAll(keepingCapacity: true) }

    mutating func u8(_ value: UInt8) { bytes.append(value) }

    mutating func u16(_ value: UInt16) {
        bytes.append(UInt8(truncatingIfNeeded: value))
        bytes.append(UInt8(truncatingIfNeeded: value >> 8))
    }

    mutating func u32(_ value: UInt32) {
        u16(UInt16(truncatingIfNeeded: value))
        u16(UInt16(truncatingIfNeeded: value >> 16))
    }

    mutating func u64(_ value: UInt64) {
        u32(UInt32(truncatingIfNeeded: value))
        u32(UInt32(truncatingIfNeeded: value >> 32))
    }

    mutating func raw(_ more: ArraySlice<UInt8>) { bytes.append(contentsOf: more) }

    mutating func raw(_ more: [UInt8]) { bytes.append(contentsOf: more) }

    /// Bytes behind their number in 32 bits.
    mutating func blob(_ more: [UInt8]) {
        precondition(more.count <= Int(UInt32.max), "\(more.count) bytes in a field of 32 bits")
        u32(UInt32(more.count))
        raw(more)
    }

    mutating func text(_ text: String) { blob(Array(text.utf8)) }

    mutating func pairs(_ pairs: [McapPair]) {
        var list = LittleWriter()
        for pair in pairs {
            list.text(pair.key)
            list.text(pair.value)
        }
        blob(list.bytes)
    }

    /// A record: its opcode, its length, and what `content` writes.
    mutating func record(_ opcode: McapOpcode, _ content: (inout LittleWriter) -> Void) {
        u8(opcode.rawValue)
        let at = bytes.count
        u64(0)
        content(&self)
        let length = UInt64(bytes.count - at - 8)
        for index in 0..<8 { bytes[at + index] = UInt8(truncatingIfNeeded: length >> (8 * index)) }
    }
}

/// Reads MCAP's little-endian fields from bytes that anybody wrote. Total: nil for what is not there.
struct LittleReader {
    private let bytes: ArraySlice<UInt8>
    private(set) var position: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    var remaining: Int { bytes.endIndex - position }
    var isAtEnd: Bool { remaining == 0 }

    mutating func u8() -> UInt8? {
        guard remaining >= 1 else { return nil }
        defer { position += 1 }
        return bytes[position]
    }

    mutating func u16() -> UInt16? { number(2).map { UInt16(truncatingIfNeeded: $0) } }
    mutating func u32() -> UInt32? { number(4).map { UInt32(truncatingIfNeeded: $0) } }
    mutating func u64() -> UInt64? { number(8) }

    private mutating func number(_ width: Int) -> UInt64? {
        guard remaining >= width else { return nil }
        defer { position += width }
        var value: UInt64 = 0
        for index in 0..<width { value |= UInt64(bytes[position + index]) << (8 * UInt64(index)) }
        return value
    }

    mutating func take(_ count: UInt64) -> ArraySlice<UInt8>? {
        guard count <= UInt64(remaining) else { return nil }
        let end = position + Int(count)
        defer { position = end }
        return bytes[position..<end]
    }

    /// All that is left.
    mutating func rest() -> ArraySlice<UInt8> {
        defer { position = bytes.endIndex }
        return bytes[position...]
    }

    /// Behind a number of 32 bits.
    mutating func blob() -> ArraySlice<UInt8>? {
        guard let count = u32() else { return nil }
        return take(UInt64(count))
    }

    /// UTF-8; nil where it is none.
    mutating func text() -> String? {
        guard let bytes = blob() else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    mutating func pairs() -> [McapPair]? {
        guard let list = blob() else { return nil }
        var reader = LittleReader(list)
        var pairs: [McapPair] = []
        while !reader.isAtEnd {
            guard let key = reader.text(), let value = reader.text() else { return nil }
            pairs.append(McapPair(key, value))
        }
        return pairs
    }
}
