import SkeinFiles
import SkeinLog
import SkeinMCAP

/// `FlightLogSummary` for people and as JSON.
enum LogInfoReport {
    static func text(_ summary: FlightLogSummary, path: String) -> String {
        var head = TextTable(title: path)
        head.add("  written by", "\(summary.library), profile \(summary.profile.isEmpty ? "none" : summary.profile)")
        head.add("  size", "\(summary.bytes) bytes, \(summary.chunks) chunks")
        if let first = summary.firstTime, let last = summary.lastTime {
            head.add(
                "  span",
                "\(LogTime.seconds(last - first).rounded(to: 3)) s: \(LogTime.text(first))…\(LogTime.text(last))")
        }
        head.add("  messages", "\(summary.messages) in \(summary.channels.count) channels")
        head.add("  ends", ending(summary.ending))
        if summary.lossCount > 0 {
            head.add("  lost", "\(summary.lostBytes) bytes in \(summary.lossCount) places")
            for loss in summary.losses.prefix(8) {
                head.add("", "byte \(loss.offset), \(loss.bytes) bytes: \(loss.reason.rawValue)")
            }
        }
        for (name, mediaType, bytes) in summary.attachments.prefix(16) {
            head.add("  attached", "\(name), \(bytes) bytes, \(mediaType)")
        }
        return [head.text, robots(summary), channels(summary)].filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    private static func ending(_ ending: McapEnding) -> String {
        switch ending {
        case .whole: "whole"
        case .cut(let offset): "cut: its last whole record ends at byte \(offset)"
        }
    }

    private static func robots(_ summary: FlightLogSummary) -> String {
        guard !summary.robots.isEmpty else { return "" }
        var table = TextTable([
            "robot", "id", "boots", "mode", "reports", "events", "from s", "span s", "gaps", "gap s", "lost",
        ])
        for robot in summary.robots {
            let (from, span) = times(robot)
            table.add(
                row: [
                    robot.name, "r\(robot.id.number)", "\(Set(robot.births.map(\.epoch)).count)",
                    robot.births.last?.mode.rawValue ?? "–", "\(robot.reports)", "\(robot.events)",
                    from.map { "\($0.rounded(to: 3))" } ?? "–", span.map { "\($0.rounded(to: 3))" } ?? "–",
                    "\(robot.gaps)", "\(LogTime.seconds(robot.gapNanoseconds).rounded(to: 1))",
                    "\(robot.droppedRecords)",
                ])
        }
        return table.text
    }

    private static func times(_ robot: FlightLogSummary.Robot) -> (from: Double?, span: Double?) {
        guard robot.messages > 0 else { return (nil, nil) }
        return (LogTime.seconds(robot.firstTime), LogTime.seconds(robot.lastTime - robot.firstTime))
    }

    private static func channels(_ summary: FlightLogSummary) -> String {
        guard !summary.channels.isEmpty else { return "" }
        var table = TextTable(["topic", "messages", "bytes", "schema"])
        for channel in summary.channels.prefix(64) {
            table.add(channel.topic, "\(channel.messages)", "\(channel.bytes)", channel.schema)
        }
        let more = summary.channels.count - 64
        return table.text + (more > 0 ? "\n… and \(more) more: --json has all" : "")
    }

    // MARK: - JSON

    static func json(_ summary: FlightLogSummary, path: String) -> JSONValue {
        .object([
            .init("file", .string(path)), .init("bytes", .integer(Int(clamping: summary.bytes))),
            .init("profile", .string(summary.profile)), .init("library", .string(summary.library)),
            .init("whole", .bool(summary.ending == .whole && summary.lossCount == 0)),
            .init("messages", .integer(Int(clamping: summary.messages))), .init("chunks", .integer(summary.chunks)),
            .init("first_log_time_s", .optional(summary.firstTime.map(LogTime.seconds))),
            .init("last_log_time_s", .optional(summary.lastTime.map(LogTime.seconds))),
            .init("lost_bytes", .integer(Int(clamping: summary.lostBytes))),
            .init("losses", .array(summary.losses.map(json))),
            .init("robots", .array(summary.robots.map(json))),
            .init("channels", .array(summary.channels.map(json))),
            .init(
                "attachments",
                .array(
                    summary.attachments.map { name, mediaType, bytes in
                        ["name": .string(name), "media_type": .string(mediaType), "bytes": .integer(bytes)]
                    })),
            .init(
                "metadata",
                .array(
                    summary.metadata.map { metadata in
                        let pairs = metadata.pairs.map { JSONValue.Member($0.key, .string($0.value)) }
                        return ["name": .string(metadata.name), "pairs": .object(pairs)]
                    })),
        ])
    }

    private static func json(_ loss: McapLoss) -> JSONValue {
        [
            "offset": .integer(Int(clamping: loss.offset)), "bytes": .integer(Int(clamping: loss.bytes)),
            "reason": .string(loss.reason.rawValue),
        ]
    }

    private static func json(_ robot: FlightLogSummary.Robot) -> JSONValue {
        let (from, span) = times(robot)
        return [
            "name": .string(robot.name), "id": .integer(Int(robot.id.number)),
            "boots": .array(
                robot.births.map { birth in
                    [
                        "epoch": .integer(Int(birth.epoch)), "mode": .string(birth.mode.rawValue),
                        "version": .string(birth.version), "key_fingerprint": .string(birth.keyFingerprint),
                        "config_hash": .string(birth.configHash),
                    ]
                }),
            "messages": .integer(Int(clamping: robot.messages)), "reports": .integer(Int(clamping: robot.reports)),
            "events": .integer(Int(clamping: robot.events)), "first_log_time_s": .optional(from),
            "span_s": .optional(span), "gaps": .integer(robot.gaps),
            "gap_s": .number(LogTime.seconds(robot.gapNanoseconds)),
            "dropped_records": .integer(Int(clamping: robot.droppedRecords)),
        ]
    }

    private static func json(_ channel: FlightLogSummary.Channel) -> JSONValue {
        [
            "topic": .string(channel.topic), "schema": .string(channel.schema),
            "messages": .integer(Int(clamping: channel.messages)), "bytes": .integer(Int(clamping: channel.bytes)),
            "first_log_time_s": .optional(channel.messages > 0 ? LogTime.seconds(channel.firstTime) : nil),
            "last_log_time_s": .optional(channel.messages > 0 ? LogTime.seconds(channel.lastTime) : nil),
        ]
    }
}
