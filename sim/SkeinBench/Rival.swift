import Glibc

/// The programs that measurements start: this one, and the one that has LCM, which lies beside it in a build that asked for
/// it.
package enum Rival {
    static let lcmName = "LCMBench"

    /// This program.
    package static func own() throws(BenchError) -> String {
        let link = "/proc/self/exe"
        var path = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(link, &path, path.count)
        guard count > 0 else { throw .system(.init("readlink", link)) }
        return String(decoding: path[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    package static func lcm() throws(BenchError) -> String {
        let own = try own()
        let path = own.prefix(through: own.lastIndex(of: "/") ?? own.startIndex) + lcmName
        guard access(String(path), X_OK) == 0 else { throw .noRival(path: lcmName) }
        return String(path)
    }
}
