import CNetlink

/// The attributes of a netlink message, or of an attribute that nests others: type, length, value, each padded to four
/// bytes (linux/netlink.h, `struct nlattr`). What is missing, too short or cut off is nil; nothing here trusts a
/// length. libnl walks; this copies values out.
package struct NetlinkAttributes: Sendable {
    private let bytes: [UInt8]

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// A message has at most 64 KiB, so at most 16 K attributes of a header each.
    private static let countMax = 16_384

    package func bytes(_ type: UInt32) -> [UInt8]? {
        withRaw { start, length in
            guard let found = nla_find(start, length, Int32(type)) else { return nil }
            return Self.value(found)
        }
    }

    package func has(_ type: UInt32) -> Bool { bytes(type) != nil }

    package func u8(_ type: UInt32) -> UInt8? { bytes(type)?.first }

    package func u16(_ type: UInt32) -> UInt16? { integer(type) }

    package func u32(_ type: UInt32) -> UInt32? { integer(type) }

    package func u64(_ type: UInt32) -> UInt64? { integer(type) }

    /// Up to the terminating zero; bytes that are no UTF-8 become the replacement character.
    package func string(_ type: UInt32) -> String? {
        bytes(type).map { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    package func nested(_ type: UInt32) -> NetlinkAttributes? { bytes(type).map(NetlinkAttributes.init) }

    package func hardwareAddress(_ type: UInt32) -> HardwareAddress? { bytes(type).flatMap { HardwareAddress($0) } }

    /// All of them in their order: an array in netlink is a nest whose types are indices.
    package var all: [(type: UInt32, value: [UInt8])] {
        withRaw { start, length in
            var found: [(type: UInt32, value: [UInt8])] = []
            var current = start
            var rest = length
            while nla_ok(current, rest) != 0, found.count < Self.countMax {
                found.append((UInt32(nla_type(current)), Self.value(current)))
                current = UnsafePointer(nla_next(current, &rest)!)
            }
            return found
        } ?? []
    }

    /// The nests of an array, without their indices.
    package var nests: [NetlinkAttributes] { all.map { NetlinkAttributes($0.value) } }

    private func integer<Value: FixedWidthInteger>(_ type: UInt32) -> Value? {
        guard let value = bytes(type), value.count >= MemoryLayout<Value>.size else { return nil }
        return value.withUnsafeBytes { $0.loadUnaligned(as: Value.self) }
    }

    private func withRaw<Result>(_ body: (UnsafePointer<nlattr>, Int32) -> Result?) -> Result? {
        guard bytes.count >= MemoryLayout<nlattr>.size, bytes.count <= Int(Int32.max) else { return nil }
        return bytes.withUnsafeBytes { raw in
            // Arrays begin at least eight bytes aligned; an attribute wants two.
            raw.baseAddress.flatMap { body($0.assumingMemoryBound(to: nlattr.self), Int32(raw.count)) }
        }
    }

    /// `nla_find` and `nla_ok` have seen that the attribute ends inside the buffer.
    private static func value(_ attribute: UnsafePointer<nlattr>) -> [UInt8] {
        Array(UnsafeRawBufferPointer(start: nla_data(attribute), count: Int(max(0, nla_len(attribute)))))
    }
}
