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
