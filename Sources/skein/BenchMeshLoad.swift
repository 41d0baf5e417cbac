import ArgumentParser
import SkeinBench
import SkeinFiles
import SkeinLinux

/// The shared-channel load test.
struct BenchMeshLoad: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mesh-load",
        abstract: "Load one shared channel with many members.",
        discussion: """
            Each member is a process in a network namespace of its own; all frames of all members pass one token bucket, \
            like one radio channel, and receivers drop a share of frames at random. Every member publishes a 256-byte status \
            ten times a second to all; a quarter of them each send, once a second, a 10,000-byte task to each of three \
            others, which answer with 256 bytes. Everything is signed. What comes later than a second is lost.

            Needs root, iproute2 and nftables. Touches no interface of this machine; all it makes ends with it.

            Exit codes: 0 measured; 1 a member or the set-up failed; 2 usage error, no root, or a program is missing.

            Examples:
              sudo skein bench mesh-load
              sudo skein bench mesh-load --members 20 --seconds 30 --loss 0.05 --rate 6mbit --json load.json
            """)

    @OptionGroup var load: BenchLoadOptions
    @OptionGroup var json: JSONOption

    func run() throws { try BenchLoad.play(load, json, with: [.skein]) }
}

/// The same beside LCM.
struct BenchLCM: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lcm",
        abstract: "The load of mesh-load on Skein and on LCM, in one run.",
        discussion: """
            Plays the load test on Skein and then on LCM's C library, which signs nothing. A build has LCM only if it was \
            asked for (SKEIN_LCM=1); `make bench-lcm` makes one and runs this.

            Exit codes: 0 measured; 1 a member or the set-up failed; 2 usage error, no root, a program or LCM is missing.

            Example:
              make bench-lcm
            """)

    @OptionGroup var load: BenchLoadOptions
    @OptionGroup var json: JSONOption

    func run() throws { try BenchLoad.play(load, json, with: [.skein, .lcm]) }
}

/// What the load is.
struct BenchLoadOptions: ParsableArguments {
    static let rateDefault = 6_000_000
    private static let rateRange = 10_000...10_000_000_000

    @Option(help: ArgumentHelp("Members; a quarter of them have tasks.", valueName: "n"))
    var members = 20

    @Option(help: ArgumentHelp("Seconds of load.", valueName: "s"))
    var seconds = 30

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Frames lost at each receiver, 0…1; a run for each (default: 0 0.05).", valueName: "share"))
    var loss: [Double] = [0, 0.05]

    @Option(
        help: ArgumentHelp("What all members share: b/s, or as 6mbit.", valueName: "rate"),
        transform: BenchLoadOptions.rate)
    var rate = BenchLoadOptions.rateDefault

    func validate() throws {
        guard (4...LoadPlan.membersMax).contains(members) else {
            throw ValidationError("--members \(members) outside 4…\(LoadPlan.membersMax)")
        }
        guard (1...LoadPlan.secondsMax).contains(seconds) else {
            throw ValidationError("--seconds \(seconds) outside 1…\(LoadPlan.secondsMax)")
        }
        guard !loss.isEmpty, loss.count <= 10, loss.allSatisfy({ (0...0.9).contains($0) }) else {
            throw ValidationError("--loss: expected shares of 0…0.9, at most ten")
        }
    }

    /// As `6mbit`, or bits per second.
    @Sendable static func rate(_ text: String) throws -> Int {
        let units = [("mbit", 1e6), ("kbit", 1e3), ("bit", 1.0)]
        let unit = units.first { text.hasSuffix($0.0) } ?? ("", 1)
        guard let number = Double(text.dropLast(unit.0.count)), (number * unit.1).isFinite,
            rateRange.contains(Int(max(0, min(number * unit.1, 1e15)).rounded()))
        else { throw ValidationError("--rate \(text): expected 10kbit to 10000mbit, or as many bits per second") }
        return Int((number * unit.1).rounded())
    }
}
