import SkeinFiles
import SkeinPeer
import SkeinWorld

/// Every table and key of a scenario file. `sim/scenarios/README.md` prints it; a test holds the two together.
package enum ScenarioSchema {
    package static let robotsMax = 10_000
    private static let metersMax = 10_000.0
    private static let secondsMax = 3_600.0

    package static let whole = TomlSchema([
        .init(
            "", about: "Keys of the file as a whole.", keys: [.init("about", .text, "\"\"", "What the scenario shows.")]
        ),
        arena, obstacles, obstacle, noGo, robots, mission, radio, cpu, cloud, sensors, motors, clocks, fault, stop,
        adversary,
    ])

    private static let arena = TomlSchema.Section(
        "arena", about: "The field, a box with a corner at (0, 0). Robots start anywhere in it and stay in it.",
        keys: [
            .init("width_m", .atLeast(1, through: metersMax), "100", "Along x, metres."),
            .init("height_m", .atLeast(1, through: metersMax), "100", "Along y, metres."),
            .init(
                "solid", .flag, "true",
                "Bodies touch each other, obstacles and walls, and have an infrared ring; false: they pass each other."),
        ])

    private static let robots = TomlSchema.Section(
        "robots", about: "Who is there. Where each stands, and who has what, the seed decides.",
        keys: [
            .init("count", .integer(1...robotsMax), nil, "Robots, numbered from 0."),
            .init("cameras", .integer(0...robotsMax), nil, "How many of them carry a camera: these ask for help."),
            .init("start", .integer(0...robotsMax - 1), "0", "The robot that gets the start signal."),
            .init(
                "in_reach", .flag, "false",
                "Nobody is put down where no way of 2.4 GHz links leads to the start robot: its order reaches all."),
            .init("satellite_receivers", .integer(0...robotsMax), "1", "Robots with DGPS, cameras first, by number."),
            .init("start_sigma_m", .atLeast(0, through: 100), "0.5", "How well their first places are known, metres."),
            .init(
                "start_heading_sigma_deg", .atLeast(0, through: 180), "5",
                "How well their first headings are known, degrees."),
            .init(
                "reboot_sigma_m", .atLeast(0, through: 100), "3",
                "How well a robot that boots in mid-mission knows its place, metres."),
        ])

    private static let mission = TomlSchema.Section(
        "mission", about: "Cameras go to the physical target, the others to the virtual source.",
        keys: [
            .init("physical_target", .point(through: metersMax), "drawn by the seed", "`[x, y]`, metres."),
            .init("virtual_target", .point(through: metersMax), "drawn by the seed", "`[x, y]`, metres."),
            .init(
                "separation_m", .above(0, through: metersMax), "25",
                "Between the two targets where the seed draws the virtual one, metres."),
            .init("arrival_radius_m", .above(0, through: 1_000), "5", "Nearer than this a robot has arrived, metres."),
            .init("speed_m_per_s", .above(0, through: 6), "6", "What robots drive at most, metres a second."),
            .init("detection_m", .above(0, through: 1_000), "25", "How far a camera sees, metres."),
            .init(
                "search", .choice(SearchRule.allCases.map(\.rawValue)), "\"skein\"",
                "How noses look for the source; the others are there to compare with."),
            .init(
                "settle_limit_s", .above(0, through: 600), "10",
                "From cold boot to the start signal at the latest, seconds."),
            .init("limit_s", .above(0, through: secondsMax), "60", "A mission that takes longer is given up, seconds."),
            .init(
                "wander_m_per_s", .above(0, through: 6), "none",
                "Robots are driven about at this speed until `limit_s`: how well do they know where they are?"),
            .init(
                "measure_after_s", .atLeast(0, through: secondsMax), "none",
                "With `wander_m_per_s`, and then 10: errors count from here on, seconds."),
        ])

    private static let radio = TomlSchema.Section(
        "radio", about: "The air. 5 GHz reaches two thirds as far as 2.4 GHz (16 m for 24 m).",
        keys: [
            .init(
                "range24_m", .above(1, through: 1_000), "24", "Edge of a 2.4 GHz link, where −90 dBm arrive, metres."),
            .init("fading_sigma_db", .atLeast(0, through: 20), "0", "Slow fading, one sigma, dB."),
            .init(
                "fading_decorrelation_m", .above(0, through: 1_000), "10",
                "Way after which a fade has forgotten all but 1/e of itself, metres."),
            .init("noise_min_dbm", .atLeast(-200, through: -90), "-140", "Noise is uniform from here, dBm."),
            .init("noise_max_dbm", .atLeast(-200, through: -90), "-110", "To here, dBm."),
            .init(
                "packet_loss", .atLeast(0, through: 1), "0",
                "Chance that a reception is lost beyond what noise and collisions cost, 0…1."),
        ])

    private static let cpu = TomlSchema.Section(
        "cpu", about: "Processors, in percent of one. Shares are Gaussian, one per robot.",
        keys: [
            .init("idle_mean_percent", .atLeast(0, through: 100), "50", "What a robot without camera can lend."),
            .init("idle_sigma_percent", .atLeast(0, through: 100), "10", "Its sigma."),
            .init("idle_min_percent", .atLeast(0, through: 100), "20", "No robot has less."),
            .init("idle_max_percent", .atLeast(0, through: 100), "70", "No robot has more."),
            .init("needed_mean_percent", .atLeast(0, through: 1_000), "120", "What a camera robot's task needs."),
            .init("needed_sigma_percent", .atLeast(0, through: 1_000), "10", "Its sigma."),
            .init("base_percent", .atLeast(0, through: 100), "30", "What a robot's own housekeeping takes."),
            .init("ceiling_percent", .above(0, through: 100), "90", "A processor never goes above this."),
            .init(
                "arrived_camera_idle_percent", .atLeast(0, through: 100), "0",
                "What a camera robot lends once it has arrived."),
        ])

    private static let cloud = TomlSchema.Section(
        "cloud", about: "How idle processors are shared.",
        keys: [
            .init(
                "strategy", .choice(PlanStrategy.allCases.map(\.rawValue)), "\"skein\"", "How leaders share their band."
            ),
            .init("bandwidth_mhz", .above(0, through: 65), "20", "What a leader has to share on 5 GHz, MHz."),
            .init(
                "rate_mbps_per_percent", .above(0, through: 1_000), "0.04",
                "Data rate that one lent percent needs (delta), Mb/s."),
            .init("transfer_limit_s", .above(0, through: 10), "0.1", "A part must reach its helper within, seconds."),
            .init(
                "part_compute_s", .above(0, through: 0.9), "0.6",
                "What a part takes at the share it asks for, seconds."),
            .init(
                "check", .choice(ResultCheckClass.allCases.map(\.rawValue)), "\"spot-check\"",
                "How sure a robot makes itself of what helpers compute for it."),
            .init(
                "spot_check_fraction", .atLeast(0, through: 1), "0.1",
                "`spot-check`: known answers for each part that leaves, 0…1."),
            .init("planning_s", .atLeast(0, through: 10), "0.05", "What planning takes a leader, seconds."),
        ])

    private static let sensors = TomlSchema.Section(
        "sensors", about: "Errors are one sigma.",
        keys: [
            .init("compass_sigma_deg", .above(0, through: 180), "2", "Degrees."),
            .init("satellite_sigma_m", .above(0, through: 100), "0.02", "DGPS, metres."),
            .init("compass_delay_s", .atLeast(0, through: 10), "0", "Until a compass tells, with its age, seconds."),
            .init("satellite_delay_s", .atLeast(0, through: 10), "0", "Until DGPS tells, with its age, seconds."),
            .init("odometry_speed_sigma", .atLeast(0, through: 1), "0.02", "Fraction of the speed."),
            .init("odometry_turn_sigma", .atLeast(0, through: 1), "0", "Fraction of the turn rate."),
            .init("odometry_turn_sigma_rad_per_s", .atLeast(0, through: 10), "0.02", "Radians a second."),
            .init("smell_sigma", .atLeast(0, through: 1), "0.02", "Fraction of the concentration."),
            .init(
                "gust_sigma", .atLeast(0, through: 2), "0",
                "Gusts: one sigma of the logarithm of the concentration. Robots are told how bad their noses are."),
            .init("gust_m", .above(0, through: 1_000), "10", "How far a gust reaches, metres."),
            .init("gust_s", .above(0, through: 1_000), "2", "How long it lasts, seconds."),
            .init("camera_focal_px", .above(0, through: 100_000), "800", "Focal length, pixels."),
            .init("camera_pixel_sigma_px", .atLeast(0.001, through: 1_000), "1", "Of a height in the picture, pixels."),
            .init("camera_bearing_sigma_deg", .atLeast(0.001, through: 45), "0.5", "Degrees."),
            .init(
                "camera_half_angle_deg", .above(0, through: 180), "60", "Seen to either side of the heading, degrees."),
            .init("robot_height_m", .above(0, through: 100), "0.5", "Known height of every robot, metres."),
            .init("target_height_m", .above(0, through: 100), "1", "Known height of the physical target, metres."),
        ])

    private static let motors = TomlSchema.Section(
        "motors", about: "How far a motor misses what it is told, one sigma.",
        keys: [
            .init("speed_sigma", .atLeast(0, through: 1), "0.03", "Fraction of the speed."),
            .init("turn_sigma", .atLeast(0, through: 1), "0.03", "Fraction of the turn rate."),
        ])

    private static let clocks = TomlSchema.Section(
        "clocks", about: "Each robot's clock begins somewhere and goes a little wrong.",
        keys: [
            .init(
                "drift_ppm", .atLeast(0, through: 500), "0",
                "What a clock gains or loses at most, uniform, millionths. Robots count on 50.")
        ])

    private static let fault = TomlSchema.Section(
        "fault", isList: true, about: "What goes wrong, as many as 64.",
        keys: [
            .init("at_s", .atLeast(0, through: secondsMax), nil, "From the mission's start, seconds."),
            .init("kind", .choice(FaultKind.allCases.map(\.rawValue)), nil, "What happens; see below."),
            .init(
                "target", .targets(numbers: 0...robotsMax - 1, words: FaultTarget.allCases.map(\.rawValue)), nil,
                "To whom; see below."),
            .init("for_s", .above(0, through: secondsMax), "by kind", "How long it lasts, seconds."),
            .init(
                "rate_factor", .atLeast(0, through: 1), "0.1", "`slow-link`: part of its rate that a link keeps, 0…1."),
            .init("band", .choice(["2.4", "5"]), "\"2.4\"", "`jam`: which band, GHz."),
            .init("leader_index", .integer(0...robotsMax - 1), "none", "`leader`: this one of the leaders by number."),
            .init("centre", .point(through: metersMax), "the arena's centre", "`circle`: `[x, y]`, metres."),
            .init("radius_m", .above(0, through: metersMax), "20", "`circle`: metres."),
            .init("west_of_m", .atLeast(0, through: metersMax), "half the width", "`west`: x of the line, metres."),
        ])
}

extension ScenarioSchema {
    static let stop = TomlSchema.Section(
        "stop", isList: true,
        about: "An emergency stop, as many as 64. The run then shows when each robot stood, and nothing else is "
            + "complete.",
        keys: [
            .init("at_s", .atLeast(0, through: 3_600), nil, "From the mission's start, seconds."),
            .init("robot", .integer(0...robotsMax - 1), "0", "Through which robot the operator stops the fleet."),
            .init("watch_s", .above(0, through: 600), "3", "How long the run goes on after the first stop, seconds."),
        ])
}

/// What a fault does to its targets.
package enum FaultKind: String, CaseIterable, Sendable {
    case crash, restart, pause, partition
    case slowLink = "slow-link"
    case jam, late

    /// How long it lasts if the file does not say; nil: it does not last.
    package var secondsDefault: Double? {
        switch self {
        case .crash, .late: nil
        case .restart: 3
        case .pause: 2
        case .partition: 5
        case .slowLink, .jam: 10
        }
    }

    package var about: String {
        switch self {
        case .crash: "off for good, unless a later `restart` switches it on"
        case .restart: "off, and on again after `for_s` with nothing remembered"
        case .pause: "the program stands still for `for_s`; motors and radio do not"
        case .partition: "for `for_s` the targets hear nobody but each other"
        case .slowLink: "for `for_s` all links of the targets keep `rate_factor` of their rate"
        case .jam: "for `for_s` the targets hear nothing but noise on `band`"
        case .late: "not switched on before `at_s`"
        }
    }
}

/// Words for a fault's target, beside robots' numbers.
package enum FaultTarget: String, CaseIterable, Sendable {
    case leader, circle, west

    package var about: String {
        switch self {
        case .leader: "the leader of most requesters but the start robot, or the one `leader_index` names"
        case .circle: "whoever is within `radius_m` of `centre`: for `jam` at every moment, else at `at_s`"
        case .west: "whoever is west of `west_of_m` at `at_s`"
        }
    }
}
