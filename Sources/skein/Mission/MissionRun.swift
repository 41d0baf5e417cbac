import ArgumentParser
import SkeinFiles
import SkeinPeer
import SkeinWire

struct MissionRun: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Give this robot the mission and the start signal.",
        discussion: """
            It becomes the root and the first leader, the swarm builds its hierarchy, and the mission begins as soon as it \
            has settled. FILE must be signed as it is now (skein mission sign). Robots move: on a terminal the mission's \
            name is asked for, elsewhere --yes is needed.

            Without FILE, on a terminal, the mission files of this folder and the plans that the robot holds are listed, and \
            which of them is meant is asked. --configured is the mission of the robots' configurations ([mission]).

            Exit codes: 0 the signal is given; 1 the daemon is leaving; 2 usage or file error, or nothing was chosen; 3 no \
            daemon answers; 4 the robot holds the chosen plan no more; 5 this robot may not, or the file is unsigned, wrongly \
            signed, or older than what the swarm has had; 7 an emergency stop is in force.

            Examples:
              skein mission run patrol.toml
              skein mission run patrol.toml --organise-only && skein mission status
              skein mission run --configured --yes
            """)

    @Argument(help: ArgumentHelp("The mission file, or what it was compiled to.", valueName: "file"))
    var file: String?

    @OptionGroup var socket: SocketOption
    @OptionGroup var consent: Consent

    @Flag(help: "Only build the hierarchy: nothing moves. Without FILE no mission is named.")
    var organiseOnly = false

    @Flag(help: "The mission of the robots' configurations.")
    var configured = false

    func validate() throws {
        if configured, file != nil { throw ValidationError("FILE or --configured; expected one of them") }
    }

    func run() throws {
        guard let file else { return try runWithoutFile() }
        let signed = try SignedMission.read(file)
        let talk = try socket.connect()
        try Tool.run { try run(signed, talk) }
    }

    private func runWithoutFile() throws {
        let talk = try socket.connect()
        try Tool.run {
            guard !configured, !organiseOnly else { return try runConfigured(talk) }
            switch try MissionChoice.ask(talk) {
            case .configured: try runConfigured(talk)
            case .held(let held): try run(held, talk)
            case .file(let file): try run(try SignedMission.read(file), talk)
            }
        }
    }

    private func run(_ signed: SignedPlan, _ talk: Talk) throws {
        if !organiseOnly { try consent.ask("start the mission", name: signed.plan.name) }
        let report = try talk.mission(.run(plan: signed.bytes, launches: !organiseOnly))
        say(signed.plan.name, signed.plan.revision, report, talk)
    }

    private func run(_ held: MissionHeld, _ talk: Talk) throws {
        try consent.ask("start the mission", name: held.name)
        let report = try talk.mission(.runHeld(held.object, launches: true))
        say(held.name, held.revision, report, talk)
    }

    private func say(_ name: String, _ revision: UInt32, _ report: MissionReport, _ talk: Talk) {
        Console.say(
            "\(talk.daemon.name) \(organiseOnly ? "organises the swarm for" : "starts") mission \(name) revision "
                + "\(revision), order \(report.order?.revision ?? 0)")
    }

    private func runConfigured(_ talk: Talk) throws {
        if !organiseOnly { try consent.ask("start the mission of the configurations", name: "mission") }
        _ = try talk.ask(.organise(launches: !organiseOnly))
        Console.say("\(talk.daemon.name) " + (organiseOnly ? "organises the swarm" : "starts the mission"))
    }
}
