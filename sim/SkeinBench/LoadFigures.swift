import SkeinFiles
import SkeinWire

/// What one run of the load test came to, over all members.
package struct LoadFigures: Sendable {
    /// Of one kind: latencies of those that came in time, in order.
    package struct Latencies: Hashable, Sendable {
        private let sorted: [UInt64]

        package init(_ nanoseconds: [UInt64]) { sorted = nanoseconds.sorted() }

        package var count: Int { sorted.count }

        /// The smallest that so large a share is no longer than; nil: there are none.
        package func milliseconds(_ share: Double) -> Double? {
            precondition((0...1).contains(share), "a share of \(share)")
            guard !sorted.isEmpty else { return nil }
            let rank = Int((share * Double(sorted.count)).rounded(.up))
            return Double(sorted[min(max(rank, 1), sorted.count) - 1]) * 1e-6
        }
    }

    package let plan: LoadPlan
    package let lines: [MemberLine]
    package let status: Latencies
    package let task: Latencies
    package let result: Latencies

    /// From what the members said last, by ID, and from what they left in the folder.
    package init(_ plan: LoadPlan, said: [[String]], folder: String) throws(BenchError) {
        var lines: [MemberLine] = []
        for (member, words) in said.enumerated() {
            guard let line = words.reversed().lazy.compactMap({ MemberLine($0) }).first else {
                throw .ended("member \(member)", how: "ended without its line", lastLines: words)
            }
            lines.append(line)
        }
        var all: [[UInt64]] = []
        do throws(FileError) {
            for kind in LatencyFile.Kind.allCases {
                var values: [UInt64] = []
                for member in 0..<plan.members { values += try LatencyFile.read(kind, member: member, from: folder) }
                all.append(values)
            }
        } catch { throw .file(error) }
        self.init(plan, lines: lines, status: all[0], task: all[1], result: all[2])
    }

    package init(_ plan: LoadPlan, lines: [MemberLine], status: [UInt64], task: [UInt64], result: [UInt64]) {
        precondition(lines.count == plan.members, "\(lines.count) lines of \(plan.members) members")
        self.plan = plan
        self.lines = lines
        self.status = Latencies(Self.inTime(status))
        self.task = Latencies(Self.inTime(task))
        self.result = Latencies(Self.inTime(result))
    }

    private static func inTime(_ nanoseconds: [UInt64]) -> [UInt64] {
        nanoseconds.filter { $0 <= UInt64(LoadPlan.withinMax.nanoseconds) }
    }

    package var statusSent: Int { lines.reduce(0) { $0 + $1.statusSent } }
    package var taskSent: Int { lines.reduce(0) { $0 + $1.taskSent } }

    /// Of what was said, what came to everybody it was for in time, 0…1; nil: nothing was said.
    package var statusShare: Double? { Self.share(status.count, of: statusSent * (plan.members - 1)) }
    package var taskShare: Double? { Self.share(task.count, of: taskSent) }
    package var resultShare: Double? { Self.share(result.count, of: taskSent) }

    private static func share(_ count: Int, of all: Int) -> Double? {
        all > 0 ? Double(count) / Double(all) : nil
    }

    /// Of one processor and one member, while it lived.
    package var processorFraction: Double {
        lines.reduce(0) { $0 + $1.processorSeconds } / Double(lines.count) / plan.end.inSeconds
    }

    package var residentKilobytesMax: Int { lines.map(\.residentKilobytes).max() ?? 0 }
}
