import CSkeinLinux
import Glibc

/// Opens a listening local socket at a path: makes its folder, replaces the socket of a dead daemon, refuses to take a
/// living one's place.
enum LocalListener {
    private static let mode: mode_t = 0o660
    private static let folderMode: mode_t = 0o755
    private static let backlog: Int32 = 16

    /// The socket, and the inode of its file, by which its owner knows it again.
    static func open(_ path: String) throws(LocalError) -> (Descriptor, inode: UInt64) {
        guard let address = UnixAddress(path: path), !path.hasPrefix("@") else { throw .badPath(path) }
        try LocalError.wrapping { () throws(SystemError) in try Folder.make(Folder.parent(of: path), mode: folderMode) }
        if inode(of: path) != nil { try clear(path, address) }
        return try LocalError.wrapping { () throws(SystemError) in
            let socket = try Descriptor(LocalSocket.open(nonBlocking: true), from: "socket", path)
            // The file takes the socket's own mode less the umask (unix(7)), so it is at no time open to everyone.
            _ = socket.use { fchmod($0, mode) }
            let status = address.withSockaddr { pointer, length in socket.use { bind($0, pointer, length) } }
            guard status == 0 else { throw SystemError("bind", path) }
            guard chmod(path, mode) == 0 else { throw SystemError("chmod", path) }
            guard socket.use({ listen($0, backlog) }) == 0 else { throw SystemError("listen", path) }
            return (socket, inode(of: path) ?? 0)
        }
    }

    static func inode(of path: String) -> UInt64? {
        var status = stat()
        return lstat(path, &status) == 0 ? UInt64(status.st_ino) : nil
    }

    private static func clear(_ path: String, _ address: UnixAddress) throws(LocalError) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket(path) }
        let probe = try LocalError.wrapping { () throws(SystemError) in
            try Descriptor(LocalSocket.open(nonBlocking: true), from: "socket", path)
        }
        // EAGAIN: its queue of connections is full, so somebody lives there.
        let answer = address.withSockaddr { pointer, length in probe.use { connect($0, pointer, length) } }
        guard answer != 0, errno != EAGAIN else { throw .inUse(path) }
        unlink(path)
    }
}
