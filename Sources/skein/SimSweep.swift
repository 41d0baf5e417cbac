import ArgumentParser
import Glibc
import SkeinFiles
import SkeinScenarios
import SkeinWorld

/// Many missions.
struct SimSweep: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sweep",
        abstract: "Fly a scenario with many seeds, and every set-up of a file.",
        discussion: """
            Every set-up of the file times N seeds, from --first-seed on: a thousand can be flown in parts. Prints the \
            specification's table, percentiles, and the worst runs; where bodies are solid also how often anybody touched \
            anything or crossed a fence, and the smallest gap. The results are the same whatever --jobs is. Progress is \
            shown where stderr is a terminal.

            Ctrl-C (or SIGTERM) lets the missions in hand finish, reports and writes what has been flown, and exits 6.

            Exit codes: 0 all missions were flown; 2 usage or file error; 6 interrupted, the finished ones are kept.

            Examples:
              skein sim sweep sim/scenarios/mesh-cloud-100.toml --seeds 10 --setups setups.json --json sweep.json
              skein sim sweep sim/scenarios/kill-leader.toml --seeds 50
              skein sim sweep sim/scenarios/solid-100.toml --first-seed 500 --seeds 100 --json part-5.json
            """)

    @Argument(help: ArgumentHelp("The scenario file (keys: sim/scenarios/README.md).", valueName: "scenario"))
    var scenario: String

    @Option(help: ArgumentHelp("How many seeds of each set-up.", valueName: "n"))
    var seeds: Int

    @Option(help: ArgumentHelp("The first of them.", valueName: "n"))
    var firstSeed = 0

    @Option(help: ArgumentHelp("Layouts to take robots, cameras, start, targets and ranges from.", valueName: "file"))
    var setups: String?

    @OptionGroup var strategy: StrategyOption

    @Option(
        help: ArgumentHelp("Missions flown at the same time (default: as many as there are cores).", valueName: "n"))
    var jobs: Int?

    @OptionGroup var json: JSONOption

    private static let seedsMax = 1_000_000
    private static let jobsMax = 256

    func validate() throws {
        guard (1...Self.seedsMax).contains(seeds) else {
            throw ValidationError("--seeds \(seeds) outside 1…\(Self.seedsMax)")
        }
        guard (0...SeedOption.seedMax - seeds).contains(firstSeed) else {
            throw ValidationError("--first-seed \(firstSeed) outside 0…\(SeedOption.seedMax - seeds)")
        }
        guard jobs.map((1...Self.jobsMax).contains) ?? true else {
            throw ValidationError("--jobs \(jobs ?? 0) outside 1…\(Self.jobsMax)")
        }
    }

    func run() throws {
        try json.check()
        let scenario = try Scenario.read(scenario)
        let configs = try configs(scenario)
        let begun = Clock.monotonic()
        Interruption.note()
        let cores = min(max(sysconf(Int32(_SC_NPROCESSORS_ONLN)), 1), Self.jobsMax)
        let runs = Fleet.fly(configs, jobs: jobs ?? cores)
        let figures = SweepFigures(runs, plannedRuns: configs.count, wallSeconds: Clock.seconds(since: begun))
        let strategy = (strategy.strategy ?? scenario.strategy).rawValue
        let range = "seeds \(firstSeed)…\(firstSeed + seeds - 1)"
        let title = "\(self.scenario), \(strategy)" + (setups.map { ", \($0)" } ?? "") + ", " + range
        try json.deliver(figures.report(title: title), figures.json(scenario: self.scenario, strategy: strategy))
        guard !figures.isPartial else {
            Console.say("interrupted: \(figures.runs.count) of \(configs.count) missions were flown")
            throw Exit.partial
        }
    }

    private func configs(_ scenario: Scenario) throws(FileError) -> [Fleet.Mission] {
        var missions: [Fleet.Mission] = []
        var layouts: [Setup?] = [nil]
        if let setups { layouts = try Setup.readAll(setups) }
        for layout in layouts {
            // Checked once; the seeds differ in nothing that could be wrong.
            let config = try scenario.world(seed: 0, strategy: strategy.strategy, setup: layout)
            for seed in firstSeed..<firstSeed + seeds {
                missions.append(.init(setupIndex: layout?.index, seed: UInt64(seed), config: config))
            }
        }
        return missions
    }
}
