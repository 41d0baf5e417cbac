import ArgumentParser
import Glibc
import SkeinFiles
import SkeinPeer
import SkeinWire

/// Missions: what a swarm is to do, and when.
struct MissionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mission",
        abstract: "Check, sign, start, pause and stop the swarm's mission.",
        discussion: """
            A mission file says who goes where, what is forbidden, and what ends it (docs/missions.md). Any robot's daemon \
            takes an order and tells the others. An order to stop is a flooded message like any other: it is no emergency \
            stop, and reaches no robot that is out of reach.
            """,
        subcommands: [
            MissionCheck.self, MissionSign.self, MissionPlanCommand.self, MissionRun.self, MissionPause.self,
            MissionResume.self, MissionStop.self, MissionStatus.self, MissionImport.self, MissionExport.self,
        ])
}

struct MissionPause: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Every robot stands where it is, and keeps what it has found.",
        discussion: """
            Mission time stands too. Goes on with skein mission resume.

            Exit codes: 0 the order is given, 1 no mission runs or the daemon is leaving, 3 no daemon answers, 5 this robot \
            may not.
            """)

    @OptionGroup var socket: SocketOption

    func run() throws {
        let talk = try socket.connect()
        try Tool.run {
            let report = try talk.mission(.pause, outOfTurn: "no mission runs that could be paused")
            Console.say("\(talk.daemon.name) pauses the mission, order \(report.order?.revision ?? 0)")
        }
    }
}

struct MissionResume: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Go on with a paused mission.",
        discussion: """
            Robots move: on a terminal the mission's name is asked for, elsewhere --yes is needed.

            Exit codes: 0 the order is given, 1 no mission is paused or the daemon is leaving, 2 no consent, 3 no daemon \
            answers, 5 this robot may not, 7 an emergency stop is in force.
            """)

    @OptionGroup var socket: SocketOption
    @OptionGroup var consent: Consent

    func run() throws {
        let talk = try socket.connect()
        try Tool.run {
            let before = try talk.mission(.report)
            let name = before.plan.flatMap { try? MissionPlanBytes.plan(of: $0).name } ?? "mission"
            try consent.ask("resume the mission", name: name)
            let report = try talk.mission(.resume, outOfTurn: "no mission is paused")
            Console.say("\(talk.daemon.name) resumes the mission, order \(report.order?.revision ?? 0)")
        }
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

/// A person's word that robots may move.
struct Consent: ParsableArguments {
    @Flag(name: .shortAndLong, help: "Do not ask: robots may move.")
    var yes = false

    /// Asks for the name on a terminal; elsewhere it must have been given.
    func ask(_ what: String, name: String) throws {
        guard !yes else { return }
        guard isatty(STDIN_FILENO) == 1, isatty(STDERR_FILENO) == 1 else {
            throw TaskFailure("robots will move: say --yes", Exit.usage)
        }
        Console.say("robots will move. To \(what), type \(name):")
        guard readLine() == name else { throw TaskFailure("nothing was done", Exit.usage) }
    }
}

extension Talk {
    /// Asks about missions; what is refused is an error with its exit code.
    func mission(_ instruction: MissionInstruction, outOfTurn: String = "") throws -> MissionReport {
        guard case .mission(let reply) = try ask(.mission(instruction)) else { throw TalkError.noSense(path) }
        switch reply {
        case .report(let report): return report
        case .refused(let why): throw TaskFailure("\(daemon.name): \(why.complaint)", Exit.refused)
        case .outOfTurn: throw TaskFailure("\(daemon.name): \(outOfTurn)", Exit.failed)
        case .unknownPlan:
            throw TaskFailure("\(daemon.name) does not hold that plan any more; name its file", Exit.noSuchThing)
        case .assignment, .plans: throw TalkError.noSense(path)
        }
    }
}

extension PlanRefusal {
    /// One line: why, and what to do.
    var complaint: String {
        switch self {
        case .unreadable: "not a signed mission plan, or one of another version"
        case .unknownSigner:
            "signed neither by the fleet's authority nor by a member with the role command; skein mission sign"
        case .wrongSignature: "the signature does not hold for this plan; skein mission sign makes another"
        case .older(let revision):
            "an older revision: the swarm has had revision \(revision); raise revision in the file and sign it again"
        case .otherPlan(let revision):
            "revision \(revision) is that of another plan of this name; raise revision in the file and sign it again"
        case .full: "this robot knows as many missions as it can keep (64)"
        case .withdrawn:
            "whoever signed it may command missions no more; have it signed by who may, and run it again"
        }
    }
}
