import ArgumentParser
import SkeinPeer
import SkeinWire

/// The way between two robots, hop by hop.
struct TraceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace",
        abstract: "The way from one robot to another, robot by robot.",
        discussion: """
            Each robot on the way is asked whom it would send to next, and echoed from where the way begins. A line tells of \
            the link that leads to its robot: band, dBm and Mb/s as the robot before hears it, what that rests on (as in \
            skein links) and the rule that chose it; RTT is an echo's time from the beginning of the way. A robot that does \
            not answer has a *, and below stands what is known of it.

            Exit codes: 0 the way is known to its end, 1 it is not, 2 usage error, 3 no daemon answers, 4 no such robot.

            Examples:
              skein trace echo
              skein trace alpha --from echo --json
            """)

    @Argument(help: "To which robot.")
    var robot: String

    @Option(help: ArgumentHelp("From which robot (default: the one asked here).", valueName: "robot"))
    var from: String?

    @OptionGroup var socket: SocketOption

    @Flag(help: "As JSON.")
    var json = false

    func run() throws {
        let talk = try socket.connect()
        var isKnown = false
        try Tool.run {
            let questions = QuestionTalk(talk: talk, names: try talk.names())
            let (target, origin) = (try questions.robot(robot), try questions.origin(from))
            let tracer = try Tracer(questions, from: origin, to: target, echoes: true)
            isKnown = tracer.end == .arrived
            if json {
                try Console.write(TraceReport.json(tracer), to: "-")
            } else {
                Console.print(TraceReport.text(tracer))
            }
        }
        guard isKnown else { throw Exit.failed }
    }
}
