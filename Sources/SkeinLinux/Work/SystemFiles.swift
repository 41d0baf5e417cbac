import Glibc

/// Small files of /proc and /sys (proc(5), sysfs(5)), below a root that tests choose. Read whole and at once, as these files
/// want it; at most `bytesMax` of it. Nothing traps: what cannot be read is nil, and `whyNot` says why.
struct SystemFiles: Sendable {
    /// Enough for /proc/stat's processor lines of 500 cores, which stand first.
    static let bytesMax = 65_536

    let root: String

    /// `root` is "/" on a robot.
    init(root: String) {
        self.root = root.hasSuffix("/") ? String(root.dropLast()) : root
    }

    /// Where a path like "/proc/stat" is to be found.
    func place(_ path: String) -> String { root + path }

    func text(_ path: String) -> String? {
        // Without O_NONBLOCK a pipe in the way would hold up the loop.
        let number = open(place(path), O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard number >= 0 else { return nil }
        defer { close(number) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 8_192)
        while bytes.count < Self.bytesMax {
            let count = read(number, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            guard count > 0 else { break }
            bytes.append(contentsOf: chunk[..<count])
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The first line.
    func line(_ path: String) -> String? {
        text(path).map { String($0.prefix { $0 != "\n" }) }
    }

    /// A file that holds one whole number.
    func number(_ path: String) -> Int64? {
        line(path).flatMap { Int64($0) }
    }
}
