import CSkeinLinux
import Glibc
import SkeinPeer
import SkeinWire

/// The link that a new robot and an enrolled one share, while the two commands run: UDP on one interface, multicast from
/// the one who asks, unicast back. Nothing leaves the link, nothing that came from beyond it is read.
package final class EnrolmentLink {
    /// Behind the two bands (docs/configuration.md, "Ports").
    package static let port: UInt16 = 29_866
    /// The bands' own group.
    private static let group6 = UDPSocket.group
    /// 239.255.107.105, of the scope that an administrator delimits (RFC 2365 §6.1): for links without IPv6.
    private static let group4: UInt32 = 0xEFFF_6B69

    /// Where a datagram came from, to be answered there.
    package struct Source {
        fileprivate var address = sockaddr_storage()
        fileprivate var length: socklen_t = 0
    }

    package let interface: String
    private let index: UInt32
    private let family: AirFamily
    private let port: UInt16
    private let descriptor: Descriptor
    private var buffer = [UInt8](repeating: 0, count: 2_048)

    /// `listens`: the enrolled side, which binds the port and joins the group.
    package init(interface: String, family: AirFamily, port: UInt16, listens: Bool) throws(SystemError) {
        self.interface = interface
        self.family = family
        self.port = port
        index = if_nametoindex(interface)
        guard index > 0 else { throw SystemError("if_nametoindex", interface) }
        let subject = listens ? "\(interface), UDP port \(port)" : interface
        let kind = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        descriptor = try Descriptor(socket(family == .ip6 ? AF_INET6 : AF_INET, kind, 0), from: "socket", subject)
        // Since Linux 5.7 anybody may. Where not, the arrival interface of each datagram is checked all the same.
        if setsockopt(descriptor.number, SOL_SOCKET, SO_BINDTODEVICE, interface, socklen_t(interface.utf8.count)) != 0 {
            guard errno == EPERM else { throw SystemError("SO_BINDTODEVICE", subject) }
        }
        switch family {
        case .ip6: try open6(listens, subject)
        case .ip4: try open4(listens, subject)
        }
    }

    private func open6(_ listens: Bool, _ subject: String) throws(SystemError) {
        let level = Int32(IPPROTO_IPV6)
        try set(level, IPV6_V6ONLY, Int32(1), "IPV6_V6ONLY", subject)
        try set(level, IPV6_RECVPKTINFO, Int32(1), "IPV6_RECVPKTINFO", subject)
        try set(level, IPV6_MULTICAST_IF, Int32(bitPattern: index), "IPV6_MULTICAST_IF", subject)
        try set(level, IPV6_MULTICAST_HOPS, Int32(1), "IPV6_MULTICAST_HOPS", subject)
        try set(level, IPV6_UNICAST_HOPS, Int32(1), "IPV6_UNICAST_HOPS", subject)
        try bind(ip6([UInt8](repeating: 0, count: 16), port: listens ? port : 0), subject)
        guard listens else { return }
        var membership = ipv6_mreq()
        skein_in6_set(&membership.ipv6mr_multiaddr, Self.group6)
        membership.ipv6mr_interface = index
        try set(level, IPV6_ADD_MEMBERSHIP, membership, "IPV6_ADD_MEMBERSHIP", subject)
    }

    private func open4(_ listens: Bool, _ subject: String) throws(SystemError) {
        let level = Int32(IPPROTO_IP)
        try set(level, IP_PKTINFO, Int32(1), "IP_PKTINFO", subject)
        try set(level, IP_TTL, Int32(1), "IP_TTL", subject)
        var membership = ip_mreqn()
        membership.imr_multiaddr.s_addr = Self.group4.bigEndian
        membership.imr_ifindex = Int32(bitPattern: index)
        try set(level, IP_MULTICAST_IF, membership, "IP_MULTICAST_IF", subject)
        try bind(ip4(0, port: listens ? port : 0), subject)
        if listens { try set(level, IP_ADD_MEMBERSHIP, membership, "IP_ADD_MEMBERSHIP", subject) }
    }

    private func set<Value>(
        _ level: Int32, _ option: Int32, _ value: Value, _ call: String, _ subject: String
    ) throws(SystemError) {
        let status = withUnsafeBytes(of: value) {
            setsockopt(descriptor.number, level, option, $0.baseAddress, socklen_t($0.count))
        }
        guard status == 0 else { throw SystemError(call, subject) }
    }

    private func bind<Address>(_ address: Address, _ subject: String) throws(SystemError) {
        let source = source(address)
        let status = withSockaddr(source) { Glibc.bind(descriptor.number, $0, $1) }
        guard status == 0 else { throw SystemError("bind", subject) }
    }

    private func ip6(_ bytes: [UInt8], port: UInt16) -> sockaddr_in6 {
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = port.bigEndian
        address.sin6_scope_id = index
        skein_in6_set(&address.sin6_addr, bytes)
        return address
    }

    private func ip4(_ number: UInt32, port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = number.bigEndian
        return address
    }

    private func source<Address>(_ address: Address) -> Source {
        var source = Source()
        withUnsafeMutableBytes(of: &source.address) { room in
            withUnsafeBytes(of: address) { room.copyMemory(from: $0) }
        }
        source.length = socklen_t(MemoryLayout<Address>.size)
        return source
    }

    private func withSockaddr<Result>(
        _ source: Source, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        withUnsafePointer(to: source.address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, source.length) }
        }
    }

    // MARK: - Sending and receiving

    /// To whoever listens on this link. What a full queue or an interface that is down loses is said again later.
    package func ask(_ bytes: [UInt8]) -> SystemError? {
        switch family {
        case .ip6: send(bytes, to: source(ip6(Self.group6, port: port)))
        case .ip4: send(bytes, to: source(ip4(Self.group4, port: port)))
        }
    }

    @discardableResult
    package func send(_ bytes: [UInt8], to source: Source) -> SystemError? {
        let count = withSockaddr(source) {
            sendto(descriptor.number, bytes, bytes.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL), $0, $1)
        }
        guard count < 0, errno != EAGAIN, errno != EINTR else { return nil }
        return SystemError("sendto", interface)
    }

    /// The next datagram that came in by this interface from this link; nil when none has by the deadline.
    package func receive(until deadline: Instant) -> (bytes: [UInt8], source: Source)? {
        while true {
            var source = Source()
            var arrival: UInt32 = 0
            let count = skein_receive(descriptor.number, &buffer, buffer.count, &source.address, &arrival)
            if count >= 0 {
                guard arrival == index, count <= buffer.count, isNear(source) else { continue }
                source.length = socklen_t(
                    family == .ip6 ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size)
                return (Array(buffer.prefix(count)), source)
            }
            // Somebody closed the port that we answered to: told here, and no matter.
            if errno == ECONNREFUSED { continue }
            let left = deadline - MonotonicClock.now()
            guard left > .zero else { return nil }
            var watched = pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
            _ = poll(&watched, 1, Int32(clamping: (left.nanoseconds + 999_999) / 1_000_000))
        }
    }

    /// IPv4 does not show how far a datagram has come.
    private func isNear(_ source: Source) -> Bool {
        withUnsafeBytes(of: source.address) { bytes in
            switch (family, Int32(source.address.ss_family)) {
            case (.ip6, AF_INET6): LinkAddress(linkLocal: bytes.loadUnaligned(as: sockaddr_in6.self).sin6_addr) != nil
            case (.ip4, AF_INET): true
            default: false
            }
        }
    }
}
