import ArgumentParser
import SkeinFiles
import SkeinPeer
import SkeinWire

/// Reaches another robot over the mesh.
struct PingCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ping",
        abstract: "Reach another robot by the shortest way.",
        discussion: """
            The robot is named as in the roster, by a unique beginning of its name, or by number. Prints the radios \
            crossed and the time there and back.

            Exit codes: 0 every echo came back, 1 none did or the daemon is leaving, 2 usage error, 3 no daemon answers, \
            4 no such robot, 6 some came back.

            Examples:
              skein ping bravo
              skein ping 7 --count 20 --json
            """)

    @Argument(help: "Which robot.")
    var robot: String

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
            let names = try talk.names()
            guard let target = names.robot(robot) else {
                Console.say(names.complaint(robot))
                throw Exit.noSuchThing
            }
            for _ in 0..<count {
                switch try talk.ask(.echo(target), seconds: 10) {
                case .echoed(_, let hops, let roundTrip):
                    arrived += 1
                    answers.append(["hops": .integer(hops), "round_trip_s": .number(roundTrip.inSeconds)])
                    let milliseconds = (roundTrip.inSeconds * 1e3).rounded(to: 2)
                    if !json {
                        Console.print(
                            "\(names.name(target)): \(hops) \(hops == 1 ? "hop" : "hops"), \(milliseconds) ms")
                    }
                case .echoFailed:
                    answers.append(["hops": .null, "round_trip_s": .null])
                    if !json { Console.print("\(names.name(target)): no answer") }
                default: throw TalkError.noSense(talk.path)
                }
            }
            if json {
                try Console.write(
                    ["version": .integer(1), "robot": names.json(target), "echoes": .array(answers)], to: "-")
            }
        }
        guard arrived > 0 else { throw Exit.failed }
        guard arrived == count else { throw Exit.partial }
    }
}
