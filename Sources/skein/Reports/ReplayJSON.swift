import SkeinCodec
import SkeinFiles
import SkeinWire

/// A replay's result as `skein sim replay --json` writes it.
enum ReplayJSON {
    static func whole(
        _ replay: ReplayResult, header: RecordingHeader, file: String, wallSeconds: Double
    ) -> JSONValue {
        [
            "kind": .string("replay"), "file": .string(file), "robot": .integer(Int(header.id.number)),
            "name": .string(header.name), "epoch": .integer(Int(header.epoch.number)),
            "seed": .string(SharedJSON.hexadecimal(header.seed)),
            "recorded_s": .number(replay.endedAt.seconds(since: replay.begunAt)),
            "entries": .integer(replay.entries), "datagrams": .integer(replay.datagrams),
            "effects": .integer(replay.effects), "agrees": .bool(replay.difference == nil),
            "difference": replay.difference.map { difference($0, header: header) } ?? .null,
            "ending": replay.ending.map { .string(ending($0)) } ?? .null,
            "events": .array(
                replay.events.map { happening in
                    .object(
                        [
                            .init("at_s", .number(happening.at.seconds(since: header.begunAt))),
                            .init("local_s", .number(happening.at.seconds)),
                        ] + ClockReport.members(happening.mesh) + [.init("event", .string("\(happening.event)"))])
                }), "wall_s": .number(wallSeconds),
        ]
    }

    private static func difference(_ difference: ReplayDifference, header: RecordingHeader) -> JSONValue {
        [
            "entry": .integer(difference.entry), "at_s": .number(difference.at.seconds(since: header.begunAt)),
            "input": .string(difference.input), "expected": .array(difference.expected.map { .string($0) }),
            "found": .array(difference.found.map { .string($0) }),
        ]
    }

    private static func ending(_ ending: RecordingReader.Ending) -> String {
        switch ending {
        case .closed: "closed"
        case .open: "open"
        case .cut: "cut"
        }
    }
}
