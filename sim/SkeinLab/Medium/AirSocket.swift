import Glibc
import SkeinLinux
import SkeinWire

/// The medium's UDP socket on the loopback: whole frames in and out, never waited for. A robot's port is all of its
/// address that matters.
struct AirSocket {
    let descriptor: Descriptor
    let port: UInt16

    /// What the kernel is asked to hold for a medium that is late; it may give less (net.core.rmem_max).
    private static let queueBytes: Int32 = 4 << 20

    init() throws(SystemError) {
        let kind = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        descriptor = try Descriptor(socket(AF_INET, kind, 0), from: "socket", "the medium's port")
        var bytes = Self.queueBytes
        for option in [SO_RCVBUF, SO_SNDBUF] {
            setsockopt(descriptor.number, SOL_SOCKET, option, &bytes, socklen_t(MemoryLayout<Int32>.size))
        }
        var isWanted: Int32 = 1
        setsockopt(
            descriptor.number, SOL_SOCKET, SO_TIMESTAMPNS, &isWanted, socklen_t(MemoryLayout<Int32>.size))
        var address = Self.loopback(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let number = descriptor.number
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { socket in
                bind(number, socket, length) == 0 && getsockname(number, socket, &length) == 0
            }
        }
        guard isBound else { throw SystemError("bind", "127.0.0.1") }
        port = UInt16(bigEndian: address.sin_port)
    }

    private static func loopback(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    struct Received {
        let frame: ArraySlice<UInt8>
        let port: UInt16
        /// When the kernel took it from the sender, on the machine's clock; nil: it did not say.
        let sentAt: Instant?
    }

    /// The next frame; nil: none. `clockOffset`: what the clock of the kernel's stamps is ahead of the machine's.
    func receive(_ buffer: inout [UInt8], clockOffset: Int64) -> Received? {
        var address = sockaddr_in()
        // One control message (cmsg(3), 64 bit): its length, level and type in 32 bits each, seconds and nanoseconds.
        var control: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        var header = msghdr()
        let count = buffer.withUnsafeMutableBytes { bytes in
            withUnsafeMutablePointer(to: &address) { source in
                withUnsafeMutableBytes(of: &control) { control in
                    var vector = iovec(iov_base: bytes.baseAddress, iov_len: bytes.count)
                    return withUnsafeMutablePointer(to: &vector) { vector in
                        header.msg_name = UnsafeMutableRawPointer(source)
                        header.msg_namelen = socklen_t(MemoryLayout<sockaddr_in>.size)
                        header.msg_iov = vector
                        header.msg_iovlen = 1
                        header.msg_control = control.baseAddress
                        header.msg_controllen = control.count
                        return recvmsg(descriptor.number, &header, Int32(MSG_DONTWAIT))
                    }
                }
            }
        }
        guard count >= 0 else { return nil }
        let level = Int32(truncatingIfNeeded: control.1)
        let kind = Int32(truncatingIfNeeded: control.1 >> 32)
        let isStamp =
            header.msg_controllen >= MemoryLayout.size(ofValue: control) && level == SOL_SOCKET
            && kind == SO_TIMESTAMPNS && Int(control.0) == MemoryLayout.size(ofValue: control)
        let sentAt =
            isStamp
            ? Instant(
                nanoseconds: Int64(bitPattern: control.2) &* 1_000_000_000 &+ Int64(bitPattern: control.3)
                    &- clockOffset) : nil
        return Received(frame: buffer[..<count], port: UInt16(bigEndian: address.sin_port), sentAt: sentAt)
    }

    /// The kernel stamps by CLOCK_REALTIME (socket(7)), which somebody may set; so it is read anew for each batch.
    static func clockOffset() -> Int64 {
        var time = timespec()
        guard clock_gettime(CLOCK_REALTIME, &time) == 0 else { preconditionFailure("no CLOCK_REALTIME") }
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec) - MonotonicClock.now().nanoseconds
    }

    /// False: not taken, as when the hearer's queue is gone.
    func send(_ frame: [UInt8], to port: UInt16) -> Bool {
        var address = Self.loopback(port: port)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { target in
                sendto(
                    descriptor.number, frame, frame.count, Int32(MSG_DONTWAIT), target,
                    socklen_t(MemoryLayout<sockaddr_in>.size)) == frame.count
            }
        }
    }
}
