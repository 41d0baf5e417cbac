/// A control group above this process that limits its processor time (cgroups(7)): version 2 by cpu.max, version 1 by
/// cpu.cfs_quota_us.
///
/// All groups from the process's own up to the root count, for each may limit. In a container the path of
/// /proc/self/cgroup may not exist below its mount; then the mount's own root is the container's group and is looked at.
struct ControlGroup: Equatable, Sendable {
    /// Of the file that states the limit: what the operator is shown.
    var path: String
    /// Percent of one processor.
    var capacityPercent: Double
    /// Processor time of everything in the group so far, nanoseconds; nil: not told.
    var usedNanoseconds: Int64?

    private static let depthMax = 32
    private static let linesMax = 64

    /// Those with a limit, innermost first, and what could not be understood.
    static func limits(_ files: SystemFiles) -> (groups: [ControlGroup], problems: [LoadNote]) {
        guard let memberships = files.text("/proc/self/cgroup") else {
            return ([], [.unreadable(path: files.place("/proc/self/cgroup"), found: "nothing")])
        }
        var groups: [ControlGroup] = []
        var problems: [LoadNote] = []
        let lines = memberships.split(separator: "\n").prefix(linesMax).map {
            $0.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        }
        // "4:cpu,cpuacct:/path" is version 1, "0::/path" version 2.
        let accounting = lines.first { $0.count == 3 && $0[1].split(separator: ",").contains("cpuacct") }
        for line in lines where line.count == 3 {
            let ancestors = ancestors(of: line[2])
            if line[0] == "0", line[1].isEmpty {
                for mount in ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"] {
                    for path in ancestors { unified(files, mount + path, &groups, &problems) }
                }
            } else if line[1].split(separator: ",").contains("cpu") {
                // Time is accounted in a hierarchy of its own, mostly mounted with this one. Where this process stands
                // elsewhere in it, a group of the same name is another group.
                let mounts = [String(line[1]), "cpu"]
                let mount = mounts.first { files.line("/sys/fs/cgroup/\($0)/cpu.shares") != nil } ?? mounts[0]
                let isAccounted = accounting.map { $0[2] == line[2] } ?? false
                let accounts = isAccounted ? [String(accounting?[1] ?? ""), "cpuacct", "cpu"] : []
                for path in ancestors {
                    legacy(files, "/sys/fs/cgroup/\(mount)", path, accounts: accounts, &groups, &problems)
                }
            }
        }
        return (groups, problems)
    }

    /// "/a/b" is ["/a/b", "/a", ""]. A path outside of this namespace begins with "/..": what can be seen is the root.
    private static func ancestors(of path: Substring) -> [String] {
        var components = path.split(separator: "/").prefix(depthMax)
        if components.contains("..") { components = [] }
        return (0...components.count).reversed().map { count in
            components.prefix(count).map { "/" + $0 }.joined()
        }
    }

    /// cpu.max is "quota period" in microseconds, or "max period".
    private static func unified(
        _ files: SystemFiles, _ folder: String, _ groups: inout [ControlGroup], _ problems: inout [LoadNote]
    ) {
        let path = folder + "/cpu.max"
        guard let line = files.line(path) else { return }
        let words = line.split(separator: " ")
        guard words.first != "max" else { return }
        guard words.count == 2, let quota = Int64(words[0]), let period = Int64(words[1]), quota > 0, period > 0 else {
            problems.append(.unreadable(path: files.place(path), found: line))
            return
        }
        let usage = files.text(folder + "/cpu.stat")?.split(separator: "\n")
            .first { $0.hasPrefix("usage_usec ") }
            .flatMap { Int64($0.dropFirst("usage_usec ".count)) }
        groups.append(
            ControlGroup(
                path: files.place(path), capacityPercent: 100 * Double(quota) / Double(period),
                usedNanoseconds: usage.flatMap { (0...microsecondsMax).contains($0) ? $0 * 1_000 : nil }))
    }

    /// cpu.cfs_quota_us is -1 without a limit.
    private static func legacy(
        _ files: SystemFiles, _ mount: String, _ group: String, accounts: [String],
        _ groups: inout [ControlGroup], _ problems: inout [LoadNote]
    ) {
        let path = mount + group + "/cpu.cfs_quota_us"
        guard let line = files.line(path) else { return }
        guard let quota = Int64(line), let period = files.number(mount + group + "/cpu.cfs_period_us"), quota != 0,
            period > 0
        else {
            problems.append(.unreadable(path: files.place(path), found: line))
            return
        }
        guard quota > 0 else { return }
        groups.append(
            ControlGroup(
                path: files.place(path), capacityPercent: 100 * Double(quota) / Double(period),
                usedNanoseconds: usage(files, group, accounts)))
    }

    /// cpuacct.usage, nanoseconds.
    private static func usage(_ files: SystemFiles, _ group: String, _ mounts: [String]) -> Int64? {
        for mount in mounts {
            if let used = files.number("/sys/fs/cgroup/\(mount)\(group)/cpuacct.usage"), used >= 0 { return used }
        }
        return nil
    }

    private static let microsecondsMax = Int64.max / 1_000
}
