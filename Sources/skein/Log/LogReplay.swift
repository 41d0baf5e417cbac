import ArgumentParser
import Glibc
import SkeinFiles
import SkeinLog
import SkeinPeer
import SkeinWire

/// A flight once more, as lines.
struct LogReplay: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Print what happened in a log, as time passes.",
        discussion: """
            One line for each event, line of the daemons' logs and gap; with --reports for each report too. Seconds of the \
            log's time, robot, what. `skein top --replay FILE` draws the same.

            Exit codes: 0 shown; 6 shown, but some of the file could not be read; 2 usage or file error.

            Examples:
              skein log replay flight.mcap
              skein log replay flight.mcap --speed 0 | grep leaderChanged
              skein log replay flight.mcap --speed 10 --reports --from 30
            """)

    @Argument(help: ArgumentHelp("An MCAP file.", valueName: "file"))
    var file: String

    @Option(help: ArgumentHelp("Seconds of the log to a second; 0: all at once.", valueName: "factor"))
    var speed = 1.0

    @Option(help: ArgumentHelp("Begin so many seconds after the log's first record.", valueName: "seconds"))
    var from = 0.0

    @Flag(help: "Reports too.")
    var reports = false

    func validate() throws {
        guard speed >= 0, speed <= 10_000 else { throw ValidationError("--speed \(speed) outside 0…10000") }
        guard from >= 0, from <= 1e9 else { throw ValidationError("--from \(from) outside 0…1000000000") }
    }

    func run() throws {
        var reader = try LogFile.reader(file)
        var first: UInt64?
        let begun = Clock.monotonic()
        try LogFile.wrapping(file) {
            while let item = try reader.next() {
                guard case .record(let record, let logTime) = item else { continue }
                let start = first ?? logTime
                first = start
                let since = logTime < start ? 0 : LogTime.seconds(logTime - start)
                guard since >= from, let text = Self.text(record, reports: reports) else { continue }
                if speed > 0 { Self.wait(until: (since - from) / speed, since: begun) }
                Console.print("\(LogTime.text(logTime)) \(reader.name(of: record.stamp.robot)) \(text)")
            }
        }
        LogFile.complaints(
            file, ending: reader.ending, lossCount: reader.mcap.lossCount, lostBytes: reader.mcap.lostBytes,
            faults: reader.faults)
        guard reader.mcap.lossCount == 0, reader.faults == 0 else { throw Exit.partial }
    }

    private static func wait(until seconds: Double, since begun: UInt64) {
        let left = seconds - Clock.seconds(since: begun)
        guard left > 0 else { return }
        var span = timespec(tv_sec: Int(left), tv_nsec: Int((left - left.rounded(.down)) * 1e9))
        var rest = timespec()
        while nanosleep(&span, &rest) != 0, errno == EINTR { span = rest }
    }

    private static func text(_ record: LogRecord, reports: Bool) -> String? {
        switch record.content {
        case .event(let event, _): "\(event)"
        case .line(let level, let text): "\(level): \(text)"
        case .gap(let records, let reason): "\(records) records lost: \(reason)"
        case .report(let report): reports ? Self.text(report) : nil
        }
    }

    private static func text(_ report: PeerReport) -> String {
        let status = report.status
        return "report: at \(status.xMeters.rounded(to: 1)),\(status.yMeters.rounded(to: 1)) root \(status.root) "
            + "leader \(status.leader) \(report.neighbours.count) neighbours \(report.tasks.count { $0.isOpen }) tasks"
            + (report.safety.isStopped ? " STOPPED" : "")
    }
}
