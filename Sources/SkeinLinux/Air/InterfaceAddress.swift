import CSkeinLinux
import Glibc
import SkeinPeer

/// How a port speaks on its interface.
package enum AirFamily: String, CaseIterable, Sendable {
    /// Multicast to every Skein on the link, from the link-local address that every interface gives itself.
    case ip6 = "ipv6"
    /// Broadcast to the subnet of the interface's first address.
    case ip4 = "ipv4"
}

/// An interface as a port needs it, read afresh at every look (getifaddrs(3)).
///
/// Its IPv6 address is the one that the kernel sends from. A new address is none before the kernel has asked whether another
/// has it, for one to two seconds (duplicate address detection, RFC 4862 §5.4): the interface hears meanwhile, and what is
/// sent goes nowhere. A port open by then would be a link one way, and what is answered there would be lost, though the
/// other band carries it.
struct InterfaceAddress: Equatable {
    var index: UInt32
    var address: LinkAddress
    /// The IPv4 subnet's; zero for IPv6.
    var broadcast: UInt32 = 0

    /// The interface's address of this family, or why it has none.
    static func find(_ name: String, _ family: AirFamily) -> Result<InterfaceAddress, Absence> {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&list) == 0 else { return .failure(.unknown(SystemError("getifaddrs", name))) }
        defer { freeifaddrs(list) }
        let index = if_nametoindex(name)
        guard index > 0 else { return .failure(.missing) }
        var entry = list
        var flags: UInt32?
        var found: InterfaceAddress?
        while let current = entry?.pointee {
            entry = current.ifa_next
            guard String(cString: current.ifa_name) == name else { continue }
            flags = current.ifa_flags
            if family == .ip4, found == nil { found = read4(current, index) }
        }
        guard let flags, flags & UInt32(IFF_UP) != 0 else { return .failure(.down) }
        guard flags & UInt32(IFF_RUNNING) != 0 else { return .failure(.noCarrier) }
        if family == .ip6 { found = source6(index).map { InterfaceAddress(index: index, address: $0) } }
        return found.map { .success($0) } ?? .failure(.noAddress)
    }

    enum Absence: Error {
        case missing, down, noCarrier, noAddress
        case unknown(SystemError)

        var state: PortState {
            switch self {
            case .missing: .missing
            case .down: .down
            case .noCarrier: .noCarrier
            case .noAddress: .noAddress
            case .unknown(let error): .failed(error)
            }
        }
    }

    private static func read4(_ entry: ifaddrs, _ index: UInt32) -> InterfaceAddress? {
        guard let pointer = entry.ifa_addr, Int32(pointer.pointee.sa_family) == AF_INET,
            let netmask = entry.ifa_netmask
        else { return nil }
        let address = UnsafeRawPointer(pointer).loadUnaligned(as: sockaddr_in.self)
        let mask = UInt32(bigEndian: UnsafeRawPointer(netmask).loadUnaligned(as: sockaddr_in.self).sin_addr.s_addr)
        // A /31 and a /32 have no broadcast address (RFC 3021).
        guard mask != 0, ~mask > 1 else { return nil }
        let number = UInt32(bigEndian: address.sin_addr.s_addr)
        return InterfaceAddress(index: index, address: LinkAddress(UInt64(number)), broadcast: number | ~mask)
    }

    /// The link-local address that what goes to the group leaves from; nil: none yet, or none. Nothing is sent to learn it:
    /// a datagram socket's connect(2) only chooses.
    private static func source6(_ index: UInt32) -> LinkAddress? {
        let kind = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard let probe = try? Descriptor(socket(AF_INET6, kind, 0), from: "socket", "a source address") else {
            return nil
        }
        var address = sockaddr_in6()
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        address.sin6_family = sa_family_t(AF_INET6)
        // Any but none.
        address.sin6_port = UInt16(9).bigEndian
        address.sin6_scope_id = index
        skein_in6_set(&address.sin6_addr, UDPSocket.group)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(probe.number, $0, length) == 0 ? getsockname(probe.number, $0, &length) : -1
            }
        }
        return status == 0 ? LinkAddress(linkLocal: address.sin6_addr) : nil
    }
}

extension LinkAddress {
    /// The interface identifier of an address in fe80::/64 (RFC 4291 §2.5.6); nil for any other.
    init?(linkLocal address: in6_addr) {
        var address = address
        var bytes = [UInt8](repeating: 0, count: 16)
        skein_in6_get(&address, &bytes)
        guard bytes[..<8] == [0xFE, 0x80, 0, 0, 0, 0, 0, 0] else { return nil }
        self.init(bytes[8...].reduce(0) { $0 << 8 | UInt64($1) })
    }
}
