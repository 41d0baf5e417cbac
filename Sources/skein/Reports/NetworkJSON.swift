import SkeinFiles
import SkeinPeer
import SkeinWire
import SkeinWorld

/// A hierarchy's result as `skein sim network --json` writes it.
enum NetworkJSON {
    static func whole(_ network: NetworkResult, config: WorldConfig, wallSeconds: Double) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("kind", .string("network")),
            .init("seed", .integer(Int(clamping: network.seed))),
            .init("settled", .bool(network.settled)),
            .init("settle_s", .optional(network.settleSeconds)),
            .init("robots", .integer(network.robots)),
            .init("hops", .integers(network.hops)),
            .init("leaders", .integers(network.leaders)),
            .init("owner", .integers(network.owner)),
            .init("contributed_percent", .number(network.contributedPercent)),
            .init("granted_percent", .numbers(network.grantedPercent)),
            .init("granted_mhz", .numbers(network.grantedMHz)),
            .init("strategy", .string(network.strategy.rawValue)),
            .init("control_bits_per_s_per_robot", .optional(network.control?.bitsPerSecondPerRobot)),
            .init("plan_ms_max", .optional(network.planNanosecondsMax.map { Double($0) * 1e-6 })),
            .init("wall_s", .number(wallSeconds)),
            .init("control_airtime_fraction_max", .optional(network.control?.airtimeFractionMax)),
            .init("max_hops", .integer(network.hops.max() ?? 0)),
            .init("subgroups", .integer(network.leaders.count)),
            .init("plans", .integer(network.plans)),
            .init("frames", SharedJSON.frames(network.tally)),
            .init("drops", SharedJSON.drops(network.statuses)),
            .init("clock", ClockReport.value(network.clock)),
            .init("digest", .string(SharedJSON.hexadecimal(network.digest))),
        ]
        members += SharedJSON.field(config, network.layout)
        return .object(members)
    }
}
