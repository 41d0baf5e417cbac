/// A computation that robots have registered: name and version, never code. Two robots that register the same name and
/// version promise the same function.
///
///     n u8, name n | version u16
package struct KernelName: Hashable, Comparable, Sendable, CustomStringConvertible {
    package static let nameBytesMax = 32

    package let name: String
    package let version: UInt16

    /// Nil: not 1…32 of a–z, 0–9, `-`, `_` and `.`, with a letter or digit first.
    package init?(name: String, version: UInt16) {
        guard Self.isName(Array(name.utf8)) else { return nil }
        self.name = name
        self.version = version
    }

    private static func isName(_ bytes: [UInt8]) -> Bool {
        guard (1...nameBytesMax).contains(bytes.count) else { return false }
        for (place, byte) in bytes.enumerated() {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): continue
            case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."): if place == 0 { return false }
            default: return false
            }
        }
        return true
    }

    package static func < (left: Self, right: Self) -> Bool {
        (left.name, left.version) < (right.name, right.version)
    }

    var byteCount: Int { 1 + name.utf8.count + 2 }

    package func write(to writer: inout ByteWriter) {
        let text = Array(name.utf8)
        writer.count(text.count, limit: Self.nameBytesMax)
        writer.raw(text)
        writer.u16(version)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        let text = try reader.bytes(try reader.count(.text, limit: Self.nameBytesMax))
        guard Self.isName(text) else { throw .invalid(.text) }
        name = String(decoding: text, as: UTF8.self)
        version = try reader.u16()
    }

    /// As people write it: `blur@2`.
    package var description: String { "\(name)@\(version)" }

    /// What requests call it, in eight bytes: FNV-1a (Fowler, Noll, Vo) of `description`, never 0. Whoever computes checks
    /// the whole name.
    package var tag: UInt64 {
        var digest: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in description.utf8 {
            digest ^= UInt64(byte)
            digest = digest &* 0x0000_0100_0000_01B3
        }
        return max(digest, 1)
    }
}
