import ArgumentParser
import SkeinFiles
import SkeinPeer
import SkeinWire

/// How fast objects go from one robot to another.
struct SpeedCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "speed",
        abstract: "Measure how fast objects go from one robot to another.",
        discussion: """
            Sends an object made for it by the bulk transfer, with its pacing and by the ordinary way; nothing of it is kept. \
            The time is the receiver's, from the sender's offer to the last byte. Links: what the weakest link of the way \
            carries at best, as its robots hear it; allotted: what the leader's share allows the sender. A measurement takes \
            its part of the band like any object: it needs the role command, and a robot has part in one at a time.

            Exit codes: 0 measured, 1 not, 2 usage error, 3 no daemon answers, 4 no such robot, 5 refused (trust), 6 one of \
            both directions.

            Examples:
              skein speed echo
              skein speed alpha --from echo --bytes 4194304 --both
            """)

    @Argument(help: "To which robot.")
    var robot: String

    @Option(help: ArgumentHelp("From which robot (default: the one asked here).", valueName: "robot"))
    var from: String?

    @Option(help: ArgumentHelp("How much: 16384…16777216.", valueName: "n"))
    var bytes = 1 << 20

    @Flag(help: "There, then back.")
    var both = false

    @Option(help: ArgumentHelp("Give up after so long: 1…120.", valueName: "s"))
    var seconds = 60

    @OptionGroup var socket: SocketOption

    @Flag(help: "As JSON.")
    var json = false

    func validate() throws {
        guard SpeedOrder.bytesRange.contains(bytes) else {
            throw ValidationError("--bytes \(bytes) outside \(Self.text(SpeedOrder.bytesRange))")
        }
        guard SpeedOrder.secondsRange.contains(seconds) else {
            throw ValidationError("--seconds \(seconds) outside \(Self.text(SpeedOrder.secondsRange))")
        }
    }

    private static func text(_ range: ClosedRange<Int>) -> String { "\(range.lowerBound)…\(range.upperBound)" }

    func run() throws {
        let talk = try socket.connect()
        var code: ExitCode?
        var values: [JSONValue] = []
        try Tool.run {
            let questions = QuestionTalk(talk: talk, names: try talk.names())
            let (target, origin) = (try questions.robot(robot), try questions.origin(from))
            guard target != origin else {
                Console.say("\(questions.names.name(target)) is both ends; --from another robot")
                throw Exit.usage
            }
            var failures: [ExitCode] = []
            for (from, to) in [(origin, target)] + (both ? [(target, origin)] : []) {
                let (value, failure) = try measure(from, to, questions)
                values.append(value)
                if let failure { failures.append(failure) }
            }
            code = failures.isEmpty || failures.count == values.count ? failures.first : Exit.partial
            if json { try Console.write(["version": .integer(1), "measurements": .array(values)], to: "-") }
        }
        if let code { throw code }
    }

    private func measure(
        _ from: NodeID, _ to: NodeID, _ questions: QuestionTalk
    ) throws -> (JSONValue, ExitCode?) {
        let names = questions.names
        let tracer = try Tracer(questions, from: from, to: to, echoes: false)
        let hops = tracer.end == .arrived ? tracer.hops.count - 1 : nil
        let order = SpeedOrder(from: from, to: to, bytes: bytes, seconds: seconds)
        let way = "\(names.name(from)) to \(names.name(to))"
        switch try questions.ask(.measure(order), seconds: seconds + 20) {
        case .measured(let report):
            if !json { Console.print("\(way): \(Self.text(report, hops: hops, tracer))") }
            return (Self.json(report, hops: hops, tracer, names), nil)
        case .failed(let robot, let failure):
            let why = try questions.words(robot, failure)
            if !json { Console.print("\(way): not measured: \(why)") }
            return (
                ["from": names.json(from), "to": names.json(to), "measured": .bool(false), "why": .string(why)],
                QuestionTalk.code(failure)
            )
        case .way, .echoed: throw TalkError.noSense(questions.talk.path)
        }
    }

    private static func text(_ report: SpeedReport, hops: Int?, _ tracer: Tracer) -> String {
        var parts = [
            "\(report.bytes) bytes in \(report.took.inSeconds.rounded(to: 3)) s, "
                + "\((report.bitsPerSecond / 1e6).rounded(to: 2)) Mb/s",
            hops.map(QuestionTalk.hops) ?? "hops not known",
        ]
        if let sent = report.sent, let repeated = report.repeated {
            parts.append("\(sent) frames, \(repeated) repeated")
        } else {
            parts.append("frames not known")
        }
        let links = tracer.bottleneckBitsPerSecond.map { ($0 / 1e6).rounded(to: 1) + " Mb/s" } ?? "not known"
        parts.append("links \(links), allotted \((report.allottedBitsPerSecond / 1e6).rounded(to: 1)) Mb/s")
        return parts.joined(separator: "; ")
    }

    private static func json(_ report: SpeedReport, hops: Int?, _ tracer: Tracer, _ names: FleetNames) -> JSONValue {
        [
            "from": names.json(report.from), "to": names.json(report.to), "measured": .bool(true),
            "bytes": .integer(report.bytes), "wait_s": .number(report.waited.inSeconds),
            "transfer_s": .number(report.took.inSeconds), "rate_bits_per_s": .number(report.bitsPerSecond),
            "hops": hops.map { .integer($0) } ?? .null, "frames": report.sent.map { .integer($0) } ?? .null,
            "frames_repeated": report.repeated.map { .integer($0) } ?? .null,
            "links_bits_per_s": .optional(tracer.bottleneckBitsPerSecond),
            "allotted_bits_per_s": .number(report.allottedBitsPerSecond),
        ]
    }
}
