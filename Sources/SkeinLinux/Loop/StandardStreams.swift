import Glibc

/// Descriptors 0, 1 and 2. Whoever started us may have closed them; then the next socket or state file opened would get
/// such a number, and what is said on stderr would be written into it.
package enum StandardStreams {
    /// Opens /dev/null for those that are closed. First of all that opens anything.
    package static func fill() {
        for number in STDIN_FILENO...STDERR_FILENO where fcntl(number, F_GETFD) < 0 {
            // The lowest number that is free: this one.
            guard open("/dev/null", O_RDWR) == number else { return }
        }
    }
}
