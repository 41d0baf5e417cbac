import CSkeinLinux
import Glibc

/// What the two ends of the local socket share: AF_UNIX SOCK_SEQPACKET (unix(7)), whole messages in order, at most
/// 64 KiB each. What the messages say is not known here.
enum LocalSocket {
    static let messageBytesMax = 65_536

    static func open(nonBlocking: Bool) -> Int32 {
        let flags = Int32(SOCK_CLOEXEC.rawValue) | (nonBlocking ? Int32(SOCK_NONBLOCK.rawValue) : 0)
        return socket(AF_UNIX, Int32(SOCK_SEQPACKET.rawValue) | flags, 0)
    }

    /// What one attempt to send led to.
    enum Sent: Equatable {
        case taken
        /// The other end reads too slowly; wait until it can be written.
        case full
        case ended(Int32)
    }

    static func send(_ message: [UInt8], over descriptor: Descriptor) -> Sent {
        while true {
            let count = Glibc.send(
                descriptor.number, message, message.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
            if count >= 0 { return .taken }
            switch errno {
            case EINTR: continue
            case EAGAIN, ENOBUFS: return .full
            default: return .ended(errno)
            }
        }
    }

    enum Received: Equatable {
        case message([UInt8])
        case nothing
        /// Longer than a message may be.
        case tooLong(Int)
        /// Zero: the other end has closed.
        case ended(Int32)
    }

    /// Reads into `buffer`, which holds `messageBytesMax` bytes and is there so that nothing is allocated for a wait.
    static func receive(over descriptor: Descriptor, buffer: inout [UInt8]) -> Received {
        while true {
            let count = recv(
                descriptor.number, &buffer, buffer.count, Int32(MSG_DONTWAIT) | Int32(MSG_TRUNC))
            if count > messageBytesMax { return .tooLong(count) }
            if count > 0 { return .message(Array(buffer[..<count])) }
            // SEQPACKET cannot tell an empty message from the end, so an empty message is none.
            if count == 0 { return .ended(0) }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .nothing
            default: return .ended(errno)
            }
        }
    }
}
