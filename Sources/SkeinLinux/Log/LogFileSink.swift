import Glibc

/// A file that is made from beginning to end by one program: a merged log, a recovered one, a simulation's.
///
/// `.replacing`: under another name until it is finished, so that the name has a whole file or none. `.direct`: what is
/// there can be read meanwhile, and recovered if its maker ends.
package final class LogFileSink {
    package enum Way: Sendable { case replacing, direct }

    package let path: String
    private let name: String
    private let file: Descriptor
    package private(set) var bytes: UInt64 = 0
    private var isFinished = false

    /// A file that is there is replaced when this one is finished, or at once if `.direct`.
    package init(path: String, _ way: Way) throws(SystemError) {
        self.path = path
        name =
            switch way {
            case .replacing: "\(path).\(getpid()).part"
            case .direct: path
            }
        file = try Descriptor(open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644), from: "open", name)
    }

    deinit {
        if !isFinished, name != path { unlink(name) }
    }

    package func write(_ bytes: [UInt8]) throws(SystemError) {
        try file.writeAll(bytes, subject: name)
        self.bytes += UInt64(bytes.count)
    }

    package func finish() throws(SystemError) {
        // A pipe has nothing to flush and says so.
        guard file.use({ fsync($0) }) == 0 || errno == EINVAL else { throw SystemError("fsync", name) }
        if name != path {
            guard rename(name, path) == 0 else { throw SystemError("rename", path) }
        }
        isFinished = true
    }
}
