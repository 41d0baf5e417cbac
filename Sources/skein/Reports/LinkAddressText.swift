import SkeinPeer
import SkeinWire

extension PeersReport {
    /// A link address as ip(8) writes it: fe80::/64 with the interface identifier, or IPv4. Which of the two it is its transport
    /// knows, and the number nearly always shows: identifiers are longer than 32 bits, and no host is in 0.0.0.0/8. Nil where the
    /// medium of a laboratory calls a robot by its number.
    static func text(_ address: LinkAddress, of robot: NodeID) -> String? {
        let number = address.number
        if number == UInt64(robot.number) { return nil }
        if number <= 0xFFFF_FFFF, number >> 24 > 0 {
            return [24, 16, 8, 0].map { "\(number >> UInt64($0) & 0xFF)" }.joined(separator: ".")
        }
        return "fe80::" + groups(number)
    }

    /// RFC 5952: leading zeros dropped; the `::` stands before it for the 48 bits of zeros and any that follow.
    private static func groups(_ number: UInt64) -> String {
        let groups = [48, 32, 16, 0].map { number >> UInt64($0) & 0xFFFF }
        return groups.drop { $0 == 0 }.map { String($0, radix: 16) }.joined(separator: ":")
    }
}
