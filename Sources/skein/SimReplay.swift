import ArgumentParser
import SkeinCodec
import SkeinFiles
import SkeinWire

/// A recorded peer's life once more.
struct SimReplay: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Replay what a peer recorded, and compare every decision.",
        discussion: """
            A file of skein peer --record holds the peer's configuration, its seed and every input. The same program \
            must decide the same: each datagram, setpoint and event, to the byte. No key is needed. The replay stops at \
            the first difference and shows what was expected and what was found.

            A recording that ends in the midst of an entry, as a power cut leaves it, is replayed up to there.

            Exit codes: 0 every entry agrees; 1 one does not; 2 usage or file error.

            Examples:
              skein sim replay flight.rec
              skein sim replay flight.rec --events | grep leader
              skein sim replay flight.rec --json - | jq .difference
            """)

    @Argument(help: ArgumentHelp("What skein peer --record has written.", valueName: "file"))
    var file: String

    @Flag(
        help: """
            Print the peer's events, one a line: seconds since it began, mesh time and its bound in seconds (- where it was \
            not known), and what it did.
            """)
    var events = false

    @OptionGroup var json: JSONOption

    func validate() throws {
        guard !(events && json.isStdout) else {
            throw ValidationError("--events and --json - both want stdout: give --json a file")
        }
    }

    func run() throws {
        try json.check()
        let begun = Clock.monotonic()
        let (header, result) = try replayed()
        let wallSeconds = Clock.seconds(since: begun)
        let report = ReplayText.report(result, header: header, file: file, wallSeconds: wallSeconds)
        let value = ReplayJSON.whole(result, header: header, file: file, wallSeconds: wallSeconds)
        if events {
            for happening in result.events {
                let at = happening.at.seconds(since: header.begunAt).rounded(to: 6)
                Console.print("\(at) \(ClockReport.columns(happening.mesh)) \(happening.event)")
            }
            Console.say(report)
            if let file = json.json { try Console.write(value, to: file) }
        } else {
            try json.deliver(report, value)
        }
        if case .cut(let offset, let bytes)? = result.ending {
            Console.say("\(file): cut in the midst of an entry: \(bytes) bytes from byte \(offset) on are not read")
        }
        if let difference = result.difference {
            Console.say(ReplayText.difference(difference, header: header))
            throw Exit.failed
        }
    }

    private func replayed() throws(FileError) -> (RecordingHeader, ReplayResult) {
        let bytes = try InputFile.bytes(of: file)
        do throws(RecordingError) {
            let reader = try RecordingReader(bytes)
            return (reader.header, try Replay.run(reader))
        } catch {
            throw FileError(file: file, message: "\(error)")
        }
    }
}
