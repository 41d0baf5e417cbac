import CSkeinLinux
import Glibc
import SkeinPeer
import SkeinWire

/// A port's socket while its interface is up: bound to that interface, sending to its group, to its subnet or to one
/// neighbour, and saying for each datagram where it came from.
struct UDPSocket {
    /// Every Skein on the link, ff12::d36b:6569: link scope, and transient, since IANA has not assigned it (RFC 4291 §2.7).
    /// The last 32 bits of such a group begin with a one (RFC 3307 §4.3); without it they read "Skei".
    static let group: [UInt8] = [0xFF, 0x12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xD3, 0x6B, 0x65, 0x69]

    /// The kernel's own queue is kept short, since it knows no classes: 16 KiB (the kernel doubles it for its own
    /// overhead) is about twenty full datagrams, a fifth of a second at the 1 Mb/s at which multicast leaves a radio.
    private static let sendBufferBytes: Int32 = 16_384
    /// Room for what arrives while the peer is busy: a window of bulk, some 2.3 KiB a frame in the kernel. It gives no more
    /// than net.core.rmem_max, which many systems have at 208 KiB.
    private static let receiveBufferBytes: Int32 = 4_194_304

    let descriptor: Descriptor
    let interface: InterfaceAddress
    private let family: AirFamily
    private let port: UInt16
    /// The class that the socket's options are set to.
    private var marked: TrafficClass?

    init(_ name: String, _ interface: InterfaceAddress, _ family: AirFamily, port: UInt16) throws(SystemError) {
        self.interface = interface
        self.family = family
        self.port = port
        let subject = "\(name), UDP port \(port)"
        let domain = family == .ip6 ? AF_INET6 : AF_INET
        let kind = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        descriptor = try Descriptor(socket(domain, kind, 0), from: "socket", subject)
        // Since Linux 5.7 anybody may. Where not, the arrival interface of each datagram is checked all the same.
        if setsockopt(descriptor.number, SOL_SOCKET, SO_BINDTODEVICE, name, socklen_t(name.utf8.count)) != 0 {
            guard errno == EPERM else { throw SystemError("SO_BINDTODEVICE", subject) }
        }
        try set(SOL_SOCKET, SO_SNDBUF, Self.sendBufferBytes, "SO_SNDBUF", subject)
        try set(SOL_SOCKET, SO_RCVBUF, Self.receiveBufferBytes, "SO_RCVBUF", subject)
        switch family {
        case .ip6: try openIP6(subject)
        case .ip4: try openIP4(subject)
        }
    }

    private func openIP6(_ subject: String) throws(SystemError) {
        let level = Int32(IPPROTO_IPV6)
        try set(level, IPV6_V6ONLY, 1, "IPV6_V6ONLY", subject)
        try set(level, IPV6_RECVPKTINFO, 1, "IPV6_RECVPKTINFO", subject)
        try set(level, IPV6_MULTICAST_IF, Int32(bitPattern: interface.index), "IPV6_MULTICAST_IF", subject)
        try set(level, IPV6_MULTICAST_HOPS, 1, "IPV6_MULTICAST_HOPS", subject)
        try set(level, IPV6_MULTICAST_LOOP, 0, "IPV6_MULTICAST_LOOP", subject)
        try bind(ip6([UInt8](repeating: 0, count: 16), scope: 0), subject)
        var membership = ipv6_mreq()
        skein_in6_set(&membership.ipv6mr_multiaddr, Self.group)
        membership.ipv6mr_interface = interface.index
        let length = socklen_t(MemoryLayout<ipv6_mreq>.size)
        guard setsockopt(descriptor.number, level, IPV6_ADD_MEMBERSHIP, &membership, length) == 0 else {
            throw SystemError("IPV6_ADD_MEMBERSHIP", subject)
        }
    }

    private func openIP4(_ subject: String) throws(SystemError) {
        let level = Int32(IPPROTO_IP)
        try set(SOL_SOCKET, SO_BROADCAST, 1, "SO_BROADCAST", subject)
        try set(level, IP_PKTINFO, 1, "IP_PKTINFO", subject)
        // No router carries it on, nor an answer to it.
        try set(level, IP_TTL, 1, "IP_TTL", subject)
        try bind(ip4(0), subject)
    }

    private func set(_ level: Int32, _ option: Int32, _ value: Int32, _ call: String, _ subject: String)
        throws(SystemError)
    {
        var value = value
        guard setsockopt(descriptor.number, level, option, &value, socklen_t(MemoryLayout<Int32>.size)) == 0 else {
            throw SystemError(call, subject)
        }
    }

    private func bind<Address>(_ address: Address, _ subject: String) throws(SystemError) {
        let status = withSockaddr(address) { Glibc.bind(descriptor.number, $0, $1) }
        guard status == 0 else { throw SystemError("bind", subject) }
    }

    private func withSockaddr<Address, Result>(
        _ address: Address, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<Address>.size))
            }
        }
    }

    private func ip6(_ bytes: [UInt8], scope: UInt32) -> sockaddr_in6 {
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = port.bigEndian
        address.sin6_scope_id = scope
        skein_in6_set(&address.sin6_addr, bytes)
        return address
    }

    private func ip4(_ number: UInt32) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = number.bigEndian
        return address
    }

    enum Sent {
        case taken, full
        case failed(Int32)
    }

    mutating func send(_ item: OutgoingQueue.Item) -> Sent {
        mark(item.trafficClass)
        while true {
            let count =
                switch family {
                case .ip6: withSockaddr(ip6(destination6(item.address), scope: interface.index)) { send(item, $0, $1) }
                case .ip4: withSockaddr(ip4(destination4(item.address))) { send(item, $0, $1) }
                }
            if count >= 0 { return .taken }
            switch errno {
            case EINTR: continue
            // Not ENOBUFS: the kernel is short of memory, and EPOLLOUT would come at once, again and again.
            case EAGAIN: return .full
            default: return .failed(errno)
            }
        }
    }

    private func send(_ item: OutgoingQueue.Item, _ address: UnsafePointer<sockaddr>, _ length: socklen_t) -> Int {
        sendto(
            descriptor.number, item.datagram, item.datagram.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL), address,
            length)
    }

    private func destination6(_ address: LinkAddress?) -> [UInt8] {
        guard let address else { return Self.group }
        return [0xFE, 0x80, 0, 0, 0, 0, 0, 0]
            + (0..<8).map { UInt8(truncatingIfNeeded: address.number >> (56 - 8 * $0)) }
    }

    private func destination4(_ address: LinkAddress?) -> UInt32 {
        address.map { UInt32(truncatingIfNeeded: $0.number) } ?? interface.broadcast
    }

    /// Tells queues and radios how urgent what follows is. Without effect where the driver has one queue.
    private mutating func mark(_ trafficClass: TrafficClass) {
        guard marked != trafficClass else { return }
        marked = trafficClass
        let (level, option) =
            family == .ip6 ? (Int32(IPPROTO_IPV6), IPV6_TCLASS) : (Int32(IPPROTO_IP), IP_TOS)
        var codepoint = trafficClass.differentiatedServices << 2
        setsockopt(descriptor.number, level, option, &codepoint, socklen_t(MemoryLayout<Int32>.size))
        // After IP_TOS, which sets the priority too.
        var priority = trafficClass.socketPriority
        setsockopt(descriptor.number, SOL_SOCKET, SO_PRIORITY, &priority, socklen_t(MemoryLayout<Int32>.size))
    }

    enum Received {
        case datagram(count: Int, LinkAddress)
        case tooLong, foreign, own, nothing
        case failed(Int32)
    }

    /// One datagram into `buffer`.
    func receive(into buffer: inout [UInt8]) -> Received {
        var source = sockaddr_storage()
        var arrival: UInt32 = 0
        let count = skein_receive(descriptor.number, &buffer, buffer.count, &source, &arrival)
        guard count >= 0 else {
            return errno == EAGAIN || errno == EINTR ? .nothing : .failed(errno)
        }
        guard arrival == interface.index, let address = address(of: source) else { return .foreign }
        guard address != interface.address else { return .own }
        guard count <= PortCounters.datagramBytesMax else { return .tooLong }
        return .datagram(count: count, address)
    }

    private func address(of source: sockaddr_storage) -> LinkAddress? {
        withUnsafeBytes(of: source) { bytes in
            switch (family, Int32(source.ss_family)) {
            case (.ip6, AF_INET6): LinkAddress(linkLocal: bytes.loadUnaligned(as: sockaddr_in6.self).sin6_addr)
            case (.ip4, AF_INET):
                LinkAddress(UInt64(UInt32(bigEndian: bytes.loadUnaligned(as: sockaddr_in.self).sin_addr.s_addr)))
            default: nil
            }
        }
    }
}

extension TrafficClass {
    /// Differentiated services, such that 802.11's access categories come out as RFC 8325 would have them where the
    /// kernel maps by the three upper bits: CS6 voice, CS5 video, CS0 best effort, CS1 background.
    var differentiatedServices: Int32 {
        switch self {
        case .safety, .membership: 48
        case .control: 40
        case .task: 0
        case .bulk: 8
        }
    }

    /// For the kernel's queues (socket(7), SO_PRIORITY): 6 is the highest that needs no privilege; 0 is best effort and
    /// 1 is less than that (tc-prio(8)).
    var socketPriority: Int32 {
        switch self {
        case .safety, .membership: 6
        case .control: 4
        case .task: 0
        case .bulk: 1
        }
    }
}
