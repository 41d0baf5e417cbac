import SkeinPeer

/// The tables that tell a peer of field and sensors.
extension PeerSchema {
    private static let metersMax = 10_000.0

    static let mission = Section(
        "mission", about: "The field and how to drive in it. The arena is the same on every robot of a fleet.",
        keys: [
            .number(
                "arena_x_min_m", .atLeast(-metersMax, through: metersMax), \.config.mission.arena.xMetersMin,
                about: "The fence, a box that robots stay in: its begin along x, metres."),
            .number(
                "arena_x_max_m", .atLeast(-metersMax, through: metersMax), \.config.mission.arena.xMetersMax,
                about: "Its end along x, metres."),
            .number(
                "arena_y_min_m", .atLeast(-metersMax, through: metersMax), \.config.mission.arena.yMetersMin,
                about: "Its begin along y, metres."),
            .number(
                "arena_y_max_m", .atLeast(-metersMax, through: metersMax), \.config.mission.arena.yMetersMax,
                about: "Its end along y, metres."),
            .number(
                "arena_margin_m", .above(0, through: 100), \.config.mission.arena.marginMeters,
                about: "Outside by less than this an estimate's error explains it, metres."),
            .number(
                "speed_m_per_s", .above(0, through: 6), \.config.mission.speedMetersPerSecondMax,
                about: "What the robot drives at most, metres a second."),
            .degrees(
                "turn_deg_per_s", .above(0, through: 720), \.config.mission.turnRadiansPerSecondMax,
                about: "What the robot turns at most, degrees a second."),
            .number(
                "arrival_radius_m", .above(0, through: 1_000), \.config.mission.arrivalRadiusMeters,
                about: "Nearer than this it has arrived, metres."),
            .flag(
                "turns_while_waiting", \.config.mission.turnsWhileWaiting,
                about: "Whether it may turn in place before the mission starts, to look around."),
        ])

    static let sensors = Section(
        "sensors", about: "What the sensors are. Errors are one sigma.",
        keys: [
            .number(
                "detection_m", .above(0, through: 1_000), \.config.mission.sightMetersMax,
                about: "How far the camera finds the target, metres."),
            .number(
                "camera_focal_px", .above(0, through: 100_000), \.config.mission.camera.focalPixels,
                about: "Focal length, pixels."),
            .number(
                "camera_pixel_sigma_px", .atLeast(0.001, through: 1_000), \.config.mission.camera.pixelSigma,
                about: "Of a height in the picture, pixels."),
            .degrees(
                "camera_bearing_sigma_deg", .atLeast(0.001, through: 45), \.config.mission.camera.bearingSigmaRadians,
                about: "Degrees."),
            .degrees(
                "camera_half_angle_deg", .above(0, through: 180), \.config.mission.sightHalfAngleRadians,
                about: "Seen to either side of the heading, degrees."),
            .number(
                "robot_height_m", .above(0, through: 100), \.config.mission.camera.bodyMeters,
                about: "Known height of every robot, metres."),
            .number(
                "target_height_m", .above(0, through: 100), \.config.mission.targetMeters,
                about: "Known height of the physical target, metres."),
            .degrees(
                "compass_sigma_deg", .above(0, through: 180), \.config.mission.compassSigmaRadians, about: "Degrees."),
            .number(
                "satellite_sigma_m", .above(0, through: 100), \.config.mission.satelliteSigmaMeters,
                about: "Of the satellite receiver at its best, metres."),
            .number(
                "odometry_speed_sigma", .atLeast(0, through: 1), \.config.mission.speedSigmaFraction,
                about: "Fraction of the speed."),
            .number(
                "odometry_turn_sigma", .atLeast(0, through: 1), \.config.mission.turnSigmaFraction,
                about: "Fraction of the turn."),
            .number(
                "odometry_turn_sigma_rad_per_s", .atLeast(0, through: 10), \.config.mission.turnSigmaRadiansPerSecond,
                about: "While moving, radians a second."),
            .number(
                "smell_sigma", .above(0, through: 1), \.config.mission.smellSigmaFraction,
                about: "Fraction of the concentration."),
            .number(
                "gust_sigma", .atLeast(0, through: 1), \.config.mission.gustSigmaFraction,
                about: "The part of smell_sigma that lasts for seconds, as noses side by side have it: the wind's."),
        ])
}
