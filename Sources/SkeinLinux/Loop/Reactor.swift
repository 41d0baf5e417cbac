import CSkeinLinux
import Glibc
import SkeinWire

/// Waits for descriptors and for one deadline: epoll (epoll(7)), and a timerfd on the daemon's clock in it.
///
/// A descriptor is registered with a token that its owner chooses; wake-ups name tokens. Level-triggered: what is not
/// dealt with is told again. A closed descriptor leaves by itself (`remove` first when it is shared). The deadline is a
/// timerfd and not epoll_pwait2's timeout, since that stops while the machine is suspended and is rounded up by the
/// thread's timer slack. Nothing is allocated at a wake-up. One thread owns it.
package final class Reactor {
    /// What a descriptor is waited for.
    package struct Interest: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        package static let reading = Interest(rawValue: EPOLLIN.rawValue)
        package static let writing = Interest(rawValue: EPOLLOUT.rawValue)
    }

    /// A descriptor's owner as the loop knows it: an area of the daemon and a number in it.
    package struct Token: Hashable, Sendable {
        package var area: UInt32
        package var index: UInt32
        package init(area: UInt32, index: UInt32 = 0) {
            self.area = area
            self.index = index
        }
        fileprivate init(data: UInt64) {
            area = UInt32(truncatingIfNeeded: data >> 32)
            index = UInt32(truncatingIfNeeded: data)
        }
        fileprivate var data: UInt64 { UInt64(area) << 32 | UInt64(index) }
    }

    /// One descriptor that has something. An error or a hang-up counts as readable: the read that follows says which.
    package struct Ready {
        package var token: Token
        package var isReadable: Bool
        package var isWritable: Bool
    }

    /// Wake-ups taken at once; with more ready, the rest comes at the next wait.
    private static let readyMax = 64
    private static let timerToken = Token(area: .max, index: .max)

    private let epoll: Descriptor
    private let timer: Descriptor
    private let events: UnsafeMutablePointer<epoll_event>
    /// What the timer is set to; nil when it is disarmed or has fired.
    private var armed: Instant?

    package init() throws(SystemError) {
        epoll = try Descriptor(epoll_create1(Int32(EPOLL_CLOEXEC)), from: "epoll_create1", "event loop")
        timer = try Descriptor(
            timerfd_create(CLOCK_BOOTTIME, Int32(TFD_CLOEXEC) | Int32(TFD_NONBLOCK)), from: "timerfd_create",
            "event loop")
        events = .allocate(capacity: Self.readyMax)
        events.initialize(repeating: epoll_event(), count: Self.readyMax)
        // Edge-triggered, so that a fired timer need not be read before it is set again.
        try control(EPOLL_CTL_ADD, timer, events: EPOLLIN.rawValue | skein_epoll_edge, Self.timerToken)
    }

    deinit { events.deallocate() }

    /// Readable while one of its descriptors is ready: for a reactor within another's loop (epoll(7)). Its own deadline may
    /// wake the outer one for nothing.
    package var descriptor: Descriptor { epoll }

    package func add(_ descriptor: Descriptor, _ token: Token, for interest: Interest) throws(SystemError) {
        precondition(token != Self.timerToken, "the timer's token is taken")
        try control(EPOLL_CTL_ADD, descriptor, events: interest.rawValue, token)
    }

    package func change(_ descriptor: Descriptor, _ token: Token, to interest: Interest) throws(SystemError) {
        try control(EPOLL_CTL_MOD, descriptor, events: interest.rawValue, token)
    }

    package func remove(_ descriptor: Descriptor) {
        // It can only fail for a descriptor that is not there, which is what is wanted.
        _ = epoll_ctl(epoll.number, EPOLL_CTL_DEL, descriptor.number, nil)
    }

    private func control(_ operation: Int32, _ descriptor: Descriptor, events: UInt32, _ token: Token)
        throws(SystemError)
    {
        var event = epoll_event(events: events, data: epoll_data_t(u64: token.data))
        guard epoll_ctl(epoll.number, operation, descriptor.number, &event) == 0 else {
            throw SystemError("epoll_ctl", "event loop")
        }
    }

    /// Sleeps until something is ready or the deadline has passed, and hands over what is ready. A deadline that has
    /// passed only collects. Early wake-ups are ordinary.
    package func wait(until deadline: Instant?, _ take: (Ready) -> Void) {
        let timeout: Int32 =
            deadline.map { arm($0) }
            ?? {
                disarm(); return -1
            }()
        let count = epoll_wait(epoll.number, events, Int32(Self.readyMax), timeout)
        guard count > 0 else {
            precondition(count == 0 || errno == EINTR, "epoll_wait: \(SystemError.text(errno))")
            return
        }
        for index in 0..<Int(count) {
            let event = events[index]
            let token = Token(data: event.data.u64)
            if token == Self.timerToken {
                armed = nil
                continue
            }
            let ended = EPOLLERR.rawValue | EPOLLHUP.rawValue
            take(
                Ready(
                    token: token, isReadable: event.events & (EPOLLIN.rawValue | ended) != 0,
                    isWritable: event.events & (EPOLLOUT.rawValue | ended) != 0))
        }
    }

    /// The timeout for epoll_wait: none at all, or until the timer fires.
    private func arm(_ deadline: Instant) -> Int32 {
        guard deadline != .distantFuture else {
            disarm()
            return -1
        }
        guard deadline > MonotonicClock.now() else { return 0 }
        if armed != deadline { set(deadline.nanoseconds) }
        armed = deadline
        return -1
    }

    private func disarm() {
        guard armed != nil else { return }
        set(0)
        armed = nil
    }

    /// Absolute time; zero disarms (timerfd_settime(2)).
    private func set(_ nanoseconds: Int64) {
        var setting = itimerspec()
        setting.it_value.tv_sec = Int(nanoseconds / 1_000_000_000)
        setting.it_value.tv_nsec = Int(nanoseconds % 1_000_000_000)
        let status = timerfd_settime(timer.number, Int32(TFD_TIMER_ABSTIME), &setting, nil)
        precondition(status == 0, "timerfd_settime: \(SystemError.text(errno))")
    }
}
