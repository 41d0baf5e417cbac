import ArgumentParser
import SkeinFiles
import SkeinPeer
import SkeinWire

struct TaskStatus: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "How a task stands, or how all do.",
        discussion: """
            Without a key, one line for each task known here. With one, an ended task is told of unit by unit.

            Exit codes: 0 it is accepted, running or ended, 3 no daemon answers, 4 no such task.

            Examples:
              skein task status
              skein task status 7 --json | jq .state
            """)

    @Argument(help: "Its key.")
    var key: UInt64?

    @OptionGroup var socket: SocketOption

    @Flag(help: "As JSON.")
    var json = false

    func run() throws {
        let talk = try socket.connect()
        try Tool.run {
            let names = try talk.names()
            let books = TaskBooks(talk: talk)
            if let key {
                let entry = try books.find(TaskKey(key))
                if case .none = entry { throw TaskBooks.noSuchTask(key) }
                let text = TaskEntryText(key: TaskKey(key), entry: entry, names: names)
                if json { try Console.write(text.value, to: "-") } else { Console.print(text.lines) }
                return
            }
            var texts: [TaskEntryText] = []
            for (key, _) in try books.keys() {
                texts.append(TaskEntryText(key: key, entry: try books.find(key), names: names))
            }
            if json {
                try Console.write(["version": .integer(1), "tasks": .array(texts.map(\.value))], to: "-")
            } else {
                Console.print(texts.isEmpty ? "no tasks" : Self.table(texts))
            }
        }
    }

    private static func table(_ texts: [TaskEntryText]) -> String {
        var table = TextTable(title: "\(texts.count) tasks")
        for text in texts { table.add("\(text.key.number)", text.headline) }
        return table.text
    }
}

/// A task in one of the two books, for people and for programs.
struct TaskEntryText {
    let key: TaskKey
    let entry: TaskBooks.Entry
    let names: FleetNames

    var headline: String {
        switch entry {
        case .none: "unknown"
        case .registered(let state): JobStateText.text(state, key: key, names: names)
        case .builtIn(.unknown): "unknown"
        case .builtIn(.accepted): "accepted"
        case .builtIn(.running): "running"
        case .builtIn(.ended(let report)):
            "ended after \(report.took.inSeconds.rounded(to: 2)) s, "
                + "\(report.parts.count - report.missing) of \(report.parts.count) parts done"
        }
    }

    var lines: String {
        guard case .registered(.ended(let report)) = entry else { return headline }
        let text = JobReportText(key: key, report: report, names: names)
        return ([text.standing] + text.lines).joined(separator: "\n")
    }

    var value: JSONValue {
        switch entry {
        case .none: .object(JobStateText.members(key, kind: .registered) + [.init("state", .string("unknown"))])
        case .registered(let state): JobStateText.value(state, key: key, names: names)
        case .builtIn(let state):
            .object(JobStateText.members(key, kind: .builtIn) + Self.members(state))
        }
    }

    private static func members(_ state: TaskState) -> [JSONValue.Member] {
        switch state {
        case .unknown: [.init("state", .string("unknown"))]
        case .accepted: [.init("state", .string("accepted"))]
        case .running: [.init("state", .string("running"))]
        case .ended(let report):
            [
                .init("state", .string("ended")), .init("took_s", .number(report.took.inSeconds)),
                .init("parts", .array(report.parts.map(value))),
            ]
        }
    }

    private static func value(_ part: TaskReport.Part) -> JSONValue {
        switch part {
        case .done(let result):
            [
                "done": .bool(true), "by": .integer(Int(result.computedBy.number)),
                "queued_s": .number(result.queued.inSeconds), "computed_s": .number(result.computed.inSeconds),
                "bytes": .integer(result.output.count),
            ]
        case .missing(let trouble): ["done": .bool(false), "trouble": .string(SharedJSON.snakeCase("\(trouble)"))]
        }
    }
}

struct TaskList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "The keys of all tasks known here.",
        discussion:
            "One a line, ascending; open and ended ones. Exit codes: 0 ok, also without any, 3 no daemon answers.")

    @OptionGroup var socket: SocketOption

    @Flag(help: "As JSON.")
    var json = false

    func run() throws {
        let talk = try socket.connect()
        try Tool.run {
            let keys = try TaskBooks(talk: talk).keys()
            guard json else {
                for (key, _) in keys { Console.print("\(key.number)") }
                return
            }
            let values: [JSONValue] = keys.map {
                ["key": .integer(Int(clamping: $0.key.number)), "kind": .string($0.kind.rawValue)]
            }
            try Console.write(["version": .integer(1), "tasks": .array(values)], to: "-")
        }
    }
}
