import Glibc
import SkeinLinux
import SkeinWire

/// A process of the laboratory: started, watched, measured, ended and buried here. Its stderr and stdout go to a log.
package final class ChildProcess {
    package let name: String
    package let pid: Int32
    package let logPath: String
    private let startedAt: Instant
    /// Nil: it runs. As wait(2) has it.
    private var status: Int32?
    private var endedAt: Instant?
    private var processorSeconds = 0.0
    private var residentBytesMax = 0
    /// When it was there to be measured, and what it had used.
    private var settled: (at: Instant, processorSeconds: Double)?
    package private(set) var idleProcessorFraction: Double?

    /// `descriptors`: ours, and what they are called there. `group` 0: it leads one of its own.
    package init(
        _ name: String, executable: String, arguments: [String], environment: [String], group: Int32,
        descriptors: [(ours: Descriptor, theirs: Int32)] = [], logPath: String
    ) throws(SystemError) {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        if !descriptors.contains(where: { $0.theirs == STDIN_FILENO }) {
            posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        }
        posix_spawn_file_actions_addopen(
            &actions, STDERR_FILENO, logPath, O_WRONLY | O_CREAT | O_APPEND, S_IRUSR | S_IWUSR)
        posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO)
        for (ours, theirs) in descriptors { posix_spawn_file_actions_adddup2(&actions, ours.number, theirs) }
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setpgroup(&attributes, group)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))
        var words = ([executable] + arguments).map { strdup($0) } + [nil]
        var variables = environment.map { strdup($0) } + [nil]
        defer { for text in words + variables { free(text) } }
        var pid: Int32 = 0
        // Only their numbers are named above: whoever had them last must not close them before.
        let code = withExtendedLifetime(descriptors) {
            posix_spawn(&pid, executable, &actions, &attributes, &words, &variables)
        }
        guard code == 0 else { throw SystemError("posix_spawn", executable, number: code) }
        self.name = name
        self.pid = pid
        self.logPath = logPath
        startedAt = MonotonicClock.now()
    }

    package var isRunning: Bool { status == nil }

    /// How it ended; nil: it runs.
    package var end: String? {
        guard let status else { return nil }
        let signal = status & 0x7F
        return signal == 0 ? "ended with code \(status >> 8 & 0xFF)" : "was ended by signal \(signal)"
    }

    /// Of one processor, over its whole life so far.
    package var processorFraction: Double {
        processorSeconds / max((endedAt ?? MonotonicClock.now()).seconds(since: startedAt), 1e-3)
    }

    package var residentBytes: Int { residentBytesMax }

    package func signal(_ number: Int32) {
        // A number that has been waited for may be somebody else's by now.
        if isRunning { kill(pid, number) }
    }

    /// Looks whether it has ended. `waits`: until it has.
    package func reap(waits: Bool = false) {
        guard isRunning else { return }
        var status: Int32 = 0
        var usage = rusage()
        while true {
            let found = wait4(pid, &status, waits ? 0 : WNOHANG, &usage)
            if found == pid { break }
            guard found < 0, errno == EINTR else { return }
        }
        self.status = status
        endedAt = MonotonicClock.now()
        processorSeconds = Self.seconds(usage.ru_utime) + Self.seconds(usage.ru_stime)
    }

    private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) * 1e-6 }

    // MARK: Measuring

    /// Reads what it uses now.
    package func measure() {
        guard isRunning else { return }
        var clock = clockid_t()
        var time = timespec()
        // Of all its threads, to the nanosecond (clock_getcpuclockid(3)); /proc has ticks of ten milliseconds.
        if clock_getcpuclockid(pid, &clock) == 0, clock_gettime(clock, &time) == 0 {
            processorSeconds = Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
        }
        residentBytesMax = max(residentBytesMax, residentBytesNow())
    }

    /// The second number of /proc/PID/statm, in pages (proc(5)).
    private func residentBytesNow() -> Int {
        guard let file = try? Descriptor(open("/proc/\(pid)/statm", O_RDONLY | O_CLOEXEC), from: "open", "statm"),
            let bytes = try? file.readAll(limit: 256, subject: "statm")
        else { return 0 }
        let words = String(decoding: bytes, as: UTF8.self).split(separator: " ")
        return words.count > 1 ? (Int(words[1]) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE))) : 0
    }

    /// Begins the span before the mission.
    package func beginIdle() {
        measure()
        settled = (MonotonicClock.now(), processorSeconds)
    }

    /// Ends it. A span too short says nothing.
    package func endIdle() {
        measure()
        guard let settled else { return }
        let span = MonotonicClock.now().seconds(since: settled.at)
        if span >= 1 { idleProcessorFraction = (processorSeconds - settled.processorSeconds) / span }
    }

    // MARK: Last words

    private static let lastLinesMax = 12
    private static let lastBytesMax = 4_096

    /// What it said last.
    package var lastLines: [String] {
        guard let file = try? Descriptor(open(logPath, O_RDONLY | O_CLOEXEC), from: "open", logPath) else { return [] }
        _ = file.use { lseek($0, max(0, lseek($0, 0, SEEK_END) - Self.lastBytesMax), SEEK_SET) }
        let bytes = (try? file.readAll(limit: 2 * Self.lastBytesMax, subject: logPath)) ?? nil
        return String(decoding: bytes ?? [], as: UTF8.self).split(separator: "\n").suffix(Self.lastLinesMax)
            .map { String($0) }
    }
}
