import SkeinPeer
import SkeinWire
import SkeinWorld

/// What came of building a hierarchy, on one screen.
enum NetworkText {
    static func report(_ network: NetworkResult, title: String, wallSeconds: Double) -> String {
        var table = TextTable(title: title)
        table.add("hierarchy", network.settled ? "settled after \(network.settleSeconds.text(2, "s"))" : "NOT settled")
        table.add("robots", "\(network.robots)")
        table.add("without a way to the root", "\(network.hops.count { $0 < 0 })")
        table.add("without a leader", "\(network.owner.count { $0 < 0 })")
        table.add("leaders, most hops", "\(network.leaders.count), \(network.hops.max() ?? 0)")
        table.add("robots by hops", histogram(network.hops))
        table.add(
            "idle CPU contributed",
            "\(network.contributedPercent.rounded(to: 1)) % of "
                + "\(network.layout.idlePercent.reduce(0, +).rounded(to: 1)) %")
        table.add(
            "control traffic, a robot", ((network.control?.bitsPerSecondPerRobot).map { $0 / 1_000 }).text(2, "kb/s"))
        table.add("control airtime, busiest", (network.control?.airtimeFractionMax).map(\.percent) ?? "–")
        ClockReport.add(network.clock, to: &table)
        table.add(
            "planning, longest of \(network.plans)",
            (network.planNanosecondsMax.map { Double($0) * 1e-6 }).text(1, "ms"))
        table.add("simulated in", wallSeconds.rounded(to: 2) + " s")
        return table.text
    }

    private static func histogram(_ hops: [Int]) -> String {
        guard let most = hops.max(), most >= 0 else { return "–" }
        return (0...most).map { depth in "\(hops.count { $0 == depth })" }.joined(separator: " ")
    }
}
