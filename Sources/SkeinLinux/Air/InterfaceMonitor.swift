import CSkeinLinux
import Glibc

/// Readable when an interface or an address of this machine has changed (rtnetlink(7)). What has changed is not read:
/// each port looks at its own interface, so news that the kernel had to drop cost nothing but a second.
package final class InterfaceMonitor {
    package let descriptor: Descriptor
    private var buffer = [UInt8](repeating: 0, count: 16_384)
    /// Messages taken at one wake-up: more come at the next.
    private static let messagesMax = 64

    package init() throws(SystemError) {
        let kind = Int32(SOCK_RAW.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        descriptor = try Descriptor(socket(AF_NETLINK, kind, NETLINK_ROUTE), from: "socket", "rtnetlink")
        var address = sockaddr_nl()
        address.nl_family = sa_family_t(AF_NETLINK)
        address.nl_groups = UInt32(RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR)
        let status = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor.number, $0, socklen_t(MemoryLayout<sockaddr_nl>.size))
            }
        }
        guard status == 0 else { throw SystemError("bind", "rtnetlink") }
    }

    /// Empties the socket; true when there was news, also when there was too much of it (ENOBUFS).
    package func take() -> Bool {
        var isNews = false
        for _ in 0..<Self.messagesMax {
            let count = recv(descriptor.number, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            if count <= 0, errno != ENOBUFS, errno != EINTR { return isNews }
            isNews = true
        }
        return isNews
    }
}
