import CSkeinLinux
import Glibc

/// How a worker thread wakes the loop, and the loop a worker: a counter that is readable while it is not zero
/// (eventfd(2)).
package final class EventCounter: Sendable {
    package let descriptor: Descriptor

    package init() throws(SystemError) {
        descriptor = try Descriptor(
            eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK)), from: "eventfd", "wake-up")
    }

    package func signal() {
        var one: UInt64 = 1
        // Fails only when 2^64 - 2 signals are waiting: readable all the same.
        while write(descriptor.number, &one, 8) < 0, errno == EINTR {}
    }

    /// Back to zero.
    package func take() {
        var count: UInt64 = 0
        while read(descriptor.number, &count, 8) < 0, errno == EINTR {}
    }

    /// For a worker that has nothing else to wait for: sleeps until somebody signals or the time is up (-1: never), and
    /// takes.
    package func wait(milliseconds: Int32) {
        var watched = pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
        while poll(&watched, 1, milliseconds) < 0, errno == EINTR {}
        take()
    }
}
