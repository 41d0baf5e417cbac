import SkeinPeer
import SkeinTasks

/// A plan as a mission file says it: what is read back is the same plan.
package enum MissionToml {
    package static func text(_ plan: MissionPlan) -> String {
        var text = "name = \(quoted(plan.name))\nrevision = \(plan.revision)\n"
        if let origin = plan.origin {
            text += table(
                "[origin]",
                [
                    "latitude_deg = \(origin.latitudeDegrees.short)",
                    "longitude_deg = \(origin.longitudeDegrees.short)",
                ])
        }
        let arena = plan.field.arena
        text += table(
            "[field]",
            [
                "x_m = \(arena.xMetersMin.short)", "y_m = \(arena.yMetersMin.short)",
                "width_m = \(millimeters(arena.xMetersMax - arena.xMetersMin))",
                "height_m = \(millimeters(arena.yMetersMax - arena.yMetersMin))",
                "margin_m = \(arena.marginMeters.short)",
            ])
        for shape in plan.field.inclusions { text += table("[[fence]]", lines(shape)) }
        for shape in plan.field.exclusions { text += table("[[no_go]]", lines(shape)) }
        for polygon in plan.field.obstacles { text += table("[[obstacle]]", lines(.polygon(polygon))) }
        for area in plan.areas { text += table("[[area]]", ["name = \(quoted(area.name))"] + lines(area.shape)) }
        if let target = plan.target { text += table("[target]", ["at = \(place(target))"]) }
        if let source = plan.source { text += table("[source]", ["at = \(place(source))"]) }
        for point in plan.rallyPoints { text += table("[[rally]]", ["at = \(place(point))"]) }
        for role in plan.roles { text += table("[[role]]", lines(role, of: plan)) }
        for task in plan.tasks { text += table("[[task]]", lines(task, of: plan)) }
        text += rules(plan)
        return text + end(plan)
    }

    private static func table(_ head: String, _ lines: [String]) -> String {
        "\n\(head)\n" + lines.map { $0 + "\n" }.joined()
    }

    private static func quoted(_ text: String) -> String { TomlValue.string(text).text }

    private static func millimeters(_ value: Double) -> String { ((value * 1_000).rounded() / 1_000).short }

    private static func place(_ point: FieldPoint) -> String { "[\(point.xMeters.short), \(point.yMeters.short)]" }

    private static func places(_ points: [FieldPoint]) -> String {
        "[" + points.map(place).joined(separator: ", ") + "]"
    }

    private static func lines(_ shape: FieldShape) -> [String] {
        switch shape {
        case .polygon(let polygon): ["points = \(places(polygon.points))"]
        case .circle(let circle):
            ["centre = \(place(circle.centre))", "radius_m = \(circle.radiusMeters.short)"]
        }
    }

    private static func lines(_ role: MissionPlan.Role, of plan: MissionPlan) -> [String] {
        var lines = ["name = \(quoted(role.name))"]
        if let count = role.count { lines.append("count = \(count)") }
        lines.append("needs = \(quoted(MissionSchema.needs[Int(role.needs.rawValue)]))")
        switch role.goal {
        case .target: lines.append("goal = \"target\"")
        case .source: lines.append("goal = \"source\"")
        case .relay: lines.append("goal = \"relay\"")
        case .hold(let area): lines += ["goal = \"hold\"", "area = \(quoted(plan.areas[area].name))"]
        case .search(let area): lines += ["goal = \"search\"", "area = \(quoted(plan.areas[area].name))"]
        case .waypoints(let way):
            lines += ["goal = \"waypoints\"", "waypoints = \(places(way.waypoints.map(\.point)))"]
            if way.waypoints.contains(where: { $0.holdSeconds > 0 }) {
                lines.append("holds_s = [" + way.waypoints.map(\.holdSeconds.short).joined(separator: ", ") + "]")
            }
            if way.waypoints.contains(where: { $0.speedMetersPerSecond != nil }) {
                let speeds = way.waypoints.map { ($0.speedMetersPerSecond ?? 0).short }
                lines.append("speeds_m_per_s = [" + speeds.joined(separator: ", ") + "]")
            }
            lines += ["laps = \(way.laps)", "returns = \(way.returns)"]
        }
        if let speed = role.speedMetersPerSecond { lines.append("speed_m_per_s = \(speed.short)") }
        return lines
    }

    private static func lines(_ task: MissionPlan.PlannedTask, of plan: MissionPlan) -> [String] {
        var lines = ["name = \(quoted(task.name))", "role = \(quoted(plan.roles[task.role].name))"]
        if let robots = task.robots { lines.append("robots = \(robots)") }
        lines.append("deadline_s = \(task.deadlineSeconds.short)")
        switch task.missed {
        case .proceed: break
        case .pause: lines.append("missed = \"pause\"")
        case .stop: lines.append("missed = \"stop\"")
        }
        return lines
    }

    private static func word(_ action: MissionRules.Action) -> String {
        switch action {
        case .proceed: "continue"
        case .stop: "stop"
        case .returnHome: "return"
        }
    }

    private static func rules(_ plan: MissionPlan) -> String {
        let rules = plan.rules
        var lines = [
            "speed_m_per_s = \(rules.speedMetersPerSecondMax.short)", "separation_m = \(rules.separationMeters.short)",
            "link_loss_after_s = \(rules.linkLossAfter.inSeconds.short)",
        ]
        switch rules.linkLoss {
        case .stop: lines.append("link_loss = \"stop\"")
        case .returnHome: lines.append("link_loss = \"return\"")
        case .proceed(let span): lines += ["link_loss = \"continue\"", "link_loss_s = \(span.inSeconds.short)"]
        }
        lines += [
            "low_battery = \(rules.lowBatteryFraction.short)", "low_battery_action = \"\(word(rules.lowBattery))\"",
            "fence_action = \"\(word(rules.fence))\"",
        ]
        if plan.partition.robotsMin > 0 {
            lines += [
                "partition_robots = \(plan.partition.robotsMin)", "partition_s = \(plan.partition.afterSeconds.short)",
                "partition_action = \"\(word(rules.partition))\"",
            ]
        }
        return table("[rules]", lines)
    }

    private static func end(_ plan: MissionPlan) -> String {
        var lines: [String] = []
        switch plan.end {
        case .never: lines.append("when = \"never\"")
        case .allArrived: lines.append("when = \"all_arrived\"")
        case .roleArrived(let role):
            lines += ["when = \"role_arrived\"", "role = \(quoted(plan.roles[role].name))"]
        }
        if let deadline = plan.deadlineSeconds { lines.append("deadline_s = \(deadline.short)") }
        return table("[end]", lines)
    }
}
