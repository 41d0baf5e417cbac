import Glibc
import SkeinLinux
import SkeinWire

/// A UDP socket on 127.0.0.1 that talks to one other. What is measured on loopback uses it on both sides of a comparison, so
/// that the kernel's part is the same.
package final class LoopbackSocket: Sendable {
    /// Whole datagrams of this size at most.
    private static let datagramBytesMax = Envelope.datagramBytesMax

    package let descriptor: Descriptor
    package let port: UInt16

    /// `bufferBytes`: what may wait unread.
    package init(bufferBytes: Int32) throws(SystemError) {
        let subject = "127.0.0.1"
        let kind = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let opened = try Descriptor(socket(AF_INET, kind, 0), from: "socket", subject)
        for option in [SO_RCVBUF, SO_SNDBUF] {
            var bytes = bufferBytes
            setsockopt(opened.number, SOL_SOCKET, option, &bytes, socklen_t(MemoryLayout<Int32>.size))
        }
        var address = Self.address(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        guard Self.with(&address, { bind(opened.number, $0, length) }) == 0 else { throw SystemError("bind", subject) }
        guard Self.with(&address, { getsockname(opened.number, $0, &length) }) == 0 else {
            throw SystemError("getsockname", subject)
        }
        descriptor = opened
        port = UInt16(bigEndian: address.sin_port)
    }

    /// Two that talk to each other.
    static func pair(bufferBytes: Int32) throws(BenchError) -> (near: LoopbackSocket, far: LoopbackSocket) {
        try BenchError.wrap { () throws(SystemError) in
            let (near, far) = (
                try LoopbackSocket(bufferBytes: bufferBytes), try LoopbackSocket(bufferBytes: bufferBytes)
            )
            try near.connect(to: far.port)
            try far.connect(to: near.port)
            return (near, far)
        }
    }

    /// From now on this is whom it sends to and hears.
    package func connect(to port: UInt16) throws(SystemError) {
        var address = Self.address(port: port)
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        guard Self.with(&address, { Glibc.connect(descriptor.number, $0, length) }) == 0 else {
            throw SystemError("connect", "127.0.0.1 port \(port)")
        }
    }

    private static func address(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    private static func with(_ address: inout sockaddr_in, _ body: (UnsafeMutablePointer<sockaddr>) -> Int32) -> Int32 {
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0) }
        }
    }

    /// False: the socket is full, or the other one is gone.
    @discardableResult
    package func send(_ datagram: UnsafeRawBufferPointer) -> Bool {
        Glibc.send(descriptor.number, datagram.baseAddress, datagram.count, Int32(MSG_NOSIGNAL)) >= 0
    }

    /// One datagram into `buffer`; nil: there is none.
    package func receive(into buffer: UnsafeMutableRawBufferPointer) -> Int? {
        let count = recv(descriptor.number, buffer.baseAddress, buffer.count, 0)
        return count >= 0 ? count : nil
    }

    /// Who has sent what comes next; nil: nothing waits.
    package func peek() -> UInt16? {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        var byte: UInt8 = 0
        let count = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                recvfrom(descriptor.number, &byte, 1, Int32(MSG_PEEK), $0, &length)
            }
        }
        return count >= 0 ? UInt16(bigEndian: address.sin_port) : nil
    }

    /// Until something has come or the span is over.
    package func wait(_ span: Duration) { _ = descriptor.use { Waiting.untilReadable($0, within: span) } }
}
