import ArgumentParser
import SkeinBench
import SkeinFiles

/// What a step of the kernels costs.
struct BenchKernels: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kernels",
        abstract: "Time a step of localisation and of search, beside C++ with Eigen and Python.",
        discussion: """
            A step of localisation is a star of 24 neighbours, divided, computed, merged; one of search two islands. In \
            turns with the same in C++ with Eigen, where the build has it, and with numpy and pyswarms, where --python \
            names an interpreter that has them; `make bench-kernels` sees to both. Every rival starts from the same \
            numbers; localisation must end in the same to 1e-9, the search moves by the same rule and evaluates the misfit \
            as often. Held against the fastest rival of each language.

            Exit codes: 0 measured, and within the bounds where there is a rival; 1 not, or the results differ; 2 usage \
            or file error.

            Examples:
              skein bench kernels
              skein bench kernels --python .build-kernels/venv/bin/python --json -
            """)

    @Option(help: ArgumentHelp("Steps in each round.", valueName: "n"))
    var cases = 100

    @Option(help: ArgumentHelp("Turns.", valueName: "n"))
    var rounds = 9

    @Option(help: ArgumentHelp("A Python with numpy and pyswarms.", valueName: "file"))
    var python: String?

    @Option(help: ArgumentHelp("What it runs.", valueName: "file"))
    var script = "sim/EigenBench/kernels.py"

    @OptionGroup var json: JSONOption

    /// Of the rival's time; Eigen's aim is one.
    private static let eigenMust = 1.5
    private static let pythonMust = 20.0

    func validate() throws {
        guard (1...1_000).contains(cases) else { throw ValidationError("--cases \(cases) outside 1…1000") }
        guard (1...1_000).contains(rounds) else { throw ValidationError("--rounds \(rounds) outside 1…1000") }
    }

    func run() throws {
        try json.check()
        if let python {
            for path in [python, script] where !InputFile.isReadable(path) {
                Console.say("cannot read \(path)")
                throw Exit.usage
            }
        }
        let figures: KernelFigures
        do throws(BenchError) {
            Interruption.note()
            let race = KernelRace(cases: cases, rounds: rounds, python: python.map { ($0, script) })
            figures = try race.run(isOver: { Interruption.isNoted }) { Console.progress($0) }
        } catch { throw BenchLoad.end(error) }
        Console.progress("")
        try json.deliver(report(figures), value(figures))
        let faults = faults(figures)
        guard faults.isEmpty else {
            for fault in faults { Console.say(fault) }
            throw Exit.failed
        }
    }

    private func faults(_ figures: KernelFigures) -> [String] {
        var faults = figures.rows.filter { !figures.isSame($0) }.map { "\($0.rival.name): another result" }
        for kernel in KernelRival.Kernel.allCases {
            if let ratio = figures.ratio(kernel, .eigen), ratio < 1 / Self.eigenMust {
                faults.append("\(kernel.rawValue): more than \(Self.eigenMust) times Eigen's time")
            }
            if let ratio = figures.ratio(kernel, .python), ratio < Self.pythonMust {
                faults.append("\(kernel.rawValue): less than \(Int(Self.pythonMust)) times as fast as Python")
            }
        }
        return faults
    }

    private func report(_ figures: KernelFigures) -> String {
        var table = TextTable(["a step of", "µs", "against Skein", "result differs by"])
        for kernel in KernelRival.Kernel.allCases {
            let rows = figures.rows.filter { $0.rival.kernel == kernel }
            let ours = rows.first { $0.rival.language == .swift }?.medianSeconds ?? .nan
            for row in rows {
                table.add(
                    "\(kernel == .ekf ? "localisation" : "search"): \(row.rival.name)",
                    (row.medianSeconds * 1e6).rounded(to: 2), (row.medianSeconds / ours).rounded(to: 2) + "×",
                    row.rival.language == .swift ? "" : row.difference.short)
            }
        }
        if figures.ratio(.ekf, .eigen) == nil { table.add("no Eigen in this build: make bench-kernels") }
        if figures.ratio(.ekf, .python) == nil { table.add("no Python: --python, or make bench-kernels") }
        return table.text
    }

    private func value(_ figures: KernelFigures) -> JSONValue {
        func ratio(_ kernel: KernelRival.Kernel, _ language: KernelRival.Language) -> JSONValue {
            .optional(figures.ratio(kernel, language))
        }
        return [
            "cases": .integer(cases), "rounds": .integer(rounds),
            "ekf_eigen_over_skein": ratio(.ekf, .eigen), "ekf_python_over_skein": ratio(.ekf, .python),
            "pso_eigen_over_skein": ratio(.pso, .eigen), "pso_python_over_skein": ratio(.pso, .python),
            "eigen_over_skein_must": .number(1 / Self.eigenMust), "python_over_skein_must": .number(Self.pythonMust),
            "rows": .array(
                figures.rows.map { row in
                    [
                        "kernel": .string(row.rival.kernel.rawValue), "language": .string(row.rival.language.rawValue),
                        "name": .string(row.rival.name), "step_s": .number(row.medianSeconds),
                        "difference": .number(row.difference), "same": .bool(figures.isSame(row)),
                    ]
                }),
        ]
    }
}
