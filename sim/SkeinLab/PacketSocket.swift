import Glibc
import SkeinLinux

/// One end of an AF_UNIX SOCK_SEQPACKET connection (unix(7)): whole messages, in order, never waited for.
package struct PacketSocket {
    package let descriptor: Descriptor

    package init(_ descriptor: Descriptor) { self.descriptor = descriptor }

    /// Takes over an inherited descriptor.
    package init(inherited number: Int32) throws(SystemError) {
        descriptor = try Descriptor(number, from: "socket", "inherited descriptor \(number)")
        let flags = fcntl(number, F_GETFL)
        guard flags >= 0, fcntl(number, F_SETFL, flags | O_NONBLOCK) == 0, fcntl(number, F_SETFD, FD_CLOEXEC) == 0
        else { throw SystemError("fcntl", "inherited descriptor \(number)") }
    }

    /// Both ends of a new connection.
    package static func pair() throws(SystemError) -> (PacketSocket, PacketSocket) {
        var numbers: [Int32] = [-1, -1]
        let status = socketpair(AF_UNIX, Self.kind, 0, &numbers)
        guard status == 0 else { throw SystemError("socketpair", "laboratory") }
        return (
            PacketSocket(try Descriptor(numbers[0], from: "socketpair", "laboratory")),
            PacketSocket(try Descriptor(numbers[1], from: "socketpair", "laboratory"))
        )
    }

    package static func listening(at path: String) throws(SystemError) -> Descriptor {
        let descriptor = try Descriptor(socket(AF_UNIX, Self.kind, 0), from: "socket", path)
        guard let address = UnixAddress(path: path) else { throw SystemError("bind", path, number: ENAMETOOLONG) }
        let status = address.withSockaddr { pointer, length in descriptor.use { bind($0, pointer, length) } }
        guard status == 0 else { throw SystemError("bind", path) }
        guard descriptor.use({ listen($0, SOMAXCONN) }) == 0 else { throw SystemError("listen", path) }
        return descriptor
    }

    /// The next connection of a listening socket; nil: none. Throws when the system has no descriptor or memory for it:
    /// what waits would keep the listener readable, and the caller's loop spinning.
    package static func accept(on listener: Descriptor) throws(SystemError) -> PacketSocket? {
        let number = listener.use { Glibc.accept($0, nil, nil) }
        if number < 0, [EAGAIN, EINTR, ECONNABORTED].contains(errno) { return nil }
        guard number >= 0 else { throw SystemError("accept", "the robots' bodies") }
        return try PacketSocket(inherited: number)
    }

    private static var kind: Int32 {
        Int32(SOCK_SEQPACKET.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
    }

    /// False: the other end is full or gone; the message is lost, and the end is seen by `receive`.
    @discardableResult
    package func send(_ message: [UInt8]) -> Bool {
        while true {
            let count = Glibc.send(
                descriptor.number, message, message.count,
                Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
            if count >= 0 { return true }
            guard errno == EINTR else { return false }
        }
    }

    package enum Received {
        case message([UInt8])
        case nothing
        case ended
    }

    /// A message longer than the buffer is cut; what reads it finds it malformed.
    package func receive(_ buffer: inout [UInt8]) -> Received {
        while true {
            let count = recv(descriptor.number, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            if count > 0 { return .message(Array(buffer[..<count])) }
            if count == 0 { return .ended }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .nothing
            default: return .ended
            }
        }
    }
}
