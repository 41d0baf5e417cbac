import ArgumentParser
import SkeinFiles
import SkeinScenarios
import SkeinSeal
import SkeinWire
import SkeinWorld

/// What simulating costs.
struct BenchSim: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sim",
        abstract: "Time missions, and the signatures in them.",
        discussion: """
            Flies missions one after the other on one core, signatures on, and prints how long they took, how many \
            field seconds pass in one of ours, how many messages are handled in one; then what signing and verifying \
            one costs.

            Examples:
              skein bench sim
              skein bench sim sim/scenarios/field-20.toml --missions 20 --json -
            """)

    @Argument(help: ArgumentHelp("The scenario file (default: the specification's reference).", valueName: "scenario"))
    var scenario: String?

    @Option(help: ArgumentHelp("Missions to fly, with the seeds 0…N−1.", valueName: "n"))
    var missions = 3

    @OptionGroup var json: JSONOption

    func validate() throws {
        guard (1...10_000).contains(missions) else { throw ValidationError("--missions \(missions) outside 1…10000") }
    }

    func run() throws {
        try json.check()
        var read = Scenario.reference
        if let scenario { read = try Scenario.read(scenario) }
        var wall: [Double] = []
        var virtualSeconds = 0.0
        var sent = 0
        var received = 0
        for seed in 0..<missions {
            let config = try read.world(seed: UInt64(seed))
            let begun = Clock.monotonic()
            let result = Self.flown(config)
            wall.append(Clock.seconds(since: begun))
            virtualSeconds += (result.settleSeconds ?? 0) + (result.completionSeconds ?? 0)
            sent += result.tally.framesSent.reduce(0, +)
            received += result.tally.framesReceived.reduce(0, +)
            Console.progress("\(seed + 1)/\(missions) missions")
        }
        Console.progress("")
        let total = wall.reduce(0, +)
        let sorted = wall.sorted()
        let seal = SealCost.measure()
        var table = TextTable(title: "\(missions) missions of \(read.path), one core")
        table.add("a mission, median", SweepFigures.median(of: sorted).text(2, "s"))
        table.add("a mission, longest", sorted.last.text(2, "s"))
        table.add("field time in real time", "× " + (virtualSeconds / total).rounded(to: 1))
        table.add("frames sent a second", (Double(sent) / total).rounded(to: 0))
        table.add("frames received a second", (Double(received) / total).rounded(to: 0))
        table.add("sign \(SealCost.bytes) B", (seal.signSeconds * 1e6).rounded(to: 1) + " µs")
        table.add("verify \(SealCost.bytes) B", (seal.verifySeconds * 1e6).rounded(to: 1) + " µs")
        try json.deliver(
            table.text,
            [
                "missions": .integer(missions), "wall_s": .number(total),
                "mission_wall_median_s": .optional(SweepFigures.median(of: sorted)),
                "mission_wall_max_s": .optional(sorted.last), "mission_wall_s": .numbers(wall),
                "virtual_s_per_wall_s": .number(virtualSeconds / total),
                "frames_sent_per_s": .number(Double(sent) / total),
                "frames_received_per_s": .number(Double(received) / total),
                "sign_s": .number(seal.signSeconds), "verify_s": .number(seal.verifySeconds),
            ])
    }

    private static func flown(_ config: WorldConfig) -> RunResult {
        var world = World(config, stopwatch: Clock.thread)
        return world.run()
    }
}

/// What one signature costs.
enum SealCost {
    static let bytes = 256
    private static let rounds = 2_000

    static func measure() -> (signSeconds: Double, verifySeconds: Double) {
        let key = SigningKey(seed: [UInt8](repeating: 7, count: SigningKey.seedBytes))
        var message = [UInt8](repeating: 0, count: bytes)
        var signatures: [[UInt8]] = []
        let signing = Clock.monotonic()
        for round in 0..<rounds {
            message[bytes - 1] = UInt8(truncatingIfNeeded: round)
            signatures.append(key.signature(over: message))
        }
        let signed = Clock.seconds(since: signing) / Double(rounds)
        let verifier = SodiumVerifier()
        var valid = 0
        let verifying = Clock.monotonic()
        for round in 0..<rounds {
            message[bytes - 1] = UInt8(truncatingIfNeeded: round)
            // Whatever the verdict, the arithmetic is the same.
            valid += verifier.isSigned(message + signatures[round], signedCount: bytes, by: key.publicKey) ? 1 : 0
        }
        precondition(valid <= rounds)
        return (signed, Clock.seconds(since: verifying) / Double(rounds))
    }
}
