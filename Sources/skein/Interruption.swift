import Glibc
import Synchronization

/// Ctrl-C, and its kin from a supervisor. The first is noted and the work in hand brought to an end; a second one ends the
/// process at once.
enum Interruption {
    private static let signalNumber = Atomic<Int32>(0)

    static var isNoted: Bool { signalNumber.load(ordering: .relaxed) != 0 }

    static func note() {
        // Whoever started us may have had them blocked, and that is inherited.
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGINT, SIGTERM, SIGHUP] {
            sigaddset(&signals, number)
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { number in
                Interruption.signalNumber.store(number, ordering: .relaxed)
            }
            action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND)) | SA_RESTART
            sigaction(number, &action, nil)
        }
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    }

    static func dieIfNoted() { if isNoted { die() } }

    /// Dies of the signal that was noted, as whoever sent it expects.
    static func die() -> Never {
        let number = signalNumber.load(ordering: .relaxed)
        signal(number, SIG_DFL)
        raise(number)
        exit(128 + number)
    }
}
