import SkeinWire

/// The root's eye on a mission that runs: which tasks are done or missed, and whether it is over. It judges by what robots report of
/// themselves; nothing of it is kept, and a root that follows another judges anew.
struct MissionWatch {
    /// Roles are told anew no faster than this.
    static let rolesSpacing: Duration = .seconds(2)
    /// A root that is younger than this has not heard of everybody yet.
    static let rootQuiet: Duration = .seconds(8)
    static let interval: Duration = .seconds(1)

    var nextAt = Instant.zero
    var toldAt: Instant?
    /// Of a root whose book is empty: it waits before it judges.
    var isNew = false
    private var run: UInt32 = 0
    private var states: [TaskState] = []

    /// How a task stands.
    enum TaskState: UInt8, CaseIterable, Hashable, Sendable {
        case open = 0
        case done = 1
        case missed = 2
    }

    /// What is to be done about a mission.
    enum Verdict: Hashable {
        case goesOn
        case stop(MissionBrief.Reason)
        case pause(MissionBrief.Reason)
    }

    func states(of plan: MissionPlan, run: UInt32) -> [TaskState] {
        run == self.run && states.count == plan.tasks.count
            ? states : [TaskState](repeating: .open, count: plan.tasks.count)
    }

    /// Judges a run by who is heard of, and what each serves.
    mutating func judge(
        _ plan: MissionPlan, run: UInt32, seconds: Double, candidates: [RoleAssignment.Candidate],
        roles: [MissionBrief.Entry]
    ) -> Verdict {
        var had = states(of: plan, run: run)
        self.run = run
        let arrived = Self.arrived(plan, candidates: candidates, roles: roles)
        var verdict = Verdict.goesOn
        for (index, task) in plan.tasks.enumerated() where had[index] == .open {
            let wanted = task.robots ?? max(1, roles.count { Int($0.role) == task.role })
            if arrived[task.role] >= wanted {
                had[index] = .done
            } else if seconds >= task.deadlineSeconds {
                had[index] = .missed
                switch task.missed {
                case .proceed: break
                case .pause: if verdict == .goesOn { verdict = .pause(.taskMissed) }
                case .stop: verdict = .stop(.taskMissed)
                }
            }
        }
        states = had
        if let deadline = plan.deadlineSeconds, seconds >= deadline { return .stop(.deadline) }
        if verdict != .goesOn { return verdict }
        switch plan.end {
        case .never: return .goesOn
        case .roleArrived(let role):
            let count = roles.count { Int($0.role) == role }
            return count > 0 && arrived[role] >= count ? .stop(.roleArrived) : .goesOn
        case .allArrived:
            let wanted = roles.count { plan.roles.indices.contains(Int($0.role)) && plan.roles[Int($0.role)].canArrive }
            return wanted > 0 && arrived.reduce(0, +) >= wanted ? .stop(.allArrived) : .goesOn
        }
    }

    /// Robots that have arrived, by role. Both lists ascend by robot.
    static func arrived(
        _ plan: MissionPlan, candidates: [RoleAssignment.Candidate], roles: [MissionBrief.Entry]
    ) -> [Int] {
        var counts = [Int](repeating: 0, count: plan.roles.count)
        var cursor = 0
        for entry in roles where plan.roles.indices.contains(Int(entry.role)) {
            while cursor < candidates.count, candidates[cursor].robot < entry.robot { cursor += 1 }
            guard cursor < candidates.count, candidates[cursor].robot == entry.robot,
                candidates[cursor].state.hasArrived
            else { continue }
            counts[Int(entry.role)] += 1
        }
        return counts
    }
}
