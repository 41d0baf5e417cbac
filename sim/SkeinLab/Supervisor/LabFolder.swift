import Glibc
import SkeinFiles
import SkeinLinux

/// The folder of one run: sockets, keys, configurations, state and logs, for this user only. In XDG_RUNTIME_DIR, else
/// TMPDIR, else /tmp: the first that is there and short enough for the names of sockets (unix(7): 107 bytes).
package struct LabFolder {
    package let path: String

    private static let prefix = "skein-lab-"
    /// The longest name of a socket in it, `r65534.sock`, and the slash.
    private static let nameBytesMax = 12
    /// Deeper than anything a peer makes.
    private static let depthMax = 8

    private static var parents: [String] {
        let variables = Environment.variables
        return [variables["XDG_RUNTIME_DIR"], variables["TMPDIR"], "/tmp"].compactMap { $0 }
            .filter { $0.hasPrefix("/") }
    }

    /// The newest run's of this user; nil: there is none.
    package static var last: String? {
        var newest: (path: String, at: (Int, Int))?
        for parent in parents {
            guard let folder = opendir(parent) else { continue }
            defer { closedir(folder) }
            while let entry = readdir(folder) {
                let path = "\(parent)/\(name(of: entry))"
                var status = stat()
                guard name(of: entry).hasPrefix(prefix), lstat(path, &status) == 0, status.st_uid == getuid(),
                    status.st_mode & S_IFMT == S_IFDIR
                else { continue }
                let at = (status.st_ctim.tv_sec, status.st_ctim.tv_nsec)
                if newest.map({ $0.at < at }) ?? true { newest = (path, at) }
            }
        }
        return newest?.path
    }

    private static func name(of entry: UnsafeMutablePointer<dirent>) -> String {
        withUnsafePointer(to: &entry.pointee.d_name) { tuple in
            tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
    }

    package static func make() throws(LabError) -> LabFolder {
        var complaint = LabError.badFolder("/tmp", reason: "not there")
        for parent in parents {
            let template = "\(parent.hasSuffix("/") ? String(parent.dropLast()) : parent)/\(prefix)XXXXXX"
            guard template.utf8.count + nameBytesMax <= UnixAddress.pathBytesMax else {
                complaint = .badFolder(parent, reason: "too long for the names of sockets in it")
                continue
            }
            var bytes = Array(template.utf8CString)
            // mkdtemp(3) makes it 0700.
            if mkdtemp(&bytes) != nil {
                return LabFolder(path: String(decoding: bytes.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
            }
            complaint = .badFolder(parent, reason: "cannot make a folder in it: \(SystemError.text(errno))")
        }
        throw complaint
    }

    package func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Removes it with all that is in it. Nothing else is ever touched: links are removed, not followed.
    package static func remove(_ path: String) {
        guard let name = path.split(separator: "/").last, name.hasPrefix(prefix) else { return }
        empty(path, depth: 0)
        rmdir(path)
    }

    private static func empty(_ path: String, depth: Int) {
        guard depth < depthMax, let folder = opendir(path) else { return }
        defer { closedir(folder) }
        while let entry = readdir(folder) {
            let name = name(of: entry)
            guard name != ".", name != ".." else { continue }
            let inside = "\(path)/\(name)"
            var status = stat()
            guard lstat(inside, &status) == 0 else { continue }
            if status.st_mode & S_IFMT == S_IFDIR {
                empty(inside, depth: depth + 1)
                rmdir(inside)
            } else {
                unlink(inside)
            }
        }
    }
}
