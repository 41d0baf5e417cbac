import ArgumentParser
import SkeinFiles
import SkeinPeer
import SkeinWire

struct TaskStream: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stream",
        abstract: "Have a stream of units computed, one each period, answers in order.",
        discussion: """
            Reads units from stdin, each behind its length (four bytes, big-endian), at most \(ObjectBytes.pieceBytes) bytes \
            each, and writes their answers to stdout in the same order and in the same form. The helpers keep room for the \
            stream: its units are not placed one by one. A unit that has no answer by its deadline is missing: the length \
            0xFFFFFFFF stands in its place, with nothing behind it, and stderr says why.

            At most one unit is taken each period, and none while \(StreamPump.windowMax) are without an answer that has \
            been written: whoever fills stdin waits. At the end of stdin what is at work is waited for. Ctrl-C ends the \
            stream, and so does the end of this tool, however it ends.

            The last lines on stderr say how many units there were, how long an answer took in the middle and at worst (from \
            reading the unit to its answer), how many are missing, and who computed; --json has the same.

            Exit codes: 0 every unit has an answer; 1 none has, or the stream was refused; 2 usage, or stdin is no stream; 3 \
            no daemon answers; 4 no such kernel; 6 some are missing.

            Examples:
              camera | skein task stream detect --period 0.04 --deadline 0.08 | tracker
              skein task stream detect@3 --period 0.05 --deadline 0.2 --hedge --json stream.json < frames > boxes
            """)

    @Argument(
        help: ArgumentHelp("Which kernel: NAME or NAME@VERSION as registered.", valueName: "kernel"),
        transform: KernelText.parseRegistered)
    var kernel: KernelText

    @Option(help: ArgumentHelp("One unit each, 0.01…60.", valueName: "seconds"))
    var period: Double

    @Option(help: ArgumentHelp("When a unit's answer is wanted, from its reading.", valueName: "seconds"))
    var deadline: Double

    @Option(
        help: ArgumentHelp(
            "Processor time of one unit on a whole core (default: as the kernel is registered here, else a period).",
            valueName: "seconds"))
    var cost: Double?

    @Flag(help: "Give every unit to two helpers; the first answer counts.")
    var hedge = false

    @Option(help: ArgumentHelp("A name for the stream (default: drawn).", valueName: "n"))
    var key: Int?

    @Option(help: ArgumentHelp("The figures as JSON.", valueName: "file"))
    var json: String?

    @OptionGroup var socket: SocketOption

    func validate() throws {
        let periods = StreamOrder.periodMin.inSeconds...StreamOrder.periodMax.inSeconds
        guard periods.contains(period) else {
            throw ValidationError("--period \(period) outside \(periods.lowerBound)…\(periods.upperBound)")
        }
        guard deadline > 0, deadline <= JobOrder.spanMax.inSeconds else {
            throw ValidationError("--deadline \(deadline): expected above 0, at most \(JobOrder.spanMax.inSeconds)")
        }
        if let cost, !(cost > 0 && cost <= JobOrder.costMax.inSeconds) {
            throw ValidationError("--cost \(cost): expected above 0, at most \(JobOrder.costMax.inSeconds)")
        }
        guard key.map({ $0 >= 0 }) ?? true else { throw ValidationError("--key \(key ?? 0) is negative") }
        guard json != "-" else { throw ValidationError("--json -: stdout has the answers; name a file") }
    }

    func run() throws {
        guard case .registered(let name, let version) = kernel else { preconditionFailure("a built-in kernel streams") }
        if let json { try OutputFile.check(json) }
        let talk = try socket.connect()
        try Tool.run {
            let choice = try KernelChoice.find(name, version: version, talk)
            let span: Duration = .fromSeconds(period)
            let key = key.map { UInt64($0) } ?? UInt64.random(in: JobWork.keys)
            let order = StreamOrder(
                key: TaskKey(key), kernel: choice.name,
                cost: cost.map { .fromSeconds($0) } ?? choice.account?.here?.cost ?? span, period: span,
                unitSpan: .fromSeconds(deadline), isHedged: hedge)
            var pump = StreamPump(talk: talk, order: order, names: try talk.names())
            try pump.run()
            Console.say(pump.figures.text(pump.names))
            if let json {
                try Console.write(pump.figures.value(key: key, kernel: choice.name, names: pump.names), to: json)
            }
            if let failure = pump.failure { throw failure }
            if Interruption.isNoted { Interruption.die() }
            if let code = pump.figures.exitCode { throw code }
        }
    }
}
