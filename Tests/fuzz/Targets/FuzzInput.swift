import SkeinWire

/// Decisions drawn from the fuzzer's bytes. Past their end everything is zero, so that any input is a whole one.
struct FuzzInput {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    var isEmpty: Bool { rest.isEmpty }

    mutating func u8() -> UInt8 { rest.popFirst() ?? 0 }
    mutating func u16() -> UInt16 { UInt16(u8()) << 8 | UInt16(u8()) }
    mutating func u32() -> UInt32 { UInt32(u16()) << 16 | UInt32(u16()) }
    mutating func u64() -> UInt64 { UInt64(u32()) << 32 | UInt64(u32()) }
    mutating func below(_ bound: Int) -> Int { Int(u8()) % bound }

    mutating func one<Value>(of values: [Value]) -> Value { values[below(values.count)] }

    /// Length in two bytes, then as many as there are.
    mutating func chunk() -> [UInt8] { take(Int(u16())) }

    mutating func take(_ count: Int) -> [UInt8] {
        let taken = rest.prefix(count)
        rest = rest.dropFirst(count)
        return Array(taken)
    }

    mutating func all() -> [UInt8] { take(rest.count) }
}

extension ByteWriter {
    /// As `FuzzInput.chunk` reads it.
    mutating func chunk(_ bytes: [UInt8]) {
        u16(UInt16(bytes.count))
        raw(bytes)
    }
}
