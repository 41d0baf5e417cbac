import ArgumentParser
import SkeinFiles
import SkeinPeer
import SkeinWire

/// How a stream fared.
struct StreamFigures {
    /// Answer times kept: three and a half hours at 20 ms. Later ones only count.
    private static let samplesMax = 1 << 20

    var units = 0
    var missing = 0
    private var samples: [Duration] = []
    /// Ascending.
    private var helpers: [(robot: NodeID, units: Int)] = []

    mutating func note(_ answer: StreamAnswer, took: Duration) {
        guard case .done(_, let robot, _) = answer else { return }
        if samples.count < Self.samplesMax { samples.append(took) }
        if let index = helpers.firstIndex(where: { $0.robot == robot }) {
            helpers[index].units += 1
        } else {
            helpers.append((robot, 1))
            helpers.sort { $0.robot < $1.robot }
        }
    }

    var answered: Int { units - missing }

    /// Nil: every unit has its answer.
    var exitCode: ExitCode? { missing == 0 ? nil : answered == 0 ? Exit.failed : Exit.partial }

    /// Nearest rank; nil without any answer.
    func percentile(_ fraction: Double) -> Duration? {
        let sorted = samples.sorted()
        guard !sorted.isEmpty else { return nil }
        let rank = Int((fraction * Double(sorted.count)).rounded(.up))
        return sorted[min(max(rank, 1), sorted.count) - 1]
    }

    func text(_ names: FleetNames) -> String {
        func milliseconds(_ span: Duration?) -> String { (span.map { $0.inSeconds * 1e3 }).text(1, "ms") }
        let by = helpers.map { "\(names.name($0.robot)) \($0.units)" }.joined(separator: ", ")
        return "\(units) units, \(missing) missing; answers after \(milliseconds(percentile(0.5))) (p50), "
            + "\(milliseconds(percentile(0.99))) (p99)" + (by.isEmpty ? "" : "; computed by \(by)")
    }

    func value(key: UInt64, kernel: KernelName, names: FleetNames) -> JSONValue {
        [
            "version": .integer(1), "key": .integer(Int(clamping: key)), "kernel": .string("\(kernel)"),
            "units": .integer(units), "missing": .integer(missing),
            "p50_s": .optional(percentile(0.5)?.inSeconds), "p99_s": .optional(percentile(0.99)?.inSeconds),
            "worst_s": .optional(percentile(1)?.inSeconds),
            "by": .array(
                helpers.map { helper in
                    [
                        "robot": .integer(Int(helper.robot.number)), "name": .string(names.name(helper.robot)),
                        "units": .integer(helper.units),
                    ]
                }),
        ]
    }
}
