import ArgumentParser
import SkeinFiles
import SkeinPeer
import SkeinScenarios
import SkeinWorld

/// What planning costs.
struct BenchPlan: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Time a leader's planning.",
        discussion: """
            Plans hierarchies of 100, 300 and 512 robots, uniform at the reference's density and at its tighter data \
            rate (3.50 Mb/s per percent), and those of an instances file if there is one; prints the time of `skein`, \
            and what it contributes against `uoc`, the paper's.

            Examples:
              skein bench plan
              skein bench plan --instances contribution_instances.json --json -
            """)

    private static let instancesDefault = "sim/instances/contribution_instances.json"

    @Option(
        help: ArgumentHelp("Instances to plan (default: \(instancesDefault), if it is there).", valueName: "file"))
    var instances: String?

    @Option(help: ArgumentHelp("Plans of each size.", valueName: "n"))
    var rounds = 10

    @OptionGroup var json: JSONOption

    func validate() throws {
        guard (1...1_000).contains(rounds) else { throw ValidationError("--rounds \(rounds) outside 1…1000") }
    }

    /// One size, or one file.
    private struct Row {
        var name: String
        var robots: Int
        var milliseconds: [Double] = []
        var contributed = 0.0
        var contributedUoC = 0.0
        var bound: Double?
        var leaders = 0
        var leadersUoC = 0

        mutating func plan(_ graph: PlanGraph) {
            let begun = Clock.thread()
            let plan = Planner.plan(graph, strategy: .skein)
            milliseconds.append(Double(Clock.thread() - begun) * 1e-6)
            let reference = Planner.plan(graph, strategy: .uoc)
            contributed += plan.contributedPercent
            contributedUoC += reference.contributedPercent
            leaders += plan.leaders.count
            leadersUoC += reference.leaders.count
        }
    }

    func run() throws {
        try json.check()
        var rows: [Row] = []
        if let row = try instanceRow() { rows.append(row) }
        for robots in [100, 300, 512] {
            var row = Row(name: "\(rounds) random fields", robots: robots)
            for seed in 0..<rounds { row.plan(BenchGraphs.random(robots: robots, seed: UInt64(seed))) }
            rows.append(row)
            Console.progress("\(robots) robots planned")
        }
        Console.progress("")
        try json.deliver(report(rows), .object([.init("plans", .array(rows.map(value)))]))
    }

    private func instanceRow() throws(FileError) -> Row? {
        var file = instances
        if file == nil && InputFile.isReadable(Self.instancesDefault) { file = Self.instancesDefault }
        guard let file else { return nil }
        let all = try Instance.readAll(file)
        var row = Row(name: file, robots: all[0].positions.count)
        var bound: Double? = 0
        for instance in all {
            row.plan(BenchGraphs.graph(instance))
            bound = bound.flatMap { sum in instance.reference.boundSameLeaderCountFullCoverage.map { sum + $0 } }
        }
        row.bound = bound
        return row
    }

    private func report(_ rows: [Row]) -> String {
        var table = TextTable([
            "planning, one core", "robots", "min ms", "median ms", "max ms", "contributed / uoc", "/ bound",
            "leaders / uoc",
        ])
        for row in rows {
            let sorted = row.milliseconds.sorted()
            table.add(
                row.name, "\(row.robots)", sorted.first.text(1), SweepFigures.median(of: sorted).text(1),
                sorted.last.text(1), (row.contributed / row.contributedUoC).rounded(to: 3),
                (row.bound.map { row.contributed / $0 }).text(3), "\(row.leaders) / \(row.leadersUoC)")
        }
        return table.text
    }

    private func value(_ row: Row) -> JSONValue {
        let sorted = row.milliseconds.sorted()
        return [
            "name": .string(row.name), "robots": .integer(row.robots), "plans": .integer(sorted.count),
            "plan_ms_min": .optional(sorted.first), "plan_ms_median": .optional(SweepFigures.median(of: sorted)),
            "plan_ms_max": .optional(sorted.last), "contributed_per_uoc": .number(row.contributed / row.contributedUoC),
            "contributed_per_bound": .optional(row.bound.map { row.contributed / $0 }),
            "leaders": .integer(row.leaders), "leaders_uoc": .integer(row.leadersUoC),
        ]
    }
}
