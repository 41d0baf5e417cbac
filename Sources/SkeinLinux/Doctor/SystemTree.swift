import Glibc

/// The files in which Linux tells about itself and the robot, below a root: `/`, or a folder that a test has filled.
package struct SystemTree: Sendable {
    let files: SystemFiles

    private static let namesMax = 65_536

    package init(root: String) { files = SystemFiles(root: root) }

    package static let machine = SystemTree(root: "/")

    /// The first 64 KiB, without the white space around; nil when it is not there, or not for us.
    func text(_ path: String) -> String? {
        files.text(path).map { text in
            let start = text.drop { $0.isWhitespace }
            let end = start.lastIndex { !$0.isWhitespace }.map(start.index(after:)) ?? start.startIndex
            return String(start[..<end])
        }
    }

    func integer(_ path: String) -> Int? { text(path).flatMap { Int($0) } }

    /// What a folder holds, sorted.
    func names(_ path: String) -> [String] {
        guard let folder = opendir(files.place(path)) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while names.count < Self.namesMax, let entry = readdir(folder) {
            let capacity = MemoryLayout.size(ofValue: entry.pointee.d_name)
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: capacity) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    func exists(_ path: String) -> Bool { access(files.place(path), F_OK) == 0 }

    /// Where a symbolic link points.
    func link(_ path: String) -> String? {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = buffer.withUnsafeMutableBytes { bytes in
            bytes.assumingMemoryBound(to: CChar.self).baseAddress.map {
                readlink(files.place(path), $0, bytes.count)
            } ?? -1
        }
        return count > 0 ? String(decoding: buffer.prefix(count), as: UTF8.self) : nil
    }

    /// Owner, kind and mode; nil when it is not there.
    func status(_ path: String) -> stat? {
        var status = stat()
        return stat(files.place(path), &status) == 0 ? status : nil
    }

    /// What an unprivileged program may still write below it, bytes.
    func freeBytes(_ path: String) -> UInt64? {
        var volume = statvfs()
        guard statvfs(files.place(path), &volume) == 0 else { return nil }
        return UInt64(volume.f_bavail) * UInt64(volume.f_frsize)
    }

    /// Whether this process may do that, by its effective user.
    func allows(_ path: String, _ modes: Int32) -> Bool {
        faccessat(AT_FDCWD, files.place(path), modes, AT_EACCESS) == 0
    }
}
