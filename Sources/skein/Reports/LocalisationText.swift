import SkeinFiles
import SkeinPeer
import SkeinWorld

/// How well robots knew where they are, for people and for programs.
enum LocalisationText {
    /// Rows of a run's report.
    static func add(_ figures: LocalisationFigures, robots: Int, to table: inout TextTable) {
        table.add("position error, RMS", figures.positionRmsMeters.rounded(to: 3) + " m")
        table.add("  by odometry alone", figures.deadReckoningRmsMeters.rounded(to: 3) + " m")
        table.add("  largest", figures.positionErrorMetersMax.rounded(to: 3) + " m")
        table.add("NEES, mean of three degrees", "\(figures.neesMean.rounded(to: 2)); \(bounds(estimates: robots))")
        table.add("  beyond its 95 %", figures.neesOutsideFraction.percent)
        table.add("  sources found to contradict", "\(figures.diverged)")
    }

    static func value(_ figures: LocalisationFigures, robots: Int) -> JSONValue {
        let (low, high) = neesBounds(estimates: robots)
        return [
            "position_rms_m": .number(figures.positionRmsMeters),
            "dead_reckoning_rms_m": .number(figures.deadReckoningRmsMeters),
            "position_error_max_m": .number(figures.positionErrorMetersMax), "nees_mean": .number(figures.neesMean),
            "nees_bounds": .numbers([low, high]), "nees_outside_fraction": .number(figures.neesOutsideFraction),
            "sources_diverged": .integer(figures.diverged), "samples": .integer(figures.samples),
        ]
    }

    private static func bounds(estimates: Int) -> String {
        let (low, high) = neesBounds(estimates: estimates)
        return "95 % of \(estimates) estimates: \(low.rounded(to: 2)) to \(high.rounded(to: 2))"
    }

    /// Chi-square's 2.5 and 97.5 % of so many independent estimates' mean (Wilson and Hilferty 1931).
    static func neesBounds(estimates: Int) -> (low: Double, high: Double) {
        let degrees = Double(LocalisationFigures.degrees * max(estimates, 1))
        let spread = 2 / (9 * degrees)
        func quantile(_ sigmas: Double) -> Double {
            let root = 1 - spread + sigmas * spread.squareRoot()
            return Double(LocalisationFigures.degrees) * root * root * root
        }
        return (quantile(-1.96), quantile(1.96))
    }

    // MARK: Many runs

    private static func mean(_ runs: [SweepFigures.Run]) -> (robots: Int, figures: LocalisationFigures)? {
        let all = runs.compactMap(\.result.localisation)
        guard let first = all.first, let robots = runs.first?.result.robots else { return nil }
        let count = Double(all.count)
        func average(_ figure: (LocalisationFigures) -> Double) -> Double { all.reduce(0) { $0 + figure($1) } / count }
        var figures = first
        figures.positionRmsMeters = average { $0.positionRmsMeters * $0.positionRmsMeters }.squareRoot()
        figures.deadReckoningRmsMeters = average { $0.deadReckoningRmsMeters * $0.deadReckoningRmsMeters }.squareRoot()
        figures.positionErrorMetersMax = all.map(\.positionErrorMetersMax).max() ?? 0
        figures.neesMean = average(\.neesMean)
        figures.neesOutsideFraction = average(\.neesOutsideFraction)
        figures.diverged = all.reduce(0) { $0 + $1.diverged }
        figures.samples = all.reduce(0) { $0 + $1.samples }
        return (robots * all.count, figures)
    }

    /// Over all runs. Nil: nobody was driven about.
    static func sweep(_ runs: [SweepFigures.Run]) -> String? {
        guard let (estimates, figures) = mean(runs) else { return nil }
        var table = TextTable(title: "localisation, all runs")
        add(figures, robots: estimates, to: &table)
        let rms = runs.compactMap { $0.result.localisation?.positionRmsMeters }.sorted()
        table.add(
            "position error of a run, median, worst",
            "\(SweepFigures.median(of: rms).text(3, "m")), \(rms.last.text(3, "m"))")
        return table.text
    }

    static func sweepValue(_ runs: [SweepFigures.Run]) -> JSONValue {
        guard let (estimates, figures) = mean(runs) else { return .null }
        return value(figures, robots: estimates)
    }

    // MARK: One robot's sources

    static func value(_ report: LocalisationReport) -> JSONValue {
        .object(
            LocalisationSource.allCases.map { source in
                let figures = report[source]
                return .init(
                    "\(source)",
                    [
                        "taken": .integer(Int(figures.taken)), "gated_out": .integer(Int(figures.gatedOut)),
                        "too_old": .integer(Int(figures.tooOld)), "frozen": .integer(Int(figures.frozen)),
                        "diverged": .bool(figures.isDiverged),
                    ])
            })
    }
}
