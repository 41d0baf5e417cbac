import SkeinFiles
import SkeinPeer
import SkeinWire

/// Who leads a robot and why, and why nobody else it hears does.
struct LeaderStory {
    let report: PeerReport
    let names: FleetNames

    /// Why a neighbour is not the leader; nil: it is.
    enum Refusal: String {
        /// Its membership, or what it has shown of itself, does not let it lead.
        case mayNotLead = "may_not_lead"
        case leadsNobody = "leads_nobody"
        /// Nothing of it has come on 5 GHz.
        case notOnData = "not_on_5_ghz"
        case goneOutOfReach = "gone"
        /// The plan names another, which is heard.
        case notPlanned = "not_planned"
        /// One is strong enough as long as it is there: another is taken when it falls silent.
        case notNeeded = "leader_stays"
        case weaker
    }

    struct Candidate {
        let neighbour: NeighbourAccount
        let refusal: Refusal?
    }

    /// All neighbours that lead or might, the leader first, then by how strong they are on 5 GHz.
    var candidates: [Candidate] {
        let all = report.neighbours.map { Candidate(neighbour: $0, refusal: refusal($0)) }
        func strength(_ candidate: Candidate) -> Double {
            candidate.neighbour.expectedDBm ?? candidate.neighbour.data?.powerDBm ?? -1_000
        }
        return all.enumerated().sorted { one, other in
            let (first, second) = (rank(one.element), rank(other.element))
            if first != second { return first < second }
            let (strong, weak) = (strength(one.element), strength(other.element))
            return strong != weak ? strong > weak : one.offset < other.offset
        }.map(\.element)
    }

    private func rank(_ candidate: Candidate) -> Int {
        candidate.refusal == nil ? 0 : candidate.neighbour.isLeader ? 1 : 2
    }

    private var leader: NodeID { report.status.leader }

    private func refusal(_ neighbour: NeighbourAccount) -> Refusal? {
        guard neighbour.id != leader else { return nil }
        guard neighbour.mayLead else { return .mayNotLead }
        guard let data = neighbour.data, data.isLink else { return .notOnData }
        guard neighbour.isLeader else { return .leadsNobody }
        guard data.outlook != .gone else { return .goneOutOfReach }
        switch report.status.leaderReason {
        case .plan, .start: return .notPlanned
        case .alone: return .notNeeded
        case .strongest:
            let own = report.neighbours.first { $0.id == leader }?.expectedDBm
            return own.map { (neighbour.expectedDBm ?? -1_000) <= $0 } ?? false ? .weaker : .notNeeded
        }
    }

    private func sentence(_ refusal: Refusal, _ neighbour: NeighbourAccount) -> String {
        switch refusal {
        case .mayNotLead: "its membership does not let it lead, or it has been demoted"
        case .leadsNobody: "it does not lead: it follows \(names.name(neighbour.leader))"
        case .notOnData: "nothing of it arrives on 5 GHz, where members follow their leader"
        case .goneOutOfReach: "it must be out of range by now"
        case .notPlanned: "the plan gives this robot another leader, which is heard"
        case .notNeeded: "a leader is kept as long as it is heard to lead"
        case .weaker: "weaker than the leader"
        }
    }

    // MARK: For people

    var text: String {
        ([headline] + notes).joined(separator: "\n") + table + making
    }

    var headline: String {
        let since = report.office.followsSince.map { " since \(ReportWords.age(report.now - $0))" } ?? ""
        guard leader != .none else {
            return "nobody leads this robot: it hears no leader"
                + (report.office.mayLead ? ", and waits a moment before it leads itself" : ", and may not lead itself")
        }
        return (leader == report.id ? "this robot leads" : "\(names.name(leader)) leads this robot") + since + ": "
            + why
    }

    private var why: String {
        let plan = "plan \(report.status.plan.term).\(report.status.plan.number)"
        switch report.status.leaderReason {
        case .start: return "it was told to start the swarm, and so was its first leader"
        case .plan: return "by \(plan) of the root \(names.name(report.plan.root))"
        case .strongest:
            return "the strongest leader heard on 5 GHz when one was needed; no plan's leader was heard"
        case .alone: return "no leader was heard on 5 GHz"
        }
    }

    private var notes: [String] {
        var notes: [String] = []
        if let planned = report.office.planned {
            let left = planned.until > report.now ? ", or for \(ReportWords.age(planned.until - report.now))" : ""
            notes.append(
                "the plan's leader for it is \(names.name(planned.leader)), which is not heard to lead yet: until it is"
                    + "\(left) the present one is kept")
        }
        if let former = report.office.former, former.until > report.now {
            notes.append(
                "\(names.name(former.leader)), which led it before, serves for \(ReportWords.age(former.until - report.now)) more"
            )
        }
        return notes
    }

    private var table: String {
        let shown = candidates
        guard !shown.isEmpty else { return "\nno neighbours" }
        var table = TextTable(["candidate", "leads", "5 GHz dBm", "expected", "Mb/s", "idle %", "why not"])
        for candidate in shown {
            let neighbour = candidate.neighbour
            table.add(
                names.name(neighbour.id), neighbour.isLeader ? "yes" : "no", (neighbour.data?.powerDBm).text(1),
                neighbour.expectedDBm.text(1), (neighbour.data.map { $0.efficiency * 20 }).text(0),
                neighbour.idlePercent.text(0),
                candidate.refusal.map { sentence($0, neighbour) } ?? "is the leader")
        }
        return "\n\n" + table.text
    }

    /// At the root: what the plan was made for.
    private var making: String {
        guard let making = report.plan.making, !making.leaders.isEmpty else { return "" }
        var table = TextTable(["planned leader", "robots", "lend %", "on MHz", "before"])
        for leader in making.leaders {
            table.add(
                names.name(leader.leader), "\(leader.members)", leader.grantedPercent.rounded(to: 0),
                leader.grantedMHz.rounded(to: 1), leader.wasLeader ? "led" : "–")
        }
        let age = making.plannedAt.map { ", \(ReportWords.age(report.now - $0)) ago" } ?? ""
        return """


            this robot is the root and made the plan\(age), strategy \(making.strategy.rawValue), for \(making.robots) \
            robots of \(making.reporting) that report. Its aims, in this order: every robot covered by no more leaders than \
            the reference election needs, the most processor lent, fewer leaders, the same leaders as before, strong links.
            \(table.text)
            """
    }

    // MARK: For programs

    var value: JSONValue {
        [
            "version": .integer(1), "robot": names.json(report.id), "leader": names.json(leader),
            "leads": .bool(leader == report.id), "reason": .string("\(report.status.leaderReason)"),
            "since_s": ReportWords.since(report.office.followsSince, report.now), "sentence": .string(headline),
            "plan_term": .integer(Int(report.status.plan.term)),
            "plan_number": .integer(Int(report.status.plan.number)),
            "planned": names.json(report.office.planned?.leader ?? .none),
            "former": names.json(report.office.former?.leader ?? .none),
            "candidates": .array(candidates.map(value)), "plan": makingValue,
        ]
    }

    private func value(_ candidate: Candidate) -> JSONValue {
        let neighbour = candidate.neighbour
        return [
            "robot": names.json(neighbour.id), "leads": .bool(neighbour.isLeader),
            "may_lead": .bool(neighbour.mayLead), "power_dbm": .optional(neighbour.data?.powerDBm),
            "expected_dbm": .optional(neighbour.expectedDBm),
            "capacity_bits_per_s": .optional(neighbour.data.map { $0.efficiency * 20e6 }),
            "idle_percent": .optional(neighbour.idlePercent),
            "why_not": candidate.refusal.map { .string($0.rawValue) } ?? .null,
            "sentence": .string(candidate.refusal.map { sentence($0, neighbour) } ?? "is the leader"),
        ]
    }

    private var makingValue: JSONValue {
        guard let making = report.plan.making else { return .null }
        return [
            "strategy": .string(making.strategy.rawValue), "robots": .integer(making.robots),
            "reporting": .integer(making.reporting), "age_s": ReportWords.since(making.plannedAt, report.now),
            "settled_s": ReportWords.since(making.settledAt, report.now),
            "leaders": .array(
                making.leaders.map { leader in
                    [
                        "leader": names.json(leader.leader), "robots": .integer(leader.members),
                        "granted_percent": .number(leader.grantedPercent), "granted_mhz": .number(leader.grantedMHz),
                        "led_before": .bool(leader.wasLeader),
                    ]
                }),
        ]
    }
}
