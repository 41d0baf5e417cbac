import ArgumentParser
import Glibc
import SkeinFiles
import SkeinPeer
import SkeinWire

struct TaskPlan: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Where a unit would go now, and why; nothing is computed.",
        discussion: """
            The robots that this one knows of, in the order in which they would be chosen: whether each offers the kernel, \
            what it says it lends, how long the input takes there, how long the computation, and when it would be done. A \
            leader may know of more.

            robot     the first is where the unit would go now
            offers    the kernel is registered there, and can run
            idle      what it lends, in percent of one processor
            transfer  of the input there
            compute   of the unit, at what the robot lends
            done in   of all of it, with what waits before it; – : it cannot be done there

            Exit codes: 0 ok, 1 nobody could do it, 2 usage or file error, 3 no daemon answers, 4 no such kernel.

            Examples:
              skein task plan blur --input a.png
              skein task plan blur --input a.png --cost 4 --deadline 20 --json | jq '.choices[0].robot'
            """)

    @Argument(
        help: ArgumentHelp("Which kernel: NAME or NAME@VERSION as registered.", valueName: "kernel"),
        transform: KernelText.parseRegistered)
    var kernel: KernelText

    @Option(help: ArgumentHelp("A unit's input; only its size counts.", valueName: "file"))
    var input: String

    @Option(
        help: ArgumentHelp(
            "Processor time of the unit on a whole core (default: as the kernel is registered here, else 1).",
            valueName: "seconds"))
    var cost: Double?

    @Option(help: ArgumentHelp("When it must be done.", valueName: "seconds"))
    var deadline = 60.0

    @OptionGroup var socket: SocketOption

    @Flag(help: "As JSON.")
    var json = false

    func validate() throws {
        let span = JobOrder.spanMin.inSeconds...JobOrder.spanMax.inSeconds
        guard span.contains(deadline) else {
            throw ValidationError("--deadline \(deadline) outside \(span.lowerBound)…\(span.upperBound)")
        }
        if let cost, !(cost > 0 && cost <= JobOrder.costMax.inSeconds) {
            throw ValidationError("--cost \(cost): expected above 0, at most \(JobOrder.costMax.inSeconds)")
        }
    }

    func run() throws {
        guard case .registered(let name, let version) = kernel else {
            preconditionFailure("a built-in kernel is planned")
        }
        let source = try input == "-" ? ObjectSource.standardInput() : ObjectSource(file: input)
        let talk = try socket.connect()
        try Tool.run {
            let names = try talk.names()
            let choice = try KernelChoice.find(name, version: version, talk)
            let cost = cost.map { .fromSeconds($0) } ?? choice.cost
            let command = JobCommand.plan(
                choice.name, inputBytes: source.count, cost: cost, span: .fromSeconds(deadline))
            guard case .job(.plan(let plan)) = try talk.ask(.job(command)) else { throw TalkError.noSense(talk.path) }
            let report = PlanReport(
                plan: plan, kernel: choice.name, inputBytes: source.count, cost: cost, robot: talk.daemon.id,
                names: names)
            if json { try Console.write(report.value, to: "-") } else { Console.print(report.text) }
            guard report.isPossible else { throw Exit.failed }
        }
    }
}

/// Where a unit would go, for people and for programs.
struct PlanReport {
    let plan: JobPlan
    let kernel: KernelName
    let inputBytes: Int
    let cost: Duration
    let robot: NodeID
    let names: FleetNames

    var isPossible: Bool { plan.choices.first?.finish != nil }

    private var headline: String {
        let leader =
            plan.leader == .none
            ? "no leader" : "leader \(plan.leader == robot ? "this robot" : names.name(plan.leader))"
        let what = "\(kernel), \(inputBytes) bytes in, \(cost.inSeconds.rounded(to: 3)) s of a core, \(leader)"
        guard let first = plan.choices.first, let finish = first.finish else {
            return "\(what): nobody known could do it now; skein task kernels says who offers it"
        }
        let place = first.robot == robot ? "would stay here" : "would go to \(names.name(first.robot))"
        return "\(what): \(place), done in \(finish.inSeconds.rounded(to: 3)) s"
    }

    var text: String {
        var table = TextTable(["robot", "offers", "idle %", "transfer s", "compute s", "done in s"])
        for choice in plan.choices {
            table.add(
                choice.robot == robot ? "this robot" : names.name(choice.robot), choice.offersKernel ? "yes" : "no",
                choice.idlePercent.rounded(to: 0), choice.transfer.inSeconds.rounded(to: 3),
                choice.compute.inSeconds.rounded(to: 3), (choice.finish?.inSeconds).text(3))
        }
        return headline + "\n" + table.text
    }

    var value: JSONValue {
        [
            "version": .integer(1), "kernel": .string("\(kernel)"), "input_bytes": .integer(inputBytes),
            "cost_s": .number(cost.inSeconds), "leader": names.json(plan.leader), "possible": .bool(isPossible),
            "choices": .array(
                plan.choices.map { choice in
                    [
                        "id": .integer(Int(choice.robot.number)), "robot": .string(names.name(choice.robot)),
                        "here": .bool(choice.robot == robot), "offers": .bool(choice.offersKernel),
                        "idle_percent": .number(choice.idlePercent), "transfer_s": .number(choice.transfer.inSeconds),
                        "compute_s": .number(choice.compute.inSeconds),
                        "finish_s": .optional(choice.finish?.inSeconds),
                    ]
                }),
        ]
    }
}
