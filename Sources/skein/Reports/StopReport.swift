import SkeinFiles
import SkeinWorld

/// What came of an emergency stop in a simulated field, for people and for programs.
enum StopReport {
    private static let percents = [50, 99, 100]

    /// Rows of a run's report.
    static func add(_ stop: StopFigures, to table: inout TextTable) {
        table.add("stopped, of reachable robots", "\(stop.reachable - stop.failed.count) of \(stop.reachable)")
        table.add("  of all robots", "\(stop.seconds.count { $0 != nil }) of \(stop.seconds.count)")
        table.add("  after, median, 99 %, last", times(stop.reachableSeconds))
        table.add("  receipts at the issuer", stop.receipts.map { "\($0)" } ?? "–")
        if !stop.failed.isEmpty {
            table.add("  NOT STOPPED", stop.failed.map { "r\($0)" }.joined(separator: " "))
        }
        for (when, robots) in histogram(stop) { table.add("  within \(when) ms", robots) }
    }

    /// The robots by when they stood, a line for each tenth of a second.
    private static func histogram(_ stop: StopFigures) -> [(String, String)] {
        let last = stop.seconds.compactMap { $0 }.max() ?? 0
        return (0...Int(last * 10)).prefix(50).compactMap { tenth in
            let range = Double(tenth) / 10..<Double(tenth + 1) / 10
            let robots = stop.seconds.indices.filter { stop.seconds[$0].map(range.contains) ?? false }
            guard !robots.isEmpty else { return nil }
            let shown = robots.count <= 12 ? robots.map { "r\($0)" }.joined(separator: " ") : "\(robots.count) robots"
            return ("\((tenth + 1) * 100)", shown)
        }
    }

    private static func times(_ sorted: [Double]) -> String {
        percents.map { SweepFigures.percentile($0, of: sorted).text(3, "s") }.joined(separator: ", ")
    }

    static func value(_ stop: StopFigures) -> JSONValue {
        [
            "reachable": .integer(stop.reachable), "failed": .integers(stop.failed),
            "stood_s": .array(stop.seconds.map { .optional($0) }),
            "stood_p50_s": .optional(SweepFigures.percentile(50, of: stop.reachableSeconds)),
            "stood_p99_s": .optional(SweepFigures.percentile(99, of: stop.reachableSeconds)),
            "stood_max_s": .optional(SweepFigures.percentile(100, of: stop.reachableSeconds)),
            "receipts": stop.receipts.map { .integer($0) } ?? .null,
        ]
    }

    // MARK: Many runs

    /// Over all reachable robots of all runs, and over the runs' last robots. Nil: no run had a stop.
    static func sweep(_ runs: [SweepFigures.Run]) -> String? {
        let stops = runs.compactMap(\.result.stop)
        guard !stops.isEmpty else { return nil }
        var table = TextTable(["emergency stop", "p50", "p99", "max"])
        let all = stops.flatMap(\.reachableSeconds).sorted()
        let last = stops.map { $0.reachableSeconds.last ?? .infinity }.sorted()
        for (name, values) in [("a reachable robot stands after, s", all), ("the last of a run, s", last)] {
            table.add(row: [name] + percents.map { SweepFigures.percentile($0, of: values).text(3) })
        }
        let failed = runs.filter { $0.result.stop.map { !$0.failed.isEmpty } ?? false }
        let seeds = failed.prefix(8).map { "\($0.result.seed)" }.joined(separator: " ")
        let robots = stops.reduce(0) { $0 + $1.reachable }
        return table.text + "\n" + "\(stops.count) stops, \(robots) reachable robots, "
            + "\(stops.reduce(0) { $0 + $1.failed.count }) of them not stopped"
            + (failed.isEmpty ? "" : " (seeds \(seeds))")
    }

    static func sweepValue(_ runs: [SweepFigures.Run]) -> JSONValue {
        let stops = runs.compactMap(\.result.stop)
        guard !stops.isEmpty else { return .null }
        let all = stops.flatMap(\.reachableSeconds).sorted()
        return [
            "runs": .integer(stops.count), "reachable": .integer(stops.reduce(0) { $0 + $1.reachable }),
            "failed": .integer(stops.reduce(0) { $0 + $1.failed.count }),
            "stood_p50_s": .optional(SweepFigures.percentile(50, of: all)),
            "stood_p99_s": .optional(SweepFigures.percentile(99, of: all)),
            "stood_max_s": .optional(SweepFigures.percentile(100, of: all)),
        ]
    }
}
