import ArgumentParser
import SkeinFiles
import SkeinScenarios
import SkeinWorld

/// One mission.
struct SimRun: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Fly one mission.",
        discussion: """
            Robots boot, find each other, build their hierarchy, and fly to their targets. Prints a report of one \
            screen. With --watch the field is drawn while it happens; where stderr is no terminal nothing is drawn.

            The robots of the field: a letter is a subgroup, a capital its leader, ' a camera robot, ! one whose last \
            step failed, x one that is off; @ and % are the physical target and the virtual source.

            A scenario with a [[stop]] shows when each robot stood, and is complete if all stand that could be reached.

            Exit codes: 0 the mission completed; 1 it did not, or was never started; 2 usage or file error.

            Examples:
              skein sim run sim/scenarios/mesh-cloud-100.toml --seed 7 --watch
              skein sim run sim/scenarios/kill-leader.toml --json - | jq .service_gap_max_s
              skein sim run sim/scenarios/mesh-cloud-100.toml --setups setups.json --setup-index 3 --json r.json
            """)

    @Argument(help: ArgumentHelp("The scenario file (keys: sim/scenarios/README.md).", valueName: "scenario"))
    var scenario: String

    @OptionGroup var seed: SeedOption
    @OptionGroup var strategy: StrategyOption
    @OptionGroup var setup: SetupOptions
    @OptionGroup var json: JSONOption

    @Flag(help: "Draw the field while the mission flies.")
    var watch = false

    @Option(help: ArgumentHelp("With --watch: mission seconds to a second.", valueName: "factor"))
    var speed = 3.0

    @Option(
        help: ArgumentHelp(
            "Write all robots' flight logs to this file, or into this folder. Changes nothing of the run.",
            valueName: "file"))
    var log: String?

    func validate() throws {
        guard speed > 0, speed <= 1_000 else { throw ValidationError("--speed \(speed) outside 0…1000") }
    }

    func run() throws {
        try json.check()
        let scenario = try Scenario.read(scenario)
        let config = try scenario.world(seed: seed.value, strategy: strategy.strategy, setup: try setup.read())
        let flightLog = try log.map { try SimLog($0, scenario: self.scenario, config: config) }
        let begun = Clock.monotonic()
        let result = watch ? watched(config, flightLog) : Self.flown(config, flightLog)
        if let flightLog {
            try flightLog.finish()
            Console.say("wrote \(flightLog.path)")
        }
        let wallSeconds = Clock.seconds(since: begun)
        try json.deliver(
            RunText.report(result, title: title(config), wallSeconds: wallSeconds),
            RunJSON.whole(result, config: config, wallSeconds: wallSeconds))
        guard result.completed else {
            Console.say(result.stop == nil ? "the mission was not completed" : "not every robot stands")
            throw Exit.failed
        }
    }

    private static func flown(_ config: WorldConfig, _ visitor: (any Visitor)?) -> RunResult {
        var world = World(config, stopwatch: Clock.thread)
        return world.run(visitor: visitor)
    }

    private func watched(_ config: WorldConfig, _ visitor: (any Visitor)?) -> RunResult {
        var watcher = Watcher(title: title(config), config: config, speed: speed)
        var world = World(config, stopwatch: watcher.planTimer.read)
        let result = world.run(observer: { watcher.show($0) }, visitor: visitor)
        watcher.end()
        return result
    }

    private func title(_ config: WorldConfig) -> String {
        let name = scenario.split(separator: "/").last.map { $0.hasSuffix(".toml") ? $0.dropLast(5) : $0 } ?? ""
        let place = setup.setups == nil ? "" : ", set-up \(setup.setupIndex ?? 0)"
        return "\(name)\(place), seed \(config.seed), \(config.strategy.rawValue)"
    }
}
