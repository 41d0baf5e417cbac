/// The processes of this machine, as far as /proc shows them (proc(5)).
struct RunningPrograms: Sendable {
    struct Program: Sendable {
        var process: Int
        var name: String
        var arguments: [String]
    }

    let all: [Program]

    private static let processesMax = 8_192

    init(_ tree: SystemTree) {
        all = tree.names("/proc").compactMap { Int($0) }.sorted().prefix(Self.processesMax).compactMap { process in
            guard let name = tree.text("/proc/\(process)/comm"), !name.isEmpty else { return nil }
            let line = tree.files.text("/proc/\(process)/cmdline") ?? ""
            return Program(
                process: process, name: name,
                arguments: line.split(separator: "\0").map(String.init))
        }
    }

    /// The kernel cuts a name off after 15 bytes.
    func named(_ name: String) -> [Program] { all.filter { $0.name == String(name.prefix(15)) } }
}
