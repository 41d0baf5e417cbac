import CSkeinLinux
import Glibc
import SkeinWire
import Synchronization
import Testing

@testable import SkeinLinux

@Suite struct LoopTests {
    private static let port = Reactor.Token(area: 7, index: 3)

    @Test func `a passed deadline only collects`() throws {
        let reactor = try Reactor()
        let before = MonotonicClock.now()
        reactor.wait(until: before) { _ in Issue.record("nothing was registered") }
        #expect(MonotonicClock.now() - before < .seconds(1))
    }

    @Test func `the loop sleeps until its deadline and not a millisecond longer`() throws {
        let reactor = try Reactor()
        var lateness: [Duration] = []
        for _ in 0..<20 {
            let deadline = MonotonicClock.now() + .milliseconds(2)
            // Early wake-ups are ordinary, and so the wait is repeated as the daemon does.
            while MonotonicClock.now() < deadline { reactor.wait(until: deadline) { _ in } }
            lateness.append(MonotonicClock.now() - deadline)
        }
        // The best of twenty: the machine may be busy with other tests, the timer's grain is not its fault.
        #expect(try #require(lateness.min()) < .microseconds(500))
    }

    @Test func `a ready descriptor is told under its token until it is dealt with`() throws {
        let reactor = try Reactor()
        let counter = try EventCounter()
        try reactor.add(counter.descriptor, Self.port, for: .reading)
        counter.signal()
        for _ in 0..<2 {
            var told: [Reactor.Token] = []
            reactor.wait(until: MonotonicClock.now() + .seconds(5)) { told.append($0.token) }
            #expect(told == [Self.port])
        }
        counter.take()
        reactor.wait(until: MonotonicClock.now()) { _ in Issue.record("it was dealt with") }
    }

    @Test func `a deadline that moves nearer is not missed`() throws {
        let reactor = try Reactor()
        let counter = try EventCounter()
        try reactor.add(counter.descriptor, Self.port, for: .reading)
        counter.signal()
        reactor.wait(until: MonotonicClock.now() + .seconds(600)) { _ in }
        counter.take()
        let start = MonotonicClock.now()
        reactor.wait(until: start + .milliseconds(5)) { _ in }
        #expect(MonotonicClock.now() - start < .seconds(60))
    }

    @Test func `a log that nobody reads loses lines, says how many, and holds nobody up`() throws {
        var ends: [Int32] = [-1, -1]
        #expect(pipe(&ends) == 0)
        let reading = try Descriptor(ends[0], from: "pipe", "log")
        let writing = try Descriptor(ends[1], from: "pipe", "log")
        let log = LogLines(writing.number) { "\($0) lost" }
        let line = String(repeating: "x", count: 999)
        for _ in 0..<200 { log.write(line) }
        let lost = log.lost
        #expect(lost > 0)
        var bytes = [UInt8](repeating: 0, count: 300_000)
        let count = read(reading.number, &bytes, bytes.count)
        #expect(count == (200 - lost) * 1_000)
        log.write("at last")
        #expect(log.lost == 0)
        let rest = read(reading.number, &bytes, bytes.count)
        #expect(String(decoding: bytes[..<rest], as: UTF8.self) == "\(lost) lost\nat last\n")
        withExtendedLifetime((reading, writing)) {}
    }

    @Test func `a thread takes no signals, its maker the same ones as before`() throws {
        @Sendable func isBlocked() -> Bool {
            var mask = sigset_t()
            pthread_sigmask(SIG_BLOCK, nil, &mask)
            return sigismember(&mask, SIGUSR2) == 1
        }
        let before = isBlocked()
        let bell = try EventCounter()
        let thread = try Thread(name: "test") { if isBlocked() { bell.signal() } }
        thread.join()
        var watched = pollfd(fd: bell.descriptor.number, events: Int16(POLLIN), revents: 0)
        #expect(poll(&watched, 1, 0) == 1)
        #expect(isBlocked() == before)
    }

    @Test func `a descriptor is closed with its owner`() throws {
        var counter: EventCounter? = try EventCounter()
        let number = try #require(counter).descriptor.number
        #expect(fcntl(number, F_GETFD) >= 0)
        counter = nil
        // Another thread may have got the number in between; then it is at least not ours.
        var status = stat()
        #expect(fstat(number, &status) != 0 || counter == nil)
    }

    @Test func `an error names call, subject and reason`() {
        let error = SystemError("bind", "wlan0, UDP port 7447", number: EADDRINUSE)
        #expect(error.description == "wlan0, UDP port 7447: Address already in use (bind)")
    }

    @Test func `a blocked signal is read from the loop`() throws {
        let thread = try Thread(name: "signals") {
            do {
                let signals = try Signals([SIGHUP])
                #expect(signals.take() == nil)
                pthread_kill(pthread_self(), SIGHUP)
                #expect(signals.take() == SIGHUP)
                #expect(signals.take() == nil)
            } catch { Issue.record(error) }
        }
        thread.join()
    }

    @Test(arguments: ["@skein-notify-test", "file"])
    func `systemd is told on paths and abstract names`(kind: String) throws {
        let folder = try TemporaryFolder()
        let name = kind == "file" ? folder.path + "/notify" : "\(kind)-\(getpid())"
        let listener = try Descriptor(
            socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0), from: "socket", name)
        let address = try #require(UnixAddress(path: name))
        #expect(address.withSockaddr { bind(listener.number, $0, $1) } == 0)
        let notifier = Notifier(socketName: name, watchdogMicroseconds: 3_000_000)
        #expect(notifier.watchdogInterval == .milliseconds(1_500))
        func next() -> String {
            var buffer = [UInt8](repeating: 0, count: 512)
            let count = recv(listener.number, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
        }
        notifier.ready(status: "one\ntwo")
        #expect(next() == "READY=1\nSTATUS=one two")
        notifier.watchdog()
        #expect(next() == "WATCHDOG=1")
        notifier.reloading()
        #expect(next().hasPrefix("RELOADING=1\nMONOTONIC_USEC="))
        notifier.stopping()
        #expect(next() == "STOPPING=1")
    }

    /// A thread of its own, so that the test's stays what it is. Where nobody may give the limit, the second half is the first again.
    @Test func `a loop takes real-time priority only where it was given the limit, and what it makes is ordinary`()
        throws
    {
        let seen = Mutex<[Int32]>([])
        let isGiven = Mutex(false)
        @Sendable func note(_ number: Int32) { seen.withLock { $0.append(number) } }
        try Thread(name: "loop") {
            let realTime = __rlimit_resource_t(14)  // RLIMIT_RTPRIO, a macro that module Glibc leaves out
            var none = rlimit()
            getrlimit(realTime, &none)
            none.rlim_cur = 0
            setrlimit(realTime, &none)
            note(skein_raise_thread())
            note(sched_getscheduler(0))
            var some = rlimit(rlim_cur: 1, rlim_max: max(1, none.rlim_max))
            isGiven.withLock { $0 = setrlimit(realTime, &some) == 0 }
            note(skein_raise_thread())
            note(sched_getscheduler(0) & 0xFF)
            try? Thread(name: "made") { note(sched_getscheduler(0)) }.join()
            setrlimit(realTime, &none)
        }.join()
        let (ordinary, roundRobin) = (Int32(0), Int32(2))
        let raised = isGiven.withLock { $0 } ? [1, roundRobin] : [0, ordinary]
        #expect(seen.withLock { $0 } == [0, ordinary] + raised + [ordinary])
    }

    @Test func `no manager, no words`() {
        let notifier = Notifier { _ in nil }
        notifier.ready(status: "nobody listens")
        #expect(notifier.watchdogInterval == nil)
        let other = Notifier { ["WATCHDOG_USEC": "1000000", "WATCHDOG_PID": "1"][$0] }
        #expect(other.watchdogInterval == nil)
    }
}
