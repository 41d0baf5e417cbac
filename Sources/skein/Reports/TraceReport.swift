import SkeinFiles
import SkeinPeer
import SkeinWire

/// A way gone robot by robot, as text and as JSON.
enum TraceReport {
    static func text(_ tracer: Tracer) -> String {
        let names = tracer.questions.names
        var table = TextTable(["hop", "robot", "band", "dBm", "Mb/s", "by", "rule", "RTT ms"])
        for (place, hop) in tracer.hops.enumerated() {
            let link = link(to: place, tracer)
            let isBeyond = isBeyond(place, tracer)
            table.add(
                isBeyond ? "…" : "\(place)", hop.trouble == nil ? names.name(hop.robot) : "\(names.name(hop.robot)) *",
                link.map { $0.band == .control ? "2.4 GHz" : "5 GHz" } ?? "–",
                (link?.power.dBm).text(1), (link.map { $0.capacityBitsPerSecond / 1e6 }).text(0),
                link.map { SharedJSON.snakeCase("\($0.basis)") } ?? "–", link.map { words($0.rule) } ?? "–",
                (hop.echo.map { $0.roundTrip.inSeconds * 1e3 }).text(2))
        }
        return ([table.text] + remarks(tracer)).joined(separator: "\n")
    }

    /// What is to be said besides.
    static func remarks(_ tracer: Tracer) -> [String] {
        let names = tracer.questions.names
        var lines = tracer.hops.compactMap { hop in hop.trouble.map { "* \($0)" } }
        switch tracer.end {
        case .arrived: break
        case .noWay(let robot): lines.append("\(names.name(robot)) knows no way to \(names.name(tracer.target))")
        case .silent: break
        case .loop(let robot): lines.append("a loop: the way leads back to \(names.name(robot))")
        case .tooLong: lines.append("given up after \(Tracer.hopsMax) hops")
        }
        if tracer.hasChanged {
            lines.append("the way has changed meanwhile: \(names.name(tracer.origin)) goes another one")
        }
        if tracer.end == .arrived, let hops = tracer.hops.last?.echo?.hops, hops != tracer.hops.count - 1 {
            lines.append("an echo crossed \(QuestionTalk.hops(hops)) on its way there")
        }
        return lines
    }

    static func json(_ tracer: Tracer) -> JSONValue {
        let names = tracer.questions.names
        let hops = tracer.hops.enumerated().map { place, hop -> JSONValue in
            let link = link(to: place, tracer)
            return [
                "hop": isBeyond(place, tracer) ? .null : .integer(place), "robot": names.json(hop.robot),
                "answers": .bool(hop.trouble == nil),
                "band": link.map { .string($0.band == .control ? "2.4" : "5") } ?? .null,
                "power_dbm": .optional(link?.power.dBm), "capacity_bits_per_s": .optional(link?.capacityBitsPerSecond),
                "basis": link.map { .string(SharedJSON.snakeCase("\($0.basis)")) } ?? .null,
                "rule": link.map { .string(name($0.rule)) } ?? .null,
                "link_round_trip_s": .optional(link?.roundTripMicroseconds.map { Double($0) / 1e6 }),
                "round_trip_s": .optional(hop.echo?.roundTrip.inSeconds),
                "echo_hops": hop.echo.map { .integer($0.hops) } ?? .null,
            ]
        }
        let (end, at) = ended(tracer.end)
        return [
            "version": .integer(1), "from": names.json(tracer.origin), "to": names.json(tracer.target),
            "end": .string(end), "end_at": at.map(names.json) ?? .null, "changed": .bool(tracer.hasChanged),
            "hops": .array(hops),
        ]
    }

    private static func link(to place: Int, _ tracer: Tracer) -> Answer.Way? {
        isBeyond(place, tracer) ? nil : tracer.link(to: place)
    }

    /// The robot at the end, behind a part of the way that nobody told of.
    private static func isBeyond(_ place: Int, _ tracer: Tracer) -> Bool {
        tracer.end != .arrived && place > 0 && tracer.hops[place].robot == tracer.target
            && tracer.hops[place - 1].way?.next != tracer.target
    }

    private static func ended(_ end: Tracer.End) -> (String, NodeID?) {
        switch end {
        case .arrived: ("arrived", nil)
        case .noWay(let robot): ("no_way", robot)
        case .silent(let robot): ("silent", robot)
        case .loop(let robot): ("loop", robot)
        case .tooLong: ("too_long", nil)
        }
    }

    private static func words(_ rule: Answer.Way.Rule) -> String {
        switch rule {
        case .none, .itself: "–"
        case .hop(.direct): "in range"
        case .hop(.between): "between both"
        case .hop(.tree): "tree"
        case .hop(.leaderWay): "leader's way"
        case .hop(.learned): "learned"
        case .hop(.directGoing): "in range, going"
        case .hop(.learnedGoing): "learned, going"
        }
    }

    private static func name(_ rule: Answer.Way.Rule) -> String {
        switch rule {
        case .none, .itself: "none"
        case .hop(let rule): SharedJSON.snakeCase("\(rule)")
        }
    }
}
