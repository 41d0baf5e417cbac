import ArgumentParser
import SkeinFiles
import SkeinLinux
import SkeinLog
import SkeinMCAP

/// One log of many.
struct LogMerge: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "Make one log of many robots' logs, in the order of mesh time.",
        discussion: """
            What happened on every robot stands on one time axis: mesh time as each robot knew it. Records from before a robot \
            knew mesh time, or from before two halves of the swarm met and one took over the other's, are moved by what the \
            robot's own clock shows between then and later (docs/logs.md). Cut files are read as far as they go. Reads each \
            file twice and needs no disk but the result's.

            Exit codes: 0 merged; 6 merged, but some of a file could not be read; 2 usage or file error.

            Examples:
              skein log merge alpha-7-0001.mcap bravo-3-0001.mcap --out flight.mcap
              skein log merge logs/*.mcap -o flight.mcap && skein top --replay flight.mcap
            """)

    @Argument(help: ArgumentHelp("MCAP files.", valueName: "file"))
    var files: [String]

    @Option(name: [.customShort("o"), .long], help: ArgumentHelp("The merged log.", valueName: "file"))
    var out: String

    func validate() throws {
        guard !files.isEmpty else { throw ValidationError("expected files") }
        guard !files.contains(out) else { throw ValidationError("--out \(out) is one of the files to merge") }
    }

    func run() throws {
        try OutputFile.check(out)
        var sources: [LogFileSource] = []
        for path in files {
            let source = try LogFile.source(path)
            let hasMagic = try LogFile.wrapping(path) { try McapReader(source).hasMagic }
            guard hasMagic else { throw FileError(file: path, message: LogFile.noLog) }
            sources.append(source)
        }
        var progress = LogProgress("merging")
        let merged = try LogFile.wrapping(out) {
            let sink = try LogFileSink(path: out, .replacing)
            let merged = try FlightLogMerge.run(sources, progress: { progress.show($0, of: $1) }) {
                (bytes: [UInt8]) throws(SystemError) in try sink.write(bytes)
            }
            try sink.finish()
            return merged
        }
        progress.end()
        var text = "\(out): \(merged.messages) messages of \(files.count) files"
        if let first = merged.firstTime, let last = merged.lastTime {
            text += ", \(LogTime.seconds(last - first).rounded(to: 3)) s"
        }
        if merged.steps > 0 { text += "; \(merged.steps) steps of mesh time taken out" }
        Console.print(text)
        if merged.cutInputs > 0 {
            Console.say("\(merged.cutInputs) of the files have no end: cut, or still being written")
        }
        if merged.leftOut > 0 { Console.say("\(merged.leftOut) messages left out: more channels than a log can have") }
        guard merged.lostBytes == 0, merged.leftOut == 0 else {
            Console.say("\(merged.lostBytes) bytes could not be read")
            throw Exit.partial
        }
    }
}
