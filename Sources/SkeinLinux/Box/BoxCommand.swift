import CSkeinLinux
import Glibc
import SkeinPeer
import SkeinWire

/// How a kernel's program is started: the program itself, or bwrap(1) around it.
///
/// In the box there is: the system's programs and libraries, and the few files of /etc that they need; the kernel's folders;
/// a /proc with its own processes, a /dev without devices of the machine, and a /tmp and a /dev/shm of its own, which are
/// bounded and gone with it. All but those two are read-only. There is no network, and no other process to be seen.
///
/// A shell is the box's first process and waits for the program: the first process of a namespace ignores signals that
/// would end another one, an abort among them. When it ends the kernel kills every process of the box, and only when all
/// are gone does bwrap end. So a box that has ended has left nothing, and its processor time is known.
struct BoxCommand {
    static let searchPath = ["/usr/local/bin", "/usr/bin", "/bin"]
    static let shell = "/bin/sh"
    /// `nobody`: what a program confined by root runs as. As root it could read what is root's, and no limit on the
    /// number of its processes would hold.
    static let nobody: UInt32 = 65_534

    private static let systemFolders = ["/bin", "/sbin", "/lib", "/lib64", "/lib32"]
    private static let systemFiles = [
        "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives", "localtime", "timezone", "passwd", "group",
        "nsswitch.conf", "ssl/certs", "mime.types", "OpenCL", "fonts", "python3", "python3.11", "python3.12",
        "python3.13", "java-17-openjdk", "java-21-openjdk",
    ]

    /// dash and busybox count processes with -p, others with -u. What the shell itself says is not the program's.
    private static let keeper =
        "ulimit -p \"$1\" 2>/dev/null || ulimit -u \"$1\" 2>/dev/null; shift; exec 3>&2 2>/dev/null; "
        + "(exec \"$@\" 2>&3 3>&-); exit $?"
    /// The shell, and its child before that has become the program.
    private static let keeperProcesses = 1

    let spec: KernelSpec
    /// Files and folders that the program must not see, whatever folders it has.
    let hidden: [String]

    var isConfined: Bool { spec.confinement == .bubblewrap }

    /// Where a program lies: with a slash it counts from the folder, else it is looked for as a shell would. Nil: it is not
    /// there, or may not be executed.
    static func place(of program: String, in folder: String) -> String? {
        if program.utf8.contains(UInt8(ascii: "/")) {
            let path = program.hasPrefix("/") ? program : "\(folder)/\(program)"
            return isExecutable(path) ? path : nil
        }
        return searchPath.map { "\($0)/\(program)" }.first(where: isExecutable)
    }

    private static func isExecutable(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
    }

    static var bubblewrap: String? { place(of: "bwrap", in: "/") }

    /// What is missing on the disk; nil: nothing.
    var obstacle: KernelObstacle? {
        if isConfined, Self.bubblewrap == nil { return .noBubblewrap }
        if !spec.folder.hasPrefix("/") || access(spec.folder, X_OK) != 0 { return .noFolder(spec.folder) }
        let program = spec.command[0]
        return Self.place(of: program, in: spec.folder) == nil ? .noProgram(program) : nil
    }

    /// Program, then arguments; nil: not there.
    var words: [String]? {
        guard let program = Self.place(of: spec.command[0], in: spec.folder) else { return nil }
        let command = [program] + spec.command.dropFirst()
        guard isConfined else { return command }
        guard let bubblewrap = Self.bubblewrap else { return nil }
        return [bubblewrap] + walls + ["--", Self.shell, "-c", Self.keeper, "box"]
            + ["\(spec.threadsMax + Self.keeperProcesses)"] + command
    }

    /// What the process gets of the environment: bwrap hands it on. Nothing of the daemon's.
    var environment: [String] {
        let system = [("PATH", Self.searchPath.joined(separator: ":")), ("LANG", "C.UTF-8")]
        let own = spec.environment.map { ($0.name, $0.value) }
        return (system.filter { pair in !own.contains { $0.0 == pair.0 } } + (isConfined ? [] : own))
            .map { "\($0.0)=\($0.1)" }
    }

    /// A tmpfs is memory too.
    var scratchBytes: Int { spec.memoryMiB << 19 }

    private var walls: [String] {
        var words = ["--unshare-all", "--die-with-parent", "--new-session", "--as-pid-1", "--cap-drop", "ALL"]
        words += ["--ro-bind", "/usr", "/usr"]
        for folder in Self.systemFolders {
            if let target = Self.link(folder) {
                words += ["--symlink", target, folder]
            } else {
                words += ["--ro-bind-try", folder, folder]
            }
        }
        words += ["--ro-bind-try", "/opt", "/opt"]
        for name in Self.systemFiles { words += ["--ro-bind-try", "/etc/\(name)", "/etc/\(name)"] }
        words += ["--proc", "/proc", "--dev", "/dev"]
        words += ["--size", "\(scratchBytes)", "--tmpfs", "/dev/shm", "--remount-ro", "/dev"]
        words += ["--size", "\(scratchBytes)", "--tmpfs", "/tmp"]
        for folder in [spec.folder] + spec.folders { words += ["--ro-bind", folder, folder] }
        words += veils
        for variable in spec.environment { words += ["--setenv", variable.name, variable.value] }
        return words + ["--remount-ro", "/", "--chdir", spec.folder]
    }

    /// Over each hidden thing that one of the folders would show: an empty file, an empty folder.
    private var veils: [String] {
        let shown = [spec.folder] + spec.folders
        return hidden.flatMap { path -> [String] in
            var status = stat()
            let isBelow = shown.contains { path == $0 || path.hasPrefix($0.hasSuffix("/") ? $0 : $0 + "/") }
            guard isBelow, stat(path, &status) == 0 else { return [] }
            return status.st_mode & S_IFMT == S_IFDIR
                ? ["--tmpfs", path, "--remount-ro", path] : ["--ro-bind", "/dev/null", path]
        }
    }

    private static func link(_ path: String) -> String? { SystemTree.machine.link(path) }

    /// What tells whether this machine can confine programs at all: the same walls around a program that does nothing.
    static var trial: BoxCommand {
        guard let name = KernelName(name: "trial", version: 0) else { preconditionFailure("trial is no kernel's name") }
        return BoxCommand(spec: KernelSpec(name: name, command: ["true"], folder: "/usr"), hidden: [])
    }
}
