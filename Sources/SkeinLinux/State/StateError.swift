/// Why the state folder cannot be used; each names the file and what to do. None is mended silently: an epoch that
/// starts anew would make the whole fleet take this robot's messages for replays of old ones.
package enum StateError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Another daemon holds the folder; the process id it wrote, if it can be read.
    case locked(String, process: Int32?)
    case corruptEpoch(String, found: String)
    /// A journal without an epoch: somebody removed the one file.
    case missingEpoch(String)
    case exhaustedEpoch(String)
    /// Not a journal at all, or one of another version.
    case corruptJournal(String, found: String)
    case system(SystemError)

    package var description: String {
        switch self {
        case .locked(let path, let process):
            "\(path): held by another skein peer\(process.map { " (process \($0))" } ?? "");"
                + " stop it, or give this one a [state] folder of its own"
        case .corruptEpoch(let path, let found):
            "\(path): expected this robot's boot number and its checksum, found \(found); restore the file, or enrol the"
                + " robot anew under another number"
        case .missingEpoch(let path):
            "\(path): no such file, though the journal beside it is there; restore it, or enrol the robot anew under"
                + " another number"
        case .exhaustedEpoch(let path): "\(path): no boot number is left; enrol the robot anew under another number"
        case .corruptJournal(let path, let found):
            "\(path): expected a journal of this version, found \(found); move the file away to start with an empty one"
        case .system(let error): error.description
        }
    }

    /// Runs calls of the system, whose errors become errors of the state.
    static func wrapping<Result>(_ body: () throws(SystemError) -> Result) throws(StateError) -> Result {
        do throws(SystemError) { return try body() } catch { throw .system(error) }
    }
}
