import Glibc

/// What the screen must hear of the system, wherever the program is: that it ends, stands still, goes on, has another
/// size. Handlers only write a byte into a pipe, which the screen waits on beside the keyboard. When the program
/// crashes, its last act is to give the terminal back as it was.
enum ScreenSignals {
    /// Written by handlers: the number of the signal.
    private nonisolated(unsafe) static var pipeEnd: Int32 = -1
    private nonisolated(unsafe) static var isEnding = false
    private nonisolated(unsafe) static var terminal: Int32 = -1
    private nonisolated(unsafe) static var farewell: UnsafeMutablePointer<UInt8>?
    private nonisolated(unsafe) static var farewellCount = 0
    private nonisolated(unsafe) static var modes = termios()
    private nonisolated(unsafe) static var hasModes = false

    static let ends = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]
    private static let changes = [SIGWINCH, SIGCONT, SIGTSTP]
    private static let crashes = [SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE]

    /// Returns the end to read from, or nil where the system has no more descriptors. `farewell` is what makes the
    /// terminal what it was.
    static func begin(terminal descriptor: Int32, modes original: termios?, farewell bytes: [UInt8]) -> Int32? {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        for end in ends {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
        pipeEnd = ends[1]
        isEnding = false
        terminal = descriptor
        if let original { modes = original }
        hasModes = original != nil
        let buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: max(bytes.count, 1))
        buffer.initialize(from: bytes, count: bytes.count)
        farewell = buffer
        farewellCount = bytes.count
        install()
        return ends[0]
    }

    static func end(readEnd: Int32) {
        for number in ends + changes + crashes { signal(number, SIG_DFL) }
        // Handlers are gone: nobody writes any more.
        Glibc.close(pipeEnd)
        Glibc.close(readEnd)
        pipeEnd = -1
        farewell?.deallocate()
        farewell = nil
    }

    private static func install() {
        var unblocked = sigset_t()
        sigemptyset(&unblocked)
        for number in ends + changes {
            handle(number, flags: SA_RESTART) { number in ScreenSignals.note(number) }
            sigaddset(&unblocked, number)
        }
        // A stack of its own: the other one may be what overflowed.
        var stack = stack_t()
        stack.ss_size = 64 * 1_024
        stack.ss_sp = crashStack
        sigaltstack(&stack, nil)
        for number in crashes {
            let flags = Int32(bitPattern: UInt32(SA_RESETHAND)) | SA_ONSTACK | Int32(SA_NODEFER)
            handle(number, flags: flags) { number in
                ScreenSignals.restore()
                raise(number)
            }
        }
        // Whoever started us may have had them blocked, and that is inherited.
        pthread_sigmask(SIG_UNBLOCK, &unblocked, nil)
    }

    private nonisolated(unsafe) static let crashStack = UnsafeMutableRawPointer.allocate(
        byteCount: 64 * 1_024, alignment: 16)

    private static func handle(_ number: Int32, flags: Int32, _ handler: @escaping @convention(c) (Int32) -> Void) {
        var action = sigaction()
        action.__sigaction_handler.sa_handler = handler
        action.sa_flags = flags
        sigaction(number, &action, nil)
    }

    /// In a handler: only what is safe there.
    private static func note(_ number: Int32) {
        let saved = errno
        if number == SIGINT || number == SIGTERM || number == SIGHUP || number == SIGQUIT {
            // The second one finds a program that does not get round to ending.
            if isEnding {
                restore()
                signal(number, SIG_DFL)
                raise(number)
            }
            isEnding = true
        }
        var byte = UInt8(truncatingIfNeeded: number)
        _ = write(pipeEnd, &byte, 1)
        errno = saved
    }

    /// In a handler: the terminal as it was, by `write` and `tcsetattr` alone.
    private static func restore() {
        if let farewell { _ = write(terminal, farewell, farewellCount) }
        if hasModes { tcsetattr(terminal, TCSANOW, &modes) }
    }

    /// Stands still, as whoever pressed Ctrl-Z expects; returns when the program is to go on.
    static func suspend() {
        signal(SIGTSTP, SIG_DFL)
        raise(SIGTSTP)
        handle(SIGTSTP, flags: SA_RESTART) { number in ScreenSignals.note(number) }
    }

    /// Dies of a signal, as whoever sent it expects. After the screen has been closed.
    static func die(of number: Int32) -> Never {
        signal(number, SIG_DFL)
        raise(number)
        exit(128 + number)
    }
}
