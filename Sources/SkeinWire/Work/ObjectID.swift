/// Names an object by what it is: BLAKE2b-256 of all its bytes. Whoever has the bytes can tell whether the name is theirs.
///
///     hash 32
package struct ObjectID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package static let byteCount = 32

    /// Big-endian words of the hash, the first byte in the first word's highest.
    private var words: (UInt64, UInt64, UInt64, UInt64)

    package init?(hash: [UInt8]) {
        guard hash.count == Self.byteCount else { return nil }
        func word(_ place: Int) -> UInt64 {
            hash[place * 8..<place * 8 + 8].reduce(0) { $0 << 8 | UInt64($1) }
        }
        words = (word(0), word(1), word(2), word(3))
    }

    package var hash: [UInt8] {
        var writer = ByteWriter(capacity: Self.byteCount)
        write(to: &writer)
        return writer.bytes
    }

    package static func == (left: Self, right: Self) -> Bool { left.words == right.words }
    package static func < (left: Self, right: Self) -> Bool { left.words < right.words }

    package func hash(into hasher: inout Hasher) { hasher.combine(words.0) }

    package func write(to writer: inout ByteWriter) {
        writer.u64(words.0)
        writer.u64(words.1)
        writer.u64(words.2)
        writer.u64(words.3)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        words = (try reader.u64(), try reader.u64(), try reader.u64(), try reader.u64())
    }

    /// The first eight bytes, for people.
    package var description: String {
        let digits = String(words.0, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
