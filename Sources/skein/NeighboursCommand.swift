import ArgumentParser
import SkeinFiles
import SkeinPeer
import SkeinWire

/// Who is in radio range, and what each says of itself.
struct NeighboursCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "neighbours",
        abstract: "Who is in radio range, whom each follows, and what it lends.",
        discussion: """
            A link is up where each hears the other; one that is about to go by where both drive is going, one that has \
            gone by then is gone, one way is one that does not say it hears this robot. Leads: it leads a subgroup; hops: \
            to the root, by its own word; idle: what it lends of a processor. `skein links` tells what the readings rest \
            on.

            Exit codes: 0 ok, also without neighbours, 1 the daemon is leaving, 3 no daemon answers, 4 no such robot.

            Examples:
              skein neighbours
              skein neighbours -w
              skein neighbours --json | jq -r '.neighbours[] | select(.leads) | .neighbour'
            """)

    @OptionGroup var options: ReadOptions

    func run() throws {
        let talk = try options.socket.connect()
        try Tool.run {
            let names = try talk.names()
            try options.watch.run {
                let report = NeighboursReport(report: try talk.report(), names: names)
                if options.json { try Console.write(report.value, to: "-") } else { Console.print(report.text) }
            }
        }
    }
}

/// A robot's neighbours, for people and for programs.
struct NeighboursReport {
    let report: PeerReport
    let names: FleetNames

    var text: String {
        guard !report.neighbours.isEmpty else { return "no neighbours" }
        var table = TextTable([
            "neighbour", "follows", "2.4 GHz", "dBm", "5 GHz", "dBm", "Mb/s", "hops", "idle %", "RTT ms", "silent s",
        ])
        for neighbour in report.neighbours {
            table.add(
                names.name(neighbour.id) + (neighbour.isStopped == true ? " (stands)" : ""),
                neighbour.isLeader ? "leads" : names.name(neighbour.leader), Self.state(neighbour.control),
                (neighbour.control?.powerDBm).text(1), Self.state(neighbour.data), (neighbour.data?.powerDBm).text(1),
                (neighbour.data.map { $0.efficiency * 20 }).text(0), neighbour.hops.map { "\($0)" } ?? "–",
                neighbour.idlePercent.text(0), neighbour.roundTrip.map { $0.inSeconds * 1e3 }.text(1),
                (report.now - neighbour.heardAt).inSeconds.rounded(to: 1))
        }
        return table.text
    }

    static func state(_ link: NeighbourAccount.BandLink?) -> String {
        guard let link else { return "–" }
        guard link.isLink else { return "one way" }
        switch link.outlook {
        case .gone: return "gone"
        case .going: return "going"
        case .lasting: return "up"
        }
    }

    var value: JSONValue {
        [
            "version": .integer(1), "robot": names.json(report.id), "left_out": .integer(report.cut.neighbours),
            "neighbours": .array(report.neighbours.map(value)),
        ]
    }

    private func value(_ neighbour: NeighbourAccount) -> JSONValue {
        [
            "neighbour": names.json(neighbour.id), "leader": names.json(neighbour.leader),
            "leads": .bool(neighbour.isLeader), "may_lead": .bool(neighbour.mayLead),
            "root": names.json(neighbour.root), "hops": neighbour.hops.map { .integer($0) } ?? .null,
            "parent": names.json(neighbour.parent), "link_2_4": value(neighbour.control),
            "link_5": value(neighbour.data), "idle_percent": .optional(neighbour.idlePercent),
            "busy_parts": neighbour.busyParts.map { .integer($0) } ?? .null,
            "round_trip_s": .optional(neighbour.roundTrip?.inSeconds),
            "since_s": ReportWords.since(neighbour.since, report.now),
            "silence_s": ReportWords.since(neighbour.heardAt, report.now), "quiet": .bool(neighbour.isQuiet),
            "x_m": .optional(neighbour.place?.xMeters), "y_m": .optional(neighbour.place?.yMeters),
            "heading_rad": .optional(neighbour.place?.headingRadians),
            "stands": neighbour.isStopped.map { .bool($0) } ?? .null,
        ]
    }

    private func value(_ link: NeighbourAccount.BandLink?) -> JSONValue {
        guard let link else { return .null }
        return [
            "state": .string(SharedJSON.snakeCase(Self.state(link)).replacing(" ", with: "_")),
            "power_dbm": .number(link.powerDBm), "capacity_bits_per_s": .number(link.efficiency * 20e6),
            "basis": .string(SharedJSON.snakeCase("\(link.basis)")),
            "silence_s": ReportWords.since(link.heardAt, report.now),
        ]
    }
}
