import ArgumentParser
import SkeinCodec
import SkeinFiles
import SkeinPeer
import SkeinSeal
import SkeinWire

/// This robot's own account of itself.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "How this robot stands in its swarm.",
        discussion: """
            Root and leader, the plan in force, what it lends and what of that is granted, its mission, where it believes to \
            be, the mesh's time with its bound, and what it dropped of what it heard, by reason.

            Exit codes: 0 ok, 1 the daemon is leaving, 3 no daemon answers.

            Examples:
              skein status
              skein status --socket /run/skein/peer.sock
              skein status --json | jq .leader
            """)

    @OptionGroup var socket: SocketOption

    @Flag(help: "As JSON.")
    var json = false

    func run() throws {
        let talk = try socket.connect()
        try Tool.run {
            let names = try talk.names()
            guard case .status(let status) = try talk.ask(.status) else { throw TalkError.noSense(talk.path) }
            if json {
                try Console.write(Self.value(status, talk.daemon, names), to: "-")
            } else {
                Console.print(Self.text(status, talk.daemon, names))
            }
        }
    }

    private static func text(_ status: PeerStatus, _ daemon: LocalFrame.Hello, _ names: FleetNames) -> String {
        var table = TextTable(title: "\(daemon.name) (\(status.id)), boot \(daemon.epoch.number)")
        let root = names.name(status.root)
        table.add(
            "root",
            status.hops.map { $0 == 0 ? "this robot" : "\(root), \($0) hops, by \(names.name(status.parent))" }
                ?? "out of reach")
        table.add(
            "leader",
            (status.leader == status.id ? "this robot" : names.name(status.leader)) + ", \(reason(status.leaderReason))"
        )
        table.add("plan", status.plan == .none ? "none" : "\(status.plan.term).\(status.plan.number)")
        table.add(
            "lends",
            "\(status.idlePercent.rounded(to: 0)) % of a processor, granted "
                + "\(status.grantedPercent.rounded(to: 0)) % on \(status.grantedMHz.rounded(to: 1)) MHz")
        table.add("neighbours", "\(status.neighbours)")
        table.add("mission", status.isMissionRunning ? "running" : status.hasArrived ? "arrived" : "not running")
        table.add(
            "place", "\(status.xMeters.rounded(to: 2)) m, \(status.yMeters.rounded(to: 2)) m by its own estimate")
        table.add("mesh time", ClockReport.text(status.clock, names))
        table.add("dropped datagrams", "\(status.drops.total)")
        for reason in DropReason.allCases where status.drops[reason] > 0 {
            table.add("  \(SharedJSON.snakeCase("\(reason)"))", "\(status.drops[reason])")
        }
        return table.text
    }

    private static func reason(_ reason: LeaderReason) -> String {
        switch reason {
        case .start: "told to start the swarm"
        case .plan: "by the root's plan"
        case .strongest: "the strongest heard"
        case .alone: "none in 5 GHz range"
        }
    }

    private static func value(_ status: PeerStatus, _ daemon: LocalFrame.Hello, _ names: FleetNames) -> JSONValue {
        [
            "version": .integer(1), "name": .string(daemon.name), "id": .integer(Int(status.id.number)),
            "epoch": .integer(Int(daemon.epoch.number)), "root": names.json(status.root),
            "hops": status.hops.map { .integer($0) } ?? .null, "parent": names.json(status.parent),
            "leader": names.json(status.leader), "leader_reason": .string("\(status.leaderReason)"),
            "plan_term": .integer(Int(status.plan.term)), "plan_number": .integer(Int(status.plan.number)),
            "idle_percent": .number(status.idlePercent), "granted_percent": .number(status.grantedPercent),
            "granted_mhz": .number(status.grantedMHz), "neighbours": .integer(status.neighbours),
            "mission_running": .bool(status.isMissionRunning), "arrived": .bool(status.hasArrived),
            "x_m": .number(status.xMeters), "y_m": .number(status.yMeters),
            "heading_rad": .number(status.headingRadians), "clock": ClockReport.value(status.clock, names),
            "drops": SharedJSON.drops([status]),
        ]
    }
}
