import SkeinCodec
import SkeinFiles
import SkeinPeer
import SkeinWire
import SkeinWorld

/// Mesh time, for people and as JSON.
enum ClockReport {
    static func add(_ clock: ClockFigures, to table: inout TextTable) {
        table.add(
            "mesh time, worst bound, error",
            "\(milliseconds(clock.boundNanosecondsMax)), \(milliseconds(clock.errorNanosecondsMax))")
        table.add("mesh time, two neighbours", milliseconds(clock.pairNanosecondsMax) + " apart at worst")
        if clock.violations > 0 || clock.changes > 0 {
            table.add("mesh time WRONG", "\(clock.violations) readings, \(clock.changes) roots")
        }
    }

    static func value(_ clock: ClockFigures) -> JSONValue {
        [
            "readings": .integer(clock.readings), "violations": .integer(clock.violations),
            "unjudged": .integer(clock.unjudged), "changes": .integer(clock.changes),
            "bound_s_mean": .optional(clock.boundSecondsMean), "bound_s_max": .number(clock.boundSecondsMax),
            "error_s_max": .number(clock.errorSecondsMax), "neighbour_error_s_max": .number(clock.pairSecondsMax),
            "neighbour_pairs": .integer(clock.pairs),
            "neighbour_over_1_ms_fraction": .number(clock.fractionOverMillisecond),
        ]
    }

    /// A robot's own account.
    static func text(_ clock: ClockStatus, _ names: FleetNames) -> String {
        guard let time = clock.time else { return "not known" }
        let whose = "\(names.name(time.root))'s in term \(time.term)"
        let seconds = time.seconds.rounded(to: 6) + " s"
        guard !time.isOwn else { return "\(seconds), its own (\(whose))" }
        let age = clock.sinceAnswer.map { ", asked \(names.name(clock.source)) \($0.inSeconds.rounded(to: 1)) s ago" }
        return "\(seconds) ± \(milliseconds(time.boundNanoseconds)), \(whose)\(age ?? "")"
    }

    static func value(_ clock: ClockStatus, _ names: FleetNames) -> JSONValue {
        [
            "local_s": .number(clock.local.seconds), "mesh_s": .optional(clock.time?.seconds),
            "offset_s": .optional(clock.offsetNanoseconds.map { Double($0) * 1e-9 }),
            "bound_s": .optional(clock.time?.boundSeconds), "root": names.json(clock.time?.root ?? .none),
            "term": clock.time.map { .integer(Int($0.term)) } ?? .null,
            "own": .bool(clock.time?.isOwn ?? false), "hops": .integer(clock.hops),
            "source": names.json(clock.source), "since_answer_s": .optional(clock.sinceAnswer?.inSeconds),
            "answers": .integer(clock.answers), "refused": .integer(clock.refusals),
        ]
    }

    /// As a record has it: mesh time and its bound, or two dashes.
    static func columns(_ mesh: MeshTime?) -> String {
        mesh.map { "\($0.seconds.rounded(to: 6)) \($0.boundSeconds.rounded(to: 6))" } ?? "- -"
    }

    static func members(_ mesh: MeshTime?) -> [JSONValue.Member] {
        [
            .init("mesh_s", .optional(mesh?.seconds)), .init("mesh_bound_s", .optional(mesh?.boundSeconds)),
            .init("mesh_root", mesh.map { .integer(Int($0.root.number)) } ?? .null),
            .init("mesh_term", mesh.map { .integer(Int($0.term)) } ?? .null),
        ]
    }

    private static func milliseconds(_ nanoseconds: Int64) -> String {
        (Double(nanoseconds) * 1e-6).rounded(to: 3) + " ms"
    }
}
