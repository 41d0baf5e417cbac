import SkeinFiles
import SkeinPeer
import SkeinTasks
import SkeinWorld

extension ScenarioSchema {
    static let obstacles = TomlSchema.Section(
        "obstacles",
        about: "Turned boxes that the seed puts into the field, away from the targets, with ways between them.",
        keys: [
            .init("count", .integer(0...MissionField.obstaclesMax), "0", "How many, where they fit."),
            .init("size_min_m", .above(0, through: 1_000), "2", "The shortest side, metres."),
            .init("size_max_m", .above(0, through: 1_000), "8", "The longest side, metres."),
            .init("gap_m", .atLeast(0.5, through: 1_000), "3", "Room between two, and to the walls, metres."),
            .init("loss_db", .atLeast(0, through: 200), "10", "What radio loses through one of them, dB."),
            .init("known", .flag, "false", "All obstacles are in the robots' map from the beginning."),
        ])

    static let obstacle = TomlSchema.Section(
        "obstacle", isList: true,
        about: "Something solid, as many as 64: a box (`low`, `high`), a wall (`from`, `to`), or a polygon (`points`).",
        keys: [
            .init("low", .point(through: 10_000), "none", "A box: its corner nearest to (0, 0), metres."),
            .init("high", .point(through: 10_000), "none", "A box: its other corner, metres."),
            .init("from", .point(through: 10_000), "none", "A wall: from here, metres."),
            .init("to", .point(through: 10_000), "none", "A wall: to here, metres."),
            .init("thickness_m", .atLeast(0.2, through: 100), "0.3", "A wall: how thick, metres."),
            .init(
                "points", .points(through: 10_000, count: FieldPolygon.pointsMin...FieldPolygon.pointsMax), "none",
                "A polygon: its corners in order, metres."),
            .init("loss_db", .atLeast(0, through: 200), "10", "What radio loses through it, dB."),
        ])

    static let noGo = TomlSchema.Section(
        "no_go", isList: true, about: "A zone that no robot enters, as many as 32. Robots know it.",
        keys: [
            .init("centre", .point(through: 10_000), nil, "`[x, y]`, metres."),
            .init("radius_m", .above(0, through: 10_000), nil, "Metres."),
        ])
}

extension ScenarioReading {
    static let obstaclesMax = 64

    /// `[obstacles]`, `[[obstacle]]` and `[[no_go]]`.
    func readObstacles(_ top: TomlTable, _ config: inout WorldConfig) throws(FileError) {
        if let table = try top.table("obstacles") {
            var drawn = DrawnObstacles()
            drawn.count = table.integer("count") ?? drawn.count
            drawn.sizeMetersMin = table.number("size_min_m") ?? drawn.sizeMetersMin
            drawn.sizeMetersMax = table.number("size_max_m") ?? drawn.sizeMetersMax
            drawn.gapMeters = table.number("gap_m") ?? drawn.gapMeters
            drawn.lossDB = table.number("loss_db") ?? drawn.lossDB
            try ordered(table, "size_min_m", drawn.sizeMetersMin, "size_max_m", drawn.sizeMetersMax)
            config.drawnObstacles = drawn
            config.areObstaclesKnown = table.flag("known") ?? false
        }
        let tables = try top.tables("obstacle")
        guard tables.count <= Self.obstaclesMax else {
            throw tables[Self.obstaclesMax].fault(
                nil, "\(tables.count) obstacles, at most \(Self.obstaclesMax) are possible")
        }
        for table in tables {
            let polygon = try polygon(table)
            if let reason = polygon.invalidity { throw table.fault(nil, "an obstacle that is none: \(reason)") }
            config.obstacles.append(Obstacle(polygon, lossDB: table.number("loss_db") ?? DrawnObstacles().lossDB))
        }
        let zones = try top.tables("no_go")
        guard zones.count <= MissionField.exclusionsMax else {
            throw zones[MissionField.exclusionsMax].fault(
                nil, "\(zones.count) no-go zones, at most \(MissionField.exclusionsMax) are possible")
        }
        for zone in zones {
            guard let centre = zone.point("centre"), let radius = zone.number("radius_m") else {
                preconditionFailure("no centre or radius after the check")
            }
            config.peer.mission.field.exclusions.append(
                .circle(
                    FieldCircle(
                        centre: FieldPoint(xMeters: centre.x, yMeters: centre.y), radiusMeters: radius)))
        }
    }

    private func polygon(_ table: TomlTable) throws(FileError) -> FieldPolygon {
        let corners = table.list("points")?.compactMap { item -> FieldPoint? in
            guard case .array(let pair) = item, pair.count == 2, let x = pair[0].asNumber, let y = pair[1].asNumber
            else { return nil }
            return FieldPoint(xMeters: x, yMeters: y)
        }
        func point(_ key: String) -> FieldPoint? {
            table.point(key).map { FieldPoint(xMeters: $0.x, yMeters: $0.y) }
        }
        switch (point("low"), point("high"), point("from"), point("to"), corners) {
        case (let low?, let high?, nil, nil, nil): return FieldPolygon(low: low, high: high)
        case (nil, nil, let start?, let end?, nil):
            return FieldPolygon(wallFrom: start, to: end, thicknessMeters: table.number("thickness_m") ?? 0.3)
        case (nil, nil, nil, nil, let corners?): return FieldPolygon(points: corners)
        default:
            throw table.fault(nil, "an obstacle is expected to have low and high, or from and to, or points")
        }
    }
}
