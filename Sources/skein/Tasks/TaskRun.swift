import ArgumentParser
import SkeinFiles
import SkeinPeer
import SkeinTasks
import SkeinWire

struct TaskRun: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Have a task computed, and wait for its outcome.",
        discussion: """
            Each --input is a unit: a file with what the kernel reads, at most 64 MiB; - is stdin. With --units, a TOML or \
            JSON file names the units, which may need each other's outputs:

              [[unit]]
              name = "left"
              inputs = ["left.png"]
              [[unit]]
              inputs = ["unit:left", "right.png"]

            Outputs go to FILE.result beside each input, or to a folder with --out, as unit-000, unit-001 … or under the \
            units' names; of a single unit also to stdout, with --out -. Of units whose output others need, it is not \
            written unless --intermediate. A file is there whole or not at all.

            The same task again is recognised by its key, and not computed twice: without --key, the key follows from the \
            kernel, the inputs and the options, and a task that ended with units missing is computed anew. With --detach, \
            skein task status and skein task fetch have its outcome.

            Ctrl-C cancels the task, here and at the helpers. A task whose tool dies otherwise goes on: skein task cancel \
            ends it.

            Of the built-in kernels (\(Kernel.allCases.map { "\($0)" }.joined(separator: ", "))) an input has at most \
            \(Kernel.inputBytesMax) bytes, and a task 1 to \(TaskOrder.partsMax) of them, --key, and no more than \
            \(Int(TaskOrder.spanMax.inSeconds)) s.

            Exit codes: 0 every unit is done, or the task is accepted and --detach given; 1 none is, the task was refused, \
            or an output could not be written; 2 usage or file error; 3 no daemon answers; 4 no such kernel; 6 some units \
            are done.

            Examples:
              skein task run blur --input a.png --input b.png
              skein task run blur --input - --out - < a.png > blurred.png
              skein task run stitch@2 --units panorama.toml --out panorama --deadline 600 --cost 4
              skein task run blur --input a.png --deadline 86400 --durable --detach
              skein task run pso --input island0 --key 8 --deadline 30 --durable
            """)

    @Argument(help: ArgumentHelp(KernelText.help, valueName: "kernel"), transform: KernelText.parse)
    var kernel: KernelText

    @Option(
        name: .customLong("input"),
        help: ArgumentHelp("A unit's input; may be repeated. - is stdin.", valueName: "file"))
    var inputs: [String] = []

    @Option(help: ArgumentHelp("A TOML or JSON file that names the units and what each needs.", valueName: "file"))
    var units: String?

    @Option(help: ArgumentHelp("Where outputs go: a folder, or - for stdout.", valueName: "folder"))
    var out: String?

    @Flag(help: "Write the outputs that other units need, too.")
    var intermediate = false

    @Option(
        help: ArgumentHelp(
            "Processor time of one unit on a whole core (default: as the kernel is registered here, else 1).",
            valueName: "seconds"))
    var cost: Double?

    @Option(
        help: ArgumentHelp(
            "When it must be done, seconds from its acceptance, 0.2…86400 (default: 60; of a built-in kernel 5).",
            valueName: "seconds"))
    var deadline: Double?

    @Flag(help: "Keep it over a power cut of this robot.")
    var durable = false

    @Flag(help: "Return as soon as the task is accepted, with its key on stdout.")
    var detach = false

    @Flag(help: "Give every unit to two helpers; the first answer counts.")
    var hedge = false

    @Option(help: ArgumentHelp("A name for the task, chosen by you: a number below 2^63.", valueName: "n"))
    var key: Int?

    @OptionGroup var socket: SocketOption

    @Flag(help: "Its outcome as JSON.")
    var json = false

    func validate() throws {
        guard key.map({ $0 >= 0 }) ?? true else { throw ValidationError("--key \(key ?? 0) is negative") }
        switch kernel {
        case .builtIn: try validateBuiltIn()
        case .registered: try validateRegistered()
        }
    }

    private func validateBuiltIn() throws {
        guard let key else { throw ValidationError("a task for a built-in kernel needs a --key") }
        _ = key
        let range = TaskOrder.spanMin.inSeconds...TaskOrder.spanMax.inSeconds
        if let deadline, !range.contains(deadline) {
            throw ValidationError("--deadline \(deadline) outside \(range.lowerBound)…\(range.upperBound)")
        }
        guard (1...TaskOrder.partsMax).contains(inputs.count) else {
            throw ValidationError("\(inputs.count) inputs, expected 1 to \(TaskOrder.partsMax)")
        }
        let others: [(name: String, isGiven: Bool)] = [
            ("--units", units != nil), ("--out", out != nil), ("--cost", cost != nil), ("--hedge", hedge),
            ("--intermediate", intermediate), ("--json", json), ("--input -", inputs.contains("-")),
        ]
        if let other = others.first(where: \.isGiven) {
            throw ValidationError("\(other.name) is for registered kernels only")
        }
    }

    private func validateRegistered() throws {
        let span = JobOrder.spanMin.inSeconds...JobOrder.spanMax.inSeconds
        if let deadline, !span.contains(deadline) {
            throw ValidationError("--deadline \(deadline) outside \(span.lowerBound)…\(span.upperBound)")
        }
        if let cost, !(cost > 0 && cost <= JobOrder.costMax.inSeconds) {
            throw ValidationError("--cost \(cost): expected above 0, at most \(JobOrder.costMax.inSeconds)")
        }
        guard (units != nil) != !inputs.isEmpty else {
            throw ValidationError("expected --input for each unit, or --units, and not both")
        }
        guard inputs.count <= JobOrder.unitsMax else {
            throw ValidationError("\(inputs.count) inputs, expected at most \(JobOrder.unitsMax)")
        }
        guard inputs.count(where: { $0 == "-" }) <= 1 else { throw ValidationError("stdin can be read once") }
        if intermediate, units == nil { throw ValidationError("--intermediate is for --units") }
        if detach {
            guard out == nil else { throw ValidationError("--out with --detach: skein task fetch takes the outputs") }
            return
        }
        if units != nil, out == nil { throw ValidationError("--units needs --out: where do the outputs go?") }
        if out == "-", units == nil, inputs.count > 1 {
            throw ValidationError("--out - takes one unit's output, not \(inputs.count)")
        }
        if json, out == "-" || (out == nil && inputs == ["-"]) {
            throw ValidationError("--json and --out - both want stdout")
        }
        if out == nil, let twice = inputs.first(where: { input in inputs.count { $0 == input } > 1 }) {
            throw ValidationError("\(twice) is given twice, and both results would be \(twice).result; use --out")
        }
        if out == nil, inputs.contains("-"), inputs.count > 1 {
            throw ValidationError("the result of stdin needs an --out folder beside other inputs")
        }
    }

    func run() throws {
        switch kernel {
        case .builtIn(let kernel):
            try OrderRun(
                kernel: kernel, inputs: inputs, key: TaskKey(UInt64(key ?? 0)), deadlineSeconds: deadline ?? 5,
                isDurable: durable, isDetached: detach
            ).run(socket)
        case .registered(let name, let version):
            let work = try JobWork(inputs: inputs, unitsFile: units)
            let outputs = try work.outputs(out: detach ? nil : out, isIntermediate: intermediate, isDetached: detach)
            let talk = try socket.connect()
            try Tool.run {
                let choice = try KernelChoice.find(name, version: version, talk)
                var order = JobOrder(
                    key: TaskKey(UInt64(key ?? 0)), kernel: choice.name, units: work.units,
                    cost: cost.map { .fromSeconds($0) } ?? choice.cost, span: .fromSeconds(deadline ?? 60),
                    isDurable: durable, isHedged: hedge)
                if key == nil { order.key = JobWork.key(of: order) }
                let run = JobRun(
                    talk: talk, names: try talk.names(), order: order, work: work, hasDerivedKey: key == nil,
                    isJSON: json)
                try run.run(outputs: outputs)
            }
        }
    }
}
