import SkeinPeer
import SkeinTasks

/// Roles, tasks and the end of a mission: what speaks of each other by name.
struct RoleReading {
    var plan: MissionPlan
    var faults: [FileError]
    private var roleTables: [CheckedTable] = []
    /// With a name of its own, its other faults do not make others' words of it wrong.
    private var names: [String] = []

    init(plan: MissionPlan, faults: [FileError]) {
        self.plan = plan
        self.faults = faults
    }

    // MARK: Roles

    mutating func read(_ table: CheckedTable) {
        let name = table.text("name") ?? "role\(names.count + 1)"
        if names.contains(name) { faults.append(table.fault("name", "another role is called \"\(name)\" already")) }
        names.append(name)
        roleTables.append(table)
        guard let word = table.text("goal") else { return append(name, table, .relay) }
        append(name, table, goal(word, table) ?? .relay)
        complainOfOthers(word, table)
    }

    private mutating func append(_ name: String, _ table: CheckedTable, _ goal: MissionPlan.Goal) {
        plan.roles.append(
            MissionPlan.Role(
                name: name, count: table.integer("count"), needs: needs(table, goal), goal: goal,
                speedMetersPerSecond: table.number("speed_m_per_s")))
    }

    private mutating func needs(_ table: CheckedTable, _ goal: MissionPlan.Goal) -> MissionPlan.Needs {
        let wanted: MissionPlan.Needs? =
            switch goal {
            case .target: .camera
            case .source: .nose
            case .relay, .hold, .search, .waypoints: nil
            }
        let said = table.text("needs").flatMap { word in
            MissionSchema.needs.firstIndex(of: word).flatMap { MissionPlan.Needs(rawValue: UInt8($0)) }
        }
        if let said, let wanted, said != wanted {
            faults.append(
                table.fault(
                    "needs", wanted == .camera ? "only a camera finds the target" : "only a nose finds the source"))
        }
        return wanted ?? said ?? .any
    }

    private mutating func goal(_ word: String, _ table: CheckedTable) -> MissionPlan.Goal? {
        switch word {
        case "target": return .target
        case "source": return .source
        case "relay": return .relay
        case "hold": return area(of: table).map { .hold(area: $0) }
        case "search": return area(of: table).map { .search(area: $0) }
        default: return way(of: table).map { .waypoints($0) }
        }
    }

    private mutating func area(of table: CheckedTable) -> Int? {
        guard table.has("area") else {
            faults.append(table.fault("goal", "needs an area"))
            return nil
        }
        guard let name = table.text("area") else { return nil }
        guard let index = plan.areas.firstIndex(where: { $0.name == name }) else {
            faults.append(table.fault("area", NearestName.complaint("area", name, known: plan.areas.map(\.name))))
            return nil
        }
        return index
    }

    private mutating func way(of table: CheckedTable) -> MissionPlan.Way? {
        guard table.has("waypoints") else {
            faults.append(table.fault("goal", "needs waypoints"))
            return nil
        }
        guard let places = table.places("waypoints") else { return nil }
        guard (1...MissionPlan.waypointsMax).contains(places.count) else {
            faults.append(
                table.fault("waypoints", "expected 1 to \(MissionPlan.waypointsMax) places, found \(places.count)"))
            return nil
        }
        let holds = list("holds_s", of: table, count: places.count)
        let speeds = list("speeds_m_per_s", of: table, count: places.count)
        var waypoints: [MissionPlan.Waypoint] = []
        for (index, place) in places.enumerated() {
            let point = FieldPoint(xMeters: place.x, yMeters: place.y).toMillimeters
            if let complaint = plan.field.complaint(about: point) {
                faults.append(table.fault("waypoints[\(index)]", complaint))
            }
            let speed = speeds?[index] ?? 0
            waypoints.append(
                MissionPlan.Waypoint(
                    point: point, holdSeconds: holds?[index] ?? 0, speedMetersPerSecond: speed > 0 ? speed : nil))
        }
        return MissionPlan.Way(
            waypoints: waypoints, laps: table.integer("laps") ?? 1, returns: table.flag("returns") ?? false)
    }

    private mutating func list(_ key: String, of table: CheckedTable, count: Int) -> [Double]? {
        guard let numbers = table.numbers(key) else { return nil }
        guard numbers.count == count else {
            faults.append(table.fault(key, "expected \(count) numbers, one a waypoint, found \(numbers.count)"))
            return nil
        }
        return numbers
    }

    /// Keys that are another goal's.
    private mutating func complainOfOthers(_ goal: String, _ table: CheckedTable) {
        for key in ["waypoints", "holds_s", "speeds_m_per_s", "laps", "returns"]
        where goal != "waypoints" && table.has(key) {
            faults.append(table.fault(key, "says nothing with goal = \"\(goal)\""))
        }
        if goal != "hold", goal != "search", table.has("area") {
            faults.append(table.fault("area", "says nothing with goal = \"\(goal)\""))
        }
    }

    /// What roles say of each other.
    mutating func check(_ top: TomlTable) {
        guard !roleTables.isEmpty else {
            faults.append(top.fault(nil, "no role: expected 1 to \(MissionPlan.rolesMax) [[role]] tables"))
            return
        }
        for (index, role) in plan.roles.enumerated() where role.count == nil {
            guard
                let before = plan.roles[..<index].firstIndex(where: {
                    $0.count == nil && ($0.needs == .any || $0.needs == role.needs)
                })
            else { continue }
            faults.append(
                roleTables[index].fault(
                    nil,
                    "nobody is left for it: role \"\(plan.roles[before].name)\" takes whoever is left; give one a count"
                ))
        }
    }

    private mutating func role(_ table: CheckedTable, _ key: String = "role") -> Int? {
        guard let name = table.text(key) else { return nil }
        guard let index = names.firstIndex(of: name) else {
            faults.append(table.fault(key, NearestName.complaint("role", name, known: names)))
            return nil
        }
        return index
    }

    // MARK: Tasks and the end

    mutating func readTask(_ table: CheckedTable) {
        guard let name = table.text("name"), let index = role(table), let deadline = table.number("deadline_s") else {
            return
        }
        if plan.tasks.contains(where: { $0.name == name }) {
            faults.append(table.fault("name", "another task is called \"\(name)\" already"))
        }
        let role = plan.roles[index]
        if !role.canArrive {
            faults.append(table.fault("role", "robots of \"\(role.name)\" never arrive, so it cannot be done"))
        }
        if let robots = table.integer("robots"), let count = role.count, robots > count {
            faults.append(table.fault("robots", "\(robots) of a role of \(count)"))
        }
        let missed: MissionPlan.Missed =
            switch table.text("missed") {
            case "pause": .pause
            case "stop": .stop
            default: .proceed
            }
        plan.tasks.append(
            MissionPlan.PlannedTask(
                name: name, role: index, robots: table.integer("robots"), deadlineSeconds: deadline, missed: missed))
    }

    mutating func readEnd(_ table: CheckedTable) {
        plan.deadlineSeconds = table.number("deadline_s")
        let word = table.text("when") ?? "all_arrived"
        switch word {
        case "never": plan.end = .never
        case "role_arrived":
            if !table.has("role") { faults.append(table.fault("when", "needs a role")) }
            if let index = role(table) {
                plan.end = .roleArrived(index)
                if !plan.roles[index].canArrive {
                    faults.append(table.fault("role", "robots of \"\(plan.roles[index].name)\" never arrive"))
                }
            }
        default: plan.end = .allArrived
        }
        if word != "role_arrived", table.has("role") {
            faults.append(table.fault("role", "says nothing with when = \"\(word)\""))
        }
        if let deadline = plan.deadlineSeconds {
            for task in plan.tasks where task.deadlineSeconds > deadline {
                faults.append(
                    table.fault("deadline_s", "task \"\(task.name)\" has until \(task.deadlineSeconds.short) s, later"))
            }
        }
    }

    /// A mission that never ends says so.
    mutating func checkEnd(_ top: TomlTable) {
        guard !plan.roles.isEmpty, plan.end == .allArrived, plan.deadlineSeconds == nil,
            !plan.roles.contains(where: \.canArrive)
        else { return }
        faults.append(
            top.fault(
                nil, "it would never end: nobody ever arrives; give [end] a deadline_s, laps, or when = \"never\""))
    }
}
