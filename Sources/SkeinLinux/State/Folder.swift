import Glibc

/// Folders: making them, and making what happened in them last.
enum Folder {
    static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Makes the folder and those above it that are missing, all with `mode`. What it has made survives a power cut, where
    /// the folder above can be opened.
    static func make(_ path: String, mode: mode_t) throws(SystemError) {
        if mkdir(path, mode) == 0 {
            try? synchronise(parent(of: path))
            return
        }
        switch errno {
        case EEXIST:
            var status = stat()
            guard stat(path, &status) == 0 else { throw SystemError("stat", path) }
            guard status.st_mode & S_IFMT == S_IFDIR else { throw SystemError("mkdir", path, number: ENOTDIR) }
        case ENOENT:
            let above = parent(of: path)
            guard above != path else { throw SystemError("mkdir", path, number: ENOENT) }
            try make(above, mode: mode)
            guard mkdir(path, mode) == 0 || errno == EEXIST else { throw SystemError("mkdir", path) }
            try? synchronise(above)
        default: throw SystemError("mkdir", path)
        }
    }

    /// Makes renames and new files in it survive a power cut (fsync(2): the folder needs its own).
    static func synchronise(_ path: String) throws(SystemError) {
        let folder = try Descriptor(open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), from: "open", path)
        guard folder.use({ fsync($0) }) == 0 else { throw SystemError("fsync", path) }
    }

    /// Puts a file in place whole or not at all: written beside it, synchronised, renamed over it.
    static func replace(_ path: String, with bytes: [UInt8]) throws(SystemError) {
        let temporary = path + ".new"
        let file = try Descriptor(
            open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600), from: "open", temporary)
        try file.writeAll(bytes, subject: temporary)
        guard file.use({ fsync($0) }) == 0 else { throw SystemError("fsync", temporary) }
        guard rename(temporary, path) == 0 else { throw SystemError("rename", path) }
        try synchronise(parent(of: path))
    }

    /// A file's bytes; nil when there is none. More than `limit` is an error: it is not what was written.
    static func read(_ path: String, limit: Int) throws(SystemError) -> [UInt8]? {
        let number = open(path, O_RDONLY | O_CLOEXEC)
        if number < 0, errno == ENOENT { return nil }
        let file = try Descriptor(number, from: "open", path)
        guard let bytes = try file.readAll(limit: limit, subject: path) else {
            throw SystemError("read", path, number: EFBIG)
        }
        return bytes
    }
}
