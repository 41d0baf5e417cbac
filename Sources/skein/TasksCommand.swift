import ArgumentParser
import SkeinFiles
import SkeinPeer
import SkeinWire

/// All tasks of a robot, whatever they are, and why each is where it is.
struct TasksCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tasks",
        abstract: "This robot's tasks, where they are computed, and why; and what it computes for others.",
        discussion: """
            Steps of the mission, tasks for built-in and for registered kernels, and streams, in one table: those at work \
            first, then the latest that have ended. Elsewhere: units that helpers have, or have done. Below it what this \
            robot computes for others. With --units each unit has its line.

            Exit codes: 0 ok, also without any, 1 the daemon is leaving, 3 no daemon answers, 4 no such robot.

            Examples:
              skein tasks
              skein tasks --units -w
              skein tasks --json | jq '.tasks[] | select(.state == "failed")'
            """)

    @Flag(help: "Unit by unit.")
    var units = false

    @OptionGroup var options: ReadOptions

    func run() throws {
        let talk = try options.socket.connect()
        try Tool.run {
            let names = try talk.names()
            try options.watch.run {
                let report = TasksReport(report: try talk.report(), names: names, showsUnits: units)
                if options.json { try Console.write(report.value, to: "-") } else { Console.print(report.text) }
            }
        }
    }
}

/// A robot's tasks, for people and for programs.
struct TasksReport {
    let report: PeerReport
    let names: FleetNames
    var showsUnits = false

    var text: String { [own, helping].filter { !$0.isEmpty }.joined(separator: "\n\n") }

    private var own: String {
        guard !report.tasks.isEmpty else { return "no tasks" }
        var table = TextTable(["task", "kernel", "state", "done", "elsewhere", "left s", "took s", "why"])
        for task in report.tasks {
            table.add(
                ReportWords.title(task.name), task.kernels.joined(separator: "+"), "\(task.phase)",
                "\(task.done)/\(task.count)", "\(task.elsewhere)",
                task.deadline.map { max(0, ($0 - report.now).inSeconds) }.text(1), (task.took?.inSeconds).text(2),
                why(task))
            guard showsUnits else { continue }
            for unit in task.units { table.add(row: row(unit)) }
        }
        return table.text
    }

    private func row(_ unit: TaskAccount.Unit) -> [String] {
        let place = unit.robot == report.id ? "here" : unit.robot == .none ? "–" : names.name(unit.robot)
        let found = unit.leader == .none ? place : place + " of \(names.name(unit.leader))"
        return ["  \(unit.number)", "", "\(unit.phase)", found, "", "", "", why(unit)]
    }

    private func why(_ task: TaskAccount) -> String {
        if let reason = task.reason { return ReportWords.phrase(reason) }
        // Of a job each unit has its own: the latest that says something stands for it.
        return task.units.last { $0.reason != nil }.map(why) ?? "–"
    }

    private func why(_ unit: TaskAccount.Unit) -> String {
        if unit.phase == .failed, let trouble = unit.trouble { return ReportWords.phrase(trouble, names: names) }
        return unit.reason.map(ReportWords.phrase) ?? unit.trouble.map { ReportWords.phrase($0, names: names) } ?? "–"
    }

    private var helping: String {
        guard !report.helping.isEmpty else { return "" }
        var table = TextTable(["for", "task", "unit", "kernel", "left s", "what"])
        for help in report.helping {
            table.add(
                names.name(help.requester), "\(help.task)", help.kind == .lease ? "–" : "\(help.unit)", help.kernel,
                max(0, (help.deadline - report.now).inSeconds).rounded(to: 1),
                help.isFetching ? "fetches its inputs" : help.kind == .lease ? "keeps room" : "computes")
        }
        return table.text
    }

    var value: JSONValue {
        [
            "version": .integer(1), "robot": names.json(report.id), "left_out": .integer(report.cut.tasks),
            "units_left_out": .integer(report.cut.units), "tasks": .array(report.tasks.map(value)),
            "helping": .array(report.helping.map(value)), "helping_left_out": .integer(report.cut.helping),
        ]
    }

    func value(_ task: TaskAccount) -> JSONValue {
        [
            "kind": .string(ReportWords.kind(task.name)), "key": .integer(ReportWords.number(task.name)),
            "number": .integer(Int(task.number)), "kernels": .array(task.kernels.map { .string($0) }),
            "state": .string("\(task.phase)"), "units_total": .integer(task.count), "done": .integer(task.done),
            "elsewhere": .integer(task.elsewhere), "why": ReportWords.members(task.reason),
            "age_s": ReportWords.since(task.startedAt, report.now),
            "left_s": .optional(task.deadline.map { ($0 - report.now).inSeconds }),
            "took_s": .optional(task.took?.inSeconds), "units": .array(task.units.map(value)),
        ]
    }

    private func value(_ unit: TaskAccount.Unit) -> JSONValue {
        [
            "unit": .integer(unit.number), "state": .string("\(unit.phase)"), "robot": names.json(unit.robot),
            "leader": names.json(unit.leader), "why": ReportWords.members(unit.reason),
            "trouble": unit.trouble.map { .string(ReportWords.word($0)) } ?? .null,
        ]
    }

    private func value(_ help: HelpAccount) -> JSONValue {
        [
            "kind": .string("\(help.kind)"), "requester": names.json(help.requester),
            "task": .integer(Int(help.task)), "unit": .integer(help.unit), "kernel": .string(help.kernel),
            "fetching": .bool(help.isFetching), "left_s": .number((help.deadline - report.now).inSeconds),
        ]
    }
}
