import SkeinPeer
import SkeinTasks

/// From tables to a plan. Every fault is noted and reading goes on with what is left, so that a person mends a file once.
struct MissionReading {
    let top: TomlTable
    var faults: [FileError] = []
    private var shapes: ShapeReading

    init(top: TomlTable) {
        self.top = top
        shapes = ShapeReading(path: top.file, plane: nil)
    }

    mutating func plan() -> MissionPlan {
        let names = MissionSchema.sections.map(\.name).filter { !$0.isEmpty }
        let head = CheckedTable(top, MissionSchema.sections[0], others: names, faults: &faults)
        var plan = MissionPlan(
            name: head.text("name") ?? "unnamed", revision: UInt32(head.integer("revision") ?? 1), roles: [])
        if let origin = table("origin"), let latitude = origin.number("latitude_deg"),
            let longitude = origin.number("longitude_deg")
        {
            let place = MissionPlan.Origin(latitudeDegrees: latitude, longitudeDegrees: longitude)
            plan.origin = place
            shapes.plane = TangentPlane(place)
        }
        readField(&plan)
        readPlaces(&plan)
        readRules(&plan)
        var roles = RoleReading(plan: plan, faults: faults)
        for table in tables("role", max: MissionPlan.rolesMax, into: &roles.faults) { roles.read(table) }
        roles.check(top)
        for table in tables("task", max: MissionPlan.tasksMax, into: &roles.faults) { roles.readTask(table) }
        if let end = table("end", into: &roles.faults) { roles.readEnd(end) }
        roles.checkEnd(top)
        faults = roles.faults
        return roles.plan
    }

    // MARK: Tables

    private func table(_ name: String, into faults: inout [FileError]) -> CheckedTable? {
        guard let section = MissionSchema.sections.first(where: { $0.name == name }) else { return nil }
        do throws(FileError) {
            return try top.table(name).map { CheckedTable($0, section, faults: &faults) }
        } catch {
            faults.append(error)
            return nil
        }
    }

    private mutating func table(_ name: String) -> CheckedTable? {
        var found = faults
        defer { faults = found }
        return table(name, into: &found)
    }

    private func tables(_ name: String, max: Int, into faults: inout [FileError]) -> [CheckedTable] {
        guard let section = MissionSchema.sections.first(where: { $0.name == name }) else { return [] }
        do throws(FileError) {
            let tables = try top.tables(name)
            if tables.count > max {
                faults.append(tables[max].fault(nil, "\(tables.count) of these, at most \(max) are read"))
            }
            var checked: [CheckedTable] = []
            for table in tables.prefix(max) { checked.append(CheckedTable(table, section, faults: &faults)) }
            return checked
        } catch {
            faults.append(error)
            return []
        }
    }

    private mutating func tables(_ name: String, max: Int) -> [CheckedTable] {
        var found = faults
        defer { faults = found }
        return tables(name, max: max, into: &found)
    }

    // MARK: The field

    private mutating func readField(_ plan: inout MissionPlan) {
        if let field = table("field") {
            let (x, y) = (field.number("x_m") ?? 0, field.number("y_m") ?? 0)
            let corner = FieldPoint(xMeters: x, yMeters: y).toMillimeters
            let far = FieldPoint(
                xMeters: x + (field.number("width_m") ?? 100), yMeters: y + (field.number("height_m") ?? 100)
            ).toMillimeters
            plan.field.arena = Arena(
                xMetersMin: corner.xMeters, xMetersMax: far.xMeters, yMetersMin: corner.yMeters,
                yMetersMax: far.yMeters)
            plan.field.arena.marginMeters = ((field.number("margin_m") ?? 2) * 1_000).rounded() / 1_000
        }
        for table in tables("fence", max: MissionField.inclusionsMax) {
            if let shape = shapes.shape(table, &faults) { plan.field.inclusions.append(shape) }
        }
        for table in tables("no_go", max: MissionField.exclusionsMax) {
            if let shape = shapes.shape(table, &faults) { plan.field.exclusions.append(shape) }
        }
        for table in tables("obstacle", max: MissionField.obstaclesMax) {
            switch shapes.shape(table, &faults) {
            case .polygon(let polygon): plan.field.obstacles.append(polygon)
            case .circle: faults.append(table.fault("centre", "expected a polygon: obstacles have corners"))
            case nil: break
            }
        }
        for table in tables("area", max: MissionPlan.areasMax) {
            guard let shape = shapes.shape(table, &faults), let name = table.text("name") else { continue }
            if plan.areas.contains(where: { $0.name == name }) {
                faults.append(table.fault("name", "another area is called \"\(name)\" already"))
            }
            if AreaPlacesCheck.hasRoom(shape, in: plan.field) {
                plan.areas.append(MissionPlan.Area(name: name, shape: shape))
            } else {
                faults.append(table.fault(nil, "no robot may be anywhere in this area: it is outside, or no-go"))
            }
        }
    }

    // MARK: Places

    private mutating func readPlaces(_ plan: inout MissionPlan) {
        if let target = table("target") { plan.target = place(target, plan) }
        if let source = table("source") { plan.source = place(source, plan) }
        for rally in tables("rally", max: MissionPlan.rallyPointsMax) {
            if let point = place(rally, plan) { plan.rallyPoints.append(point) }
        }
    }

    private mutating func place(_ table: CheckedTable, _ plan: MissionPlan) -> FieldPoint? {
        guard let (x, y) = table.place("at") else { return nil }
        let point = FieldPoint(xMeters: x, yMeters: y).toMillimeters
        if let complaint = plan.field.complaint(about: point) { faults.append(table.fault("at", complaint)) }
        return point
    }

    // MARK: Rules

    private mutating func readRules(_ plan: inout MissionPlan) {
        guard let table = table("rules") else { return }
        var rules = plan.rules
        rules.speedMetersPerSecondMax = table.number("speed_m_per_s") ?? rules.speedMetersPerSecondMax
        rules.separationMeters = table.number("separation_m") ?? rules.separationMeters
        if let seconds = table.number("link_loss_after_s") { rules.linkLossAfter = .fromSeconds(seconds) }
        switch table.text("link_loss") {
        case "stop": rules.linkLoss = .stop
        case "return": rules.linkLoss = .returnHome
        default: rules.linkLoss = .proceed(for: .fromSeconds(table.number("link_loss_s") ?? 60))
        }
        if table.has("link_loss_s"), let word = table.text("link_loss"), word != "continue" {
            faults.append(table.fault("link_loss_s", "says nothing with link_loss = \"\(word)\""))
        }
        rules.lowBatteryFraction = table.number("low_battery") ?? rules.lowBatteryFraction
        rules.lowBattery = Self.action(table.text("low_battery_action")) ?? rules.lowBattery
        rules.partition = Self.action(table.text("partition_action")) ?? rules.partition
        rules.fence = Self.action(table.text("fence_action")) ?? rules.fence
        plan.rules = rules
        plan.partition = MissionPlan.Partition(
            robotsMin: table.integer("partition_robots") ?? 0, afterSeconds: table.number("partition_s") ?? 10)
        if plan.partition.robotsMin == 0, table.has("partition_action") || table.has("partition_s") {
            faults.append(
                table.fault(
                    table.has("partition_action") ? "partition_action" : "partition_s",
                    "says nothing without partition_robots"))
        }
    }

    private static func action(_ word: String?) -> MissionRules.Action? {
        switch word {
        case "continue": .proceed
        case "stop": .stop
        case "return": .returnHome
        default: nil
        }
    }
}

extension MissionField {
    /// Why nobody can be sent there.
    func complaint(about point: FieldPoint) -> String? {
        let (x, y) = (point.xMeters.short, point.yMeters.short)
        if arena.nearest(to: point) != point { return "[\(x), \(y)] is outside the field" }
        if !inclusions.isEmpty, !inclusions.contains(where: { $0.contains(point) }) {
            return "[\(x), \(y)] is outside every fence"
        }
        if exclusions.contains(where: { $0.contains(point) }) { return "[\(x), \(y)] is in a no-go zone" }
        if obstacles.contains(where: { $0.contains(point) }) { return "[\(x), \(y)] is in an obstacle" }
        return nil
    }
}
