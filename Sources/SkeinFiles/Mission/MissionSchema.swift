import SkeinPeer

/// What a mission file may say (docs/missions.md).
package enum MissionSchema {
    private static let meters = MissionPlan.metersMax
    private static let seconds = MissionPlan.secondsMax
    private static let speed = 100.0

    package static let goals = ["target", "source", "relay", "hold", "search", "waypoints"]
    package static let needs = ["any", "camera", "nose", "satellite"]
    static let actions = ["continue", "stop", "return"]

    private static let shape: [TomlSchema.Key] = [
        .init("points", .places(through: meters), "", "The corners of a polygon that does not cross itself, metres."),
        .init("centre", .place(through: meters), "", "Of a circle, metres."),
        .init("radius_m", .above(0, through: meters), "", "Of that circle."),
        .init("file", .path, "", "A GeoJSON file, from this file's folder."),
        .init("feature", .text, "the only one", "The `name` of the feature in that file."),
    ]

    package static let sections: [TomlSchema.Section] = [
        .init(
            "", about: "Which mission.",
            keys: [
                .init("name", .name, nil, "What the mission is called."),
                .init(
                    "revision", .integer(1...Int(MissionPlan.revisionMax)), nil,
                    "Which state of it: raised whenever the file changes."),
            ]),
        .init(
            "origin", about: "Where x = y = 0 lies on the earth.",
            keys: [
                .init("latitude_deg", .atLeast(-89, through: 89), nil, "North, WGS 84."),
                .init("longitude_deg", .atLeast(-180, through: 180), nil, "East, WGS 84."),
            ]),
        .init(
            "field", about: "The box that robots stay in.",
            keys: [
                .init("x_m", .atLeast(-meters, through: meters), "0", "Its western side."),
                .init("y_m", .atLeast(-meters, through: meters), "0", "Its southern side."),
                .init("width_m", .above(0, through: meters), "100", "From west to east."),
                .init("height_m", .above(0, through: meters), "100", "From south to north."),
                .init("margin_m", .atLeast(0, through: 100), "2", "Outside by less, an estimate's error explains it."),
            ]),
        .init(
            "fence", isList: true, about: "Robots stay inside one of these.",
            keys: [.init("name", .name, "", "For people.")] + shape),
        .init(
            "no_go", isList: true, about: "No robot enters these.",
            keys: [.init("name", .name, "", "For people.")] + shape),
        .init(
            "obstacle", isList: true, about: "Known walls and boxes: polygons.",
            keys: [.init("name", .name, "", "For people.")] + shape),
        .init(
            "area", isList: true, about: "Places that roles are sent to.",
            keys: [.init("name", .name, nil, "What roles call it.")] + shape),
        .init(
            "target", about: "The physical target.",
            keys: [.init("at", .place(through: meters), "to be found", "Where it is known to be.")]),
        .init(
            "source", about: "The virtual source.",
            keys: [.init("at", .place(through: meters), "to be found", "Where it is known to be.")]),
        .init(
            "rally", isList: true, about: "Where robots return to: the nearest.",
            keys: [.init("at", .place(through: meters), nil, "Metres.")]),
        .init("role", isList: true, about: "Who does what.", keys: role),
        .init(
            "task", isList: true, about: "That so many of a role have arrived by then.",
            keys: [
                .init("name", .name, nil, "What it is called."),
                .init("role", .name, nil, "Whose."),
                .init("robots", .integer(1...65_535), "all of the role", "How many."),
                .init("deadline_s", .above(0, through: seconds), nil, "Mission time."),
                .init("missed", .choice(["continue", "pause", "stop"]), "continue", "What happens then."),
            ]),
        .init("rules", about: "What robots do when something is lost.", keys: rules),
        .init(
            "end", about: "What ends the mission.",
            keys: [
                .init("when", .choice(["all_arrived", "role_arrived", "never"]), "all_arrived", "Besides a person."),
                .init("role", .name, "", "Of `role_arrived`."),
                .init("deadline_s", .above(0, through: seconds), "none", "Mission time; every robot stops by itself."),
            ]),
    ]

    private static let role: [TomlSchema.Key] = [
        .init("name", .name, nil, "What it is called."),
        .init("count", .integer(0...65_535), "who is left", "How many robots."),
        .init("needs", .choice(needs), "by the goal", "What they carry."),
        .init("goal", .choice(goals), nil, "What they do."),
        .init("area", .name, "", "Of `hold` and `search`."),
        .init("waypoints", .places(through: meters), "", "Of `waypoints`, metres."),
        .init("holds_s", .numbers(through: seconds), "0", "Standing at each of them."),
        .init("speeds_m_per_s", .numbers(through: speed), "as before", "On the way to each; 0: as before."),
        .init("laps", .integer(0...65_535), "1", "How often all of it; 0: for ever."),
        .init("returns", .flag, "false", "Back to the rally point after the last."),
        .init("speed_m_per_s", .above(0, through: speed), "the rules'", "Their limit."),
    ]

    private static let rules: [TomlSchema.Key] = [
        .init("speed_m_per_s", .above(0, through: speed), "6", "Nobody drives faster."),
        .init("separation_m", .atLeast(0, through: 100), "0.1", "Room between bodies, and to anything else."),
        .init("link_loss", .choice(actions), "continue", "Who hears nobody."),
        .init("link_loss_after_s", .above(0, through: seconds), "6", "Since when nobody has been heard."),
        .init("link_loss_s", .atLeast(0, through: seconds), "60", "With `continue`: for so long, then stop."),
        .init("low_battery", .atLeast(0, through: 1), "0.2", "A battery with less left is low; 0: never."),
        .init("low_battery_action", .choice(actions), "continue", "Whose battery is low; it gives up its role too."),
        .init("partition_robots", .integer(0...65_535), "0", "Fewer in a robot's tree: the swarm has split."),
        .init("partition_s", .atLeast(0, through: seconds), "10", "For so long."),
        .init("partition_action", .choice(actions), "continue", "Who is in such a part."),
        .init("fence_action", .choice(actions), "continue", "Who is beyond a fence; `continue` leads back in."),
    ]
}
