import ArgumentParser
import SkeinBench
import SkeinFiles

/// What becomes of beacons and stops where there is far too much to send.
struct BenchOverload: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "overload",
        abstract: "Offer a shared channel ten times what it carries.",
        discussion: """
            On the channel of mesh-load, each member offers the next one objects, ten times what it is allotted, and says \
            a beacon every half second and a stop notice every tenth of a second besides; beside a run without the \
            objects. Prints what became of beacons and notices, whose ages count from when they were due.

            Needs root, iproute2 and nftables. Touches no interface of this machine; all it makes ends with it.

            Exit codes: 0 no beacon was missed and no notice came later than 200 ms; 1 one was, or the set-up failed; 2 \
            usage error, no root, or a program is missing.

            Example:
              sudo skein bench overload --seconds 60 --factor 10
            """,
        subcommands: [BenchOverloadMember.self])

    @Option(help: ArgumentHelp("Members.", valueName: "n"))
    var members = 5

    @Option(help: ArgumentHelp("Seconds of load.", valueName: "s"))
    var seconds = 60

    @Option(help: ArgumentHelp("Times what a member is allotted.", valueName: "x"))
    var factor = 10.0

    @Option(
        help: ArgumentHelp("What all members share: b/s, or as 6mbit.", valueName: "rate"),
        transform: BenchLoadOptions.rate)
    var rate = BenchLoadOptions.rateDefault

    @OptionGroup var json: JSONOption

    func validate() throws {
        if let fault = plan(factor).fault { throw ValidationError(fault) }
    }

    private func plan(_ factor: Double) -> OverloadPlan {
        OverloadPlan(members: members, seconds: seconds, factor: factor, bitsPerSecond: rate)
    }

    func run() throws {
        try json.check()
        var all: [OverloadFigures] = []
        do throws(BenchError) {
            let program = try Rival.own()
            try ChannelRun.prepare()
            Interruption.note()
            for factor in [0, factor] {
                let plan = plan(factor)
                let channel = LoadChannel(members: members, bitsPerSecond: rate, loss: 0)
                let run = ChannelRun(channel: channel, span: plan.end) {
                    [program, "bench", "overload", "member"] + plan.words(of: $0)
                }
                all.append(
                    try run.run(
                        isOver: { Interruption.isNoted },
                        show: { Console.progress("\(factor.rounded(to: 0)) times: \($0)") },
                        read: { (said, _) throws(BenchError) in try OverloadFigures(plan, said: said) }))
            }
        } catch { throw BenchLoad.end(error) }
        Console.progress("")
        try json.deliver(report(all), .object([.init("runs", .array(all.map(value)))]))
        guard all.allSatisfy(\.holds) else {
            Console.say("a beacon was missed, or a notice was missed or late")
            throw Exit.failed
        }
    }

    private func report(_ all: [OverloadFigures]) -> String {
        var table = TextTable([
            "\(members) members, \((Double(rate) / 1e6).rounded(to: 1)) Mb/s, \(seconds) s", "beacons missed",
            "oldest ms", "notices missed", "over 200 ms", "p99 ms", "oldest ms", "objects taken", "refused",
            "of the channel",
        ])
        for figures in all {
            table.add(
                "\(figures.plan.factor.rounded(to: 0)) × the allotment offered",
                "\(figures.beaconsDue - figures.beaconsHeard) of \(figures.beaconsDue)",
                figures.beaconMillisecondsMax.rounded(to: 1),
                "\(figures.noticesDue - figures.noticesHeard) of \(figures.noticesDue)", "\(figures.noticesLate)",
                figures.noticeMillisecondsP99.rounded(to: 1), figures.noticeMillisecondsMax.rounded(to: 1),
                "\(figures.objectsTaken)", "\(figures.objectsRefused)", figures.channelShare.percent)
        }
        return table.text
    }

    private func value(_ figures: OverloadFigures) -> JSONValue {
        [
            "factor": .number(figures.plan.factor), "beacons_due": .integer(figures.beaconsDue),
            "beacons_heard": .integer(figures.beaconsHeard), "beacon_max_ms": .number(figures.beaconMillisecondsMax),
            "notices_due": .integer(figures.noticesDue), "notices_heard": .integer(figures.noticesHeard),
            "notices_late": .integer(figures.noticesLate), "notice_p99_ms": .number(figures.noticeMillisecondsP99),
            "notice_max_ms": .number(figures.noticeMillisecondsMax), "objects_taken": .integer(figures.objectsTaken),
            "objects_refused": .integer(figures.objectsRefused), "bytes_arrived": .integer(figures.bytesArrived),
            "channel_share": .number(figures.channelShare), "holds": .bool(figures.holds),
        ]
    }
}

/// One member of it. Started by `skein bench overload`.
struct BenchOverloadMember: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "member", abstract: "Be one member of the overload test.", shouldDisplay: false)

    @Argument(help: ArgumentHelp("ID N SECONDS FACTOR RATE", valueName: "number"))
    var numbers: [String]

    func run() throws {
        guard let (id, plan) = OverloadPlan.parse(numbers), plan.fault == nil, (0..<plan.members).contains(id) else {
            throw ValidationError("expected ID N SECONDS FACTOR RATE, found \(numbers.joined(separator: " "))")
        }
        let place = try MemberPlace(MemberPlace.environment)
        do throws(BenchError) {
            var loop = try MemberLoop(interface: "eth0") { now in
                OverloadMember(plan, member: id, start: place.start, now: now)
            }
            loop.run()
            Console.print(loop.member.tally.line)
        } catch { throw BenchLoad.end(error) }
    }
}
