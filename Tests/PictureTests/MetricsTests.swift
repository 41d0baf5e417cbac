import Foundation
import SkeinPeer
import SkeinSeal
import SkeinWire
import Testing

@testable import SkeinPicture

struct MetricsTests {
    /// A report with something in every list.
    private static func report() -> PeerReport {
        Made.report(1) { report in
            report.neighbours = [
                Made.neighbour(0, heardAt: 199), Made.neighbour(2, heardAt: 190) { $0.roundTrip = .milliseconds(12) },
            ]
            report.members = [
                MemberAccount(
                    member: Made.robot(2), grantedPercent: 25, grantedMHz: 2, parts: 4, reservedParts: 1,
                    idlePercent: 50)
            ]
            report.routes = [
                RouteAccount(destination: Made.robot(0), next: Made.robot(0), rule: .direct, hops: 1, learnedAt: nil),
                RouteAccount(destination: Made.robot(3), next: .none, rule: nil, hops: 3, learnedAt: nil),
            ]
            var task = TaskAccount(
                name: .job(TaskKey(0xABCD_EF12)), number: 7, kernels: ["blur"], phase: .running, count: 5)
            task.elsewhere = 3
            report.tasks = [task]
            report.transfers = [
                TransferAccount(
                    isSending: false, robot: Made.robot(2), object: object, bytes: 1_000, doneBytes: 400,
                    trafficClass: .bulk, deadline: Made.instant(300))
            ]
            report.radio = Made.radio(sentBytes: 4_200)
            report.status.drops = Made.drops([.wrongSignature: 3])
            report.trust.expiresAtSeconds = 1_900_000_000
            report.safety = Made.safety([StopStatement.Name(issuer: Made.robot(2), number: 9)])
        }
    }

    private static var object: ObjectID {
        guard let object = ObjectID(hash: [UInt8](repeating: 7, count: ObjectID.byteCount)) else {
            preconditionFailure("no hash")
        }
        return object
    }

    private static func source(_ report: PeerReport = Self.report(), names: [(id: NodeID, name: String)]? = nil)
        -> MetricSource
    {
        MetricSource(
            report: report, robotName: "bravo", names: names ?? (0..<4).map { (Made.robot($0), "robot-\($0)") },
            version: "1.2.3", process: .init(cpuSeconds: 1.25, residentBytes: 30e6, threads: 4))
    }

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private static func text(of file: String) throws -> String {
        try String(contentsOf: root.appending(path: file), encoding: .utf8)
    }

    @Test func `a report's figures are there, under the fleet's names`() {
        let lines = MetricText.text(Self.source()).split(separator: "\n").map(String.init)
        for line in [
            "skein_up 1", "skein_build_info{version=\"1.2.3\"} 1", "skein_robot_info{robot=\"bravo\",id=\"r1\"} 1",
            "skein_uptime_seconds 100", "skein_process_cpu_seconds_total 1.25", "skein_mesh_reachable_robots 1",
            "skein_neighbours{band=\"2.4\"} 2", "skein_link_power_dbm{neighbour=\"robot-2\",band=\"5\"} -60",
            "skein_link_capacity_bytes_per_second{neighbour=\"robot-0\",band=\"2.4\"} 10000000",
            "skein_link_silence_seconds{neighbour=\"robot-2\",band=\"2.4\"} 10",
            "skein_link_round_trip_seconds{neighbour=\"robot-2\"} 0.012",
            "skein_link_up{neighbour=\"robot-0\",band=\"5\",basis=\"measured\"} 1",
            "skein_radio_sent_bytes_total{band=\"2.4\",class=\"control\"} 4200",
            "skein_radio_sent_airtime_seconds_total{band=\"2.4\",class=\"control\"} 0.0042",
            "skein_datagrams_dropped_total{reason=\"wrong_signature\"} 3",
            "skein_tasks{kind=\"job\",phase=\"running\"} 1", "skein_tasks{kind=\"job\",phase=\"failed\"} 0",
            "skein_open_task_units{place=\"here\"} 2", "skein_open_task_units{place=\"elsewhere\"} 3",
            "skein_member_granted_ratio{member=\"robot-2\"} 0.25",
            "skein_member_parts{member=\"robot-2\",state=\"free\"} 3",
            "skein_transfer_pending_bytes{direction=\"in\"} 600", "skein_transfers{direction=\"out\"} 0",
            "skein_clock_bound_seconds 0.001", "skein_stopped 1", "skein_stops_in_force 1",
            "skein_membership_expiry_timestamp_seconds 1900000000", "skein_fleet_robots{state=\"member\"} 3",
        ] { #expect(lines.contains(line), "\(line)") }
    }

    @Test func `what is not known is not told`() {
        let text = MetricText.text(
            MetricSource(report: Made.report(1), robotName: "b", names: [], version: "1", process: nil))
        for name in ["skein_process_", "skein_link_", "skein_member_", "skein_membership_expiry"] {
            #expect(!text.contains(name), "\(name)")
        }
        #expect(MetricText.silence.hasSuffix("\nskein_up 0\n"))
    }

    @Test func `every family has a name, a unit and labels as they should be`() {
        let all = MetricFamily.all
        #expect(Set(all.map(\.name)).count == all.count)
        for family in all {
            #expect(family.name.wholeMatch(of: /skein_[a-z0-9_]+/) != nil)
            #expect(family.name.hasSuffix("_total") == (family.kind == .counter), "\(family.name)")
            #expect(
                !family.help.isEmpty && family.help.hasSuffix(".") && !family.unit.isEmpty && !family.healthy.isEmpty)
            let isTask = family.labels.contains { ["task", "key", "unit", "object"].contains($0) }
            #expect(!isTask, "\(family.name): labels that never end")
            if family.unit == "s" { #expect(family.name.contains("_seconds"), "\(family.name)") }
            if family.unit == "bytes" { #expect(family.name.contains("_bytes"), "\(family.name)") }
            if family.unit == "0…1" { #expect(family.name.hasSuffix("_ratio"), "\(family.name)") }
        }
    }

    @Test func `a full report makes a bounded number of lines`() {
        let report = Made.report(1) { report in
            report.neighbours = (0..<PeerReport.neighboursMax).map { number in
                Made.neighbour(number, heardAt: 199) { $0.roundTrip = .milliseconds(1) }
            }
            report.tasks = (0..<PeerReport.tasksMax).map {
                TaskAccount(name: .order(TaskKey(UInt64($0))), number: 1, kernels: [], phase: .done, count: 1)
            }
        }
        let lines = MetricText.text(Self.source(report)).split(separator: "\n").count
        #expect(lines < 400 + PeerReport.neighboursMax * 9, "\(lines)")
    }

    @Test func `names that people give are quoted, and numbers are ones that Prometheus reads`() {
        let names = [(id: Made.robot(2), name: "a\"b\\c\nd{}")]
        let text = MetricText.text(Self.source(names: names))
        #expect(text.contains("skein_member_granted_ratio{member=\"a\\\"b\\\\c\\nd{}\"} 0.25"))
        #expect(MetricText.number(.nan) == "NaN" && MetricText.number(.infinity) == "+Inf")
        #expect(MetricText.number(-.infinity) == "-Inf" && MetricText.number(1e300) == "1e+300")
        #expect(MetricText.number(-0.5) == "-0.5" && MetricText.number(3) == "3")
    }

    @Test func `promtool has nothing against it`() throws {
        let places = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/promtool" }
        let tools = [Self.root.appending(path: ".build-test/promtool").path] + places
        let promtool = try #require(
            tools.first { FileManager.default.isExecutableFile(atPath: $0) },
            "promtool is missing: make deps-test fetches it")
        let process = Process()
        let (input, output) = (Pipe(), Pipe())
        process.executableURL = URL(filePath: promtool)
        process.arguments = ["check", "metrics"]
        process.standardInput = input
        process.standardOutput = output
        process.standardError = output
        try process.run()
        input.fileHandleForWriting.write(Data(MetricText.text(Self.source()).utf8))
        try input.fileHandleForWriting.close()
        let said = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(String(decoding: said, as: UTF8.self))")
    }

    @Test func `the table in the docs is that of the exporter`() throws {
        let rows = try Self.text(of: "docs/metrics.md").split(separator: "\n").filter { $0.hasPrefix("| `skein_") }
        let expected = MetricFamily.all.map { family in
            let labels = family.labels.isEmpty ? "" : family.labels.map { "`\($0)`" }.joined(separator: ", ")
            return "| `\(family.name)` | \(family.kind.rawValue) | \(labels) | \(family.unit) | \(family.help) | "
                + "\(family.healthy) |"
        }
        #expect(rows.map(String.init) == expected, "\n\(expected.joined(separator: "\n"))")
    }

    @Test func `the dashboard asks for metrics that there are, by labels that they have`() throws {
        let data = Data(try Self.text(of: "field-configs/grafana/skein.json").utf8)
        let board = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let panels = try #require(board["panels"] as? [[String: Any]])
        var asked: Set<Substring> = []
        for panel in panels {
            let title = panel["title"] as? String ?? "?"
            for target in panel["targets"] as? [[String: Any]] ?? [] {
                let expression = try #require(target["expr"] as? String, "\(title)")
                let names = expression.matches(of: /skein_[a-z0-9_]+/).map(\.output)
                #expect(!names.isEmpty, "\(title)")
                asked.formUnion(names)
                let families = names.compactMap { name in MetricFamily.all.first { $0.name == name } }
                #expect(families.count == names.count, "\(title): \(expression)")
                let known = Set(families.flatMap(\.labels) + ["instance"])
                let legend = target["legendFormat"] as? String ?? ""
                let labels = legend.matches(of: /\{\{([a-z]+)\}\}/).map { String($0.output.1) }
                #expect(known.isSuperset(of: labels), "\(title): \(legend)")
            }
        }
        for name in [
            "skein_mesh_reachable_robots", "skein_radio_control_ratio", "skein_radio_sent_bytes_total",
            "skein_datagrams_dropped_total", "skein_open_task_units", "skein_member_parts", "skein_clock_bound_seconds",
            "skein_stopped",
        ] as [Substring] { #expect(asked.contains(name), "no panel shows \(name)") }
        #expect(Set(panels.compactMap { $0["id"] as? Int }).count == panels.count)
    }
}
