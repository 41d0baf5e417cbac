/// The specification's table (mesh-cloud.md §8) with our column, and what a person looks at next.
extension SweepFigures {
    func report(title: String) -> String {
        let others = [
            StopReport.sweep(runs), LocalisationText.sweep(runs), AdversaryReport.sweep(runs),
            ContactReport.sweep(runs),
        ].compactMap { $0 }.flatMap { [$0, ""] }
        return ([title, ""] + others + [comparison, "", distribution, "", worstRuns]).joined(separator: "\n")
    }

    private var comparison: String {
        let camera = sorted(\.failureFractionCameraSteps)
        var table = TextTable(["quantity", "paper", "measured"])
        table.add("runs", "–", isPartial ? "\(runs.count) of \(plannedRuns), interrupted" : "\(runs.count)")
        table.add("completed", "–", "\(completedRuns) (\(completedFraction.percent))")
        table.add("completion, median", "18 s", Self.median(of: completionSeconds).text(1, "s"))
        table.add("failed, % of robot-steps", "4.6 %", robotFailureFraction.percent)
        table.add("failed, % of camera-steps", "18.9 %", cameraFailureFraction.percent)
        table.add("runs without a failed step", "–", "\(camera.count { $0 == 0 })")
        table.add("failed steps caused by a rebuild", "11 of 18", "\(rebuildFailedSteps) of \(failedSteps)")
        table.add(
            "failed steps with too few processors in reach", "–",
            "\(runs.reduce(0) { $0 + $1.result.failures.count(where: \.isOutOfReach) }) of \(failedSteps)")
        table.add("max hops, median", "6", Self.median(of: sorted { Double($0.hopsMax) }).text(1))
        table.add("subgroups, mean", "–", Self.mean(of: sorted { Double($0.subgroups) }).text(1))
        table.add("idle CPU contributed, mean", "–", Self.mean(of: sorted(\.contributedPercent)).text(0, "%"))
        table.add("parts offloaded, mean", "–", Self.mean(of: sorted { Double($0.partsOffloaded) }).text(0))
        table.add(
            "control airtime, busiest robot", "–",
            sorted { $0.control?.airtimeFractionMax }.last.map(\.percent) ?? "–")
        table.add("wall time", "–", wallSeconds.rounded(to: 1) + " s")
        return table.text
    }

    private var distribution: String {
        var table = TextTable(["percentiles"] + Self.percentiles.map { $0 == 100 ? "max" : "p\($0)" })
        let rows: [(String, [Double], Double, Int)] = [
            ("completion, s", completionSeconds, 1, 1),
            ("95 % of the noses there, s", reached(\.sourceSeconds), 1, 1),
            ("95 % of the cameras there, s", reached(\.targetSeconds), 1, 1),
            ("failed, % of robot-steps", sorted(\.failureFractionRobotSteps), 100, 2),
            ("failed, % of camera-steps", sorted(\.failureFractionCameraSteps), 100, 2),
            ("longest gap in service, s", sorted(\.serviceGapSecondsMax), 1, 2),
        ]
        for (name, values, scale, digits) in rows {
            let cells = Self.percentiles.map { Self.percentile($0, of: values).map { $0 * scale }.text(digits) }
            table.add(row: [name] + cells)
        }
        return table.text
    }

    private var worstRuns: String {
        var table = TextTable(["worst runs", "set-up", "seed", "failed steps", "completion"])
        for run in worst {
            table.add(
                "", run.setupIndex.map { "\($0)" } ?? "–", "\(run.result.seed)", "\(run.result.failedSteps)",
                run.result.completed ? run.result.completionSeconds.text(1, "s") : "unfinished")
        }
        return table.text
    }
}
