import SkeinFiles
import SkeinPeer
import SkeinPicture
import SkeinWire

/// What a person, or a script, is told of a mission.
struct MissionText {
    let report: MissionReport
    let names: FleetNames
    let plan: MissionPlan?

    init(report: MissionReport, names: FleetNames) {
        self.report = report
        self.names = names
        plan = report.plan.flatMap { try? MissionPlanBytes.plan(of: $0) }
    }

    /// The plan is not here.
    var isPartial: Bool {
        switch report.planState {
        case .none, .held: false
        case .fetching, .refused: true
        }
    }

    static func word(_ reason: MissionBrief.Reason) -> String {
        switch reason {
        case .person: "person"
        case .allArrived: "all_arrived"
        case .roleArrived: "role_arrived"
        case .deadline: "deadline"
        case .taskMissed: "task_missed"
        case .unvouched: "unvouched"
        }
    }

    private static let taskWords = ["open", "done", "missed"]

    static func taskWord(_ state: UInt8) -> String {
        taskWords.indices.contains(Int(state)) ? taskWords[Int(state)] : "open"
    }

    private func taskWord(_ index: Int) -> String {
        report.tasks.indices.contains(index) ? Self.taskWord(report.tasks[index]) : "open"
    }

    // MARK: For people

    var lines: String {
        guard let order = report.order else { return "no mission was ordered" }
        var lines = [
            "order \(order.revision): \(order.command) by \(names.name(order.root)); this robot: \(report.phase)"
        ]
        lines.append(planLine)
        if let ended = report.ended { lines.append("over: \(MissionWords.text(ended))") }
        if report.phase == .paused, let reason = order.brief?.reason, reason != .person {
            lines.append("paused: \(MissionWords.text(reason))")
        }
        lines.append("mission time \(report.seconds.oneDecimal) s\(deadline)")
        lines.append(keeperLine)
        for index in plan?.roles.indices ?? 0..<0 { lines.append(roleLine(index)) }
        for index in plan?.tasks.indices ?? 0..<0 {
            lines.append(
                "task \(plan?.tasks[index].name ?? ""): \(taskWord(index)), until \(plan?.tasks[index].deadlineSeconds.short ?? "") s"
            )
        }
        let reserve = report.robots.filter { $0.role == nil }.map { names.name($0.id) }
        if !reserve.isEmpty { lines.append("standing by: \(reserve.joined(separator: " "))") }
        if report.isBatteryLow { lines.append("this robot's battery is low") }
        if report.isSplit { lines.append("this part of the swarm is too small: it has split") }
        return lines.joined(separator: "\n")
    }

    private var deadline: String { plan?.deadlineSeconds.map { " of \($0.short)" } ?? "" }

    private var planLine: String {
        switch report.planState {
        case .none: "no plan: the mission of the robots' configurations"
        case .held(let signer):
            "mission \(plan?.name ?? "?") revision \(plan?.revision ?? 0), signed by \(name(signer))"
        case .fetching(let robot):
            "the plan is not here yet" + (robot == .none ? "" : ", asked of \(names.name(robot))")
        case .refused(let why): "the plan was refused here: \(why.complaint)"
        }
    }

    private var keeperLine: String {
        report.isKeeper
            ? "this robot is the root, and keeps roles, tasks and the end"
            : "the root is \(names.name(report.keeper)): ask it for who has arrived"
    }

    private func name(_ signer: PlanSigner) -> String {
        switch signer {
        case .authority: "the authority"
        case .robot(let robot): names.name(robot)
        }
    }

    private func robots(_ role: Int) -> [MissionReport.Robot] { report.robots.filter { $0.role.map(Int.init) == role } }

    private func roleLine(_ index: Int) -> String {
        guard let role = plan?.roles[index] else { return "" }
        let robots = robots(index)
        let arrived = robots.count { $0.state?.hasArrived == true }
        let wanted = role.count.map { "\(robots.count)/\($0)" } ?? "\(robots.count)"
        let list = robots.map { names.name($0.id) + ($0.state?.hasArrived == true ? "*" : "") }.joined(separator: " ")
        return "role \(role.name): \(wanted)\(report.isKeeper ? ", \(arrived) arrived (*)" : ""): \(list)"
    }

    // MARK: Why

    var why: String {
        guard let plan, let order = report.order else { return "no mission was ordered" }
        let given = "order \(order.revision) of \(names.name(order.root))"
        guard let index = report.role.map(Int.init), plan.roles.indices.contains(index) else {
            return "no role, by \(given): \(noRole)"
        }
        let role = plan.roles[index]
        let needs = role.needs == .any ? "nothing in particular" : "a \(MissionSchema.needs[Int(role.needs.rawValue)])"
        let count = role.count.map { "\(robots(index).count) of \($0)" } ?? "\(robots(index).count), whoever is left"
        return "role \(role.name) (\(Self.goal(role.goal, plan))), by \(given)\n"
            + "it needs \(needs), and has \(count)\n" + reasonLine
    }

    private var reasonLine: String {
        switch report.reason {
        case .kept, nil: "it keeps the role as long as it is heard of and fit"
        case .filled: "of those that could, it came next: fewest other roles, then the lowest number"
        case .left: "the role takes whoever is left"
        case .reserve, .unable, .unfit, .crowded: noRole
        }
    }

    private var noRole: String {
        switch report.reason {
        case .unfit: "its battery is low"
        case .unable: "no role needs what it carries"
        case .crowded: "more robots than an order names"
        case .kept, .filled, .left, .reserve, nil:
            "every role it could serve has its count, or the root has not heard of it"
        }
    }

    static func goal(_ goal: MissionPlan.Goal, _ plan: MissionPlan) -> String {
        switch goal {
        case .target: "target"
        case .source: "source"
        case .relay: "relay"
        case .hold(let area): "hold \(plan.areas[area].name)"
        case .search(let area): "search \(plan.areas[area].name)"
        case .waypoints(let way): "\(way.waypoints.count) waypoints"
        }
    }

    // MARK: For scripts

    var roleValue: JSONValue {
        let index = report.role.map(Int.init)
        return [
            "version": .integer(1), "robot": names.json(report.robot),
            "role": index.flatMap { role in plan.map { .string($0.roles[role].name) } } ?? .null,
            "why": report.reason.map { .string("\($0)") } ?? .null,
            "order": report.order.map { .integer(Int($0.revision)) } ?? .null,
            "given_by": report.order.map { names.json($0.root) } ?? .null,
        ]
    }

    var value: JSONValue {
        [
            "version": .integer(1), "robot": names.json(report.robot), "phase": .string("\(report.phase)"),
            "order": report.order.map { order in
                [
                    "revision": .integer(Int(order.revision)), "command": .string("\(order.command)"),
                    "given_by": names.json(order.root), "run": .integer(Int(order.run)),
                ]
            } ?? .null,
            "plan": planValue, "time_s": .number(report.seconds.inTenths),
            "deadline_s": .optional(plan?.deadlineSeconds),
            "over": report.ended.map { .string(Self.word($0)) } ?? .null,
            "root": names.json(report.keeper), "keeps": .bool(report.isKeeper),
            "role": report.role.flatMap { role in plan.map { .string($0.roles[Int(role)].name) } } ?? .null,
            "why": report.reason.map { .string("\($0)") } ?? .null,
            "battery_low": .bool(report.isBatteryLow), "split": .bool(report.isSplit),
            "roles": .array((plan?.roles.indices ?? 0..<0).map(roleValue)),
            "tasks": .array(
                (plan?.tasks.indices ?? 0..<0).map { index in
                    [
                        "name": .string(plan?.tasks[index].name ?? ""), "state": .string(taskWord(index)),
                        "deadline_s": .optional(plan?.tasks[index].deadlineSeconds),
                    ]
                }),
            "robots": .array(report.robots.map(robotValue)),
        ]
    }

    private var planValue: JSONValue {
        var members: [JSONValue.Member] = []
        switch report.planState {
        case .none: return .null
        case .held(let signer):
            members = [.init("state", "held"), .init("signed_by", .string(name(signer)))]
        case .fetching: members = [.init("state", "fetching")]
        case .refused: members = [.init("state", "refused")]
        }
        if let plan {
            members += [.init("name", .string(plan.name)), .init("revision", .integer(Int(plan.revision)))]
        }
        return .object(members)
    }

    private func roleValue(_ index: Int) -> JSONValue {
        let role = plan?.roles[index]
        let robots = robots(index)
        return [
            "name": .string(role?.name ?? ""), "wanted": role?.count.map { .integer($0) } ?? .null,
            "robots": .integer(robots.count),
            "arrived": report.isKeeper ? .integer(robots.count { $0.state?.hasArrived == true }) : .null,
        ]
    }

    private func robotValue(_ robot: MissionReport.Robot) -> JSONValue {
        [
            "name": names.json(robot.id),
            "role": robot.role.flatMap { role in plan.map { .string($0.roles[Int(role)].name) } } ?? .null,
            "arrived": robot.state.map { .bool($0.hasArrived) } ?? .null,
            "fit": robot.state.map { .bool(!$0.isUnfit) } ?? .null,
        ]
    }
}

/// Who would get which role.
struct AssignmentText {
    let plan: MissionPlan
    let places: [RoleAssignment.Place]
    let names: FleetNames

    private func robots(_ role: Int?) -> [RoleAssignment.Place] { places.filter { $0.role == role } }

    var isFull: Bool { plan.roles.indices.allSatisfy { robots($0).count >= plan.roles[$0].count ?? 0 } }

    var lines: String {
        var lines = plan.roles.indices.map { index in
            let role = plan.roles[index]
            let robots = robots(index)
            let wanted = role.count.map { "\(robots.count)/\($0)" } ?? "\(robots.count)"
            return "\(role.name) (\(MissionText.goal(role.goal, plan))): \(wanted) "
                + robots.map { names.name($0.robot) }.joined(separator: " ")
        }
        for reason in [RoleAssignment.Reason.reserve, .unable, .unfit, .crowded] {
            let those = robots(nil).filter { $0.reason == reason }
            if !those.isEmpty {
                lines.append("\(reason): " + those.map { names.name($0.robot) }.joined(separator: " "))
            }
        }
        return lines.joined(separator: "\n")
    }

    var value: JSONValue {
        [
            "version": .integer(1), "mission": .string(plan.name), "revision": .integer(Int(plan.revision)),
            "full": .bool(isFull),
            "roles": .array(
                plan.roles.indices.map { index in
                    [
                        "name": .string(plan.roles[index].name),
                        "wanted": plan.roles[index].count.map { .integer($0) } ?? .null,
                        "robots": .array(robots(index).map { names.json($0.robot) }),
                    ]
                }),
            "robots": .array(
                places.map { place in
                    [
                        "name": names.json(place.robot),
                        "role": place.role.map { .string(plan.roles[$0].name) } ?? .null,
                        "why": .string("\(place.reason)"),
                    ]
                }),
        ]
    }
}
