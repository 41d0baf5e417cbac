import ArgumentParser
import Glibc
import SkeinBench
import SkeinFiles
import SkeinLab
import SkeinLinux
import SkeinSeal
import SkeinWire

/// A signed round trip against LCM's unsigned one.
struct BenchRoundTrip: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "roundtrip",
        abstract: "Time a signed round trip on loopback, beside LCM's unsigned one.",
        discussion: """
            Two processes say a message of 256 bytes to and fro, 200 times a second, sealed and opened as in flight; in \
            turns with two processes that do the same by LCM, unsigned, where the build has LCM (`make bench-lcm`). What \
            one signature and one check cost is measured in the same run: the median may exceed LCM's by one of each, each \
            way.

            Exit codes: 0 measured, and within the bound if there is one; 1 not; 2 usage error.

            Examples:
              skein bench roundtrip
              skein bench roundtrip --blocks 20 --json -
            """,
        subcommands: [BenchAnswer.self])

    @Option(help: ArgumentHelp("Turns.", valueName: "n"))
    var blocks = 10

    @Option(help: ArgumentHelp("Round trips in each.", valueName: "n"))
    var rounds = 200

    @OptionGroup var json: JSONOption

    func validate() throws {
        guard (1...1_000).contains(blocks) else { throw ValidationError("--blocks \(blocks) outside 1…1000") }
        guard (10...10_000).contains(rounds) else { throw ValidationError("--rounds \(rounds) outside 10…10000") }
    }

    func run() throws {
        try json.check()
        let figures: RoundTripFigures
        do throws(BenchError) {
            Interruption.note()
            figures = try RoundTripRace(blocks: blocks, rounds: rounds).run(isOver: { Interruption.isNoted }) {
                Console.progress($0)
            }
        } catch { throw BenchLoad.end(error) }
        Console.progress("")
        try json.deliver(report(figures), value(figures))
        if figures.isWithinBound == false {
            Console.say("the median exceeds the bound")
            throw Exit.failed
        }
    }

    private func report(_ figures: RoundTripFigures) -> String {
        var table = TextTable(["round trip of 256 B on loopback", "p50 µs", "p99 µs", "of"])
        table.add(
            "skein, signed", microseconds(figures.ours, 0.5), microseconds(figures.ours, 0.99), "\(figures.ours.count)")
        if let lcm = figures.lcm {
            table.add("LCM, unsigned", microseconds(lcm, 0.5), microseconds(lcm, 0.99), "\(lcm.count)")
        }
        table.add("one signature", (figures.signSeconds * 1e6).rounded(to: 1))
        table.add("one check", (figures.verifySeconds * 1e6).rounded(to: 1))
        if let bound = figures.boundSeconds {
            table.add("bound: LCM + 2 × (signature + check)", (bound * 1e6).rounded(to: 1))
            table.add(figures.isWithinBound == true ? "within the bound" : "not within the bound")
        } else {
            table.add("no LCM in this build: make bench-lcm")
        }
        return table.text
    }

    private func microseconds(_ latencies: LoadFigures.Latencies, _ share: Double) -> String {
        latencies.milliseconds(share).map { $0 * 1e3 }.text(1)
    }

    private func value(_ figures: RoundTripFigures) -> JSONValue {
        func seconds(_ latencies: LoadFigures.Latencies?, _ share: Double) -> JSONValue {
            .optional(latencies?.milliseconds(share).map { $0 * 1e-3 })
        }
        return [
            "body_bytes": .integer(RoundTrip.bodyBytes), "rounds": .integer(figures.ours.count),
            "skein_p50_s": seconds(figures.ours, 0.5), "skein_p99_s": seconds(figures.ours, 0.99),
            "lcm_p50_s": seconds(figures.lcm, 0.5), "lcm_p99_s": seconds(figures.lcm, 0.99),
            "sign_s": .number(figures.signSeconds), "verify_s": .number(figures.verifySeconds),
            "bound_s": .optional(figures.boundSeconds),
            "within_bound": figures.isWithinBound.map { .bool($0) } ?? .null,
        ]
    }
}

/// The process that answers. Started by `skein bench roundtrip`.
struct BenchAnswer: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "answer", abstract: "Answer round trips.", shouldDisplay: false)

    @Argument var port: UInt16
    @Argument var seconds: Int

    func run() throws {
        do throws(SystemError) {
            var trip = try RoundTrip(asks: false)
            try trip.answer(to: port, seconds: seconds)
        } catch {
            Console.say("\(error)")
            throw Exit.failed
        }
    }
}
