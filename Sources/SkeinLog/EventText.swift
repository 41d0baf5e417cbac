import SkeinPeer
import SkeinWire

extension Event {
    /// In words, for `/NAME/text`. Said case by case: what Swift makes of a value by itself looks its types up in the whole program,
    /// which cost a daemon more than its first minute of logging. What happens seldom may do so.
    var text: String {
        switch self {
        case .treeChanged(let root, let hops, let parent): Self.tree(root, hops, parent)
        case .leaderChanged(let leader, let plan, let reason):
            leader == .none ? "no leader" : "leader \(leader) by \(reason.text), plan \(plan.text)"
        case .planIssued(let plan, let leaders): "plan \(plan.text) issued, \(leaders) leaders"
        case .settled(let plan): "settled on plan \(plan.text)"
        case .missionStarted: "mission started"
        case .missionStopped: "mission stopped"
        case .arrived: "arrived"
        case .sightingTaken(let revision): "target sighting \(revision)"
        case .fixFused(let from): "position fix from \(from)"
        case .localisation(let source, let turn): "localisation: \(source) \(turn)"
        case .left: "leaves"
        case .robotLeft(let robot): "\(robot) has left"
        case .standingLost(let robot, let loss): "\(robot) has lost its standing: \(loss)"
        case .trustLearned(let issuer, let number, let change, let robot):
            "\(change) of \(robot), statement \(number) by \(issuer)"
        case .expelled(let robot): "\(robot) is out of the fleet"
        case .keyDoubled(let robot): "two machines speak with the key of \(robot)"
        case .stopped(let stop): "emergency stop \(stop.number) by \(stop.issuer)"
        case .released(let stop): "emergency stop \(stop.number) by \(stop.issuer) released"
        case .clockStepped(let by, let bound):
            "mesh time stepped by \(by.nanoseconds) ns, bound \(bound.nanoseconds) ns"
        case .stepStarted, .stepEnded, .partOffered, .partDone, .resultRefused, .requestRetried, .unitRefused,
            .orderStarted, .orderEnded:
            taskText
        case .job(let event): event.text
        case .mission(let event): event.text
        }
    }

    private static func tree(_ root: NodeID, _ hops: UInt8, _ parent: NodeID) -> String {
        if root == .none { return "no root" }
        return hops == 0 ? "root" : "root \(root), \(hops) hops by \(parent)"
    }

    private var taskText: String {
        switch self {
        case .stepStarted(let task, let parts): return "step \(task) started, \(parts) parts leave"
        case .stepEnded(let task, .completed): return "step \(task) done"
        case .stepEnded(let task, .failed(let missing, let trouble)):
            return "step \(task) failed, \(missing) parts missing: \(trouble)"
        case .partOffered(let task, let part, let attempt, let helper, let leader):
            return "part \(task).\(part) offered to \(helper) of \(leader), attempt \(attempt)"
        case .partDone(let task, let part, let helper): return "part \(task).\(part) done by \(helper)"
        case .resultRefused(let task, let part, let helper, let why):
            return "result \(task).\(part) of \(helper) refused: \(why)"
        case .requestRetried(let task, let attempt, let leader):
            return "task \(task) asked again of \(leader), attempt \(attempt)"
        case .unitRefused(let task, let part, let verdict):
            return "part \(task.number).\(part) of \(task.requester) refused: \(verdict)"
        case .orderStarted(let key, let task, let parts):
            return "task \(key.number) started as \(task), \(parts) parts leave"
        case .orderEnded(let key, let missing): return "task \(key.number) ended, \(missing) parts missing"
        case .treeChanged, .leaderChanged, .planIssued, .settled, .missionStarted, .missionStopped, .arrived,
            .sightingTaken, .fixFused, .localisation, .left, .robotLeft, .standingLost, .trustLearned, .expelled,
            .keyDoubled, .stopped, .job, .mission, .clockStepped, .released:
            preconditionFailure("\(self) is not about a task")
        }
    }
}

extension JobEvent {
    fileprivate var text: String {
        switch self {
        case .started(let key, let job, let units): "job \(key.number) started as \(job), \(units) units"
        case .ended(let key, let missing): "job \(key.number) ended, \(missing) units missing"
        case .offered(let job, let unit, let attempt, let helper, let isHedge):
            "unit \(job).\(unit) offered to \(helper)\(isHedge ? " as well" : ""), attempt \(attempt)"
        case .done(let job, let unit, let robot): "unit \(job).\(unit) done by \(robot)"
        case .failed(let job, let unit, let robot, let failure): "unit \(job).\(unit) failed at \(robot): \(failure)"
        case .refused(let unit, let verdict): "unit of \(unit.job.requester) refused: \(verdict)"
        case .objectReceived(_, let bytes, let robot): "object of \(bytes) bytes from \(robot)"
        case .objectLost(_, let robot): "object from \(robot) lost"
        }
    }
}

extension LeaderReason {
    fileprivate var text: String {
        switch self {
        case .start: "start"
        case .plan: "plan"
        case .strongest: "strength"
        case .alone: "being alone"
        }
    }
}

extension PlanNumber {
    fileprivate var text: String { "\(term).\(number)" }
}
