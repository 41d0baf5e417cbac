import ArgumentParser
import SkeinFiles
import SkeinPeer
import SkeinWire

/// Which way a message to each robot would go now.
struct RoutesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "routes",
        abstract: "The way to each robot, and by which rule.",
        discussion: """
            For each robot to whom a way is known the neighbour that a message goes to now, the radios on the way as far as \
            the rule knows them, and the rule. The rules are tried in the order of docs/mesh.md: in range, a neighbour of \
            both, the parent to the root, the leaders' ways in beacons, what was learned; `skein why route` tells of one \
            robot what the others would have said. Ways that were learned and cannot be used any more are shown as such.

            Exit codes: 0 ok, 1 the daemon is leaving, 3 no daemon answers, 4 no such robot.

            Examples:
              skein routes
              skein routes --json | jq '.routes[] | select(.rule == "learned")'
            """)

    @OptionGroup var options: ReadOptions

    func run() throws {
        let talk = try options.socket.connect()
        try Tool.run {
            let names = try talk.names()
            try options.watch.run {
                let report = RoutesReport(report: try talk.report(), names: names)
                if options.json { try Console.write(report.value, to: "-") } else { Console.print(report.text) }
            }
        }
    }
}

/// A robot's routes, for people and for programs.
struct RoutesReport {
    let report: PeerReport
    let names: FleetNames

    var text: String {
        guard !report.routes.isEmpty else { return "no ways to anybody" }
        var table = TextTable(["to", "by", "hops", "age s", "rule"])
        for route in report.routes {
            table.add(
                names.name(route.destination), route.isUsable ? names.name(route.next) : "–",
                route.hops.map { "\($0)" } ?? "–", route.learnedAt.map { (report.now - $0).inSeconds }.text(1),
                route.rule.map(ReportWords.phrase) ?? "learned once, not usable any more")
        }
        let more = report.cut.routes > 0 ? "\n… and \(report.cut.routes) more" : ""
        return table.text + more
    }

    var value: JSONValue {
        [
            "version": .integer(1), "robot": names.json(report.id), "left_out": .integer(report.cut.routes),
            "routes": .array(
                report.routes.map { route in
                    [
                        "to": names.json(route.destination), "next": names.json(route.next),
                        "usable": .bool(route.isUsable), "hops": route.hops.map { .integer($0) } ?? .null,
                        "rule": route.rule.map { .string(SharedJSON.snakeCase("\($0)")) } ?? .null,
                        "age_s": ReportWords.since(route.learnedAt, report.now),
                    ]
                }),
        ]
    }
}
