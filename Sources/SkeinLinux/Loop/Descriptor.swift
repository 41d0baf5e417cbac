import Glibc

/// Owns a file descriptor and closes it when the last owner lets go. Shared between the loop and a worker thread where
/// both use it, so it is a class; the number never changes.
package final class Descriptor: Sendable {
    package let number: Int32

    /// Takes over a number that a system call has just returned; throws in that call's name when it is negative.
    package init(_ number: Int32, from call: String, _ subject: String) throws(SystemError) {
        guard number >= 0 else { throw SystemError(call, subject) }
        self.number = number
    }

    deinit {
        // EINTR too has closed it on Linux (close(2)); a second close could hit somebody else's descriptor.
        _ = close(number)
    }

    /// Runs a system call on it. A bare `number` keeps nothing open: in an optimised build the last owner may let go of the
    /// descriptor as soon as the number has been read, before the call that follows.
    package func use<Result>(_ call: (Int32) -> Result) -> Result { withExtendedLifetime(self) { call(number) } }

    /// Writes all of it; for files and pipes, not for sockets that may be full.
    package func writeAll(_ bytes: [UInt8], subject: String) throws(SystemError) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                use { write($0, buffer.baseAddress.map { $0 + written }, buffer.count - written) }
            }
            guard count > 0 else {
                if count < 0, errno == EINTR { continue }
                throw SystemError("write", subject, number: count < 0 ? errno : EIO)
            }
            written += count
        }
    }

    /// The whole file from where it stands, at most `limit` bytes; nil when there is more.
    package func readAll(limit: Int, subject: String) throws(SystemError) -> [UInt8]? {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while bytes.count <= limit {
            let count = use { read($0, &chunk, chunk.count) }
            if count == 0 { return bytes }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw SystemError("read", subject)
            }
            bytes.append(contentsOf: chunk[..<count])
        }
        return nil
    }
}
