import ArgumentParser
import Glibc
import SkeinFiles
import SkeinLinux
import SkeinPeer
import SkeinWire

/// The user's own kernels, tried without a mesh.
struct KernelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kernel",
        abstract: "Try a kernel of your own on this machine.",
        subcommands: [KernelRun.self])
}

/// One unit, computed here as a daemon would.
struct KernelRun: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Compute one unit of a kernel here, confined and limited as on a robot.",
        discussion: """
            Takes the kernel from the configuration and needs no daemon. Inputs are files, one after the other, each \
            behind its length if the kernel is framed; - or none is standard input. The result goes to stdout, what the \
            unit took to stderr.

            Exit codes: 0 there is a result, 1 the unit failed, 2 the configuration or an input is faulty, 4 no such kernel.

            Examples:
              skein kernel run histogram@1 a.pgm b.pgm
              echo '-2 -1.2 0.01 300 240 200 0' | skein kernel run mandelbrot >tile.pgm
            """)

    @Argument(help: "The kernel, as name@version; without a version the highest that is registered.")
    var kernel: String

    @Argument(help: "Files with its inputs.")
    var inputs: [String] = []

    @OptionGroup var options: ConfigOptions

    func run() throws {
        let reading = options.reading
        // Only what belongs to kernels matters here: this machine need not be a robot.
        guard reading.isRead else {
            for error in reading.errors { Console.say("\(error)") }
            throw Exit.usage
        }
        guard var spec = Self.find(kernel, among: reading.settings.kernels) else {
            let names = reading.settings.kernels.map { "\($0.name)" }
            for error in reading.errors { Console.say("\(error)") }
            let known = names.isEmpty ? "none is registered" : "registered: \(names.joined(separator: ", "))"
            Console.say("no kernel \(kernel); \(known)")
            throw Exit.noSuchThing
        }
        spec.warm = 0
        let parts = try (inputs.isEmpty ? ["-"] : inputs).map(Self.read)
        guard let input = spec.input(of: parts) else {
            Console.say("inputs: more than \(ObjectBytes.countMax) bytes, the most a unit may have")
            throw Exit.usage
        }
        let settings = reading.settings
        let hidden = [settings.robotKeyFile, settings.fleetKeyFile, settings.stateFolder]
        let outcome: KernelOutcome
        do throws(SystemError) {
            outcome = try KernelTrial.compute(spec, input: input, hidden: hidden)
        } catch {
            Console.say("\(error)")
            throw Exit.failed
        }
        switch outcome.result {
        case .success(let result):
            for piece in result.pieces { try Self.write(piece) }
            let took = Self.milliseconds(outcome.computed)
            Console.say(
                "\(spec.name): \(input.count) bytes to \(result.count) in \(took) ms, "
                    + "\(Self.milliseconds(outcome.processorTime)) ms of processor time, from start to end")
        case .failure(let failure):
            Console.say("\(spec.name): \(failure)")
            throw Exit.failed
        }
    }

    private static func find(_ text: String, among kernels: [KernelSpec]) -> KernelSpec? {
        kernels.filter { "\($0.name)" == text || $0.name.name == text }.max { $0.name < $1.name }
    }

    private static func milliseconds(_ span: Duration) -> Int { Int((span.inSeconds * 1e3).rounded()) }

    private static func read(_ path: String) throws -> ObjectBytes {
        let descriptor: Descriptor
        do throws(SystemError) {
            descriptor = try Descriptor(
                path == "-" ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC), from: "open", path)
            if let bytes = try descriptor.readAll(limit: ObjectBytes.countMax, subject: path) {
                return ObjectBytes(bytes)
            }
        } catch {
            Console.say("\(error)")
            throw Exit.usage
        }
        Console.say("\(path): more than \(ObjectBytes.countMax) bytes, the most a unit may have")
        throw Exit.usage
    }

    private static func write(_ bytes: [UInt8]) throws {
        do throws(SystemError) {
            try Descriptor(dup(STDOUT_FILENO), from: "dup", "stdout").writeAll(bytes, subject: "stdout")
        } catch {
            Console.say("\(error)")
            throw Exit.failed
        }
    }
}
