import SkeinFiles
import SkeinPeer
import SkeinPicture
import SkeinWire
import SkeinWorld

/// What a simulated flight of a mission has shown.
struct FlightText {
    let flight: PlanFlight.Outcome
    let plan: MissionPlan

    private func robots(_ role: Int?) -> [String] {
        flight.roles.indices.filter { flight.roles[$0] == role }.map { "r\($0)" }
    }

    // MARK: For people

    var lines: String {
        let reason = flight.reason.map(word)
        let how = flight.isEnded ? "ended: \(reason ?? "stopped")" : "did not end" + (reason.map { ": \($0)" } ?? "")
        var lines = [
            "seed \(flight.seed), \(flight.robots) robots: \(how), after \(flight.seconds.oneDecimal) s of mission time"
        ]
        for index in plan.roles.indices { lines.append("  \(role(index))") }
        let reserve = robots(nil)
        if !reserve.isEmpty { lines.append("  standing by: \(reserve.joined(separator: " "))") }
        for (index, task) in plan.tasks.enumerated() {
            lines.append("task \(task.name): \(MissionText.taskWord(flight.tasks[index]))")
        }
        for rule in MissionRule.allCases where flight.rulesFired[Int(rule.rawValue)] > 0 {
            lines.append("rule fired \(flight.rulesFired[Int(rule.rawValue)]) times: \(MissionWords.text(rule))")
        }
        if flight.completedSteps + flight.failedSteps > 0 {
            lines.append("camera robots' steps: \(flight.completedSteps) done, \(flight.failedSteps) failed")
        }
        lines.append(contacts)
        return lines.joined(separator: "\n")
    }

    private func word(_ reason: MissionBrief.Reason) -> String {
        if reason == .roleArrived, case .roleArrived(let role) = plan.end {
            return "all of role \(plan.roles[role].name) have arrived"
        }
        return MissionWords.text(reason)
    }

    private func role(_ index: Int) -> String {
        let wanted = plan.roles[index].count.map { "\(flight.serving[index])/\($0)" } ?? "\(flight.serving[index])"
        let arrived = plan.roles[index].canArrive ? ", \(flight.arrived[index]) arrived" : ""
        return "role \(plan.roles[index].name): \(wanted)\(arrived): \(robots(index).joined(separator: " "))"
    }

    private var contacts: String {
        guard let contacts = flight.contacts else { return "contacts: none possible" }
        let gap = contacts.gapMetersMin.map { ", nearest \($0.rounded(to: 2)) m" } ?? ""
        return "contacts: \(contacts.robotContacts) of robots with each other\(gap), \(contacts.obstacleContacts) with "
            + "obstacles, \(contacts.wallContacts) with the field's edge; \(contacts.fenceCrossings) crossings of fences"
    }

    // MARK: For scripts

    var value: JSONValue {
        [
            "seed": .integer(Int(flight.seed)), "robots": .integer(flight.robots), "ended": .bool(flight.isEnded),
            "why": flight.reason.map { .string(MissionText.word($0)) } ?? .null,
            "time_s": .number(flight.seconds.inTenths),
            "roles": .array(
                plan.roles.indices.map { index in
                    [
                        "name": .string(plan.roles[index].name),
                        "wanted": plan.roles[index].count.map { .integer($0) } ?? .null,
                        "robots": .integer(flight.serving[index]), "arrived": .integer(flight.arrived[index]),
                        "served_by": .array(robots(index).map { .string($0) }),
                    ]
                }),
            "standing_by": .array(robots(nil).map { .string($0) }),
            "tasks": .array(
                plan.tasks.enumerated().map { index, task in
                    ["name": .string(task.name), "state": .string(MissionText.taskWord(flight.tasks[index]))]
                }),
            "rules_fired": .object(
                MissionRule.allCases.map {
                    .init(SharedJSON.snakeCase("\($0)"), .integer(flight.rulesFired[Int($0.rawValue)]))
                }),
            "completed_steps": .integer(flight.completedSteps), "failed_steps": .integer(flight.failedSteps),
            "contacts": flight.contacts.map { contacts in
                [
                    "robots": .integer(contacts.robotContacts), "obstacles": .integer(contacts.obstacleContacts),
                    "walls": .integer(contacts.wallContacts),
                    "fences": .integer(contacts.fenceCrossings), "gap_m_min": .optional(contacts.gapMetersMin),
                ]
            } ?? .null,
        ]
    }
}
