import SkeinFiles
import SkeinWorld

/// Many missions in figures.
struct SweepFigures {
    struct Run {
        /// Nil without a set-ups file.
        var setupIndex: Int?
        var result: RunResult
        var wallSeconds: Double
    }

    /// By set-up, then seed, whichever thread flew them.
    let runs: [Run]
    let plannedRuns: Int
    let wallSeconds: Double

    init(_ runs: [Run], plannedRuns: Int, wallSeconds: Double) {
        self.runs = runs.sorted { ($0.setupIndex ?? 0, $0.result.seed) < ($1.setupIndex ?? 0, $1.result.seed) }
        self.plannedRuns = plannedRuns
        self.wallSeconds = wallSeconds
    }

    var isPartial: Bool { runs.count < plannedRuns }
    var completedRuns: Int { runs.count { $0.result.completed } }
    var completedFraction: Double { runs.isEmpty ? 0 : Double(completedRuns) / Double(runs.count) }
    var failedSteps: Int { sum(\.failedSteps) }
    var rebuildFailedSteps: Int { sum(\.rebuildFailedSteps) }
    var robotFailureFraction: Double { fraction(failedSteps, of: sum(\.robotSteps)) }
    var cameraFailureFraction: Double { fraction(failedSteps, of: sum(\.cameraSteps)) }

    /// An unfinished mission takes longer than any finished one, so the median is nil when half are unfinished.
    var completionSeconds: [Double] {
        runs.map { $0.result.completed ? $0.result.completionSeconds ?? .infinity : .infinity }.sorted()
    }

    func sorted(_ figure: (RunResult) -> Double?) -> [Double] { runs.compactMap { figure($0.result) }.sorted() }

    /// Never is later than any time.
    func reached(_ time: (RunResult) -> Double?) -> [Double] { runs.map { time($0.result) ?? .infinity }.sorted() }

    private func sum(_ figure: (RunResult) -> Int) -> Int { runs.reduce(0) { $0 + figure($1.result) } }

    private func fraction(_ part: Int, of whole: Int) -> Double { whole > 0 ? Double(part) / Double(whole) : 0 }

    static let percentiles = [50, 90, 95, 99, 100]

    /// Nearest rank: the smallest value that this many percent of the runs do not exceed. Nil: none, or never.
    static func percentile(_ percent: Int, of sorted: [Double]) -> Double? {
        guard !sorted.isEmpty else { return nil }
        let rank = (percent * sorted.count + 99) / 100
        let value = sorted[min(max(rank, 1), sorted.count) - 1]
        return value.isFinite ? value : nil
    }

    /// The median as statisticians have it: the mean of the middle two of an even number.
    static func median(of sorted: [Double]) -> Double? {
        guard !sorted.isEmpty else { return nil }
        let value = (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
        return value.isFinite ? value : nil
    }

    static func mean(of values: [Double]) -> Double? {
        values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }

    /// The runs to look at first: unfinished ones, then those with most failed steps, then the slowest.
    var worst: [Run] {
        runs.sorted { left, right in
            let (a, b) = (left.result, right.result)
            if a.completed != b.completed { return !a.completed }
            if a.failedSteps != b.failedSteps { return a.failedSteps > b.failedSteps }
            return (a.completionSeconds ?? 0) > (b.completionSeconds ?? 0)
        }.prefix(Self.worstMax).map { $0 }
    }

    private static let worstMax = 5

    // MARK: As JSON

    func json(scenario: String, strategy: String) -> JSONValue {
        [
            "kind": .string("sweep"),
            "scenario": .string(scenario),
            "strategy": .string(strategy),
            "runs": .integer(runs.count),
            "runs_planned": .integer(plannedRuns),
            "partial": .bool(isPartial),
            "completed_fraction": .number(completedFraction),
            "completion_median_s": .optional(Self.median(of: completionSeconds)),
            "failure_fraction_robot_steps": .number(robotFailureFraction),
            "failure_fraction_camera_steps": .number(cameraFailureFraction),
            "failed_steps": .integer(failedSteps),
            "rebuild_failed_steps": .integer(rebuildFailedSteps),
            "failed_steps_out_of_reach": .integer(
                runs.reduce(0) { $0 + $1.result.failures.count(where: \.isOutOfReach) }),
            "wall_s": .number(wallSeconds),
            "stop": StopReport.sweepValue(runs),
            "localisation": LocalisationText.sweepValue(runs),
            "contacts": ContactReport.sweepValue(runs),
            "adversary": AdversaryReport.sweepValue(runs),
            "percentiles": percentilesJSON,
            "worst": .array(
                worst.map {
                    .object(
                        place($0) + [
                            .init("completed", .bool($0.result.completed)),
                            .init("failed_steps", .integer($0.result.failedSteps)),
                            .init("completion_s", .optional($0.result.completed ? $0.result.completionSeconds : nil)),
                        ])
                }),
            "results": .array(
                runs.map { run in
                    .object(
                        [.init("setup_index", run.setupIndex.map { .integer($0) } ?? .null)]
                            + RunJSON.figures(run.result, wallSeconds: run.wallSeconds))
                }),
        ]
    }

    private func place(_ run: Run) -> [JSONValue.Member] {
        [
            .init("setup_index", run.setupIndex.map { .integer($0) } ?? .null),
            .init("seed", .integer(Int(clamping: run.result.seed))),
        ]
    }

    private var percentilesJSON: JSONValue {
        let rows: [(String, [Double])] = [
            ("completion_s", completionSeconds),
            ("failure_fraction_robot_steps", sorted(\.failureFractionRobotSteps)),
            ("failure_fraction_camera_steps", sorted(\.failureFractionCameraSteps)),
            ("service_gap_max_s", sorted(\.serviceGapSecondsMax)),
            ("source_95_s", reached(\.sourceSeconds)),
            ("target_95_s", reached(\.targetSeconds)),
        ]
        return .object(
            rows.map { name, values in
                .init(
                    name,
                    .object(Self.percentiles.map { .init("p\($0)", .optional(Self.percentile($0, of: values))) }))
            })
    }
}
