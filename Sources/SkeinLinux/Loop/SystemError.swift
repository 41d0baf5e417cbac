import CSkeinLinux
import Glibc

/// A system call that failed: which, on what, and the kernel's reason.
package struct SystemError: Error, Equatable, Sendable, CustomStringConvertible {
    package var call: String
    /// The path, interface or address it was about.
    package var subject: String
    package var number: Int32

    /// Takes `errno` as it stands.
    package init(_ call: String, _ subject: String, number: Int32 = errno) {
        self.call = call
        self.subject = subject
        self.number = number
    }

    package var reason: String { Self.text(number) }

    package var description: String { "\(subject): \(reason) (\(call))" }

    /// strerror_r, since strerror shares its buffer between threads.
    package static func text(_ number: Int32) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { buffer in
            guard let base = buffer.baseAddress, strerror_r(number, base, buffer.count) == 0 else {
                return "error \(number)"
            }
            return String(cString: base)
        }
    }
}
