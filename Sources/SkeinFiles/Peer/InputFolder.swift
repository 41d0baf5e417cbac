import Glibc

/// A folder's names.
package enum InputFolder {
    /// Where this process is; nil if that is gone.
    package static var current: String? {
        guard let path = getcwd(nil, 0) else { return nil }
        defer { free(path) }
        return String(cString: path)
    }

    /// In the order of their bytes; empty if there is no such folder.
    static func names(of path: String) throws(FileError) -> [String] {
        guard let stream = opendir(path) else {
            guard errno == ENOENT else { throw InputFile.failure("cannot read", path, errno) }
            return []
        }
        defer { closedir(stream) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else { break }
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        guard errno == 0 else { throw InputFile.failure("cannot read", path, errno) }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
