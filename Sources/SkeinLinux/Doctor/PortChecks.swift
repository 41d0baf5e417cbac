/// Whether somebody else listens on the peer's UDP ports (/proc/net/udp, proc(5)).
struct PortChecks {
    let subject: DoctorSubject
    let tree: SystemTree
    let programs: RunningPrograms

    private static let descriptorsMax = 4_096

    func findings() -> [DoctorFinding] {
        guard !subject.roles.isEmpty else { return [] }
        let sockets = listeners()
        return subject.roles.map { role in
            let taken = sockets.filter { $0.port == role.port }
            let name = "\(role.port)/udp"
            guard let first = taken.first else { return .pass("port", name, "free, \(role.band.roleName)") }
            guard let owner = owner(of: first.inode) else {
                return .warn(
                    "port", name, "in use, by whom only root may see",
                    fix: "ss -ulpn 'sport = :\(role.port)' as root; or another `port` in [radio.\(role.band.roleName)]")
            }
            guard owner.name == "skein" else {
                return .fail(
                    "port", name, "in use by \(owner.name) (process \(owner.process))",
                    fix: "stop it, or another `port` in [radio.\(role.band.roleName)] on every robot")
            }
            return .pass("port", name, "held by skein (process \(owner.process)), \(role.band.roleName)")
        }
    }

    private func listeners() -> [(port: UInt16, inode: String)] {
        ["/proc/net/udp", "/proc/net/udp6"].flatMap { path in
            (tree.text(path) ?? "").split(separator: "\n").dropFirst().compactMap { line in
                // sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode
                let fields = line.split(separator: " ")
                guard fields.count > 9, let digits = fields[1].split(separator: ":").last,
                    let port = UInt16(digits, radix: 16)
                else { return nil }
                return (port, String(fields[9]))
            }
        }
    }

    /// Only root sees the descriptors of others.
    private func owner(of inode: String) -> RunningPrograms.Program? {
        programs.all.first { program in
            let folder = "/proc/\(program.process)/fd"
            return tree.names(folder).prefix(Self.descriptorsMax).contains {
                tree.link("\(folder)/\($0)") == "socket:[\(inode)]"
            }
        }
    }
}
