import SkeinLab
import SkeinLinux

/// What came of a laboratory run, on one screen.
enum LabText {
    static func report(_ result: LabResult, title: String, wallSeconds: Double) -> String {
        var table = TextTable(title: "processes")
        let peers = result.processes.filter { $0.part == .peer }
        table.add("peers", "\(peers.count)")
        table.add("memory, largest", megabytes(peers.map(\.residentBytes).max() ?? 0))
        table.add("processor, busiest", (peers.map(\.processorFraction).max() ?? 0).percent + " of a core")
        let idle = peers.compactMap(\.idleProcessorFraction).max()
        table.add("  before the mission", (idle?.percent ?? "–") + (idle == nil ? "" : " of a core"))
        for process in result.processes where process.part != .peer {
            table.add(
                process.name, "\(process.processorFraction.percent) of a core, \(megabytes(process.residentBytes))")
        }
        table.add("the air was late, 99 %, most", lateness(result.mediumLateness))
        table.add("the field was late, 99 %, most", lateness(result.arenaLateness))
        if result.eventsLost > 0 { table.add("EVENTS LOST", "\(result.eventsLost): the figures miss something") }
        return RunText.report(result.run, title: title, wallSeconds: wallSeconds) + "\n" + table.text
    }

    private static func megabytes(_ bytes: Int) -> String { (Double(bytes) * 1e-6).rounded(to: 1) + " MB" }

    private static func lateness(_ lateness: Lateness) -> String {
        "\(lateness.p99Milliseconds.rounded(to: 1)) ms, \(lateness.maxMilliseconds.rounded(to: 1)) ms"
    }
}
