import ArgumentParser
import SkeinBench
import SkeinFiles
import SkeinWire

/// Objects against plain encrypted UDP.
struct BenchTransfer: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "transfer",
        abstract: "Carry objects on loopback, beside plain UDP with encryption.",
        discussion: """
            Carries an object between two threads by a robot's own sessions and bulk: offered, paced, acknowledged, put \
            together, its hash checked; in turns with as many bytes in frames of the same size by UDP and libsodium's \
            ChaCha20-Poly1305 alone, which repeats nothing. Prints how much of the plain way's speed is left.

            Exit codes: 0 measured; 1 an object did not arrive; 2 usage error.

            Examples:
              skein bench transfer
              skein bench transfer --bytes 1048576 --rounds 101 --json -
            """)

    @Option(help: ArgumentHelp("Of an object.", valueName: "n"))
    var bytes = 64 << 20

    @Option(help: ArgumentHelp("Turns.", valueName: "n"))
    var rounds = 15

    @OptionGroup var json: JSONOption

    func validate() throws {
        guard (1...ObjectBytes.countMax).contains(bytes) else {
            throw ValidationError("--bytes \(bytes) outside 1…\(ObjectBytes.countMax)")
        }
        guard (1...10_000).contains(rounds) else { throw ValidationError("--rounds \(rounds) outside 1…10000") }
    }

    func run() throws {
        try json.check()
        let figures: TransferFigures
        do throws(BenchError) {
            Interruption.note()
            figures = try TransferRace(bytes: bytes, rounds: rounds).run(isOver: { Interruption.isNoted }) {
                Console.progress($0)
            }
        } catch { throw BenchLoad.end(error) }
        Console.progress("")
        try json.deliver(report(figures), value(figures))
    }

    private func report(_ figures: TransferFigures) -> String {
        var table = TextTable([
            "loopback, \(bytes) B", "skein", "UDP and AEAD alone", "of it lost", "ratio", "lower quartile", "must",
            "aim",
        ])
        table.add(
            "medians of \(figures.rounds.count)", rate(figures.oursMedian), rate(figures.plainMedian),
            figures.plainLostMedian.percent, figures.ratioMedian.rounded(to: 3),
            figures.ratioLowerQuartile.rounded(to: 3), "0.50", "0.80")
        return table.text
    }

    private func rate(_ bitsPerSecond: Double) -> String { (bitsPerSecond / 1e6).rounded(to: 0) + " Mb/s" }

    private func value(_ figures: TransferFigures) -> JSONValue {
        [
            "bytes": .integer(bytes), "rounds": .integer(figures.rounds.count),
            "skein_bps": .number(figures.oursMedian), "plain_bps": .number(figures.plainMedian),
            "plain_lost": .number(figures.plainLostMedian), "ratio": .number(figures.ratioMedian),
            "ratio_lower_quartile": .number(figures.ratioLowerQuartile), "must": .number(0.5), "aim": .number(0.8),
        ]
    }
}
