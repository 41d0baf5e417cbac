/// A 64-bit hash of words and bytes: each word is stirred in by SplitMix64's finalizer (Steele, Lea, Flood 2014). It
/// finds accidents (a torn write, a decision that fell otherwise), one in 2⁶⁴ unseen; it is no proof against anybody who
/// wants two inputs to agree.
package struct Mix: Sendable {
    package private(set) var value: UInt64 = 0

    package init() {}

    package mutating func add(_ word: UInt64) {
        var mixed = (value ^ word) &+ 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        value = mixed ^ (mixed >> 31)
    }

    /// The bytes by eights, the last ones padded with zeros, then their number.
    package mutating func add(_ bytes: [UInt8]) { add(bytes[...]) }

    package mutating func add(_ bytes: ArraySlice<UInt8>) {
        bytes.withUnsafeBytes { buffer in
            var place = 0
            while place + 8 <= buffer.count {
                add(UInt64(littleEndian: buffer.loadUnaligned(fromByteOffset: place, as: UInt64.self)))
                place += 8
            }
            var rest: UInt64 = 0
            for (index, byte) in buffer[place...].enumerated() { rest |= UInt64(byte) << UInt64(8 * index) }
            add(rest)
            add(UInt64(buffer.count))
        }
    }
}
