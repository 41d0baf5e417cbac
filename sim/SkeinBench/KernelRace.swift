import Glibc
import SkeinFiles
import SkeinLab
import SkeinLinux
import SkeinTasks
import SkeinWire

/// One way of computing a kernel's step, and what it took.
package struct KernelRival: Hashable, Sendable {
    package enum Kernel: String, CaseIterable, Sendable { case ekf, pso }
    package enum Language: String, Sendable { case swift, eigen, python }

    package var kernel: Kernel
    package var language: Language
    /// As its program knows it.
    package var word: String
    package var name: String

    package static let all: [KernelRival] = [
        .init(kernel: .ekf, language: .swift, word: "star", name: "Skein, star"),
        .init(kernel: .ekf, language: .eigen, word: "star", name: "C++/Eigen, star"),
        .init(kernel: .ekf, language: .eigen, word: "dense", name: "C++/Eigen, dense joint update"),
        .init(kernel: .ekf, language: .python, word: "star", name: "numpy, star"),
        .init(kernel: .ekf, language: .python, word: "dense", name: "numpy, dense joint update"),
        .init(kernel: .pso, language: .swift, word: "pso", name: "Skein, two islands"),
        .init(kernel: .pso, language: .eigen, word: "pso", name: "C++/Eigen, two islands"),
        .init(kernel: .pso, language: .python, word: "pso", name: "numpy, two swarms"),
        .init(kernel: .pso, language: .python, word: "pyswarms", name: "pyswarms, two swarms"),
    ]
}

/// What the kernels' race has shown.
package struct KernelFigures: Sendable {
    package struct Row: Sendable {
        package var rival: KernelRival
        /// Of one step, a round each.
        package var seconds: [Double]
        /// Localisation: the largest difference from Skein's numbers. Search: by how much more misfit its best places are left
        /// with, on average.
        package var difference: Double

        package var medianSeconds: Double { KernelFigures.median(seconds) }
    }

    package internal(set) var rows: [Row] = []

    /// Localisation is the same to this; a search ends this near, on average over all cases.
    package static let differenceMax = 1e-9
    package static let misfitExcessMax = 1e-3

    static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return .nan }
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }

    /// The rival's time over Skein's in the same round: the median, of the fastest rival in that language.
    package func ratio(_ kernel: KernelRival.Kernel, _ language: KernelRival.Language) -> Double? {
        guard let ours = rows.first(where: { $0.rival.kernel == kernel && $0.rival.language == .swift }) else {
            return nil
        }
        return rows.filter { $0.rival.kernel == kernel && $0.rival.language == language }
            .map { row in Self.median(zip(row.seconds, ours.seconds).map { $0 / $1 }) }.min()
    }

    package func isSame(_ row: Row) -> Bool {
        switch row.rival.kernel {
        case .ekf: row.difference <= Self.differenceMax
        case .pso: row.rival.language == .eigen ? abs(row.difference) <= Self.misfitExcessMax : row.difference.isFinite
        }
    }
}

/// Skein's kernels, the same in C++ with Eigen, and in Python, in turns round by round, so that whatever else the machine
/// does slows all.
package struct KernelRace {
    package var cases: Int
    package var rounds: Int
    /// The interpreter and the script; nil: without Python.
    package var python: (interpreter: String, script: String)?
    package static let seed: UInt64 = 7
    /// Of each round, so that a processor is awake and what it needs in its caches; the fastest counts.
    static let repeats = 20
    static let pythonRepeats = 2

    package init(cases: Int, rounds: Int, python: (interpreter: String, script: String)?) {
        self.cases = cases
        self.rounds = rounds
        self.python = python
    }

    package func run(isOver: () -> Bool, show: (String) -> Void) throws(BenchError) -> KernelFigures {
        let crew = try BenchCrew()
        defer { crew.end() }
        let cases = KernelCases(count: cases, seed: Self.seed)
        for (name, numbers) in [("ekf", cases.stepNumbers), ("pso", cases.searchNumbers)] {
            try Self.write(numbers, to: crew.folder.file(name))
        }
        let eigen = try? Rival.eigen()
        let rivals = KernelRival.all.filter {
            switch $0.language {
            case .swift: true
            case .eigen: eigen != nil
            case .python: python != nil
            }
        }
        var figures = KernelFigures()
        figures.rows = rivals.map { .init(rival: $0, seconds: [], difference: 0) }
        var ours: [KernelRival.Kernel: [Double]] = [:]
        for round in 0..<rounds {
            for index in rivals.indices {
                guard !isOver() else { throw .interrupted }
                show("round \(round + 1)/\(rounds), \(rivals[index].name)")
                let rival = rivals[index]
                let spent: Double
                let numbers: [Double]
                switch rival.language {
                case .swift:
                    (spent, numbers) = Self.own(rival.kernel, cases)
                    ours[rival.kernel] = numbers
                case .eigen:
                    (spent, numbers) = try Self.foreign([eigen ?? ""], rival, Self.repeats, round, crew)
                case .python:
                    let words = [python?.interpreter ?? "", python?.script ?? ""]
                    (spent, numbers) = try Self.foreign(words, rival, Self.pythonRepeats, round, crew)
                }
                figures.rows[index].seconds.append(spent)
                figures.rows[index].difference = Self.difference(rival.kernel, numbers, ours[rival.kernel] ?? [])
            }
        }
        return figures
    }

    private static func own(_ kernel: KernelRival.Kernel, _ cases: KernelCases) -> (Double, [Double]) {
        switch kernel {
        case .ekf:
            let (spent, results) = fastest(cases.steps, KernelCases.localised)
            return (spent, results.flatMap { KernelCases.numbers($0) })
        case .pso:
            let (spent, results) = fastest(cases.searches) { search in search.islands().map { $0.run() } }
            return (spent, results.flatMap { KernelCases.numbers($0) })
        }
    }

    private static func fastest<Case, Result>(_ cases: [Case], _ step: (Case) -> Result) -> (Double, [Result]) {
        var results: [Result] = []
        var fastest = Double.infinity
        for _ in 0..<repeats {
            results.removeAll(keepingCapacity: true)
            let begun = MonotonicClock.now()
            for item in cases { results.append(step(item)) }
            fastest = min(fastest, (MonotonicClock.now() - begun).inSeconds / Double(cases.count))
        }
        return (fastest, results)
    }

    private static func foreign(
        _ program: [String], _ rival: KernelRival, _ repeats: Int, _ round: Int, _ crew: BenchCrew
    ) throws(BenchError) -> (Double, [Double]) {
        let name = "\(rival.language.rawValue)-\(rival.word)-\(round)"
        let sink = crew.folder.file(name)
        let words = program + [rival.word, crew.folder.file(rival.kernel.rawValue), sink, "\(repeats)"]
        // One thread, as Skein's: BLAS would take all cores for a matrix of 75.
        let threads = ["OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"]
        let child = try crew.run(name, words, adding: threads)
        let spans = try crew.text(of: child).split(separator: "\n").compactMap { Double($0) }
        guard spans.count == repeats, let fastest = spans.min(), fastest > 0 else {
            throw .ended(name, how: "told \(spans.count) times, not \(repeats)", lastLines: child.lastLines)
        }
        return (fastest * 1e-9, try numbers(in: sink))
    }

    /// Beside the numbers they should be; infinite if there are not as many.
    static func difference(_ kernel: KernelRival.Kernel, _ numbers: [Double], _ ours: [Double]) -> Double {
        guard numbers.count == ours.count, !ours.isEmpty else { return .infinity }
        switch kernel {
        case .ekf: return zip(numbers, ours).reduce(0) { max($0, abs($1.0 - $1.1)) }
        case .pso:
            let misfits = stride(from: 2, to: ours.count, by: 3)
            return misfits.reduce(0) { $0 + numbers[$1] - ours[$1] } / Double(ours.count / 3)
        }
    }

    private static func write(_ numbers: [Double], to path: String) throws(BenchError) {
        let bytes = LatencyFile.bytes(of: numbers.map(\.bitPattern))
        do throws(FileError) { try OutputFile.write(bytes, to: path) } catch { throw .file(error) }
    }

    private static func numbers(in path: String) throws(BenchError) -> [Double] {
        let bytes: [UInt8]
        do throws(FileError) { bytes = try InputFile.bytes(of: path) } catch { throw .file(error) }
        return (LatencyFile.nanoseconds(of: bytes) ?? []).map { Double(bitPattern: $0) }
    }
}
