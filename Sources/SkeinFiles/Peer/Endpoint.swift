/// An IPv4 address with a UDP port, `127.0.0.1:7000`. The laboratory's medium is on the machine itself: it needs no
/// names, no IPv6 and no resolver.
package struct Endpoint: Hashable, Sendable, CustomStringConvertible {
    /// Host order: 127.0.0.1 is 0x7F00_0001.
    package var address: UInt32
    package var port: UInt16

    package static let loopback: UInt32 = 0x7F00_0001

    package init(address: UInt32, port: UInt16) {
        self.address = address
        self.port = port
    }

    /// Nil unless it is four decimal bytes and a port above 0, nothing around them.
    package init?(_ text: String) {
        let halves = text.split(separator: ":", omittingEmptySubsequences: false)
        guard halves.count == 2, let port: UInt16 = Self.number(halves[1]), port > 0 else { return nil }
        let parts = halves[0].split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var address: UInt32 = 0
        for part in parts {
            guard let byte: UInt8 = Self.number(part) else { return nil }
            address = address << 8 | UInt32(byte)
        }
        self.init(address: address, port: port)
    }

    package var description: String {
        let bytes = [24, 16, 8, 0].map { String(address >> UInt32($0) & 0xFF) }
        return "\(bytes.joined(separator: ".")):\(port)"
    }

    /// Digits only: no sign, and no leading zero, which some would read as octal.
    private static func number<Number: FixedWidthInteger>(_ text: Substring) -> Number? {
        guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            text.utf8.count == 1 || text.utf8.first != UInt8(ascii: "0")
        else { return nil }
        return Number(text)
    }
}
