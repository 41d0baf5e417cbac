import ArgumentParser
import SkeinFiles
import SkeinLab
import SkeinLinux
import SkeinPeer

/// What a flight log costs a daemon.
struct BenchLog: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Measure what flight logs cost daemons.",
        discussion: """
            Flies a scenario with a real daemon for every robot, each writing its flight log, and prints how much of the \
            daemons' processor time went into it: the log's thread, and what the loop does for its sake; and how fast the \
            files grow. Each daemon measures itself, so both figures are of one run.

            Exit codes: 0 measured; 1 a process ended, or a daemon told nothing; 2 usage or file error.

            Example:
              skein bench log sim/scenarios/field-20-slow.toml --seed 3
            """)

    @OptionGroup var world: LabWorldOptions
    @OptionGroup var json: JSONOption

    func run() throws {
        StandardStreams.fill()
        try json.check()
        let config = try world.config()
        var options = Laboratory.Options(worldArguments: world.words)
        options.keeps = true
        options.attachments = [world.scenario]
        let folder = try LabFolder.make()
        defer { LabFolder.remove(folder.path) }
        options.logFolder = folder.path
        let begun = Clock.monotonic()
        let result: LabResult
        do throws(LabError) {
            result = try Laboratory(config, options: options).run()
        } catch {
            Console.say("\(error)")
            throw Exit.failed
        }
        guard let kept = result.folder else { preconditionFailure("the laboratory's folder was to be kept") }
        defer { LabFolder.remove(kept) }
        let costs = try (0..<config.robots).compactMap { try Self.cost("\(kept)/r\($0).log") }
        let seconds = Clock.seconds(since: begun)
        guard costs.count == config.robots else {
            Console.say("\(config.robots - costs.count) of \(config.robots) daemons did not tell what their logs cost")
            throw Exit.failed
        }
        try report(costs, seconds: seconds)
    }

    private static func cost(_ path: String) throws(FileError) -> LogCost? {
        try InputFile.text(of: path).split(separator: "\n").compactMap { LogCost(line: String($0)) }.last
    }

    private func report(_ costs: [LogCost], seconds: Double) throws {
        func sum(_ field: (LogCost) -> Int64) -> Double { Double(costs.reduce(0) { $0 + field($1) }) * 1e-6 }
        let (thread, loop, all) = (sum(\.thread), sum(\.loop), sum(\.process))
        let shares = costs.map { Double($0.thread + $0.loop) / Double(max(1, $0.process)) }.sorted()
        let bytes = costs.map { Double($0.bytes) / seconds * 3_600 }.sorted()
        var table = TextTable(title: "\(costs.count) daemons, \(seconds.rounded(to: 1)) s")
        table.add("  processor time of all", "\(all.rounded(to: 3)) s")
        table.add("  of it the log", "\(((thread + loop) / all * 100).rounded(to: 2)) %")
        table.add("  its thread, the loop for it", "\(thread.rounded(to: 3)) s, \(loop.rounded(to: 3)) s")
        table.add("  worst daemon", "\(((shares.last ?? 0) * 100).rounded(to: 2)) %")
        table.add(
            "  a file grows",
            "\((bytes[bytes.count / 2] / 1e6).rounded(to: 2)) MB an hour, \(((bytes.last ?? 0) / 1e6).rounded(to: 2)) at most"
        )
        try json.deliver(
            table.text,
            [
                "daemons": .integer(costs.count), "span_s": .number(seconds), "processor_s": .number(all),
                "log_thread_s": .number(thread), "log_loop_s": .number(loop),
                "log_fraction": .number((thread + loop) / all), "log_fraction_max": .number(shares.last ?? 0),
                "bytes_per_hour_median": .number(bytes[bytes.count / 2]),
                "bytes_per_hour_max": .number(bytes.last ?? 0),
            ])
    }
}
