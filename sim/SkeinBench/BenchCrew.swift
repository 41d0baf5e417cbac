import Glibc
import SkeinFiles
import SkeinLab
import SkeinLinux

/// The processes of one measurement and the folder they write to. `end` leaves nothing of them.
final class BenchCrew {
    let folder: LabFolder
    private(set) var children: [ChildProcess] = []

    init() throws(BenchError) {
        do throws(LabError) { folder = try LabFolder.make() } catch {
            throw .ended("the measurement", how: "has no folder: \(error)", lastLines: [])
        }
    }

    /// Its first word is the program. What it says goes to a log.
    @discardableResult
    func start(_ name: String, _ words: [String], adding variables: [String: String] = [:]) throws(BenchError)
        -> ChildProcess
    {
        let environment = Environment.variables.merging(variables) { $1 }
        let lines = environment.map { "\($0.key)=\($0.value)" }.sorted()
        let logPath = folder.file("\(name).log")
        let child = try BenchError.wrap { () throws(SystemError) in
            try ChildProcess(
                name, executable: words[0], arguments: Array(words.dropFirst()), environment: lines, group: 0,
                logPath: logPath)
        }
        children.append(child)
        return child
    }

    /// Runs a program to its end; throws its last words if it failed.
    @discardableResult
    func run(_ name: String, _ words: [String], adding variables: [String: String] = [:]) throws(BenchError)
        -> ChildProcess
    {
        let child = try start(name, words, adding: variables)
        child.reap(waits: true)
        guard child.end == "ended with code 0" else {
            throw .ended(name, how: child.end ?? "did not end", lastLines: child.lastLines)
        }
        return child
    }

    /// A script for the shell; root's programs are on its path.
    func shell(_ script: String, _ name: String) throws(BenchError) {
        let path = folder.file("\(name).sh")
        do throws(FileError) { try OutputFile.write(Array(script.utf8), to: path) } catch { throw .file(error) }
        let search = (Environment.variables["PATH"] ?? "/usr/bin:/bin") + ":/usr/sbin:/sbin"
        try run(name, ["/bin/sh", "-eu", path], adding: ["PATH": search])
    }

    /// All that a child has written.
    func text(of child: ChildProcess) throws(BenchError) -> String {
        do throws(FileError) { return try InputFile.text(of: child.logPath) } catch { throw .file(error) }
    }

    /// Nobody is left.
    func dismiss() {
        for child in children { child.signal(SIGKILL) }
        for child in children { child.reap(waits: true) }
        children = []
    }

    func end() {
        dismiss()
        LabFolder.remove(folder.path)
    }
}
