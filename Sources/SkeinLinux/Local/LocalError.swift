/// Why the local socket could not be opened or used; each names the path and what to do.
package enum LocalError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Empty, or longer than the kernel's 107 bytes.
    case badPath(String)
    /// Something else than a socket lies there.
    case notASocket(String)
    /// Another daemon answers there.
    case inUse(String)
    /// Nobody listens: no such file, or the socket of a dead daemon.
    case unreachable(String, reason: String)
    /// The other end closed.
    case closed(String)
    /// The other end did not take the message in time.
    case busy(String)
    case system(SystemError)

    package var description: String {
        switch self {
        case .badPath(let path):
            "local socket '\(path)': expected a path of 1 to \(UnixAddress.pathBytesMax) bytes, found \(path.utf8.count);"
                + " set [local] socket to a shorter one"
        case .notASocket(let path): "\(path): expected a socket or nothing, found another file; move it away"
        case .inUse(let path): "\(path): another skein peer listens here; stop it, or set [local] socket"
        case .unreachable(let path, let reason): "\(path): no skein peer answers (\(reason)); is the daemon running?"
        case .closed(let path): "\(path): the daemon closed the connection"
        case .busy(let path): "\(path): the daemon did not take the message in time"
        case .system(let error): error.description
        }
    }

    /// Runs calls of the system, whose errors become errors of the local socket.
    static func wrapping<Result>(_ body: () throws(SystemError) -> Result) throws(LocalError) -> Result {
        do throws(SystemError) { return try body() } catch { throw .system(error) }
    }
}
