import ArgumentParser
import SkeinFiles
import SkeinPeer
import SkeinWire

struct TaskFetch: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fetch", abstract: "Write the outputs of an ended task to files.",
        discussion: """
            For tasks that were detached, or are durable and have outlived their tool. Outputs go to the folder as unit-000, \
            unit-001 …; all that are done and still here. Units of a detached task have no names.

            Exit codes: 0 every unit is there, 1 none is, or the task has not ended, or a file could not be written, 2 usage \
            or file error, 3 no daemon answers, 4 no such task, 6 some units are.

            Example:
              skein task fetch 7 --out results
            """)

    @Argument(help: "Its key.")
    var key: UInt64

    @Option(help: ArgumentHelp("Where outputs go; - is stdout, for a task of one unit.", valueName: "folder"))
    var out: String

    @OptionGroup var socket: SocketOption

    @Flag(help: "The outcome as JSON.")
    var json = false

    func validate() throws {
        if out == "-", json { throw ValidationError("--json and --out - both want stdout") }
    }

    func run() throws {
        let talk = try socket.connect()
        try Tool.run {
            let names = try talk.names()
            switch try TaskBooks(talk: talk).find(TaskKey(key)) {
            case .none: throw TaskBooks.noSuchTask(key)
            case .registered(.ended(let report)): try deliver(report, talk, names)
            case .builtIn(.ended(let report)): try deliver(report, names)
            case .registered(let state):
                throw TaskFailure(
                    "the task \(key) has not ended: \(JobStateText.text(state, key: TaskKey(key), names: names))",
                    Exit.failed)
            case .builtIn: throw TaskFailure("the task \(key) has not ended", Exit.failed)
            }
        }
    }

    private func outputs(_ count: Int) throws -> JobOutputs {
        guard out == "-" else { return try JobOutputs(folder: out, units: Array(0..<count), names: []) }
        guard count == 1 else {
            throw TaskFailure("--out - takes one unit's output, and there are \(count)", Exit.usage)
        }
        return JobOutputs(places: [0: "-"])
    }

    private func deliver(_ report: JobReport, _ talk: Talk, _ names: FleetNames) throws {
        let text = JobReportText(key: TaskKey(key), report: report, names: names)
        let outputs = try outputs(report.units.count)
        let delivery = JobDelivery(talk: talk, key: TaskKey(key), skipsAbsent: true)
        let (files, absent) = try delivery.write(report, outputs)
        if json {
            try Console.write(text.value(files: files), to: "-")
        } else {
            for line in text.lines { outputs.hasStandardOutput ? Console.say(line) : Console.print(line) }
        }
        if let code = text.exitCode { throw code }
        if absent > 0 { throw absent == text.done ? Exit.failed : Exit.partial }
    }

    private func deliver(_ report: TaskReport, _ names: FleetNames) throws {
        let outputs = try outputs(report.parts.count)
        for (part, outcome) in report.parts.enumerated() {
            guard case .done(let result) = outcome else { continue }
            _ = try outputs.write(result.output, of: part, key: TaskKey(key))
        }
        let text = TaskEntryText(key: TaskKey(key), entry: .builtIn(.ended(report)), names: names)
        if json { try Console.write(text.value, to: "-") } else { Console.say(text.headline) }
        guard report.missing > 0 else { return }
        throw report.missing == report.parts.count ? Exit.failed : Exit.partial
    }
}
