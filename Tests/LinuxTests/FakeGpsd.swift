import CSkeinLinux
import Glibc
import Testing

@testable import SkeinLinux

/// gpsd's words as it says them, on a socket of the test.
final class FakeGpsd {
    let port: UInt16
    private var listener: Descriptor
    private var client: Descriptor?

    init() throws { (listener, port) = try Self.bound(0) }

    /// A socket that has the port, which is nobody's as long as it does not listen; 0: any.
    private static func bound(_ port: UInt16) throws -> (Descriptor, UInt16) {
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let listener = try Descriptor(socket(AF_INET, kind, 0), from: "socket", "gpsd")
        var yes: Int32 = 1
        setsockopt(listener.number, SOL_SOCKET, SO_REUSEADDR, &yes, 4)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let number = listener.number
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(number, $0, length) == 0 ? getsockname(number, $0, &length) : -1
            }
        }
        guard status == 0 else { throw SystemError("bind", "gpsd") }
        return (listener, UInt16(bigEndian: address.sin_port))
    }

    func start() throws { try #require(listen(listener.number, 4) == 0) }

    /// Its process has ended: the connection is closed, and the next is refused.
    func stop() throws {
        client = nil
        // While it listens, nobody else can have its port; shut down, it does not.
        shutdown(listener.number, Int32(SHUT_RDWR))
        (listener, _) = try Self.bound(port)
    }

    /// Waits for the receiver, 10 s at most.
    func accept() throws {
        var watched = pollfd(fd: listener.number, events: Int16(POLLIN), revents: 0)
        try #require(poll(&watched, 1, 10_000) == 1)
        client = try Descriptor(Glibc.accept(listener.number, nil, nil), from: "accept", "gpsd")
        say(#"{"class":"VERSION","release":"3.22","rev":"3.22","proto_major":3,"proto_minor":14}"#)
    }

    func say(_ line: String) { try? client?.writeAll(Array((line + "\r\n").utf8), subject: "gpsd") }
}
