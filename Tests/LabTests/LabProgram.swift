import Foundation
import SkeinFiles

/// The built program, which lies beside the test bundle, and a folder of a test's own.
enum LabProgram {
    static var executable: String {
        var folders = CommandLine.arguments.prefix(1).map { URL(filePath: $0).deletingLastPathComponent() }
        folders += CommandLine.arguments.compactMap { argument in
            argument.range(of: ".xctest").map {
                URL(filePath: String(argument[..<$0.lowerBound])).deletingLastPathComponent()
            }
        }
        let running = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        folders.append(URL(filePath: running).deletingLastPathComponent())
        return folders.map { $0.appending(path: "skein").path }
            .first { FileManager.default.isExecutableFile(atPath: $0) } ?? "skein"
    }

    /// Short, since sockets are made in it.
    static func inFolder(_ body: (String) throws -> Void) throws { try inFolderReturning(body) }

    static func inFolderReturning<Result>(_ body: (String) throws -> Result) throws -> Result {
        var template = Array("/tmp/skein-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw CocoaError(.fileWriteUnknown) }
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try body(path)
    }

    struct Started {
        let process: Process
        let output: Pipe
        let talk: Pipe

        /// Short as it is, what it says fits the pipes.
        func finish() -> (code: Int32, output: String, talk: String) {
            let output = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            let talk = String(decoding: talk.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            let code = process.terminationStatus
            return (process.terminationReason == .exit ? code : 128 + code, output, talk)
        }
    }

    /// Its runs' folders are made in `folder`.
    static func start(_ arguments: [String], in folder: String, executable: String = LabProgram.executable) throws
        -> Started
    {
        let process = Process()
        let started = Started(process: process, output: Pipe(), talk: Pipe())
        process.executableURL = URL(filePath: executable)
        process.arguments = arguments
        process.environment = ["XDG_RUNTIME_DIR": folder, "PATH": "/usr/bin:/bin"]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = started.output
        process.standardError = started.talk
        try process.run()
        return started
    }

    /// The run's folder in `folder`; nil: none.
    static func runFolder(in folder: String) -> String? {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.first { $0.hasPrefix("skein-lab-") }.map { "\(folder)/\($0)" }
    }

    /// Looks until it is so, half a minute at most.
    static func waits(until isSo: () -> Bool) -> Bool {
        for _ in 0..<3_000 {
            if isSo() { return true }
            usleep(10_000)
        }
        return isSo()
    }

    static func isReady(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
}
