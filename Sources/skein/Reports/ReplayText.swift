import SkeinCodec
import SkeinWire

/// What came of a replay, for people.
enum ReplayText {
    static func report(_ replay: ReplayResult, header: RecordingHeader, file: String, wallSeconds: Double) -> String {
        var table = TextTable(title: file)
        table.add("robot", header.name.isEmpty ? "\(header.id)" : "\(header.id), \(header.name)")
        table.add("boot, seed", "\(header.epoch.number), \(header.seed)")
        table.add("recorded", replay.endedAt.seconds(since: replay.begunAt).rounded(to: 3) + " s")
        table.add("entries, datagrams", "\(replay.entries), \(replay.datagrams)")
        table.add("effects, events", "\(replay.effects), \(replay.events.count)")
        table.add("agree", replay.difference.map { "NO: entry \($0.entry) differs" } ?? "every entry")
        table.add("ends", replay.ending.map(ending) ?? "at the difference")
        table.add("replayed in", wallSeconds.rounded(to: 2) + " s")
        return table.text
    }

    private static func ending(_ ending: RecordingReader.Ending) -> String {
        switch ending {
        case .closed: "as it was told to"
        case .open: "after a whole entry: the process was killed"
        case .cut(let offset, let bytes): "in the midst of an entry, \(bytes) bytes from byte \(offset) on: a power cut"
        }
    }

    static func difference(_ difference: ReplayDifference, header: RecordingHeader) -> String {
        let seconds = difference.at.seconds(since: header.begunAt).rounded(to: 6)
        let what =
            switch difference.kind {
            case .effects: "another decision"
            case .verdicts: "another question to the seal"
            }
        var lines = ["entry \(difference.entry), \(seconds) s after the start: \(what) on \(difference.input)"]
        lines += difference.expected.map { "  expected  \($0)" }
        lines += difference.found.map { "  found     \($0)" }
        return lines.joined(separator: "\n")
    }
}
