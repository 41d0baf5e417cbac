import Glibc

/// A file that only its owner may read.
package enum SecretFile {
    /// Keys are short; whatever is longer is another file.
    package static let bytesMax = 4_096

    /// Refused: what group or others may read, what belongs to somebody else, links, and what is no plain file. Looked at
    /// through the open descriptor, so that nothing can be exchanged in between.
    package static func text(of path: String) throws(FileError) -> String {
        // Without O_NONBLOCK a pipe of this name would hold us.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else {
            guard errno == ELOOP else { throw InputFile.failure("cannot read", path, errno) }
            throw FileError(
                file: path, message: "expected the key file itself, found a symbolic link: name what it points to")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw InputFile.failure("cannot read", path, errno) }
        try check(status, path)
        var bytes = [UInt8](repeating: 0, count: bytesMax + 1)
        var count = 0
        while count < bytes.count {
            let got = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress! + count, $0.count - count) }
            if got > 0 {
                count += got
            } else if got == 0 {
                break
            } else if errno != EINTR {
                throw InputFile.failure("cannot read", path, errno)
            }
        }
        guard count <= bytesMax else {
            throw FileError(file: path, message: "larger than \(bytesMax) bytes: not a key file")
        }
        guard let text = String(validating: bytes[..<count], as: UTF8.self) else {
            throw FileError(file: path, message: "expected a key file's text, found other bytes")
        }
        return text
    }

    private static func check(_ status: stat, _ path: String) throws(FileError) {
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw FileError(file: path, message: "expected a key file, found no plain file")
        }
        let mode = status.st_mode & 0o7777
        guard mode & 0o077 == 0 else {
            let digits = String(mode, radix: 8)
            throw FileError(
                file: path,
                message:
                    "mode \(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits): group or others may "
                    + "use this secret; expected 0600: chmod 600 \(path)")
        }
        let user = geteuid()
        guard status.st_uid == user || status.st_uid == 0 else {
            throw FileError(
                file: path,
                message: "owned by user \(status.st_uid), expected \(user): another user knows this secret; "
                    + "chown \(user) \(path)")
        }
    }

    /// Makes the file with mode 0600 whatever the umask; one that is there already is not touched.
    package static func make(_ text: String, at path: String) throws(FileError) {
        try make(Array(text.utf8), at: path)
    }

    package static func make(_ bytes: [UInt8], at path: String) throws(FileError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw InputFile.failure("cannot make", path, errno) }
        var code: Int32 = fchmod(descriptor, 0o600) == 0 ? 0 : errno
        var written = 0
        while written < bytes.count && code == 0 {
            let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress! + written, $0.count - written) }
            if count >= 0 { written += count } else if errno != EINTR { code = errno }
        }
        if code == 0 && fsync(descriptor) != 0 { code = errno }
        if close(descriptor) != 0 && code == 0 { code = errno }
        guard code == 0 else { throw InputFile.failure("cannot write", path, code) }
    }

    /// Puts it in the place of what is there, whole or not at all, mode 0600.
    package static func replace(_ text: String, at path: String) throws(FileError) {
        let temporary = "\(path).\(getpid()).part"
        unlink(temporary)
        do throws(FileError) {
            try make(text, at: temporary)
            guard rename(temporary, path) == 0 else { throw InputFile.failure("cannot write", path, errno) }
        } catch {
            unlink(temporary)
            throw error
        }
        synchroniseFolder(of: path)
    }

    /// Makes a rename survive a power cut (fsync(2): the folder needs its own). Where the folder cannot be opened the file is
    /// whole all the same, old or new.
    static func synchroniseFolder(of path: String) {
        let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }
}
