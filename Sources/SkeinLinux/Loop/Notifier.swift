import CSkeinLinux
import Glibc
import SkeinWire

/// Tells systemd how the daemon fares (sd_notify(3)): one datagram of KEY=value lines to the socket that NOTIFY_SOCKET
/// names, a path or, with a leading `@`, an abstract name. Written by hand since it is ten lines and libsystemd is not
/// on every robot. Nothing it does can fail the daemon: a manager that does not listen is told nothing.
package final class Notifier {
    private let socket: Descriptor?
    private let address: UnixAddress?
    /// Half of WATCHDOG_USEC, as sd_watchdog_enabled(3) advises; nil when no watchdog watches this process.
    package let watchdogInterval: Duration?

    package init(socketName: String?, watchdogMicroseconds: Int64?) {
        address = socketName.flatMap { UnixAddress(path: $0) }
        socket =
            address == nil
            ? nil : try? Descriptor(Self.open(), from: "socket", "NOTIFY_SOCKET")
        watchdogInterval = watchdogMicroseconds.flatMap { $0 > 1 ? .microseconds($0 / 2) : nil }
    }

    /// From NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID of this process.
    package convenience init(environment value: (String) -> String?) {
        let isWatched = value("WATCHDOG_PID").map { $0 == String(getpid()) } ?? true
        self.init(
            socketName: value("NOTIFY_SOCKET"),
            watchdogMicroseconds: isWatched ? value("WATCHDOG_USEC").flatMap { Int64($0) } : nil)
    }

    package func ready(status: String) { tell("READY=1\nSTATUS=\(Self.line(status))") }

    package func status(_ text: String) { tell("STATUS=\(Self.line(text))") }

    package func watchdog() { tell("WATCHDOG=1") }

    /// To be followed by `ready` when the reload is over.
    package func reloading() { tell("RELOADING=1\nMONOTONIC_USEC=\(MonotonicClock.systemdMicroseconds())") }

    package func stopping() { tell("STOPPING=1") }

    /// A line break would begin another assignment.
    private static func line(_ text: String) -> String {
        String(text.map { $0.isNewline ? " " : $0 })
    }

    private static func open() -> Int32 {
        Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    }

    private func tell(_ text: String) {
        guard let socket, let address else { return }
        let bytes = Array(text.utf8)
        address.withSockaddr { pointer, length in
            _ = sendto(
                socket.number, bytes, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT), pointer,
                length)
        }
    }
}
