import ArgumentParser
import SkeinFiles
import SkeinPeer
import SkeinScenarios

/// Swarms in one process.
struct SimCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sim",
        abstract: "Simulate swarms.",
        discussion: """
            Every robot is a peer of its own; all they know of each other came over the simulated air as signed \
            messages. The same scenario and seed give the same run, byte for byte.
            """,
        subcommands: [SimRun.self, SimSweep.self, SimNetwork.self, SimReplay.self, SimPlot.self])
}

extension PlanStrategy: ExpressibleByArgument {}

/// Which seed a world has.
struct SeedOption: ParsableArguments {
    /// Larger whole numbers do not survive every JSON reader.
    static let seedMax = 1 << 53

    @Option(help: ArgumentHelp("What all the dice follow from.", valueName: "n"))
    var seed = 0

    var value: UInt64 { UInt64(seed) }

    func validate() throws {
        guard (0...Self.seedMax).contains(seed) else {
            throw ValidationError("--seed \(seed) outside 0…\(Self.seedMax)")
        }
    }
}

/// Where a set-up comes from.
struct SetupOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Layouts to take robots, cameras, start, targets and ranges from.", valueName: "file"))
    var setups: String?

    @Option(help: ArgumentHelp("Which of them (default: 0).", valueName: "k"))
    var setupIndex: Int?

    func validate() throws {
        guard setups != nil || setupIndex == nil else { throw ValidationError("--setup-index needs --setups FILE") }
    }

    func read() throws(FileError) -> Setup? {
        guard let setups else { return nil }
        return try Setup.read(setups, index: setupIndex ?? 0)
    }
}

/// How the leaders share, if not as the scenario says.
struct StrategyOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How leaders are chosen and share: equal, surplus, uoc (the paper's), skein (ours).", valueName: "s"))
    var strategy: PlanStrategy?
}

/// Where the result goes.
struct JSONOption: ParsableArguments {
    @Option(help: ArgumentHelp("Write the result here; - is stdout, in place of the report.", valueName: "file"))
    var json: String?

    var isStdout: Bool { json == "-" }

    /// Before the work, so that it is not done in vain.
    func check() throws(FileError) {
        if let json, !isStdout { try OutputFile.check(json) }
    }

    /// The report for people, and the file.
    func deliver(_ report: String, _ value: JSONValue) throws(FileError) {
        if !isStdout { Console.print(report) }
        guard let json else { return }
        try Console.write(value, to: json)
        if !isStdout { Console.say("wrote \(json)") }
    }
}
