import SkeinFiles
import SkeinPeer
import SkeinWorld

/// How well robots knew where they are, for people and for programs.
enum LocalisationText {
    /// Rows of a run's report. `bounds`: of the mean NEES, where there are runs enough to tell.
    static func add(
        _ figures: LocalisationFigures, bounds: (low: Double, high: Double)? = nil, to table: inout TextTable
    ) {
        table.add("position error, RMS", figures.positionRmsMeters.rounded(to: 3) + " m")
        table.add("  by odometry alone", figures.deadReckoningRmsMeters.rounded(to: 3) + " m")
        table.add("  largest", figures.positionErrorMetersMax.rounded(to: 3) + " m")
        let within = bounds.map { "; 95 % of sweeps \($0.low.rounded(to: 2)) to \($0.high.rounded(to: 2))" } ?? ""
        table.add("NEES, mean of three degrees", figures.neesMean.rounded(to: 2) + within)
        table.add("  position, of two", figures.neesPositionMean.rounded(to: 2))
        table.add("  heading, of one", figures.neesHeadingMean.rounded(to: 2))
        table.add("  beyond its 95 %", figures.neesOutsideFraction.percent)
        table.add("  sources found to contradict", "\(figures.diverged)")
    }

    static func value(_ figures: LocalisationFigures, bounds: (low: Double, high: Double)? = nil) -> JSONValue {
        [
            "position_rms_m": .number(figures.positionRmsMeters),
            "dead_reckoning_rms_m": .number(figures.deadReckoningRmsMeters),
            "position_error_max_m": .number(figures.positionErrorMetersMax), "nees_mean": .number(figures.neesMean),
            "nees_position_mean": .number(figures.neesPositionMean),
            "nees_heading_mean": .number(figures.neesHeadingMean),
            "nees_bounds": bounds.map { .numbers([$0.low, $0.high]) } ?? .null,
            "nees_outside_fraction": .number(figures.neesOutsideFraction),
            "sources_diverged": .integer(figures.diverged), "samples": .integer(figures.samples),
        ]
    }

    // MARK: Many runs

    private static func mean(
        _ runs: [SweepFigures.Run]
    ) -> (figures: LocalisationFigures, bounds: (low: Double, high: Double)?)? {
        let all = runs.compactMap(\.result.localisation)
        guard let first = all.first else { return nil }
        let count = Double(all.count)
        func average(_ figure: (LocalisationFigures) -> Double) -> Double { all.reduce(0) { $0 + figure($1) } / count }
        var figures = first
        figures.positionRmsMeters = average { $0.positionRmsMeters * $0.positionRmsMeters }.squareRoot()
        figures.deadReckoningRmsMeters = average { $0.deadReckoningRmsMeters * $0.deadReckoningRmsMeters }.squareRoot()
        figures.positionErrorMetersMax = all.map(\.positionErrorMetersMax).max() ?? 0
        figures.neesMean = average(\.neesMean)
        figures.neesPositionMean = average(\.neesPositionMean)
        figures.neesHeadingMean = average(\.neesHeadingMean)
        figures.neesOutsideFraction = average(\.neesOutsideFraction)
        figures.diverged = all.reduce(0) { $0 + $1.diverged }
        figures.samples = all.reduce(0) { $0 + $1.samples }
        return (figures, LocalisationFigures.neesBounds(runs: all.map(\.neesMean)))
    }

    /// Over all runs. Nil: nobody was driven about.
    static func sweep(_ runs: [SweepFigures.Run]) -> String? {
        guard let (figures, bounds) = mean(runs) else { return nil }
        var table = TextTable(title: "localisation, all runs")
        add(figures, bounds: bounds, to: &table)
        let rms = runs.compactMap { $0.result.localisation?.positionRmsMeters }.sorted()
        table.add(
            "position error of a run, median, worst",
            "\(SweepFigures.median(of: rms).text(3, "m")), \(rms.last.text(3, "m"))")
        return table.text
    }

    static func sweepValue(_ runs: [SweepFigures.Run]) -> JSONValue {
        guard let (figures, bounds) = mean(runs) else { return .null }
        return value(figures, bounds: bounds)
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
