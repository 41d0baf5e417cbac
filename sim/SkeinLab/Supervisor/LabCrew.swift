import Glibc
import SkeinFiles
import SkeinLinux
import SkeinWire

/// All processes of a run, and the only place that starts and ends them. The guard leads their group.
final class LabCrew {
    /// What the supervisor holds besides.
    struct Links {
        let medium: PacketSocket
        let arena: PacketSocket
    }

    /// From SIGTERM to SIGKILL.
    private static let patience: Duration = .seconds(2)

    let folder: LabFolder
    private let executable: String
    private let keeps: Bool
    private let guardProcess: ChildProcess
    /// Its closing tells the guard.
    private var guardPipe: Descriptor?
    private(set) var medium: ChildProcess?
    private(set) var arena: ChildProcess?
    private(set) var peers: [ChildProcess] = []
    private let environment: [String]

    /// `keeps`: the folder stays.
    init(executable: String, folder: LabFolder, keeps: Bool) throws(SystemError) {
        self.executable = executable
        self.folder = folder
        self.keeps = keeps
        // A daemon here goes by its file alone, and does not report to whoever started us.
        let strange = ["SKEIN_", "NOTIFY_SOCKET", "WATCHDOG_"]
        environment = Environment.variables.sorted { $0.key < $1.key }
            .filter { variable in !strange.contains { variable.key.hasPrefix($0) } }
            .map { "\($0.key)=\($0.value)" }
        // Ignored by whoever started us, it would be ignored here, and nobody's end could be waited for (wait(2)).
        signal(SIGCHLD, SIG_DFL)
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw SystemError("pipe", "guard") }
        let reading = try Descriptor(ends[0], from: "pipe", "guard")
        let writing = try Descriptor(ends[1], from: "pipe", "guard")
        guard fcntl(ends[0], F_SETFD, FD_CLOEXEC) == 0, fcntl(ends[1], F_SETFD, FD_CLOEXEC) == 0 else {
            throw SystemError("fcntl", "guard")
        }
        guardPipe = writing
        guardProcess = try ChildProcess(
            "guard", executable: executable, arguments: ["lab", "guard"] + (keeps ? [] : [folder.path]),
            environment: environment, group: 0, descriptors: [(reading, STDIN_FILENO)],
            logPath: folder.file("guard.log"))
    }

    var everybody: [ChildProcess] { [medium, arena, guardProcess].compactMap { $0 } + peers }

    /// `arguments` say which world it is.
    func startWorld(_ arguments: [String], bodySocket: String) throws(SystemError) -> Links {
        let (medium, mediumTheirs) = try PacketSocket.pair()
        let (arena, arenaTheirs) = try PacketSocket.pair()
        let (between, other) = try PacketSocket.pair()
        self.medium = try start(
            "medium", ["lab", "medium"] + arguments,
            descriptors: [(mediumTheirs.descriptor, 3), (between.descriptor, 4)])
        self.arena = try start(
            "arena", ["lab", "arena", "--socket", bodySocket, "--lines", folder.path] + arguments,
            descriptors: [(arenaTheirs.descriptor, 3), (other.descriptor, 4)])
        return Links(medium: medium, arena: arena)
    }

    func startPeer(_ name: String, _ arguments: [String]) throws(SystemError) -> ChildProcess {
        let process = try start(name, ["peer"] + arguments, descriptors: [])
        peers.append(process)
        return process
    }

    private func start(
        _ name: String, _ arguments: [String], descriptors: [(ours: Descriptor, theirs: Int32)]
    ) throws(SystemError) -> ChildProcess {
        // Ours are moved out of the way of theirs first: a dup2 onto a number still needed would lose it.
        let copies = try descriptors.map { pair throws(SystemError) in
            (
                try Descriptor(pair.ours.use { fcntl($0, F_DUPFD_CLOEXEC, 16) }, from: "fcntl", name), pair.theirs
            )
        }
        return try ChildProcess(
            name, executable: executable, arguments: arguments, environment: environment, group: guardProcess.pid,
            descriptors: copies.map { ($0.0, $0.1) }, logPath: folder.file("\(name).log"))
    }

    /// Throws if somebody has ended whom nobody ended, and who is not spared.
    func check(sparing spared: [ChildProcess] = []) throws(LabError) {
        for process in everybody {
            process.reap()
            guard let end = process.end, !ended.contains(process.pid),
                !spared.contains(where: { $0.pid == process.pid })
            else { continue }
            throw .ended(process.name, how: end, lastLines: process.lastLines)
        }
    }

    /// Those who were ended on purpose.
    private var ended: Set<Int32> = []

    /// Power cut: at once, and gone when this returns.
    func cut(_ process: ChildProcess) {
        ended.insert(process.pid)
        process.measure()
        process.signal(SIGKILL)
        process.reap(waits: true)
    }

    /// Ends everybody and cleans up.
    func end() {
        let all = everybody.filter { $0.pid != guardProcess.pid }
        for process in all {
            ended.insert(process.pid)
            process.signal(SIGTERM)
            process.signal(SIGCONT)
        }
        bury(all)
        ended.insert(guardProcess.pid)
        try? guardPipe?.writeAll([1], subject: "guard")
        guardPipe = nil
        guardProcess.signal(SIGCONT)
        bury([guardProcess])
        // A guard that was killed has not done it.
        if !keeps { LabFolder.remove(folder.path) }
    }

    /// Waits until they have ended, and sees to it that they have.
    private func bury(_ processes: [ChildProcess]) {
        let deadline = MonotonicClock.now() + Self.patience
        while processes.contains(where: \.isRunning), MonotonicClock.now() < deadline {
            for process in processes { process.reap() }
            usleep(5_000)
        }
        for process in processes where process.isRunning {
            process.signal(SIGKILL)
            process.reap(waits: true)
        }
    }
}
