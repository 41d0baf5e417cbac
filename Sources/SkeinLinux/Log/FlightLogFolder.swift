import Glibc
import SkeinMCAP

/// Where flight logs go, and how much of them is kept.
package struct FlightLogConfig: Hashable, Sendable {
    package var folder: String
    /// A file that has reached this is followed by another.
    package var fileBytesMax: UInt64
    /// All files of this robot in the folder together.
    package var quotaBytes: UInt64

    package init(folder: String, fileBytesMax: UInt64 = 64 << 20, quotaBytes: UInt64 = 1 << 30) {
        precondition(fileBytesMax > 0 && quotaBytes >= fileBytesMax, "\(fileBytesMax) bytes a file, of \(quotaBytes)")
        self.folder = folder
        self.fileBytesMax = fileBytesMax
        self.quotaBytes = quotaBytes
    }
}

/// A robot's log files in their folder: NAME-BOOT-NNNN.mcap, BOOT the boot's number, NNNN counted from 1 in it. Others' files
/// are not touched.
///
/// - A file without its end, which a power cut or a crash leaves, is replaced by one that has all its whole chunks and a
///   summary: written beside it, synchronised, renamed over it. Where more was damaged than its end, the old one is kept as
///   FILE.damaged.
/// - The oldest go first: by boot, then by number.
struct FlightLogFolder {
    static let suffix = ".mcap"
    static let recovering = ".recovering"
    static let damaged = ".damaged"
    /// A file larger than this was not written by this program.
    static let recoveredBytesMax: UInt64 = 4 << 30

    struct File: Comparable {
        var boot: UInt32
        var number: Int
        var name: String
        var bytes: UInt64

        static func < (left: File, right: File) -> Bool {
            (left.boot, left.number, left.name) < (right.boot, right.number, right.name)
        }
    }

    let path: String
    private let prefix: String

    init(path: String, robot: String) {
        self.path = path
        prefix = Self.fileName(robot) + "-"
    }

    /// A robot's name as part of a file's: what means something to the system or a shell is replaced.
    static func fileName(_ name: String) -> String {
        let kept = name.map { letter -> Character in
            letter.isASCII && (letter.isLetter || letter.isNumber || letter == "_") ? letter : "_"
        }
        return kept.isEmpty ? "robot" : String(kept.prefix(64))
    }

    func name(boot: UInt32, number: Int) -> String {
        let digits = String(number)
        return "\(prefix)\(boot)-\(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits)\(Self.suffix)"
    }

    func path(of name: String) -> String { "\(path)/\(name)" }

    /// This robot's, the oldest first; damaged ones among them.
    func files() -> [File] {
        ObjectFiles.names(in: path).compactMap { name in
            guard let (boot, number) = parsed(name) else { return nil }
            var status = stat()
            guard stat(path(of: name), &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
            return File(boot: boot, number: number, name: name, bytes: UInt64(max(0, status.st_size)))
        }.sorted()
    }

    private func parsed(_ name: String) -> (boot: UInt32, number: Int)? {
        guard name.hasPrefix(prefix) else { return nil }
        var middle = name.dropFirst(prefix.count)
        for end in [Self.suffix, Self.suffix + Self.damaged] where middle.hasSuffix(end) {
            middle = middle.dropLast(end.count)
            let parts = middle.split(separator: "-", omittingEmptySubsequences: false)
            guard parts.count == 2, let boot = UInt32(parts[0]), let number = Int(parts[1]), number > 0 else {
                return nil
            }
            return (boot, number)
        }
        return nil
    }

    /// Removes the oldest until the rest, and `room` beside it, fit the quota; `kept` stays. Gives what was removed.
    func makeRoom(_ room: UInt64, quota: UInt64, kept: String) -> [String] {
        var files = files()
        var total = files.reduce(room) { $0 + ($1.name == kept ? 0 : $1.bytes) }
        var removed: [String] = []
        while total > quota, let oldest = files.first {
            files.removeFirst()
            guard oldest.name != kept, unlink(path(of: oldest.name)) == 0 else { continue }
            total -= min(total, oldest.bytes)
            removed.append(oldest.name)
        }
        return removed
    }

    // MARK: - Recovery

    /// What came of a file without its end.
    enum Recovery {
        case done(name: String, McapRecovered)
        case failed(name: String, String)
    }

    /// Every file of this robot that has no end is given one. What an earlier recovery left half done goes.
    func recover() -> [Recovery] {
        for name in ObjectFiles.names(in: path) where name.hasPrefix(prefix) && name.hasSuffix(Self.recovering) {
            unlink(path(of: name))
        }
        return files().compactMap { file in
            guard file.name.hasSuffix(Self.suffix), !Self.isWhole(path(of: file.name)) else { return nil }
            // Made, and nothing came of it.
            if file.bytes == 0, unlink(path(of: file.name)) == 0 { return nil }
            do {
                return .done(name: file.name, try Self.recover(path(of: file.name)))
            } catch {
                return .failed(name: file.name, "\(error)")
            }
        }
    }

    /// By its last bytes alone.
    static func isWhole(_ path: String) -> Bool {
        guard let source = try? LogFileSource(path: path) else { return false }
        return McapTail.isWhole(source)
    }

    /// Puts a whole file in the place of one that is not. Nothing is lost that could be read, and what could not is kept.
    static func recover(_ path: String) throws -> McapRecovered {
        let temporary = path + recovering
        do {
            let result = try copy(path, to: temporary)
            if result.losses.contains(where: { $0.reason != .cut }) {
                guard link(path, path + damaged) == 0 || errno == EEXIST else { throw SystemError("link", path) }
            }
            guard rename(temporary, path) == 0 else { throw SystemError("rename", path) }
            try Folder.synchronise(Folder.parent(of: path))
            return result
        } catch {
            unlink(temporary)
            throw error
        }
    }

    private static func copy(_ path: String, to temporary: String) throws -> McapRecovered {
        let source = try LogFileSource(path: path)
        guard source.byteCount <= recoveredBytesMax else { throw SystemError("recover", path, number: EFBIG) }
        guard try McapReader(source).hasMagic else { throw McapError.unreadable("\(path) is no MCAP file") }
        let file = try Descriptor(
            open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o640), from: "open", temporary)
        let result = try McapRecovery.copy(source) { bytes in try file.writeAll(bytes, subject: temporary) }
        guard file.use({ fsync($0) }) == 0 else { throw SystemError("fsync", temporary) }
        return result
    }
}

/// Recovery for whoever asks by name: `skein log recover`.
package enum FlightLogRecovery {
    package static func isWhole(_ path: String) -> Bool { FlightLogFolder.isWhole(path) }

    /// In its place; what was damaged in the midst is kept beside it as FILE.damaged.
    package static func replace(_ path: String) throws -> McapRecovered { try FlightLogFolder.recover(path) }
}
