import ArgumentParser
import SkeinFiles
import SkeinPeer
import SkeinWorld

struct MissionCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Say everything that is wrong with a mission file; simulate it first on request.",
        discussion: """
            Every fault with its line and column, and the nearest known name where one is not known. With --simulate the \
            mission is flown once with simulated robots, as many as its roles ask for and a few more for roles that take who \
            is left, before anybody else flies it: when and why it ends, who served and who arrived, what became of its tasks, \
            which rules fired, how many of the camera robots' steps failed, and whether anybody touched anything.

            Exit codes: 0 nothing is wrong, and the simulated mission ended as it is meant to; 1 it did not; 2 something is \
            wrong with the file.

            Examples:
              skein mission check patrol.toml
              skein mission check patrol.toml --simulate --seed 7 --robots 20 --range 100
              skein mission check patrol.toml --simulate --json | jq .simulation.contacts
            """)

    @Argument(help: ArgumentHelp("The mission file.", valueName: "file"))
    var file: String

    @Flag(help: "Fly it with simulated robots.")
    var simulate = false

    @Option(help: ArgumentHelp("Of the simulation.", valueName: "n"))
    var seed: UInt64 = 1

    @Option(help: ArgumentHelp("Robots to simulate (default: as many as the roles want).", valueName: "n"))
    var robots: Int?

    @Option(
        help: ArgumentHelp(
            "End the simulation after so much mission time (default: the mission's deadline, or 300 s).", valueName: "s"
        ))
    var limit: Double?

    @Option(help: ArgumentHelp("How far the simulated robots' 2.4 GHz reaches (default: 24).", valueName: "m"))
    var range: Double?

    @Flag(help: "As JSON.")
    var json = false

    func validate() throws {
        guard robots.map({ (1...1_000).contains($0) }) ?? true else { throw ValidationError("--robots outside 1…1000") }
        guard limit.map({ (1...100_000).contains($0) }) ?? true else {
            throw ValidationError("--limit outside 1…100000")
        }
        guard range.map({ $0 > 1 && $0 <= 1_000 }) ?? true else { throw ValidationError("--range outside 1…1000") }
    }

    func run() throws {
        let read = MissionFile.read(file)
        guard let plan = read.plan else {
            if json {
                try Console.write(Self.value(faults: read.faults), to: "-")
            }
            for fault in read.faults { Console.say("\(fault)") }
            throw Exit.usage
        }
        let size = MissionPlanBytes.bytes(of: plan).count
        Console.say("\(file): mission \(plan.name) revision \(plan.revision), \(plan.roles.count) roles, \(size) bytes")
        guard simulate else {
            if json { try Console.write(Self.value(faults: []), to: "-") }
            return
        }
        let flight = PlanFlight(plan, robots: robots, seed: seed, limitSeconds: limit, rangeMeters: range).flown()
        if json {
            try Console.write(Self.value(flight, plan), to: "-")
        } else {
            Console.print(FlightText(flight: flight, plan: plan).lines)
        }
        guard flight.isEnded else {
            Console.say("the mission did not end as it is meant to")
            throw Exit.failed
        }
    }

    private static func value(faults: [FileError]) -> JSONValue {
        [
            "version": .integer(1), "sound": .bool(faults.isEmpty),
            "faults": .array(
                faults.map { fault in
                    [
                        "file": .string(fault.file), "line": fault.position.map { .integer($0.line) } ?? .null,
                        "column": fault.position.map { .integer($0.column) } ?? .null,
                        "message": .string(fault.message),
                    ]
                }),
        ]
    }

    private static func value(_ flight: PlanFlight.Outcome, _ plan: MissionPlan) -> JSONValue {
        [
            "version": .integer(1), "sound": .bool(true), "faults": .array([]),
            "simulation": FlightText(flight: flight, plan: plan).value,
        ]
    }
}

extension Double {
    var inTenths: Double { (self * 10).rounded() / 10 }

    /// For people.
    var oneDecimal: String { inTenths.short }
}
