import Glibc
import SkeinPeer

/// How a process ended, as wait4(2) tells, and what that means.
struct ProgramEnd {
    /// As wait(2) has it.
    var status: Int32
    var processorTime: Duration
    /// The most that any of its processes had in memory.
    var peakKiB: Int
    /// What the child could not do before it became the program; nil: nothing.
    var startError: Int32?
    var lastWords: String

    /// Ended by a signal, itself or, as shells tell it, the program that it waited for.
    private var signal: Int32? {
        let own = status & 0x7F
        if own != 0 { return own }
        return (129...128 + 64).contains(code) ? code - 128 : nil
    }

    private var code: Int32 { status >> 8 & 0xFF }

    /// Nil: it ended well.
    func failure(_ spec: KernelSpec, ownPeakKiB: Int) -> ProgramFailure? {
        if let startError { return .notStarted(SystemError.text(startError)) }
        guard status != 0 else { return nil }
        if spec.confinement == .bubblewrap, code == 1, lastWords.hasPrefix(Self.boxPrefix) {
            return .noBox(String(lastWords.dropFirst(Self.boxPrefix.count)))
        }
        if let limit = spec.processorTimeMax, isBeyond(limit) { return .processorTime(limit) }
        if hadTooLittleMemory(spec, ownPeakKiB: ownPeakKiB) {
            return .memory(limitMiB: spec.memoryMiB, lastWords: lastWords)
        }
        if let signal { return .signalled(signal, lastWords: lastWords) }
        return .exited(code: code, lastWords: lastWords)
    }

    /// SIGXCPU comes when the kernel's ticks reach the limit (setrlimit(2)); the time that is told at the end is counted finer,
    /// and may be a little less.
    private func isBeyond(_ limit: Duration) -> Bool {
        switch signal {
        case SIGXCPU: true
        case SIGKILL: processorTime >= limit
        default: false
        }
    }

    private static let boxPrefix = "bwrap: "
    /// As C, C++, Python, Rust and Go say it.
    private static let complaints = [
        "memoryerror", "bad_alloc", "cannot allocate memory", "out of memory", "memory allocation",
    ]

    /// An allocation beyond the limit fails in the program, which then ends as it likes: there is no sure sign. A peak near
    /// the limit is one; a child's counts from its parent's at the fork, so one that is not above ours says nothing.
    private func hadTooLittleMemory(_ spec: KernelSpec, ownPeakKiB: Int) -> Bool {
        let isNear = peakKiB >= spec.memoryMiB * 1_024 / 10 * 9 && peakKiB > ownPeakKiB + 1_024
        let words = lastWords.lowercased()
        return isNear || Self.complaints.contains { words.contains($0) }
    }

    static var ownPeakKiB: Int {
        var usage = rusage()
        return getrusage(RUSAGE_SELF.rawValue, &usage) == 0 ? usage.ru_maxrss : 0
    }
}
