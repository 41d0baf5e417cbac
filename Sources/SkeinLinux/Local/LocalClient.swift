import CSkeinLinux
import Glibc
import SkeinWire

/// A tool's end of the local socket, and the supervisor's of the laboratory. Waits at most as long as it is told; a
/// program that waits for more than this one watches `descriptor` itself. One thread owns it.
package final class LocalClient {
    package let path: String
    package let descriptor: Descriptor
    private var buffer = [UInt8](repeating: 0, count: LocalSocket.messageBytesMax)

    /// Connects at once: a local connection needs no time. `unreachable` when no daemon listens (exit code 3).
    package init(path: String) throws(LocalError) {
        guard let address = UnixAddress(path: path) else { throw .badPath(path) }
        self.path = path
        descriptor = try LocalError.wrapping { () throws(SystemError) in
            try Descriptor(LocalSocket.open(nonBlocking: true), from: "socket", path)
        }
        guard address.withSockaddr({ connect(descriptor.number, $0, $1) }) == 0 else {
            let error = SystemError("connect", path)
            switch error.number {
            case ENOENT, ECONNREFUSED, EAGAIN: throw .unreachable(path, reason: error.reason)
            default: throw .system(error)
            }
        }
    }

    /// Sends, waiting while the daemon is busy.
    package func send(_ message: [UInt8], until deadline: Instant) throws(LocalError) {
        precondition(!message.isEmpty && message.count <= LocalSocket.messageBytesMax, "\(message.count) bytes")
        while true {
            switch LocalSocket.send(message, over: descriptor) {
            case .taken: return
            case .full:
                guard wait(for: Int16(POLLOUT), until: deadline) else { throw .busy(path) }
            case .ended(let number): throw ended(number, "send")
            }
        }
    }

    /// The next message; nil when none has come by the deadline.
    package func receive(until deadline: Instant) throws(LocalError) -> [UInt8]? {
        while true {
            switch LocalSocket.receive(over: descriptor, buffer: &buffer) {
            case .message(let message): return message
            case .nothing:
                guard wait(for: Int16(POLLIN), until: deadline) else { return nil }
            case .tooLong(let bytes):
                throw .system(SystemError("recv of \(bytes) bytes", path, number: EMSGSIZE))
            case .ended(let number): throw ended(number, "recv")
            }
        }
    }

    private func ended(_ number: Int32, _ call: String) -> LocalError {
        switch number {
        case 0, ECONNRESET, EPIPE: .closed(path)
        default: .system(SystemError(call, path, number: number))
        }
    }

    /// False when the deadline has passed. Rounded up to poll(2)'s milliseconds: a tool can wait one longer.
    private func wait(for events: Int16, until deadline: Instant) -> Bool {
        while true {
            let left = deadline == .distantFuture ? nil : (deadline - MonotonicClock.now()).nanoseconds
            if let left, left <= 0 { return false }
            let timeout = left.map { Int32(clamping: ($0 + 999_999) / 1_000_000) } ?? -1
            var watched = pollfd(fd: descriptor.number, events: events, revents: 0)
            let count = poll(&watched, 1, timeout)
            if count > 0 { return true }
            if count < 0, errno != EINTR { return false }
        }
    }
}
