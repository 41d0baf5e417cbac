import SkeinFiles
import SkeinPeer
import SkeinWire
import SkeinWorld

/// Takes a checked file's values into a world's, and looks at what no single key can be wrong about.
struct ScenarioReading {
    private let file: TomlFile

    init(_ file: TomlFile) { self.file = file }

    func world() throws(FileError) -> WorldConfig {
        var config = WorldConfig(seed: 0, robots: 1)
        let top = file.top
        try readArena(top.table("arena"), &config)
        try readObstacles(top, &config)
        guard let robots = try top.table("robots") else { preconditionFailure("no [robots] after the check") }
        try readRobots(robots, &config)
        try readMission(top.table("mission"), &config)
        try readRadio(top.table("radio"), &config)
        try readProcessors(top.table("cpu"), &config)
        readCloud(try top.table("cloud"), &config)
        readSensors(try top.table("sensors"), &config)
        if let motors = try top.table("motors") {
            set(&config.actuators.speedSigmaFraction, motors.number("speed_sigma"))
            set(&config.actuators.turnSigmaFraction, motors.number("turn_sigma"))
        }
        set(&config.clockDriftPpmMax, try top.table("clocks")?.number("drift_ppm"))
        let faults = try top.tables("fault")
        guard faults.count <= Fault.countMax else {
            throw faults[Fault.countMax].fault(nil, "\(faults.count) faults, at most \(Fault.countMax) are possible")
        }
        for fault in faults { config.faults.append(try readFault(fault, config)) }
        try readStops(top.tables("stop"), &config)
        try readAdversaries(top.tables("adversary"), &config)
        return config
    }

    private func readArena(_ table: TomlTable?, _ config: inout WorldConfig) throws(FileError) {
        set(&config.arena.xMetersMax, table?.number("width_m"))
        set(&config.arena.yMetersMax, table?.number("height_m"))
        config.isSolid = table?.flag("solid") ?? true
    }

    private func readRobots(_ table: TomlTable, _ config: inout WorldConfig) throws(FileError) {
        guard let count = table.integer("count"), let cameras = table.integer("cameras") else {
            preconditionFailure("no count or cameras after the check")
        }
        guard cameras <= count else {
            throw table.fault("cameras", "cameras: expected at most the \(count) robots of count, found \(cameras)")
        }
        config.robots = count
        config.cameras = .count(cameras)
        set(&config.start, table.integer("start"))
        guard config.start < count else {
            throw table.fault("start", "start: robot \(config.start) outside 0..<\(count)")
        }
        config.isInReach = table.flag("in_reach") ?? false
        set(&config.satelliteReceivers, table.integer("satellite_receivers"))
        guard config.satelliteReceivers <= count else {
            throw table.fault(
                "satellite_receivers",
                "satellite_receivers: expected at most the \(count) robots of count, found \(config.satelliteReceivers)"
            )
        }
        set(&config.startSigmaMeters, table.number("start_sigma_m"))
        set(&config.startHeadingSigmaRadians, table.number("start_heading_sigma_deg").map { $0 * .pi / 180 })
        set(&config.rebootSigmaMeters, table.number("reboot_sigma_m"))
    }

    private func readMission(_ table: TomlTable?, _ config: inout WorldConfig) throws(FileError) {
        let width = config.arena.xMetersMax
        let height = config.arena.yMetersMax
        for key in ["physical_target", "virtual_target"] {
            guard let table, let place = table.point(key) else { continue }
            guard place.x <= width && place.y <= height else {
                throw table.fault(
                    key,
                    "\(key): [\(place.x.short), \(place.y.short)] outside the arena of \(width.short) m × \(height.short) m"
                )
            }
            if key == "physical_target" {
                config.physicalTarget = .init(xMeters: place.x, yMeters: place.y)
            } else {
                config.virtualTarget = .init(xMeters: place.x, yMeters: place.y)
            }
        }
        set(&config.targetDistanceMeters, table?.number("separation_m"))
        let diagonal = (width * width + height * height).squareRoot()
        guard config.virtualTarget != nil || config.targetDistanceMeters <= diagonal else {
            let complaint =
                "separation_m: \(config.targetDistanceMeters.short) m do not fit into an arena of "
                + "\(width.short) m × \(height.short) m"
            throw table?.fault("separation_m", complaint)
                ?? FileError(file: file.path, message: "[mission] \(complaint)")
        }
        set(&config.peer.mission.arrivalRadiusMeters, table?.number("arrival_radius_m"))
        set(&config.peer.mission.speedMetersPerSecondMax, table?.number("speed_m_per_s"))
        set(&config.peer.mission.sightMetersMax, table?.number("detection_m"))
        config.sensors.cameraRangeMeters = config.peer.mission.sightMetersMax
        set(&config.peer.mission.search, table?.text("search").flatMap { SearchRule(rawValue: $0) })
        set(&config.settleLimit, table?.number("settle_limit_s").map { .fromSeconds($0) })
        set(&config.missionLimit, table?.number("limit_s").map { .fromSeconds($0) })
        try readWandering(table, &config)
    }

    private func readWandering(_ table: TomlTable?, _ config: inout WorldConfig) throws(FileError) {
        guard let table else { return }
        config.wandering = table.number("wander_m_per_s").map { Wandering(speedMetersPerSecond: $0) }
        guard let after = table.number("measure_after_s") else { return }
        guard config.wandering != nil else {
            throw table.fault("measure_after_s", "measure_after_s: only with wander_m_per_s")
        }
        guard after < config.missionLimit.inSeconds else {
            throw table.fault("measure_after_s", "measure_after_s: \(after.short) s are beyond limit_s")
        }
        config.wandering?.measureAfter = .fromSeconds(after)
    }

    private func readRadio(_ table: TomlTable?, _ config: inout WorldConfig) throws(FileError) {
        guard let table else { return }
        if let range = table.number("range24_m") { config.radio = .init(controlRangeMeters: range) }
        set(&config.medium.fadingSigmaDB, table.number("fading_sigma_db"))
        set(&config.medium.fadingDecorrelationMeters, table.number("fading_decorrelation_m"))
        set(&config.medium.noiseDBmMin, table.number("noise_min_dbm"))
        set(&config.medium.noiseDBmMax, table.number("noise_max_dbm"))
        set(&config.medium.lossFraction, table.number("packet_loss"))
        try ordered(table, "noise_min_dbm", config.medium.noiseDBmMin, "noise_max_dbm", config.medium.noiseDBmMax)
    }

    private func readProcessors(_ table: TomlTable?, _ config: inout WorldConfig) throws(FileError) {
        guard let table else { return }
        set(&config.idlePercentMean, table.number("idle_mean_percent"))
        set(&config.idlePercentSigma, table.number("idle_sigma_percent"))
        set(&config.idlePercentMin, table.number("idle_min_percent"))
        set(&config.idlePercentMax, table.number("idle_max_percent"))
        set(&config.neededPercentMean, table.number("needed_mean_percent"))
        set(&config.neededPercentSigma, table.number("needed_sigma_percent"))
        set(&config.peer.cloud.baseLoadPercent, table.number("base_percent"))
        set(&config.peer.cloud.cpuCeilingPercent, table.number("ceiling_percent"))
        set(&config.arrivedCameraIdlePercent, table.number("arrived_camera_idle_percent"))
        try ordered(table, "idle_min_percent", config.idlePercentMin, "idle_max_percent", config.idlePercentMax)
        try ordered(
            table, "base_percent", config.peer.cloud.baseLoadPercent, "ceiling_percent",
            config.peer.cloud.cpuCeilingPercent)
    }

    private func readCloud(_ table: TomlTable?, _ config: inout WorldConfig) {
        guard let table else { return }
        set(&config.strategy, table.text("strategy").flatMap { PlanStrategy(rawValue: $0) })
        set(&config.bandwidthMHz, table.number("bandwidth_mhz"))
        set(&config.rateMbpsPerPercent, table.number("rate_mbps_per_percent"))
        set(&config.peer.cloud.transferMax, table.number("transfer_limit_s").map { .fromSeconds($0) })
        set(&config.peer.cloud.computeWindow, table.number("part_compute_s").map { .fromSeconds($0) })
        set(&config.peer.cloud.check, table.text("check").flatMap { ResultCheckClass(rawValue: $0) })
        set(&config.peer.cloud.spotCheckFraction, table.number("spot_check_fraction"))
        set(&config.planTime, table.number("planning_s").map { .fromSeconds($0) })
    }

    private func readSensors(_ table: TomlTable?, _ config: inout WorldConfig) {
        guard let table else { return }
        set(&config.sensors.compassSigmaRadians, table.number("compass_sigma_deg").map { $0 * .pi / 180 })
        set(&config.sensors.satelliteSigmaMeters, table.number("satellite_sigma_m"))
        set(&config.sensors.compassDelay, table.number("compass_delay_s").map { .fromSeconds($0) })
        set(&config.sensors.satelliteDelay, table.number("satellite_delay_s").map { .fromSeconds($0) })
        set(&config.sensors.speedSigmaFraction, table.number("odometry_speed_sigma"))
        set(&config.sensors.turnSigmaFraction, table.number("odometry_turn_sigma"))
        set(&config.sensors.turnSigmaRadiansPerSecond, table.number("odometry_turn_sigma_rad_per_s"))
        set(&config.sensors.smellSigmaFraction, table.number("smell_sigma"))
        set(&config.sensors.gustSigma, table.number("gust_sigma"))
        set(&config.sensors.gustMeters, table.number("gust_m"))
        set(&config.sensors.gustSpan, table.number("gust_s").map { .fromSeconds($0) })
        set(&config.sensors.camera.focalPixels, table.number("camera_focal_px"))
        set(&config.sensors.camera.pixelSigma, table.number("camera_pixel_sigma_px"))
        set(&config.sensors.camera.bearingSigmaRadians, table.number("camera_bearing_sigma_deg").map { $0 * .pi / 180 })
        set(&config.sensors.cameraHalfAngleRadians, table.number("camera_half_angle_deg").map { $0 * .pi / 180 })
        set(&config.sensors.camera.bodyMeters, table.number("robot_height_m"))
        set(&config.sensors.targetMeters, table.number("target_height_m"))
        // The operator tells the peers what their sensors are.
        config.peer.mission.camera = config.sensors.camera
        config.peer.mission.targetMeters = config.sensors.targetMeters
        let gust = config.sensors.gustSigma
        if gust > 0 {
            let own = config.peer.mission.smellSigmaFraction
            config.peer.mission.smellSigmaFraction = (own * own + gust * gust).squareRoot()
            config.peer.mission.gustSigmaFraction = gust
        }
        config.peer.mission.compassSigmaRadians = config.sensors.compassSigmaRadians
        config.peer.mission.satelliteSigmaMeters = config.sensors.satelliteSigmaMeters
    }

    func ordered(
        _ table: TomlTable, _ lowKey: String, _ low: Double, _ highKey: String, _ high: Double
    ) throws(FileError) {
        guard low > high else { return }
        let key = table[lowKey] == nil ? highKey : lowKey
        throw table.fault(key, "\(lowKey) \(low.short) is above \(highKey) \(high.short)")
    }

    private func set<Value>(_ place: inout Value, _ value: Value?) {
        if let value { place = value }
    }
}
