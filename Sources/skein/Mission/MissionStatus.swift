import ArgumentParser
import SkeinFiles
import SkeinPeer
import SkeinWire

struct MissionStatus: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "How the mission stands: order, plan, roles, tasks, who has arrived.",
        discussion: """
            Order, plan and roles every robot knows. Who has arrived and whose battery is low is known to the root of the \
            tree, which keeps the mission: it is named, and knows most if asked.

            Exit codes: 0 ok, 1 the daemon is leaving, 3 no daemon answers, 6 the plan is not here yet, or was refused.

            Examples:
              skein mission status
              skein mission status --json | jq '.roles[] | select(.robots < .wanted)'
            """)

    @OptionGroup var socket: SocketOption

    @Flag(help: "As JSON.")
    var json = false

    func run() throws {
        let talk = try socket.connect()
        try Tool.run {
            let text = MissionText(report: try talk.mission(.report), names: try talk.names())
            if json { try Console.write(text.value, to: "-") } else { Console.print(text.lines) }
            if text.isPartial { throw Exit.partial }
        }
    }
}

struct WhyRole: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "role",
        abstract: "Why this robot has its role in the mission, or none.",
        discussion: """
            Who gave it, with which order, by which rule, and what the role asks for.

            Exit codes: 0 ok, 1 the daemon is leaving, 3 no daemon answers, 4 no mission with roles was ordered.

            Examples:
              skein why role
            """)

    @OptionGroup var socket: SocketOption

    @Flag(help: "As JSON.")
    var json = false

    func run() throws {
        let talk = try socket.connect()
        try Tool.run {
            let text = MissionText(report: try talk.mission(.report), names: try talk.names())
            guard text.plan != nil else {
                throw TaskFailure("no mission with roles was ordered here", Exit.noSuchThing)
            }
            if json { try Console.write(text.roleValue, to: "-") } else { Console.print(text.why) }
        }
    }
}

struct MissionPlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Who would get which role.",
        discussion: """
            Asks a running robot: the root of the tree knows everybody, any other only itself. With --robots nobody is asked: \
            so many, of which --cameras carry a camera and --receivers a satellite receiver. Nothing is ordered.

            Exit codes: 0 every role has its count; 2 usage or file error; 3 no daemon answers; 6 a role would lack robots.

            Examples:
              skein mission plan patrol.toml --robots 25 --cameras 5
              skein mission plan patrol.toml
            """)

    @Argument(help: ArgumentHelp("The mission file.", valueName: "file"))
    var file: String

    @Option(help: ArgumentHelp("Suppose so many robots.", valueName: "n"))
    var robots: Int?

    @Option(help: ArgumentHelp("Of them, how many carry a camera.", valueName: "n"))
    var cameras = 0

    @Option(help: ArgumentHelp("Of them, how many carry a satellite receiver.", valueName: "n"))
    var receivers = 0

    @Flag(help: "As JSON.")
    var json = false

    @OptionGroup var socket: SocketOption

    func validate() throws {
        guard robots.map({ (1...10_000).contains($0) }) ?? true else {
            throw ValidationError("--robots outside 1…10000")
        }
        guard (0...(robots ?? 0)).contains(cameras), (0...(robots ?? 0)).contains(receivers) else {
            throw ValidationError("--cameras and --receivers: at most --robots")
        }
    }

    func run() throws {
        let plan = try SignedMission.plan(file)
        if let robots {
            let candidates = (0..<robots).map { robot in
                RoleAssignment.Candidate(
                    robot: NodeID(UInt16(robot)),
                    state: LinkReport.MissionState(
                        carriesCamera: robot < cameras, carriesSatelliteReceiver: robot < receivers))
            }
            let places = RoleAssignment(plan: plan, candidates: candidates, before: []).places
            return try show(plan, places, names: FleetNames([]), isWhole: true)
        }
        let talk = try socket.connect()
        try Tool.run {
            let command = OperatorCommand.mission(.assignment(plan: MissionPlanBytes.bytes(of: plan)))
            guard case .mission(.assignment(let assignment)) = try talk.ask(command) else {
                throw TalkError.noSense(talk.path)
            }
            if !assignment.isFromReports {
                Console.say("\(talk.daemon.name) is not the root and knows only itself; ask the root (skein status)")
            }
            try show(plan, assignment.places, names: try talk.names(), isWhole: assignment.isFromReports)
        }
    }

    private func show(
        _ plan: MissionPlan, _ places: [RoleAssignment.Place], names: FleetNames, isWhole: Bool
    ) throws {
        let table = AssignmentText(plan: plan, places: places, names: names)
        if json { try Console.write(table.value, to: "-") } else { Console.print(table.lines) }
        if isWhole, !table.isFull { throw Exit.partial }
    }
}
