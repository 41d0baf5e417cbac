import ArgumentParser
import SkeinFiles
import SkeinScenarios
import SkeinWorld

/// Swarms of real processes.
struct LabCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lab",
        abstract: "Fly swarms of real daemons on this machine.",
        discussion: """
            Every robot is a `skein peer` process of its own; nothing is played but the air, the bodies, and the processor \
            shares that the scenario declares. Needs no root. docs/lab.md says what is real and what is played.
            """,
        subcommands: [LabRun.self, LabMediumCommand.self, LabArenaCommand.self, LabGuardCommand.self])
}

/// Which world: the same words make the same one in every process of a laboratory.
struct LabWorldOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("The scenario file (keys: sim/scenarios/README.md).", valueName: "scenario"))
    var scenario: String

    @OptionGroup var seed: SeedOption
    @OptionGroup var strategy: StrategyOption
    @OptionGroup var setup: SetupOptions

    func config() throws(FileError) -> WorldConfig {
        try Scenario.read(scenario).world(seed: seed.value, strategy: strategy.strategy, setup: try setup.read())
    }

    var words: [String] {
        var words = ["--seed", "\(seed.seed)"]
        if let strategy = strategy.strategy { words += ["--strategy", strategy.rawValue] }
        if let setups = setup.setups { words += ["--setups", setups] }
        if let index = setup.setupIndex { words += ["--setup-index", "\(index)"] }
        return words + ["--", scenario]
    }
}
