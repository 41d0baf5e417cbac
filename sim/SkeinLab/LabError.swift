import SkeinFiles
import SkeinLinux

/// Why a laboratory run has no result.
package enum LabError: Error, CustomStringConvertible {
    case system(SystemError)
    case file(FileError)
    /// More processes than one machine is asked to carry.
    case tooManyRobots(Int, limit: Int)
    case badFolder(String, reason: String)
    /// A process of the laboratory ended by itself: how, and its last words.
    case ended(String, how: String, lastLines: [String])
    /// A process did not do in time what it was waited for.
    case silent(String, what: String, lastLines: [String])
    /// A daemon said something that nobody understands.
    case garbled(String, what: String)
    /// Ctrl-C, or its kin.
    case interrupted(signal: Int32)

    package var description: String {
        switch self {
        case .system(let error): error.description
        case .file(let error): error.description
        case .tooManyRobots(let count, let limit):
            "the scenario has \(count) robots; the laboratory starts at most \(limit) processes: use `skein sim run`"
        case .badFolder(let path, let reason): "\(path): \(reason); set TMPDIR to another folder"
        case .ended(let name, let how, let lines):
            "\(name) \(how)" + Self.words(lines)
        case .silent(let name, let what, let lines): "\(name) \(what)" + Self.words(lines)
        case .garbled(let name, let what): "\(name): \(what): is another skein at the other end?"
        case .interrupted(let signal): "interrupted by signal \(signal)"
        }
    }

    private static func words(_ lines: [String]) -> String {
        lines.isEmpty ? "; it said nothing" : "; its last words:\n" + lines.map { "    \($0)" }.joined(separator: "\n")
    }
}
