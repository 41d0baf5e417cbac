import SkeinFiles
import SkeinPeer
import SkeinWire

/// Which way a message to one robot goes, and what the other rules would have said.
struct RouteStory {
    let report: PeerReport
    let target: NodeID
    let names: FleetNames

    /// What one rule says of this robot.
    struct Alternative {
        let rule: HopRule
        let isChosen: Bool
        let sentence: String
    }

    private var route: RouteAccount? { report.routes.first { $0.destination == target } }
    private var neighbour: NeighbourAccount? { report.neighbours.first { $0.id == target } }

    private var name: String { names.name(target) }

    var headline: String {
        guard target != report.id else { return "\(name) is this robot itself" }
        guard let route, let rule = route.rule else {
            return "no way to \(name) is known; a message to it waits while one is sought by a flood"
        }
        let hops = route.hops.map { ", \($0) \($0 == 1 ? "hop" : "hops")" } ?? ""
        let next = route.next == target ? "straight to it" : "by \(names.name(route.next))"
        return "a message to \(name) goes \(next)\(hops): \(ReportWords.phrase(rule))"
    }

    /// In the order in which the rules are tried; those after the one that chose are not asked any more.
    var alternatives: [Alternative] {
        guard target != report.id else { return [] }
        return HopRule.allCases.map { rule in
            if rule == route?.rule {
                return Alternative(rule: rule, isChosen: true, sentence: "chosen")
            }
            if let chosen = route?.rule, rule.rawValue > chosen.rawValue {
                return Alternative(rule: rule, isChosen: false, sentence: "not asked: an earlier rule had a way")
            }
            return Alternative(rule: rule, isChosen: false, sentence: objection(rule))
        }
    }

    private func objection(_ rule: HopRule) -> String {
        switch rule {
        case .direct: return direct
        case .between: return "no neighbour with a lasting link on 2.4 GHz says that it hears \(name)"
        case .tree:
            guard target == report.status.root else {
                return "it is not the root: that is \(names.name(report.status.root))"
            }
            return report.status.parent == .none ? "this robot has no parent" : "the parent is not answering"
        case .leaderWay: return "no neighbour's beacons tell a way to it as a leader"
        case .learned: return learned
        case .directGoing: return neighbour == nil ? "it is no neighbour" : "it is quiet, or out of range by now"
        case .learnedGoing: return learned
        }
    }

    private var direct: String {
        guard let neighbour else { return "it is no neighbour: nothing is heard of it" }
        guard !neighbour.isQuiet else {
            return "it should have been heard again by now: silent for "
                + ReportWords.age(report.now - neighbour.heardAt)
        }
        let links = [("2.4 GHz", neighbour.control), ("5 GHz", neighbour.data)].compactMap { band, link in
            link.map { "\(band) \(NeighboursReport.state($0))" }
        }
        return "no lasting link: " + links.joined(separator: ", ")
    }

    private var learned: String {
        guard let at = route?.learnedAt else { return "no message of it has come this way" }
        return "what was learned is \(ReportWords.age(report.now - at)) old, or its neighbour is not answering"
    }

    var text: String {
        var table = TextTable(["rule", "what it says"])
        for alternative in alternatives {
            table.add(row: [SharedJSON.snakeCase("\(alternative.rule)"), alternative.sentence])
        }
        return target == report.id ? headline : headline + "\n\n" + table.leftText
    }

    var value: JSONValue {
        [
            "version": .integer(1), "robot": names.json(report.id), "to": names.json(target),
            "next": names.json(route?.next ?? .none), "hops": route?.hops.map { .integer($0) } ?? .null,
            "rule": route?.rule.map { .string(SharedJSON.snakeCase("\($0)")) } ?? .null,
            "age_s": ReportWords.since(route?.learnedAt, report.now), "sentence": .string(headline),
            "rules": .array(
                alternatives.map { alternative in
                    [
                        "rule": .string(SharedJSON.snakeCase("\(alternative.rule)")),
                        "chosen": .bool(alternative.isChosen), "sentence": .string(alternative.sentence),
                    ]
                }),
        ]
    }
}
