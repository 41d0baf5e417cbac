import SkeinFiles
import SkeinPeer
import SkeinWire
import SkeinWorld

/// A mission's result as `skein sim run --json` and `sim sweep --json` write it.
enum RunJSON {
    /// The figures: a line of a sweep.
    static func figures(_ run: RunResult, wallSeconds: Double) -> [JSONValue.Member] {
        [
            .init("seed", .integer(Int(clamping: run.seed))),
            .init("completed", .bool(run.completed)),
            .init("completion_s", .optional(run.completed ? run.completionSeconds : nil)),
            .init("robots", .integer(run.robots)),
            .init("cameras", .integer(run.cameras)),
            .init("robot_steps", .integer(run.robotSteps)),
            .init("camera_steps", .integer(run.cameraSteps)),
            .init("failed_steps", .integer(run.failedSteps)),
            .init("failure_fraction_robot_steps", .number(run.failureFractionRobotSteps)),
            .init("failure_fraction_camera_steps", .number(run.failureFractionCameraSteps)),
            .init("rebuild_failed_steps", .integer(run.rebuildFailedSteps)),
            .init("parts_offloaded", .integer(run.partsOffloaded)),
            .init("service_gap_max_s", .number(run.serviceGapSecondsMax)),
            .init("max_hops", .integer(run.hopsMax)),
            .init("subgroups", .integer(run.subgroups)),
            .init("contributed_percent", .number(run.contributedPercent)),
            .init("control_bits_per_s_per_robot", .optional(run.control?.bitsPerSecondPerRobot)),
            .init("control_airtime_fraction_max", .optional(run.control?.airtimeFractionMax)),
            .init("wall_s", .number(wallSeconds)),
            .init("strategy", .string(run.strategy.rawValue)),
            .init("started", .bool(run.completionSeconds != nil)),
            .init("start_s", .optional(run.settleSeconds)),
            .init("flown_s", .optional(run.completionSeconds)),
            .init("completed_steps", .integer(run.completedSteps)),
            .init("failed_steps_by_trouble", troubles(run.troubles)),
            .init("failed_steps_out_of_reach", .integer(run.failures.count(where: \.isOutOfReach))),
            .init("plans", .integer(run.plans)),
            .init("plan_ms_max", .optional(run.planNanosecondsMax.map { Double($0) * 1e-6 })),
            .init("frames", SharedJSON.frames(run.tally)),
            .init("drops", SharedJSON.drops(run.statuses)),
            .init("digest", .string(SharedJSON.hexadecimal(run.digest))),
            .init(
                "localisation", run.localisation.map { LocalisationText.value($0) } ?? .null),
            .init("stop", run.stop.map(StopReport.value) ?? .null),
            .init("adversary", AdversaryReport.value(run.adversary)),
            .init("contacts", run.contacts.map(ContactReport.value) ?? .null),
            .init("source_95_s", .optional(run.sourceSeconds)),
            .init("target_95_s", .optional(run.targetSeconds)),
            .init("clock", run.clock.map(ClockReport.value) ?? .null),
            .init("stragglers", StragglerReport.value(run.stragglers)),
        ]
    }

    /// The figures, and what the plots are drawn from.
    static func whole(_ run: RunResult, config: WorldConfig, wallSeconds: Double) -> JSONValue {
        var members = [JSONValue.Member("kind", .string("run"))]
        members += figures(run, wallSeconds: wallSeconds)
        members += SharedJSON.field(config, run.layout)
        members += [
            .init("physical_target", SharedJSON.point(run.layout.physicalTarget)),
            .init("virtual_target", SharedJSON.point(run.layout.virtualTarget)),
            .init("arrival_radius_m", .number(config.peer.mission.arrivalRadiusMeters)),
            .init("hops", .integers(run.statuses.map { $0?.hops ?? -1 })),
            .init("leaders", .integers(SharedJSON.leaders(run.statuses))),
            .init("owner", .integers(run.statuses.map(SharedJSON.owner))),
            .init("granted_percent", .numbers(run.statuses.map { $0?.grantedPercent ?? 0 })),
            .init("granted_mhz", .numbers(run.statuses.map { $0?.grantedMHz ?? 0 })),
            .init("failures", failures(run)),
            .init("trajectory_interval_s", .integer(1)),
            .init("trajectories", trajectories(run)),
        ]
        return .object(members)
    }

    private static func troubles(_ counts: [Int]) -> JSONValue {
        .object(
            counts.enumerated().compactMap { index, count in
                PartTrouble(rawValue: UInt8(index)).map { .init(SharedJSON.snakeCase("\($0)"), .integer(count)) }
            })
    }

    /// Failed steps, in mission time, and what help was in reach of each.
    private static func failures(_ run: RunResult) -> JSONValue {
        .array(
            run.failures.map { failure in
                [
                    "robot": .integer(failure.robot),
                    "at_s": .number(Double(failure.at) * 1e-9 - (run.settleSeconds ?? 0)),
                    "trouble": .string(SharedJSON.snakeCase("\(failure.trouble)")),
                    "helpers_in_reach": .integer(failure.helpers),
                    "idle_in_reach_percent": .number(failure.idlePercent),
                    "lacking_percent": .number(failure.lackingPercent),
                ]
            })
    }

    /// By robot: its places, a second apart, to the centimetre.
    private static func trajectories(_ run: RunResult) -> JSONValue {
        .array(
            (0..<run.robots).map { robot in
                .array(run.trajectories.map { SharedJSON.centimetres($0[robot].xMeters, $0[robot].yMeters) })
            })
    }
}
