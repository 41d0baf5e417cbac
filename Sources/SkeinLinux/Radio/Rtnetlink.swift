import CNetlink
import Glibc

/// Interfaces, addresses and neighbours of this network namespace (rtnetlink(7)). Anybody may ask.
package struct Rtnetlink: ~Copyable {
    private let socket: NetlinkSocket

    package init() throws(NetlinkError) { socket = try NetlinkSocket(family: NETLINK_ROUTE) }

    package func links() throws(NetlinkError) -> [NetworkLink] {
        try dump(RTM_GETLINK, headerBytes: MemoryLayout<ifinfomsg>.size, "interfaces")
            .compactMap { NetworkLink(payload: $0) }
    }

    package func addresses() throws(NetlinkError) -> [NetworkAddress] {
        try dump(RTM_GETADDR, headerBytes: MemoryLayout<ifaddrmsg>.size, "addresses")
            .compactMap { NetworkAddress(payload: $0) }
    }

    package func neighbours() throws(NetlinkError) -> [NetworkNeighbour] {
        try dump(RTM_GETNEIGH, headerBytes: MemoryLayout<ndmsg>.size, "neighbours")
            .compactMap { NetworkNeighbour(payload: $0) }
    }

    /// An empty header asks for all families and interfaces.
    private func dump(_ type: Int, headerBytes: Int, _ asked: String) throws(NetlinkError) -> [[UInt8]] {
        try socket.ask(type, flags: NLM_F_DUMP, header: [UInt8](repeating: 0, count: headerBytes), asked: asked)
    }
}
