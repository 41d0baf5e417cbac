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
            Robots boot, find each other, build their hierarchy, and fly to their targets. Prints a report of one screen.

            With --watch the field is drawn while it happens, as `skein top` draws it; q lets the mission fly on unseen. Where \
            stderr is no terminal nothing is drawn. With --serve every tool that reads can ask any robot of the running \
            simulation, as `skein status --socket PATH --robot r7`, and `skein top --socket PATH` shows all of it. The run is \
            the same, byte for byte, whoever looks.

            A scenario with a [[stop]] shows when each robot stood, and is complete if all stand that could be reached.

            Exit codes: 0 the mission completed; 1 it did not, or was never started; 2 usage or file error.

            Examples:
              skein sim run sim/scenarios/mesh-cloud-100.toml --seed 7 --watch
              skein sim run sim/scenarios/mesh-cloud-100.toml --serve --socket sim.sock --hold
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

    @OptionGroup var serving: ServeOptions

    @Option(
        help: ArgumentHelp(
            "Write all robots' flight logs to this file, or into this folder. Changes nothing of the run.",
            valueName: "file"))
    var log: String?

    func validate() throws {
        guard !watch || !serving.serve else { throw ValidationError("--watch or --serve; expected one of them") }
    }

    func run() throws {
        try json.check()
        let scenario = try Scenario.read(scenario)
        let config = try scenario.world(seed: seed.value, strategy: strategy.strategy, setup: try setup.read())
        let flightLog = try log.map { try SimLog($0, scenario: self.scenario, config: config) }
        let begun = Clock.monotonic()
        let result =
            watch
            ? watched(config, flightLog) : serving.serve ? try served(config, flightLog) : Self.flown(config, flightLog)
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

    private func served(_ config: WorldConfig, _ log: SimLog?) throws -> RunResult {
        let server = try serving.open(name: title(config), robots: config.robots)
        defer { server.close() }
        var world = World(config, stopwatch: Clock.thread)
        let result = world.run(visitor: Self.both(server, log))
        if serving.hold {
            Console.say("the run is over and stands still; Ctrl-C ends it")
            server.hold(world) { Interruption.isNoted }
        }
        return result
    }

    private static func both(_ visitor: any Visitor, _ log: SimLog?) -> any Visitor {
        log.map { Visitors([$0, visitor]) } ?? visitor
    }

    private static func flown(_ config: WorldConfig, _ log: SimLog?) -> RunResult {
        var world = World(config, stopwatch: Clock.thread)
        return world.run(visitor: log)
    }

    private func watched(_ config: WorldConfig, _ log: SimLog?) -> RunResult {
        let speed = serving.speed ?? .factor(3)
        guard let watch = WorldWatch(title: title(config), config: config, speed: speed.value) else {
            return Self.flown(config, log)
        }
        defer { watch.end() }
        var world = World(config, stopwatch: Clock.thread)
        return world.run(visitor: Self.both(watch, log))
    }

    private func title(_ config: WorldConfig) -> String {
        let name = scenario.split(separator: "/").last.map { $0.hasSuffix(".toml") ? $0.dropLast(5) : $0 } ?? ""
        let place = setup.setups == nil ? "" : ", set-up \(setup.setupIndex ?? 0)"
        return "\(name)\(place), seed \(config.seed), \(config.strategy.rawValue)"
    }
}
