import ArgumentParser
import SkeinBench
import SkeinFiles

/// One member of the load test.
struct BenchMember: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "member",
        abstract: "Be one member of the shared-channel load test.",
        discussion: """
            Says 256-byte statuses to all; a requester (ID below REQUESTERS) sends tasks to HELPERS others, which answer \
            with 256 bytes. On the only interface of a namespace of its own, with address 10.77.0.(ID + 1)/24. Starts at \
            the second of CLOCK_MONOTONIC in SWARM_START, ends two seconds after SECONDS. Prints one line of JSON; one-way \
            latencies go to $SWARM_DUMP/{status,task,result}.ID.u64, in ns as little-endian u64. skein bench mesh-load \
            starts members.

            Exit codes: 0 done; 1 the interface or a file failed; 2 usage error.

            Example:
              SWARM_START=$(awk '{print $1 + 3}' /proc/uptime) SWARM_DUMP=. skein bench member 0 20 10 10 5 3 10000 1
            """)

    @Argument(help: ArgumentHelp("ID N SECONDS STATUS_HZ REQUESTERS HELPERS TASK_BYTES TASK_HZ", valueName: "number"))
    var numbers: [String]

    @Option(help: "The interface.")
    var interface = "eth0"

    @Option(
        help: ArgumentHelp("What all members share, b/s; bulk gets its part of it.", valueName: "rate"),
        transform: BenchLoadOptions.rate)
    var rate = BenchLoadOptions.rateDefault

    func run() throws {
        guard let (id, plan) = LoadPlan.parse(numbers) else {
            throw ValidationError(
                "expected ID N SECONDS STATUS_HZ REQUESTERS HELPERS TASK_BYTES TASK_HZ, found "
                    + numbers.joined(separator: " "))
        }
        if let fault = plan.fault { throw ValidationError(fault) }
        guard (0..<plan.members).contains(id) else {
            throw ValidationError("ID \(id) outside 0…\(plan.members - 1)")
        }
        let place = try MemberPlace(MemberPlace.environment)
        let tally: LoadTally
        do throws(BenchError) {
            var loop = try MemberLoop(interface: interface) { now in
                LoadMember(plan, member: id, start: place.start, channelBitsPerSecond: Double(rate), now: now)
            }
            loop.run()
            tally = loop.member.tally
        } catch { throw BenchLoad.end(error) }
        if let dump = place.dump { try LatencyFile.write(tally, member: id, to: dump) }
        let line = MemberLine(
            tally, processorSeconds: ProcessUse.processorSeconds(),
            residentKilobytes: ProcessUse.residentKilobytesMax())
        Console.print(line.text)
    }
}
