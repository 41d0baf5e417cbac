import Glibc

/// Where a server listens: an IPv4 or IPv6 address and a port.
struct ListenAddress {
    private var storage = sockaddr_storage()
    private let host: String
    private let isIPv6: Bool

    /// `127.0.0.1:9464` or `[::1]:9464`.
    init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        host = String(text[..<colon])
        isIPv6 = host.hasPrefix("[") && host.hasSuffix("]")
        let bare = isIPv6 ? String(host.dropFirst().dropLast()) : host
        let family = isIPv6 ? AF_INET6 : AF_INET
        let isAddress = withUnsafeMutablePointer(to: &storage) { storage in
            storage.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { address in
                guard family == AF_INET else { return false }
                address.pointee.sin_family = sa_family_t(AF_INET)
                address.pointee.sin_port = port.bigEndian
                return inet_pton(AF_INET, bare, &address.pointee.sin_addr) == 1
            }
                || storage.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { address in
                    guard family == AF_INET6 else { return false }
                    address.pointee.sin6_family = sa_family_t(AF_INET6)
                    address.pointee.sin6_port = port.bigEndian
                    return inet_pton(AF_INET6, bare, &address.pointee.sin6_addr) == 1
                }
        }
        guard isAddress else { return nil }
    }

    /// Nobody but this machine reaches it.
    var isLoopback: Bool {
        isIPv6 ? host == "[::1]" : host.hasPrefix("127.")
    }

    func text(port: UInt16) -> String { "http://\(host):\(port)" }

    func withSockaddr<Result>(_ body: (UnsafePointer<sockaddr>) -> Result) -> Result {
        var storage = storage
        return withUnsafePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0) }
        }
    }
}
