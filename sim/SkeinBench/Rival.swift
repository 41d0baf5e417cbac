import Glibc

/// The programs that measurements start: this one, and those that have LCM and Eigen, which lie beside it in a build that
/// asked for them.
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

    package static func lcm() throws(BenchError) -> String { try beside(lcmName) }

    static func eigen() throws(BenchError) -> String { try beside("EigenBench") }

    private static func beside(_ name: String) throws(BenchError) -> String {
        let own = try own()
        let path = own.prefix(through: own.lastIndex(of: "/") ?? own.startIndex) + name
        guard access(String(path), X_OK) == 0 else { throw .noRival(path: name) }
        return String(path)
    }
}
