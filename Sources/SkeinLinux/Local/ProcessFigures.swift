import CSkeinLinux
import Glibc

/// What the kernel says of a process, from /proc/PID/stat (proc(5)).
package struct ProcessFigures: Hashable, Sendable {
    package var cpuSeconds: Double
    package var residentBytes: Double
    package var threads: Int

    /// Of the process that listens at the other end of a socket; nil: the kernel does not tell.
    package init?(listeningAt descriptor: Descriptor) {
        var (process, user, group) = (pid_t(), uid_t(), gid_t())
        guard skein_peer_credentials(descriptor.number, &process, &user, &group) == 0, process > 0 else { return nil }
        self.init(process: process)
    }

    package init?(process: pid_t) {
        guard let file = fopen("/proc/\(process)/stat", "re") else { return nil }
        defer { fclose(file) }
        var buffer = [CChar](repeating: 0, count: 2_048)
        let count = fread(&buffer, 1, buffer.count, file)
        self.init(stat: String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }

    /// The second field is the program's name in brackets, which may hold anything.
    package init?(stat: String) {
        guard let end = stat.lastIndex(of: ")") else { return nil }
        // From the third field on.
        let fields = stat[stat.index(after: end)...].split { $0 == " " || $0 == "\n" }
        guard fields.count > 21, let user = Double(fields[11]), let system = Double(fields[12]),
            let threads = Int(fields[17]), let pages = Double(fields[21])
        else { return nil }
        cpuSeconds = (user + system) / Double(max(1, sysconf(Int32(_SC_CLK_TCK))))
        residentBytes = pages * Double(max(1, sysconf(Int32(_SC_PAGESIZE))))
        self.threads = threads
    }
}
