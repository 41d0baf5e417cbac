import ArgumentParser
import SkeinFiles
import SkeinSeal
import SkeinWire

/// What trust costs.
struct BenchSeal: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "seal",
        abstract: "Time signatures, encryption, and refusing what is forged.",
        discussion: """
            Seals and opens messages and bulk frames on one core, in turns with libsodium alone on as many bytes, and \
            prints how much of libsodium's speed is left; then what it costs to refuse a flood of forged and replayed \
            frames, as fast as the air carries them at 6 Mb/s, without the socket's cost.

            Examples:
              skein bench seal
              skein bench seal --rounds 101 --json -
            """)

    @Option(help: ArgumentHelp("Turns of each measurement.", valueName: "n"))
    var rounds = 31

    @Option(help: ArgumentHelp("Seconds of field time that each flood lasts.", valueName: "s"))
    var floodSeconds = 10.0

    @OptionGroup var json: JSONOption

    func validate() throws {
        guard (1...10_000).contains(rounds) else { throw ValidationError("--rounds \(rounds) outside 1…10000") }
        guard (0.1...3_600).contains(floodSeconds) else {
            throw ValidationError("--flood-seconds \(floodSeconds) outside 0.1…3600")
        }
    }

    /// One line of the report, with what the issue demands of it.
    private struct Row {
        var race: BenchSealRace
        /// Bits of payload, where that is what counts.
        var bits: Int?
        var must: Double?
        var aim: Double?
    }

    private static let messagesPerRound = 200
    private static let framesPerRound = 4_000
    /// A whole datagram, and a smaller one.
    private static let payloadBytes = [BulkFrame.payloadBytesMax, 1_200]

    func run() throws {
        try json.check()
        var rows = messageRows()
        for bytes in Self.payloadBytes { rows.append(bulkRow(payloadBytes: bytes)) }
        Console.progress("floods")
        let floods = BenchSealFlood.all(seconds: floodSeconds)
        Console.progress("")
        try json.deliver(
            report(rows) + "\n\n" + report(floods),
            [
                "rounds": .integer(rounds), "races": .array(rows.map(value)),
                "flood_s": .number(floodSeconds), "floods": .array(floods.map(value)),
            ])
    }

    private func messageRows() -> [Row] {
        let alone = SodiumAlone(bytes: Envelope.headerBytes + BenchSealWork.bodyBytes)
        var work = BenchSealWork()
        var both = BenchSealRace(name: "sign and verify, message of \(BenchSealWork.bodyBytes) B")
        var signing = BenchSealRace(name: "  sign")
        var verifying = BenchSealRace(name: "  verify")
        for round in 0..<rounds {
            Console.progress("messages \(round + 1)/\(rounds)")
            let isOursFirst = round % 2 == 0
            both.run(count: Self.messagesPerRound, isOursFirst: isOursFirst) { _ in
                work.open(work.close())
            } alone: {
                alone.sign()
                return alone.verify()
            }
            var closed: [[UInt8]] = []
            closed.reserveCapacity(Self.messagesPerRound)
            signing.run(count: Self.messagesPerRound, isOursFirst: isOursFirst) { _ in
                closed.append(work.close())
                return true
            } alone: {
                alone.sign()
                return true
            }
            verifying.run(count: Self.messagesPerRound, isOursFirst: isOursFirst) {
                work.open(closed[$0])
            } alone: {
                alone.verify()
            }
        }
        return [Row(race: both, must: 0.85, aim: 0.95), Row(race: signing), Row(race: verifying)]
    }

    private func bulkRow(payloadBytes: Int) -> Row {
        let alone = SodiumAlone(bytes: payloadBytes)
        var sessions = BenchSessions()
        let payload = [UInt8](repeating: 3, count: payloadBytes)
        var race = BenchSealRace(name: "bulk, frames of \(payloadBytes + BulkFrame.overheadBytes) B")
        for round in 0..<rounds {
            Console.progress("bulk \(round + 1)/\(rounds)")
            race.run(count: Self.framesPerRound, isOursFirst: round % 2 == 0) { _ in
                var frame = sessions.seal(payload)
                return sessions.open(&frame)
            } alone: {
                alone.encrypt()
                return alone.decrypt()
            }
        }
        return Row(race: race, bits: payloadBytes * 8, must: 0.80, aim: 0.95)
    }

    private func report(_ rows: [Row]) -> String {
        var table = TextTable(["one core", "skein", "libsodium alone", "ratio", "lower quartile", "must", "aim"])
        for row in rows {
            table.add(
                row.race.name, rate(row, row.race.oursMedianSeconds), rate(row, row.race.aloneMedianSeconds),
                row.race.ratio.rounded(to: 3), row.race.ratioLowerQuartile.rounded(to: 3), row.must.text(2),
                row.aim.text(2))
        }
        return table.text
    }

    private func rate(_ row: Row, _ seconds: Double) -> String {
        guard let bits = row.bits else { return (1 / seconds).rounded(to: 0) + " /s" }
        return (Double(bits) / seconds / 1e6).rounded(to: 0) + " Mb/s"
    }

    private func report(_ floods: [BenchSealFlood]) -> String {
        var table = TextTable(["refused, at 6 Mb/s", "bytes", "frames /s", "could refuse /s", "of a core"])
        for flood in floods {
            table.add(
                flood.name, "\(flood.datagramBytes)", flood.framesPerSecond.rounded(to: 0),
                flood.refusedPerSecond.rounded(to: 0), flood.coreShare.percent)
        }
        return table.text
    }

    private func value(_ row: Row) -> JSONValue {
        let race = row.race
        return [
            "name": .string(String(race.name.drop { $0 == " " })), "skein_s": .number(race.oursMedianSeconds),
            "libsodium_s": .number(race.aloneMedianSeconds),
            "skein_bps": .optional(row.bits.map { Double($0) / race.oursMedianSeconds }),
            "libsodium_bps": .optional(row.bits.map { Double($0) / race.aloneMedianSeconds }),
            "ratio": .number(race.ratio), "ratio_lower_quartile": .number(race.ratioLowerQuartile),
            "must": .optional(row.must), "aim": .optional(row.aim),
        ]
    }

    private func value(_ flood: BenchSealFlood) -> JSONValue {
        [
            "name": .string(flood.name), "datagram_bytes": .integer(flood.datagramBytes),
            "frames_per_s": .number(flood.framesPerSecond), "refused_per_s": .number(flood.refusedPerSecond),
            "core_share": .number(flood.coreShare),
        ]
    }
}
