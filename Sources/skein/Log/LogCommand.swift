import ArgumentParser
import SkeinFiles
import SkeinLinux
import SkeinLog
import SkeinMCAP

/// Flight logs.
struct LogCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Read flight logs: what is in them, recover, merge, export, replay.",
        discussion: """
            Every daemon writes MCAP files to its log folder ([flight_log]); `skein lab run --log` and `skein sim run --log` \
            write the same. Any MCAP reader opens them; the messages are Protobuf with their schemas inside. docs/logs.md \
            has the schemas and what survives a power cut.
            """,
        subcommands: [LogInfo.self, LogRecover.self, LogMerge.self, LogExport.self, LogReplay.self])
}

/// Logs as files.
enum LogFile {
    static func source(_ path: String) throws(FileError) -> LogFileSource {
        do throws(SystemError) { return try LogFileSource(path: path) } catch {
            throw FileError(file: path, message: "cannot read: \(SystemError.text(error.number))")
        }
    }

    /// A log that this program can read from, or an error that says what it is.
    static func reader(_ path: String) throws(FileError) -> FlightLogReader<LogFileSource> {
        let source = try source(path)
        let reader: FlightLogReader<LogFileSource>
        do throws(McapError) {
            reader = try FlightLogReader(source)
        } catch { throw FileError(file: path, message: "\(error)") }
        guard reader.mcap.hasMagic else { throw FileError(file: path, message: noLog) }
        return reader
    }

    static let noLog = "expected an MCAP file: its first eight bytes are others"

    static func wrapping<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
        do { return try body() } catch let error as McapError {
            throw FileError(file: path, message: "\(error)")
        } catch let error as SystemError {
            throw FileError(file: path, message: "\(error)")
        }
    }

    /// What a person should know of a file that is not as it was meant.
    static func complaints(_ path: String, ending: McapEnding?, lossCount: Int, lostBytes: UInt64, faults: Int = 0) {
        if case .cut? = ending {
            Console.say("\(path): has no end: cut, or still being written; `skein log recover` makes it whole")
        }
        if lossCount > 0 { Console.say("\(path): \(lostBytes) bytes in \(lossCount) places could not be read") }
        if faults > 0 { Console.say("\(path): \(faults) messages are not of this version's schemas") }
    }
}

/// How far something has come, on a terminal.
struct LogProgress {
    private let what: String
    private var shown = -1

    init(_ what: String) { self.what = what }

    mutating func show(_ done: UInt64, of total: UInt64) {
        guard Console.showsProgress, total > 0 else { return }
        let percent = Int(Double(done) / Double(total) * 100)
        guard percent != shown else { return }
        shown = percent
        Console.progress("\(what) \(percent) %")
    }

    func end() { if shown >= 0 { Console.progress("") } }
}

/// Nanoseconds of a log's time axis, for people and for JSON.
enum LogTime {
    static func seconds(_ nanoseconds: UInt64) -> Double { Double(nanoseconds) * 1e-9 }

    static func text(_ nanoseconds: UInt64) -> String {
        let micros = (nanoseconds % 1_000_000_000) / 1_000
        let digits = String(micros)
        return "\(nanoseconds / 1_000_000_000)." + String(repeating: "0", count: 6 - digits.count) + digits
    }
}
