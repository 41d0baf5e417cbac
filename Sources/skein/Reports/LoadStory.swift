import SkeinFiles
import SkeinPeer
import SkeinWire

/// Where the units of a step, or of a task for a built-in kernel, are or were, and the load that it was decided by.
struct LoadStory {
    var task: TaskAccount
    let report: PeerReport
    let names: FleetNames

    var text: String {
        let state =
            task.took.map { "\(task.phase) after \($0.inSeconds.rounded(to: 2)) s" }
            ?? task.deadline.map { "\(task.phase), \(($0 - report.now).inSeconds.rounded(to: 2)) s left" }
            ?? "\(task.phase)"
        let headline = "\(ReportWords.title(task.name)), \(state), \(task.done) of \(task.count) units done"
        return ([headline, decision] + task.units.map(text)).filter { !$0.isEmpty }.joined(separator: "\n")
    }

    /// How many leave, and why so many.
    private var decision: String {
        switch task.reason {
        case .belowLimit(let load):
            "with all of it here the processor is at \(load.percent.rounded(to: 0)) %, below its limit of "
                + "\(load.limitPercent.rounded(to: 0)) %: nothing has to leave"
        case .aboveLimit(let load):
            "with all of it here the processor would be at \(load.percent.rounded(to: 0)) %, its limit is "
                + "\(load.limitPercent.rounded(to: 0)) %: as few units leave as bring it below"
        case .noLeader, .noHelpers, .deadlineTooNear, .sooner, .offloaded, .hedged, .spotCheck, .known, .leased, nil: ""
        }
    }

    private func text(_ unit: TaskAccount.Unit) -> String {
        let name = unit.robot == report.id ? "this robot" : names.name(unit.robot)
        let place = unit.robot == .none ? "with nobody" : "\(unit.phase == .done ? "by" : "at") \(name)"
        let found = unit.leader == .none ? "" : ", found by \(names.name(unit.leader))"
        let why = unit.reason.map { ": " + ReportWords.phrase($0) } ?? ""
        let trouble = unit.trouble.map { "; what went wrong last: " + ReportWords.phrase($0, names: names) } ?? ""
        return "unit \(unit.number): \(unit.phase) \(place)\(found)\(why)\(trouble)"
    }

    var value: JSONValue {
        guard case .object(let members) = TasksReport(report: report, names: names).value(task) else { return .null }
        return .object([.init("version", .integer(1))] + members)
    }
}
