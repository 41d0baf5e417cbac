import Glibc
import SkeinWire

/// A parser, or whatever else takes bytes that others wrote, under the fuzzer. It traps on what must not be; it returns
/// on everything else.
protocol FuzzTarget: Sendable {
    static var name: String { get }
    /// Inputs that reach far, to begin with: the corpus of the repository is made of these and of what once crashed.
    static var seeds: [Seed] { get }
    /// It is known that runs leave something behind.
    static var mayGrow: Bool { get }
    static func run(_ bytes: [UInt8])
}

extension FuzzTarget {
    static var mayGrow: Bool { false }
}

/// An input of the corpus, and its file's name.
struct Seed {
    var name: String
    var bytes: [UInt8]
}

/// What libFuzzer calls: one program for all targets, since most of a build is the rooms.
///
///     fuzz --target=NAME [libFuzzer's flags] [CORPUS...]
///     fuzz --targets                              their names
///     fuzz --seed-corpus=FOLDER                   writes every target's seeds to FOLDER/NAME
enum FuzzProgram {
    static let targets: [any FuzzTarget.Type] = [
        WireTarget.self, SealTarget.self, TrustTarget.self, StopTarget.self, SessionTarget.self, BulkTarget.self,
        EnrolmentTarget.self, KernelTarget.self, FrameTarget.self, RecordingTarget.self, FileTarget.self,
        TomlTarget.self, McapTarget.self, PeerTarget.self,
    ]

    nonisolated(unsafe) static var target: any FuzzTarget.Type = WireTarget.self

    static func begin(_ arguments: [String]) {
        HangWatch.begin()
        for argument in arguments {
            let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
            switch parts.first {
            case "--targets": leave(0, targets.map { $0.name }.joined(separator: "\n"))
            case "--seed-corpus" where parts.count == 2: writeSeeds(to: parts[1])
            case "--target" where parts.count == 2:
                guard let found = targets.first(where: { $0.name == parts[1] }) else {
                    leave(2, "no target \(parts[1]); expected one of \(targets.map { $0.name })")
                }
                target = found
            default: continue
            }
        }
    }

    private static func writeSeeds(to folder: String) {
        for target in targets {
            let place = "\(folder)/\(target.name)"
            mkdir(place, 0o777)
            for seed in target.seeds {
                guard let file = fopen("\(place)/\(seed.name)", "wb") else { leave(2, "cannot write \(place)") }
                fwrite(seed.bytes, 1, seed.bytes.count, file)
                fclose(file)
            }
        }
        leave(0, "")
    }

    private static func leave(_ code: CInt, _ text: String) -> Never {
        if !text.isEmpty { print(text) }
        exit(code)
    }
}

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ one: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// The package manager calls a program's main after its target.
@_cdecl("fuzz_main")
func fuzzMain(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> CInt {
    var (count, arguments) = (count, arguments)
    return runDriver(&count, &arguments, fuzzerTestOneInput)
}

@_cdecl("LLVMFuzzerInitialize")
func fuzzerInitialize(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>
) -> CInt {
    FuzzProgram.begin((0..<Int(count.pointee)).compactMap { arguments.pointee[$0].map { String(cString: $0) } })
    return 0
}

@_cdecl("LLVMFuzzerTestOneInput")
func fuzzerTestOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: data, count: count))
    HangWatch.run(FuzzProgram.target, bytes)
    if !FuzzProgram.target.mayGrow { GrowthWatch.look(at: bytes, FuzzProgram.target) }
    return 0
}
