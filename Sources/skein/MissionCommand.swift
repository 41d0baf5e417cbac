import ArgumentParser
import SkeinFiles
import SkeinPeer

/// The mission that the robots' configurations name, started and stopped from any of them.
struct MissionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mission",
        abstract: "Start and stop the swarm's mission.",
        discussion: """
            Any robot's daemon takes the order and tells the others. An order to stop is a flooded message like any other: \
            it is no emergency stop, and reaches no robot that is out of reach.
            """,
        subcommands: [MissionRun.self, MissionStop.self])
}

struct MissionRun: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Give this robot the start signal.",
        discussion: """
            It becomes the root and the first leader, the swarm builds its hierarchy, and the mission of the robots' \
            configurations ([mission]) begins as soon as it has settled.

            Exit codes: 0 the signal is given, 1 the daemon is leaving, 3 no daemon answers, 5 this robot may not, 7 an \
            emergency stop is in force.

            Examples:
              skein mission run --organise-only
              skein mission run
            """)

    @OptionGroup var socket: SocketOption

    @Flag(help: "Only build the hierarchy: nothing moves.")
    var organiseOnly = false

    func run() throws {
        let talk = try socket.connect()
        try Tool.run { _ = try talk.ask(.organise(launches: !organiseOnly)) }
        Console.say("\(talk.daemon.name) " + (organiseOnly ? "organises the swarm" : "starts the mission"))
    }
}

struct MissionStop: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop",
        abstract: "Stop the mission: every robot holds where it is.",
        discussion: """
            Exit codes: 0 the order is given, 1 the daemon is leaving, 3 no daemon answers, 5 this robot may not.
            """)

    @OptionGroup var socket: SocketOption

    func run() throws {
        let talk = try socket.connect()
        try Tool.run { _ = try talk.ask(.stopMission) }
        Console.say("\(talk.daemon.name) stops the mission")
    }
}
