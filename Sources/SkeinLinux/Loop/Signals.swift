import CSkeinLinux
import Glibc

/// Signals as readable events of the loop (signalfd(2)). Make it before any other thread starts: the blocked set is
/// inherited, and a thread that did not inherit it would take the signal in the old, deadly way.
package final class Signals {
    package let descriptor: Descriptor

    /// Blocks `numbers` for this thread and those it starts, and ignores SIGPIPE: a reader that goes away is an EPIPE.
    package init(_ numbers: [Int32]) throws(SystemError) {
        var set = sigset_t()
        sigemptyset(&set)
        for number in numbers { sigaddset(&set, number) }
        let status = pthread_sigmask(SIG_BLOCK, &set, nil)
        guard status == 0 else { throw SystemError("pthread_sigmask", "signals", number: status) }
        guard skein_ignore_signal(SIGPIPE) == 0 else { throw SystemError("signal", "SIGPIPE") }
        descriptor = try Descriptor(
            signalfd(-1, &set, Int32(SFD_CLOEXEC) | Int32(SFD_NONBLOCK)), from: "signalfd", "signals")
    }

    /// The next signal that has arrived, nil when there is none.
    package func take() -> Int32? {
        var info = signalfd_siginfo()
        let count = read(descriptor.number, &info, MemoryLayout<signalfd_siginfo>.size)
        guard count == MemoryLayout<signalfd_siginfo>.size else { return nil }
        return Int32(info.ssi_signo)
    }
}
