import Glibc
import SkeinMCAP

/// A log's bytes from its file. What is appended after it was opened is not seen.
package struct LogFileSource: McapSource {
    private let file: Descriptor
    private let path: String
    package let byteCount: UInt64

    package init(path: String) throws(SystemError) {
        self.path = path
        file = try Descriptor(open(path, O_RDONLY | O_CLOEXEC), from: "open", path)
        var status = stat()
        guard file.use({ fstat($0, &status) }) == 0 else { throw SystemError("fstat", path) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw SystemError("open", path, number: EISDIR) }
        byteCount = UInt64(max(0, status.st_size))
    }

    package func bytes(at offset: UInt64, count: Int) throws(McapError) -> [UInt8] {
        guard count > 0 else { return [] }
        var done = 0
        var trouble: SystemError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, length in
            while done < count {
                let got = file.use {
                    pread($0, buffer.baseAddress.map { $0 + done }, count - done, off_t(offset) + off_t(done))
                }
                if got < 0, errno == EINTR { continue }
                guard got > 0 else {
                    trouble = SystemError("read", path, number: got < 0 ? errno : EIO)
                    break
                }
                done += got
            }
            length = done
        }
        // Shorter than when it was opened: somebody cut it meanwhile.
        if let trouble { throw .unreadable(trouble.description) }
        return bytes
    }
}
