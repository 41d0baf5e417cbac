import ArgumentParser
import SkeinFiles
import SkeinPeer
import SkeinTasks
import SkeinWire

/// Tasks of one's own, computed by whichever robot has time.
struct TaskCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "task",
        abstract: "Have the swarm compute something.",
        discussion: """
            A task is a kernel and one input for each part. The parts are computed by neighbours that lend a processor, or \
            here when that is what the deadline leaves. A durable task survives a power cut of this robot from the moment \
            it is accepted, and so does its outcome.
            """,
        subcommands: [TaskRun.self, TaskStatus.self, TaskList.self, TaskForget.self])
}

struct TaskRun: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Have a task computed, and wait for its outcome.",
        discussion: """
            Each --input is a part: a file with what the kernel reads. Results go to FILE.result beside each input. The \
            same key with the same inputs again is the same task: it is not computed twice. With --detach, ask `skein task \
            status`.

            Exit codes: 0 every part is done, or the task is accepted and --detach given; 1 none is, or the task was \
            refused; 2 usage or file error; 3 no daemon answers; 6 some parts are done.

            Examples:
              skein task run pso --input island0 --input island1 --key 7
              skein task run pso --input island0 --key 8 --deadline 30 --durable --detach
            """)

    @Argument(help: "Which kernel: \(Kernel.allCases.map { "\($0)" }.joined(separator: ", ")).", transform: Self.kernel)
    var kernel: Kernel

    @Option(name: .customLong("input"), help: ArgumentHelp("A part's input; may be repeated.", valueName: "file"))
    var inputs: [String]

    @Option(help: ArgumentHelp("A name for the task, chosen by you: a number below 2^63.", valueName: "n"))
    var key: Int

    @Option(help: ArgumentHelp("When it must be done, seconds from its acceptance.", valueName: "seconds"))
    var deadline = 5.0

    @Flag(help: "Keep it over a power cut of this robot.")
    var durable = false

    @Flag(help: "Return as soon as the task is accepted.")
    var detach = false

    @OptionGroup var socket: SocketOption

    func validate() throws {
        let range = TaskOrder.spanMin.inSeconds...TaskOrder.spanMax.inSeconds
        guard range.contains(deadline) else {
            throw ValidationError("--deadline \(deadline) outside \(range.lowerBound)…\(range.upperBound)")
        }
        guard key >= 0 else { throw ValidationError("--key \(key) is negative") }
        guard (1...TaskOrder.partsMax).contains(inputs.count) else {
            throw ValidationError("\(inputs.count) inputs, expected 1 to \(TaskOrder.partsMax)")
        }
    }

    func run() throws {
        var parts: [[UInt8]] = []
        for file in inputs { parts.append(try InputFile.bytes(of: file)) }
        let order = TaskOrder(
            key: TaskKey(UInt64(key)), kernel: kernel, inputs: parts, span: .fromSeconds(deadline),
            isDurable: durable)
        let talk = try socket.connect()
        try Tool.run {
            let names = try talk.names()
            let ticket = try talk.send(.submit(order))
            let patience = Int(deadline) + 10
            while let reply = try talk.awaitReply(ticket, seconds: patience) {
                switch reply {
                case .taskAccepted:
                    Console.say("accepted")
                    if detach { return }
                case .taskRefused(_, let refusal):
                    Console.say("refused: \(reason(refusal))")
                    throw Exit.failed
                case .taskEnded(_, let report): return try deliver(report, names)
                default: throw TalkError.noSense(talk.path)
                }
            }
            throw TalkError.noAnswer(talk.path, seconds: patience)
        }
    }

    private func reason(_ refusal: TaskRefusal) -> String {
        switch refusal {
        case .input(let part):
            "\(inputs[part]): not an input of \(kernel), or longer than its \(Kernel.inputBytesMax) bytes"
        case .otherOrder: "another task has the key \(key); choose another, or forget that one"
        case .tooManyOpen, .full: "too many tasks are open here; wait for one to end, or forget one"
        case .forgetting: "the task \(key) is being forgotten; try again"
        case .stillOpen, .left, .parts, .span: "\(refusal)"
        }
    }

    private static func kernel(_ text: String) throws -> Kernel {
        guard let kernel = Kernel.allCases.first(where: { "\($0)" == text }) else {
            throw ValidationError(NearestName.complaint("kernel", text, known: Kernel.allCases.map { "\($0)" }))
        }
        return kernel
    }

    private func deliver(_ report: TaskReport, _ names: FleetNames) throws {
        for (part, outcome) in report.parts.enumerated() {
            switch outcome {
            case .done(let result):
                try OutputFile.write(result.output, to: inputs[part] + ".result")
                let milliseconds = (result.computed.inSeconds * 1e3).rounded(to: 1)
                Console.print("part \(part): done by \(names.name(result.computedBy)), \(milliseconds) ms")
            case .missing(let trouble): Console.print("part \(part): not done, \(trouble)")
            }
        }
        guard report.missing > 0 else { return }
        throw report.missing == report.parts.count ? Exit.failed : Exit.partial
    }
}

struct TaskStatus: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "How a task stands.",
        discussion: "Exit codes: 0 it is accepted, running or ended, 3 no daemon answers, 4 no such task.")

    @Argument(help: "Its key.")
    var key: UInt64

    @OptionGroup var socket: SocketOption

    @Flag(help: "As JSON.")
    var json = false

    func run() throws {
        let talk = try socket.connect()
        try Tool.run {
            guard case .task(_, let state) = try talk.ask(.task(TaskKey(key))) else {
                throw TalkError.noSense(talk.path)
            }
            let members: [JSONValue.Member] = [
                .init("version", .integer(1)), .init("key", .integer(Int(clamping: key))),
            ]
            switch state {
            case .unknown:
                Console.say("no task \(key)")
                throw Exit.noSuchThing
            case .accepted, .running:
                let word = state == .running ? "running" : "accepted"
                if json {
                    try Console.write(.object(members + [.init("state", .string(word))]), to: "-")
                } else {
                    Console.print(word)
                }
            case .ended(let report):
                if json {
                    try Console.write(.object(members + Self.members(report)), to: "-")
                } else {
                    Console.print(
                        "ended after \(report.took.inSeconds.rounded(to: 2)) s, "
                            + "\(report.parts.count - report.missing) of \(report.parts.count) parts done")
                }
            }
        }
    }

    private static func members(_ report: TaskReport) -> [JSONValue.Member] {
        [
            .init("state", .string("ended")), .init("took_s", .number(report.took.inSeconds)),
            .init("parts", .array(report.parts.map(value))),
        ]
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

    func run() throws {
        let talk = try socket.connect()
        try Tool.run {
            guard case .tasks(let keys) = try talk.ask(.tasks) else { throw TalkError.noSense(talk.path) }
            for key in keys { Console.print("\(key.number)") }
        }
    }
}

struct TaskForget: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forget", abstract: "Let go of an ended task and its outcome.",
        discussion: "Exit codes: 0 it is gone for good, or was never there, 1 it is still open, 3 no daemon answers.")

    @Argument(help: "Its key.")
    var key: UInt64

    @OptionGroup var socket: SocketOption

    func run() throws {
        let talk = try socket.connect()
        try Tool.run {
            guard case .taskRefused(_, let refusal) = try talk.ask(.forget(TaskKey(key))) else { return }
            Console.say("refused: \(refusal)")
            throw Exit.failed
        }
    }
}
