import ArgumentParser
import SkeinFiles
import SkeinPeer
import SkeinWire

/// Reaches one robot from another over the mesh.
struct PingCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ping",
        abstract: "Reach another robot by the shortest way, from this one or a third.",
        discussion: """
            The robot is named as in the roster, by a unique beginning of its name, or by number; so is the one to reach it \
            from. Prints the radios crossed and the time there and back, without the way to the robot that was asked.

            Exit codes: 0 every echo came back, 1 none did or the daemon is leaving, 2 usage error, 3 no daemon answers, \
            4 no such robot, 6 some came back.

            Examples:
              skein ping bravo
              skein ping 7 --count 20 --json
              skein ping bravo --from delta
            """)

    @Argument(help: "Which robot.")
    var robot: String

    @Option(help: ArgumentHelp("From which robot (default: the one asked here).", valueName: "robot"))
    var from: String?

    @Option(name: [.short, .long], help: ArgumentHelp("How many echoes.", valueName: "n"))
    var count = 1

    @OptionGroup var socket: SocketOption

    @Flag(help: "As JSON.")
    var json = false

    func validate() throws {
        guard (1...1_000).contains(count) else { throw ValidationError("--count \(count) outside 1…1000") }
    }

    func run() throws {
        let talk = try socket.connect()
        var answers: [JSONValue] = []
        var arrived = 0
        try Tool.run {
            let questions = QuestionTalk(talk: talk, names: try talk.names())
            let (target, origin) = (try questions.robot(robot), try questions.origin(from))
            for _ in 0..<count {
                let (echo, why) = try echo(target, from: origin, questions)
                answers.append([
                    "hops": echo.map { .integer($0.hops) } ?? .null,
                    "round_trip_s": .optional(echo?.roundTrip.inSeconds),
                ])
                if echo != nil { arrived += 1 }
                if !json { Console.print("\(questions.names.name(target)): \(why)") }
            }
            if json {
                try Console.write(
                    [
                        "version": .integer(1), "robot": questions.names.json(target),
                        "from": questions.names.json(origin), "echoes": .array(answers),
                    ], to: "-")
            }
        }
        guard arrived > 0 else { throw Exit.failed }
        guard arrived == count else { throw Exit.partial }
    }

    private func echo(
        _ target: NodeID, from origin: NodeID, _ questions: QuestionTalk
    ) throws -> (echo: (hops: Int, roundTrip: Duration)?, words: String) {
        func words(_ hops: Int, _ roundTrip: Duration) -> String {
            "\(QuestionTalk.hops(hops)), \(QuestionTalk.milliseconds(roundTrip)) ms"
        }
        guard origin != questions.talk.daemon.id else {
            switch try questions.talk.ask(.echo(target), seconds: 10) {
            case .echoed(_, let hops, let roundTrip): return ((hops, roundTrip), words(hops, roundTrip))
            case .echoFailed: return (nil, "no answer")
            default: throw TalkError.noSense(questions.talk.path)
            }
        }
        switch try questions.ask(.echo(by: origin, of: target)) {
        case .echoed(_, _, let hops, let roundTrip): return ((hops, roundTrip), words(hops, roundTrip))
        case .failed(let robot, let failure): return (nil, "no answer: \(try questions.words(robot, failure))")
        case .way, .measured: throw TalkError.noSense(questions.talk.path)
        }
    }
}
