import SkeinFiles
import SkeinLab
import SkeinWorld

/// A laboratory run as `--json` writes it: the keys of `skein sim run`, and those of processes.
enum LabJSON {
    static func whole(_ result: LabResult, config: WorldConfig, wallSeconds: Double) -> JSONValue {
        guard case .object(var members) = RunJSON.whole(result.run, config: config, wallSeconds: wallSeconds) else {
            preconditionFailure("a run that is no object")
        }
        members += [
            .init("medium_lateness_ms_p99", .number(result.mediumLateness.p99Milliseconds)),
            .init("medium_lateness_ms_max", .number(result.mediumLateness.maxMilliseconds)),
            .init("arena_lateness_ms_p99", .number(result.arenaLateness.p99Milliseconds)),
            .init("arena_lateness_ms_max", .number(result.arenaLateness.maxMilliseconds)),
            .init("medium_malformed", .integer(result.airDrops.malformed)),
            .init("medium_strangers", .integer(result.airDrops.strangers)),
            .init("medium_unsent", .integer(result.airDrops.unsent)),
            .init("readings_dropped", .integer(result.readingsDropped)),
            .init("events_lost", .integer(result.eventsLost)),
            .init("processes", .array(result.processes.map(process))),
        ]
        return .object(members)
    }

    private static func process(_ process: LabResult.Process) -> JSONValue {
        [
            "name": .string(process.name), "part": .string(process.part.rawValue), "pid": .integer(Int(process.pid)),
            "rss_bytes": .integer(process.residentBytes), "cpu_fraction": .number(process.processorFraction),
            "idle_cpu_fraction": .optional(process.idleProcessorFraction),
        ]
    }
}

/// The same on one screen.
enum LabText {
    static func report(_ result: LabResult, title: String, wallSeconds: Double) -> String {
        var table = TextTable(title: "processes")
        let peers = result.processes.filter { $0.part == .peer }
        table.add("peers", "\(peers.count)")
        table.add("memory, largest", megabytes(peers.map(\.residentBytes).max() ?? 0))
        table.add("processor, busiest", (peers.map(\.processorFraction).max() ?? 0).percent + " of a core")
        let idle = peers.compactMap(\.idleProcessorFraction).max()
        table.add("  before the mission", (idle?.percent ?? "–") + (idle == nil ? "" : " of a core"))
        for process in result.processes where process.part != .peer {
            table.add(
                process.name, "\(process.processorFraction.percent) of a core, \(megabytes(process.residentBytes))")
        }
        table.add("the air was late, 99 %, most", lateness(result.mediumLateness))
        table.add("the field was late, 99 %, most", lateness(result.arenaLateness))
        if result.eventsLost > 0 { table.add("EVENTS LOST", "\(result.eventsLost): the figures miss something") }
        return RunText.report(result.run, title: title, wallSeconds: wallSeconds) + "\n" + table.text
    }

    private static func megabytes(_ bytes: Int) -> String { (Double(bytes) * 1e-6).rounded(to: 1) + " MB" }

    private static func lateness(_ lateness: LabFrame.Lateness) -> String {
        "\(lateness.p99Milliseconds.rounded(to: 1)) ms, \(lateness.maxMilliseconds.rounded(to: 1)) ms"
    }
}
