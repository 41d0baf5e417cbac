import Foundation
import SkeinFiles
import Testing

/// The built program as its users meet it. It lies beside the test bundle.
struct Program {
    struct Outcome {
        var code: Int32
        var output: String
        var talk: String

        var json: JSONValue? { try? JSONReader.read(output, file: "stdout") }
    }

    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    static let scenarios = root.appending(path: "sim/scenarios")
    static let instances = root.appending(path: "sim/instances")

    /// The bundle is where the tests' own executable is, whichever runner started it.
    static var executable: URL { executable("skein") }

    static func executable(_ name: String) -> URL {
        var folders = CommandLine.arguments.prefix(1).map { URL(filePath: $0).deletingLastPathComponent() }
        folders += CommandLine.arguments.compactMap { argument in
            argument.range(of: ".xctest").map {
                URL(filePath: String(argument[..<$0.lowerBound])).deletingLastPathComponent()
            }
        }
        let running = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        folders.append(URL(filePath: running).deletingLastPathComponent())
        return folders.map { $0.appending(path: name) }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) } ?? URL(filePath: name)
    }

    static func start(
        _ arguments: [String], program: String = "skein"
    ) throws -> (process: Process, output: Pipe, talk: Pipe) {
        let process = Process()
        let output = Pipe()
        let talk = Pipe()
        process.executableURL = executable(program)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = talk
        try process.run()
        return (process, output, talk)
    }

    static func finish(_ started: (process: Process, output: Pipe, talk: Pipe)) -> Outcome {
        // What is said on stderr is short: it fits the pipe while stdout is read.
        let output = started.output.fileHandleForReading.readDataToEndOfFile()
        let talk = started.talk.fileHandleForReading.readDataToEndOfFile()
        started.process.waitUntilExit()
        let code = started.process.terminationStatus
        return Outcome(
            code: started.process.terminationReason == .exit ? code : 128 + code,
            output: String(decoding: output, as: UTF8.self), talk: String(decoding: talk, as: UTF8.self))
    }

    static func run(_ arguments: String...) throws -> Outcome { finish(try start(arguments)) }

    static func inFolder(_ body: (URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "skein-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder)
    }

    static let field = scenarios.appending(path: "field-20.toml").path
}

extension JSONValue {
    subscript(key: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }

    var keys: [String] {
        guard case .object(let members) = self else { return [] }
        return members.map(\.key)
    }

    var count: Int? {
        guard case .array(let items) = self else { return nil }
        return items.count
    }

    /// Without what the clock has a say in.
    func timeless() -> JSONValue {
        switch self {
        case .object(let members):
            .object(
                members.filter { $0.key != "wall_s" && $0.key != "plan_ms_max" }.map {
                    .init($0.key, $0.value.timeless())
                })
        case .array(let items): .array(items.map { $0.timeless() })
        case .null, .bool, .integer, .number, .string: self
        }
    }
}
