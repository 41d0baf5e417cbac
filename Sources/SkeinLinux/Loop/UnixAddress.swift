import CSkeinLinux
import Glibc

/// The address of a local socket (unix(7)): a path, or with a leading `@` a name in the abstract space.
package struct UnixAddress: Sendable {
    package let path: String
    private let address: sockaddr_un
    private let length: socklen_t

    /// sun_path holds 108 bytes, one of them the closing zero of a path.
    package static let pathBytesMax = 107

    /// Nil when the path is empty, holds a zero byte or is too long.
    package init?(path: String) {
        let bytes = Array(path.utf8)
        guard !bytes.isEmpty, bytes.count <= Self.pathBytesMax, !bytes.contains(0) else { return nil }
        self.path = path
        let isAbstract = bytes[0] == UInt8(ascii: "@")
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { buffer in
            buffer.copyBytes(from: bytes)
            if isAbstract { buffer[0] = 0 }
        }
        self.address = address
        let header = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2
        // An abstract name ends with its length, a path with its zero.
        length = socklen_t(header + bytes.count + (isAbstract ? 0 : 1))
    }

    package func withSockaddr<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
        }
    }
}
