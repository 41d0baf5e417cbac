import SkeinPeer
import SkeinWire
import SkeinWorld

/// What came of a mission, on one screen.
enum RunText {
    static func report(_ run: RunResult, title: String, wallSeconds: Double) -> String {
        var table = TextTable(title: title)
        let outcome =
            run.completed
            ? "complete after \(run.completionSeconds.text(1, "s"))"
            : run.completionSeconds == nil
                ? "never started: no hierarchy in time" : "NOT complete after \(run.completionSeconds.text(1, "s"))"
        table.add(run.stop == nil ? "mission" : "emergency stop", run.stop.map(Self.outcome) ?? outcome)
        StragglerReport.add(run.stragglers, to: &table)
        if let stop = run.stop { StopReport.add(stop, to: &table) }
        if let figures = run.localisation { LocalisationText.add(figures, to: &table) }
        table.add("start signal after", run.settleSeconds.text(1, "s"))
        table.add("robots, cameras", "\(run.robots), \(run.cameras)")
        table.add("leaders, most hops", "\(run.subgroups), \(run.hopsMax)")
        table.add(
            "idle CPU contributed",
            "\(run.contributedPercent.rounded(to: 0)) % of \(run.layout.idlePercent.reduce(0, +).rounded(to: 0)) %")
        table.add("steps with help, failed", "\(run.completedSteps), \(run.failedSteps)")
        table.add("failed, of robot-steps", "\(run.failureFractionRobotSteps.percent) of \(run.robotSteps)")
        table.add("failed, of camera-steps", "\(run.failureFractionCameraSteps.percent) of \(run.cameraSteps)")
        table.add("failed by a rebuild", "\(run.rebuildFailedSteps)")
        for (trouble, count) in run.troubles.enumerated() where count > 0 {
            let name = PartTrouble(rawValue: UInt8(trouble)).map { "\($0)" } ?? "\(trouble)"
            table.add("  failed by \(name)", "\(count)")
        }
        table.add("parts offloaded", "\(run.partsOffloaded)")
        table.add("longest gap in service", run.serviceGapSecondsMax.rounded(to: 2) + " s")
        table.add("control traffic, a robot", ((run.control?.bitsPerSecondPerRobot).map { $0 / 1_000 }).text(2, "kb/s"))
        table.add("control airtime, busiest", (run.control?.airtimeFractionMax).map(\.percent) ?? "–")
        table.add("planning, longest of \(run.plans)", (run.planNanosecondsMax.map { Double($0) * 1e-6 }).text(1, "ms"))
        table.add(
            "95 % at source, at target", "\(run.sourceSeconds.text(1, "s")), \(run.targetSeconds.text(1, "s"))")
        if let contacts = run.contacts { ContactReport.add(contacts, to: &table) }
        if let clock = run.clock { ClockReport.add(clock, to: &table) }
        AdversaryReport.add(run.adversary, to: &table)
        table.add("simulated in", wallSeconds.rounded(to: 2) + " s")
        return table.text
    }

    private static func outcome(_ stop: StopFigures) -> String {
        stop.failed.isEmpty ? "every robot that could be reached stands" : "\(stop.failed.count) robots DO NOT STAND"
    }
}
