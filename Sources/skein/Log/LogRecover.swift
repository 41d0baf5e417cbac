import ArgumentParser
import SkeinFiles
import SkeinLinux
import SkeinMCAP

/// Whole logs of cut or damaged ones.
struct LogRecover: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recover",
        abstract: "Make whole logs of cut or damaged ones.",
        discussion: """
            Takes every whole chunk, and the whole records after the last one, and writes them with a summary to \
            FILE.recovered. A daemon does the same at its start with the files that its last boot left without an end. \
            Says what was lost. A file that is whole is left alone.

            Exit codes: 0 recovered, or was whole; 2 usage or file error.

            Examples:
              skein log recover flight.mcap
              skein log recover --in-place /var/lib/skein/log/*.mcap
            """)

    @Argument(help: ArgumentHelp("MCAP files.", valueName: "file"))
    var files: [String]

    @Flag(
        help: "Put the recovered file in the place of the other; what was damaged in its midst is kept as FILE.damaged."
    )
    var inPlace = false

    func validate() throws {
        guard !files.isEmpty else { throw ValidationError("expected a file") }
    }

    func run() throws {
        for path in files {
            let source = try LogFile.source(path)
            try LogFile.wrapping(path) {
                let reader = try McapReader(source)
                guard reader.hasMagic || source.byteCount > 0 else {
                    throw FileError(file: path, message: LogFile.noLog)
                }
                if try isSound(source) {
                    Console.print("\(path): whole")
                    return
                }
                let result = try recovered(path, source)
                guard reader.hasMagic || result.messages > 0 else {
                    throw FileError(file: path, message: LogFile.noLog)
                }
                Console.print("\(inPlace ? path : path + ".recovered"): \(Self.text(result))")
                if result.losses.contains(where: { $0.reason == .unknownCompression }) {
                    Console.say(
                        "\(path): some chunks are packed otherwise than with zstd: the file that made them has them")
                }
            }
        }
    }

    /// Whole, and every chunk checks.
    private func isSound(_ source: LogFileSource) throws -> Bool {
        guard McapTail.isWhole(source) else { return false }
        var reader = try McapReader(source)
        while try reader.next() != nil {}
        return reader.lossCount == 0 && reader.ending == .whole
    }

    private func recovered(_ path: String, _ source: LogFileSource) throws -> McapRecovered {
        if inPlace { return try FlightLogRecovery.replace(path) }
        let sink = try LogFileSink(path: path + ".recovered", .replacing)
        let result = try McapRecovery.copy(source) { (bytes: [UInt8]) throws(SystemError) in try sink.write(bytes) }
        guard result.messages > 0 || result.metadata > 0 || McapTail.isWhole(source) else {
            throw FileError(file: path, message: "nothing in it can be read")
        }
        try sink.finish()
        return result
    }

    private static func text(_ result: McapRecovered) -> String {
        var text = "\(result.messages) messages of \(result.chunks) whole chunks"
        if let first = result.firstTime, let last = result.lastTime {
            text += ", \(LogTime.seconds(last - first).rounded(to: 3)) s"
        }
        text += "; lost \(result.lostBytes) bytes in \(result.lossCount) places"
        if result.lossCount == 0, case .cut = result.ending {
            text = text.replacing(/; lost.*/, with: "; nothing lost but its end")
        }
        return text
    }
}
