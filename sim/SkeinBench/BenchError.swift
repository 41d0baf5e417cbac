import SkeinFiles
import SkeinLinux

/// Why a measurement has no result.
package enum BenchError: Error, CustomStringConvertible {
    case system(SystemError)
    case file(FileError)
    /// Something of the system's is not installed: what, and its Debian package.
    case missing([(program: String, package: String)])
    case notRoot
    /// A process ended as it should not have: how, and its last words.
    case ended(String, how: String, lastLines: [String])
    /// It did not do in time what it was waited for.
    case silent(String, what: String)
    /// The build has nothing to measure against.
    case noRival(path: String)
    case interrupted

    static func wrap<Result>(_ body: () throws(SystemError) -> Result) throws(BenchError) -> Result {
        do throws(SystemError) { return try body() } catch { throw .system(error) }
    }

    /// Of the set-up, not of the measurement.
    package var isUsage: Bool {
        switch self {
        case .missing, .notRoot, .noRival, .file: true
        case .system, .ended, .silent, .interrupted: false
        }
    }

    package var description: String {
        switch self {
        case .system(let error): error.description
        case .file(let error): error.description
        case .missing(let tools):
            "missing: \(tools.map(\.program).joined(separator: ", ")); install: apt-get install "
                + Self.packages(tools).joined(separator: " ")
        case .notRoot: "needs root, for network namespaces; try sudo"
        case .ended(let name, let how, let lines):
            "\(name) \(how)" + (lines.isEmpty ? "" : "; its last words:\n" + lines.joined(separator: "\n"))
        case .silent(let name, let what): "\(name) \(what)"
        case .noRival(let path):
            "this build has no LCM to measure against (no \(path)): `make bench-lcm` installs liblcm-dev, builds "
                + "with SKEIN_LCM=1 and runs both"
        case .interrupted: "interrupted"
        }
    }

    private static func packages(_ tools: [(program: String, package: String)]) -> [String] {
        var packages: [String] = []
        for tool in tools where !packages.contains(tool.package) { packages.append(tool.package) }
        return packages
    }
}
