import Glibc

/// A file written whole or not at all: the bytes go to a temporary neighbour, which takes the name only when all of them
/// are on the disk. Whoever reads the name sees the old file or the new one, whatever is interrupted.
package enum OutputFile {
    /// Says before a long run that its results could not be written after it.
    package static func check(_ path: String) throws(FileError) {
        guard !path.isEmpty else { throw FileError(file: "\"\"", message: "cannot write: the file's name is empty") }
        guard !isDirectory(path) else { throw FileError(file: path, message: "cannot write: it is a directory") }
        let folder = folder(of: path)
        guard isDirectory(folder) else { throw FileError(file: path, message: "cannot write: no directory \(folder)") }
        guard access(isSpecial(path) ? path : folder, W_OK) == 0 else {
            throw InputFile.failure("cannot write", path, errno)
        }
    }

    package static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
        try check(path)
        if isSpecial(path) {
            // A pipe or a device cannot be replaced by a file of its name.
            try writeThrough(bytes, path: path, flags: O_WRONLY)
            return
        }
        let temporary = "\(path).\(getpid()).part"
        do {
            try writeThrough(bytes, path: temporary, flags: O_WRONLY | O_CREAT | O_TRUNC)
        } catch {
            unlink(temporary)
            throw error
        }
        guard rename(temporary, path) == 0 else {
            let code = errno
            unlink(temporary)
            throw InputFile.failure("cannot write", path, code)
        }
    }

    /// The directory and those above it.
    package static func makeDirectory(_ path: String) throws(FileError) {
        guard !path.isEmpty else {
            throw FileError(file: "\"\"", message: "cannot make: the directory's name is empty")
        }
        var made = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            made += made.isEmpty || made == "/" ? part : "/" + part
            if mkdir(made, 0o777) != 0 && errno != EEXIST {
                throw InputFile.failure("cannot make the directory", made, errno)
            }
        }
        guard isDirectory(path) else { throw FileError(file: path, message: "not a directory") }
    }

    private static func writeThrough(_ bytes: [UInt8], path: String, flags: Int32) throws(FileError) {
        let descriptor = open(path, flags | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw InputFile.failure("cannot write", path, errno) }
        var written = 0
        var code: Int32 = 0
        while written < bytes.count && code == 0 {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress! + written, $0.count - written) }
            if count >= 0 { written += count } else if errno != EINTR { code = errno }
        }
        // A pipe has nothing to flush and says so.
        if code == 0 && fsync(descriptor) != 0 && errno != EINVAL && errno != EROFS { code = errno }
        if close(descriptor) != 0 && code == 0 { code = errno }
        guard code == 0 else { throw InputFile.failure("cannot write", path, code) }
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    package static func isFolder(_ path: String) -> Bool { isDirectory(path) }

    private static func isDirectory(_ path: String) -> Bool { mode(path) == S_IFDIR }

    private static func isSpecial(_ path: String) -> Bool {
        guard let mode = mode(path) else { return false }
        return mode != S_IFREG && mode != S_IFDIR
    }

    private static func mode(_ path: String) -> mode_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
    }
}
