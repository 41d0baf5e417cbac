import ArgumentParser
import SkeinFiles
import SkeinScenarios
import SkeinWorld

/// A hierarchy, without a mission.
struct SimNetwork: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "network",
        abstract: "Build a hierarchy over the air, and no more.",
        discussion: """
            The robots boot and organise themselves until the hierarchy has settled; then control traffic is measured \
            for a few seconds. Without a scenario the specification's reference is taken. With --instance everything \
            is the file's: places, cameras, idle shares, start, 5 GHz links (b/s/Hz), bandwidth and rate per percent; \
            the 2.4 GHz links follow from places and range24.

            Exit codes: 0 the hierarchy settled; 1 it did not; 2 usage or file error.

            Examples:
              skein sim network sim/scenarios/mesh-cloud-100.toml --seed 3
              skein sim network --instance contribution_instances.json --instance-index 2 --strategy uoc --json -
            """)

    @Argument(help: ArgumentHelp("The scenario file (keys: sim/scenarios/README.md).", valueName: "scenario"))
    var scenario: String?

    @Option(help: ArgumentHelp("A network given whole, in place of a scenario.", valueName: "file"))
    var instance: String?

    @Option(help: ArgumentHelp("Which instance of the file (default: 0).", valueName: "k"))
    var instanceIndex: Int?

    @OptionGroup var seed: SeedOption
    @OptionGroup var strategy: StrategyOption
    @OptionGroup var setup: SetupOptions
    @OptionGroup var json: JSONOption

    func validate() throws {
        guard instance == nil || (scenario == nil && setup.setups == nil) else {
            throw ValidationError("--instance stands in place of a scenario and of --setups")
        }
        guard instance != nil || instanceIndex == nil else {
            throw ValidationError("--instance-index needs --instance FILE")
        }
    }

    func run() throws {
        try json.check()
        let config = try config()
        let begun = Clock.monotonic()
        var world = World(config, stopwatch: Clock.thread)
        let result = world.network()
        let wallSeconds = Clock.seconds(since: begun)
        let name = instance ?? scenario ?? Scenario.reference.path
        let index =
            instance == nil ? setup.setupIndex.map { ", set-up \($0)" } ?? "" : ", instance \(instanceIndex ?? 0)"
        let title = "\(name)\(index), seed \(config.seed), \(config.strategy.rawValue)"
        try json.deliver(
            NetworkText.report(result, title: title, wallSeconds: wallSeconds),
            NetworkJSON.whole(result, config: config, wallSeconds: wallSeconds))
        guard result.settled else {
            Console.say("the hierarchy did not settle")
            throw Exit.failed
        }
    }

    private func config() throws(FileError) -> WorldConfig {
        if let instance {
            var config = try Instance.read(instance, index: instanceIndex ?? 0).world(seed: seed.value)
            if let strategy = strategy.strategy { config.strategy = strategy }
            return config
        }
        var read = Scenario.reference
        if let scenario { read = try Scenario.read(scenario) }
        return try read.world(seed: seed.value, strategy: strategy.strategy, setup: try setup.read())
    }
}
