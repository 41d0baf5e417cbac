import ArgumentParser
import SkeinFiles
import SkeinPeer
import SkeinWire

struct WhyLeader: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "leader",
        abstract: "Why this robot's leader leads it, and nobody else.",
        discussion: """
            Who leads it, since when and by which rule: told to start, by the plan, the strongest heard, or none in 5 GHz \
            range; then every neighbour, how strong it is there, and why it is not the leader. At the root also what each \
            leader of the plan promises.

            Exit codes: 0 ok, 1 the daemon is leaving, 3 no daemon answers, 4 no such robot.

            Examples:
              skein why leader
              skein why leader --json | jq '.candidates[] | select(.leads) | .why_not'
            """)

    @OptionGroup var socket: SocketOption

    @Flag(help: "As JSON.")
    var json = false

    func run() throws {
        let talk = try socket.connect()
        try Tool.run {
            let story = LeaderStory(report: try talk.report(), names: try talk.names())
            if json { try Console.write(story.value, to: "-") } else { Console.print(story.text) }
        }
    }
}

struct WhyRoute: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "route",
        abstract: "Why a message to a robot goes the way it goes.",
        discussion: """
            The neighbour that it goes to now, the rule that chose it, and what each rule before it had against its own way. \
            A name, a unique beginning of one, or a number.

            Exit codes: 0 ok, also without a way, 1 the daemon is leaving, 3 no daemon answers, 4 no such robot.

            Examples:
              skein why route bravo
              skein why route bravo --json | jq .rule
            """)

    @Argument(help: "To whom.")
    var target: String

    @OptionGroup var socket: SocketOption

    @Flag(help: "As JSON.")
    var json = false

    func run() throws {
        let talk = try socket.connect()
        try Tool.run {
            let names = try talk.names()
            guard let target = names.robot(target) else {
                throw TaskFailure(names.complaint(target), Exit.noSuchThing)
            }
            let story = RouteStory(report: try talk.report(), target: target, names: names)
            if json { try Console.write(story.value, to: "-") } else { Console.print(story.text) }
        }
    }
}

struct WhyFailure: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "failure",
        abstract: "What has failed lately, and what led to it.",
        discussion: """
            Failed steps, tasks and units, refused results, lost robots, leaders and roots, each with the events before it \
            that belong to it. With a task's key or number only that task, with a robot only what it had to do with. As far \
            as the latest 512 events reach; how far that is, is said if nothing has failed.

            Exit codes: 0 ok, whether or not anything has failed, 1 the daemon is leaving, 3 no daemon answers, 4 no such \
            task or robot.

            Examples:
              skein why failure
              skein why failure 7
              skein why failure bravo --json
            """)

    @Argument(help: ArgumentHelp("A task's key, or a robot.", valueName: "task-or-robot"))
    var about: String?

    @OptionGroup var socket: SocketOption

    @Flag(help: "As JSON.")
    var json = false

    func run() throws {
        let talk = try socket.connect()
        try Tool.run {
            let names = try talk.names()
            let report = try talk.report()
            let story = FailureStory(
                subject: try subject(talk, report, names), report: report, notes: try talk.events(after: 0).notes,
                names: names)
            if json { try Console.write(story.value, to: "-") } else { Console.print(story.text) }
        }
    }

    private func subject(_ talk: Talk, _ report: PeerReport, _ names: FleetNames) throws -> FailureStory.Subject {
        guard let about else { return .all }
        if let key = UInt64(about), let task = TaskChoice.task(key, in: report) { return .task(task) }
        guard let robot = names.robot(about) else {
            let complaint = UInt64(about).map { "no task \($0) is known here, and no robot" } ?? names.complaint(about)
            throw TaskFailure(complaint, Exit.noSuchThing)
        }
        guard case .peers(let accounts) = try talk.ask(.peers) else { throw TalkError.noSense(talk.path) }
        return .robot(robot, accounts.first { $0.robot == robot })
    }
}

/// Which of a report's tasks a number means: a person's key first, then a step, then the number that events speak of.
enum TaskChoice {
    static func task(_ key: UInt64, in report: PeerReport) -> TaskAccount? {
        report.tasks.first { task in
            switch task.name {
            case .order(let own), .job(let own), .stream(let own): own == TaskKey(key)
            case .step: false
            }
        } ?? report.tasks.first { $0.name == .step(UInt32(clamping: key)) }
            ?? report.tasks.first { $0.number != 0 && UInt64($0.number) == key }
    }
}
