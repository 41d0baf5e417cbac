import ArgumentParser
import SkeinBench
import SkeinFiles

/// Whether a slow neighbour slows the others.
struct BenchNeighbours: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "neighbours",
        abstract: "Send objects to four neighbours, one of them slow.",
        discussion: """
            On loopback one robot sends four others objects of 10,000 bytes, twenty a second each, every neighbour at 4 \
            Mb/s; in turns with one of them at a hundredth of it. Prints how long objects took to the three others.

            Exit codes: 0 the 99th percentile stayed within 10 %; 1 it did not; 2 usage error.

            Example:
              skein bench neighbours --blocks 6
            """)

    private static let ratioMax = 1.1

    @Option(help: ArgumentHelp("Turns of either kind.", valueName: "n"))
    var blocks = 4

    @Option(help: ArgumentHelp("Seconds of each.", valueName: "s"))
    var seconds = 8

    @OptionGroup var json: JSONOption

    func validate() throws {
        guard (1...1_000).contains(blocks) else { throw ValidationError("--blocks \(blocks) outside 1…1000") }
        guard (1...3_600).contains(seconds) else { throw ValidationError("--seconds \(seconds) outside 1…3600") }
    }

    func run() throws {
        try json.check()
        let figures: NeighbourFigures
        do throws(BenchError) {
            Interruption.note()
            let race = try NeighbourRace(blocks: blocks, blockSeconds: seconds)
            figures = try race.run(isOver: { Interruption.isNoted }, show: { Console.progress($0) })
        } catch { throw BenchLoad.end(error) }
        Console.progress("")
        try json.deliver(report(figures), value(figures))
        guard let ratio = figures.ratioP99, ratio <= Self.ratioMax else {
            Console.say("the 99th percentile moved by more than 10 %")
            throw Exit.failed
        }
    }

    private func report(_ figures: NeighbourFigures) -> String {
        var table = TextTable(["objects to three neighbours", "of", "p50 ms", "p99 ms", "longest ms"])
        for (name, latencies) in [("the fourth as fast", figures.allFast), ("the fourth at 1 %", figures.oneSlow)] {
            table.add(
                name, "\(latencies.count)", latencies.milliseconds(0.5).text(2), latencies.milliseconds(0.99).text(2),
                latencies.milliseconds(1).text(2))
        }
        let toSlow =
            "to the slow one \(figures.slowOffered) taken, \(figures.slowRefused) refused, \(figures.slowArrived) arrived"
        return table.text + "\np99, slow / fast: \(figures.ratioP99.text(3)); \(toSlow)"
    }

    private func value(_ figures: NeighbourFigures) -> JSONValue {
        func latency(_ latencies: LoadFigures.Latencies) -> JSONValue {
            [
                "count": .integer(latencies.count), "p50_ms": .optional(latencies.milliseconds(0.5)),
                "p99_ms": .optional(latencies.milliseconds(0.99)), "max_ms": .optional(latencies.milliseconds(1)),
            ]
        }
        return [
            "all_fast": latency(figures.allFast), "one_slow": latency(figures.oneSlow),
            "p99_ratio": .optional(figures.ratioP99), "slow_taken": .integer(figures.slowOffered),
            "slow_refused": .integer(figures.slowRefused), "slow_arrived": .integer(figures.slowArrived),
        ]
    }
}
