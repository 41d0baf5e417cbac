import CSkeinLinux
import Glibc
import SkeinWire

/// A serial line, raw (termios(3)): 8N1, no flow control, nothing translated, nobody's terminal. Nothing here waits: opening does
/// not ask for a carrier, reading and writing take what there is, and what the line has not sent when it is closed is thrown
/// away, since the kernel would wait for a controller that is gone.
package final class SerialLine {
    package let path: String
    package let descriptor: Descriptor

    /// What the line may hold of our own before more is written: 40 ms at 115200. What would wait longer is late anyway.
    static let queuedBytesMax: Int32 = 480

    package init(path: String, baud: Int) throws(SystemError) {
        self.path = path
        let flags = O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC
        descriptor = try Descriptor(open(path, flags), from: "open", path)
        var settings = termios()
        let number = descriptor.number
        guard tcgetattr(number, &settings) == 0 else { throw SystemError("tcgetattr", path) }
        cfmakeraw(&settings)
        settings.c_cflag &= ~(tcflag_t(CSTOPB) | tcflag_t(CRTSCTS))
        settings.c_cflag |= tcflag_t(CLOCAL) | tcflag_t(CREAD)
        guard let speed = Self.speed(baud), cfsetispeed(&settings, speed) == 0, cfsetospeed(&settings, speed) == 0
        else { throw SystemError("cfsetspeed \(baud)", path, number: EINVAL) }
        guard tcsetattr(number, TCSANOW, &settings) == 0 else { throw SystemError("tcsetattr", path) }
        // A second daemon is told that it is busy. Not TIOCEXCL, which would outlive a daemon that was killed.
        guard flock(number, LOCK_EX | LOCK_NB) == 0 else { throw SystemError("flock", path, number: EBUSY) }
        tcflush(number, TCIOFLUSH)
    }

    deinit { if queuedBytes > 0 { _ = descriptor.use { tcflush($0, TCOFLUSH) } } }

    private static func speed(_ baud: Int) -> speed_t? {
        switch baud {
        case 9_600: speed_t(B9600)
        case 19_200: speed_t(B19200)
        case 38_400: speed_t(B38400)
        case 57_600: speed_t(B57600)
        case 115_200: speed_t(B115200)
        case 230_400: speed_t(B230400)
        case 460_800: speed_t(B460800)
        case 500_000: speed_t(B500000)
        case 921_600: speed_t(B921600)
        case 1_000_000: speed_t(B1000000)
        default: nil
        }
    }

    /// Whole, or not at all: what is cut short would cost the controller the next frame too. False: no room.
    package func write(_ bytes: [UInt8]) throws(SystemError) -> Bool {
        guard queuedBytes <= Self.queuedBytesMax else { return false }
        let count = descriptor.use { Glibc.write($0, bytes, bytes.count) }
        if count == bytes.count { return true }
        guard count >= 0 || errno == EAGAIN || errno == EINTR else { throw SystemError("write", path) }
        return false
    }

    /// Until what was written is on its way, or for so long.
    func drain(_ limit: Duration) {
        let until = MonotonicClock.now() + limit
        while queuedBytes > 0, MonotonicClock.now() < until { usleep(1_000) }
    }

    private var queuedBytes: Int32 {
        var count: Int32 = 0
        return descriptor.use { ioctl($0, UInt(TIOCOUTQ), &count) } == 0 ? count : 0
    }

    /// What has come, at most the buffer; nil: nothing. Throws when the line is gone.
    package func read(into buffer: inout [UInt8]) throws(SystemError) -> Int? {
        let count = descriptor.use { Glibc.read($0, &buffer, buffer.count) }
        if count > 0 { return count }
        if count == 0 { throw SystemError("read", path, number: ENODEV) }
        guard errno == EAGAIN || errno == EINTR else { throw SystemError("read", path) }
        return nil
    }
}
