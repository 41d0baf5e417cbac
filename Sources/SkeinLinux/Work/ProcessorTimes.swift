/// What each processor has done since the machine started, in the kernel's ticks: /proc/stat (proc(5)).
struct ProcessorTimes: Sendable {
    struct Core: Equatable, Sendable {
        var index: Int
        /// Everything but idle and waiting for a disk; time that a hypervisor took away counts, since it was not there.
        var busy: Int64
        var idle: Int64
    }

    static let coresMax = 512

    /// In ascending order.
    private(set) var cores: [Core] = []

    /// Nil: no processor line can be read.
    ///
    ///     cpu  user nice system idle iowait irq softirq steal guest guest_nice
    ///     cpu0 …
    init?(stat: String) {
        for line in stat.split(separator: "\n") {
            guard line.hasPrefix("cpu") else { break }
            guard let core = Self.core(line), cores.count < Self.coresMax else { continue }
            cores.append(core)
        }
        guard !cores.isEmpty else { return nil }
        cores.sort { $0.index < $1.index }
    }

    private static func core(_ line: Substring) -> Core? {
        let words = line.split(separator: " ")
        guard let name = words.first, let index = Int(name.dropFirst(3)), index >= 0 else { return nil }
        // guest is part of user already. Before Linux 2.6.11 there is no steal; kernels that fly have all eight.
        let ticks = words.dropFirst().prefix(8).compactMap { Int64($0) }
        guard ticks.count == 8, ticks.allSatisfy({ (0...ticksMax).contains($0) }) else { return nil }
        return Core(
            index: index, busy: ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6] + ticks[7],
            idle: ticks[3] + ticks[4])
    }

    /// More than any machine's uptime; keeps sums of nonsense from overflowing.
    private static let ticksMax = Int64(1) << 56

    mutating func keep(_ allowed: [Int]) {
        cores.removeAll { !allowed.contains($0.index) }
    }

    /// How busy the processors were since an earlier look, in percent of one: 150 is one and a half of them. A processor that
    /// came or went in between is not counted.
    func busyPercent(since earlier: Self) -> Double {
        var sum = 0.0
        for core in cores {
            guard let before = earlier.cores.first(where: { $0.index == core.index }) else { continue }
            let busy = Double(max(0, core.busy - before.busy))
            // Waiting for a disk may run backwards (proc(5)).
            let idle = Double(max(0, core.idle - before.idle))
            if busy > 0 { sum += 100 * busy / (busy + idle) }
        }
        return sum
    }
}

/// A list of processors as the kernel writes it, "0-3,8" (cpuset(7), formats for lists).
enum ProcessorList {
    /// Nil: not such a list.
    static func parse(_ text: some StringProtocol) -> [Int]? {
        var indices: [Int] = []
        for range in text.split(separator: ",") {
            let ends = range.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1],
                first >= 0, first <= last, last < ProcessorTimes.coresMax
            else { return nil }
            indices += Array(first...last)
            guard indices.count <= ProcessorTimes.coresMax else { return nil }
        }
        return indices.isEmpty ? nil : indices
    }
}
