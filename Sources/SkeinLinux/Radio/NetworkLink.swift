import CNetlink
import CSkeinLinux
import Glibc

/// A network interface of this namespace, wireless or not (`struct ifinfomsg`, linux/rtnetlink.h).
package struct NetworkLink: Hashable, Sendable {
    package var index: UInt32
    package var name: String
    package var hardwareAddress: HardwareAddress?
    package var mtuBytes: UInt32?
    /// Switched on by the administrator (IFF_UP).
    package var isUp: Bool
    /// And something answers at the other end: a cable, a joined cell (IFF_RUNNING).
    package var isRunning: Bool
    package var isLoopback: Bool

    /// From a payload of RTM_NEWLINK.
    package init?(payload: [UInt8]) {
        guard payload.count >= MemoryLayout<ifinfomsg>.size else { return nil }
        let header = payload.withUnsafeBytes { $0.loadUnaligned(as: ifinfomsg.self) }
        let attributes = NetlinkAttributes(Array(payload.dropFirst(MemoryLayout<ifinfomsg>.size)))
        guard header.ifi_index > 0, let name = attributes.string(UInt32(IFLA_IFNAME)) else { return nil }
        index = UInt32(header.ifi_index)
        self.name = name
        hardwareAddress = attributes.hardwareAddress(UInt32(IFLA_ADDRESS))
        mtuBytes = attributes.u32(UInt32(IFLA_MTU))
        isUp = header.ifi_flags & UInt32(IFF_UP) != 0
        isRunning = header.ifi_flags & UInt32(IFF_RUNNING) != 0
        isLoopback = header.ifi_flags & UInt32(IFF_LOOPBACK) != 0
    }
}

/// An address of an interface (`struct ifaddrmsg`).
package struct NetworkAddress: Hashable, Sendable {
    package enum Family: Hashable, Sendable { case ip4, ip6 }

    package var index: UInt32
    package var family: Family
    /// The IPv4 address, or the lower half of the IPv6 one: its interface identifier.
    package var identifier: UInt64
    package var isLinkLocal: Bool
    /// IPv4 only.
    package var hasBroadcast: Bool
    /// IPv6: not yet known to be the only one of its kind here, or known not to be.
    package var isUnconfirmed: Bool

    /// From a payload of RTM_NEWADDR.
    package init?(payload: [UInt8]) {
        guard payload.count >= MemoryLayout<ifaddrmsg>.size else { return nil }
        let header = payload.withUnsafeBytes { $0.loadUnaligned(as: ifaddrmsg.self) }
        let attributes = NetlinkAttributes(Array(payload.dropFirst(MemoryLayout<ifaddrmsg>.size)))
        // IFA_ADDRESS is the other end's on a point-to-point interface.
        guard
            let bytes = attributes.bytes(UInt32(IFA_LOCAL)) ?? attributes.bytes(UInt32(IFA_ADDRESS)),
            let address = Self.read(family: header.ifa_family, bytes)
        else { return nil }
        index = header.ifa_index
        (family, identifier, isLinkLocal) = address
        hasBroadcast = attributes.has(UInt32(IFA_BROADCAST))
        let flags = attributes.u32(UInt32(IFA_FLAGS)) ?? UInt32(header.ifa_flags)
        isUnconfirmed = flags & UInt32(IFA_F_TENTATIVE | IFA_F_DADFAILED) != 0
    }

    static func read(family: UInt8, _ bytes: [UInt8]) -> (Family, identifier: UInt64, isLinkLocal: Bool)? {
        let low = bytes.suffix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        switch (Int32(family), bytes.count) {
        case (AF_INET, 4): return (.ip4, low, bytes[0] == 169 && bytes[1] == 254)
        case (AF_INET6, 16): return (.ip6, low, bytes[0] == 0xFE && bytes[1] & 0xC0 == 0x80)
        default: return nil
        }
    }
}

/// Whose hardware an address on the same link is (`struct ndmsg`): what ARP and neighbour discovery have learnt.
package struct NetworkNeighbour: Hashable, Sendable {
    package var index: UInt32
    package var family: NetworkAddress.Family
    package var identifier: UInt64
    package var isLinkLocal: Bool
    package var hardwareAddress: HardwareAddress

    /// From a payload of RTM_NEWNEIGH; nil while nobody has answered.
    package init?(payload: [UInt8]) {
        guard payload.count >= MemoryLayout<ndmsg>.size else { return nil }
        let header = payload.withUnsafeBytes { $0.loadUnaligned(as: ndmsg.self) }
        let attributes = NetlinkAttributes(Array(payload.dropFirst(MemoryLayout<ndmsg>.size)))
        guard header.ndm_ifindex > 0, let bytes = attributes.bytes(UInt32(NDA_DST)),
            let hardware = attributes.hardwareAddress(UInt32(NDA_LLADDR)),
            let address = NetworkAddress.read(family: header.ndm_family, bytes),
            Int32(header.ndm_state) & (NUD_INCOMPLETE | NUD_FAILED | NUD_NOARP) == 0
        else { return nil }
        index = UInt32(header.ndm_ifindex)
        (family, identifier, isLinkLocal) = address
        hardwareAddress = hardware
    }
}
