import SkeinWire

/// A value with a layout in bytes. Big-endian, as on the air; unlike there, doubles travel whole: what one process wrote
/// another reads to the last bit.
///
/// Writing takes what this process has. Reading is total: whatever the bytes are, it returns or throws, and allocates
/// nothing before its count is checked. What a peer would trip over (a number that is no number, a span of centuries) is
/// refused here.
package protocol Coded: Sendable {
    func write(to writer: inout ByteWriter)
    init(reading reader: inout ByteReader) throws(WireError)
}

/// What the pieces of a layout may be at most.
package enum CodedLimit {
    /// A name or a reason, UTF-8.
    package static let textBytesMax = 200
    /// A hundred years: no clock of ours runs as long, and sums of such spans still fit an `Int64`.
    package static let nanosecondsMax: Int64 = 3_155_760_000_000_000_000 / 2
    /// No measurement, count or setting is larger, in any unit.
    package static let magnitudeMax = 1e12
}

extension ByteWriter {
    /// A double to the bit, whatever it is.
    package mutating func double(_ value: Double) { u64(value.bitPattern) }

    package mutating func i64(_ value: Int64) { u64(UInt64(bitPattern: value)) }

    package mutating func flag(_ value: Bool) { u8(value ? 1 : 0) }

    package mutating func raw<Value: RawRepresentable>(_ value: Value) where Value.RawValue == UInt8 {
        u8(value.rawValue)
    }

    package mutating func optional<Value: Coded>(_ value: Value?) {
        flag(value != nil)
        value?.write(to: &self)
    }

    /// A list, its length in two bytes.
    package mutating func list<Value: Coded>(_ values: [Value], limit: Int) {
        precondition(values.count <= limit && limit <= 65_535, "\(values.count) entries where \(limit) fit")
        u16(UInt16(values.count))
        for value in values { value.write(to: &self) }
    }

    /// Bytes, their number in two bytes.
    package mutating func blob(_ bytes: [UInt8], limit: Int) {
        precondition(bytes.count <= limit && limit <= 65_535, "\(bytes.count) bytes where \(limit) fit")
        u16(UInt16(bytes.count))
        raw(bytes)
    }

    /// UTF-8, its length in one byte; what is longer is cut at a character.
    package mutating func text(_ text: String) {
        var kept = text
        while kept.utf8.count > CodedLimit.textBytesMax { kept.removeLast() }
        u8(UInt8(kept.utf8.count))
        raw(Array(kept.utf8))
    }
}

extension ByteReader {
    /// A double that somebody may have measured, counted or set.
    package mutating func double() throws(WireError) -> Double {
        let value = Double(bitPattern: try u64())
        guard value.magnitude <= CodedLimit.magnitudeMax else { throw .invalid(.number) }
        return value
    }

    package mutating func i64() throws(WireError) -> Int64 { Int64(bitPattern: try u64()) }

    package mutating func flag() throws(WireError) -> Bool {
        let value = try u8()
        guard value <= 1 else { throw .invalid(.kind) }
        return value == 1
    }

    package mutating func raw<Value: RawRepresentable>(
        _ type: Value.Type, _ field: WireError.Field = .kind
    ) throws(WireError) -> Value where Value.RawValue == UInt8 {
        guard let value = Value(rawValue: try u8()) else { throw .unknown(field) }
        return value
    }

    package mutating func optional<Value: Coded>(_ type: Value.Type) throws(WireError) -> Value? {
        try flag() ? try Value(reading: &self) : nil
    }

    /// Grows as it reads, so that a count alone allocates nothing.
    package mutating func list<Value: Coded>(of type: Value.Type, limit: Int) throws(WireError) -> [Value] {
        let count = Int(try u16())
        guard count <= limit else { throw .tooMany(.entries, count: count, limit: limit) }
        var values: [Value] = []
        for _ in 0..<count { values.append(try Value(reading: &self)) }
        return values
    }

    package mutating func blob(limit: Int) throws(WireError) -> [UInt8] {
        let count = Int(try u16())
        guard count <= limit else { throw .tooMany(.payload, count: count, limit: limit) }
        return try bytes(count)
    }

    package mutating func text() throws(WireError) -> String {
        let count = Int(try u8())
        guard count <= CodedLimit.textBytesMax else {
            throw .tooMany(.text, count: count, limit: CodedLimit.textBytesMax)
        }
        guard let text = String(validating: try bytes(count), as: UTF8.self) else { throw .invalid(.text) }
        return text
    }
}

extension Coded {
    /// The layout alone.
    package var coded: [UInt8] {
        var writer = ByteWriter()
        write(to: &writer)
        return writer.bytes
    }

    /// The whole of some bytes; what is left over is an error.
    package init(coded bytes: [UInt8]) throws(WireError) {
        var reader = ByteReader(bytes)
        try self.init(reading: &reader)
        try reader.finish()
    }
}
