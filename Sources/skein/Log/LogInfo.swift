import ArgumentParser
import SkeinFiles
import SkeinLog
import SkeinMCAP

/// What is in logs.
struct LogInfo: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "info",
        abstract: "Show what logs hold: robots, spans, channels, gaps, losses.",
        discussion: """
            Reads the whole file and checks every chunk. A gap is a span of more than three seconds in which a robot wrote \
            nothing.

            Exit codes: 0 every file is whole; 6 some are cut or damaged, and shown as far as they go; 2 usage or file error.

            Examples:
              skein log info flight.mcap
              skein log info --json *.mcap | jq '.files[].robots[].gaps'
            """)

    @Argument(help: ArgumentHelp("MCAP files.", valueName: "file"))
    var files: [String]

    @Flag(help: "One JSON object.")
    var json = false

    func validate() throws {
        guard !files.isEmpty else { throw ValidationError("expected a file") }
    }

    func run() throws {
        var values: [JSONValue] = []
        var isWhole = true
        for (index, path) in files.enumerated() {
            let source = try LogFile.source(path)
            var progress = LogProgress(path)
            let summary = try LogFile.wrapping(path) {
                try FlightLogSummary(of: source) { progress.show($0, of: $1) }
            }
            progress.end()
            guard summary.isMcap else { throw FileError(file: path, message: LogFile.noLog) }
            isWhole = isWhole && summary.ending == .whole && summary.lossCount == 0
            if json {
                values.append(LogInfoReport.json(summary, path: path))
            } else {
                if index > 0 { Console.print("") }
                Console.print(LogInfoReport.text(summary, path: path))
            }
        }
        if json { try Console.write(["schema_version": .integer(1), "files": .array(values)], to: "-") }
        guard isWhole else { throw Exit.partial }
    }
}
