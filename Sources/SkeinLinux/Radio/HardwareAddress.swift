/// The 48-bit address of a network interface, as IEEE 802 writes it: first byte most significant.
package struct HardwareAddress: Hashable, Comparable, Sendable, CustomStringConvertible {
    package var number: UInt64

    package init(_ number: UInt64) { self.number = number & 0xFFFF_FFFF_FFFF }

    /// Nil unless there are six bytes.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count == 6 else { return nil }
        self.init(bytes.reduce(0) { $0 << 8 | UInt64($1) })
    }

    /// Out of a modified EUI-64 interface identifier (RFC 4291, appendix A): ff:fe in the middle, the universal bit
    /// flipped. Nil for an identifier made another way (stable privacy, RFC 7217): that says nothing of the hardware.
    package init?(interfaceIdentifier identifier: UInt64) {
        guard identifier >> 24 & 0xFFFF == 0xFFFE else { return nil }
        self.init(((identifier >> 40) << 24 | identifier & 0xFF_FFFF) ^ Self.universalBit)
    }

    /// What an interface of this address calls itself in IPv6 when its `addr_gen_mode` is eui64.
    package var interfaceIdentifier: UInt64 {
        let number = self.number ^ Self.universalBit
        return (number >> 24) << 40 | 0xFFFE << 24 | number & 0xFF_FFFF
    }

    private static let universalBit: UInt64 = 0x0200_0000_0000

    package static func < (left: Self, right: Self) -> Bool { left.number < right.number }

    package var description: String {
        (0..<6).map { index in
            let byte = String(number >> UInt64(40 - 8 * index) & 0xFF, radix: 16)
            return byte.count == 1 ? "0" + byte : byte
        }.joined(separator: ":")
    }
}
