import ArgumentParser
import SkeinFiles
import SkeinPeer
import SkeinWire

/// Why things are as they are: what a robot did, and what it knew when it did.
struct WhyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why",
        abstract: "Why something is as it is.",
        discussion: """
            leader: why this robot's leader leads it; route: why a message goes the way it goes; placement: why the units of \
            a task are computed where they are; role: why this robot has its role in the mission; failure: what has failed lately, and what led to it.
            """,
        subcommands: [WhyLeader.self, WhyRoute.self, WhyPlacement.self, WhyRole.self, WhyFailure.self])
}

struct WhyPlacement: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "placement",
        abstract: "Why the units of a task were computed where they were.",
        discussion: """
            The story of each unit as this robot lived it: who was asked for helpers, who was given the unit, when it would \
            have been done there and here, what the helpers said, what went wrong. Times are seconds since the task was \
            accepted. For tasks of registered kernels, open ones too; a robot remembers the latest notes of a task. For \
            steps of the mission and tasks of built-in kernels, which are decided by the processor's load: where each unit \
            is or was, and the load that it was decided by.

            Exit codes: 0 ok, 1 the daemon is leaving, 3 no daemon answers, 4 no such task or unit.

            Examples:
              skein why placement 7
              skein why placement 7 --unit 3
              skein why placement 7 --json | jq '.units[].notes[] | select(.what == "failed")'
            """)

    @Argument(help: "The task's key, or a step's number.")
    var task: UInt64

    @Option(help: ArgumentHelp("Only this unit.", valueName: "n"))
    var unit: Int?

    @OptionGroup var socket: SocketOption

    @Flag(help: "As JSON.")
    var json = false

    /// More pages than a robot keeps notes for.
    private static let pagesMax = 10_000

    func run() throws {
        let talk = try socket.connect()
        try Tool.run {
            let names = try talk.names()
            guard let (notes, count) = try notes(talk) else { return try tellLoad(talk, names) }
            guard case .job(.state(_, let state)) = try talk.ask(.job(.state(TaskKey(task)))) else {
                throw TalkError.noSense(talk.path)
            }
            let story = PlacementStory(
                key: TaskKey(task), notes: notes, forgotten: count - notes.count, state: state, robot: talk.daemon.id,
                names: names, unit: unit)
            guard unit == nil || !story.units.isEmpty else {
                throw TaskFailure("nothing has happened with a unit \(unit ?? 0) of task \(task)", Exit.noSuchThing)
            }
            if json { try Console.write(story.value, to: "-") } else { Console.print(story.text) }
        }
    }

    /// All that are left, and how many there have been; nil: this book does not have the task. A robot that has let go of the first gives the next in their place,
    /// so that pages may overlap.
    private func notes(_ talk: Talk) throws -> (notes: [PlacementNote], count: Int)? {
        var notes: [PlacementNote] = []
        var position = 0
        for _ in 0..<Self.pagesMax {
            let command = JobCommand.explain(TaskKey(task), from: position)
            guard case .job(.notes(_, let page, let count)) = try talk.ask(.job(command)) else {
                throw TalkError.noSense(talk.path)
            }
            guard let page else { return nil }
            notes += page.dropFirst(Self.overlap(notes, page))
            position += page.count
            if page.isEmpty || position >= count { return (notes, count) }
        }
        return (notes, notes.count)
    }

    /// How many of the later begin with what the earlier end with.
    private static func overlap(_ earlier: [PlacementNote], _ later: [PlacementNote]) -> Int {
        for count in stride(from: min(earlier.count, later.count), to: 0, by: -1)
        where earlier.suffix(count).elementsEqual(later.prefix(count)) {
            return count
        }
        return 0
    }

    /// A step, or a task for a built-in kernel: no notes are taken of those, the robot's own account tells.
    private func tellLoad(_ talk: Talk, _ names: FleetNames) throws {
        let report = try talk.report()
        guard let account = TaskChoice.task(task, in: report) else { throw TaskBooks.noSuchTask(task) }
        var story = LoadStory(task: account, report: report, names: names)
        if let unit {
            story.task.units = account.units.filter { $0.number == unit }
            guard !story.task.units.isEmpty else {
                throw TaskFailure("task \(task) has no unit \(unit)", Exit.noSuchThing)
            }
        }
        if json { try Console.write(story.value, to: "-") } else { Console.print(story.text) }
    }
}
